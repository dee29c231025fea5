//! Hands on the large chart: pointing reads, pulling up a rectangle zooms, with shift or two fingers the curves move,
//! turning a wheel or spreading two fingers zooms, a double click shows the whole race again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, Node, PointerEvent, WheelEvent};

use super::read::{Read, Spot};
use crate::action::{Action, Sink};
use crate::dom::{self, PageError};

/// A rectangle smaller than this in both directions is a click, CSS pixels.
const CLICK: f64 = 6.0;

/// Fingers closer than this say nothing of how far they spread, CSS pixels.
const CLOSE: f64 = 24.0;

/// A wheel that scrolled the page goes on scrolling it over the chart, until it rests for so many milliseconds.
const REST: f64 = 250.0;

/// How much a wheel's pixel zooms, as a power of e; with the control key, as trackpads send a pinch, by more.
const WHEEL: (f64, f64) = (0.002, 0.01);

/// Pixels to a line, for wheels that count lines.
const LINE: f64 = 16.0;

/// What the hands are doing.
#[derive(Default)]
struct Hands {
    /// Each finger's number and where it is.
    fingers: Vec<(i32, Spot)>,
    pull: Option<Pull>,
}

/// What a pressed pointer does.
#[derive(Clone, Copy)]
enum Pull {
    /// Pulls up a rectangle from here.
    Mark(Spot),
    /// Moves the curves; it was here.
    Curves(Spot),
}

/// Hears pointers over the large chart in `plot`.
pub(super) fn listen(plot: &Element, sink: &Sink) -> Result<(), PageError> {
    let hands: Rc<RefCell<Hands>> = Rc::default();
    on(plot, "pointerdown", &hands, sink, press)?;
    on(plot, "pointermove", &hands, sink, glide)?;
    on(plot, "pointerup", &hands, sink, release)?;
    on(plot, "pointercancel", &hands, sink, |hands, event, _, _| {
        hands.fingers.retain(|(finger, _)| *finger != event.pointer_id());
        hands.pull = None;
        vec![Read::Mark(None)]
    })?;
    on(
        plot,
        "pointerleave",
        &hands,
        sink,
        |_, event, _, _| if is_touch(event) { Vec::new() } else { vec![Read::Leave] },
    )?;
    let act = sink.clone();
    dom::listen(plot, "dblclick", move |event| {
        if !is_on_control(&event) {
            act(Action::Read(Read::Whole));
        }
    })?;
    touched_elsewhere(plot, sink)?;
    wheel(plot, sink)
}

/// Hears a pointer over the lane chart in `plot`, which is number `chart`.
pub(super) fn listen_lane(plot: &Element, chart: usize, sink: &Sink) -> Result<(), PageError> {
    for event in ["pointermove", "pointerdown"] {
        let (place, act) = (plot.clone(), sink.clone());
        dom::listen(plot, event, move |event| {
            let (x, _) = spot(&place, event.unchecked_ref());
            act(Action::Read(Read::Point { chart, x }));
        })?;
    }
    let act = sink.clone();
    dom::listen(plot, "pointerleave", move |event| {
        if !is_touch(event.unchecked_ref()) {
            act(Action::Read(Read::Leave));
        }
    })
}

/// What hands, an event and its place come to.
type Answer = fn(&mut Hands, &PointerEvent, Spot, &Element) -> Vec<Read>;

fn on(plot: &Element, event: &str, hands: &Rc<RefCell<Hands>>, sink: &Sink, answer: Answer) -> Result<(), PageError> {
    let (hands, place, act) = (Rc::clone(hands), plot.clone(), sink.clone());
    dom::listen(plot, event, move |event| {
        let event: &PointerEvent = event.unchecked_ref();
        let reads = answer(&mut hands.borrow_mut(), event, spot(&place, event), &place);
        for read in reads {
            act(Action::Read(read));
        }
    })
}

fn press(hands: &mut Hands, event: &PointerEvent, at: Spot, plot: &Element) -> Vec<Read> {
    if is_on_control(event) {
        return Vec::new();
    }
    if is_touch(event) {
        hands.fingers.push((event.pointer_id(), at));
        return if hands.fingers.len() == 1 { vec![point(at)] } else { vec![Read::Leave] };
    }
    hands.pull = match event.button() {
        0 if !event.shift_key() => Some(Pull::Mark(at)),
        0 | 1 => Some(Pull::Curves(at)),
        _ => None,
    };
    // Without it, a pull ends at the chart's edge: still a pull.
    let _ = plot.set_pointer_capture(event.pointer_id());
    Vec::new()
}

