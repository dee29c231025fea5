//! Races that were, shown faded behind the one that runs.

use crate::theme::Palette;
use gradprix::plot::Ghost;
use gradprix::race::course::Course;
use gradprix::race::past::Past;
use gradprix::race::runs::Run;

/// The races to show, the oldest first.
#[derive(Default)]
pub(super) struct Shadows {
    races: Vec<Shadow>,
}

struct Shadow {
    past: Past,
    course: Course,
    colours: Vec<usize>,
    marked: bool,
}

impl Shadows {
    /// Shows `runs`, and the one that began at `marked` more than the others.
    pub(super) fn show<'a>(&mut self, runs: impl Iterator<Item = &'a Run>, marked: Option<f64>) {
        let shadow = |run: &Run| Shadow {
            past: run.past.clone(),
            course: run.past.course(),
            colours: run.settings().config.colours(),
            marked: marked == Some(run.began),
        };
        self.races = runs.map(shadow).collect();
    }

    /// The curves of all their racers, in the colours that they had.
    pub(super) fn ghosts(&self, palette: &Palette) -> Vec<Ghost<'_>> {
        let ghosts = self.races.iter().flat_map(|Shadow { past, course, colours, marked }| {
            let ghost = |(racer, colour): (usize, &usize)| Ghost {
                past,
                course,
                racer,
                colour: palette.line(racer, *colour).colour,
                marked: *marked,
            };
            colours.iter().enumerate().map(ghost)
        });
        ghosts.collect()
    }
}
