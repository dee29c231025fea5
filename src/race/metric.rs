//! What every step measures of every racer.

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
    pub const fn label(self) -> &'static str {
        match self {
            Self::Loss => "Loss",
            Self::GradientNorm => "Gradient norm",
            Self::UpdateRatio => "Update ÷ parameters",
            Self::DeadUnits => "Dead units",
            Self::LearningRate => "Learning rate",
            Self::RegularisationLoss => "Regularisation loss",
        }
    }

    /// One or two sentences that a student understands.
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Loss => {
                "How wrong the network is on the step's images: the mean cross-entropy, in nats. 2.30 is chance."
            }
            Self::GradientNorm => "How steep the loss is where the racer stands. It falls on the valley's floor.",
            Self::UpdateRatio => {
                "How far the step went, beside the size of all parameters. About a thousandth is healthy; much more \
                 is rash."
            }
            Self::DeadUnits => {
                "The share of hidden units that none of the step's images moves. What is dead cannot learn."
            }
            Self::LearningRate => "The learning rate in use, as its schedule has it.",
            Self::RegularisationLoss => {
                "What L1 and L2 add to the loss that the racer trains on. It is not in the loss shown."
            }
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
