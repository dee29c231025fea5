//! What every step measures of every racer.

use crate::text::Text;

/// Something that a step measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Mean cross-entropy over the minibatch before the step's update, nats per image.
    Loss,
    /// 2-norm of the loss's gradient over all parameters, before clipping and penalties.
    GradientNorm,
    /// 2-norm of what the step changed over that of what it changed: ‖Δθ‖/‖θ‖, all parameters together.
    UpdateRatio,
    /// Share of hidden units, 0 to 1, whose slope stays below [`crate::model::DEAD_SLOPE`] for every image of the
    /// minibatch: for ReLU, those that no image activates.
    DeadUnits,
    /// The learning rate in use.
    LearningRate,
    /// λ₁·Σ|w| + ½·λ₂·Σw² before the step's update, which is trained on beside the loss, nats.
    RegularisationLoss,
}

impl Metric {
    /// Every metric, in the order of [`Metrics`]' columns.
    pub const ALL: [Self; METRICS] = [
        Self::Loss,
        Self::GradientNorm,
        Self::UpdateRatio,
        Self::DeadUnits,
        Self::LearningRate,
        Self::RegularisationLoss,
    ];

    /// Its name in CSV files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::GradientNorm => "gradient_norm",
            Self::UpdateRatio => "update_ratio",
            Self::DeadUnits => "dead_units",
            Self::LearningRate => "learning_rate",
            Self::RegularisationLoss => "regularisation_loss",
        }
    }

    /// What stands beside an axis.
    pub const fn label(self) -> Text {
        match self {
            Self::Loss => text!("Loss", "损失"),
            Self::GradientNorm => text!("Gradient norm", "梯度范数"),
            Self::UpdateRatio => text!("Update ÷ parameters", "更新量 ÷ 参数"),
            Self::DeadUnits => text!("Dead units", "失活单元"),
            Self::LearningRate => text!("Learning rate", "学习率"),
            Self::RegularisationLoss => text!("Regularisation loss", "正则化损失"),
        }
    }

    /// One or two sentences that a student understands.
    pub const fn doc(self) -> Text {
        match self {
            Self::Loss => text!(
                "How wrong the network is on the step's images: the mean cross-entropy, in nats. 2.30 is chance.",
                "网络在这一步的图像上错得多厉害：平均交叉熵，单位 nat。2.30 相当于随机猜测。"
            ),
            Self::GradientNorm => text!(
                "How steep the loss is where the racer stands. It falls on the valley's floor.",
                "选手所在之处损失有多陡。到了谷底它会变小。"
            ),
            Self::UpdateRatio => text!(
                "How far the step went, beside the size of all parameters. About a thousandth is healthy; much more \
                 is rash.",
                "这一步走了多远，相对于全部参数的大小。千分之一左右是健康的；大得多就太冒进了。"
            ),
            Self::DeadUnits => text!(
                "The share of hidden units that none of the step's images moves. What is dead cannot learn.",
                "在这一步的所有图像上都不响应的隐藏单元所占的比例。失活的单元学不到东西。"
            ),
            Self::LearningRate => {
                text!("The learning rate in use, as its schedule has it.", "当前使用的学习率，由调度决定。")
            }
            Self::RegularisationLoss => text!(
                "What L1 and L2 add to the loss that the racer trains on. It is not in the loss shown.",
                "L1 和 L2 给训练损失增加的部分。显示的损失不包含它。"
            ),
        }
    }
}

/// How many metrics there are.
pub const METRICS: usize = 6;

/// What the steps of one submission measured: for each metric of [`Metric::ALL`], step-major: entry
/// `step * racers + racer`.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Metrics {
    columns: [Vec<f32>; METRICS],
}

impl Metrics {
    /// The values of `metric`, step-major.
    pub fn of(&self, metric: Metric) -> &[f32] {
        &self.columns[metric as usize]
    }

    /// Takes what a step measured of the next racer: the values in the order of [`Metric::ALL`].
    pub fn push(&mut self, values: [f32; METRICS]) {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
    }

    /// The values at `entry`, in the order of [`Metric::ALL`].
    ///
    /// # Panics
    /// If there is no such entry.
    pub fn values(&self, entry: usize) -> [f32; METRICS] {
        self.columns.each_ref().map(|column| column[entry])
    }

    /// Gives `metric` these values, step-major.
    pub fn fill(&mut self, metric: Metric, values: Vec<f32>) {
        self.columns[metric as usize] = values;
    }

    /// Puts the steps of `later` behind these.
    pub fn append(&mut self, mut later: Self) {
        for (column, later) in self.columns.iter_mut().zip(&mut later.columns) {
            column.append(later);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_the_order_of_all() {
        let mut metrics = Metrics::default();
        metrics.push([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        metrics.append(metrics.clone());
        for (at, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metrics.of(metric), [at as f32; 2], "{}", metric.id());
        }
    }
}
