// A further hidden layer, forward: z = a · W + b, and what the units make of it.
//
// One invocation sums four columns for a tile of images in registers. A line with # stands once for each image.

@compute @workgroup_size(GROUP)
fn hidden_layer(@builtin(global_invocation_id) id: vec3u) {
    let column = id.x % COLUMNS;
    let image = id.x / COLUMNS * TILE;
    let racer = id.y;
    if image >= step.size {
        return;
    }
    let last = step.size - 1;
    let row# = row_of(racer, min(image + #, last)) + INPUT_PLACE;
    let parameters = parameters_of(racer);
    let bias = memory[parameters + BIASES + column];
    var sum# = bias;
    for (var four = 0u; four < INPUTS; four++) {
        let at = parameters + WEIGHTS + four * 4 * COLUMNS + column;
        let w = mat4x4f(memory[at], memory[at + COLUMNS], memory[at + 2 * COLUMNS], memory[at + 3 * COLUMNS]);
        sum# += w * activations[row# + four];
    }
    if image + # < step.size { take(racer, image + #, column, sum#); }
}
