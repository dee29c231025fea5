// A workgroup's invocations sum what they measured: one part for all of them.

var<workgroup> group_squares: array<vec4f, GROUP>;
var<workgroup> group_counts: array<vec4f, GROUP>;

fn measured(racer: u32, group: u32, local: u32) {
    group_squares[local] = squares;
    group_counts[local] = counts;
    workgroupBarrier();
    for (var half = GROUP / 2; half > 0; half /= 2) {
        if local < half {
            group_squares[local] += group_squares[local + half];
            group_counts[local] += group_counts[local + half];
        }
        workgroupBarrier();
    }
    if local == 0 {
        let at = ((step.place * step.racers + racer) * PARTS + group) * 2;
        parts[at] = group_squares[0];
        parts[at + 1] = group_counts[0];
    }
}
