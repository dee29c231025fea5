//! Lion: every parameter moves by the same distance; only the direction is taken from momentum and gradient.
//!
//! c = β₁·m + (1−β₁)·g; m ← β₂·m + (1−β₂)·g; θ ← θ − α·sign(c), where sign(0) = 0.
//! Chen et al. 2023, "Symbolic discovery of optimization algorithms", algorithm 2, without its weight decay. PyTorch
//! does not have it.

use super::{Knob, Optimizer, Pytorch, SLOTS, Scalars, Settings, flushed, learning_rate, scalars};
use crate::text::Text;

const LEARNING_RATE: Knob = learning_rate(1e-4);

const BETA1: Knob = Knob {
    doc: text!(
        "How much the momentum weighs against the gradient at hand when the direction is chosen.",
        "选择方向时，动量相对于当前梯度所占的比重。"
    ),
    ..super::BETA1
};

const BETA2: Knob = Knob {
    default: 0.99,
    doc: text!(
        "How much of the running mean of gradients, the momentum, is kept each step. 0.99 remembers about a hundred.",
        "每一步保留多少梯度的滑动平均，也就是动量。0.99 大约记住一百步。"
    ),
    ..super::BETA2
};

/// Lion.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "lion",
    name: Text::name("Lion"),
    doc: text!(
        "Looks only at the sign of its momentum: every parameter steps by the learning rate, up or down, however \
         large its gradient.",
        "只看动量的符号：无论梯度多大，每个参数都按学习率增大或减小。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>c</mi><mo>=</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mo stretchy="false">)</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>m</mi><mo>←</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mo stretchy="false">)</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mi>sign</mi><mo stretchy="false">(</mo><mi>c</mi><mo stretchy="false">)</mo></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, BETA1, BETA2],
    slots: 1,
    scalar_names: Lion::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/lion.wgsl"),
    pytorch: |_| Pytorch { expression: "Lion(groups, lr={learning_rate}, betas=({beta1}, {beta2}))", class: CLASS },
    keras: "Lion(learning_rate={learning_rate}, beta_1={beta1}, beta_2={beta2})",
};

/// Lion for PyTorch, which has none.
const CLASS: &str = r#"
class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2, which PyTorch lacks; weight_decay is L2 here, as in PyTorch's other classes."""

    def __init__(self, groups, lr, betas):
        super().__init__(groups, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for theta in group["params"]:
                gradient = theta.grad + group["weight_decay"] * theta
                m = self.state[theta].get("m", torch.zeros_like(theta))
                theta -= group["lr"] * (beta1 * m + (1 - beta1) * gradient).sign()
                self.state[theta]["m"] = beta2 * m + (1 - beta2) * gradient
"#;

scalars! {
    struct Lion { learning_rate, beta1, one_minus_beta1, beta2, one_minus_beta2 }
}

fn scalars(settings: &Settings, step: u64) -> Scalars {
    let (beta1, beta2) = (settings.get(&BETA1), settings.get(&BETA2));
    Lion {
        learning_rate: settings.rate(step) as f32,
        beta1: beta1 as f32,
        one_minus_beta1: (1.0 - beta1) as f32,
        beta2: beta2 as f32,
        one_minus_beta2: (1.0 - beta2) as f32,
    }
    .pack()
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Lion::unpack(scalars);
    let [means, ..] = slots;
    for ((theta, &g), m) in parameters.iter_mut().zip(gradient).zip(means) {
        let c = s.beta1 * *m + s.one_minus_beta1 * g;
        *m = flushed(s.beta2 * *m + s.one_minus_beta2 * g);
        *theta -= s.learning_rate * sign(c);
    }
}

/// −1, 0 or 1. Rust's own `signum` has no 0: a parameter without gradient would move.
#[inline]
fn sign(c: f32) -> f32 {
    if c == 0.0 { 0.0 } else { c.signum() }
}
