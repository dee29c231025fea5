//! The control of one knob, made from nothing but what the registry says of it.

use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};

use crate::dom::{self, PageError};
use crate::entry::Entry;
use crate::language;
use crate::slider::Slider;
use gradprix::optim::{Knob, Scale};
use gradprix::text::Alternative;

/// A knob's row in a lane.
pub(super) struct KnobControl {
    pub(super) row: Element,
    pub(super) knob: &'static Knob,
    field: Field,
}

/// What a user moves or types into.
enum Field {
    Slider { slider: Slider, entry: Entry },
    Switch(HtmlInputElement),
    Choice(HtmlSelectElement),
}

impl KnobControl {
    /// The control `id` of `knob`. `act` gets each value that it is set to.
    pub(super) fn new(id: &str, knob: &'static Knob, act: impl Fn(f64) + Clone + 'static) -> Result<Self, PageError> {
        match knob.scale {
            Scale::Switch => switch(id, knob, act),
            Scale::Choice(alternatives) => choice(id, knob, alternatives, act),
            _ => slider(id, knob, act),
        }
    }

    /// Shows the value in force.
    pub(super) fn show(&self, value: f64) -> Result<(), PageError> {
        match &self.field {
            Field::Switch(input) => input.set_checked(value != 0.0),
            Field::Choice(select) => select.set_selected_index(value as i32),
            Field::Slider { slider, entry } => {
                entry.show(value);
                slider.show(value, self.knob.show(value))?;
            }
        }
        dom::flag(&self.row, "data-changed", value != self.knob.default)
    }
}

fn switch(id: &str, knob: &'static Knob, act: impl Fn(f64) + 'static) -> Result<KnobControl, PageError> {
    let row = dom::template("#switch-template")?;
    let input: HtmlInputElement = dom::find(&row, "input")?;
    dom::attribute(&input, "data-knob", knob.name)?;
    explain(&row, id, knob, &[&input])?;
    let field = input.clone();
    dom::listen(&input, "change", move |_| act(f64::from(u8::from(field.checked()))))?;
    Ok(KnobControl { row, knob, field: Field::Switch(input) })
}

fn choice(
    id: &str,
    knob: &'static Knob,
    alternatives: &[Alternative],
    act: impl Fn(f64) + 'static,
) -> Result<KnobControl, PageError> {
    let row = dom::template("#choice-template")?;
    let select: HtmlSelectElement = dom::find(&row, "select")?;
    for alternative in alternatives {
        let option = dom::create("option")?;
        dom::attribute(&option, "value", alternative.name)?;
        language::say(&option, alternative.label);
        dom::append(&select, &option)?;
    }
    dom::attribute(&select, "data-knob", knob.name)?;
    dom::attribute(&select, "id", id)?;
    dom::attribute(&dom::find::<Element>(&row, "label")?, "for", id)?;
    explain(&row, id, knob, &[&select])?;
    let field = select.clone();
    dom::listen(&select, "change", move |_| act(f64::from(field.selected_index())))?;
    Ok(KnobControl { row, knob, field: Field::Choice(select) })
}

fn slider(id: &str, knob: &'static Knob, act: impl Fn(f64) + Clone + 'static) -> Result<KnobControl, PageError> {
    let row = dom::template("#knob-template")?;
    let slider: HtmlInputElement = dom::find(&row, ".slider")?;
    let entry: HtmlInputElement = dom::find(&row, ".entry")?;
    let default: HtmlElement = dom::find(&row, ".default")?;
    let symbol: Element = dom::find(&row, ".symbol")?;
    dom::say(&symbol, knob.symbol);
    for input in [&slider, &entry] {
        dom::attribute(input, "data-knob", knob.name)?;
    }
    explain(&row, id, knob, &[&slider, &entry])?;
    dom::attribute(&dom::find::<Element>(&row, "label")?, "for", id)?;
    dom::attribute(&slider, "id", id)?;
    language::say_attribute(&entry, "aria-label", phrase!("{name}, typed", "输入{name}", name = knob.label));
    let value = knob.show(knob.default);
    let label = phrase!("{name}: back to {value}", "{name}：恢复为 {value}", name = knob.label, value = &value);
    language::say_attribute(&default, "aria-label", label);
    language::say_attribute(&default, "title", phrase!("Back to {value}", "恢复为 {value}", value));
    let to_default = act.clone();
    dom::listen(&default, "click", move |_| to_default(knob.default))?;
    let slider = Slider::new(slider, knob, act.clone())?;
    let entry = Entry::new(entry, dom::find(&row, ".refusal")?, knob, act)?;
    Ok(KnobControl { row, knob, field: Field::Slider { slider, entry } })
}

/// Names the control, and ties `inputs` to what is said of it.
fn explain(row: &Element, id: &str, knob: &Knob, inputs: &[&Element]) -> Result<(), PageError> {
    let tip: Element = dom::find(row, ".tip")?;
    let tip_id = format!("{id}-tip");
    dom::attribute(&tip, "id", &tip_id)?;
    language::say(&tip, knob.doc);
    language::say(&dom::find(row, ".name")?, knob.label);
    inputs.iter().try_for_each(|input| dom::attribute(input, "aria-describedby", &tip_id))
}
