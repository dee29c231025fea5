// What hidden units make of their input: activation, its slope, and dropout.

// Takes the input of four units for one image.
fn take(racer: u32, image: u32, column: u32, z: vec4f) {
    let at = row_of(racer, image) + PLACE + column;
    let unit = activation(z);
    slopes[at] = unit.slope;
    activations[at] = unit.output * stays(image, column);
}
