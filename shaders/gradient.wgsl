// The gradient of a tile of parameters, summed over the minibatch.

var<private> sums: array<vec4f, 16>;

// Fills `sums`.
fn sum_gradient(racer: u32, tile: Tile) {
    if tile.kind == PIXELS {
        sum_pixels(racer, tile);
    } else if tile.count > 0 {
        sum_units(racer, tile);
    }
}

fn sum_pixels(racer: u32, tile: Tile) {
    let output = row_of(racer, 0) + tile.output;
    for (var image = 0u; image < step.size; image++) {
        let words = minibatch[tile.input * step.rows + image];
        if !SEES_BLACK && all(words == vec4u(0)) {
            continue;
        }
        let g = gradients[output + image * ROW];
        let x = inputs(words.x);
        sums[0] += x.x * g;
        sums[1] += x.y * g;
        sums[2] += x.z * g;
        sums[3] += x.w * g;
        let y = inputs(words.y);
        sums[4] += y.x * g;
        sums[5] += y.y * g;
        sums[6] += y.z * g;
        sums[7] += y.w * g;
        let z = inputs(words.z);
        sums[8] += z.x * g;
        sums[9] += z.y * g;
        sums[10] += z.z * g;
        sums[11] += z.w * g;
        let w = inputs(words.w);
        sums[12] += w.x * g;
        sums[13] += w.y * g;
        sums[14] += w.z * g;
        sums[15] += w.w * g;
    }
}

// Biases are summed as the weights of a unit that always says 1.
fn sum_units(racer: u32, tile: Tile) {
    let is_bias = tile.kind != WEIGHTS;
    let row = row_of(racer, 0);
    for (var image = 0u; image < step.size; image++) {
        let g = gradients[row + image * ROW + tile.output];
        let a = select(activations[row + image * ROW + tile.input], vec4f(1), is_bias);
        sums[0] += a.x * g;
        sums[1] += a.y * g;
        sums[2] += a.z * g;
        sums[3] += a.w * g;
    }
}
