//! The board beside the large chart: who leads now and who reached the target when, or what lies under the crosshair.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Reading;
use crate::dom::{self, PageError};
use crate::track::{Phase, Track};
use crate::{format, language, theme};
use gradprix::plot::Quantity;
use gradprix::race::course::Unit;
use gradprix::race::metric::Metric;
use gradprix::race::ranking::{Ranking, ordered};
use gradprix::race::standings::Verdict;
use gradprix::text::Phrase;

/// The board: the racers, the best first. They keep their order in the document and are moved by a transform, so that
/// one can see who passes whom.
pub(crate) struct Board {
    when: Element,
    crosshair: Element,
    list: HtmlElement,
    rows: Vec<Row>,
    ranking: Ranking,
}

struct Row {
    root: HtmlElement,
    name: Phrase,
    place: Element,
    value: Element,
    detail: Element,
}

impl Board {
    /// The board in the page, of no racers yet.
    pub(crate) fn new(body: &Element, plot: &Element) -> Result<Self, PageError> {
        Ok(Self {
            when: dom::find(body, "#board .when")?,
            crosshair: dom::find(plot, ".crosshair")?,
            list: dom::find(body, "#board ol")?,
            rows: Vec::new(),
            ranking: Ranking::default(),
        })
    }

    /// Builds it anew, for racers called `names`, each with its colour.
    pub(crate) fn field(&mut self, names: &[Phrase], colours: &[usize]) -> Result<(), PageError> {
        self.list.set_text_content(None);
        dom::style(&self.list, "--racers", &names.len().to_string())?;
        let racers = names.iter().zip(colours).enumerate();
        self.rows = racers.map(|(racer, (name, colour))| self.row(racer, name, *colour)).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn row(&self, racer: usize, name: &Phrase, colour: usize) -> Result<Row, PageError> {
        let root = dom::template("#board-template")?;
        theme::paint(&root, racer, colour)?;
        language::say(&dom::find(&root, ".name")?, name);
        dom::append(&self.list, &root)?;
        let [place, value, detail] = [".place", ".value", ".detail"].map(|part| dom::find(&root, part));
        let (place, value, detail) = (place?, value?, detail?);
        Ok(Row { root: root.unchecked_into(), name: name.clone(), place, value, detail })
    }

    /// Shows what is under the crosshair or, where there is none, how things stand at `now`, milliseconds.
    pub(crate) fn show(&mut self, track: &Track, reading: &Reading, now: f64) -> Result<(), PageError> {
        match reading.step(track) {
            Some(step) => self.show_step(track, reading, step),
            None => self.show_standings(track, reading, now),
        }
    }

    fn show_standings(&mut self, track: &Track, reading: &Reading, now: f64) -> Result<(), PageError> {
        let when = match &reading.target {
            None => text!("Smoothed loss now", "当前的平滑损失").into(),
            Some(target) => phrase!(
                "Smoothed loss now; when it reached {loss}",
                "当前的平滑损失；何时降到 {loss}",
                loss = target.loss(),
            ),
        };
        language::say(&self.when, when);
        let racing = |racer| track.standings.verdict(racer) == Verdict::Racing;
        let loss = |racer| track.history.smoothed(racer, Metric::Loss).filter(|_| racing(racer));
        let exact = track.standings.order(&track.history);
        let order = self.ranking.order(exact, loss, now, track.phase == Phase::Racing);
        for (place, racer) in order.iter().enumerate() {
            let Some(row) = self.rows.get(*racer) else { continue };
            let value = track.history.smoothed(*racer, Metric::Loss);
            row.show(place, value.map(format::loss).as_deref(), detail(track, reading, *racer))?;
            let words = match value {
                None => Phrase::default(),
                Some(_) if racing(*racer) => format::place(place + 1),
                // Why, its lane says.
                Some(_) => text!("out", "出局").into(),
            };
            language::say(&row.place, words);
        }
        Ok(())
    }

    fn show_step(&mut self, track: &Track, reading: &Reading, step: u64) -> Result<(), PageError> {
        let when = moment(track, step);
        language::say(&self.when, &when);
        let values: Vec<Option<f32>> = (0..self.rows.len()).map(|racer| reading.value(track, racer, step)).collect();
        // The most first where more is better; who has none comes last.
        let key = |racer: usize| {
            values[racer].map_or(f32::INFINITY, |v| if reading.quantity.more_is_better() { -v } else { v })
        };
        let order = ordered(values.len(), |a, b| key(a).total_cmp(&key(b)).is_lt());
        let mut spoken = vec![when];
        for (place, racer) in order.into_iter().enumerate() {
            let row = &self.rows[racer];
            let words = values[racer].map(|value| format::quantity(reading.quantity, value));
            spoken.push(row.name.clone().beside(words.as_deref().unwrap_or("–")));
            row.show(place, words.as_deref(), measured(track, reading, racer, step))?;
            language::say(&row.place, Phrase::default());
        }
        dom::attribute(&self.crosshair, "aria-valuemax", &track.history.steps().saturating_sub(1).to_string())?;
        dom::attribute(&self.crosshair, "aria-valuenow", &step.to_string())?;
        language::say_attribute(&self.crosshair, "aria-valuetext", spoken.into_iter().collect::<Phrase>());
        Ok(())
    }
}

impl Row {
    fn show(&self, place: usize, value: Option<&str>, detail: Phrase) -> Result<(), PageError> {
        dom::say(&self.value, value.unwrap_or("–"));
        language::say(&self.detail, detail);
        dom::style(&self.root, "--place", &place.to_string())
    }
}

/// When `racer` reached the target.
fn detail(track: &Track, reading: &Reading, racer: usize) -> Phrase {
    let Some(target) = &reading.target else { return Phrase::default() };
    let Some(step) = target.reached(racer) else { return text!("not reached yet", "尚未达到").into() };
    let [images, seconds] = [Unit::Images, Unit::Seconds].map(|unit| track.course.at(unit, step as f64));
    let [step, images] = [step, images as u64].map(format::grouped);
    let time = format::seconds(seconds);
    phrase!("step {step} · {images} images · {time}", "第 {step} 步 · {images} 张图像 · {time}", step, images, time)
}

/// What `racer` measured at `step` itself, under the smoothed value.
fn measured(track: &Track, reading: &Reading, racer: usize, step: u64) -> Phrase {
    match reading.quantity {
        Quantity::Metric(metric) => track
            .history
            .value(racer, metric, step)
            .map(|value| format::quantity(reading.quantity, value))
            .map_or_else(Phrase::default, |value| phrase!("unsmoothed {value}", "未平滑 {value}", value)),
        Quantity::TestAccuracy => track.history.examined(step).map_or_else(Phrase::default, |examination| {
            let images = format::grouped(examination.images as u64);
            phrase!("on {images} test images", "在 {images} 张测试图像上", images)
        }),
    }
}

/// How far the race was at `step`, in all units.
fn moment(track: &Track, step: u64) -> Phrase {
    let [epoch, images, seconds] =
        [Unit::Epochs, Unit::Images, Unit::Seconds].map(|unit| track.course.at(unit, step as f64));
    let [step, images] = [step, images as u64].map(format::grouped);
    phrase!(
        "Step {step} · epoch {epoch} · {images} images · {time}",
        "第 {step} 步 · 第 {epoch} 轮 · {images} 张图像 · {time}",
        step,
        epoch = format!("{epoch:.2}"),
        images,
        time = format::seconds(seconds),
    )
}
