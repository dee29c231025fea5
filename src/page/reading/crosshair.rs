//! The crosshair over a chart: a line at the step, a dot on each curve; and the rectangle that is being pulled up.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::read::Spot;
use crate::dom::{self, PageError};
use crate::theme;
use gradprix::plot::{Scales, Zoom};

/// The parts over one chart.
pub(crate) struct Overlay {
    line: HtmlElement,
    dots: Vec<HtmlElement>,
    shown: Cell<bool>,
}

impl Overlay {
    /// An overlay in `plot` for the curves of `racers`, each with its colour.
    pub(crate) fn new(plot: &Element, racers: impl Iterator<Item = (usize, usize)>) -> Result<Self, PageError> {
        let line = part(plot, "reader")?;
        let dot = |(racer, colour)| {
            let dot = part(plot, "dot")?;
            theme::paint(&dot, racer, colour)?;
            Ok(dot)
        };
        let dots = racers.map(dot).collect::<Result<_, PageError>>()?;
        Ok(Self { line, dots, shown: Cell::new(false) })
    }

    /// Shows the crosshair at `far`, in what the x axis counts, with a dot at each of `values`; hides what is outside.
    pub(crate) fn show(
        &self,
        scales: Option<&Scales>,
        far: Option<f64>,
        values: impl Iterator<Item = Option<f32>>,
    ) -> Result<(), PageError> {
        let (Some(scales), Some(far)) = (scales, far) else { return self.hide() };
        let Some(x) = scales.x(far) else { return self.hide() };
        let (top, bottom) = scales.height();
        self.shown.set(true);
        dom::style(&self.line, "height", &format!("{:.1}px", bottom - top))?;
        place(&self.line, Some((x, top)))?;
        for (dot, value) in self.dots.iter().zip(values) {
            let y = value.and_then(|value| scales.y(f64::from(value)));
            place(dot, y.map(|y| (x, y)))?;
        }
        Ok(())
    }

    /// Removes the overlay from its chart.
    pub(crate) fn remove(&self) {
        self.line.remove();
        self.dots.iter().for_each(|dot| dot.remove());
    }

    fn hide(&self) -> Result<(), PageError> {
        if !self.shown.replace(false) {
            return Ok(());
        }
        place(&self.line, None)?;
        self.dots.iter().try_for_each(|dot| place(dot, None))
    }
}

/// Shows the rectangle between two spots of `scales` on `element`, which is hidden where there is none.
pub(crate) fn show_mark(
    element: &HtmlElement,
    scales: Option<&Scales>,
    mark: Option<(Spot, Spot)>,
) -> Result<(), PageError> {
    let (Some(scales), Some((from, to))) = (scales, mark) else { return place(element, None) };
    let ((left, right), (top, bottom)) = (scales.width(), scales.height());
    let sides = |a: f64, b: f64, low: f64, high: f64, whole: bool| {
        if whole { (low, high) } else { (a.min(b).clamp(low, high), a.max(b).clamp(low, high)) }
    };
    let (thin_x, thin_y) = Zoom::thin(from, to);
    let (left, right) = sides(from.0, to.0, left, right, thin_x && !thin_y);
    let (top, bottom) = sides(from.1, to.1, top, bottom, thin_y && !thin_x);
    dom::style(element, "width", &format!("{:.1}px", right - left))?;
    dom::style(element, "height", &format!("{:.1}px", bottom - top))?;
    place(element, Some((left, top)))
}

fn part(plot: &Element, class: &str) -> Result<HtmlElement, PageError> {
    let part = dom::create("div")?;
    dom::attribute(&part, "class", class)?;
    dom::flag(&part, "hidden", true)?;
    dom::append(plot, &part)?;
    Ok(part.unchecked_into())
}

/// Moves `element` to a spot, or hides it. A transform moves it without a new layout.
pub(super) fn place(element: &HtmlElement, spot: Option<Spot>) -> Result<(), PageError> {
    if let Some((x, y)) = spot {
        dom::style(element, "transform", &format!("translate({x:.1}px, {y:.1}px)"))?;
    }
    dom::flag(element, "hidden", spot.is_none())
}
