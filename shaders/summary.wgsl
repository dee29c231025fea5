// Once in a submission: the parts of what was measured of each step and racer, summed in their order, so that the same
// race measures the same to the last bit.

@compute @workgroup_size(GROUP)
fn summary(@builtin(global_invocation_id) id: vec3u) {
    let entry = id.x;
    if entry >= step.size * step.racers {
        return;
    }
    var squares = vec4f(0);
    var counts = vec4f(0);
    for (var part = 0u; part < PARTS; part++) {
        let at = (entry * PARTS + part) * 2;
        squares += parts[at];
        counts += parts[at + 1];
    }
    metrics[entry * 2] = squares;
    metrics[entry * 2 + 1] = counts;
}
