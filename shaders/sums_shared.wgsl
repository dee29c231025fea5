// Where invocations share a sum, they meet, and each finishes some of the sums.

var<workgroup> shares: array<array<vec4f, GROUP>, TILE>;

fn hand_in(group: vec3u, local: u32, tile_image: u32, sum: vec4f) {
    shares[tile_image][local] = sum;
}

fn hand_over(group: vec3u, local: u32) {
    workgroupBarrier();
    for (var at = local; at < SUMS * TILE; at += GROUP) {
        var sum = vec4f(0);
        for (var share = at % SUMS; share < GROUP; share += SUMS) {
            sum += shares[at / SUMS][share];
        }
        let image = image_of(group.x, at) + at / SUMS;
        if image < step.size {
            take(group.y, image, column_of(group.x, at), sum);
        }
    }
}
