//! RMSprop: each parameter's step is divided by the root of a running mean of its squared gradients.
//!
//! v ← ρ·v + (1−ρ)·g²; θ ← θ − α·g/(√v + ε).
//! Hinton 2012, "Neural networks for machine learning", lecture 6e, in the form of PyTorch's
//! `torch.optim.RMSprop`, whose `alpha` is ρ.

use super::{EPSILON, Knob, Optimizer, SLOTS, Scalars, Scale, Settings, flushed, learning_rate, scalars};

const LEARNING_RATE: Knob = learning_rate(0.001);

const RHO: Knob = Knob {
    name: "rho",
    label: "Decay rate",
    symbol: "ρ",
    min: 0.0,
    max: 0.9999,
    default: 0.9,
    scale: Scale::LogToOne,
    doc: "How much of the running mean of squared gradients is kept each step. 0.9 remembers about ten steps.",
};

/// RMSprop.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "rmsprop",
    name: "RMSprop",
    doc: "Divides each parameter's step by the recent size of its own gradient, so that flat and steep directions \
          advance alike.",
    formula: concat!(
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><mi class="rho">ρ</mi><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi class="rho">ρ</mi><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mfrac><mi>g</mi><mrow><msqrt><mi>v</mi></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, RHO, EPSILON],
    slots: 1,
    scalar_names: Rmsprop::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/rmsprop.wgsl"),
};

scalars! {
    struct Rmsprop { learning_rate, rho, one_minus_rho, epsilon }
}

fn scalars(settings: &Settings, step: u64) -> Scalars {
    let rho = settings.get(&RHO);
    Rmsprop {
        learning_rate: settings.rate(step) as f32,
        rho: rho as f32,
        one_minus_rho: (1.0 - rho) as f32,
        epsilon: settings.get(&EPSILON) as f32,
    }
    .pack()
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Rmsprop::unpack(scalars);
    let [squares, ..] = slots;
    for ((theta, &g), v) in parameters.iter_mut().zip(gradient).zip(squares) {
        *v = flushed(s.rho * *v + s.one_minus_rho * g * g);
        *theta -= s.learning_rate * g / (v.sqrt() + s.epsilon);
    }
}
