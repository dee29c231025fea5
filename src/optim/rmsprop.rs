//! RMSprop: each parameter's step is divided by the root of a running mean of its squared gradients.
//!
//! v ← ρ·v + (1−ρ)·g²; θ ← θ − α·g/(√v + ε).
//! Hinton 2012, "Neural networks for machine learning", lecture 6e, in the form of PyTorch's
//! `torch.optim.RMSprop`, whose `alpha` is ρ.
//!
//! With `momentum` μ, as there: b ← μ·b + g/(√v + ε); θ ← θ − α·b.
//! With `centered`, as there: m ← ρ·m + (1−ρ)·g, and √(v − m²), a standard deviation, in the place of √v. Graves 2013,
//! "Generating sequences with recurrent neural networks", eq. 38 to 45, has ε under the root and minus in b.
//! PyTorch takes the root of v − m² as it is, which is not a number where rounding makes the difference negative, as it
//! may where a gradient stays the same for hundreds of steps. Here v alone is used there; so it is where m is left over
//! from before the switch was last off, or v was set to zero for being too small to matter and m² is not yet.

use crate::text::Text;
use super::{
    EPSILON, Knob, MOMENTUM, Optimizer, RHO, SLOTS, Scalars, Scale, Settings, flushed, learning_rate, scalars, torch,
};

const LEARNING_RATE: Knob = learning_rate(0.001);

const CENTERED: Knob = Knob {
    name: "centered",
    label: text!("Centered", "中心化"),
    symbol: "m",
    min: 0.0,
    max: 1.0,
    default: 0.0,
    scale: Scale::Switch,
    doc: text!(
        "Divides by how much the gradient varies, not by how large it is: where all minibatches agree, steps grow.",
        "除以梯度的波动幅度，而不是它的大小：各小批量方向一致的地方，步长会变大。"
    ),
};

/// RMSprop.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "rmsprop",
    name: Text::name("RMSprop"),
    doc: text!(
        "Divides each parameter's step by the recent size of its own gradient, so that flat and steep directions \
         advance alike.",
        "把每个参数的步长除以它自己梯度的近期大小，使平坦方向和陡峭方向以相近的速度前进。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><mi class="rho">ρ</mi><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi class="rho">ρ</mi><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr data-if="centered"><mtd><mrow class="centered"><mi>m</mi><mo>←</mo><mi class="rho">ρ</mi><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi class="rho">ρ</mi><mo stretchy="false">)</mo><mi>g</mi></mrow></mtd></mtr>"#,
        r#"<mtr><mtd><mi>b</mi><mo>←</mo><mi class="momentum">μ</mi><mi>b</mi><mo>+</mo><mfrac><mrow><mi>g</mi></mrow><mrow><msqrt><mi>v</mi><mrow class="centered" data-if="centered"><mo>−</mo><msup><mi>m</mi><mn>2</mn></msup></mrow></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mi>b</mi></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, RHO, EPSILON, MOMENTUM, CENTERED],
    slots: 3,
    scalar_names: Rmsprop::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/rmsprop.wgsl"),
    pytorch: |_| {
        torch(
            "torch.optim.RMSprop(groups, lr={learning_rate}, alpha={rho}, eps={epsilon}, momentum={momentum}, \
             centered={centered})",
        )
    },
    // Keras has ε under the root.
    keras: "RMSprop(learning_rate={learning_rate}, rho={rho}, epsilon={epsilon} ** 2, momentum={momentum}, \
            centered={centered})",
};

scalars! {
    struct Rmsprop { learning_rate, rho, one_minus_rho, epsilon, momentum, centered }
}

fn scalars(settings: &Settings, step: u64) -> Scalars {
    let rho = settings.get(&RHO);
    Rmsprop {
        learning_rate: settings.rate(step) as f32,
        rho: rho as f32,
        one_minus_rho: (1.0 - rho) as f32,
        epsilon: settings.get(&EPSILON) as f32,
        momentum: settings.get(&MOMENTUM) as f32,
        centered: settings.get(&CENTERED) as f32,
    }
    .pack()
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Rmsprop::unpack(scalars);
    let [squares, means, buffers] = slots;
    let state = squares.iter_mut().zip(means).zip(buffers);
    for ((theta, &g), ((v, m), b)) in parameters.iter_mut().zip(gradient).zip(state) {
        *v = flushed(s.rho * *v + s.one_minus_rho * g * g);
        let mut variance = *v;
        if s.centered != 0.0 {
            *m = flushed(s.rho * *m + s.one_minus_rho * g);
            let difference = *v - *m * *m;
            variance = if difference >= 0.0 { difference } else { *v };
        }
        let divisor = variance.sqrt() + s.epsilon;
        if s.momentum == 0.0 {
            *theta -= s.learning_rate * g / divisor;
        } else {
            *b = flushed(s.momentum * *b + g / divisor);
            *theta -= s.learning_rate * *b;
        }
    }
}
