// The gradient by four hidden units' outputs for an image -> that by their inputs, which is stored at `at`.
fn give_back(at: u32, image: u32, column: u32, gradient: vec4f) {
    gradients[at] = gradient * slopes[at] * stays(image, column);
}
