//! Adagrad: each parameter's step is divided by the root of the sum of all its squared gradients so far.
//!
//! v ← v + g²; θ ← θ − α·g/(√v + ε).
//! Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online learning and stochastic optimization", the
//! diagonal form of figure 1, as PyTorch's `torch.optim.Adagrad` (`lr_decay` 0, `initial_accumulator_value` 0).

use super::{Knob, Optimizer, SLOTS, Scalars, Settings, flushed, learning_rate, scalars, torch};
use crate::text::Text;

const LEARNING_RATE: Knob = learning_rate(0.01);

const EPSILON: Knob = Knob { default: 1e-10, ..super::EPSILON };

/// Adagrad.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "adagrad",
    name: Text::name("Adagrad"),
    doc: text!(
        "Divides each parameter's step by the size of all its gradients so far, so that steps get ever shorter, and \
         those of rarely used parameters stay long.",
        "把每个参数的步长除以它迄今所有梯度的大小，于是步长越来越短，而很少用到的参数仍保持较大的步长。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><mi>v</mi><mo>+</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mfrac><mrow><mi>g</mi></mrow><mrow><msqrt><mi>v</mi></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, EPSILON],
    slots: 1,
    scalar_names: Adagrad::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/adagrad.wgsl"),
    pytorch: |_| torch("torch.optim.Adagrad(groups, lr={learning_rate}, eps={epsilon})"),
    // Keras has ε under the root, and starts the sum at 0.1 where nothing is said.
    keras: "Adagrad(learning_rate={learning_rate}, epsilon={epsilon} ** 2, initial_accumulator_value=0.0)",
};

scalars! {
    struct Adagrad { learning_rate, epsilon }
}

fn scalars(settings: &Settings, step: u64) -> Scalars {
    Adagrad { learning_rate: settings.rate(step) as f32, epsilon: settings.get(&EPSILON) as f32 }.pack()
}

// The sum never decays, but a gradient near zero could leave it a denormal number for good.
fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Adagrad::unpack(scalars);
    let [sums, ..] = slots;
    for ((theta, &g), v) in parameters.iter_mut().zip(gradient).zip(sums) {
        *v = flushed(*v + g * g);
        *theta -= s.learning_rate * g / (v.sqrt() + s.epsilon);
    }
}
