//! `AMSGrad`: Adam divided by the largest mean of squared gradients there ever was, so that none is forgotten.
//!
//! m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; w ← max(w, v); m̂ = m/(1−β₁ᵗ); ŵ = w/(1−β₂ᵗ); θ ← θ − α·m̂/(√ŵ + ε).
//! Reddi, Kale & Kumar 2018, "On the convergence of Adam and beyond", algorithm 2, in the form of PyTorch's
//! `torch.optim.Adam(amsgrad=True)`: the paper corrects neither mean for its start at zero, PyTorch both, and takes the
//! maximum of v before its correction, not after.

use crate::text::Text;
use super::{
    BETA1, BETA2, EPSILON, Knob, Optimizer, SLOTS, Scalars, Settings, flushed, learning_rate, penalty::WEIGHT_DECAY, scalars, torch,
};

const LEARNING_RATE: Knob = learning_rate(0.001);

/// `AMSGrad`.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "amsgrad",
    name: Text::name("AMSGrad"),
    doc: text!(
        "Adam that never forgets its largest gradients: it divides by the highest running mean so far, so a rare \
         large gradient keeps its parameter's steps small for good.",
        "不会忘记最大梯度的 Adam：它除以迄今最大的滑动平均，因此偶尔出现的一次大梯度会让该参数的步长从此一直偏小。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>m</mi><mo>←</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mo stretchy="false">)</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>w</mi><mo>←</mo><mi>max</mi><mo stretchy="false">(</mo><mi>w</mi><mo>,</mo><mi>v</mi><mo stretchy="false">)</mo></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mfrac><mrow><mover accent="true"><mi>m</mi><mo>^</mo></mover></mrow><mrow><msqrt><mover accent="true"><mi>w</mi><mo>^</mo></mover></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, BETA1, BETA2, EPSILON],
    slots: 3,
    scalar_names: Amsgrad::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/amsgrad.wgsl"),
    pytorch: |settings| {
        if settings.get(&WEIGHT_DECAY) == 0.0 {
            torch("torch.optim.Adam(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon}, amsgrad=True)")
        } else {
            torch("torch.optim.AdamW(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon}, amsgrad=True)")
        }
    },
    keras: "Adam(learning_rate={learning_rate}, beta_1={beta1}, beta_2={beta2}, epsilon={epsilon}, amsgrad=True)",
};

scalars! {
    struct Amsgrad { beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, root_v_correction, epsilon }
}

// t counts from 1; f64 because 1 − 0.999^1 loses three digits in f32.
fn scalars(settings: &Settings, step: u64) -> Scalars {
    let (beta1, beta2) = (settings.get(&BETA1), settings.get(&BETA2));
    let t = step as f64;
    let (m_correction, v_correction) = (1.0 - libm::pow(beta1, t), 1.0 - libm::pow(beta2, t));
    Amsgrad {
        beta1: beta1 as f32,
        one_minus_beta1: (1.0 - beta1) as f32,
        beta2: beta2 as f32,
        one_minus_beta2: (1.0 - beta2) as f32,
        step_size: (settings.rate(step) / m_correction) as f32,
        root_v_correction: (1.0 / v_correction.sqrt()) as f32,
        epsilon: settings.get(&EPSILON) as f32,
    }
    .pack()
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Amsgrad::unpack(scalars);
    let [means, squares, maxima] = slots;
    let state = means.iter_mut().zip(squares).zip(maxima);
    for ((theta, &g), ((m, v), w)) in parameters.iter_mut().zip(gradient).zip(state) {
        *m = flushed(s.beta1 * *m + s.one_minus_beta1 * g);
        *v = flushed(s.beta2 * *v + s.one_minus_beta2 * g * g);
        *w = w.max(*v);
        *theta -= s.step_size * *m / (w.sqrt() * s.root_v_correction + s.epsilon);
    }
}
