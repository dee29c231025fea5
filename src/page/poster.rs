//! The race as a picture that explains itself: the large chart with what raced below it.

use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use crate::brush::Brush;
use crate::dom::{self, PageError};
use crate::language;
use crate::track::Track;
use crate::view::View;
use gradprix::plot::{Entry, FINE, Poster, draw_poster_fine};
use gradprix::race::config::Config;
use gradprix::race::summary;
use gradprix::text::Phrase;

/// The picture's width and its chart's height, CSS pixels.
const WIDTH: f64 = 1000.0;
const CHART_HEIGHT: f64 = 520.0;

/// Pixels per CSS pixel: sharp on paper and on dense screens.
const SCALE: f64 = 2.0;

/// Draws what `view` shows of `track`, the race of `config`, on a canvas of its own.
pub(super) fn draw(view: &View, track: &Track, config: &Config) -> Result<HtmlCanvasElement, PageError> {
    let language = language::current();
    let (lines, target) = (view.lines(), view.target_words());
    let said = |items: Vec<Phrase>| items.iter().map(|item| item.in_language(language).to_owned()).collect();
    let tested = track.history.examinations().last();
    let entries: Vec<Entry> = lines
        .iter()
        .zip(config.names())
        .map(|(line, name)| {
            let tested =
                tested.and_then(|tested| Some((*tested.accuracies.get(line.racer)?, *tested.losses.get(line.racer)?)));
            let items = summary::legend(&config.racers[line.racer], &name, tested);
            Entry { line: *line, name: name.in_language(language).to_owned(), items: said(items) }
        })
        .collect();
    let shared: Vec<String> = said(summary::shared(config));
    let chart = view.main_chart(track, &lines, target.in_language(language), SCALE);
    let poster = Poster { chart, entries: &entries, shared: &shared };

    let canvas: HtmlCanvasElement = dom::create("canvas")?.unchecked_into();
    canvas.set_width((WIDTH * SCALE) as u32);
    canvas.set_height(((CHART_HEIGHT + poster.legend_height(WIDTH)) * SCALE).ceil() as u32);
    let context = dom::context(&canvas)?;
    let fine = 1.0 / f64::from(FINE);
    context.scale(fine, fine).map_err(dom::refused("draw on a canvas"))?;
    draw_poster_fine(Brush::new(&canvas, &context), &poster)?;
    Ok(canvas)
}
