// ½·z·(1 + tanh(√(2/π)·(z + 0.044715·z³))). Beside src/model/activation.rs.
// √(2/π), and the cubic term's factor.
const ROOT = 0.7978846f;
const CUBIC = 0.044715f;

fn activation(z: vec4f) -> Unit {
    let bent = tangent(ROOT * (z + CUBIC * z * z * z));
    let slope = ROOT * (1 + 3 * CUBIC * z * z);
    let half = 0.5 * (1 + bent);
    // Far out the bracket's square is finite only in theory.
    let bend = select(0.5 * z * (1 - bent * bent) * slope, vec4f(0), abs(bent) == vec4f(1));
    return Unit(z * half, half + bend);
}
