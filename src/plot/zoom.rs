//! Which part of a chart is shown, and how pulling and turning changes it.

use super::axis::Axis;
use super::scales::Scales;

/// A rectangle pulled over less than this in one direction, CSS pixels, means the whole of that direction.
const THIN: f64 = 10.0;

/// The least that a logarithmic axis shows: from a value to so many times it.
const LEAST_RATIO: f64 = 1.001;

/// The part of a chart that is shown: of each axis from one value to another; nothing: as the chart has it by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Zoom {
    /// Of the x axis, in what it counts.
    pub x: Option<(f64, f64)>,
    /// Of the y axis.
    pub y: Option<(f64, f64)>,
}

impl Zoom {
    /// The whole.
    pub const NONE: Self = Self { x: None, y: None };

    /// Whether anything but the whole is shown.
    pub fn is_on(&self) -> bool {
        *self != Self::NONE
    }

    /// Shows `factor` times as much of the x axis (below 1: less), while what lies at `x`, CSS pixels, stays there as long
    /// as no end of the axis is reached.
    #[must_use]
    pub fn turned(self, scales: &Scales, x: f64, factor: f64) -> Self {
        let at = scales.fraction_x(x).clamp(0.0, 1.0);
        let whole = scales.whole_x;
        let [low, high] = [scales.x.low, scales.x.high].map(|end| whole.fraction(end));
        let width = (high - low) * factor;
        let start = (low + at * (high - low) - at * width).clamp(0.0, (1.0 - width).max(0.0));
        let x = if width < 1.0 { limited(whole.part(start, start + width), scales) } else { None };
        // Who turned back all the way wants to see all.
        Self { x, y: self.y.filter(|_| x.is_some() || factor < 1.0) }
    }

    /// Moves the paper under the pointer by so many CSS pixels, right and down.
    #[must_use]
    pub fn moved(self, scales: &Scales, right: f64, down: f64) -> Self {
        let x = self.x.map(|_| {
            let whole = scales.whole_x;
            let [low, high] = [scales.x.low, scales.x.high].map(|end| whole.fraction(end));
            let pulled = right / (scales.right - scales.left).max(1.0) * (high - low);
            // No further than to an end.
            let shift = (-pulled).clamp(-low.max(0.0), (1.0 - high).max(0.0));
            ends(whole.part(low + shift, high + shift))
        });
        let y = self.y.map(|_| {
            let shift = down / (scales.bottom - scales.top).max(1.0);
            let part = scales.y.part(shift, 1.0 + shift);
            // Far from all curves numbers are too coarse, or end.
            ends(if part.is_range() { part } else { scales.y })
        });
        Self { x, y }
    }

    /// Whether a rectangle between two corners, CSS pixels, is too narrow to be a part of the x axis, and too flat to be
    /// one of the y axis.
    pub fn thin(from: (f64, f64), to: (f64, f64)) -> (bool, bool) {
        ((to.0 - from.0).abs() < THIN, (to.1 - from.1).abs() < THIN)
    }

    /// Shows what lies in the rectangle between two corners, CSS pixels. One that is thin in a direction takes the
    /// whole of it.
    #[must_use]
    pub fn boxed(self, scales: &Scales, from: (f64, f64), to: (f64, f64)) -> Self {
        let order = |a: f64, b: f64| [a.min(b).clamp(0.0, 1.0), a.max(b).clamp(0.0, 1.0)];
        let mut zoom = self;
        let (narrow, flat) = Self::thin(from, to);
        if !narrow {
            let [low, high] = order(scales.fraction_x(from.0), scales.fraction_x(to.0));
            zoom.x = limited(scales.x.part(low, high), scales);
        }
        if !flat {
            let [low, high] = order(scales.fraction_y(from.1), scales.fraction_y(to.1));
            let part = scales.y.part(low, high);
            if part.high - part.low > (LEAST_RATIO - 1.0) * part.low.abs() && part.is_range() {
                zoom.y = Some(ends(part));
            }
        }
        zoom
    }
}

/// The part within the whole; nothing if it is the whole.
fn limited(part: Axis, scales: &Scales) -> Option<(f64, f64)> {
    let whole = scales.whole_x;
    let (low, high) = (part.low.max(whole.low), part.high.min(whole.high));
    if (low, high) == ends(whole) {
        return None;
    }
    let enough = high - low >= scales.least_x && (!whole.log || high / low >= LEAST_RATIO);
    Some(if enough { (low, high) } else { ends(scales.x) })
}

