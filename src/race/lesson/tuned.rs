//! Gradient descent at a rate of its own comes close.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// Each at a rate that suits it.
pub(super) const LESSON: Lesson = Lesson {
    id: "tuned",
    title: text!("Tuned, gradient descent comes close", "调好学习率，梯度下降就追上来"),
    why: text!(
        "Every racer at a rate that suits it: GD 0.5, RMSprop and Adam 0.003. How much of the gap was the optimizer, \
         and how much the rate?",
        "每位选手都用适合自己的学习率：GD 0.5，RMSprop 和 Adam 0.003。差距有多少来自优化器，多少来自学习率？"
    ),
    race: "epochs=1&racer=gd,learning_rate:0.5&racer=rmsprop,learning_rate:0.003&racer=adam,learning_rate:0.003",
    pace: 47.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::new(
            text!(
                "Press Start. The first 25 steps still belong to RMSprop and Adam.",
                "按“开始”。最初 25 步仍是 RMSprop 和 Adam 的天下。"
            ),
            |race| Some(race.loss(0, 25)? > 1.15 * race.loss(1, 25)?.max(race.loss(2, 25)?)),
        ),
        Step::new(
            text!(
                "At the end of the epoch gradient descent is within a quarter of both. At the defaults it had 1.4 times \
                 their loss.",
                "一轮结束时，梯度下降与两者相差不到四分之一。默认设置下它的损失是它们的 1.4 倍。"
            ),
            |race| Some(race.loss(0, 469)? < 1.25 * race.loss(1, 469)?.min(race.loss(2, 469)?)),
        ),
        Step::new(
            text!(
                "On the test images all three are right more than 94 times in 100: most of the gap was the rate.",
                "在测试图像上，三者的准确率都超过 94%：差距大多来自学习率。"
            ),
            |race| {
                let worst = [0, 1, 2].into_iter().map(|racer| race.accuracy(racer, 469));
                let worst = worst.reduce(|worst, next| Some(worst?.min(next?))).flatten();
                Some(worst? > 0.94)
            },
        ),
    ],
};
