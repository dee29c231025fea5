//! Another race takes the place of the one that runs: from the address, from a file, or with another field.

use crate::page::app::App;
use crate::page::dom::PageError;
use crate::race::address::Link;
use crate::race::field::FieldChange;
use crate::race::lesson::link::LessonLink;
use crate::text::Phrase;

impl App {
    /// Others race: new lanes, from the start.
    pub(super) fn field(&mut self, change: FieldChange) -> Result<(), PageError> {
        match self.config.change(change) {
            Some(words) => self.line_up(words),
            None => Ok(()),
        }
    }

    /// Someone changed the address: its race starts.
    pub(super) fn follow_address(&mut self) -> Result<(), PageError> {
        let Some((LessonLink { lesson, link }, notice)) = self.address.read()? else { return Ok(()) };
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
        self.keep();
        self.view.field(&self.config, &self.sink)?;
        self.view.canvases().for_each(|canvas| self.observer.observe(canvas.element()));
        self.track.field(self.config.racers.len());
        self.restart(why)
    }

    /// What the address has to hold.
    pub(super) fn link(&self) -> LessonLink {
        let link = Link { config: self.config.clone(), epochs: self.epochs };
        LessonLink { lesson: self.lessons.lesson(), link }
    }
}
