//! Races that were, shown faded behind the one that runs.

use crate::page::theme::Palette;
use crate::plot::Ghost;
use crate::race::course::Course;
use crate::race::past::Past;

/// The most races that are shown.
const MANY: usize = 3;

/// The races to show, the oldest first.
#[derive(Default)]
pub(super) struct Shadows {
    races: Vec<(Past, Course)>,
}

impl Shadows {
    /// Shows `past` too, in place of the oldest if there are many.
    pub(super) fn keep(&mut self, past: Past) {
        let course = past.course();
        self.races.push((past, course));
        self.races.drain(..self.races.len().saturating_sub(MANY));
    }

    /// The curves of all their racers, in the colours that racers of the same number have now.
    pub(super) fn ghosts(&self, palette: &Palette, colours: &[usize]) -> Vec<Ghost<'_>> {
        let ghosts = self.races.iter().flat_map(|(past, course)| {
            let ghost = |racer| {
                let colour = colours.get(racer).copied().unwrap_or(racer);
                Ghost { past, course, racer, colour: palette.line(racer, colour).colour }
            };
            (0..past.losses.len()).map(ghost)
        });
        ghosts.collect()
    }
}
