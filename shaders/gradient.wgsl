// The gradient of a tile of parameters, summed over the minibatch. Before this stands `sum_pixels`. A line with # stands
// once for each image that is read ahead.

var<private> sums: array<vec4f, ROWS>;

// Fills `sums`.
fn sum_gradient(racer: u32, tile: Tile) {
    if tile.kind == PIXELS {
        sum_pixels(racer, tile);
    } else if tile.count > 0 {
        sum_units(racer, tile);
    }
}

// Biases are summed as the weights of a unit that always says 1.
fn sum_units(racer: u32, tile: Tile) {
    let is_bias = tile.kind != WEIGHTS;
    let output = row_of(racer, 0) + tile.output;
    let input = row_of(racer, 0) + tile.input;
    var sum = mat4x4f();
    var image = 0u;
    for (; image + TILE <= step.size; image += TILE) {
        let g# = gradients[output + (image + #) * ROW];
        let a# = select(activations[input + (image + #) * ROW], vec4f(1), is_bias);
        sum += outer(a#, g#);
    }
    for (; image < step.size; image++) {
        let g = gradients[output + image * ROW];
        sum += outer(select(activations[input + image * ROW], vec4f(1), is_bias), g);
    }
    keep_four(sum);
}

fn outer(a: vec4f, g: vec4f) -> mat4x4f {
    return mat4x4f(a.x * g, a.y * g, a.z * g, a.w * g);
}

fn keep_four(rows: mat4x4f) {
    sums[0] = rows[0];
    sums[1] = rows[1];
    sums[2] = rows[2];
    sums[3] = rows[3];
}
