//! What can happen to the page.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::inside::Insight;
use crate::last_race::Recall;
use crate::message::Report;
use crate::reading::read::Read;
use crate::runs::Browse;
use crate::share::Form;
use gradprix::engine::Choice;
use gradprix::optim::Knob;
use gradprix::race::field::FieldChange;
use gradprix::race::lesson::Lesson;
use gradprix::text::Phrase;

/// Something happened.
pub(super) enum Action {
    /// Start or pause.
    Toggle,
    /// One step.
    Step,
    /// The same race from its start.
    Reset,
    /// Another seed, drawn by chance.
    NewSeed,
    /// This seed.
    Seed(f64),
    /// This many images per minibatch.
    BatchSize(f64),
    /// Half (0.5) or twice (2) as many images per minibatch.
    ScaleBatch(f64),
    /// This many race steps per second; the most means as fast as the engine can.
    Pace(f64),
    /// This many epochs.
    Epochs(f64),
    /// This engine.
    Engine(Choice),
    /// These files, a list of JavaScript `File`.
    Files(JsValue),
    /// MNIST is fetched once more.
    Fetch,
    /// A racer's knob gets a value that it takes.
    Knob {
        /// The racer's number.
        racer: usize,
        /// Which knob.
        knob: &'static Knob,
        /// The value.
        value: f64,
    },
    /// What all racers share gets a value that it takes.
    Shared {
        /// One of [`gradprix::race::config::RACE_KNOBS`].
        knob: &'static Knob,
        /// The value.
        value: f64,
    },
    /// Hidden layers of these widths.
    Hidden(Vec<usize>),
    /// Others race.
    Field(FieldChange),
    /// This lesson opens at its start; nothing: the open one is left.
    Lesson(Option<&'static Lesson>),
    /// The lesson that this leads to from the open one opens.
    LessonFrom(fn(&'static Lesson) -> Option<&'static Lesson>),
    /// A racer gets this name; an empty one is its optimizer's.
    Rename {
        /// The racer's number.
        racer: usize,
        /// The name.
        name: String,
    },
    /// A racer gets this colour.
    Recolour {
        /// The racer's number.
        racer: usize,
        /// The colour's number.
        colour: usize,
    },
    /// Something happens in the panel that shows what is inside the racers.
    Inside(Insight),
    /// Something happens in the list of the races that were.
    Runs(Browse),
    /// Something happens to the race that was left at the last visit.
    LastRace(Recall),
    /// This form of the race is saved in a file.
    Save(Form),
    /// The address of the race goes to the clipboard.
    CopyLink,
    /// A file's text was given as a race in JSON, or why it cannot be had.
    Import(Result<String, Phrase>),
    /// Someone changed the page's address; this stands behind its `#`.
    Address(String),
    /// The charts are read.
    Read(Read),
    /// The worker reports.
    Report(Report),
    /// The worker stopped, for this reason: the browser's words.
    Stopped {
        /// Why.
        why: Phrase,
        /// Where in which script, for those who can mend it.
        place: String,
    },
    /// It is time to look whether the worker still answers.
    Watch,
    /// What is known of a failure goes to the clipboard.
    CopyDetails,
    /// The page is shown (true), or hidden.
    Seen(bool),
    /// Charts may have another size.
    Resized,
    /// The page went from light to dark, or into another language, or back.
    Repainted,
    /// The browser is about to draw, at this time in milliseconds.
    Frame(f64),
}

/// Where actions go.
pub(super) type Sink = Rc<dyn Fn(Action)>;
