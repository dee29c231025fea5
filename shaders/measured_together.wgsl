// A workgroup's invocations sum what they measured: one part for all of them.

var<workgroup> group_squares: array<vec4f, GROUP>;
var<workgroup> group_counts: array<vec4f, GROUP>;

fn measured(racer: u32, group: u32, local: u32) {
    group_squares[local] = squares;
    group_counts[local] = counts;
    workgroupBarrier();
    if local == 0 {
        for (var other = 1u; other < GROUP; other++) {
            squares += group_squares[other];
            counts += group_counts[other];
        }
        let at = ((step.place * step.racers + racer) * PARTS + group) * 2;
        parts[at] = squares;
        parts[at + 1] = counts;
    }
}
