// What a unit makes of its input: its output, and the derivative there.
struct Unit {
    output: vec4f,
    slope: vec4f,
}

// (1 − e^(−2|z|)) / (1 + e^(−2|z|)) with z's sign: the built-in one overflows in some browsers.
fn tangent(z: vec4f) -> vec4f {
    let decayed = exp(-2 * abs(z));
    return (1 - decayed) / (1 + decayed) * select(vec4f(1), vec4f(-1), z < vec4f(0));
}
