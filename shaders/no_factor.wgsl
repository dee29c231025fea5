// Where no racer clips by the norm.
fn clipping_factor(racer: u32, local: u32) -> f32 {
    return 1;
}
