//! The controls above the large chart: what its axes show, how smooth the curves are, the loss to reach.

use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

use super::Reading;
use super::read::Read;
use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::entry::Entry;
use crate::language;
use crate::slider::Slider;
use gradprix::plot::Quantity;
use gradprix::race::course::Unit;
use gradprix::race::history::SMOOTHING;
use gradprix::race::metric::Metric;
use gradprix::race::target::{TARGET, Target};
use gradprix::text::Text;

/// The controls.
pub(crate) struct Toolbar {
    quantity: HtmlSelectElement,
    quantity_tip: Element,
    log_x: HtmlInputElement,
    log_y: HtmlInputElement,
    smoothing: Slider,
    smoothing_value: Element,
    target: Entry,
    plot: Element,
}

impl Toolbar {
    /// Makes the controls in the page act.
    pub(crate) fn new(body: &Element, plot: &Element, sink: &Sink) -> Result<Self, PageError> {
        let quantities = Metric::ALL.map(Quantity::Metric).into_iter().chain([Quantity::TestAccuracy]);
        let quantity = choice(
            body,
            "#y-axis",
            quantities.map(|quantity| (quantity.label(), quantity.id(), Read::Quantity(quantity))),
            sink,
        )?;
        choice(body, "#x-axis", Unit::ALL.map(|unit| (unit.label(), unit.id(), Read::Unit(unit))).into_iter(), sink)?;
        let log_y = check(body, "#log-y", Read::LogY, sink)?;
        let log_x = check(body, "#log-x", Read::LogX, sink)?;
        check(body, "#past", Read::Past, sink)?;

        language::say(&dom::find(body, "#smoothing-tip")?, SMOOTHING.doc);
        let act = sink.clone();
        let smooth = move |smoothing| act(Action::Read(Read::Smoothing(smoothing)));
        let smoothing = Slider::new(dom::find(body, "#smoothing")?, &SMOOTHING, smooth)?;

        language::say(&dom::find(body, "#target-tip")?, TARGET.doc);
        let refusal = dom::find(body, "#target-tip ~ .refusal")?;
        let act = sink.clone();
        let aim = move |loss| act(Action::Read(Read::Target(loss)));
        let target = Entry::optional(dom::find(body, "#target")?, refusal, &TARGET, aim)?;
        let act = sink.clone();
        let whole: Element = dom::find(plot, ".whole")?;
        dom::listen(&whole, "click", move |_| act(Action::Read(Read::Whole)))?;
        let smoothing_value = dom::find(body, "#smoothing-value")?;
        let quantity_tip = dom::find(body, "#y-axis-tip")?;
        Ok(Self { quantity, quantity_tip, log_x, log_y, smoothing, smoothing_value, target, plot: plot.clone() })
    }

    /// Shows what is set.
    pub(crate) fn show(&self, reading: &Reading) -> Result<(), PageError> {
        let smoothing = SMOOTHING.show(reading.smoothing);
        self.smoothing.show(reading.smoothing, &smoothing)?;
        dom::say(&self.smoothing_value, &smoothing);
        self.target.show_optional(reading.target.as_ref().map(Target::loss));
        self.quantity.set_value(reading.quantity.id());
        language::say(&self.quantity_tip, reading.quantity.doc());
        self.log_x.set_checked(reading.log_x);
        self.log_y.set_checked(reading.log_y);
        // Shares are shown on a linear axis.
        self.log_y.set_disabled(reading.quantity.is_share());
        dom::flag(&self.plot, "data-zoomed", reading.zoom.is_on())
    }
}

fn choice(
    body: &Element,
    selector: &str,
    choices: impl Iterator<Item = (Text, &'static str, Read)>,
    sink: &Sink,
) -> Result<HtmlSelectElement, PageError> {
    let select: HtmlSelectElement = dom::find(body, selector)?;
    let mut reads = Vec::new();
    for (label, id, read) in choices {
        let option = dom::create("option")?;
        dom::attribute(&option, "value", id)?;
        language::say(&option, label);
        dom::append(&select, &option)?;
        reads.push(read);
    }
    let (field, act) = (select.clone(), sink.clone());
    dom::listen(&select, "change", move |_| {
        if let Some(read) = reads.get(field.selected_index() as usize) {
            act(Action::Read(*read));
        }
    })?;
    Ok(select)
}

fn check(body: &Element, selector: &str, read: fn(bool) -> Read, sink: &Sink) -> Result<HtmlInputElement, PageError> {
    let input: HtmlInputElement = dom::find(body, selector)?;
    let (field, act) = (input.clone(), sink.clone());
    dom::listen(&input, "change", move |_| act(Action::Read(read(field.checked()))))?;
    Ok(input)
}
