// Third dispatch of a step: every parameter's gradient, summed over the minibatch and used at once by the racer's
// optimizer, never stored; and the step's metrics.
//
// The first invocations take 4 × 4 tiles of W1 (one word of four pixels, one column of four hidden units); those
// behind them take a vec4 each of b1, W2 and b2; the last one sums the loss.

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> hidden: array<vec4f>;
@group(0) @binding(4) var<storage, read> hidden_gradient: array<vec4f>;
@group(0) @binding(5) var<storage, read> logit_gradient: array<f32>;
@group(0) @binding(6) var<storage, read> answers: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> memory: array<vec4f>;
// The minibatch's mean loss (the bits of an f32) and its number of dead hidden units, [steps, RACERS, 2].
@group(0) @binding(8) var<storage, read_write> metrics: array<atomic<u32>>;

@compute @workgroup_size(64)
fn update_parameters(@builtin(global_invocation_id) id: vec3u) {
    let racer = id.y;
    if id.x < W1_TILES {
        update_tile(racer, id.x / COLUMNS, id.x % COLUMNS);
        return;
    }
    let vector = B1_VECTOR + id.x - W1_TILES;
    if vector < B1_VECTOR + COLUMNS {
        update_vector(racer, vector, hidden_bias_gradient(racer, vector - B1_VECTOR));
    } else if vector < VECTORS {
        update_vector(racer, vector, output_gradient(racer, vector * 4 - W2_START));
    } else if vector == VECTORS {
        sum_loss(racer);
    }
}

fn update_tile(racer: u32, word: u32, column: u32) {
    var sum0 = vec4f(0);
    var sum1 = vec4f(0);
    var sum2 = vec4f(0);
    var sum3 = vec4f(0);
    let gradients = racer * BATCH * COLUMNS + column;
    for (var image = 0u; image < step.size; image++) {
        let pixels = images[order[step.start + image] * WORDS + word];
        if pixels == 0 {
            continue;
        }
        let gradient = hidden_gradient[gradients + image * COLUMNS];
        let x = unpack4x8unorm(pixels);
        sum0 += x.x * gradient;
        sum1 += x.y * gradient;
        sum2 += x.z * gradient;
        sum3 += x.w * gradient;
    }
    let row = word * 4 * COLUMNS + column;
    update_vector(racer, row, sum0);
    update_vector(racer, row + COLUMNS, sum1);
    update_vector(racer, row + 2 * COLUMNS, sum2);
    update_vector(racer, row + 3 * COLUMNS, sum3);
}

// Gradient of four biases; and how many of the four units no image activates.
fn hidden_bias_gradient(racer: u32, column: u32) -> vec4f {
    var sum = vec4f(0);
    var highest = vec4f(0);
    for (var image = 0u; image < step.size; image++) {
        let at = (racer * BATCH + image) * COLUMNS + column;
        sum += hidden_gradient[at];
        highest = max(highest, hidden[at]);
    }
    let dead = dot(select(vec4f(0), vec4f(1), highest == vec4f(0)), vec4f(1));
    atomicAdd(&metrics[metrics_start(racer) + 1], u32(dead));
    return sum;
}

// Gradient of four floats of W2 and b2, the first of them `first` floats behind W2's start.
fn output_gradient(racer: u32, first: u32) -> vec4f {
    var sum = vec4f(0);
    for (var image = 0u; image < step.size; image++) {
        let row = racer * BATCH + image;
        for (var part = 0u; part < 4; part++) {
            let at = first + part;
            let unit = min(at / CLASSES, HIDDEN - 1);
            // Row 128 is b2's: as if its unit were always 1. Behind it nothing is left but padding.
            let a = select(hidden[row * COLUMNS + unit / 4][unit % 4], 1.0, at >= HIDDEN * CLASSES);
            sum[part] += a * logit_gradient[row * CLASSES + at % CLASSES];
        }
    }
    return sum;
}

fn sum_loss(racer: u32) {
    var sum = 0.0;
    for (var image = 0u; image < step.size; image++) {
        sum += answers[racer * BATCH + image].x;
    }
    atomicStore(&metrics[metrics_start(racer)], bitcast<u32>(sum * step.inverse_size));
}

fn metrics_start(racer: u32) -> u32 {
    return (step.place * RACERS + racer) * 2;
}

// One step of the racer's optimizer on four parameters.
fn update_vector(racer: u32, vector: u32, gradient: vec4f) {
    var slots: Slots;
    for (var slot = 0u; slot < SLOTS; slot++) {
        slots[slot] = memory[slot_start(racer, 1 + slot) + vector];
    }
    let at = slot_start(racer, 0) + vector;
    memory[at] = update(step.racers[racer].optimizer, step.racers[racer].scalars, memory[at], gradient, &slots);
    for (var slot = 0u; slot < SLOTS; slot++) {
        memory[slot_start(racer, 1 + slot) + vector] = slots[slot];
    }
}

// Zero in place of a mean too small to matter, before it becomes a denormal number.
fn flushed(mean: vec4f) -> vec4f {
    return select(mean, vec4f(0), abs(mean) < vec4f(TINY));
}
