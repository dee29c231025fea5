// What every stage knows. Before this stand, generated from Rust by src/engine/gpu/shader.rs: the sizes as constants,
// and the stage's buffers. All sizes and places are in fours of floats, which an invocation holds as a vec4f.
//
// The buffers:
// images, labels   the dataset's bytes, 16 and 4 at a time; the training images first
// order            numbers of images: the epoch's order of the training images
// minibatch        the step's images [PIXEL_BLOCKS, rows], sorted by block of 16 pixels
// memory           [racers, 1 + slots, SLOT]: parameters, then the optimizer's state
// activations      [racers, rows, ROW]: what the units of each layer say of each image
// slopes           the same of the activations' derivatives
// gradients        the same of the loss's derivatives by the units' inputs; the last layer's are those by the logits
// answers          [racers, rows]: loss in nats, and the most likely class
// stored           [racers, SLOT]: the gradient, where something must be known of all of it first
// norms            [racers, GROUPS]: the sum of its squares, as far as each workgroup sees it
// parts            [steps, racers, PARTS, 2]: the step's metrics, as far as each workgroup or invocation sees them
// metrics          [steps, racers, 2]: their sums

// What a racer's update uses.
struct Racer {
    optimizer: u32,
    clip_value: f32,
    clip_norm: f32,
    label_smoothing: f32,
    // λ₁, λ₂, what decay leaves of a weight.
    penalty: vec4f,
    scalars: array<vec4f, 2>,
}

// What one race step uses. The same struct as src/engine/gpu/uniform.rs, which a test compares.
struct Step {
    // What dropout's masks of each hidden layer are hashed from.
    layer_keys: vec4u,
    // Where its minibatch starts in `order`.
    start: u32,
    // Images in its minibatch.
    size: u32,
    // 1 / size.
    inverse_size: f32,
    // Its place among the steps of this submission.
    place: u32,
    // Images that there is room for.
    rows: u32,
    // How many racers there are, and how far apart they lie in `memory`.
    racers: u32,
    stride: u32,
    // The hash from which on a unit stays, and what it is then multiplied by.
    dropout_threshold: u32,
    dropout_scale: f32,
    // A pixel becomes scale · x/255 + offset.
    pixel_scale: f32,
    pixel_offset: f32,
    // Whether gradients are wanted.
    trains: u32,
    each: array<Racer, RACERS>,
}

// Where a racer's parameters start in `memory`.
fn parameters_of(racer: u32) -> u32 {
    return racer * step.stride;
}

// Where the row of an image of the minibatch starts, of a racer.
fn row_of(racer: u32, image: u32) -> u32 {
    return (racer * step.rows + image) * ROW;
}

// Components of a gradient, held within their bound. A NaN stays one.
fn held(g: vec4f, bound: f32) -> vec4f {
    return select(select(g, vec4f(bound), g > vec4f(bound)), vec4f(-bound), g < vec4f(-bound));
}
