//! What always shows: the data, the engine, how fast the race goes and how far it is.

use web_sys::{Element, HtmlProgressElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::track::{Phase, Track};
use crate::{format, language};
use gradprix::engine::{Description, Kind};
use gradprix::race::course::Unit;
use gradprix::text::Phrase;

/// The page's status.
pub(super) struct Status {
    body: Element,
    data: Element,
    data_progress: HtmlProgressElement,
    data_notice: Element,
    /// Fetches the data once more.
    again: Element,
    engine: Element,
    steps_per_second: Element,
    images_per_second: Element,
    progress: Element,
}

impl Status {
    /// The status in the page.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let (again, act): (Element, _) = (dom::find(body, "#try-again")?, sink.clone());
        dom::listen(&again, "click", move |_| act(Action::Fetch))?;
        Ok(Self {
            again,
            data: dom::find(body, "#data-status")?,
            data_progress: dom::find(body, "#data-progress")?,
            data_notice: dom::find(body, "#data-notice")?,
            engine: dom::find(body, "#engine-status")?,
            steps_per_second: dom::find(body, "#throughput .steps")?,
            images_per_second: dom::find(body, "#throughput .images")?,
            progress: dom::find(body, "#progress")?,
            body: body.clone(),
        })
    }

    /// Data is on its way: bytes received, and in all, 0 where that is not known.
    pub(super) fn loading(&self, received: f64, total: f64) -> Result<(), PageError> {
        dom::flag(&self.data_progress, "hidden", false)?;
        dom::flag(&self.again, "disabled", true)?;
        // Nobody wants to hear every megabyte.
        dom::attribute(&self.data, "aria-busy", "true")?;
        // The sizes of all files are known only one after the other.
        if total > 0.0 && received <= total {
            self.data_progress.set_max(total);
            self.data_progress.set_value(received);
            let percent = (100.0 * received / total).floor();
            let [received, total] = [received, total].map(format::megabytes);
            let words = phrase!(
                "Loading {received} of {total} MB ({percent}%)",
                "正在加载 {received} / {total} MB（{percent}%）",
                received,
                total,
                percent,
            );
            language::say(&self.data, words);
        } else {
            let received = format::megabytes(received);
            language::say(
                &self.data,
                phrase!("Loading, {received} MB so far", "正在加载，已收到 {received} MB", received),
            );
        }
        Ok(())
    }

    /// The data is here: its name, what is to say of it, images to train and to test on.
    pub(super) fn data(
        &self,
        name: Phrase,
        notice: Option<Phrase>,
        train: usize,
        test: usize,
    ) -> Result<(), PageError> {
        dom::attribute(&self.data, "aria-busy", "false")?;
        let [train, test] = [train, test].map(|images| format::grouped(images as u64));
        let words = phrase!(
            "{name}: {train} images to train on, {test} to test",
            "{name}：{train} 张训练图像，{test} 张测试图像",
            name,
            train,
            test,
        );
        language::say(&self.data, words);
        dom::flag(&self.data_progress, "hidden", true)?;
        dom::flag(&self.data_notice, "hidden", notice.is_none())?;
        dom::flag(&self.again, "disabled", false)?;
        language::say(&dom::find(&self.data_notice, ".text")?, notice.unwrap_or_default());
        Ok(())
    }

    /// Which engine runs; nothing where none could be started.
    pub(super) fn engine(&self, engine: Option<&Description>) -> Result<(), PageError> {
        let (kind, sentence) = match engine {
            Some(Description { kind: Kind::Gpu, adapter, reason }) => {
                ("gpu", phrase!("WebGPU on {adapter}: {reason}", "WebGPU，{adapter}：{reason}", adapter, reason))
            }
            Some(Description { kind: Kind::Cpu, adapter, reason }) => {
                ("cpu", phrase!("CPU, {adapter}: {reason}", "CPU，{adapter}：{reason}", adapter, reason))
            }
            None => ("none", text!("None runs: choose another", "没有引擎在运行：请选择另一个").into()),
        };
        dom::attribute(&self.engine, "data-kind", kind)?;
        // In narrow places it is cut off.
        language::say_attribute(&self.engine, "title", &sentence);
        language::say(&self.engine, sentence);
        Ok(())
    }

    /// What tests and the style sheet read: the body's state, and steps received.
    pub(super) fn mark(&self, track: &Track) -> Result<(), PageError> {
        dom::attribute(&self.body, "data-state", track.phase.name())?;
        dom::attribute(&self.body, "data-steps", &track.history.steps().to_string())
    }

    /// How fast, and how far.
    pub(super) fn show(&self, track: &Track, batch_size: usize, epochs: u32) {
        let steps = if track.phase == Phase::Racing { track.steps_per_second } else { 0.0 };
        dom::say(&self.steps_per_second, &format::rate(steps));
        dom::say(&self.images_per_second, &format::rate(steps * batch_size as f64));
        let step = track.history.steps();
        let epoch = track.course.at(Unit::Epochs, step as f64);
        let words = phrase!(
            "Step {step} · epoch {epoch} of {epochs}",
            "第 {step} 步 · 第 {epoch} 轮，共 {epochs} 轮",
            step = format::grouped(step),
            epoch = format!("{epoch:.2}"),
            epochs,
        );
        language::say(&self.progress, words);
    }
}
