// Dropout: as in src/model/dropout.rs.

// What four units' outputs for an image of the minibatch are multiplied by: 0 where they are left out.
fn stays(image: u32, column: u32) -> vec4f {
    if !DROPOUT {
        return vec4f(1);
    }
    let unit = image * WIDEST + column * 4 + vec4u(0, 1, 2, 3);
    let hashes = hash(vec4u(step.layer_keys[MASKED_LAYER]) ^ unit);
    return select(vec4f(0), vec4f(step.dropout_scale), hashes >= vec4u(step.dropout_threshold));
}

// PCG-RXS-M-XS. Jarzynski & Olano 2020, "Hash functions for GPU rendering", section 4.
fn hash(value: vec4u) -> vec4u {
    let state = value * 747796405 + 2891336453;
    let word = ((state >> ((state >> vec4u(28)) + 4)) ^ state) * 277803737;
    return (word >> vec4u(22)) ^ word;
}
