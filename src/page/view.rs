//! What draws: the large chart, the lanes and their charts, and how all of them look.

use web_sys::{Element, Window};

use crate::page::action::Sink;
use crate::page::chart::Canvas;
use crate::page::dom::{self, PageError};
use crate::page::field_control;
use crate::page::lane::Lane;
use crate::page::legend::Legend;
use crate::page::theme::Palette;
use crate::page::track::{Phase, Track};
use crate::plot::{Chart, Line, Quantity, Words, Zoom};
use crate::race::config::Config;
use crate::race::course::Unit;
use crate::race::field::FIELD;

/// Steps that charts show at least: the first ones are where racers differ most.
const HORIZON: u64 = 100;

/// Between two texts lie at least so many milliseconds: digits that change with every frame cannot be read.
const TEXT_PAUSE: f64 = 100.0;

/// The charts and the lanes.
pub(super) struct View {
    window: Window,
    palette: Palette,
    legend: Legend,
    chart: Canvas,
    list: Element,
    lanes: Vec<Lane>,
    adder: Element,
    pub(super) log_loss: bool,
    pub(super) by_epochs: bool,
    /// Canvases may no longer fit.
    resized: bool,
    /// When texts changed last, milliseconds.
    told: f64,
}

impl View {
    /// Builds a lane for each racer in the page.
    pub(super) fn new(body: &Element, config: &Config, sink: &Sink) -> Result<Self, PageError> {
        let mut view = Self {
            window: dom::window()?,
            palette: Palette::read()?,
            legend: Legend::new(dom::find(body, "#legend")?),
            chart: Canvas::new(dom::find(body, "#main-chart")?)?,
            list: dom::find(body, "#lanes")?,
            lanes: Vec::new(),
            adder: field_control::adder(body, sink)?,
            log_loss: true,
            by_epochs: false,
            resized: true,
            told: 0.0,
        };
        view.field(config, sink)?;
        Ok(view)
    }

    /// Builds lanes and legend anew: others race.
    pub(super) fn field(&mut self, config: &Config, sink: &Sink) -> Result<(), PageError> {
        let names = config.names();
        self.legend.field(&names)?;
        self.list.set_text_content(None);
        self.lanes = (0..config.racers.len())
            .map(|racer| Lane::new(&self.list, racer, &names[racer], &config.racers, sink))
            .collect::<Result<_, _>>()?;
        dom::flag(&self.adder, "disabled", config.racers.len() == FIELD)?;
        self.resized = true;
        Ok(())
    }

    /// Every canvas.
    pub(super) fn canvases(&self) -> impl Iterator<Item = &Canvas> {
        std::iter::once(&self.chart).chain(self.lanes.iter().map(|lane| &lane.chart))
    }

    /// The lane of `racer`.
    pub(super) fn lane(&mut self, racer: usize) -> Option<&mut Lane> {
        self.lanes.get_mut(racer)
    }

    /// The next frame measures the canvases again.
    pub(super) fn resize(&mut self) {
        self.resized = true;
    }

    /// Reads the style sheet's colours again.
    pub(super) fn repaint(&mut self) -> Result<(), PageError> {
        self.palette = Palette::read()?;
        Ok(())
    }

    /// Whether texts may change at `now`, milliseconds; they then count as changed.
    pub(super) fn tells(&mut self, now: f64, phase: Phase) -> bool {
        let due = phase != Phase::Racing || now - self.told >= TEXT_PAUSE;
        if due {
            self.told = now;
        }
        due
    }

    /// Shows the racers' values in words.
    pub(super) fn show(&mut self, track: &Track) -> Result<(), PageError> {
        self.legend.show(track);
        self.lanes.iter_mut().try_for_each(|lane| lane.show(track))
    }

    /// Draws all charts.
    pub(super) fn draw(&mut self, track: &Track) -> Result<(), PageError> {
        let scale = self.window.device_pixel_ratio();
        if std::mem::take(&mut self.resized) {
            self.canvases().for_each(|canvas| canvas.fit(scale));
        }
        let lines: Vec<Line> = (0..self.lanes.len()).map(|racer| self.palette.line(racer)).collect();
        let words = Words {
            x: if self.by_epochs { "epoch" } else { "step" },
            y: "loss (nats)",
            chance: "chance",
            target: "",
            empty: match track.phase {
                Phase::Loading => "The data is on its way",
                _ => "Press Start, and the curves appear here",
            },
        };
        let chart = Chart {
            history: &track.history,
            lines: &lines,
            course: &track.course,
            ghosts: &[],
            quantity: Quantity::LOSS,
            unit: if self.by_epochs { Unit::Epochs } else { Unit::Steps },
            log_x: false,
            zoom: Zoom::NONE,
            target: None,
            log_y: self.log_loss,
            horizon: HORIZON,
            scale,
            compact: false,
            theme: &self.palette.theme,
            words,
        };
        self.chart.draw(&chart)?;
        for (lane, line) in self.lanes.iter().zip(&lines) {
            // Its lane says whose curve it is: the dash would only make it harder to read.
            let line = [Line { dash: None, ..*line }];
            let words = Words { empty: "", ..words };
            lane.chart.draw(&Chart { lines: &line, compact: true, words, ..chart })?;
        }
        Ok(())
    }
}
