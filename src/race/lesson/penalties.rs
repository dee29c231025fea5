//! L1 against L2.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// Gradient descent at 0.5: without a penalty, with L1, with L2 and with ten times as much L2.
pub(super) const LESSON: Lesson = Lesson {
    id: "penalties",
    title: text!("L1 against L2", "L1 与 L2"),
    why: text!(
        "L1 pulls every weight to zero with the same force, L2 with a force as large as the weight. So L1 empties what \
         is not needed, and L2 shrinks what is large. The chart shows the penalty that is left.",
        "L1 以同样的力把每个权重拉向零，L2 的力与权重成正比。所以 L1 清空不需要的权重，L2 缩小大的权重。图表显示剩下的惩罚。"
    ),
    race: "epochs=2&racer=gd,learning_rate:0.5,name:GD 0.5&racer=gd,learning_rate:0.5,l1:0.0001,name:L1 1e-4\
           &racer=gd,learning_rate:0.5,l2:0.001,name:L2 1e-3&racer=gd,learning_rate:0.5,l2:0.01,name:L2 1e-2",
    pace: 94.0,
    metric: Metric::RegularisationLoss,
    log_y: false,
    log_x: false,
    steps: &[
        Step::about(
            Metric::RegularisationLoss,
            text!(
                "Press Start. L2 1e-2 falls fast while weights are large, then stops where the data pulls back as hard: \
                 after the first epoch hardly anything changes.",
                "按“开始”。L2 1e-2 在权重大时降得快，到数据的拉力与它相当时就停住：第一轮之后几乎不再变化。"
            ),
            |race| {
                let [start, middle, end] = [25, 469, 938].map(|steps| race.mean(3, Metric::RegularisationLoss, steps));
                let (middle, end) = (middle?, end?);
                Some(middle < 0.25 * start? && end > 0.9 * middle)
            },
        ),
        Step::about(
            Metric::RegularisationLoss,
            text!(
                "L2 1e-3 keeps more than four fifths of its penalty over both epochs: small weights feel almost nothing.",
                "L2 1e-3 在两轮之后仍保留五分之四以上的惩罚：小权重几乎感觉不到它。"
            ),
            |race| {
                let [start, end] = [25, 938].map(|steps| race.mean(2, Metric::RegularisationLoss, steps));
                Some(end? > 0.8 * start?)
            },
        ),
        Step::about(
            Metric::RegularisationLoss,
            text!(
                "L1 falls on a straight line to about half: each step takes the same from every weight. In the end two in five \
                 of the first layer's weights are nearly zero (below 0.001); with L2 it is one in fifty.",
                "L1 沿直线降到约一半：每一步从每个权重上拿走同样多。最后第一层五分之二的权重几乎为零（小于 0.001）；L2 只有五十分之一。"
            ),
            |race| {
                let [start, middle, end] = [25, 469, 938].map(|steps| race.mean(1, Metric::RegularisationLoss, steps));
                let (start, middle, end) = (start?, middle?, end?);
                // On a straight line the middle lies half-way.
                let halfway = (start - middle) / (start - end);
                Some(end < 0.6 * start && (0.4..0.7).contains(&halfway))
            },
        ),
        Step::new(
            text!(
                "A penalty is paid for in training loss, a little for L1 1e-4 and L2 1e-3, more than \
                 double for L2 1e-2.",
                "惩罚的代价是训练损失更高，L1 1e-4 和 L2 1e-3 略高，L2 1e-2 高出一倍以上。"
            ),
            |race| {
                let plain = race.loss(0, 938)?;
                let slightly = |loss: f32| loss > plain && loss < 1.4 * plain;
                Some(slightly(race.loss(1, 938)?) && slightly(race.loss(2, 938)?) && race.loss(3, 938)? > 2.0 * plain)
            },
        ),
    ],
};
