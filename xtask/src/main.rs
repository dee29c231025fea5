//! GradPrix's one door.
fn main() {}
