// First dispatch of a step: hidden = relu(x · W1 + b1), [racers, BATCH, 128].
//
// One invocation sums four columns for four images in registers: each weight read serves four images, each pixel
// read four columns. Four pixels come in a word; where all four images have none there, the word is skipped.

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> memory: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> hidden: array<vec4f>;
// The minibatch's images one behind the other, for the third dispatch: [BATCH, 196] words.
@group(0) @binding(5) var<storage, read_write> minibatch: array<u32>;

const TILE = 4u;

@compute @workgroup_size(32, 2)
fn hidden_layer(@builtin(global_invocation_id) id: vec3u) {
    let column = id.x;
    let image = id.y * TILE;
    let racer = id.z;
    if image >= step.size {
        return;
    }
    // Behind the last image of a short minibatch, the last one is read again and not stored.
    let last = step.size - 1;
    let start0 = order[step.start + image] * WORDS;
    let start1 = order[step.start + min(image + 1, last)] * WORDS;
    let start2 = order[step.start + min(image + 2, last)] * WORDS;
    let start3 = order[step.start + min(image + 3, last)] * WORDS;
    let weights = slot_start(racer, 0) / 4 + column;
    let bias = memory[weights + B1_START / 4];
    var sum0 = bias;
    var sum1 = bias;
    var sum2 = bias;
    var sum3 = bias;
    for (var word = 0u; word < WORDS; word++) {
        let x0 = images[start0 + word];
        let x1 = images[start1 + word];
        let x2 = images[start2 + word];
        let x3 = images[start3 + word];
        if (x0 | x1 | x2 | x3) == 0 {
            continue;
        }
        let row = weights + word * 4 * COLUMNS;
        let w = mat4x4f(memory[row], memory[row + COLUMNS], memory[row + 2 * COLUMNS], memory[row + 3 * COLUMNS]);
        sum0 += w * unpack4x8unorm(x0);
        sum1 += w * unpack4x8unorm(x1);
        sum2 += w * unpack4x8unorm(x2);
        sum3 += w * unpack4x8unorm(x3);
    }
    if racer == 0 {
        copy(start0, image, column);
        copy(start1, min(image + 1, last), column);
        copy(start2, min(image + 2, last), column);
        copy(start3, min(image + 3, last), column);
    }
    let row = (racer * BATCH + image) * COLUMNS + column;
    hidden[row] = relu(sum0);
    if image + 1 < step.size {
        hidden[row + COLUMNS] = relu(sum1);
    }
    if image + 2 < step.size {
        hidden[row + 2 * COLUMNS] = relu(sum2);
    }
    if image + 3 < step.size {
        hidden[row + 3 * COLUMNS] = relu(sum3);
    }
}

// Not max(z, 0): a NaN must stay one, as it does in PyTorch.
fn relu(z: vec4f) -> vec4f {
    return select(z, vec4f(0), z < vec4f(0));
}

// Every 32nd word of an image, to its place in the minibatch.
fn copy(start: u32, image: u32, first: u32) {
    for (var word = first; word < WORDS; word += COLUMNS) {
        minibatch[image * WORDS + word] = images[start + word];
    }
}
