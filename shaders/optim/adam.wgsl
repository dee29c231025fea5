// m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; θ ← θ − α·m̂/(√v̂ + ε). Beside src/optim/adam.rs.
fn update_adam(s: Adam, theta: vec4f, g: vec4f, slots: ptr<function, Slots>) -> vec4f {
    let m = flushed(s.beta1 * (*slots)[0] + s.one_minus_beta1 * g);
    let v = flushed(s.beta2 * (*slots)[1] + s.one_minus_beta2 * g * g);
    (*slots)[0] = m;
    (*slots)[1] = v;
    return theta - s.step_size * m / (sqrt(v) * s.root_v_correction + s.epsilon);
}
