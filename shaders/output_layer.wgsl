// The output layer: logits = a · W + b; cross-entropy; and the gradient back to the hidden layer before it.
//
// A workgroup takes a tile of images of one racer: each invocation adds some hidden units' part of the logits, twelve
// of them sum the parts, one for each image answers, and all gather the hidden units' gradient from the ten classes.
// Logits come as three fours, the last two being padding. A line with # stands once for each image of the tile.

var<workgroup> sums: array<array<vec4f, GROUP>, 3 * TILE>;
var<workgroup> finished: array<vec4f, 3 * TILE>;

@compute @workgroup_size(GROUP)
fn output_layer(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let racer = group.y;
    let image = group.x * TILE;
    // Behind the last image of a short minibatch, the last one is read again and not stored.
    let last = step.size - 1;
    let row# = row_of(racer, min(image + #, last)) + INPUT_PLACE;
    let weights = parameters_of(racer) + WEIGHTS;
    var low# = vec4f(0);
    var middle# = vec4f(0);
    var high# = vec4f(0);
    for (var column = local; column < INPUTS; column += GROUP) {
        let low = class_weights(weights, column, 0);
        let middle = class_weights(weights, column, 1);
        let high = class_weights(weights, column, 2);
        let a# = activations[row# + column];
        low# += low * a#;
        middle# += middle * a#;
        high# += high * a#;
    }
    sums[3 * #][local] = low#;
    sums[3 * # + 1][local] = middle#;
    sums[3 * # + 2][local] = high#;
    workgroupBarrier();
    for (var four = local; four < 3 * TILE; four += GROUP) {
        var sum = memory[parameters_of(racer) + BIASES + four % 3];
        for (var part = 0u; part < GROUP; part++) {
            sum += sums[four][part];
        }
        finished[four] = sum;
    }
    workgroupBarrier();
    if local < TILE && image + local < step.size {
        let by_logits = finish(racer, image + local, local);
        let at = row_of(racer, image + local) + PLACE;
        for (var four = 0u; four < 3; four++) {
            gradients[at + four] = by_logits[four];
            finished[3 * local + four] = by_logits[four];
        }
    }
    workgroupBarrier();
    if step.trains == 0 {
        return;
    }
    for (var column = local; column < INPUTS; column += GROUP) {
        let low = class_weights(weights, column, 0);
        let middle = class_weights(weights, column, 1);
        let high = class_weights(weights, column, 2);
        let g# = finished[3 * #] * low + finished[3 * # + 1] * middle + finished[3 * # + 2] * high;
        if image + # < step.size { give_back(row# + column, image + #, column, g#); }
    }
}

// The weights from four hidden units to the classes of a four.
fn class_weights(weights: u32, column: u32, four: u32) -> mat4x4f {
    let at = weights + column * 12 + four;
    return mat4x4f(memory[at], memory[at + 3], memory[at + 6], memory[at + 9]);
}

fn finish(racer: u32, image: u32, tile: u32) -> array<vec4f, 3> {
    for (var digit = 0u; digit < CLASSES; digit++) {
        logits[digit] = finished[3 * tile + digit / 4][digit % 4];
    }
    return answer(racer, image);
}
