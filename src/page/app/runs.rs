//! The races that were: kept when they are over, shown behind the one that runs, and raced again.

use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use crate::action::{Action, Sink};
use crate::app::App;
use crate::dom::{self, PageError};
use crate::runs::Browse;
use crate::store::Store;
use gradprix::race::address::Link;
use gradprix::race::past::Past;
use gradprix::race::runs::{Change, Run, Runs};
use gradprix::text::Phrase;

/// What the names of kept races begin with.
const PREFIX: &str = "race ";

/// A race of fewer steps is no race that was.
pub(super) const WORTH_KEEPING: u64 = 20;

/// The runs, where they are kept, and what the one that is on its way has to be kept with.
pub(super) struct Archive {
    runs: Runs,
    store: Store,
    /// Why nothing is kept beyond this visit was said.
    said: bool,
    /// Pointer or focus is on the run that began then.
    marked: Option<f64>,
    /// The race that is on its way: its settings and data, and when it began.
    now: (Link, Phrase, f64),
}

impl Archive {
    /// Nothing yet; [`App::unpack`] brings what was kept.
    pub(super) fn new() -> Self {
        let now = (Link::default(), Phrase::default(), js_sys::Date::now());
        Self { runs: Runs::default(), store: Store::new(PREFIX), said: false, marked: None, now }
    }

    /// The runs that the browser keeps.
    fn stored(&self) -> Vec<Run> {
        self.store.all().iter().filter_map(Run::from_json).collect()
    }

    /// A race on `data` is there that stood at its start at `began`, milliseconds since 1970.
    pub(super) fn begin(&mut self, link: Link, data: Phrase, began: f64) {
        self.now = (link, data, began);
    }

    /// When the race that is on its way began.
    pub(super) fn began(&self) -> f64 {
        self.now.2
    }

    /// What its data is called.
    pub(super) fn data(&self) -> &Phrase {
        &self.now.1
    }

    /// The race goes on with these settings.
    pub(super) fn follow(&mut self, link: Link) {
        self.now.0 = link;
    }
}

/// Hears of other pages' changes, and of the end of this one.
pub(super) fn listen(sink: &Sink) -> Result<(), PageError> {
    let window = dom::window()?;
    let (act, store) = (sink.clone(), Store::new(PREFIX));
    dom::listen(&window, "storage", move |event| {
        let name = event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key);
        // Without a name, all was cleared.
        if name.is_none_or(|name| store.has(&name)) {
            act(Action::Runs(Browse::Elsewhere));
        }
    })?;
    let act = sink.clone();
    dom::listen(&window, "pagehide", move |_| act(Action::Runs(Browse::Leave)))
}

impl App {
    /// Brings what earlier visits kept.
    pub(super) fn unpack(&mut self) -> Result<(), PageError> {
        self.archive.runs = Runs::new(self.archive.stored());
        self.show_runs()
    }

    /// Does what happens in the list.
    pub(super) fn browse(&mut self, browse: Browse) -> Result<(), PageError> {
        match browse {
            Browse::Open(open) => {
                self.run_list.open(open)?;
                return self.run_list.show(&self.archive.runs);
            }
            Browse::Point(marked) => {
                self.archive.marked = marked;
                self.shadow();
                return Ok(());
            }
            Browse::Change(began, change) => self.change_run(began, change)?,
            Browse::Restore(began) => {
                let Some(run) = self.archive.runs.find(began) else { return Ok(()) };
                let (link, title) = (run.settings(), run.title());
                return self.adopt(link, phrase!("the settings of {title}", "恢复 {title} 的设置", title));
            }
            Browse::Elsewhere => self.archive.runs.replace(self.archive.stored()),
            Browse::Leave => {
                // The page may come back as it is: its list stays without the race that still runs.
                if let Some(run) = self.run() {
                    drop(self.archive.store.keep(&name(run.began), &run.to_json()));
                }
                return Ok(());
            }
        }
        self.show_runs()
    }

    fn change_run(&mut self, began: f64, change: Change) -> Result<(), PageError> {
        let lasts = !matches!(change, Change::Show(_));
        self.archive.runs.change(began, change);
        match self.archive.runs.find(began) {
            Some(run) if lasts => {
                let kept = self.archive.store.keep(&name(began), &run.to_json());
                self.tell_if_lost(kept)
            }
            Some(_) => Ok(()),
            None => {
                self.archive.store.forget(&name(began));
                self.run_list.focus()
            }
        }
    }

    /// Keeps the curves of the race that is over, if one was.
    pub(super) fn keep(&mut self) -> Result<(), PageError> {
        let Some(run) = self.run() else { return Ok(()) };
        let kept = self.archive.store.keep(&name(run.began), &run.to_json());
        for dropped in self.archive.runs.keep(run) {
            self.archive.store.forget(&name(dropped));
        }
        self.tell_if_lost(kept)?;
        self.show_runs()
    }

    /// The race that is on its way, as it is to be kept; nothing before it is worth it.
    fn run(&self) -> Option<Run> {
        let (link, data, began) = &self.archive.now;
        (self.track.history.steps() >= WORTH_KEEPING).then(|| Run {
            began: *began,
            number: self.archive.runs.next_number(),
            name: None,
            link: link.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            data: data.clone(),
            past: Past::of(&self.track.history, &self.track.course),
            starred: false,
            shown: false,
        })
    }

    fn tell_if_lost(&mut self, kept: Result<(), Phrase>) -> Result<(), PageError> {
        match kept {
            Err(why) if !std::mem::replace(&mut self.archive.said, true) => self.notice.complain(phrase!(
                "The browser could not keep the race ({why}): past races last until this page is closed.",
                "浏览器无法保存这场竞赛（{why}）：往届竞赛只保留到关闭此页面为止。",
                why,
            )),
            _ => Ok(()),
        }
    }

    fn show_runs(&mut self) -> Result<(), PageError> {
        self.shadow();
        self.run_list.show(&self.archive.runs)
    }

    fn shadow(&mut self) {
        let Archive { runs, marked, .. } = &self.archive;
        let shown = runs.all().iter().filter(|run| run.shown || *marked == Some(run.began));
        self.view.shadow(shown, *marked);
    }
}

/// The name that a run is kept under.
fn name(began: f64) -> String {
    format!("{began:.0}")
}
