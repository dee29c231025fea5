// The hyperbolic tangent. Beside src/model/activation.rs.
fn activation(z: vec4f) -> Unit {
    let output = tangent(z);
    return Unit(output, 1 - output * output);
}
