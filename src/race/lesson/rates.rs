//! The range of learning rates that one can use, and the collapse above it.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// Gradient descent at 0.001, 0.1, 0.5 and 3.
pub(super) const LESSON: Lesson = Lesson {
    id: "rates",
    title: text!("The learning rate: too small, right, too large", "学习率：太小、合适、太大"),
    why: text!(
        "Gradient descent four times, with nothing but the learning rate changed. Below its range it crawls, above it \
         the network breaks.",
        "四个梯度下降，只有学习率不同。低于可用范围则爬行，高于它则网络损坏。"
    ),
    race: "epochs=1&racer=gd,learning_rate:0.001,name:GD 0.001&racer=gd,name:GD 0.1\
           &racer=gd,learning_rate:0.5,name:GD 0.5&racer=gd,learning_rate:3,name:GD 3",
    pace: 47.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::new(
            text!(
                "Press Start and watch GD 3: its first steps overshoot, and the loss jumps far above chance (2.30).",
                "按“开始”，看 GD 3：最初几步就走过了头，损失跳到远高于随机猜测（2.30）的地方。"
            ),
            |race| Some(race.loss(3, 25)? > 3.0),
        ),
        Step::about(
            Metric::DeadUnits,
            text!(
                "By step 100 more than 90% of its hidden units are dead: no image moves them, so they have no \
                 gradient and never come back.",
                "到第 100 步，它超过 90% 的隐藏单元已失活：没有图像能激活它们，也就没有梯度，再也回不来。"
            ),
            |race| Some(race.mean(3, Metric::DeadUnits, 100)? > 0.9),
        ),
        Step::new(
            text!(
                "After a whole epoch GD 0.001 is still near 2: the direction is right, the steps are too short.",
                "一整轮之后，GD 0.001 仍在 2 附近：方向没错，步子太小。"
            ),
            |race| Some(race.loss(0, 469)? > 1.8),
        ),
        Step::new(
            text!(
                "Five times the default rate is better still: GD 0.5 ends with little more than half the loss of GD 0.1. \
                 The best rate lies not far below the collapse.",
                "默认值的五倍反而更好：GD 0.5 最后的损失只比 GD 0.1 的一半多一点。最佳学习率离崩溃不远。"
            ),
            |race| Some(race.loss(2, 469)? < 0.75 * race.loss(1, 469)?),
        ),
    ],
};
