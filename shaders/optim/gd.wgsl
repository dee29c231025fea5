// b ← μ·b + g; θ ← θ − α·b, or with Nesterov θ ← θ − α·(g + μ·b). Beside src/optim/gd.rs.
fn update_gd(s: Gd, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let b = flushed(s.momentum * kept(state, 0u) + g);
    keep(state, 0u, b);
    let step = select(g + s.momentum * b, b, s.nesterov == 0.0);
    return theta - s.learning_rate * step;
}
