//! What draws: the large chart, the lanes and their charts, and how all of them look.

use web_sys::{Element, HtmlElement, Window};

use crate::action::Sink;
use crate::chart::Canvas;
use crate::dom::{self, PageError};
use crate::due::{Due, Extent};
use crate::field_control;
use crate::lane::Lane;
use crate::language;
use crate::reading::Reading;
use crate::reading::board::Board;
use crate::reading::crosshair::{Overlay, show_mark};
use crate::reading::read::Read;
use crate::reading::target_line::TargetLine;
use crate::reading::toolbar::Toolbar;
use crate::shadows::Shadows;
use crate::theme::Palette;
use crate::track::{Phase, Track};
use gradprix::plot::{Chart, Line, Quantity, Theme, Words};
use gradprix::race::config::Config;
use gradprix::race::field::FIELD;
use gradprix::race::runs::Run;
use gradprix::race::target::Target;
use gradprix::text::{Phrase, Text};

/// Steps that charts show at least: the first ones are where racers differ most.
const HORIZON: u64 = 100;

/// Between two texts lie at least so many milliseconds: digits that change with every frame cannot be read.
const TEXT_PAUSE: f64 = 100.0;

/// The charts and the lanes.
pub(super) struct View {
    window: Window,
    palette: Palette,
    reading: Reading,
    toolbar: Toolbar,
    board: Board,
    target_line: TargetLine,
    plot: Element,
    mark: HtmlElement,
    chart: Canvas,
    overlay: Overlay,
    list: Element,
    lanes: Vec<Lane>,
    adder: Element,
    shadows: Shadows,
    /// The colour of each racer.
    colours: Vec<usize>,
    due: Due,
    /// Canvases may no longer fit.
    resized: bool,
    /// When texts changed last, milliseconds, and the step then under the crosshair.
    told: (f64, Option<u64>),
}

impl View {
    /// Builds a lane for each racer in the page.
    pub(super) fn new(body: &Element, config: &Config, sink: &Sink) -> Result<Self, PageError> {
        let plot: Element = dom::find(body, "#main-plot")?;
        Reading::listen(&plot, sink)?;
        let mut view = Self {
            window: dom::window()?,
            palette: Palette::read()?,
            reading: Reading::new(config.racers.len()),
            toolbar: Toolbar::new(body, &plot, sink)?,
            board: Board::new(body, &plot)?,
            target_line: TargetLine::new(&plot, sink)?,
            mark: dom::find(&plot, ".mark")?,
            chart: Canvas::new(dom::find(body, "#main-chart")?)?,
            overlay: Overlay::new(&plot, std::iter::empty())?,
            plot,
            list: dom::find(body, "#lanes")?,
            lanes: Vec::new(),
            adder: field_control::adder(body, sink)?,
            shadows: Shadows::default(),
            colours: Vec::new(),
            due: Due::new(0),
            resized: true,
            told: (0.0, None),
        };
        view.field(config, sink)?;
        view.toolbar.show(&view.reading)?;
        Ok(view)
    }

    /// Builds lanes and board anew: others race.
    pub(super) fn field(&mut self, config: &Config, sink: &Sink) -> Result<(), PageError> {
        self.line_up(config, sink)?;
        self.restart()
    }

    /// Builds lanes and board anew: the same race, but with other names or colours.
    pub(super) fn line_up(&mut self, config: &Config, sink: &Sink) -> Result<(), PageError> {
        let racers = config.racers.len();
        self.colours = config.colours();
        self.board.field(&config.names(), &self.colours)?;
        self.overlay.remove();
        self.overlay = Overlay::new(&self.plot, self.colours.iter().copied().enumerate())?;
        self.list.set_text_content(None);
        self.lanes = (0..racers).map(|racer| Lane::new(&self.list, racer, config, sink)).collect::<Result<_, _>>()?;
        dom::flag(&self.adder, "disabled", racers == FIELD)?;
        self.resized = true;
        self.due = Due::new(racers + 1);
        self.change();
        Ok(())
    }

    /// Another race stands at its start.
    pub(super) fn restart(&mut self) -> Result<(), PageError> {
        self.reading.restart(self.lanes.len());
        self.change();
        self.toolbar.show(&self.reading)
    }

