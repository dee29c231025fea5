//! The race leaves the page in files and links, and comes back.

use crate::app::App;
use crate::dom::PageError;
use crate::share::{self, Form};
use crate::{json, language, poster};
use gradprix::race::address::Link;
use gradprix::race::config::Config;
use gradprix::race::csv::Table;
use gradprix::race::metric::Metric;
use gradprix::race::{keras, replay};
use gradprix::text::Phrase;

impl App {
    /// Saves the race in `form`.
    pub(super) fn save(&mut self, form: Form) -> Result<(), PageError> {
        if form.needs_curves() && self.track.history.steps() == 0 {
            return self.notice.complain(text!(
                "There is no curve yet: press Start, and save when the race has run",
                "还没有曲线：请先按“开始”，竞赛运行后再保存"
            ));
        }
        let text = match form {
            Form::Picture => return self.save_picture(),
            Form::Curves => self.curves(),
            Form::Race => format!("{:#}\n", self.config.to_json()),
            Form::Python => replay::program(&self.config),
            Form::Keras => keras::snippet(&self.config),
        };
        share::save_text(form, &text)
    }

    /// Every step's metrics of every racer, as the command writes them.
    fn curves(&self) -> String {
        let history = &self.track.history;
        let table = Table::new(&self.config, self.track.course.images(), &Metric::ALL);
        let mut text = table.header();
        for step in 0..history.steps() {
            // Behind the step at which a racer left the numbers, there are none.
            table.row(&mut text, step, |racer, metric| history.value(racer, metric, step).unwrap_or(f32::NAN));
        }
        text
    }

    fn save_picture(&self) -> Result<(), PageError> {
        let canvas = poster::draw(&self.view, &self.track, &self.config)?;
        share::save_canvas(Form::Picture, &canvas)
    }

    /// Puts the race's address into the clipboard, or where it can be copied by hand.
    pub(super) fn copy_link(&self) -> Result<(), PageError> {
        let address = self.address.whole(&self.link())?;
        share::copy(address, language::current())
    }

    /// The race of a file's text starts, or it is said why the text cannot be had.
    pub(super) fn import(&mut self, text: Result<String, Phrase>) -> Result<(), PageError> {
        match text.and_then(|text| json::parse(&text)) {
            Ok(json) => match Config::from_json(&json) {
                Ok(config) => {
                    self.adopt(Link { config, epochs: self.epochs }, text!("the race of the file", "换成文件中的竞赛"))
                }
                Err(refusal) => self.notice.complain(refusal.words().sentence()),
            },
            Err(why) => self.notice.complain(phrase!("The file is no race: {why}.", "该文件不是竞赛：{why}。", why)),
        }
    }
}
