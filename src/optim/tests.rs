//! Each optimizer against a step worked by hand, and the registry's promises.

use super::*;

/// Runs `steps` steps of `id` with knobs `set` on one parameter of value 1 and gradients `gradients`.
fn run(id: &str, set: &[(&str, f64)], gradients: &[f32]) -> f32 {
    let optimizer = find(id).expect("registered");
    let mut settings = Settings::new(optimizer);
    for (name, value) in set {
        let knob = optimizer.knob(name).expect("its knob");
        settings.set(name, knob, *value).expect("in range");
    }
    let (mut theta, mut first, mut second) = ([1.0f32], [0.0f32], [0.0f32]);
    for (at, gradient) in gradients.iter().enumerate() {
        let scalars = (optimizer.scalars)(&settings, at as u64 + 1);
        (optimizer.update)(&scalars, &mut theta, &[*gradient], [&mut first, &mut second]);
    }
    theta[0]
}

fn assert_close(found: f32, expected: f32) {
    assert!((found - expected).abs() < 1e-6, "found {found}, expected {expected}");
}

#[test]
fn gradient_descent_by_hand() {
    assert_close(run("gd", &[("learning_rate", 0.1)], &[0.5]), 1.0 - 0.1 * 0.5);
    // b: 0.5, then 0.9·0.5 + 0.2 = 0.65.
    let momentum = [("learning_rate", 0.1), ("momentum", 0.9)];
    assert_close(run("gd", &momentum, &[0.5, 0.2]), 1.0 - 0.05 - 0.065);
    // Steps: 0.5 + 0.9·0.5 = 0.95, then 0.2 + 0.9·0.65 = 0.785.
    let nesterov = [("learning_rate", 0.1), ("momentum", 0.9), ("nesterov", 1.0)];
    assert_close(run("gd", &nesterov, &[0.5, 0.2]), 1.0 - 0.095 - 0.0785);
}

#[test]
fn rmsprop_by_hand() {
    let set = [("learning_rate", 0.01), ("rho", 0.75), ("epsilon", 0.5)];
    // v = 0.25·4 = 1, root 1: the step is 0.01·2/1.5.
    assert_close(run("rmsprop", &set, &[2.0]), 1.0 - 0.02 / 1.5);
    // Then v = 0.75·1 + 0.25·1.6² = 1.39.
    assert_close(run("rmsprop", &set, &[2.0, 1.6]), 1.0 - 0.02 / 1.5 - 0.016 / (1.39f32.sqrt() + 0.5));
}

#[test]
fn adam_by_hand() {
    let set = [("learning_rate", 0.01), ("beta1", 0.5), ("beta2", 0.75), ("epsilon", 0.5)];
    // m = 1, v = 1; corrected m̂ = 2, v̂ = 4: the step is 0.01·2/(2 + 0.5).
    assert_close(run("adam", &set, &[2.0]), 1.0 - 0.02 / 2.5);
    // Without correction of v the root is 1.
    let article = [&set[..], &[("correct_v", 0.0)]].concat();
    assert_close(run("adam", &article, &[2.0]), 1.0 - 0.02 / 1.5);
    // Second step, g = 1: m = 1, m̂ = 1/0.75; v = 1, v̂ = 1/0.4375.
    let second = 0.01 / 0.75 / ((1.0f32 / 0.4375).sqrt() + 0.5);
    assert_close(run("adam", &set, &[2.0, 1.0]), 1.0 - 0.02 / 2.5 - second);
}

#[test]
fn registry_keeps_its_promises() {
    for optimizer in ALL {
        assert_eq!(find(optimizer.id), Some(*optimizer), "ids are unique");
        assert_eq!(ALL[optimizer.index()], *optimizer);
        assert_eq!(optimizer.knobs[0].name, "learning_rate", "{}", optimizer.id);
        assert!(optimizer.slots <= SLOTS && optimizer.scalar_names.len() <= SCALARS, "{}", optimizer.id);
        let signature = format!("fn update_{}(", optimizer.id);
        assert!(optimizer.wgsl.contains(&signature), "{} lacks {signature}", optimizer.id);
        for knob in optimizer.knobs {
            assert_eq!(knob.check(knob.name, knob.default), Ok(knob.default), "{}", optimizer.id);
            assert!(knob.doc.ends_with('.') && !knob.label.is_empty(), "{}.{}", optimizer.id, knob.name);
            let shown = format!("class=\"{}\"", knob.name);
            let in_formula = optimizer.formula.contains(&shown);
            assert!(in_formula || knob.symbol.is_empty(), "{} is not in {}'s formula", knob.name, optimizer.id);
        }
    }
}

#[test]
fn means_reach_zero_without_passing_through_denormals() {
    for optimizer in ALL {
        let settings = Settings::new(optimizer);
        let (mut theta, mut first, mut second) = ([1.0f32], [0.0f32], [0.0f32]);
        for step in 1..200_000 {
            let scalars = (optimizer.scalars)(&settings, step);
            let gradient = if step == 1 { 1.0 } else { 0.0 };
            (optimizer.update)(&scalars, &mut theta, &[gradient], [&mut first, &mut second]);
            for mean in [first[0], second[0]] {
                assert!(mean == 0.0 || mean.is_normal(), "{}: {mean:e} at step {step}", optimizer.id);
            }
        }
        assert_eq!([first[0], second[0]], [0.0, 0.0], "{}", optimizer.id);
    }
}
