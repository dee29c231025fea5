// The gradient of a tile of parameters, as it was stored, and the norm of all of it.

var<private> sums: array<vec4f, ROWS>;
var<workgroup> factor: f32;

// Fills `sums`.
fn sum_gradient(racer: u32, tile: Tile) {
    for (var row = 0u; row < tile.count; row++) {
        sums[row] = stored[racer * SLOT + tile.first + row * tile.stride];
    }
}

// What the gradient is multiplied by: as in src/optim/clipping.rs.
fn clipping_factor(racer: u32, local: u32) -> f32 {
    if local == 0 {
        var squares = 0.0;
        for (var group = 0u; group < GROUPS; group++) {
            squares += norms[racer * GROUPS + group];
        }
        let bound = step.each[racer].clip_norm;
        let share = bound / (sqrt(squares) + 1e-6);
        // A norm that is NaN must not pass as one that is short. Without a bound, one that is infinite must.
        factor = select(share, 1.0, share >= 1 || bound == UNCLIPPED);
    }
    workgroupBarrier();
    return factor;
}
