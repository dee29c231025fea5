//! Why RMSprop jumps ahead in the first steps, and Adam does not.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// RMSprop, Adam, and Adam with v left uncorrected, all at 0.001.
pub(super) const LESSON: Lesson = Lesson {
    id: "correction",
    title: text!("Why RMSprop jumps ahead, and Adam does not", "为什么 RMSprop 抢跑而 Adam 不会"),
    why: text!(
        "v, the mean of squared gradients, starts at zero and is too small at first; dividing by its root makes the first \
         steps too long. Adam corrects for that, RMSprop does not, and neither does Adam as many articles write it: the \
         third racer.",
        "梯度平方的滑动平均 v 从零开始，起初太小；除以它的平方根会让最初几步太长。Adam 对此做了修正，RMSprop 没有；许多文章里的 Adam 也没有：那就是第三位选手。"
    ),
    race: "epochs=1&racer=rmsprop&racer=adam,name:Adam&racer=adam,correct_v:false,name:Adam v̂ = v",
    pace: 10.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: true,
    steps: &[
        Step::about(
            Metric::UpdateRatio,
            text!(
                "Press Step once. RMSprop's v holds a tenth of g², so its first step is √10 ≈ 3.2 times as long as \
                 Adam's.",
                "按一次“单步”。RMSprop 的 v 只有 g² 的十分之一，所以第一步是 Adam 的 √10 ≈ 3.2 倍长。"
            ),
            |race| Some(race.mean(0, Metric::UpdateRatio, 1)? > 2.5 * race.mean(1, Metric::UpdateRatio, 1)?),
        ),
        Step::about(
            Metric::UpdateRatio,
            text!(
                "The third racer's v holds a thousandth of g²: its first step is √1000 ≈ 32 times as long, and the loss \
                 jumps up.",
                "第三位选手的 v 只有 g² 的千分之一：第一步是 √1000 ≈ 32 倍长，损失猛地跳高。"
            ),
            |race| {
                let far = race.mean(2, Metric::UpdateRatio, 1)? > 20.0 * race.mean(1, Metric::UpdateRatio, 1)?;
                Some(far && race.loss(2, 2)? > 1.3 * race.loss(1, 2)?)
            },
        ),
        Step::new(
            text!(
                "Press Start. Over the first 5 steps RMSprop leads with 1.91 on average, against 2.16 for Adam.",
                "按“开始”。最初 5 步，RMSprop 以平均 1.91 领先，Adam 为 2.16。"
            ),
            |race| Some(race.loss(0, 5)? < 0.95 * race.loss(1, 5)?),
        ),
        Step::new(
            text!(
                "By step 25 the third racer has recovered and passed both: long steps are a gamble that pays here.",
                "到第 25 步，第三位选手已恢复并超过两者：大步是一场赌博，这里赌赢了。"
            ),
            |race| Some(race.loss(2, 25)? < race.loss(0, 25)?.min(0.9 * race.loss(1, 25)?)),
        ),
        Step::new(
            text!(
                "Even at the end of the epoch v has only 37% of its weight, so its steps are still 1.6 times as long; it \
                 races like Adam at a higher rate, and is ahead.",
                "即使一轮结束，v 也只有应有大小的 37%，步长仍是 1.6 倍；它就像学习率更高的 Adam，并且领先。"
            ),
            |race| Some(race.loss(2, 469)? < 0.95 * race.loss(0, 469)?.min(race.loss(1, 469)?)),
        ),
    ],
};
