//! Each optimizer against a step worked by hand, and the registry's promises.

use super::*;
use crate::text::Language;

/// Runs `steps` steps of `id` with knobs `set` on one parameter of value 1 and gradients `gradients`.
fn run(id: &str, set: &[(&str, f64)], gradients: &[f32]) -> f32 {
    let optimizer = find(id).expect("registered");
    let mut settings = Settings::new(optimizer);
    for (name, value) in set {
        let knob = optimizer.knob(name).expect("its knob");
        settings.set(name, knob, *value).expect("in range");
    }
    let (mut theta, mut slots) = ([1.0f32], [[0.0f32]; SLOTS]);
    for (at, gradient) in gradients.iter().enumerate() {
        let scalars = (optimizer.scalars)(&settings, at as u64 + 1);
        (optimizer.update)(&scalars, &mut theta, &[*gradient], slots.each_mut().map(<[f32; 1]>::as_mut_slice));
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
fn rmsprop_with_options_by_hand() {
    let set = [("learning_rate", 0.01), ("rho", 0.75), ("epsilon", 0.5)];
    // b = 2/1.5, then 0.9·b + 1.6/(√1.39 + 0.5).
    let momentum = [&set[..], &[("momentum", 0.9)]].concat();
    let [first, second] = [2.0 / 1.5, 1.6 / (1.39f32.sqrt() + 0.5)];
    assert_close(run("rmsprop", &momentum, &[2.0]), 1.0 - 0.01 * first);
    assert_close(run("rmsprop", &momentum, &[2.0, 1.6]), 1.0 - 0.01 * (first + 0.9 * first + second));
    // m = 0.25·2 = 0.5: variance 1 − 0.25; then m = 0.375 + 0.4 = 0.775: variance 1.39 − 0.775².
    let centered = [&set[..], &[("centered", 1.0)]].concat();
    let first = 0.02 / (0.75f32.sqrt() + 0.5);
    assert_close(run("rmsprop", &centered, &[2.0]), 1.0 - first);
    let second = 0.016 / ((1.39f32 - 0.775 * 0.775).sqrt() + 0.5);
    assert_close(run("rmsprop", &centered, &[2.0, 1.6]), 1.0 - first - second);
}

#[test]
fn centered_rmsprop_takes_no_root_of_a_negative_number() {
    // v = 1e-31 is set to zero, but m = 1e-16 is not, and m² is 1e-32.
    let set = [("centered", 1.0)];
    let tiny = run("rmsprop", &set, &[1e-15]);
    assert!((tiny - 1.0).abs() < 1e-6, "{tiny}");
    // A gradient that is always the same: v − m² falls towards zero, and rounding takes it below.
    let same = run("rmsprop", &set, &[0.009; 1000]);
    assert!(same.is_finite(), "{same}");
    // m = 1 left over from before the switch was off, v = 0.0009 since: the step is that of v = 0.00081 alone.
    let mut settings = Settings::new(&rmsprop::OPTIMIZER);
    settings.set("centered", rmsprop::OPTIMIZER.knob("centered").expect("its knob"), 1.0).expect("in range");
    let scalars = (rmsprop::OPTIMIZER.scalars)(&settings, 1);
    let mut theta = [1.0];
    (rmsprop::OPTIMIZER.update)(&scalars, &mut theta, &[0.001], [&mut [0.0009], &mut [1.0], &mut [0.0]]);
    assert_close(theta[0], 1.0 - 1e-6 / 0.000_810_1f32.sqrt());
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
fn amsgrad_by_hand() {
    let set = [("learning_rate", 0.01), ("beta1", 0.5), ("beta2", 0.75), ("epsilon", 0.5)];
    // As Adam's first step: m̂ = 2, ŵ = 4.
    assert_close(run("amsgrad", &set, &[2.0]), 1.0 - 0.02 / 2.5);
    // Second step, g = 0: m = 0.5, m̂ = 0.5/0.75; v = 0.75, but the highest was 1: ŵ = 1/0.4375.
    let second = 0.005 / 0.75 / ((1.0f32 / 0.4375).sqrt() + 0.5);
    assert_close(run("amsgrad", &set, &[2.0, 0.0]), 1.0 - 0.02 / 2.5 - second);
}

#[test]
fn nadam_by_hand() {
    let set = [("learning_rate", 0.01), ("beta1", 0.5), ("beta2", 0.75), ("epsilon", 0.5), ("momentum_decay", 1.0)];
    // μ₁ = 0.5·(1 − 0.48), μ₂ = 0.5·(1 − 0.4608), μ₃ = 0.5·(1 − 0.442368).
    let [mu1, mu2, mu3] = [0.26f32, 0.2696, 0.278_816];
    // m = 1, v = 1, v̂ = 4: the root is 2.
    let first = 0.01 * (mu2 * 1.0 / (1.0 - mu1 * mu2) + (1.0 - mu1) * 2.0 / (1.0 - mu1)) / 2.5;
    assert_close(run("nadam", &set, &[2.0]), 1.0 - first);
    // Second step, g = 1: m = 1; v = 1, v̂ = 1/0.4375.
    let mean = mu3 / (1.0 - mu1 * mu2 * mu3) + (1.0 - mu2) / (1.0 - mu1 * mu2);
    let second = 0.01 * mean / ((1.0f32 / 0.4375).sqrt() + 0.5);
    assert_close(run("nadam", &set, &[2.0, 1.0]), 1.0 - first - second);
}

#[test]
fn adagrad_by_hand() {
    let set = [("learning_rate", 0.1), ("epsilon", 0.5)];
    // v = 9, then 9 + 16 = 25.
    assert_close(run("adagrad", &set, &[3.0]), 1.0 - 0.3 / 3.5);
    assert_close(run("adagrad", &set, &[3.0, 4.0]), 1.0 - 0.3 / 3.5 - 0.4 / 5.5);
}

#[test]
fn adadelta_by_hand() {
    let set = [("learning_rate", 0.5), ("rho", 0.75), ("epsilon", 0.25)];
    // v = 1: Δ = √0.25/√1.25·2.
    let first = 0.5 / 1.25f32.sqrt() * 2.0;
    assert_close(run("adadelta", &set, &[2.0]), 1.0 - 0.5 * first);
    // u = 0.25·Δ² = 0.2, v = 0.75 + 0.25 = 1: Δ = √0.45/√1.25·1 = 0.6.
    assert_close(run("adadelta", &set, &[2.0, 1.0]), 1.0 - 0.5 * first - 0.5 * 0.6);
}

#[test]
fn lion_by_hand() {
    let set = [("learning_rate", 0.01), ("beta1", 0.75), ("beta2", 0.5)];
    // Without a gradient nothing moves; with one, whatever its size, by 0.01.
    assert_close(run("lion", &set, &[0.0]), 1.0);
    assert_close(run("lion", &set, &[3.0]), 0.99);
    // m = 1.5; c = 1.125 − 0.25·g: a gradient of −4 does not turn it yet, one of −5 does.
    assert_close(run("lion", &set, &[3.0, -4.0]), 0.98);
    assert_close(run("lion", &set, &[3.0, -5.0]), 1.0);
    // m = 1.5, then 0.75 − 1 = −0.25: now the momentum itself points the other way.
    assert_close(run("lion", &set, &[3.0, -2.0, 0.0]), 0.99);
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
            assert!(knob.doc.in_language(Language::English).ends_with('.'), "{}.{}", optimizer.id, knob.name);
            let shown = format!("class=\"{}\"", knob.name);
            let in_formula = optimizer.formula.contains(&shown);
            assert!(in_formula || knob.symbol.is_empty(), "{} is not in {}'s formula", knob.name, optimizer.id);
        }
    }
}

/// `optimizer` as it comes, and with everything on that is off by default.
fn plain_and_with_options(optimizer: &'static Optimizer) -> [Settings; 2] {
    let plain = Settings::new(optimizer);
    let mut options = plain.clone();
    for knob in optimizer.knobs.iter().filter(|knob| knob.default == 0.0) {
        let on = if knob.scale == Scale::Switch { 1.0 } else { 0.9 };
        options.set(knob.name, knob, on).expect("in range");
    }
    [plain, options]
}

#[test]
fn state_that_falls_reaches_zero_and_none_is_denormal() {
    for settings in ALL.iter().copied().flat_map(plain_and_with_options) {
        let optimizer = settings.optimizer();
        for gradient in [1.0, 1e-20] {
            let (mut theta, mut slots, mut fell) = ([1.0f32], [[0.0f32]; SLOTS], [false; SLOTS]);
            for step in 1..200_000 {
                let before = slots;
                let scalars = (optimizer.scalars)(&settings, step);
                let gradient = if step == 1 { gradient } else { 0.0 };
                let state = slots.each_mut().map(<[f32; 1]>::as_mut_slice);
                (optimizer.update)(&scalars, &mut theta, &[gradient], state);
                for (slot, ([now], [before])) in slots.iter().zip(&before).enumerate() {
                    assert!(*now == 0.0 || now.is_normal(), "{settings:?}, slot {slot}: {now:e} at step {step}");
                    fell[slot] |= now.abs() < before.abs();
                }
            }
            assert!(theta[0].is_finite(), "{settings:?}");
            for (slot, ([end], fell)) in slots.iter().zip(fell).enumerate() {
                assert!(*end == 0.0 || !fell, "{settings:?}, slot {slot} falls, but stays at {end:e}");
                assert!(slot < optimizer.slots || *end == 0.0, "{settings:?} has no slot {slot}");
            }
        }
    }
}
