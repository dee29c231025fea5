//! AdamW: Adam with weight decay beside the gradient, where the division by √v̂ does not reach it.
//!
//! θ ← θ − α·λ·θ on weights, then a step of [`adam`]. Loshchilov & Hutter 2019, "Decoupled weight decay regularization",
//! algorithm 2, in the form of PyTorch's `torch.optim.AdamW`, whose `weight_decay` is λ. The decay itself is every
//! racer's, in `penalty.rs`; here it is on from the start.

use super::{BETA1, BETA2, EPSILON, Knob, Optimizer, Pytorch, adam, learning_rate, penalty, torch};
use crate::text::Text;

const LEARNING_RATE: Knob = learning_rate(0.001);

const WEIGHT_DECAY: Knob = Knob { default: 0.01, ..penalty::WEIGHT_DECAY };

/// AdamW in PyTorch. Its `weight_decay` comes with the groups: only weights have one.
pub(super) const PYTORCH: Pytorch =
    torch("torch.optim.AdamW(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon})");

/// AdamW.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "adamw",
    name: Text::name("AdamW"),
    doc: text!(
        "Adam that also shrinks every weight a little at each step, all by the same share.",
        "在 Adam 的基础上，每一步还把所有权重按同样的比例缩小一点。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>m</mi><mo>←</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mo stretchy="false">)</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mi class="weight_decay">λ</mi><mi>θ</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mfrac><mover accent="true"><mi>m</mi><mo>^</mo></mover><mrow><msqrt><mover accent="true"><mi>v</mi><mo>^</mo></mover></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY],
    slots: 2,
    scalar_names: adam::SCALAR_NAMES,
    scalars: adam::scalars,
    update: adam::update,
    wgsl: include_str!("../../shaders/optim/adamw.wgsl"),
    pytorch: |_| PYTORCH,
    keras: "Adam(learning_rate={learning_rate}, beta_1={beta1}, beta_2={beta2}, epsilon={epsilon})",
};

#[cfg(test)]
mod tests {
    use crate::optim::{Settings, find};

    #[test]
    fn adamw_is_adam_with_decay() {
        let [adam, adamw] = ["adam", "adamw"].map(|id| Settings::new(find(id).expect("registered")));
        for step in [1, 2, 1000] {
            let scalars = |settings: &Settings| (settings.optimizer().scalars)(settings, step);
            assert_eq!(scalars(&adamw), scalars(&adam));
            assert_eq!(adam.penalty(step).kept, 1.0);
            // α·λ = 0.001·0.01.
            assert_eq!(adamw.penalty(step).kept, 1.0 - 1e-5);
        }
    }
}
