//! What each racer takes an image for: its choice, and how sure it is of each class.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::dom::{self, PageError};
use crate::{language, theme};
use gradprix::data::CLASSES;
use gradprix::text::Phrase;

/// The list of answers.
pub(super) struct Answers {
    list: Element,
    label: Element,
    rows: Vec<Row>,
}

struct Row {
    root: Element,
    name: Phrase,
    choice: Element,
    /// All its probabilities in words, for those who do not see the bars.
    said: Element,
    bars: Vec<HtmlElement>,
}

impl Answers {
    pub(super) fn new(root: &Element) -> Result<Self, PageError> {
        Ok(Self { list: dom::find(root, ".answers")?, label: dom::find(root, "#digit-label")?, rows: Vec::new() })
    }

    /// Builds the list anew, for racers called `names`, each with its colour.
    pub(super) fn field(&mut self, names: &[Phrase], colours: &[usize]) -> Result<(), PageError> {
        self.list.set_text_content(None);
        let racers = names.iter().zip(colours).enumerate();
        self.rows = racers.map(|(racer, (name, colour))| self.row(racer, name, *colour)).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn row(&self, racer: usize, name: &Phrase, colour: usize) -> Result<Row, PageError> {
        let root = dom::create("li")?;
        theme::paint(&root, racer, colour)?;
        let part = |kind: &str, class: &str| {
            let part = dom::create(kind)?;
            dom::attribute(&part, "class", class)?;
            dom::append(&root, &part)?;
            Ok::<_, PageError>(part)
        };
        language::say(&part("span", "name")?, name);
        let choice = part("b", "choice")?;
        let said = part("span", "covered")?;
        let chart = part("span", "bars")?;
        dom::attribute(&chart, "aria-hidden", "true")?;
        let bars = (0..CLASSES).map(|class| {
            let bar = dom::create("i")?;
            dom::attribute(&bar, "data-class", &class.to_string())?;
            dom::append(&chart, &bar)?;
            Ok(bar.unchecked_into())
        });
        let bars = bars.collect::<Result<_, PageError>>()?;
        dom::append(&self.list, &root)?;
        Ok(Row { root, name: name.clone(), choice, said, bars })
    }

    /// Nothing is asked.
    pub(super) fn clear(&self) -> Result<(), PageError> {
        self.label(None);
        for row in &self.rows {
            dom::say(&row.choice, "");
            language::say(&row.said, Phrase::default());
            row.bars.iter().try_for_each(|bar| dom::style(bar, "--share", "0"))?;
        }
        Ok(())
    }

    /// Says what the image is, if that is known.
    pub(super) fn label(&self, label: Option<u8>) {
        let said = label.map(|label| phrase!("A test image: it is a {label}", "一张测试图像：这是 {label}", label));
        language::say(&self.label, said.unwrap_or_default());
    }

    /// Shows ten probabilities of each racer.
    pub(super) fn show(&self, probabilities: &[f32]) -> Result<(), PageError> {
        for (row, own) in self.rows.iter().zip(probabilities.chunks_exact(CLASSES)) {
            let choice = (0..CLASSES).max_by(|a, b| own[*a].total_cmp(&own[*b])).unwrap_or(0);
            dom::say(&row.choice, &choice.to_string());
            let share = format!("{:.0}", 100.0 * own[choice]);
            let said = phrase!(
                "{name}: {choice}, {share} % sure",
                "{name}：{choice}，把握 {share} %",
                name = &row.name,
                choice,
                share
            );
            language::say_attribute(&row.root, "title", said);
            let shares: Vec<String> =
                own.iter().enumerate().map(|(class, share)| format!("{class}: {:.0}%", 100.0 * share)).collect();
            language::say(&row.said, Phrase::from(shares.join(", ").as_str()));
            for (bar, share) in row.bars.iter().zip(own) {
                dom::style(bar, "--share", &format!("{share:.3}"))?;
            }
        }
        Ok(())
    }
}
