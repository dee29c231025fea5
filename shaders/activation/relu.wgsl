// max(z, 0). Beside src/model/activation.rs.
fn activation(z: vec4f) -> Unit {
    // Not max(z, 0): a NaN must stay one, as it does in PyTorch.
    let off = z <= vec4f(0);
    return Unit(select(z, vec4f(0), off), select(vec4f(1), vec4f(0), off));
}
