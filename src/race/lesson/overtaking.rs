//! In the end gradient descent overtakes.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// GD at 0.5 against Adam at 0.01, for five epochs.
pub(super) const LESSON: Lesson = Lesson {
    id: "overtaking",
    title: text!("In the end, gradient descent overtakes", "最后，梯度下降反超"),
    why: text!(
        "GD 0.5 against Adam 0.01, for five epochs. Adam's steps hardly shrink, so near the floor of the valley it keeps \
         jumping about; those of GD shrink with the gradient.",
        "GD 0.5 对 Adam 0.01，五轮。Adam 的步长几乎不缩小，到了谷底仍跳来跳去；GD 的步长随梯度变小。"
    ),
    race: "racer=gd,learning_rate:0.5&racer=adam,learning_rate:0.01",
    pace: 200.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::new(
            text!(
                "Press Start. After 100 steps Adam is well ahead: 0.23 against 0.33.",
                "按“开始”。100 步后 Adam 遥遥领先：0.23 对 0.33。"
            ),
            |race| Some(race.loss(0, 100)? > 1.3 * race.loss(1, 100)?),
        ),
        Step::new(
            text!(
                "At the end of the first epoch (step 469) its lead is less than a fifth.",
                "第一轮结束时（第 469 步），它的领先已不到五分之一。"
            ),
            |race| Some(race.loss(0, 469)? < 1.2 * race.loss(1, 469)?),
        ),
        Step::new(
            text!(
                "After four epochs (step 1,876) gradient descent is ahead. More smoothing makes the crossing clearer.",
                "四轮之后（第 1876 步），梯度下降领先。加大平滑，交叉处更清楚。"
            ),
            |race| Some(race.loss(0, 1876)? < 0.95 * race.loss(1, 1876)?),
        ),
        Step::new(
            text!(
                "After five epochs (step 2,345) Adam's loss is still higher by a tenth or more. Who wins depends on how \
                 long the race is; a falling rate (see the lesson on warm-up and decay) would calm Adam.",
                "五轮之后（第 2345 步），Adam 的损失仍高出一成以上。谁赢取决于比赛有多长；让学习率下降（见预热与衰减一课）可以让 Adam 平静下来。"
            ),
            |race| Some(1.1 * race.loss(0, 2345)? < race.loss(1, 2345)?),
        ),
    ],
};
