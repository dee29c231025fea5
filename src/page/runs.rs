//! The list of the races that were: what each had otherwise than the one before, what came of it, and what to do with it.

use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::language;
use gradprix::race::runs::{Change, Run, Runs};
use gradprix::text::Phrase;

/// The most differences that a line has room for.
const DIFFERENCES: usize = 4;

/// What happens in the list.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Browse {
    /// It opens, or closes.
    Open(bool),
    /// A reader changes the run that began then.
    Change(f64, Change),
    /// A race with the settings of that run is wanted.
    Restore(f64),
    /// Pointer or focus is on a run, or no longer.
    Point(Option<f64>),
    /// Another page of this site changed what is kept.
    Elsewhere,
    /// The page is left.
    Leave,
}

/// The list in the page.
pub(super) struct RunList {
    sink: Sink,
    root: Element,
    title: HtmlElement,
    opener: HtmlElement,
    none: Element,
    list: Element,
    /// When each run shown began, and what shows it: the newest first.
    rows: Vec<(f64, Row)>,
}

struct Row {
    star: Element,
    name: HtmlInputElement,
    difference: Element,
    results: Element,
    shown: HtmlInputElement,
}

impl RunList {
    /// Makes the list in the page act.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let root: Element = dom::find(body, "#runs")?;
        let opener: HtmlElement = dom::find(body, "#show-runs")?;
        let (panel, act) = (root.clone(), sink.clone());
        dom::listen(&opener, "click", move |_| act(Action::Runs(Browse::Open(panel.has_attribute("hidden")))))?;
        let act = sink.clone();
        let close: Element = dom::find(&root, ".dismiss")?;
        dom::listen(&close, "click", move |_| act(Action::Runs(Browse::Open(false))))?;
        Ok(Self {
            sink: sink.clone(),
            title: dom::find(&root, "#runs-title")?,
            none: dom::find(&root, ".none")?,
            list: dom::find(&root, "ol")?,
            root,
            opener,
            rows: Vec::new(),
        })
    }

    /// Shows or hides the list; the focus goes along.
    pub(super) fn open(&self, open: bool) -> Result<(), PageError> {
        dom::flag(&self.root, "hidden", !open)?;
        dom::attribute(&self.opener, "aria-expanded", if open { "true" } else { "false" })?;
        let focus = if open { &self.title } else { &self.opener };
        focus.focus().map_err(dom::refused("move the focus"))
    }

    /// Shows `runs`, while the list is open. Rows are built anew only where other runs are there.
    pub(super) fn show(&mut self, runs: &Runs) -> Result<(), PageError> {
        if self.root.has_attribute("hidden") {
            return Ok(());
        }
        let all = runs.all();
        if !all.iter().rev().map(|run| run.began).eq(self.rows.iter().map(|(began, _)| *began)) {
            self.list.set_text_content(None);
            self.rows =
                all.iter().rev().map(|run| Ok((run.began, self.row(run.began)?))).collect::<Result<_, PageError>>()?;
        }
        dom::flag(&self.none, "hidden", !all.is_empty())?;
        for ((_, row), (at, run)) in self.rows.iter().zip(all.iter().enumerate().rev()) {
            row.show(run, runs.difference(at))?;
        }
        Ok(())
    }

    /// The focus goes to the list's title: the row that had it is gone.
    pub(super) fn focus(&self) -> Result<(), PageError> {
        self.title.focus().map_err(dom::refused("move the focus"))
    }

    fn row(&self, began: f64) -> Result<Row, PageError> {
        let root = dom::template("#run-template")?;
        let on = |element: &Element, event: &str, browse: Box<dyn Fn() -> Browse>| {
            let act = self.sink.clone();
            dom::listen(element, event, move |_| act(Action::Runs(browse())))
        };
        for event in ["pointerenter", "focusin"] {
            on(&root, event, Box::new(move || Browse::Point(Some(began))))?;
        }
        for event in ["pointerleave", "focusout"] {
            on(&root, event, Box::new(|| Browse::Point(None)))?;
        }
        let star: Element = dom::find(&root, ".star")?;
        let pressed = star.clone();
        let starred = move || pressed.get_attribute("aria-pressed").as_deref() == Some("true");
        on(&star, "click", Box::new(move || Browse::Change(began, Change::Star(!starred()))))?;
        let name: HtmlInputElement = dom::find(&root, ".run-name")?;
        let field = name.clone();
        on(&name, "change", Box::new(move || Browse::Change(began, Change::Rename(field.value()))))?;
        let shown: HtmlInputElement = dom::find(&root, ".check input")?;
        let check = shown.clone();
        on(&shown, "change", Box::new(move || Browse::Change(began, Change::Show(check.checked()))))?;
        on(&dom::find(&root, ".restore")?, "click", Box::new(move || Browse::Restore(began)))?;
        on(&dom::find(&root, ".delete")?, "click", Box::new(move || Browse::Change(began, Change::Delete)))?;
        dom::append(&self.list, &root)?;
        Ok(Row {
            star,
            name,
            difference: dom::find(&root, ".difference")?,
            results: dom::find(&root, ".results")?,
            shown,
        })
    }
}

impl Row {
    fn show(&self, run: &Run, difference: Option<Vec<Phrase>>) -> Result<(), PageError> {
        dom::attribute(&self.star, "aria-pressed", if run.starred { "true" } else { "false" })?;
        self.name.set_value(run.name.as_deref().unwrap_or_default());
        language::say_attribute(&self.name, "placeholder", run.title());
        language::say(&self.difference, in_a_line(difference));
        language::say(&self.results, results(run));
        self.shown.set_checked(run.shown);
        Ok(())
    }
}

/// What a run had otherwise than the one before it, in a line.
fn in_a_line(difference: Option<Vec<Phrase>>) -> Phrase {
    let Some(mut items) = difference else {
        return text!("The first race that is kept", "保存的第一场竞赛").into();
    };
    if items.is_empty() {
        return text!("The same settings as in the race before it", "设置与前一场相同").into();
    }
    let more = items.split_off(items.len().min(DIFFERENCES)).len();
    if more > 0 {
        items.push(phrase!("and {more} more", "以及另外 {more} 项", more));
    }
    items.into_iter().collect()
}

/// What came of a run, in a line.
fn results(run: &Run) -> Phrase {
    let of_racer = |(name, loss): (Phrase, Option<f32>)| {
        let Phrase { en, zh } = name.beside(loss.map_or_else(|| "∞".to_owned(), |loss| format!("{loss:.4}")));
        // A line does not break between a name and its loss.
        Phrase { en: en.replace(' ', "\u{a0}"), zh: zh.replace(' ', "\u{a0}") }
    };
    let steps = run.steps();
    let results: Phrase = run.results().into_iter().map(of_racer).collect();
    phrase!(
        "After {steps} steps on {data}: {results}",
        "{data}，{steps} 步后：{results}",
        data = &run.data,
        steps,
        results
    )
}
