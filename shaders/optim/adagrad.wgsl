// v ← v + g²; θ ← θ − α·g/(√v + ε). Beside src/optim/adagrad.rs.
fn update_adagrad(s: Adagrad, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let v = flushed(kept(state, 0u) + g * g);
    keep(state, 0u, v);
    return theta - s.learning_rate * g / (sqrt(v) + s.epsilon);
}
