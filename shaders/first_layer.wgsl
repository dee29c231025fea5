// First dispatch of a step: z = x · W1 + b1, and what the units make of it.
//
// One invocation sums four columns for a tile of images in registers: each weight read serves all the images, each
// pixel read four columns. SPLIT invocations share a sum, and take turns at the blocks of pixels. A line with # stands
// once for each image of the tile. Before this stand `hand_in` and `hand_over`, which bring the shares together.

// Sums that a workgroup has of each image of a tile.
const SUMS = GROUP / SPLIT;

@compute @workgroup_size(GROUP)
fn first_layer(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let share = local / SUMS;
    let column = column_of(group.x, local);
    let image = image_of(group.x, local);
    let racer = group.y;
    // Behind the last image of a short minibatch, the last one is read again and not stored.
    let last = step.size - 1;
    let start# = order[step.start + min(image + #, last)] * PIXEL_BLOCKS;
    let weights = parameters_of(racer) + WEIGHTS + column;
    let bias = select(vec4f(0), memory[parameters_of(racer) + BIASES + column], share == 0);
    var sum# = bias;
    for (var block = share; block < PIXEL_BLOCKS; block += SPLIT) {
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
        copy(start#, min(image + #, last), column * SPLIT + share);
    }
    hand_in(group, local, #, sum#);
    hand_over(group, local);
}

// Four units of a sum, and the first image of its tile.
fn column_of(group: u32, sum: u32) -> u32 {
    return (group * SUMS + sum % SUMS) % COLUMNS;
}

fn image_of(group: u32, sum: u32) -> u32 {
    return (group * SUMS + sum % SUMS) / COLUMNS * TILE;
}

// Some blocks of an image, to their place in the minibatch.
fn copy(start: u32, image: u32, first: u32) {
    for (var block = first; block < PIXEL_BLOCKS; block += COLUMNS * SPLIT) {
        minibatch[block * step.rows + image] = images[start + block];
    }
}

// The weights from four inputs to four units.
fn four_rows(row: u32) -> mat4x4f {
    return mat4x4f(memory[row], memory[row + COLUMNS], memory[row + 2 * COLUMNS], memory[row + 3 * COLUMNS]);
}
