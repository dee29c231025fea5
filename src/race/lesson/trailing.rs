//! Why plain gradient descent trails.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// GD, RMSprop and Adam, each at its default.
pub(super) const LESSON: Lesson = Lesson {
    id: "trailing",
    title: text!("Why gradient descent trails", "梯度下降为什么落后"),
    why: text!(
        "The three optimizers at their defaults. Gradient descent steps as far as the gradient is long; RMSprop and \
         Adam divide by its usual size, so that every weight moves, however small its gradient.",
        "三个优化器都用默认设置。梯度下降的步长与梯度成正比；RMSprop 和 Adam 除以梯度平时的大小，于是梯度再小的权重也会移动。"
    ),
    race: "epochs=1",
    pace: 47.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::about(
            Metric::UpdateRatio,
            text!(
                "Press Start. In the first 25 steps RMSprop moves the weights about three times as far as \
                 gradient descent.",
                "按“开始”。在最初 25 步中，RMSprop 移动权重的距离约为梯度下降的三倍。"
            ),
            |race| {
                let [gd, rmsprop] = [0, 1].map(|racer| race.mean(racer, Metric::UpdateRatio, 25));
                Some(rmsprop? > 2.5 * gd?)
            },
        ),
        Step::new(
            text!(
                "After 100 steps gradient descent is at 0.48, RMSprop and Adam at 0.36 or less.",
                "100 步后，梯度下降在 0.48，RMSprop 和 Adam 在 0.36 以下。"
            ),
            |race| Some(race.loss(0, 100)? > 1.2 * race.loss(1, 100)?.max(race.loss(2, 100)?)),
        ),
        Step::new(
            text!(
                "At the end of the epoch it is still above where both others were at step 300.",
                "一轮结束时，它仍高于另外两个在第 300 步时的损失。"
            ),
            |race| Some(race.loss(0, 469)? > race.loss(1, 300)?.max(race.loss(2, 300)?)),
        ),
        Step::new(
            text!(
                "So it ends with about 1.4 times their loss. Is it worse, or only too slow at 0.1? The next lessons \
                 find out.",
                "所以它最后的损失约为它们的 1.4 倍。是它更差，还是 0.1 的学习率太慢？接下来的课程会回答。"
            ),
            |race| Some(race.loss(0, 469)? > 1.25 * race.loss(1, 469)?.max(race.loss(2, 469)?)),
        ),
    ],
};
