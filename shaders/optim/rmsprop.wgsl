// v ← ρ·v + (1−ρ)·g²; θ ← θ − α·g/(√v + ε). Centered: m ← ρ·m + (1−ρ)·g, and √(v − m²) in the place of √v.
// With momentum: b ← μ·b + g/(√v + ε); θ ← θ − α·b. Beside src/optim/rmsprop.rs.
fn update_rmsprop(s: Rmsprop, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let v = flushed(s.rho * kept(state, 0u) + s.one_minus_rho * g * g);
    keep(state, 0u, v);
    var variance = v;
    if s.centered != 0.0 {
        let m = flushed(s.rho * kept(state, 1u) + s.one_minus_rho * g);
        keep(state, 1u, m);
        let difference = v - m * m;
        variance = select(v, difference, difference >= vec4f(0));
    }
    let divisor = sqrt(variance) + s.epsilon;
    if s.momentum == 0.0 {
        return theta - s.learning_rate * g / divisor;
    }
    let b = flushed(s.momentum * kept(state, 2u) + g / divisor);
    keep(state, 2u, b);
    return theta - s.learning_rate * b;
}
