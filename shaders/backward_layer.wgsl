// A further hidden layer, backward: the gradient by its units' inputs -> that by the inputs of the layer before it.
//
// One invocation gathers four units of the layer before for a tile of images. A line with # stands once for each image.

@compute @workgroup_size(GROUP)
fn backward_layer(@builtin(global_invocation_id) id: vec3u) {
    let column = id.x % INPUTS;
    let image = id.x / INPUTS * TILE;
    let racer = id.y;
    if image >= step.size {
        return;
    }
    let last = step.size - 1;
    let row# = row_of(racer, min(image + #, last));
    let weights = parameters_of(racer) + WEIGHTS + column * 4 * COLUMNS;
    var sum# = vec4f(0);
    for (var four = 0u; four < COLUMNS; four++) {
        let at = weights + four;
        let w = mat4x4f(memory[at], memory[at + COLUMNS], memory[at + 2 * COLUMNS], memory[at + 3 * COLUMNS]);
        sum# += gradients[row# + PLACE + four] * w;
    }
    if image + # < step.size { give_back(row# + INPUT_PLACE + column, image + #, column, sum#); }
}
