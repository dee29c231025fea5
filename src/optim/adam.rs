//! Adam: momentum and RMSprop's division together, both means corrected for having started at zero.
//!
//! m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; m̂ = m/(1−β₁ᵗ); v̂ = v/(1−β₂ᵗ); θ ← θ − α·m̂/(√v̂ + ε).
//! Kingma & Ba 2014, "Adam: a method for stochastic optimization", algorithm 1, as PyTorch's `torch.optim.Adam`.
//! With `correct_v` off, v̂ = v: a variant found in articles, whose first steps are up to 1/√(1−β₂) times larger.

use super::{BETA1, BETA2, EPSILON, Knob, Optimizer, Pytorch, SLOTS, Scalars, Scale, Settings, flushed, adamw, learning_rate, penalty::WEIGHT_DECAY, scalars, torch};
use crate::text::Text;

const LEARNING_RATE: Knob = learning_rate(0.001);

const CORRECT_V: Knob = Knob {
    name: "correct_v",
    label: text!("Correct v for its start at zero", "修正 v 从零起步的偏差"),
    symbol: "v̂",
    min: 0.0,
    max: 1.0,
    default: 1.0,
    scale: Scale::Switch,
    doc: text!(
        "On, as in the paper. Off, v is far too small in the first steps, which become up to 30 times larger.",
        "开启时与论文一致。关闭后，最初几步的 v 过小，步长最多会放大到 30 倍。"
    ),
};

/// Adam.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "adam",
    name: Text::name("Adam"),
    doc: text!(
        "Momentum and RMSprop's division together, with both running means corrected for starting at zero.",
        "把动量与 RMSprop 的除法结合起来，并修正两个滑动平均从零起步的偏差。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>m</mi><mo>←</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mo stretchy="false">)</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mfrac><mover accent="true"><mi>m</mi><mo>^</mo></mover><mrow><msqrt><mover accent="true" class="correct_v"><mi>v</mi><mo>^</mo></mover></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, BETA1, BETA2, EPSILON, CORRECT_V],
    slots: 2,
    scalar_names: SCALAR_NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/adam.wgsl"),
    pytorch: |settings| {
        if settings.get(&CORRECT_V) == 0.0 {
            Pytorch {
                expression: "AdamUncorrected(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon})",
                class: UNCORRECTED,
            }
        } else if settings.get(&WEIGHT_DECAY) != 0.0 {
            adamw::PYTORCH
        } else {
            torch("torch.optim.Adam(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon})")
        }
    },
    keras: "Adam(learning_rate={learning_rate}, beta_1={beta1}, beta_2={beta2}, epsilon={epsilon})",
};

/// Adam without correction of v for PyTorch, which has none.
const UNCORRECTED: &str = r#"
class AdamUncorrected(torch.optim.Optimizer):
    """Adam with only m corrected for its start at zero; weight_decay is L2, as in torch.optim.Adam."""

    def __init__(self, groups, lr, betas, eps):
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps})
        self.steps = 0

    @torch.no_grad()
    def step(self):
        self.steps += 1
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for theta in group["params"]:
                gradient = theta.grad + group["weight_decay"] * theta
                state = self.state[theta]
                m = beta1 * state.get("m", torch.zeros_like(theta)) + (1 - beta1) * gradient
                v = beta2 * state.get("v", torch.zeros_like(theta)) + (1 - beta2) * gradient**2
                state["m"], state["v"] = m, v
                theta -= group["lr"] * (m / (1 - beta1**self.steps)) / (v.sqrt() + group["eps"])
"#;

/// The names of a step's scalars.
pub(super) const SCALAR_NAMES: &[&str] = Adam::NAMES;

scalars! {
    struct Adam { beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, root_v_correction, epsilon }
}

// t counts from 1; f64 because 1 − 0.999^1 loses three digits in f32.
pub(super) fn scalars(settings: &Settings, step: u64) -> Scalars {
    let (beta1, beta2) = (settings.get(&BETA1), settings.get(&BETA2));
    let t = step as f64;
    let m_correction = 1.0 - libm::pow(beta1, t);
    let v_correction = if settings.get(&CORRECT_V) == 0.0 { 1.0 } else { 1.0 - libm::pow(beta2, t) };
    Adam {
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

pub(super) fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Adam::unpack(scalars);
    let [means, squares, ..] = slots;
    for (((theta, &g), m), v) in parameters.iter_mut().zip(gradient).zip(means).zip(squares) {
        *m = flushed(s.beta1 * *m + s.one_minus_beta1 * g);
        *v = flushed(s.beta2 * *v + s.one_minus_beta2 * g * g);
        *theta -= s.step_size * *m / (v.sqrt() * s.root_v_correction + s.epsilon);
    }
}
