//! Who races: a lane's buttons to change, double, move and remove its racer, and the page's to add one.

use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::{language, theme};
use gradprix::optim::{self, COLOURS, NAME_LENGTH};
use gradprix::race::config::Config;
use gradprix::race::field::{FIELD, FieldChange};

/// Builds the menu of racer `racer` of `config` in its `lane`.
pub(super) fn lane(lane: &Element, racer: usize, config: &Config, sink: &Sink) -> Result<(), PageError> {
    let racers = &config.racers;
    name(lane, racer, config, sink)?;
    colours(lane, racer, config, sink)?;
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
        (".down", FieldChange::MoveDown(racer), racer + 1 < racers.len()),
        (".duplicate", FieldChange::Duplicate(racer), racers.len() < FIELD),
        (".remove", FieldChange::Remove(racer), racers.len() > 1),
    ];
    buttons.into_iter().try_for_each(|(selector, change, possible)| {
        let button: Element = dom::find(lane, selector)?;
        dom::flag(&button, "disabled", !possible)?;
        listen(&button, change, sink)
    })
}

/// The field for the racer's name, which shows the one it has without it.
fn name(lane: &Element, racer: usize, config: &Config, sink: &Sink) -> Result<(), PageError> {
    let input: HtmlInputElement = dom::find(lane, ".racer-name")?;
    input.set_value(config.racers[racer].name.as_deref().unwrap_or_default());
    dom::attribute(&input, "maxlength", &NAME_LENGTH.to_string())?;
    language::say_attribute(&input, "placeholder", config.racers[racer].optimizer().name);
    let (field, act) = (input.clone(), sink.clone());
    dom::listen(&input, "change", move |_| act(Action::Rename { racer, name: field.value() }))
}

/// The colours to choose from.
fn colours(lane: &Element, racer: usize, config: &Config, sink: &Sink) -> Result<(), PageError> {
    let list: Element = dom::find(lane, ".colours")?;
    let own = config.colours()[racer];
    (0..COLOURS).try_for_each(|colour| {
        let button = dom::create("button")?;
        dom::attribute(&button, "type", "button")?;
        dom::attribute(&button, "class", "colour")?;
        theme::paint(&button, racer, colour)?;
        dom::attribute(&button, "aria-pressed", if colour == own { "true" } else { "false" })?;
        let label = phrase!("Colour {number}", "颜色 {number}", number = colour + 1);
        language::say_attribute(&button, "aria-label", label);
        let act = sink.clone();
        dom::listen(&button, "click", move |_| act(Action::Recolour { racer, colour }))?;
        dom::append(&list, &button)
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
