// A network without hidden layers: the first layer's sums are the logits.

// Takes four logits for one image.
fn take(racer: u32, image: u32, column: u32, z: vec4f) {
    activations[row_of(racer, image) + PLACE + column] = z;
}
