// Where a racer clips by the norm: the gradient is stored before any of it is used, and its squares are summed.

var<workgroup> squares: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn store_gradient(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let racer = id.y;
    let tile = tile_of(id.x);
    sum_gradient(racer, tile);
    let bound = step.each[racer].clip_value;
    var sum = 0.0;
    for (var row = 0u; row < tile.count; row++) {
        let g = sums[row];
        stored[racer * SLOT + tile.first + row * tile.stride] = g;
        let clipped = held(g, bound);
        sum += dot(clipped, clipped);
    }
    squares[local] = sum;
    workgroupBarrier();
    if local == 0 {
        for (var other = 1u; other < GROUP; other++) {
            sum += squares[other];
        }
        norms[racer * GROUPS + group.x] = sum;
    }
}
