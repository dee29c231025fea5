//! The large chart's legend, with live values.

use web_sys::Element;

use crate::page::dom::{self, PageError};
use crate::page::track::Track;
use crate::page::{format, theme};
use crate::race::metric::Metric;
use crate::race::standings::Verdict;

/// The legend: racers keep their order, their place is said beside them, so that nothing jumps.
pub(super) struct Legend {
    list: Element,
    /// For each racer, its value and its place.
    entries: Vec<(Element, Element)>,
}

impl Legend {
    /// A legend in `list`, of no racers yet.
    pub(super) fn new(list: Element) -> Self {
        Self { list, entries: Vec::new() }
    }

    /// Builds it anew, for racers called `names`.
    pub(super) fn field(&mut self, names: &[String]) -> Result<(), PageError> {
        self.list.set_text_content(None);
        self.entries.clear();
        for (racer, name) in names.iter().enumerate() {
            let item = dom::template("#legend-template")?;
            dom::attribute(&item, "style", &theme::racer_style(racer))?;
            dom::say(&dom::find(&item, ".name")?, name);
            self.entries.push((dom::find(&item, ".value")?, dom::find(&item, ".place")?));
            dom::append(&self.list, &item)?;
        }
        Ok(())
    }

    /// Shows smoothed losses and places, the same place for the same loss.
    pub(super) fn show(&self, track: &Track) {
        let mut before = None;
        let mut place = 0;
        for (passed, racer) in track.standings.order(&track.history).into_iter().enumerate() {
            let Some((value, place_of)) = self.entries.get(racer) else { continue };
            let loss = track.history.smoothed(racer, Metric::Loss);
            if loss != before {
                place = passed + 1;
            }
            before = loss;
            dom::say(value, &loss.map_or("–".to_owned(), format::loss));
            dom::say(
                place_of,
                &match (loss, track.standings.verdict(racer)) {
                    (None, _) => String::new(),
                    (Some(_), Verdict::Racing) => format::place(place),
                    // Why, its lane says.
                    (Some(_), Verdict::Diverged { .. } | Verdict::Collapsed { .. }) => "out".to_owned(),
                },
            );
        }
    }
}
