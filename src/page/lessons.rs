//! Lessons: the list of them, and the one that is open, above the large chart.

use std::rc::Rc;

use web_sys::{Element, HtmlDialogElement, HtmlElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::language;
use crate::reading::read::Read;
use crate::track::Track;
use gradprix::plot::Quantity;
use gradprix::race::lesson::progress::{Outcome, Progress};
use gradprix::race::lesson::sight::Sight;
use gradprix::race::lesson::{ALL, Lesson};
use gradprix::text::{Phrase, Text};

/// The list of lessons and the open one.
pub(super) struct Lessons {
    sink: Sink,
    /// What opens the list.
    button: HtmlElement,
    list: HtmlDialogElement,
    choices: Vec<Element>,
    panel: Element,
    title: HtmlElement,
    why: Element,
    place: Element,
    caveat: Element,
    previous: Element,
    next: Element,
    steps: Element,
    region: Element,
    open: Option<Progress>,
}

impl Lessons {
    /// Fills the list in the page, and makes it and the panel act.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let list: HtmlDialogElement = dom::find(body, "#lessons")?;
        let choices = choices(&list, sink)?;
        let panel: Element = dom::find(body, "#lesson")?;
        let button: HtmlElement = dom::find(body, "#show-lessons")?;
        let dialog = list.clone();
        // A dialog that cannot open changes nothing.
        dom::listen(&button, "click", move |_| drop(dialog.show_modal()))?;
        let part = |selector: &str| dom::find::<Element>(&panel, selector);
        let (previous, next, again, leave) = (part(".previous")?, part(".next")?, part(".again")?, part(".dismiss")?);
        let to = |go: fn(&'static Lesson) -> Option<&'static Lesson>| move || Action::LessonFrom(go);
        click(&previous, sink, to(Lesson::previous))?;
        click(&next, sink, to(Lesson::next))?;
        click(&again, sink, to(Some))?;
        click(&leave, sink, || Action::Lesson(None))?;
        Ok(Self {
            sink: Rc::clone(sink),
            title: dom::find(&panel, "#lesson-title")?,
            why: part(".why")?,
            place: part(".place")?,
            caveat: part(".caveat")?,
            steps: part("ol")?,
            region: dom::find(body, "#lesson-said")?,
            open: None,
            button,
            list,
            choices,
            panel,
            previous,
            next,
        })
    }

    /// The lesson that is open.
    pub(super) fn lesson(&self) -> Option<&'static Lesson> {
        self.open.as_ref().map(Progress::lesson)
    }

    /// Opens `lesson` at its start, and closes the list.
    pub(super) fn enter(&mut self, lesson: &'static Lesson) -> Result<(), PageError> {
        self.list.close();
        language::say(&self.title, lesson.title);
        language::say(&self.why, lesson.why);
        let (number, all) = (lesson.number() + 1, ALL.len());
        language::say(&self.place, phrase!("Lesson {number} of {all}", "第 {number} 课，共 {all} 课", number, all));
        dom::flag(&self.previous, "disabled", lesson.previous().is_none())?;
        dom::flag(&self.next, "disabled", lesson.next().is_none())?;
        self.steps.set_text_content(None);
        for step in lesson.steps {
            let row = dom::template("#lesson-step-template")?;
            language::say(&dom::find(&row, ".watch")?, step.watch);
            let see: Element = dom::find(&row, ".see")?;
            dom::flag(&see, "hidden", !lesson.has_several_metrics())?;
            language::say(&see, phrase!("y: {metric}", "纵轴：{metric}", metric = step.metric.label()));
            let quantity = Quantity::Metric(step.metric);
            click(&see, &self.sink, move || Action::Read(Read::Quantity(quantity)))?;
            dom::append(&self.steps, &row)?;
        }
        self.open = Some(Progress::new(lesson));
        language::say(&self.region, Phrase::default());
        dom::flag(&self.panel, "hidden", false)?;
        self.show()
    }

    /// Who opened the lesson by hand goes on reading there.
    pub(super) fn focus(&self) {
        // What cannot take the focus is read all the same.
        let _ = self.title.focus();
    }

    /// Closes the lesson that is open.
    pub(super) fn leave(&mut self) -> Result<(), PageError> {
        if self.open.take().is_some() {
            // The focus would be lost with what had it.
            let _ = self.button.focus();
        }
        dom::flag(&self.panel, "hidden", true)
    }

    /// Says where the claims were measured, where the race is on other images.
    pub(super) fn on(&self, mnist: bool) -> Result<(), PageError> {
        dom::flag(&self.caveat, "hidden", mnist)
    }

    /// Another race stands at its start.
    pub(super) fn restart(&mut self) -> Result<(), PageError> {
        if let Some(progress) = &mut self.open {
            progress.restart();
        }
        self.show()
    }

    /// Looks whether what there is to watch happened, and ticks it off.
    pub(super) fn look(&mut self, track: &Track) -> Result<(), PageError> {
        let Some(progress) = &mut self.open else { return Ok(()) };
        let decided = progress.look(&Sight::new(&track.history, &track.course));
        if decided.is_empty() {
            return Ok(());
        }
        let (outcomes, steps) = (progress.outcomes(), progress.lesson().steps);
        let said = |number: usize| {
            said(outcomes[number]).map(|said| Phrase::from(said).followed_by(&steps[number].watch.into()))
        };
        let mut news = decided.into_iter().filter_map(said).reduce(|said, next| said.followed_by(&next));
        if progress.done() {
            dom::flag(&self.choices[progress.lesson().number()], "data-done", true)?;
            let over = text!("That was the lesson.", "本课到此结束。").into();
            news = news.map(|news| news.followed_by(&over));
        }
        language::say(&self.region, news.unwrap_or_default());
        self.show()
    }

    /// Shows what became of each step.
    fn show(&self) -> Result<(), PageError> {
        let Some(progress) = &self.open else { return Ok(()) };
        dom::flag(&self.panel, "data-done", progress.done())?;
        let rows = self.steps.children();
        for (number, outcome) in progress.outcomes().iter().enumerate() {
            let Some(row) = rows.item(number as u32) else { continue };
            let state = match outcome {
                Outcome::Awaited if progress.next() == Some(number) => "next",
                Outcome::Awaited => "awaited",
                Outcome::Seen => "seen",
                Outcome::Missed => "missed",
            };
            dom::attribute(&row, "data-outcome", state)?;
            let said = said(*outcome).map_or_else(Phrase::default, Phrase::from);
            language::say(&dom::find(&row, ".outcome")?, said);
        }
        Ok(())
    }
}

/// An outcome in words, once there is one.
fn said(outcome: Outcome) -> Option<Text> {
    match outcome {
        Outcome::Awaited => None,
        Outcome::Seen => Some(text!("Seen.", "已看到。")),
        Outcome::Missed => Some(text!("Not in this race.", "这场竞赛中没有发生。")),
    }
}

/// Fills the list with a button for each lesson.
fn choices(list: &HtmlDialogElement, sink: &Sink) -> Result<Vec<Element>, PageError> {
    let places: Element = dom::find(list, "ol")?;
    let choice = |lesson: &'static Lesson| {
        let row = dom::template("#lesson-choice-template")?;
        language::say(&dom::find(&row, ".title")?, lesson.title);
        language::say(&dom::find(&row, ".why")?, lesson.why);
        click(&dom::find(&row, "button")?, sink, move || Action::Lesson(Some(lesson)))?;
        dom::append(&places, &row)?;
        Ok(row)
    };
    ALL.iter().map(choice).collect()
}

fn click(button: &Element, sink: &Sink, action: impl Fn() -> Action + 'static) -> Result<(), PageError> {
    let act = Rc::clone(sink);
    dom::listen(button, "click", move |_| act(action()))
}
