//! Where the values of a drawn chart lie on it.

use super::axis::Axis;
use super::zoom::Zoom;

/// Where the values of a drawn chart lie, CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    /// In what the x axis counts.
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// The x axis without a zoom.
    pub(super) whole_x: Axis,
    /// The least that the x axis may show.
    pub(super) least_x: f64,
    /// Steps that were drawn.
    pub(super) steps: u64,
}

impl Scales {
    /// The plot's left and right edge.
    pub fn width(&self) -> (f64, f64) {
        (self.left, self.right)
    }

    /// The plot's upper and lower edge.
    pub fn height(&self) -> (f64, f64) {
        (self.top, self.bottom)
    }

    /// Where `far`, in what the x axis counts, lies; nothing where that is outside.
    pub fn x(&self, far: f64) -> Option<f64> {
        let fraction = inside(self.x.fraction(far))?;
        Some(self.left + fraction * (self.right - self.left))
    }

    /// Where `value` lies; nothing where that is outside.
    pub fn y(&self, value: f64) -> Option<f64> {
        let fraction = inside(self.y.fraction(value))?;
        Some(self.bottom - fraction * (self.bottom - self.top))
    }

    /// What lies at `x`, in what the x axis counts; at the nearer edge if that is outside.
    pub fn far(&self, x: f64) -> f64 {
        self.x.value(self.fraction_x(x).clamp(0.0, 1.0))
    }

    /// The value at `y`; at the nearer edge if that is outside.
    pub fn value(&self, y: f64) -> f64 {
        self.y.value(self.fraction_y(y).clamp(0.0, 1.0))
    }

    /// The scales of the same chart under another `zoom`, its y axis as it is where that says nothing of it.
    #[must_use]
    pub fn zoomed(&self, zoom: Zoom) -> Self {
        let part = |part: Option<(f64, f64)>, axis: Axis| part.map_or(axis, |(low, high)| Axis { low, high, ..axis });
        Self { x: part(zoom.x, self.whole_x), y: part(zoom.y, self.y), ..*self }
    }

    pub(super) fn fraction_x(&self, x: f64) -> f64 {
        (x - self.left) / (self.right - self.left).max(1.0)
    }

    pub(super) fn fraction_y(&self, y: f64) -> f64 {
        (self.bottom - y) / (self.bottom - self.top).max(1.0)
    }
}

/// `fraction` if it lies on the axis, its ends included.
fn inside(fraction: f64) -> Option<f64> {
    (-1e-9..=1.0 + 1e-9).contains(&fraction).then_some(fraction)
}
