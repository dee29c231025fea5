//! Reads a chart that was drawn into SVG, for the tests.

use plotters::prelude::SVGBackend;

use super::{Chart, RGBColor, draw};

/// What the test charts' racers are drawn in.
pub(super) const COLOURS: [RGBColor; 3] =
    [RGBColor(0xD9, 0x53, 0x19), RGBColor(0x00, 0x87, 0x6C), RGBColor(0x42, 0x5A, 0xDC)];

/// A drawn chart, taken apart: its texts, and its shapes as attributes and points.
pub(super) struct Drawn {
    pub(super) texts: Vec<(String, f64, f64)>,
    pub(super) paths: Vec<(String, Vec<(f64, f64)>)>,
    pub(super) circles: Vec<(f64, f64)>,
    /// Left, top, right, bottom of each, behind everything first.
    pub(super) rectangles: Vec<(f64, f64, f64, f64)>,
}

impl Drawn {
    /// `chart` drawn on `size` pixels.
    pub(super) fn of(chart: &Chart<'_>, size: (u32, u32)) -> Self {
        let mut svg = String::new();
        draw(SVGBackend::with_string(&mut svg, size), chart).expect("SVG takes everything");
        Self::read(&svg)
    }

    /// What an SVG document shows.
    pub(super) fn read(svg: &str) -> Self {
        let attribute = |tag: &str, name: &str| {
            let start = tag.find(&format!(" {name}=\"")).map_or(0, |at| at + name.len() + 3);
            tag[start..].split('"').next().unwrap_or_default().to_owned()
        };
        let number = |tag: &str, name: &str| attribute(tag, name).parse::<f64>().expect("a number");
        let pair = |pair: &str| pair.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
        let mut drawn = Self { texts: Vec::new(), paths: Vec::new(), circles: Vec::new(), rectangles: Vec::new() };
        for tag in svg.split('<') {
            if let Some((tag, text)) = tag.split_once('>').filter(|(tag, _)| tag.starts_with("text")) {
                drawn.texts.push((text.trim().to_owned(), number(tag, "x"), number(tag, "y")));
            } else if tag.starts_with("polyline") || tag.starts_with("polygon") {
                let points = attribute(tag, "points").split_whitespace().filter_map(pair).collect();
                drawn.paths.push((tag.to_owned(), points));
            } else if tag.starts_with("circle") {
                drawn.circles.push((number(tag, "cx"), number(tag, "cy")));
            } else if tag.starts_with("rect") {
                let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(tag, name));
                drawn.rectangles.push((x, y, x + width, y + height));
            }
        }
        drawn
    }

    /// Where `text` stands.
    pub(super) fn text(&self, text: &str) -> (f64, f64) {
        let found = self.texts.iter().find(|(label, ..)| label == text);
        found.map_or_else(|| panic!("no {text} among {:?}", self.texts), |(_, x, y)| (*x, *y))
    }

    /// Whether `text` stands anywhere.
    pub(super) fn says(&self, text: &str) -> bool {
        self.texts.iter().any(|(label, ..)| label == text)
    }

    /// The points of all opaque strokes of `width` in a racer's colour.
    pub(super) fn strokes(&self, racer: usize, width: &str) -> Vec<&[(f64, f64)]> {
        let RGBColor(r, g, b) = COLOURS[racer];
        let style = format!("opacity=\"1\" stroke=\"#{r:02X}{g:02X}{b:02X}\" stroke-width=\"{width}\"");
        self.paths.iter().filter(|(tag, _)| tag.contains(&style)).map(|(_, points)| points.as_slice()).collect()
    }

    /// The corners of all filled shapes of `colour`.
    pub(super) fn filled(&self, RGBColor(r, g, b): RGBColor) -> Vec<&[(f64, f64)]> {
        let style = format!("fill=\"#{r:02X}{g:02X}{b:02X}\"");
        let shapes = self.paths.iter().filter(|(tag, _)| tag.starts_with("polygon") && tag.contains(&style));
        shapes.map(|(_, points)| points.as_slice()).collect()
    }

    /// Whether one of the rectangles drawn last, around the plot, lies over a point.
    pub(super) fn covers(&self, (x, y): (f64, f64)) -> bool {
        let last = self.rectangles.iter().rev().take(4);
        last.into_iter().any(|(left, top, right, bottom)| x > *left && x < *right && y > *top && y < *bottom)
            || x < 0.0
            || y < 0.0
    }

    /// A racer's smoothed curve.
    pub(super) fn curve(&self, racer: usize) -> &[(f64, f64)] {
        self.strokes(racer, "2")[0]
    }

    /// Where on the x or y `axis` `value` must lie between the places of the labels `low` and `high`.
    pub(super) fn place(&self, value: f64, low: &str, high: &str, log: bool, axis: fn((f64, f64)) -> f64) -> f64 {
        let scale = |value: f64| if log { value.ln() } else { value };
        let number = |label: &str| scale(label.replace('\u{2009}', "").parse().expect("a number"));
        let share = (scale(value) - number(low)) / (number(high) - number(low));
        axis(self.text(low)) + share * (axis(self.text(high)) - axis(self.text(low)))
    }
}

pub(super) fn x((x, _): (f64, f64)) -> f64 {
    x
}

pub(super) fn y((_, y): (f64, f64)) -> f64 {
    y
}
