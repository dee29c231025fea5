//! The style sheet's colours and font, for charts.

use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, Element, HtmlElement};

use crate::dom::{self, PageError};
use gradprix::optim::COLOURS;
use gradprix::plot::{DASHES, Dash, Line, RGBColor, Theme};

/// How charts look.
pub(super) struct Palette {
    pub(super) theme: Theme,
    racers: Vec<RGBColor>,
}

impl Palette {
    /// What the style sheet says now.
    pub(super) fn read() -> Result<Self, PageError> {
        let style = dom::window()?.get_computed_style(&dom::body()?).map_err(dom::refused("read the style"))?;
        let style = style.ok_or_else(|| dom::missing("style of body"))?;
        let font = style.get_property_value("font-family").map_err(dom::refused("read the style"))?;
        Ok(Self {
            theme: Theme {
                text: colour(&style, "--text")?,
                muted: colour(&style, "--muted")?,
                grid: colour(&style, "--grid")?,
                background: colour(&style, "--surface")?,
                font,
            },
            racers: (0..COLOURS).map(|at| colour(&style, &property(at))).collect::<Result<_, _>>()?,
        })
    }

    /// How the curve of `racer` looks in colour `colour`.
    pub(super) fn line(&self, racer: usize, colour: usize) -> Line {
        Line::new(racer, self.racers[colour % COLOURS])
    }
}

/// Makes `element` and all in it that of a racer in a colour. Property by property: the page's policy forbids a style
/// attribute.
pub(super) fn paint(element: &Element, racer: usize, colour: usize) -> Result<(), PageError> {
    let element: &HtmlElement = element.unchecked_ref();
    let dash = DASHES[racer % DASHES.len()].map_or("none".to_owned(), |Dash { on, off }| format!("{on} {off}"));
    dom::style(element, "--racer", &format!("var({})", property(colour % COLOURS)))?;
    dom::style(element, "--dash", &dash)
}

fn property(colour: usize) -> String {
    format!("--racer-{colour}")
}

fn colour(style: &CssStyleDeclaration, property: &str) -> Result<RGBColor, PageError> {
    let found = style.get_property_value(property).map_err(dom::refused("read the style"))?;
    let parse = |hex: &str| {
        let number = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(RGBColor(red, green, blue))
    };
    let colour = found.trim().strip_prefix('#').and_then(parse);
    colour.ok_or_else(|| dom::no_colour(property, found))
}
