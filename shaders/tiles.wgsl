// Which parameters an invocation takes. Before this stands, generated, `tile_of`: it counts through each layer's
// weights, then its biases; W1 in tiles of ROWS pixels, other weights in tiles of 4 inputs, biases in one row; and four
// units wide all of them. Behind the last layer, one invocation sums the loss.

struct Tile {
    kind: u32,
    // The first four of parameters, and how many rows of the layer there are, COLUMNS apart.
    first: u32,
    stride: u32,
    count: u32,
    // Where the units that the weights read from stand in an image's row; or the number of the pixels.
    input: u32,
    // Where the units that they feed stand in an image's row; and how many of the layer's units there are from the
    // first of them on: what comes behind is padding.
    output: u32,
    units: u32,
}

const PIXELS = 0u;
const WEIGHTS = 1u;
const HIDDEN_BIASES = 2u;
const OUTPUT_BIASES = 3u;
const LOSS = 4u;
const IDLE = 5u;

fn place(
    at: u32, kind: u32, first: u32, columns: u32, count: u32, input: u32, output: u32, units: u32
) -> Tile {
    let row = at / columns;
    let column = at % columns;
    return Tile(
        kind, first + row * count * columns + column, columns, count, input + row, output + column, units - 4 * column);
}
