// m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; w ← max(w, v); θ ← θ − α·m̂/(√ŵ + ε). Beside src/optim/amsgrad.rs.
fn update_amsgrad(s: Amsgrad, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let m = flushed(s.beta1 * kept(state, 0u) + s.one_minus_beta1 * g);
    let v = flushed(s.beta2 * kept(state, 1u) + s.one_minus_beta2 * g * g);
    let w = max(kept(state, 2u), v);
    keep(state, 0u, m);
    keep(state, 1u, v);
    keep(state, 2u, w);
    return theta - s.step_size * m / (sqrt(w) * s.root_v_correction + s.epsilon);
}
