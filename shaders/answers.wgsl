// The answer to an image: cross-entropy, the most likely class, and the gradient by the logits.

var<private> logits: array<f32, CLASSES>;

// `logits` -> the answer, which is stored; and the gradient by the logits, ten and two that are padding.
fn answer(racer: u32, image: u32) -> array<vec4f, 3> {
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
    let label = label_of(order[step.start + image]);
    answers[racer * step.rows + image] = vec2f(log(total) - (logits[label] - largest), f32(best));
    for (var digit = 0u; digit < CLASSES; digit++) {
        logits[digit] = logit_derivative(racer, logits[digit] - largest, total, digit == label);
    }
    return array(
        vec4f(logits[0], logits[1], logits[2], logits[3]),
        vec4f(logits[4], logits[5], logits[6], logits[7]),
        vec4f(logits[8], logits[9], 0, 0),
    );
}

// Of the minibatch's mean loss: (softmax − ((1−s)·one-hot + s/10)) / size. A probability below TINY counts as none, so
// that no denormal number arises.
fn logit_derivative(racer: u32, logit: f32, total: f32, is_label: bool) -> f32 {
    let smoothing = step.each[racer].label_smoothing;
    let wanted = select(0.0, 1 - smoothing, is_label) + smoothing / f32(CLASSES);
    let probability = exp(logit) / total;
    return (select(probability, 0.0, probability < TINY) - wanted) * step.inverse_size;
}

// Labels come four in a word.
fn label_of(image: u32) -> u32 {
    return extractBits(labels[image / 4], image % 4 * 8, 8u);
}
