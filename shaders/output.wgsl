// Second dispatch of a step: logits = hidden · W2 + b2; cross-entropy; and the gradient back to the hidden layer.
//
// A workgroup takes one image of one racer, an invocation four hidden units: it adds their part of the ten logits,
// and later gathers their gradient from the ten classes.

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> memory: array<f32>;
@group(0) @binding(4) var<storage, read> hidden: array<vec4f>;
// Gradient by the hidden layer's input, [racers, BATCH, 128].
@group(0) @binding(5) var<storage, read_write> hidden_gradient: array<vec4f>;
// Gradient by the logits, [racers, BATCH, 10].
@group(0) @binding(6) var<storage, read_write> logit_gradient: array<f32>;
// Loss in nats, and the most likely class, [racers, BATCH].
@group(0) @binding(7) var<storage, read_write> answers: array<vec2f>;

var<workgroup> parts: array<array<f32, COLUMNS>, CLASSES>;
var<workgroup> logits: array<f32, CLASSES>;

@compute @workgroup_size(COLUMNS)
fn output_layer(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) column: u32) {
    let racer = group.y;
    let row = racer * BATCH + group.x;
    let parameters = slot_start(racer, 0);
    let weights = parameters + W2_START + column * 4 * CLASSES;
    let a = hidden[row * COLUMNS + column];
    for (var digit = 0u; digit < CLASSES; digit++) {
        parts[digit][column] = dot(a, class_weights(weights, digit));
    }
    workgroupBarrier();
    if column < CLASSES {
        var sum = memory[parameters + B2_START + column];
        for (var part = 0u; part < COLUMNS; part++) {
            sum += parts[column][part];
        }
        logits[column] = sum;
    }
    workgroupBarrier();

    // The largest logit is taken out first, so that no exponential overflows.
    var best = 0u;
    for (var digit = 1u; digit < CLASSES; digit++) {
        best = select(best, digit, logits[digit] > logits[best]);
    }
    let largest = logits[best];
    var total = 0.0;
    for (var digit = 0u; digit < CLASSES; digit++) {
        total += exp(logits[digit] - largest);
    }
    let label = label_of(order[step.start + group.x]);
    var gradient = vec4f(0);
    for (var digit = 0u; digit < CLASSES; digit++) {
        let by_logit = logit_derivative(logits[digit] - largest, total, digit == label);
        gradient += by_logit * class_weights(weights, digit);
        if column == digit {
            logit_gradient[row * CLASSES + digit] = by_logit;
        }
    }
    hidden_gradient[row * COLUMNS + column] = select(vec4f(0), gradient, a > vec4f(0));
    if column == 0 {
        answers[row] = vec2f(log(total) - (logits[label] - largest), f32(best));
    }
}

// The weights from four hidden units to one class.
fn class_weights(weights: u32, digit: u32) -> vec4f {
    let first = weights + digit;
    return vec4f(memory[first], memory[first + CLASSES], memory[first + 2 * CLASSES], memory[first + 3 * CLASSES]);
}

// Of the minibatch's mean loss: (softmax − one-hot) / size. A probability below TINY counts as none, so that no
// denormal number arises.
fn logit_derivative(logit: f32, total: f32, is_label: bool) -> f32 {
    let probability = exp(logit) / total;
    return (select(probability, 0.0, probability < TINY) - select(0.0, 1.0, is_label)) * step.inverse_size;
}

// Labels come four in a word.
fn label_of(image: u32) -> u32 {
    return extractBits(labels[image / 4], image % 4 * 8, 8u);
}
