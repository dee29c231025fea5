// The gradient of four pixels' weights: hardware has invocations enough for such small tiles. Some images are read ahead,
// because nothing else hides how long a read takes. A line with # stands once for each of them.

fn sum_pixels(racer: u32, tile: Tile) {
    let output = row_of(racer, 0) + tile.output;
    let input = tile.input / 4 * step.rows;
    let word = tile.input % 4;
    var sum = mat4x4f();
    var image = 0u;
    for (; image + TILE <= step.size; image += TILE) {
        let x# = minibatch[input + image + #][word];
        let g# = gradients[output + (image + #) * ROW];
        sum += outer(inputs(x#), g#);
    }
    for (; image < step.size; image++) {
        sum += outer(inputs(minibatch[input + image][word]), gradients[output + image * ROW]);
    }
    keep_four(sum);
}
