//! Weights and mistakes as images, confusion as a table.

use js_sys::{Float32Array, Uint8Array};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{Element, HtmlCanvasElement, HtmlElement, ImageData};

use crate::dom::{self, PageError};
use crate::language;
use crate::message::Inside;
use gradprix::data::{CLASSES, PIXELS, SIDE};
use gradprix::text::Phrase;

/// Units beside each other, and pixels from one to the next.
const ACROSS: usize = 16;
const PITCH: usize = SIDE + 1;

/// Where a weight is below zero, and where it is above: told apart also by those who see no red or no green.
const NEGATIVE: [u8; 3] = [0x21, 0x7a, 0xd2];
const POSITIVE: [u8; 3] = [0xd9, 0x6a, 0x0b];

/// The three panes that show one racer.
pub(super) struct Pictures {
    weights: HtmlCanvasElement,
    weights_said: Element,
    table: Element,
    confusion_said: Element,
    mistakes: Element,
    mistakes_said: Element,
}

impl Pictures {
    pub(super) fn new(root: &Element) -> Result<Self, PageError> {
        Ok(Self {
            weights: dom::find(root, "#inside-weights canvas")?,
            weights_said: dom::find(root, "#inside-weights .said")?,
            table: dom::find(root, "#inside-confusion tbody")?,
            confusion_said: dom::find(root, "#inside-confusion .said")?,
            mistakes: dom::find(root, "#inside-mistakes ol")?,
            mistakes_said: dom::find(root, "#inside-mistakes .said")?,
        })
    }

    pub(super) fn show(&self, inside: &Inside) -> Result<(), PageError> {
        self.show_weights(inside)?;
        self.show_confusion(inside)?;
        self.show_mistakes(inside)
    }

    fn show_weights(&self, inside: &Inside) -> Result<(), PageError> {
        let weights = Float32Array::from(inside.weights.clone()).to_vec();
        let units = inside.units;
        let largest = weights.iter().fold(0f32, |most, weight| most.max(weight.abs()));
        let (columns, rows) = (ACROSS.min(units), units.div_ceil(ACROSS));
        let (width, height) = (columns * PITCH - 1, rows * PITCH - 1);
        let mut pixels = vec![0; 4 * width * height];
        for (at, row) in weights.chunks_exact(units).enumerate() {
            for (unit, weight) in row.iter().enumerate() {
                let x = unit % ACROSS * PITCH + at % SIDE;
                let y = unit / ACROSS * PITCH + at / SIDE;
                // Nothing is drawn where a weight is zero: the page's own ground shows, light or dark.
                let share = if largest > 0.0 { (weight.abs() / largest).sqrt() } else { 0.0 };
                let dead = inside.dead.get(unit) == Some(&true);
                let colour = if dead {
                    [0x80; 3]
                } else if *weight < 0.0 {
                    NEGATIVE
                } else {
                    POSITIVE
                };
                let pixel = &mut pixels[4 * (y * width + x)..][..4];
                pixel[..3].copy_from_slice(&colour);
                pixel[3] = (255.0 * share) as u8;
            }
        }
        paint(&self.weights, &pixels, width, height)?;
        dom::style(self.weights.unchecked_ref::<HtmlElement>(), "--columns", &columns.to_string())?;
        let dead = inside.dead.iter().filter(|dead| **dead).count();
        let bound = format!("{largest:.3}");
        let said = if inside.dead.is_empty() {
            phrase!(
                "The weights from the pixels to the ten classes: blue below zero, orange above, strongest at ±{bound}.",
                "从像素到十个类别的权重：蓝色为负，橙色为正，最强为 ±{bound}。",
                bound,
            )
        } else {
            phrase!(
                "The weights from the pixels to each of {units} hidden units: blue below zero, orange above, strongest \
                 at ±{bound}. Grey units are dead, {dead} of them: no test image moves them.",
                "从像素到 {units} 个隐藏单元的权重：蓝色为负，橙色为正，最强为 ±{bound}。灰色的单元已死亡，共 {dead} 个：没有测试图像能激活它们。",
                units,
                bound,
                dead,
            )
        };
        language::say_attribute(&self.weights, "aria-label", said.clone());
        language::say(&self.weights_said, said);
        Ok(())
    }

