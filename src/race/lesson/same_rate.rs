//! Why the same learning rate for all is no fair race.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// All at 0.01, and gradient descent at 0.5 beside them.
pub(super) const LESSON: Lesson = Lesson {
    id: "same-rate",
    title: text!("The same rate for all is an unfair race", "学习率相同并不公平"),
    why: text!(
        "GD, RMSprop and Adam at 0.01, as comparisons often have it. But a learning rate means something else to each: \
         for GD it multiplies the gradient, for the others it is about how far each weight moves.",
        "GD、RMSprop 和 Adam 都用 0.01，许多比较就是这样做的。但学习率对它们含义不同：对 GD 它乘以梯度，对另外两个它大约就是每个权重移动的距离。"
    ),
    race: "epochs=1&racer=gd,learning_rate:0.01,name:GD 0.01&racer=rmsprop,learning_rate:0.01\
           &racer=adam,learning_rate:0.01&racer=gd,learning_rate:0.5,name:GD 0.5",
    pace: 47.0,
    metric: Metric::UpdateRatio,
    log_y: true,
    log_x: false,
    steps: &[
        Step::about(
            Metric::UpdateRatio,
            text!(
                "Press Start. The chart shows how far each step goes. At the same rate Adam moves more than 20 times \
                 as far as GD 0.01.",
                "按“开始”。图表显示每一步走多远。学习率相同时，Adam 走的距离是 GD 0.01 的 20 倍以上。"
            ),
            |race| Some(race.mean(2, Metric::UpdateRatio, 25)? > 20.0 * race.mean(0, Metric::UpdateRatio, 25)?),
        ),
        Step::about(
            Metric::UpdateRatio,
            text!(
                "GD 0.5, at fifty times that rate, moves about as far as Adam at 0.01.",
                "GD 0.5 的学习率是它的五十倍，走的距离与 0.01 的 Adam 差不多。"
            ),
            |race| {
                let ratio = race.mean(3, Metric::UpdateRatio, 25)? / race.mean(2, Metric::UpdateRatio, 25)?;
                Some((0.5..2.0).contains(&ratio))
            },
        ),
        Step::new(
            text!(
                "At the end of the epoch GD 0.01 has more than three times Adam's loss.",
                "一轮结束时，GD 0.01 的损失是 Adam 的三倍以上。"
            ),
            |race| Some(race.loss(0, 469)? > 3.0 * race.loss(2, 469)?),
        ),
        Step::new(
            text!(
                "And GD 0.5 is within a quarter of Adam's. Compare optimizers each at its own best rate.",
                "而 GD 0.5 与 Adam 相差不到四分之一。比较优化器时，应让每个都用自己的最佳学习率。"
            ),
            |race| Some(race.loss(3, 469)? < 1.25 * race.loss(2, 469)?),
        ),
    ],
};
