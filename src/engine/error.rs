//! What can go wrong with an engine, in words.

use crate::text::{Phrase, Text};

/// What can go wrong with an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum EngineError {
    /// The GPU was asked for and there is none.
    NoAdapter {
        /// What the browser or driver said.
        reason: Phrase,
    },
    /// The adapter gave no device.
    NoDevice {
        /// The adapter's name.
        adapter: Phrase,
        /// What the browser or driver said.
        reason: String,
    },
    /// The device is gone, or did not do what it was told.
    Device {
        /// What the engine was doing.
        doing: Text,
        /// What the browser or driver said.
        reason: String,
    },
    /// Another worker of the CPU engine is gone.
    Worker {
        /// What the browser said.
        reason: Phrase,
    },
    /// A race whose buffers are larger than every device takes.
    TooLarge {
        /// How many racers.
        racers: usize,
        /// Parameters of each.
        parameters: usize,
        /// Images in a minibatch.
        batch_size: usize,
        /// MiB that the largest buffer needs.
        needed: u64,
        /// MiB that a buffer may have.
        limit: u64,
    },
    /// A buffer of parameters of the wrong length.
    ParameterCount {
        /// Floats given.
        found: usize,
        /// Floats in the network.
        expected: usize,
    },
    /// A snapshot of another race.
    SnapshotSize {
        /// Floats given.
        found: usize,
        /// Floats of this race's racers.
        expected: usize,
    },
    /// There is no such racer.
    Racer {
        /// The number given.
        found: usize,
        /// The last racer's number.
        last: usize,
    },
    /// There is nothing to evaluate on.
    NoTestImages,
}

impl EngineError {
    /// What went wrong and what to do, in words.
    pub fn words(&self) -> Phrase {
        let Some(advice) = self.advice() else { return self.what() };
        phrase!("{what}; {advice}", "{what}；{advice}", what = self.what(), advice)
    }

    /// What went wrong, in words.
    pub fn what(&self) -> Phrase {
        match self {
            Self::NoAdapter { reason } => {
                phrase!("no WebGPU adapter was found ({reason})", "没有找到 WebGPU 适配器（{reason}）", reason)
            }
            Self::NoDevice { adapter, reason } => phrase!(
                "the adapter {adapter} gave no device ({reason})",
                "适配器 {adapter} 没有给出设备（{reason}）",
                adapter,
                reason,
            ),
            Self::Device { doing, reason } => phrase!(
                "the GPU stopped while {doing} ({reason})",
                "GPU 在{doing}时停止了工作（{reason}）",
                doing = *doing,
                reason,
            ),
            Self::Worker { reason } => phrase!(
                "a worker of the CPU engine stopped ({reason})",
                "CPU 引擎的一个工作线程停止了（{reason}）",
                reason,
            ),
            Self::TooLarge { racers, parameters, batch_size, needed, limit } => phrase!(
                "{racers} racers of {parameters} parameters with a batch size of {batch_size} need a buffer of \
                 {needed} MiB, but the GPU takes {limit} MiB at most",
                "{racers} 位选手，每位 {parameters} 个参数，批大小 {batch_size}，需要 {needed} MiB 的缓冲区，但 GPU \
                 最多允许 {limit} MiB",
                racers = *racers,
                parameters = *parameters,
                batch_size = *batch_size,
                needed = *needed,
                limit = *limit,
            ),
            Self::ParameterCount { found, expected } => phrase!(
                "parameters holds {found} floats, but must hold {expected}: every layer's weights and biases, W1, \
                 b1, …",
                "parameters 有 {found} 个浮点数，但应有 {expected} 个：每层的权重和偏置，W1、b1、…",
                found = *found,
                expected = *expected,
            ),
            Self::SnapshotSize { found, expected } => phrase!(
                "the snapshot holds {found} floats, but this race's has {expected}; give the configuration that it \
                 was taken with",
                "快照有 {found} 个浮点数，但这场竞赛的快照应有 {expected} 个；请给出生成该快照时的配置",
                found = *found,
                expected = *expected,
            ),
            Self::Racer { found, last } => phrase!(
                "racer is {found}, but must be a racer's number from 0 to {last}",
                "racer 的值是 {found}，但应为 0 到 {last} 之间的选手编号",
                found = *found,
                last = *last,
            ),
            Self::NoTestImages => text!(
                "there are no test images to evaluate on; give testImages and testLabels",
                "没有可供评估的测试图像；请提供 testImages 和 testLabels"
            )
            .into(),
        }
    }

    /// What a user can do about an engine that does not run.
    fn advice(&self) -> Option<Text> {
        match self {
            Self::NoAdapter { .. } => Some(text!(
                "choose the CPU engine, or a browser with WebGPU",
                "请选择 CPU 引擎，或改用支持 WebGPU 的浏览器"
            )),
            Self::NoDevice { .. } => Some(text!("choose the CPU engine", "请选择 CPU 引擎")),
            Self::Device { .. } => {
                Some(text!("start the race again, or choose the CPU engine", "请重新开始竞赛，或选择 CPU 引擎"))
            }
            Self::Worker { .. } => Some(text!("start the race again", "请重新开始竞赛")),
            Self::TooLarge { .. } => Some(text!(
                "take fewer racers, narrower hidden layers or a smaller batch, or the CPU engine",
                "请减少选手、缩小隐藏层或批大小，或选择 CPU 引擎"
            )),
            _ => None,
        }
    }

    /// Whether the engine that ran can run no more, and another may.
    pub fn ends_engine(&self) -> bool {
        matches!(self, Self::Device { .. } | Self::Worker { .. })
    }

    /// Whether it is the GPU's, so that the CPU engine runs all the same.
    pub fn is_of_gpu(&self) -> bool {
        matches!(self, Self::NoAdapter { .. } | Self::NoDevice { .. } | Self::Device { .. } | Self::TooLarge { .. })
    }
}
