// v ← ρ·v + (1−ρ)·g²; θ ← θ − α·g/(√v + ε). Beside src/optim/rmsprop.rs.
fn update_rmsprop(s: Rmsprop, theta: vec4f, g: vec4f, slots: ptr<function, Slots>) -> vec4f {
    let v = flushed(s.rho * (*slots)[0] + s.one_minus_rho * g * g);
    (*slots)[0] = v;
    return theta - s.learning_rate * g / (sqrt(v) + s.epsilon);
}
