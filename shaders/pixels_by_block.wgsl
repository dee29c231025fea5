// The gradient of sixteen pixels' weights.

// Sixteen variables, because an array would not stay in registers; and no word is skipped for being black, because what
// that saves is less than what the branch costs.
fn sum_pixels(racer: u32, tile: Tile) {
    let output = row_of(racer, 0) + tile.output;
    var sum0 = vec4f(0);
    var sum1 = vec4f(0);
    var sum2 = vec4f(0);
    var sum3 = vec4f(0);
    var sum4 = vec4f(0);
    var sum5 = vec4f(0);
    var sum6 = vec4f(0);
    var sum7 = vec4f(0);
    var sum8 = vec4f(0);
    var sum9 = vec4f(0);
    var sum10 = vec4f(0);
    var sum11 = vec4f(0);
    var sum12 = vec4f(0);
    var sum13 = vec4f(0);
    var sum14 = vec4f(0);
    var sum15 = vec4f(0);
    for (var image = 0u; image < step.size; image++) {
        let words = minibatch[tile.input * step.rows + image];
        let g = gradients[output + image * ROW];
        let x = inputs(words.x);
        sum0 += x.x * g;
        sum1 += x.y * g;
        sum2 += x.z * g;
        sum3 += x.w * g;
        let y = inputs(words.y);
        sum4 += y.x * g;
        sum5 += y.y * g;
        sum6 += y.z * g;
        sum7 += y.w * g;
        let z = inputs(words.z);
        sum8 += z.x * g;
        sum9 += z.y * g;
        sum10 += z.z * g;
        sum11 += z.w * g;
        let w = inputs(words.w);
        sum12 += w.x * g;
        sum13 += w.y * g;
        sum14 += w.z * g;
        sum15 += w.w * g;
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
    sums[4] = sum4;
    sums[5] = sum5;
    sums[6] = sum6;
    sums[7] = sum7;
    sums[8] = sum8;
    sums[9] = sum9;
    sums[10] = sum10;
    sums[11] = sum11;
    sums[12] = sum12;
    sums[13] = sum13;
    sums[14] = sum14;
    sums[15] = sum15;
}
