// A network without hidden layers: the logits are there, and only the answers are wanted. One invocation for each image.

@compute @workgroup_size(GROUP)
fn answer_layer(@builtin(global_invocation_id) id: vec3u) {
    let image = id.x;
    let racer = id.y;
    if image >= step.size {
        return;
    }
    let row = row_of(racer, image) + PLACE;
    for (var digit = 0u; digit < CLASSES; digit++) {
        logits[digit] = activations[row + digit / 4][digit % 4];
    }
    let by_logits = answer(racer, image);
    for (var four = 0u; four < 3; four++) {
        gradients[row + four] = by_logits[four];
    }
}
