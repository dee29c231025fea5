// Third dispatch of a step: every parameter's gradient, summed over the minibatch and used at once by the racer's
// optimizer, never stored; and the step's metrics.
//
// The first invocations take 8 × 4 tiles of W1 (two words of four pixels, four hidden units); those behind them take
// four floats each of b1, then of W2 and b2; the last one sums the loss.

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> minibatch: array<u32>;
@group(0) @binding(2) var<storage, read> hidden: array<vec4f>;
@group(0) @binding(3) var<storage, read> hidden_gradient: array<vec4f>;
@group(0) @binding(4) var<storage, read> logit_gradient: array<f32>;
@group(0) @binding(5) var<storage, read> answers: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> memory: array<vec4f>;
// The minibatch's mean loss (the bits of an f32) and its number of dead hidden units, [steps, RACERS, 2].
@group(0) @binding(7) var<storage, read_write> metrics: array<atomic<u32>>;

@compute @workgroup_size(64)
fn update_parameters(@builtin(global_invocation_id) id: vec3u) {
    let racer = id.y;
    if id.x < W1_TILES {
        update_tile(racer, id.x / COLUMNS, id.x % COLUMNS);
        return;
    }
    let rest = id.x - W1_TILES;
    if rest < COLUMNS {
        update_biases(racer, B1_START / 4 + rest, hidden_bias_gradient(racer, rest));
    } else if rest < COLUMNS + OUTPUT_FOURS {
        let first = rest - COLUMNS;
        let gradient = output_gradient(racer, first * 4);
        if first * 4 < HIDDEN * CLASSES {
            update_weights(racer, W2_START / 4 + first, gradient);
        } else {
            update_biases(racer, W2_START / 4 + first, gradient);
        }
    } else if rest == COLUMNS + OUTPUT_FOURS {
        sum_loss(racer);
    }
}

fn update_tile(racer: u32, pair: u32, column: u32) {
    var sums: array<vec4f, 8>;
    let units = racer * BATCH * COLUMNS + column;
    for (var image = 0u; image < step.size; image++) {
        let word = image * WORDS + pair * 2;
        let left = minibatch[word];
        let right = minibatch[word + 1];
        if (left | right) == 0 {
            continue;
        }
        let gradient = hidden_gradient[units + image * COLUMNS];
        let x = unpack4x8unorm(left);
        sums[0] += x.x * gradient;
        sums[1] += x.y * gradient;
        sums[2] += x.z * gradient;
        sums[3] += x.w * gradient;
        let y = unpack4x8unorm(right);
        sums[4] += y.x * gradient;
        sums[5] += y.y * gradient;
        sums[6] += y.z * gradient;
        sums[7] += y.w * gradient;
    }
    for (var pixel = 0u; pixel < 8; pixel++) {
        update_weights(racer, (pair * 8 + pixel) * COLUMNS + column, sums[pixel]);
    }
}

// Gradient of four biases; and how many of the four units no image activates.
fn hidden_bias_gradient(racer: u32, column: u32) -> vec4f {
    var sum = vec4f(0);
    var highest = vec4f(0);
    for (var image = 0u; image < step.size; image++) {
        let row = racer * BATCH + image;
        sum += hidden_gradient[row * COLUMNS + column];
        highest = max(highest, hidden[row * COLUMNS + column]);
    }
    let dead = dot(select(vec4f(0), vec4f(1), highest == vec4f(0)), vec4f(1));
    atomicAdd(&metrics[metrics_start(racer) + 1], u32(dead));
    return sum;
}

// Gradient of four floats of W2 and b2: `first` floats behind W2's start, and OUTPUT_FOURS further each.
fn output_gradient(racer: u32, first: u32) -> vec4f {
    var sum = vec4f(0);
    for (var part = 0u; part < 4; part++) {
        let at = first + part;
        // Row 128 is b2's: as if its unit were always 1. Behind it nothing is left but padding.
        let is_bias = at >= HIDDEN * CLASSES;
        let unit = min(at / CLASSES, HIDDEN - 1);
        for (var image = 0u; image < step.size; image++) {
            let row = racer * BATCH + image;
            let a = select(hidden[row * COLUMNS + unit / 4][unit % 4], 1.0, is_bias);
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

// One step on four weights, with the racer's penalties: as in src/optim/penalty.rs.
fn update_weights(racer: u32, four: u32, gradient: vec4f) {
    let penalty = step.racers[racer].penalty;
    let w = memory[slot_start(racer, 0) / 4 + four];
    update_four(racer, four, w * penalty.z, gradient + penalty.x * sign(w) + penalty.y * w);
}

// One step on four biases, which no penalty touches.
fn update_biases(racer: u32, four: u32, gradient: vec4f) {
    update_four(racer, four, memory[slot_start(racer, 0) / 4 + four], gradient);
}

// One step of the racer's optimizer on four parameters, which were `theta`.
fn update_four(racer: u32, four: u32, theta: vec4f, gradient: vec4f) {
    let state = slot_start(racer, 1) / 4 + four;
    memory[slot_start(racer, 0) / 4 + four] =
        update(step.racers[racer].optimizer, step.racers[racer].scalars, theta, gradient, state);
}

// Four floats of an optimizer's state: `state` is where those in its slot 0 lie. An optimizer asks for its slots one by
// one, so that memory it does not use is never touched.
fn kept(state: u32, slot: u32) -> vec4f {
    return memory[state + slot * (STRIDE / 4)];
}

fn keep(state: u32, slot: u32, value: vec4f) {
    memory[state + slot * (STRIDE / 4)] = value;
}

// Zero in place of a mean too small to matter, before it becomes a denormal number.
fn flushed(mean: vec4f) -> vec4f {
    return select(mean, vec4f(0), abs(mean) < vec4f(TINY));
}
