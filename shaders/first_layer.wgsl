// First dispatch of a step: z = x · W1 + b1, and what the units make of it.
//
// One invocation sums four columns for a tile of images in registers: each weight read serves all the images, each
// pixel read four columns. A line with # stands once for each image of the tile.

@compute @workgroup_size(GROUP)
fn first_layer(@builtin(global_invocation_id) id: vec3u) {
    let column = id.x % COLUMNS;
    let image = id.x / COLUMNS * TILE;
    let racer = id.y;
    if image >= step.size {
        return;
    }
    // Behind the last image of a short minibatch, the last one is read again and not stored.
    let last = step.size - 1;
    let start# = order[step.start + min(image + #, last)] * PIXEL_BLOCKS;
    let weights = parameters_of(racer) + WEIGHTS + column;
    let bias = memory[parameters_of(racer) + BIASES + column];
    var sum# = bias;
    for (var block = 0u; block < PIXEL_BLOCKS; block++) {
        var some = vec4u(0);
        let x# = images[start# + block];
        some |= x#;
        if SEES_BLACK || any(some != vec4u(0)) {
            let row = weights + block * 16 * COLUMNS;
            let a = four_rows(row);
            let b = four_rows(row + 4 * COLUMNS);
            let c = four_rows(row + 8 * COLUMNS);
            let d = four_rows(row + 12 * COLUMNS);
            sum# += a * inputs(x#.x) + b * inputs(x#.y) + c * inputs(x#.z) + d * inputs(x#.w);
        }
    }
    if racer == 0 && step.trains != 0 {
        copy(start#, min(image + #, last), column);
    }
    if image + # < step.size { take(racer, image + #, column, sum#); }
}

// Every COLUMNS-th block of an image, to its place in the minibatch.
fn copy(start: u32, image: u32, first: u32) {
    for (var block = first; block < PIXEL_BLOCKS; block += COLUMNS) {
        minibatch[block * step.rows + image] = images[start + block];
    }
}

// The weights from four inputs to four units.
fn four_rows(row: u32) -> mat4x4f {
    return mat4x4f(memory[row], memory[row + COLUMNS], memory[row + 2 * COLUMNS], memory[row + 3 * COLUMNS]);
}
