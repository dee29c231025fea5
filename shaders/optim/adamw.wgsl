// θ ← θ − α·λ·θ, which `prepared` has done already, then Adam's step: m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²;
// θ ← θ − α·m̂/(√v̂ + ε). Beside src/optim/adamw.rs. Adam's own file need not be there: AdamW may race alone.
fn update_adamw(s: Adamw, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let m = flushed(s.beta1 * kept(state, 0u) + s.one_minus_beta1 * g);
    let v = flushed(s.beta2 * kept(state, 1u) + s.one_minus_beta2 * g * g);
    keep(state, 0u, m);
    keep(state, 1u, v);
    return theta - s.step_size * m / (sqrt(v) * s.root_v_correction + s.epsilon);
}
