// v ← ρ·v + (1−ρ)·g²; Δ = √(u + ε)/√(v + ε)·g; u ← ρ·u + (1−ρ)·Δ²; θ ← θ − α·Δ. Beside src/optim/adadelta.rs.
fn update_adadelta(s: Adadelta, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let v = flushed(s.rho * kept(state, 0u) + s.one_minus_rho * g * g);
    let u = kept(state, 1u);
    let delta = sqrt(u + s.epsilon) / sqrt(v + s.epsilon) * g;
    keep(state, 0u, v);
    keep(state, 1u, flushed(s.rho * u + s.one_minus_rho * delta * delta));
    return theta - s.learning_rate * delta;
}
