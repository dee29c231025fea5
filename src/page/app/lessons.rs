//! Lessons on the page: opening one sets up its race and what the charts show of it.

use crate::app::App;
use crate::dom::PageError;
use crate::message::Command;
use crate::reading::read::Read;
use gradprix::plot::Quantity;
use gradprix::race::lesson::Lesson;

impl App {
    /// Opens `lesson` at the start of its race, or leaves the one that is open; the race stays.
    pub(super) fn lesson(&mut self, lesson: Option<&'static Lesson>) -> Result<(), PageError> {
        let Some(lesson) = lesson else { return self.lessons.leave() };
        if self.going {
            self.going = false;
            self.send(&Command::Pause)?;
        }
        self.adopt(lesson.link(), text!("the race of the lesson", "换成本课的竞赛"))?;
        self.study(Some(lesson))?;
        self.lessons.focus();
        Ok(())
    }

    /// Opens the lesson beside the one that is open, or it again.
    pub(super) fn lesson_from(&mut self, go: fn(&'static Lesson) -> Option<&'static Lesson>) -> Result<(), PageError> {
        match self.lessons.lesson().and_then(go) {
            Some(lesson) => self.lesson(Some(lesson)),
            None => Ok(()),
        }
    }

    /// Shows `lesson`, whose race is there already, and what it is about on the charts.
    pub(super) fn study(&mut self, lesson: Option<&'static Lesson>) -> Result<(), PageError> {
        let Some(lesson) = lesson else { return self.lessons.leave() };
        self.view.read(Read::Quantity(Quantity::Metric(lesson.metric)), &self.track)?;
        self.view.read(Read::LogY(lesson.log_y), &self.track)?;
        self.view.read(Read::LogX(lesson.log_x), &self.track)?;
        self.pace(lesson.pace)?;
        self.lessons.enter(lesson)
    }
}