    fn show_confusion(&self, inside: &Inside) -> Result<(), PageError> {
        if self.table.child_element_count() == 0 {
            for label in 0..CLASSES {
                let row = dom::create("tr")?;
                let head = dom::create("th")?;
                dom::attribute(&head, "scope", "row")?;
                dom::say(&head, &label.to_string());
                dom::append(&row, &head)?;
                for _ in 0..CLASSES {
                    dom::append(&row, &dom::create("td")?)?;
                }
                dom::append(&self.table, &row)?;
            }
        }
        let cells = self.table.query_selector_all("td").map_err(dom::refused("search the page"))?;
        for (at, count) in inside.confusion.iter().enumerate() {
            let Some(cell) = cells.item(at as u32).and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) else { break };
            let (label, class) = (at / CLASSES, at % CLASSES);
            let all: u32 = inside.confusion[label * CLASSES..][..CLASSES].iter().sum();
            let share = f64::from(*count) / f64::from(all.max(1));
            dom::say(&cell, &count.to_string());
            dom::attribute(&cell, "class", if label == class { "right" } else { "wrong" })?;
            dom::style(&cell, "--share", &format!("{:.3}", share.sqrt()))?;
        }
        language::say(&self.confusion_said, asked(inside));
        Ok(())
    }

    fn show_mistakes(&self, inside: &Inside) -> Result<(), PageError> {
        let images = Uint8Array::from(inside.images.clone()).to_vec();
        self.mistakes.set_text_content(None);
        for ((label, class), image) in inside.mistakes.iter().copied().zip(images.chunks_exact(PIXELS)) {
            let item = dom::create("li")?;
            let canvas: HtmlCanvasElement = dom::create("canvas")?.unchecked_into();
            digit(&canvas, image)?;
            dom::attribute(&canvas, "aria-hidden", "true")?;
            let words = dom::create("span")?;
            language::say(&words, phrase!("{label}, not {class}", "是 {label}，不是 {class}", label, class));
            dom::append(&item, &canvas)?;
            dom::append(&item, &words)?;
            dom::append(&self.mistakes, &item)?;
        }
        language::say(&self.mistakes_said, asked(inside));
        Ok(())
    }
}

/// How many images were asked, and how many of them it got wrong.
fn asked(inside: &Inside) -> Phrase {
    let right: u32 = (0..CLASSES).map(|class| inside.confusion[class * (CLASSES + 1)]).sum();
    let wrong = inside.tested - (right as usize).min(inside.tested);
    phrase!(
        "{wrong} wrong of {tested} test images",
        "{tested} 张测试图像中错了 {wrong} 张",
        wrong,
        tested = inside.tested,
    )
}

/// Draws an image of a digit: white on black, as the racers see it.
pub(super) fn digit(canvas: &HtmlCanvasElement, image: &[u8]) -> Result<(), PageError> {
    let pixels: Vec<u8> = image.iter().flat_map(|pixel| [*pixel, *pixel, *pixel, 255]).collect();
    paint(canvas, &pixels, SIDE, SIDE)
}

/// Fills a canvas with pixels [height, width, 4].
fn paint(canvas: &HtmlCanvasElement, pixels: &[u8], width: usize, height: usize) -> Result<(), PageError> {
    let refused = || dom::refused("draw on a canvas");
    if (canvas.width(), canvas.height()) != (width as u32, height as u32) {
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
    }
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), width as u32, height as u32);
    let image = image.map_err(refused())?;
    dom::context(canvas)?.put_image_data(&image, 0.0, 0.0).map_err(refused())
}
