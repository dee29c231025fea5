//! The picture of a race: the page's chart, drawn into SVG and from there into PNG.

use std::fs;
use std::path::Path;

use gradprix::plot::{
    Chart, Entry, FINE, Line, PlotError, Poster, Quantity, RGBColor, Theme, Words, Zoom, draw_poster_fine,
};
use gradprix::race::course::{Course, Unit};
use gradprix::race::summary;
use gradprix::text::Phrase;
use plotters::prelude::SVGBackend;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::error::CommandError;
use crate::race::Outcome;

/// Width of the picture and height of its chart, CSS pixels.
const WIDTH: f64 = 1000.0;
const CHART_HEIGHT: f64 = 560.0;

/// Pixels of the picture per CSS pixel.
const SCALE: f64 = 2.0;

/// The page's colours, which its light theme names first.
const STYLE: &str = include_str!("../../../www/style.css");

/// The family of the font that goes with the command, so that a machine without fonts writes, too.
const FAMILY: &str = "Ubuntu";

/// Draws the race into a PNG file.
pub(crate) fn write(path: &Path, outcome: &Outcome, images: usize) -> Result<(), CommandError> {
    let config = outcome.runner.config();
    let lines: Vec<Line> =
        config.colours().into_iter().enumerate().map(|(racer, number)| line(racer, number)).collect();
    let entries: Vec<Entry> =
        lines.iter().zip(config.names()).map(|(line, name)| entry(outcome, *line, name)).collect();
    let course = Course::new(images, config.batch_size);
    let theme = theme();
    let words = Words { x: "step", y: "loss (nats)", chance: "chance", target: "", empty: "" };
    let chart = Chart {
        history: &outcome.history,
        course: &course,
        lines: &lines,
        ghosts: &[],
        quantity: Quantity::LOSS,
        unit: Unit::Steps,
        log_x: false,
        log_y: true,
        zoom: Zoom { x: Some((0.0, outcome.history.steps().max(1) as f64)), y: None },
        target: None,
        horizon: 1,
        scale: SCALE,
        compact: false,
        theme: &theme,
        words,
    };
    let shared = english(summary::shared(config));
    let poster = Poster { chart, entries: &entries, shared: &shared };
    let png = rendered(&poster)?;
    fs::write(path, png).map_err(CommandError::write(path))
}

/// A racer in the legend: how it did, and what with.
fn entry(outcome: &Outcome, line: Line, name: Phrase) -> Entry {
    let tested = outcome.tests.as_ref().and_then(|tests| tests.get(line.racer));
    let settings = &outcome.runner.config().racers[line.racer];
    let items = english(summary::legend(settings, &name, tested.map(|test| (test.accuracy, test.loss))));
    Entry { line, name: name.en, items }
}

/// The command speaks English, as a terminal's other programs do.
fn english(items: Vec<Phrase>) -> Vec<String> {
    items.into_iter().map(|item| item.en).collect()
}

fn rendered(poster: &Poster<'_>) -> Result<Vec<u8>, CommandError> {
    let height = CHART_HEIGHT + poster.legend_height(WIDTH);
    let [width, height] = [WIDTH, height].map(|length| (length * SCALE).ceil() as u32);
    let mut svg = String::new();
    draw_poster_fine(SVGBackend::with_string(&mut svg, (width, height)), poster)?;
    let failed = |reason: String| PlotError::Backend { reason };
    let mut options = Options { font_family: FAMILY.to_owned(), ..Options::default() };
    let fonts = options.fontdb_mut();
    // The system's stand in for letters that the own one lacks.
    fonts.load_system_fonts();
    fonts.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
    let tree = Tree::from_str(&svg, &options).map_err(|error| failed(error.to_string()))?;
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| failed("no memory for it".to_owned()))?;
    let fine = 1.0 / FINE as f32;
    resvg::render(&tree, Transform::from_scale(fine, fine), &mut pixmap.as_mut());
    Ok(pixmap.encode_png().map_err(|error| failed(error.to_string()))?)
}

fn line(racer: usize, number: usize) -> Line {
    Line::new(racer, colour(&format!("racer-{number}")))
}

fn theme() -> Theme {
    Theme {
        text: colour("text"),
        muted: colour("muted"),
        grid: colour("grid"),
        background: colour("surface"),
        font: FAMILY.to_owned(),
    }
}

/// The colour that the style sheet calls `--name`; black where it has none.
fn colour(name: &str) -> RGBColor {
    let value = STYLE.split_once(&format!("--{name}: #")).and_then(|(_, value)| value.get(..6));
    let number = value.and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    let [_, red, green, blue] = number.to_be_bytes();
    RGBColor(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_has_all_colours() {
        let Theme { text, muted, grid, background, .. } = theme();
        let racers = (0..gradprix::optim::COLOURS).map(|number| line(0, number).colour);
        let colours: Vec<RGBColor> = [text, muted, grid, background].into_iter().chain(racers).collect();
        for (at, colour) in colours.iter().enumerate() {
            assert!(*colour != RGBColor(0, 0, 0) && !colours[..at].contains(colour), "colour {at} is {colour:?}");
        }
    }
}