    /// Shows the curves of `runs` behind those of the race, and of the one that began at `marked` more than others.
    pub(super) fn shadow<'a>(&mut self, runs: impl Iterator<Item = &'a Run>, marked: Option<f64>) {
        self.shadows.show(runs, marked);
        self.change();
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

    /// Reads the style sheet's colours and the language again.
    pub(super) fn repaint(&mut self) -> Result<(), PageError> {
        self.palette = Palette::read()?;
        self.change();
        Ok(())
    }

    /// The next frame draws all charts, whatever changed.
    pub(super) fn change(&mut self) {
        self.due.all();
    }

    /// The next frame draws what was measured at the step that was reported last.
    pub(super) fn measured(&mut self) {
        self.due.measured();
    }

    /// Does what a user wants to read.
    pub(super) fn read(&mut self, read: Read, track: &Track) -> Result<(), PageError> {
        self.reading.take(read, track);
        if read.changes_charts() {
            self.change();
            self.toolbar.show(&self.reading)?;
        }
        Ok(())
    }

    /// Whether texts may change at `now`, milliseconds; they then count as changed.
    pub(super) fn tells(&mut self, now: f64, track: &Track) -> bool {
        let due = track.phase != Phase::Racing || now - self.told.0 >= TEXT_PAUSE;
        if due {
            self.told.0 = now;
        }
        due
    }

    /// Shows what is under the crosshair at `now`, milliseconds, if it moved: who moves it reads at once.
    pub(super) fn follow(&mut self, track: &Track, now: f64) -> Result<(), PageError> {
        let step = self.reading.step(track);
        let moved = std::mem::replace(&mut self.told.1, step) != step;
        if moved { self.board.show(track, &self.reading, now) } else { Ok(()) }
    }

    /// Shows the racers' values in words, at `now`, milliseconds.
    pub(super) fn show(&mut self, track: &Track, now: f64) -> Result<(), PageError> {
        self.board.show(track, &self.reading, now)?;
        self.lanes.iter_mut().try_for_each(|lane| lane.show(track))
    }

    /// Brings the charts up to date at `now`, milliseconds -> whether some wait for the next frame.
    pub(super) fn draw(&mut self, track: &mut Track, now: f64) -> Result<bool, PageError> {
        let scale = self.window.device_pixel_ratio();
        if std::mem::take(&mut self.resized) {
            self.canvases().for_each(|canvas| canvas.fit(scale));
            self.change();
        }
        self.reading.prepare(track);
        self.due.advance(track, &self.reading, now);
        if self.due.waits() {
            self.draw_due(track, scale, now)?;
        }
        self.show_crosshair(track)?;
        Ok(self.due.waits())
    }

    /// Draws charts that are due, until the frame's budget is spent.
    fn draw_due(&mut self, track: &Track, scale: f64, now: f64) -> Result<(), PageError> {
        let lines = self.lines();
        let ghosts = if self.reading.past { self.shadows.ghosts(&self.palette) } else { Vec::new() };
        let target = self.target_words();
        let target = target.in_language(language::current());
        let chart = main_chart(&self.reading, &self.palette.theme, track, &lines, target, scale);
        let chart = Chart { ghosts: &ghosts, ..chart };
        let clock = || self.window.performance().map_or(now, |performance| performance.now());
        let start = clock();
        self.due.begin();
        while let Some((next, extent)) = self.due.next(track, now, clock() - start) {
            let before = self.reading.scales(next).filter(|_| extent == Extent::New);
            let scales = match next.checked_sub(1) {
                None => self.chart.draw(&chart, before)?,
                Some(racer) => {
                    // Its lane says whose curve it is: the dash would only make it harder to read.
                    let line = [Line { dash: None, ..lines[racer] }];
                    let words = Words { empty: "", ..chart.words };
                    let chart = Chart { lines: &line, ghosts: &[], compact: true, words, ..chart };
                    self.lanes[racer].chart.draw(&chart, before)?
                }
            };
            self.reading.drawn(next, scales);
        }
        Ok(())
    }

    /// How each racer's curve looks.
    pub(super) fn lines(&self) -> Vec<Line> {
        self.colours.iter().enumerate().map(|(racer, colour)| self.palette.line(racer, *colour)).collect()
    }

    /// The words beside the target line.
    pub(super) fn target_words(&self) -> Phrase {
        let target = self.reading.target.as_ref().map(Target::loss);
        target.map(|loss| phrase!("target {loss}", "目标 {loss}", loss)).unwrap_or_default()
    }

    /// The large chart, as it is read now, with `scale` pixels per CSS pixel.
    pub(super) fn main_chart<'a>(
        &'a self,
        track: &'a Track,
        lines: &'a [Line],
        target: &'a str,
        scale: f64,
    ) -> Chart<'a> {
        main_chart(&self.reading, &self.palette.theme, track, lines, target, scale)
    }

    fn show_crosshair(&self, track: &Track) -> Result<(), PageError> {
        let step = self.reading.step(track);
        let far = step.map(|step| track.course.at(self.reading.unit, step as f64));
        let value = |racer| self.reading.value(track, racer, step?);
        self.overlay.show(self.reading.scales(0), far, (0..self.lanes.len()).map(value))?;
        for (racer, lane) in self.lanes.iter().enumerate() {
            lane.overlay.show(self.reading.scales(racer + 1), far, std::iter::once(value(racer)))?;
        }
        show_mark(&self.mark, self.reading.scales(0), self.reading.mark)?;
        self.target_line.show(&self.reading)
    }
}

/// The large chart, as `reading` has it, without past races.
fn main_chart<'a>(
    reading: &Reading,
    theme: &'a Theme,
    track: &'a Track,
    lines: &'a [Line],
    target: &'a str,
    scale: f64,
) -> Chart<'a> {
    let language = language::current();
    Chart {
        history: &track.history,
        course: &track.course,
        lines,
        ghosts: &[],
        quantity: reading.quantity,
        unit: reading.unit,
        log_x: reading.log_x,
        log_y: reading.log_y,
        zoom: reading.zoom,
        target: reading.target.as_ref().map(|target| target.loss() as f32),
        horizon: HORIZON,
        scale,
        compact: false,
        theme,
        words: Words {
            x: reading.unit.title().in_language(language),
            y: reading.quantity.title().in_language(language),
            chance: text!("chance", "随机猜测").in_language(language),
            target,
            empty: empty(track, reading.quantity).in_language(language),
        },
    }
}

/// The hint on a chart that has nothing to draw.
fn empty(track: &Track, quantity: Quantity) -> Text {
    match (track.phase, quantity) {
        (Phase::Loading, _) => text!("The data is on its way", "数据正在路上"),
        (Phase::Racing | Phase::Paused | Phase::Finished, Quantity::TestAccuracy) => {
            text!("The first test is still to come", "还没有进行第一次测试")
        }
        _ => text!("Press Start, and the curves appear here", "按“开始”，曲线就会出现在这里"),
    }
}
