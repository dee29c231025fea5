//! What is inside the racers: weights, confusion, mistakes; and what they take a drawing for.

mod answers;
mod pad;
mod pictures;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlSelectElement, KeyboardEvent};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::language;
use crate::message::{self, Command, Inside};
use answers::Answers;
use gradprix::race::config::Config;
use pad::Pad;
use pictures::Pictures;

/// Between two looks lie at least so many milliseconds; between two answers fewer, since a hand draws.
const LOOK: f64 = 1000.0;
const ANSWER: f64 = 250.0;

/// What the panel can show, in the order of its tabs; the last is the drawing.
const TABS: [&str; 4] = ["weights", "confusion", "mistakes", "draw"];
const DRAW: usize = 3;

/// What happens in the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insight {
    /// It opens, or closes.
    Open(bool),
    /// It shows the tab of this number.
    Tab(usize),
    /// It shows another racer.
    Racer,
    /// The drawing changed.
    Drawn,
    /// The drawing is taken away.
    Clear,
    /// A test image takes the place of the drawing.
    Take,
}

/// What the racers are asked about.
enum Subject {
    Nothing,
    Drawing(Vec<u8>),
    /// A test image that the worker is to draw by chance.
    Chance,
    /// The test image that it drew.
    Taken(Vec<u8>),
}

/// The panel.
pub(super) struct Panel {
    root: Element,
    opener: HtmlElement,
    racer: HtmlSelectElement,
    tabs: Vec<HtmlElement>,
    panes: Vec<Element>,
    tab: usize,
    open: bool,
    pictures: Pictures,
    pad: Pad,
    answers: Answers,
    /// The worker is asked and has not answered.
    waits: bool,
    /// When it was asked last, milliseconds, and after how many steps; nothing: what is shown is of another race.
    asked: Option<(f64, u64)>,
    subject: Subject,
}

