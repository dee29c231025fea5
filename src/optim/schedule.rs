//! How the learning rate changes over the race, for any optimizer. Steps t count from 0, as PyTorch's schedulers do.

use std::f64::consts::PI;

use super::{Knob, Scale, Settings};
use crate::text::Alternative;

/// The curves; [`factor`] says what each is.
const CURVES: [Alternative; 6] = [
    Alternative { name: "constant", label: text!("constant", "恒定") },
    Alternative { name: "step", label: text!("step", "阶梯") },
    Alternative { name: "exponential", label: text!("exponential", "指数") },
    Alternative { name: "cosine", label: text!("cosine", "余弦") },
    Alternative { name: "one_cycle", label: text!("one cycle", "单周期") },
    Alternative { name: "inverse_time", label: text!("inverse time", "反比") },
];

/// Which curve the learning rate follows.
pub(super) const SCHEDULE: Knob = Knob {
    name: "schedule",
    label: text!("Schedule", "学习率调度"),
    symbol: "",
    min: 0.0,
    max: 5.0,
    default: 0.0,
    scale: Scale::Choice(&CURVES),
    doc: text!(
        "How the learning rate changes over the race: large steps find the valley, small ones its floor.",
        "学习率在竞赛中如何变化：大步找到山谷，小步走到谷底。"
    ),
};

/// n.
pub(super) const SCHEDULE_STEPS: Knob = Knob {
    name: "schedule_steps",
    label: text!("Length", "调度长度"),
    symbol: "n",
    min: 1.0,
    max: 1_000_000.0,
    default: 2345.0,
    scale: Scale::LogInteger,
    doc: text!(
        "The schedule's length in steps: from one drop to the next, or to the end of a cosine or of the cycle. Five \
         epochs of 128 images take 2,345.",
        "以步数计的调度长度：从一次下降到下一次下降，或到余弦、单周期结束为止。批大小为 128 时，五轮共 2,345 步。"
    ),
};

/// γ.
pub(super) const SCHEDULE_FACTOR: Knob = Knob {
    name: "schedule_factor",
    label: text!("Factor", "衰减系数"),
    symbol: "γ",
    min: 0.001,
    max: 1.0,
    default: 0.1,
    scale: Scale::Log,
    doc: text!(
        "What is left of the learning rate after the schedule's steps, where it falls by drops or exponentially.",
        "阶梯或指数下降时，走完调度长度后学习率剩下的比例。"
    ),
};

/// w.
pub(super) const WARMUP_STEPS: Knob = Knob {
    name: "warmup_steps",
    label: text!("Warm-up", "预热步数"),
    symbol: "w",
    min: 0.0,
    max: 100_000.0,
    default: 0.0,
    scale: Scale::LogInteger,
    doc: text!(
        "The learning rate grows to its full size over so many first steps, while the optimizer's means are still \
         poor.",
        "在最初这么多步里，学习率逐渐升到设定值，因为此时优化器的滑动平均还不可靠。"
    ),
};

/// Settings and a step, from 0 -> what the learning rate is multiplied by at that step.
///
/// - `constant`: 1.
/// - `step`: γ^⌊t/n⌋, PyTorch's `StepLR`.
/// - `exponential`: γ^(t/n), PyTorch's `ExponentialLR` with gamma γ^(1/n).
/// - `cosine`: ½·(1 + cos(π·t/n)), 0 from n on. Loshchilov & Hutter 2017, "SGDR", eq. 5; PyTorch's `CosineAnnealingLR`.
/// - `one_cycle`: from 1/25 up to 1 at 0.3·n − 1 and down to 1/250,000 at n − 1, both by half a cosine. Smith & Topin
///   2018, "Super-convergence"; PyTorch's `OneCycleLR` with its defaults, whose momentum is left alone.
/// - `inverse_time`: 1/(1 + t/n).
///
/// With a warm-up of w steps all are multiplied by (t + 1)/w before step w.
pub(super) fn factor(settings: &Settings, t: u64) -> f64 {
    let (t, n) = (t as f64, settings.get(&SCHEDULE_STEPS));
    let gamma = settings.get(&SCHEDULE_FACTOR);
    let scheduled = match settings.get(&SCHEDULE) as u8 {
        1 => libm::pow(gamma, (t / n).floor()),
        2 => libm::pow(gamma, t / n),
        3 => anneal(1.0, 0.0, t / n),
        4 => one_cycle(t, n),
        5 => 1.0 / (1.0 + t / n),
        _ => 1.0,
    };
    let warmup = settings.get(&WARMUP_STEPS);
    if t < warmup { scheduled * (t + 1.0) / warmup } else { scheduled }
}

/// The schedules as `race.py` hands PyTorch's to a racer, in the order of the knob's words; nothing for a constant rate.
/// Behind its end PyTorch's cosine would rise again and its cycle refuse: `last_step` is the last that they may count.
pub(super) const PYTORCH: [&str; 6] = [
    "",
    "scheduler=lambda optimizer: lr_scheduler.StepLR(optimizer, {schedule_steps}, {schedule_factor})",
    "scheduler=lambda optimizer: lr_scheduler.ExponentialLR(optimizer, {schedule_factor} ** (1 / {schedule_steps}))",
    "scheduler=lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, {schedule_steps}), last_step={schedule_steps}",
    "scheduler=lambda optimizer: lr_scheduler.OneCycleLR(optimizer, {learning_rate}, {schedule_steps}, \
     cycle_momentum=False), last_step={schedule_steps} - 1",
    "scheduler=lambda optimizer: lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t / {schedule_steps}))",
];

/// The learning rate on the schedules that Keras has, in the same order. Its way up a cycle is a straight line.
pub(super) const KERAS: [&str; 6] = [
    "{learning_rate}",
    "schedules.ExponentialDecay({learning_rate}, {schedule_steps}, {schedule_factor}, staircase=True)",
    "schedules.ExponentialDecay({learning_rate}, {schedule_steps}, {schedule_factor})",
    "schedules.CosineDecay({learning_rate}, {schedule_steps})",
    "schedules.CosineDecay({learning_rate} / 25, 0.7 * {schedule_steps}, warmup_target={learning_rate}, \
     warmup_steps=0.3 * {schedule_steps})",
    "schedules.InverseTimeDecay({learning_rate}, {schedule_steps}, 1)",
];

fn one_cycle(t: f64, n: f64) -> f64 {
    let (start, end) = (1.0 / 25.0, 1.0 / 25.0 / 1e4);
    let (top, last) = (0.3 * n - 1.0, n - 1.0);
    if t < top { anneal(start, 1.0, t / top) } else { anneal(1.0, end, (t - top) / (last - top)) }
}

/// Half a cosine from `from` to `to`, as `share` goes from 0 to 1; `to` behind that.
fn anneal(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) / 2.0 * (1.0 + libm::cos(PI * share.min(1.0)))
}
