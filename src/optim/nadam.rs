//! `NAdam`: Adam with Nesterov's look ahead, and a momentum that warms up from half of β₁.
//!
//! m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; μₜ = β₁·(1 − ½·0.96^(t·ψ));
//! m̂ = μₜ₊₁·m/(1 − Π₁ᵗ⁺¹ μᵢ) + (1−μₜ)·g/(1 − Π₁ᵗ μᵢ); v̂ = v/(1−β₂ᵗ); θ ← θ − α·m̂/(√v̂ + ε).
//! Dozat 2016, "Incorporating Nesterov momentum into Adam", algorithm 2, as PyTorch's `torch.optim.NAdam`, whose
//! `momentum_decay` is ψ.
//!
//! PyTorch multiplies the μᵢ up as it goes. Here their product is computed anew each step from the settings now in
//! force, as Adam's β₁ᵗ is: so a step follows from its number and the settings alone.

use crate::text::Text;
use super::{
    BETA1, BETA2, EPSILON, Knob, Optimizer, SLOTS, Scalars, Scale, Settings, flushed, learning_rate, scalars, torch,
};

const LEARNING_RATE: Knob = learning_rate(0.002);

const MOMENTUM_DECAY: Knob = Knob {
    name: "momentum_decay",
    label: text!("Warm-up of momentum", "动量预热速率"),
    symbol: "ψ",
    min: 1e-4,
    max: 1.0,
    default: 0.004,
    scale: Scale::Log,
    doc: text!(
        "How fast the momentum rises from half of beta 1 to all of it: at 0.004 over thousands of steps, at 1 over \
         dozens.",
        "动量从 β₁ 的一半升到 β₁ 有多快：为 0.004 时需要数千步，为 1 时只要几十步。"
    ),
};

/// `NAdam`.
pub(super) static OPTIMIZER: Optimizer = Optimizer {
    id: "nadam",
    name: Text::name("NAdam"),
    doc: text!(
        "Adam that looks one momentum step ahead before it moves, with a momentum that starts low and slowly rises.",
        "移动前先沿动量方向往前看一步的 Adam；它的动量从低处开始，缓慢上升。"
    ),
    formula: concat!(
        r#"<mtr><mtd><mi>m</mi><mo>←</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mi>m</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mo stretchy="false">)</mo><mi>g</mi></mtd></mtr>"#,
        r#"<mtr><mtd><mi>v</mi><mo>←</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mi>v</mi><mo>+</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub class="beta2"><mi>β</mi><mn>2</mn></msub><mo stretchy="false">)</mo><msup><mi>g</mi><mn>2</mn></msup></mtd></mtr>"#,
        r#"<mtr><mtd><msub><mi>μ</mi><mi>t</mi></msub><mo>=</mo><msub class="beta1"><mi>β</mi><mn>1</mn></msub><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac><msup><mn>0.96</mn><mrow><mi>t</mi><mi class="momentum_decay">ψ</mi></mrow></msup><mo stretchy="false">)</mo></mtd></mtr>"#,
        r#"<mtr><mtd><mover accent="true"><mi>m</mi><mo>^</mo></mover><mo>=</mo><mfrac><mrow><msub><mi>μ</mi><mrow><mi>t</mi><mo>+</mo><mn>1</mn></mrow></msub><mi>m</mi></mrow><mrow><mn>1</mn><mo>−</mo><msubsup><mo largeop="false">∏</mo><mn>1</mn><mrow><mi>t</mi><mo>+</mo><mn>1</mn></mrow></msubsup><msub><mi>μ</mi><mi>i</mi></msub></mrow></mfrac><mo>+</mo><mfrac><mrow><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><msub><mi>μ</mi><mi>t</mi></msub><mo stretchy="false">)</mo><mi>g</mi></mrow><mrow><mn>1</mn><mo>−</mo><msubsup><mo largeop="false">∏</mo><mn>1</mn><mrow><mi>t</mi></mrow></msubsup><msub><mi>μ</mi><mi>i</mi></msub></mrow></mfrac></mtd></mtr>"#,
        r#"<mtr><mtd><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>−</mo><mi class="learning_rate">α</mi><mfrac><mrow><mover accent="true"><mi>m</mi><mo>^</mo></mover></mrow><mrow><msqrt><mover accent="true"><mi>v</mi><mo>^</mo></mover></msqrt><mo>+</mo><mi class="epsilon">ε</mi></mrow></mfrac></mtd></mtr>"#,
    ),
    knobs: &[LEARNING_RATE, BETA1, BETA2, EPSILON, MOMENTUM_DECAY],
    slots: 2,
    scalar_names: Nadam::NAMES,
    scalars,
    update,
    wgsl: include_str!("../../shaders/optim/nadam.wgsl"),
    pytorch: |_| {
        torch(
            "torch.optim.NAdam(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon}, \
             momentum_decay={momentum_decay})",
        )
    },
    // Keras's momentum warms up as with ψ = 1.
    keras: "Nadam(learning_rate={learning_rate}, beta_1={beta1}, beta_2={beta2}, epsilon={epsilon})",
};

