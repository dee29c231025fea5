//! Warm-up and decay of the learning rate.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// Adam at 0.01: constant, falling by a cosine, and with a warm-up of 100 steps before that.
pub(super) const LESSON: Lesson = Lesson {
    id: "warm-up",
    title: text!("Warm-up and decay", "预热与衰减"),
    why: text!(
        "Adam at 0.01, ten times its default: at a constant rate, with a rate that falls to zero over two epochs, and with \
         100 steps of warm-up before it falls. Unfold a lane's schedule to see the rate.",
        "学习率 0.01 的 Adam，是默认值的十倍：恒定；两轮内降到零；先预热 100 步再下降。展开赛道中的“调度”可以看到学习率。"
    ),
    race: "epochs=2&racer=adam,learning_rate:0.01,name:Adam 0.01\
           &racer=adam,learning_rate:0.01,schedule:cosine,schedule_steps:938,name:+ cosine\
           &racer=adam,learning_rate:0.01,schedule:cosine,schedule_steps:938,warmup_steps:100,name:+ warm-up",
    pace: 94.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::new(
            text!(
                "Press Start. Warm-up costs at first: after 25 steps its loss is about twice that of the others.",
                "按“开始”。预热起初要付出代价：25 步后，它的损失约为另外两个的两倍。"
            ),
            |race| Some(race.loss(2, 25)? > 1.5 * race.loss(0, 25)?.max(race.loss(1, 25)?)),
        ),
        Step::about(
            Metric::DeadUnits,
            text!(
                "But the full rate from the start kills one hidden unit in six for good; with warm-up it is one in \
                 thirty.",
                "但一开始就用满学习率，六分之一的隐藏单元永久失活；有预热时只有三十分之一。"
            ),
            |race| Some(race.mean(0, Metric::DeadUnits, 200)? > 3.0 * race.mean(2, Metric::DeadUnits, 200)?),
        ),
        Step::new(
            text!(
                "At the end of the first epoch the rate has fallen to half, and both schedules are ahead of the constant \
                 rate.",
                "第一轮结束时，学习率已降到一半，两种调度都领先于恒定学习率。"
            ),
            |race| Some(race.loss(1, 469)?.max(race.loss(2, 469)?) < 0.95 * race.loss(0, 469)?),
        ),
        Step::new(
            text!(
                "At the end, with hardly any rate left, they reach 0.06, the constant rate 0.10: small steps find the \
                 valley's floor.",
                "最后学习率几乎为零，它们到达 0.06，恒定学习率为 0.10：小步才能走到谷底。"
            ),
            |race| Some(race.loss(1, 938)?.max(race.loss(2, 938)?) < 0.75 * race.loss(0, 938)?),
        ),
    ],
};