fn glide(hands: &mut Hands, event: &PointerEvent, at: Spot, _: &Element) -> Vec<Read> {
    if let [first, second] = hands.fingers.as_mut_slice() {
        let before = (first.1, second.1);
        for finger in [first, second] {
            if finger.0 == event.pointer_id() {
                finger.1 = at;
            }
        }
        let after = (hands.fingers[0].1, hands.fingers[1].1);
        return spread(before, after);
    }
    match &mut hands.pull {
        None => vec![point(at)],
        Some(Pull::Mark(from)) => vec![Read::Mark(Some((*from, at))), point(at)],
        Some(Pull::Curves(last)) => {
            let (before, pulled) = (*last, (at.0 - last.0, at.1 - last.1));
            *last = at;
            if before == at { Vec::new() } else { vec![Read::Pull(pulled), point(at)] }
        }
    }
}

fn release(hands: &mut Hands, event: &PointerEvent, at: Spot, _: &Element) -> Vec<Read> {
    hands.fingers.retain(|(finger, _)| *finger != event.pointer_id());
    match hands.pull.take() {
        Some(Pull::Mark(from)) if (at.0 - from.0).abs().max((at.1 - from.1).abs()) >= CLICK => {
            vec![Read::Mark(None), Read::Box(from, at)]
        }
        Some(Pull::Mark(_)) => vec![Read::Mark(None)],
        Some(Pull::Curves(_)) | None => Vec::new(),
    }
}

/// Two fingers went from two spots to two others.
fn spread(before: (Spot, Spot), after: (Spot, Spot)) -> Vec<Read> {
    let distance = |(a, b): (Spot, Spot)| (a.0 - b.0).hypot(a.1 - b.1).max(CLOSE);
    let middle = |(a, b): (Spot, Spot)| (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
    let (from, to) = (middle(before), middle(after));
    let turn = Read::Turn { x: Some(from.0), factor: distance(before) / distance(after) };
    vec![turn, Read::Pull((to.0 - from.0, to.1 - from.1))]
}

/// A finger that reads a chart leaves the crosshair there; touching anything else puts it away.
fn touched_elsewhere(plot: &Element, sink: &Sink) -> Result<(), PageError> {
    let (plot, act) = (plot.clone(), sink.clone());
    let document = dom::document()?;
    dom::listen(&document, "pointerdown", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        if is_touch(event.unchecked_ref()) && !plot.contains(target.as_ref()) {
            act(Action::Read(Read::Leave));
        }
    })
}

fn wheel(plot: &Element, sink: &Sink) -> Result<(), PageError> {
    let scrolled = Rc::new(Cell::new(f64::NEG_INFINITY));
    let now = Rc::clone(&scrolled);
    let window = dom::window()?;
    dom::listen(&window, "scroll", move |event| now.set(event.time_stamp()))?;
    let (place, act) = (plot.clone(), sink.clone());
    dom::listen(plot, "wheel", move |event| {
        let event: &WheelEvent = event.unchecked_ref();
        let unit: f64 = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { LINE } else { 1.0 };
        let (right, down) = (event.delta_x() * unit, event.delta_y() * unit);
        let (right, down) = if event.shift_key() && right == 0.0 { (down, 0.0) } else { (right, down) };
        let zoomed = place.has_attribute("data-zoomed");
        // The page scrolls on where it scrolled, and where there is nothing to zoom out of.
        let scrolls = event.time_stamp() - scrolled.get() < REST || (!zoomed && (down >= 0.0 || right != 0.0));
        if scrolls && !event.ctrl_key() {
            return;
        }
        event.prevent_default();
        let strength = if event.ctrl_key() { WHEEL.1 } else { WHEEL.0 };
        let read = if right.abs() > down.abs() {
            Read::Pull((-right, 0.0))
        } else {
            Read::Turn { x: Some(spot(&place, event).0), factor: (down * strength).exp().clamp(0.5, 2.0) }
        };
        act(Action::Read(read));
    })
}

fn point((x, _): Spot) -> Read {
    Read::Point { chart: 0, x }
}

/// Where on `plot` an event happened.
fn spot(plot: &Element, event: &web_sys::MouseEvent) -> Spot {
    let place = plot.get_bounding_client_rect();
    (f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top())
}

fn is_touch(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

/// Whether an event happened on something over the chart that has its own use.
fn is_on_control(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest(".target, .notice, button"), Ok(Some(_))))
}
