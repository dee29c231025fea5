//! What all racers share beside seed and batch size: the network, how it starts, and what it sees.

use web_sys::{Element, HtmlInputElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::entry::Entry;
use crate::knob_control::KnobControl;
use crate::language;
use gradprix::optim::{Knob, Scale};
use gradprix::race::config::{Config, DROPOUT, HIDDEN_DOC, HIDDEN_LABEL, RACE_KNOBS, typed_widths};
use gradprix::text::Phrase;

/// The menu of the race's settings.
pub(super) struct RaceSettings {
    network: Element,
    hidden: HtmlInputElement,
    refusal: Element,
    dropout: Entry,
    choices: Vec<KnobControl>,
}

impl RaceSettings {
    /// Builds the menu in the page.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let menu: Element = dom::find(body, "#race-settings")?;
        let hidden: HtmlInputElement = dom::find(&menu, "#hidden")?;
        let refusal: Element = dom::find(&menu, "#hidden ~ .refusal")?;
        language::say(&dom::find(&menu, "label[for=hidden]")?, HIDDEN_LABEL);
        language::say(&dom::find(&menu, "#hidden-tip")?, HIDDEN_DOC);
        let (field, refuse, act) = (hidden.clone(), refusal.clone(), sink.clone());
        dom::listen(&hidden, "change", move |_| match typed_widths(&field.value()) {
            Ok(widths) => act(Action::Hidden(widths)),
            Err(error) => language::say(&refuse, error.words().sentence()),
        })?;
        let forgive = refusal.clone();
        dom::listen(&hidden, "input", move |_| language::say(&forgive, Phrase::default()))?;
        language::say(&dom::find(&menu, "label[for=dropout]")?, DROPOUT.label);
        language::say(&dom::find(&menu, "#dropout-tip")?, DROPOUT.doc);
        let dropout = Entry::new(
            dom::find(&menu, "#dropout")?,
            dom::find(&menu, "#dropout ~ .refusal")?,
            &DROPOUT,
            shared(&DROPOUT, sink),
        )?;
        let list: Element = dom::find(&menu, ".choices")?;
        let choices = RACE_KNOBS.iter().filter(|knob| matches!(knob.scale, Scale::Choice(_))).map(|knob| {
            let control = KnobControl::new(knob.name, knob, shared(knob, sink))?;
            dom::append(&list, &control.row)?;
            Ok(control)
        });
        let choices = choices.collect::<Result<_, PageError>>()?;
        Ok(Self { network: dom::find(&menu, "#network")?, hidden, refusal, dropout, choices })
    }

    /// Shows what is set.
    pub(super) fn show(&self, config: &Config) -> Result<(), PageError> {
        let network = &config.network;
        let sizes = Phrase::from(network.sizes());
        let activation = network.activation.label();
        language::say(&self.network, if network.hidden.is_empty() { sizes } else { sizes.beside(activation) });
        let widths: Vec<String> = network.hidden.iter().map(ToString::to_string).collect();
        self.hidden.set_value(&widths.join(", "));
        language::say(&self.refusal, Phrase::default());
        self.dropout.show(config.dropout);
        self.choices.iter().try_for_each(|choice| choice.show(config.shared(choice.knob)))
    }
}

/// What sets `knob` for all racers.
fn shared(knob: &'static Knob, sink: &Sink) -> impl Fn(f64) + Clone + 'static {
    let act = sink.clone();
    move |value| act(Action::Shared { knob, value })
}
