//! Gradient descent, with momentum and Nesterov's form of it.
//!
//! g ← gradient; b ← μ·b + g; θ ← θ − α·b, or with Nesterov θ ← θ − α·(g + μ·b).
//! Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", eq. 1 to 4, in the
//! form of PyTorch's `torch.optim.SGD` (dampening 0), where α may change without rescaling b.

use super::{Knob, MOMENTUM, Optimizer, SLOTS, Scalars, Scale, Settings, flushed, learning_rate, scalars, torch};

const LEARNING_RATE: Knob = learning_rate(0.1);

const NESTEROV: Knob = Knob {
    name: "nesterov",
    label: text!("Nesterov", "Nesterov 动量"),
    symbol: "",
    min: 0.0,
    max: 1.0,
    default: 0.0,
    scale: Scale::Switch,
    doc: text!(
        "Looks one momentum step ahead before it moves. Without momentum it changes nothing.",
        "移动之前先沿动量方向往前看一步。没有动量时不起作用。"
    ),
};

/// Gradient descent.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "gd",
    name: text!("Gradient descent", "梯度下降"),
    doc: text!(
        "Walks straight down the gradient of the minibatch, every parameter with the same rate.",
        "沿小批量的梯度直接下降，所有参数使用相同的学习率。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>b</mi><mo>←</mo><mi class="momentum">μ</mi><mi>b</mi><mo>+</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mi>b</mi></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, MOMENTUM, NESTEROV],
    slots: 1,
    scalar_names: Gd::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/gd.wgsl"),
    pytorch: |settings| {
        // PyTorch refuses Nesterov's form where there is no momentum, and there it is nothing else.
        if settings.get(&NESTEROV) != 0.0 && settings.get(&MOMENTUM) != 0.0 {
            torch("torch.optim.SGD(groups, lr={learning_rate}, momentum={momentum}, nesterov=True)")
        } else {
            torch("torch.optim.SGD(groups, lr={learning_rate}, momentum={momentum})")
        }
    },
    keras: "SGD(learning_rate={learning_rate}, momentum={momentum}, nesterov={nesterov})",
};

scalars! {
    struct Gd { learning_rate, momentum, nesterov }
}

fn scalars(settings: &Settings, step: u64) -> Scalars {
    Gd {
        learning_rate: settings.rate(step) as f32,
        momentum: settings.get(&MOMENTUM) as f32,
        nesterov: settings.get(&NESTEROV) as f32,
    }
    .pack()
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Gd::unpack(scalars);
    let [buffers, ..] = slots;
    for ((theta, &g), b) in parameters.iter_mut().zip(gradient).zip(buffers) {
        *b = flushed(s.momentum * *b + g);
        let step = if s.nesterov == 0.0 { *b } else { g + s.momentum * *b };
        *theta -= s.learning_rate * step;
    }
}
