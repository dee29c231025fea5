// c = β₁·m + (1−β₁)·g; m ← β₂·m + (1−β₂)·g; θ ← θ − α·sign(c). Beside src/optim/lion.rs.
fn update_lion(s: Lion, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let m = kept(state, 0u);
    let c = s.beta1 * m + s.one_minus_beta1 * g;
    keep(state, 0u, flushed(s.beta2 * m + s.one_minus_beta2 * g));
    return theta - s.learning_rate * sign(c);
}