impl Panel {
    /// Makes the panel in the page act.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let root: Element = dom::find(body, "#inside")?;
        let opener: HtmlElement = dom::find(body, "#show-inside")?;
        let racer: HtmlSelectElement = dom::find(&root, "#inside-racer")?;
        let part = |prefix: &str, name: &str| format!("#{prefix}-{name}");
        let tabs =
            TABS.iter().map(|name| dom::find(&root, &part("tab", name))).collect::<Result<Vec<HtmlElement>, _>>()?;
        let panes = TABS.iter().map(|name| dom::find(&root, &part("inside", name))).collect::<Result<_, _>>()?;
        let on = |element: &Element, event: &str, insight: Insight| {
            let act = sink.clone();
            dom::listen(element, event, move |_| act(Action::Inside(insight)))
        };
        for (number, tab) in tabs.iter().enumerate() {
            on(tab, "click", Insight::Tab(number))?;
            let act = sink.clone();
            dom::listen(tab, "keydown", move |event| {
                let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
                let to = match key.as_deref() {
                    Some("ArrowRight") => (number + 1) % TABS.len(),
                    Some("ArrowLeft") => (number + TABS.len() - 1) % TABS.len(),
                    _ => return,
                };
                act(Action::Inside(Insight::Tab(to)));
            })?;
        }
        on(&dom::find(&root, ".dismiss")?, "click", Insight::Open(false))?;
        on(&opener, "click", Insight::Open(true))?;
        on(&racer, "change", Insight::Racer)?;
        on(&dom::find(&root, "#clear-pad")?, "click", Insight::Clear)?;
        on(&dom::find(&root, "#take-digit")?, "click", Insight::Take)?;
        Ok(Self {
            pictures: Pictures::new(&root)?,
            pad: Pad::new(&root, sink)?,
            answers: Answers::new(&root)?,
            root,
            opener,
            racer,
            tabs,
            panes,
            tab: 0,
            open: false,
            waits: false,
            asked: None,
            subject: Subject::Nothing,
        })
    }

    /// Others race, or the same under other names.
    pub(super) fn field(&mut self, config: &Config) -> Result<(), PageError> {
        let chosen = self.chosen();
        self.racer.set_text_content(None);
        let names = config.names();
        for name in &names {
            let option = dom::create("option")?;
            language::say(&option, name);
            dom::append(&self.racer, &option)?;
        }
        self.racer.set_selected_index(i32::try_from(chosen.min(names.len() - 1)).unwrap_or(0));
        self.answers.field(&names, &config.colours())?;
        self.restart();
        Ok(())
    }

    /// Another race stands at its start: nothing that is shown is true of it.
    pub(super) fn restart(&mut self) {
        (self.waits, self.asked) = (false, None);
    }

    /// Does what was done in the panel.
    pub(super) fn take(&mut self, insight: Insight) -> Result<(), PageError> {
        self.asked = None;
        match insight {
            Insight::Open(open) => {
                self.open = open;
                dom::flag(&self.root, "hidden", !open)?;
                let focus = if open { &self.tabs[self.tab] } else { &self.opener };
                focus.focus().map_err(dom::refused("move the focus"))?;
            }
            Insight::Tab(tab) => {
                self.tab = tab;
                for (number, (tab, pane)) in self.tabs.iter().zip(&self.panes).enumerate() {
                    let chosen = number == self.tab;
                    dom::attribute(tab, "aria-selected", if chosen { "true" } else { "false" })?;
                    dom::attribute(tab, "tabindex", if chosen { "0" } else { "-1" })?;
                    dom::flag(pane, "hidden", !chosen)?;
                }
                dom::flag(&self.root, "data-draws", tab == DRAW)?;
                self.tabs[tab].focus().map_err(dom::refused("move the focus"))?;
            }
            Insight::Racer => {}
            Insight::Drawn => {
                self.answers.label(None);
                self.subject = match self.pad.digit()? {
                    Some(image) => {
                        self.pad.show_seen(&image)?;
                        Subject::Drawing(image)
                    }
                    None => Subject::Nothing,
                };
            }
            Insight::Clear => {
                self.pad.clear();
                self.subject = Subject::Nothing;
                self.answers.clear()?;
            }
            Insight::Take => self.subject = Subject::Chance,
        }
        Ok(())
    }

    /// What to ask the worker at `now`, milliseconds, after so many steps.
    pub(super) fn asks(&mut self, now: f64, steps: u64) -> Option<Command> {
        let pause = if self.tab == DRAW { ANSWER } else { LOOK };
        let due = self.asked.is_none_or(|(at, then)| then != steps && now - at >= pause);
        if !self.open || self.waits || !due {
            return None;
        }
        let command = match &self.subject {
            _ if self.tab != DRAW => Command::Look { racer: self.chosen() },
            Subject::Nothing => return None,
            Subject::Chance => Command::Ask { image: None },
            Subject::Drawing(image) | Subject::Taken(image) => Command::Ask { image: Some(image.clone()) },
        };
        (self.waits, self.asked) = (true, Some((now, steps)));
        Some(command)
    }

    /// Shows what is inside a racer, where the worker found something.
    pub(super) fn show(&mut self, inside: Option<&Inside>) -> Result<(), PageError> {
        self.waits = false;
        // Another racer may have been chosen meanwhile.
        inside.filter(|inside| inside.racer == self.chosen()).map_or(Ok(()), |inside| self.pictures.show(inside))
    }

    /// The number of the racer that is shown.
    fn chosen(&self) -> usize {
        usize::try_from(self.racer.selected_index()).unwrap_or(0)
    }

    /// Shows what the racers take an image for, unless something else is in its place by now.
    pub(super) fn answer(&mut self, answers: Option<message::Answers>) -> Result<(), PageError> {
        self.waits = false;
        let Some(message::Answers { image, label, probabilities }) = answers else { return Ok(()) };
        match (&self.subject, label) {
            (Subject::Chance, Some(_)) => {
                self.pad.clear();
                self.pad.show_seen(&image)?;
                self.answers.label(label);
                self.subject = Subject::Taken(image);
            }
            (Subject::Drawing(_) | Subject::Taken(_), None) => {}
            _ => return Ok(()),
        }
        self.answers.show(&probabilities)
    }
}
