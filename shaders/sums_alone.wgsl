// Where no invocations share a sum, what one hands in is the sum.

fn hand_in(group: vec3u, local: u32, tile_image: u32, sum: vec4f) {
    let image = image_of(group.x, local) + tile_image;
    if image < step.size {
        take(group.y, image, column_of(group.x, local), sum);
    }
}

fn hand_over(group: vec3u, local: u32) {}
