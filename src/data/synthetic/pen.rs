//! From a curve to pixels: the pen leaves ink by a pixel's distance from its path.

use super::super::{PIXELS, SIDE};

/// Straight pieces per span of a curve: enough for no corner to show at 28 pixels.
const PIECES: usize = 4;

/// How far from the pen's edge, in pixels, ink fades out: full on one side, none on the other.
const FADE: f32 = 1.2;

/// A point on the paper, in pixels: x to the right, y down.
pub(super) type Point = [f32; 2];

/// Paper of 28x28 pixels, and a pen of one width.
pub(super) struct Pen {
    /// Squared distance of every pixel's centre from the pen's path, as far as the ink reaches.
    squared_distance: [f32; PIXELS],
    /// Half the pen's width, in pixels.
    radius: f32,
}

impl Pen {
    /// Clean paper, and a pen of this half width in pixels.
    pub(super) fn new(radius: f32) -> Self {
        Self { squared_distance: [f32::INFINITY; PIXELS], radius }
    }

    /// Draws the Catmull-Rom curve through `points`, at least two; `closed` if it ends where it starts.
    pub(super) fn curve(&mut self, points: &[Point], closed: bool) {
        let last = points.len() - 1;
        for span in 0..last {
            let before = match (span, closed) {
                (0, true) => points[last - 1],
                (0, false) => points[0],
                _ => points[span - 1],
            };
            let after = match (span + 1 == last, closed) {
                (true, true) => points[1],
                (true, false) => points[last],
                _ => points[span + 2],
            };
            let mut from = points[span];
            for piece in 1..=PIECES {
                let t = piece as f32 / PIECES as f32;
                let to = catmull_rom([before, points[span], points[span + 1], after], t);
                self.line(from, to);
                from = to;
            }
        }
    }

    /// Draws a straight line.
    fn line(&mut self, from: Point, to: Point) {
        let reach = self.reach();
        let columns = covered(from[0].min(to[0]) - reach, from[0].max(to[0]) + reach);
        let rows = covered(from[1].min(to[1]) - reach, from[1].max(to[1]) + reach);
        let along = [to[0] - from[0], to[1] - from[1]];
        // A line of no length is a dot: any point along it will do, but not 0/0.
        let per_length = 1.0 / (along[0] * along[0] + along[1] * along[1]).max(1e-12);
        for row in rows {
            let y = row as f32 - from[1];
            let pixels = &mut self.squared_distance[row * SIDE..(row + 1) * SIDE];
            for (column, nearest) in pixels.iter_mut().enumerate().take(columns.end).skip(columns.start) {
                let x = column as f32 - from[0];
                let t = ((x * along[0] + y * along[1]) * per_length).clamp(0.0, 1.0);
                let (dx, dy) = (x - t * along[0], y - t * along[1]);
                *nearest = nearest.min(dx * dx + dy * dy);
            }
        }
    }

    /// The pixels `[784]`: 0 where there is no ink, 255 under the middle of the pen.
    pub(super) fn pixels(&self) -> [u8; PIXELS] {
        let reach = self.reach();
        self.squared_distance.map(|squared| {
            let ink = (reach - squared.sqrt()) * (1.0 / FADE);
            (ink.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
        })
    }

    /// How far from its path the pen leaves any ink, in pixels.
    fn reach(&self) -> f32 {
        self.radius + 0.5 * FADE
    }
}

/// The pixels, along one axis, whose centres lie between `low` and `high`.
fn covered(low: f32, high: f32) -> std::ops::Range<usize> {
    let within = |bound: f32| bound.clamp(0.0, SIDE as f32) as usize;
    within(low.ceil())..within(high.floor() + 1.0)
}

/// The curve through `points[1]` (at t = 0) and `points[2]` (at t = 1) that heads, at either, along
/// the line between its neighbours (Catmull & Rom 1974).
fn catmull_rom(points: [Point; 4], t: f32) -> Point {
    [0, 1].map(|axis| {
        let [a, b, c, d] = points.map(|point| point[axis]);
        let (linear, quadratic) = (c - a, 2.0 * a - 5.0 * b + 4.0 * c - d);
        let cubic = 3.0 * (b - c) + d - a;
        b + 0.5 * t * (linear + t * (quadratic + t * cubic))
    })
}
