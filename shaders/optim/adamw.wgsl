// θ ← θ − α·λ·θ, which update_weights has done already, then Adam's step. Beside src/optim/adamw.rs.
fn update_adamw(s: Adamw, theta: vec4f, g: vec4f, state: u32) -> vec4f {
    let adam = Adam(
        s.beta1, s.one_minus_beta1, s.beta2, s.one_minus_beta2, s.step_size, s.root_v_correction, s.epsilon);
    return update_adam(adam, theta, g, state);
}
