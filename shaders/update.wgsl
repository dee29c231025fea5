// Last dispatch of a step: every parameter's gradient is used by its racer's optimizer; and the step's metrics.
// Before this stand, generated, the optimizers' structs and formulas, and `update_tile`, the switch between them; and
// `measured`, which keeps what an invocation measured. A line with # stands once for each image that is read ahead.

// What the invocation measures: the squares of the gradient, of what the step changes, of the parameters, and the
// penalties' loss; and the loss and the number of dead hidden units.
var<private> squares: vec4f;
var<private> counts: vec4f;

// What the racer's update uses.
var<private> racer: Racer;
// Where the tile's first parameters stand in `memory`.
var<private> first: u32;
var<private> is_weights: bool;
var<private> factor_of_norm: f32;
// What the four parameters at hand were.
var<private> replaced: vec4f;

@compute @workgroup_size(GROUP)
fn update(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let tile = tile_of(id.x);
    racer = step.each[id.y];
    factor_of_norm = clipping_factor(id.y, local);
    sum_gradient(id.y, tile);
    first = parameters_of(id.y) + tile.first;
    is_weights = tile.kind == PIXELS || tile.kind == WEIGHTS;
    update_tile(tile);
    if tile.kind == HIDDEN_BIASES {
        counts.y = dead_units(id.y, tile);
    }
    if tile.kind == LOSS {
        counts.x = mean_loss(id.y);
    }
    measured(id.y, group.x, local);
}

// How many of four hidden units have no slope to speak of, whatever the image. Padding, whose input is zero, is no unit.
fn dead_units(racer: u32, tile: Tile) -> f32 {
    let at = row_of(racer, 0) + tile.output;
    var steepest = vec4f(0);
    var image = 0u;
    for (; image + TILE <= step.size; image += TILE) {
        let slope# = slopes[at + (image + #) * ROW];
        steepest = max(steepest, slope#);
    }
    for (; image < step.size; image++) {
        steepest = max(steepest, slopes[at + image * ROW]);
    }
    let dead = (steepest < vec4f(DEAD_SLOPE)) & (vec4u(0, 1, 2, 3) < vec4u(tile.units));
    return dot(select(vec4f(0), vec4f(1), dead), vec4f(1));
}

fn mean_loss(racer: u32) -> f32 {
    let at = racer * step.rows;
    var sum = 0.0;
    var image = 0u;
    for (; image + TILE <= step.size; image += TILE) {
        let loss# = answers[at + image + #].x;
        sum += loss#;
    }
    for (; image < step.size; image++) {
        sum += answers[at + image].x;
    }
    return sum * step.inverse_size;
}

// What four parameters were, the penalties' decay done; and the gradient that the optimizer sees: clipped as in
// src/optim/clipping.rs, with the penalties of src/optim/penalty.rs.
struct Four {
    theta: vec4f,
    gradient: vec4f,
}

fn prepared(at: u32, row: u32) -> Four {
    let theta = memory[at];
    replaced = theta;
    let g = sums[row];
    squares.x += dot(g, g);
    squares.z += dot(theta, theta);
    let clipped = held(g, racer.clip_value) * factor_of_norm;
    if !is_weights {
        return Four(theta, clipped);
    }
    squares.w += dot(racer.penalty.x * abs(theta) + 0.5 * racer.penalty.y * theta * theta, vec4f(1));
    return Four(theta * racer.penalty.z, clipped + racer.penalty.x * sign(theta) + racer.penalty.y * theta);
}

// Puts four parameters in the place of what they were.
fn replace(at: u32, theta: vec4f) {
    let change = theta - replaced;
    squares.y += dot(change, change);
    memory[at] = theta;
}

// Four floats of an optimizer's state: `state` is where those in its slot 0 lie. An optimizer asks for its slots one by
// one, so that memory it does not use is never touched.
fn kept(state: u32, slot: u32) -> vec4f {
    return memory[state + slot * SLOT];
}

fn keep(state: u32, slot: u32, value: vec4f) {
    memory[state + slot * SLOT] = value;
}

// Zero in place of a mean too small to matter, before it becomes a denormal number.
fn flushed(mean: vec4f) -> vec4f {
    return select(mean, vec4f(0), abs(mean) < vec4f(TINY));
}
