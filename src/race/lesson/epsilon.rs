//! ε as a knob.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// Adam with three ε, with a larger rate at the largest, and gradient descent.
pub(super) const LESSON: Lesson = Lesson {
    id: "epsilon",
    title: text!("ε is a knob, too", "ε 也是一个旋钮"),
    why: text!(
        "ε is said to keep Adam from dividing by zero. Once it is larger than √v, it rules: the step becomes α/ε times \
         the averaged gradient, which is gradient descent with momentum.",
        "据说 ε 只是防止 Adam 除以零。一旦它大于 √v，就由它说了算：步长变成 α/ε 乘以平均梯度，也就是带动量的梯度下降。"
    ),
    race: "epochs=1&racer=adam,name:Adam ε 1e-8&racer=adam,epsilon:0.0001,name:Adam ε 1e-4\
           &racer=adam,epsilon:0.1,name:Adam ε 0.1&racer=adam,learning_rate:0.01,epsilon:0.1,name:Adam 0.01 ε 0.1\
           &racer=gd,name:GD 0.1",
    pace: 47.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::about(
            Metric::UpdateRatio,
            text!(
                "Press Start. With ε 0.1 Adam's steps are less than a fifth as long as with 1e-8.",
                "按“开始”。ε 为 0.1 时，Adam 的步长不到 1e-8 时的五分之一。"
            ),
            |race| Some(race.mean(2, Metric::UpdateRatio, 100)? < 0.2 * race.mean(0, Metric::UpdateRatio, 100)?),
        ),
        Step::new(
            text!(
                "From 1e-8 to 1e-4 hardly anything changes: at the end of the epoch both are within a tenth.",
                "从 1e-8 到 1e-4 几乎没有变化：一轮结束时两者相差不到一成。"
            ),
            |race| Some((race.loss(0, 469)? / race.loss(1, 469)? - 1.0).abs() < 0.1),
        ),
        Step::new(
            text!(
                "At 0.1 the loss is more than 2.5 times as high, and test accuracy falls from 94% to 85%.",
                "到 0.1 时，损失高出 1.5 倍以上，测试准确率从 94% 降到 85%。"
            ),
            |race| Some(race.loss(2, 469)? > 2.5 * race.loss(0, 469)? && race.accuracy(2, 469)? < 0.88),
        ),
        Step::new(
            text!(
                "With α 0.01 and ε 0.1, α/ε is 0.1: Adam ends within 15% of plain gradient descent at 0.1.",
                "α 为 0.01、ε 为 0.1 时，α/ε 是 0.1：Adam 最后与学习率 0.1 的梯度下降相差不到 15%。"
            ),
            |race| Some((race.loss(3, 469)? / race.loss(4, 469)? - 1.0).abs() < 0.15),
        ),
    ],
};
