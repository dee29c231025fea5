//! Adadelta: RMSprop whose rate is the recent size of its own steps, so that it needs none from outside.
//!
//! v ← ρ·v + (1−ρ)·g²; Δ = √(u + ε)/√(v + ε)·g; u ← ρ·u + (1−ρ)·Δ²; θ ← θ − α·Δ.
//! Zeiler 2012, "ADADELTA: an adaptive learning rate method", algorithm 1, as PyTorch's `torch.optim.Adadelta`. The
//! paper has no α, which is to say 1.

use super::{Knob, Optimizer, RHO, SLOTS, Scalars, Settings, flushed, learning_rate, scalars, torch};
use crate::text::Text;

const LEARNING_RATE: Knob = learning_rate(1.0);

const EPSILON: Knob = Knob {
    default: 1e-6,
    doc: text!(
        "Its root is the size of the very first steps. Too small, and the racer takes long to get going.",
        "它的平方根就是最初几步的大小。太小的话，选手要很久才能起步。"
    ),
    ..super::EPSILON
};

/// Adadelta.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "adadelta",
    name: Text::name("Adadelta"),
    doc: text!(
        "Sets its own pace: each parameter's step is as large as its recent steps were, times its gradient by the \
         recent size of that gradient. It starts slowly.",
        "自己决定步伐：每个参数的步长等于它近期步长的大小，乘以梯度与其近期大小之比。起步较慢。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><mi class="rho">ρ</mi><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi class="rho">ρ</mi><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>Δ</mi><mo>=</mo><mfrac><mrow><msqrt><mi>u</mi><mo>+</mo><mi class="epsilon">ε</mi></msqrt></mrow><mrow><msqrt><mi>v</mi><mo>+</mo><mi class="epsilon">ε</mi></msqrt></mrow></mfrac><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>u</mi><mo>←</mo><mi class="rho">ρ</mi><mi>u</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi class="rho">ρ</mi><mo stretchy="false">)</mo><msup><mi>Δ</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mi>Δ</mi></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, RHO, EPSILON],
    slots: 2,
    scalar_names: Adadelta::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/adadelta.wgsl"),
    pytorch: |_| torch("torch.optim.Adadelta(groups, lr={learning_rate}, rho={rho}, eps={epsilon})"),
    keras: "Adadelta(learning_rate={learning_rate}, rho={rho}, epsilon={epsilon})",
};

scalars! {
    struct Adadelta { learning_rate, rho, one_minus_rho, epsilon }
}

fn scalars(settings: &Settings, step: u64) -> Scalars {
    let rho = settings.get(&RHO);
    Adadelta {
        learning_rate: settings.rate(step) as f32,
        rho: rho as f32,
        one_minus_rho: (1.0 - rho) as f32,
        epsilon: settings.get(&EPSILON) as f32,
    }
    .pack()
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Adadelta::unpack(scalars);
    let [squares, squared_steps, ..] = slots;
    for (((theta, &g), v), u) in parameters.iter_mut().zip(gradient).zip(squares).zip(squared_steps) {
        *v = flushed(s.rho * *v + s.one_minus_rho * g * g);
        let delta = (*u + s.epsilon).sqrt() / (*v + s.epsilon).sqrt() * g;
        *u = flushed(s.rho * *u + s.one_minus_rho * delta * delta);
        *theta -= s.learning_rate * delta;
    }
}