fn ends(axis: Axis) -> (f64, f64) {
    (axis.low, axis.high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Axis = Axis { low: 0.0, high: 1000.0, log: false };
    const Y: Axis = Axis { low: 0.01, high: 1.0, log: true };
    const SCALES: Scales =
        Scales { left: 100.0, top: 20.0, right: 600.0, bottom: 220.0, x: X, y: Y, whole_x: X, least_x: 2.0, steps: 0 };

    /// The scales of a chart under `zoom`.
    fn under(zoom: Zoom) -> Scales {
        SCALES.zoomed(zoom)
    }

    fn close(found: Option<(f64, f64)>, expected: (f64, f64)) {
        let found = found.expect("a part");
        assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9, "{found:?} {expected:?}");
    }

    #[test]
    fn turning_holds_what_is_under_the_pointer_and_ends_at_the_whole() {
        let zoom = Zoom::NONE.turned(&SCALES, 225.0, 0.5);
        close(zoom.x, (125.0, 625.0));
        assert_eq!(under(zoom).x(250.0), Some(225.0));
        close(zoom.turned(&under(zoom), 600.0, 1.2).x, (25.0, 625.0));
        close(zoom.turned(&under(zoom), 600.0, 1.5).x, (0.0, 750.0));
        let boxed = Zoom { y: Some((0.1, 0.2)), ..zoom };
        assert_eq!(boxed.turned(&under(boxed), 350.0, 4.0), Zoom::NONE);
        let mut zoom = zoom;
        (0..100).for_each(|_| zoom = zoom.turned(&under(zoom), 300.0, 0.8));
        let (low, high) = zoom.x.expect("a part");
        assert!(high - low >= 2.0 && high - low < 3.0, "never less than two steps");
    }

    #[test]
    fn moving_pulls_the_paper_and_stops_at_the_ends() {
        let zoom = Zoom { x: Some((400.0, 600.0)), y: Some((0.1, 0.2)) };
        let moved = zoom.moved(&under(zoom), 50.0, 0.0);
        close(moved.x, (380.0, 580.0));
        close(moved.y, (0.1, 0.2));
        close(zoom.moved(&under(zoom), 5000.0, 0.0).x, (0.0, 200.0));
        close(zoom.moved(&under(zoom), -5000.0, 0.0).x, (800.0, 1000.0));
        // Down by the plot's height: what was at the bottom is now below it.
        close(zoom.moved(&under(zoom), 0.0, 200.0).y, (0.2, 0.4));
        assert_eq!(Zoom::NONE.moved(&SCALES, 80.0, 80.0), Zoom::NONE, "the whole stays");
    }

    #[test]
    fn a_rectangle_shows_what_lies_in_it() {
        let zoom = Zoom::NONE.boxed(&SCALES, (350.0, 220.0), (200.0, 120.0));
        close(zoom.x, (200.0, 500.0));
        close(zoom.y, (0.01, 0.1));
        close(Zoom::NONE.boxed(&SCALES, (200.0, 50.0), (350.0, 55.0)).x, (200.0, 500.0));
        assert_eq!(Zoom::NONE.boxed(&SCALES, (200.0, 50.0), (350.0, 55.0)).y, None, "a flat one is a part of x");
        assert_eq!(Zoom::NONE.boxed(&SCALES, (200.0, 50.0), (203.0, 150.0)).x, None, "a narrow one is a part of y");
        close(Zoom::NONE.boxed(&SCALES, (500.0, 50.0), (9000.0, 50.0)).x, (800.0, 1000.0));
        assert_eq!(Zoom::NONE.boxed(&SCALES, (200.0, 50.0), (203.0, 53.0)), Zoom::NONE, "a click is none");
    }

    #[test]
    fn on_a_logarithmic_axis_equal_pulls_are_equal_ratios() {
        let whole_x = Axis { low: 1.0, high: 1000.0, log: true };
        let scales = Scales { x: whole_x, whole_x, ..SCALES };
        let zoom = Zoom::NONE.boxed(&scales, (100.0 + 500.0 / 3.0, 0.0), (100.0 + 1000.0 / 3.0, 0.0));
        close(zoom.x, (10.0, 100.0));
        let scales = Scales { x: Axis { low: 10.0, high: 100.0, log: true }, ..scales };
        close(zoom.moved(&scales, -500.0, 0.0).x, (100.0, 1000.0));
        close(zoom.turned(&scales, 350.0, 2.0).x, (10f64.powf(0.5), 10f64.powf(2.5)));
    }

    #[test]
    fn however_far_the_paper_is_pulled_it_has_a_height() {
        for (log, down) in [(true, 200.0), (true, -200.0), (false, 1e6), (false, -1e6)] {
            let mut scales = Scales { y: Axis { log, ..Y }, ..SCALES };
            let mut zoom = Zoom { x: None, y: Some((0.1, 0.2)) };
            for _ in 0..10_000 {
                scales = scales.zoomed(zoom);
                zoom = zoom.moved(&scales, 0.0, down);
            }
            let (low, high) = zoom.y.expect("a part");
            assert!(low < high && (!log || low > 0.0), "{low} to {high}");
        }
    }
}
