//! Another race takes the place of the one that runs: from the address, from a file, or with another field.

use web_sys::HtmlElement;

use crate::address;
use crate::app::App;
use crate::dom::{self, PageError};
use gradprix::optim::Knob;
use gradprix::race::address::Link;
use gradprix::race::field::FieldChange;
use gradprix::race::lesson::link::LessonLink;
use gradprix::race::summary;
use gradprix::text::Phrase;

impl App {
    /// Others race: new lanes, from the start.
    pub(super) fn field(&mut self, change: FieldChange) -> Result<(), PageError> {
        match self.config.change(change) {
            Some(words) => self.line_up(words),
            None => Ok(()),
        }
    }

    /// All racers get another setting: from the start.
    pub(super) fn shared(&mut self, knob: &'static Knob, value: f64) -> Result<(), PageError> {
        if let Err(refusal) = self.config.set_shared(knob.name, &knob.json(value)) {
            return self.notice.complain(refusal.words().sentence());
        }
        self.restart(summary::item(knob, value))
    }

    /// All racers get other hidden layers: from the start.
    pub(super) fn hidden(&mut self, widths: Vec<usize>) -> Result<(), PageError> {
        self.config.network.hidden = widths;
        self.restart(phrase!("network {sizes}", "网络 {sizes}", sizes = self.config.network.sizes()))
    }

    /// Shows the racers under other names or in other colours, and goes back to where `racer` got them.
    pub(super) fn show_names(&mut self, racer: usize) -> Result<(), PageError> {
        self.view.line_up(&self.config, &self.sink)?;
        self.view.canvases().for_each(|canvas| self.observer.observe(canvas.element()));
        self.announcer.rename(self.config.names());
        self.inside.field(&self.config)?;
        let menu: HtmlElement =
            dom::find(&dom::body()?, &format!(".lane[data-racer=\"{racer}\"] .racer-menu > summary"))?;
        menu.focus().map_err(dom::refused("move the focus"))
    }

    /// Someone changed the address: its race starts.
    pub(super) fn follow_address(&mut self, hash: &str) -> Result<(), PageError> {
        let Some((LessonLink { lesson, link }, notice)) = address::read(hash) else { return Ok(()) };
        self.adopt(link, text!("the race of the address", "换成地址中的竞赛"))?;
        self.study(lesson)?;
        notice.map_or(Ok(()), |notice| self.notice.complain(notice))
    }

    /// The race of `link` starts, for the reason `why`.
    pub(super) fn adopt(&mut self, link: Link, why: impl Into<Phrase>) -> Result<(), PageError> {
        let change = link.epochs != self.epochs;
        self.config = link.config;
        self.epochs = link.epochs;
        if change {
            self.send_pace()?;
        }
        self.line_up(why)
    }

    /// Puts those who race now at the start.
    fn line_up(&mut self, why: impl Into<Phrase>) -> Result<(), PageError> {
        self.keep()?;
        self.show_racers()?;
        self.restart(why)
    }

    /// Shows those who race now.
    pub(super) fn show_racers(&mut self) -> Result<(), PageError> {
        self.view.field(&self.config, &self.sink)?;
        self.view.canvases().for_each(|canvas| self.observer.observe(canvas.element()));
        self.inside.field(&self.config)?;
        self.track.field(self.config.racers.len());
        Ok(())
    }

    /// What the address has to hold.
    pub(super) fn link(&self) -> LessonLink {
        let link = Link { config: self.config.clone(), epochs: self.epochs };
        LessonLink { lesson: self.lessons.lesson(), link }
    }
}
