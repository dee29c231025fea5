//! Who races: a lane's buttons to change, double, move and remove its racer, and the page's to add one.

use web_sys::{Element, HtmlSelectElement};

use crate::optim::{self, Settings};
use crate::page::action::{Action, Sink};
use crate::page::dom::{self, PageError};
use crate::page::language;
use crate::race::field::{FIELD, FieldChange};

/// Builds the buttons of racer `racer` of `racers` in its `lane`.
pub(super) fn lane(lane: &Element, racer: usize, racers: &[Settings], sink: &Sink) -> Result<(), PageError> {
    let select: HtmlSelectElement = dom::find(lane, ".optimizer")?;
    for optimizer in optim::ALL {
        let option = dom::create("option")?;
        dom::attribute(&option, "value", optimizer.id)?;
        language::say(&option, optimizer.name);
        dom::append(&select, &option)?;
    }
    select.set_value(racers[racer].optimizer().id);
    let (field, act) = (select.clone(), sink.clone());
    dom::listen(&select, "change", move |_| {
        if let Some(optimizer) = optim::ALL.get(field.selected_index() as usize) {
            act(Action::Field(FieldChange::Become { racer, optimizer }));
        }
    })?;
    let buttons = [
        (".up", FieldChange::MoveUp(racer), racer > 0),
        (".duplicate", FieldChange::Duplicate(racer), racers.len() < FIELD),
        (".remove", FieldChange::Remove(racer), racers.len() > 1),
    ];
    buttons.into_iter().try_for_each(|(selector, change, possible)| {
        let button: Element = dom::find(lane, selector)?;
        dom::flag(&button, "disabled", !possible)?;
        listen(&button, change, sink)
    })
}

/// The page's button that adds a racer.
pub(super) fn adder(body: &Element, sink: &Sink) -> Result<Element, PageError> {
    let button: Element = dom::find(body, "#add-racer")?;
    listen(&button, FieldChange::Add, sink)?;
    Ok(button)
}

fn listen(button: &Element, change: FieldChange, sink: &Sink) -> Result<(), PageError> {
    let act = sink.clone();
    dom::listen(button, "click", move |_| act(Action::Field(change)))
}