scalars! {
    struct Nadam {
        beta1, one_minus_beta1, beta2, one_minus_beta2, gradient_step, mean_step, root_v_correction, epsilon,
    }
}

/// What ψ's powers are powers of, a constant of the paper's.
const BASE: f64 = 0.96;

fn scalars(settings: &Settings, step: u64) -> Scalars {
    let (beta1, beta2) = (settings.get(&BETA1), settings.get(&BETA2));
    let (rate, psi) = (settings.rate(step), settings.get(&MOMENTUM_DECAY));
    let t = step as f64;
    let momentum = |t: f64| beta1 * (1.0 - 0.5 * libm::pow(BASE, t * psi));
    let product = |t: f64| libm::pow(beta1, t) * warm_up_product(psi, t);
    let v_correction = 1.0 - libm::pow(beta2, t);
    Nadam {
        beta1: beta1 as f32,
        one_minus_beta1: (1.0 - beta1) as f32,
        beta2: beta2 as f32,
        one_minus_beta2: (1.0 - beta2) as f32,
        gradient_step: (rate * (1.0 - momentum(t)) / (1.0 - product(t))) as f32,
        mean_step: (rate * momentum(t + 1.0) / (1.0 - product(t + 1.0))) as f32,
        root_v_correction: (1.0 / v_correction.sqrt()) as f32,
        epsilon: settings.get(&EPSILON) as f32,
    }
    .pack()
}

/// Π (1 − ½·qⁱ) over i = 1 to `t`, where q = 0.96^`psi`, without going through all i: by ln(1 − x) = −Σ xᵏ/k the
/// logarithm is −Σₖ ½ᵏ/k·Σᵢ qᵏⁱ, where the inner sums are geometric and the outer one is done after as many terms as
/// an f64 has bits.
fn warm_up_product(psi: f64, t: f64) -> f64 {
    let log_q = psi * libm::log(BASE);
    let term = |k: i32| {
        let log_qk = log_q * f64::from(k);
        let sum = libm::exp(log_qk) * libm::expm1(log_qk * t) / libm::expm1(log_qk);
        0.5f64.powi(k) / f64::from(k) * sum
    };
    libm::exp(-(1..=53).map(term).sum::<f64>())
}

fn update(scalars: &Scalars, parameters: &mut [f32], gradient: &[f32], slots: [&mut [f32]; SLOTS]) {
    let s = Nadam::unpack(scalars);
    let [means, squares, ..] = slots;
    for (((theta, &g), m), v) in parameters.iter_mut().zip(gradient).zip(means).zip(squares) {
        *m = flushed(s.beta1 * *m + s.one_minus_beta1 * g);
        *v = flushed(s.beta2 * *v + s.one_minus_beta2 * g * g);
        *theta -= (s.gradient_step * g + s.mean_step * *m) / (v.sqrt() * s.root_v_correction + s.epsilon);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_up_product_is_the_product() {
        for psi in [MOMENTUM_DECAY.min, MOMENTUM_DECAY.default, 0.3, MOMENTUM_DECAY.max] {
            let mut expected = 1.0;
            for t in 1..=1000 {
                let t = f64::from(t);
                expected *= 1.0 - 0.5 * BASE.powf(t * psi);
                let found = warm_up_product(psi, t);
                // Differences are relative to the product's logarithm, up to 700 here.
                assert!((found - expected).abs() <= 1e-12 * expected, "ψ {psi}, t {t}: {found:e} {expected:e}");
            }
        }
    }
}
