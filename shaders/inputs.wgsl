// What the network sees of four pixels in a word: as in src/data/preprocessing.rs.
fn inputs(word: u32) -> vec4f {
    var share = unpack4x8unorm(word);
    if BINARY {
        share = select(vec4f(0), vec4f(1), share > vec4f(0.5));
    }
    if !SEES_BLACK {
        return share;
    }
    return step.pixel_scale * share + step.pixel_offset;
}
