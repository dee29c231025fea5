// What every stage knows. The constants (WORDS, COLUMNS, CLASSES, …) and the optimizers' structs and switch stand
// before this in the composed module; src/engine/gpu/shader.rs generates them from Rust.

// An invocation takes four hidden units as a vec4f in registers; a row of 128 units is 32 such columns.

struct Racer {
    optimizer: u32,
    // λ₁, λ₂, what decay leaves of a weight.
    penalty: vec4f,
    scalars: array<vec4f, 2>,
}

// What one race step uses. The same struct as src/engine/gpu/uniform.rs, which a test compares.
struct Step {
    // Where its minibatch starts in `order`.
    start: u32,
    // Images in its minibatch.
    size: u32,
    // 1 / size.
    inverse_size: f32,
    // Its place among the steps of this submission.
    place: u32,
    racers: array<Racer, RACERS>,
}

// Where, in floats, slot `slot` of a racer's memory starts: slot 0 holds the parameters, the others the optimizer's state.
fn slot_start(racer: u32, slot: u32) -> u32 {
    return (racer * (1 + SLOTS) + slot) * STRIDE;
}
