// Each invocation has a part of its own: where barriers are dear, as on software adapters.

fn measured(racer: u32, group: u32, local: u32) {
    let at = ((step.place * step.racers + racer) * PARTS + group * GROUP + local) * 2;
    parts[at] = squares;
    parts[at + 1] = counts;
}
