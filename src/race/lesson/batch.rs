//! What the batch size does.

use super::{Lesson, Step};
use crate::race::metric::Metric;

/// The batch size that the reader sets on the way.
const SMALL: usize = 16;

/// GD, RMSprop and Adam at their defaults, on large batches and then on small ones.
pub(super) const LESSON: Lesson = Lesson {
    id: "batch",
    title: text!("Large batches, small batches", "大批量与小批量"),
    why: text!(
        "A step on 1,024 images has a better direction than one on 16, but costs 64 times as much. Two races at the \
         defaults show what that is worth.",
        "用 1024 张图像走一步，方向比用 16 张更准，但代价是 64 倍。用默认设置赛两场，看看值不值。"
    ),
    race: "batch_size=1024&epochs=1",
    pace: 20.0,
    metric: Metric::Loss,
    log_y: true,
    log_x: false,
    steps: &[
        Step::new(
            text!(
                "Press Start. An epoch has only 59 steps now. After 25 of them RMSprop is far ahead of gradient descent.",
                "按“开始”。现在一轮只有 59 步。走了 25 步，RMSprop 已远远领先梯度下降。"
            ),
            |race| Some(race.loss(0, 25)? > 1.3 * race.loss(1, 25)?),
        ),
        Step::new(
            text!(
                "At the end gradient descent has seen all 60,000 images and is still above 0.6: few steps, however good \
                 each one, get it nowhere.",
                "结束时梯度下降已看过全部 60000 张图像，损失仍在 0.6 以上：步数太少，每一步再准也走不远。"
            ),
            |race| Some(race.loss(0, 59)? > 0.6),
        ),
        Step {
            batch_size: Some(SMALL),
            ..Step::new(
                text!(
                    "Set the batch size to 16, the pace to 50 or more, and press Start. After 472 steps, an eighth of \
                     the images, gradient descent is below 0.35.",
                    "把批大小设为 16，速度调到 50 以上，按“开始”。472 步之后，只用了八分之一的图像，梯度下降已低于 0.35。"
                ),
                |race| Some(race.loss(0, 472)? < 0.35),
            )
        },
        Step {
            batch_size: Some(SMALL),
            ..Step::new(
                text!(
                    "And the three are within 15% of each other: with many noisy steps the noise is larger than what \
                     sets the optimizers apart.",
                    "三者相差不到 15%：步数多而噪声大时，噪声盖过了优化器之间的差别。"
                ),
                |race| {
                    let losses = [race.loss(0, 472)?, race.loss(1, 472)?, race.loss(2, 472)?];
                    let [least, most] = [f32::min, f32::max].map(|choose| losses.into_iter().fold(losses[0], choose));
                    Some(most < 1.15 * least)
                },
            )
        },
    ],
};
