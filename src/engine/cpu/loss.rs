//! From logits to loss, answer and gradient.

use crate::data::CLASSES;
use crate::optim::TINY;

/// What the output layer says of one image.
pub(super) struct Answer {
    /// Cross-entropy, nats.
    pub(super) loss: f32,
    /// The most likely class.
    pub(super) class: usize,
    /// Gradient by the logits of the loss that is trained on: softmax minus ((1 − s)·one-hot + s/10).
    pub(super) gradient: [f32; CLASSES],
}

/// `logits` \[10\], the label and the label smoothing s -> answer. The loss is without smoothing. The largest logit is
/// taken out first, so that no exponential overflows; a probability below [`TINY`] counts as none, so that no denormal
/// number arises.
pub(super) fn answer(logits: &[f32; CLASSES], label: usize, smoothing: f32) -> Answer {
    let class = (1..CLASSES).fold(0, |best, at| if logits[at] > logits[best] { at } else { best });
    let largest = logits[class];
    let mut gradient = logits.map(|logit| libm::expf(logit - largest));
    let total: f32 = gradient.iter().sum();
    for probability in &mut gradient {
        *probability /= total;
        *probability = if *probability < TINY { 0.0 } else { *probability };
        *probability -= smoothing / CLASSES as f32;
    }
    gradient[label] -= 1.0 - smoothing;
    Answer { loss: libm::logf(total) - (logits[label] - largest), class, gradient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_of_known_logits() {
        let even = answer(&[1.0; CLASSES], 3, 0.0);
        assert!((even.loss - 10f32.ln()).abs() < 1e-6);
        assert!((even.gradient[3] + 0.9).abs() < 1e-6 && (even.gradient[0] - 0.1).abs() < 1e-6);
        let mut logits = [0.0; CLASSES];
        logits[2] = 200.0;
        let sure = answer(&logits, 2, 0.0);
        assert_eq!((sure.loss, sure.class), (0.0, 2));
        assert!(sure.gradient.iter().all(|g| *g == 0.0), "no denormal is left: {:?}", sure.gradient);
        assert_eq!(answer(&logits, 0, 0.0).loss, 200.0);
    }

    #[test]
    fn smoothing_moves_the_gradient_and_not_the_loss() {
        // Asked for: 0.2/10 of every class and 0.8 of the label's.
        let smoothed = answer(&[1.0; CLASSES], 3, 0.2);
        assert!((smoothed.loss - 10f32.ln()).abs() < 1e-6);
        assert!((smoothed.gradient[3] - (0.1 - 0.82)).abs() < 1e-6 && (smoothed.gradient[0] - 0.08).abs() < 1e-6);
    }
}
