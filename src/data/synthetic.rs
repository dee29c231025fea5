//! Digits for those without MNIST: drawn by a pen along skeletons that chance bends, slants and shifts.
//!
//! They are made to behave like MNIST: as much ink, and about as hard for the same networks. They are
//! the same on every machine, to the last bit.

// Tables: a curve's points stay on one line.
#[rustfmt::skip]
mod glyphs;
mod pen;

use super::{CLASSES, Dataset, PIXELS, Split, random};
use glyphs::{Glyph, STYLES};
use pen::{Pen, Point};
use rand_pcg::Pcg64;

/// Images that [`dataset`] is usually asked to train on: as many as MNIST has.
pub const TRAIN_COUNT: usize = 60_000;

/// Images that [`dataset`] is usually asked to test on: as many as MNIST has.
pub const TEST_COUNT: usize = 10_000;

/// The seed of all synthetic digits; training and testing are two streams of it.
const SEED: u64 = 28;

/// How much chance there is in an image: standard deviations, cut at [`LIMIT`] of them.
mod spread {
    /// Rotation, in radians.
    pub(super) const ROTATION: f64 = 0.16;
    /// Slant, in widths per height.
    pub(super) const SLANT: f64 = 0.22;
    /// Natural logarithm of the whole size.
    pub(super) const SIZE: f64 = 0.10;
    /// Natural logarithm of the width over the height.
    pub(super) const WIDTH: f64 = 0.16;
    /// Shift along either axis, in pixels.
    pub(super) const SHIFT: f64 = 0.9;
    /// Shift of every point of the skeleton along either axis, in units of half the digit's height.
    pub(super) const WOBBLE: f64 = 0.085;
    /// Natural logarithm of the pen's width.
    pub(super) const PEN: f64 = 0.25;
}

/// Deviations beyond this many standard deviations are cut to it, so that digits stay on the paper.
const LIMIT: f64 = 2.5;

/// Half the height of an average digit, in pixels.
const HALF_HEIGHT: f64 = 8.4;

/// Half the width of an average pen, in pixels.
const PEN_RADIUS: f64 = 1.3;

/// The middle of the paper, in pixels: pixel i has its centre at i.
const CENTRE: f64 = 13.5;

/// The most points that a style of a digit has.
const MOST_POINTS: usize = 10;

/// An endless supply of labelled images: every ten in a row show each digit once, in random order.
///
/// Taken piece by piece, it leaves room for a progress bar:
/// ```
/// use gradprix::data::{PIXELS, synthetic::Digits};
/// let mut digits = Digits::train();
/// let (mut images, mut labels) = (Vec::new(), Vec::new());
/// for _ in 0..3 {
///     digits.draw(100, &mut images, &mut labels);
/// }
/// assert_eq!((images.len(), labels.len()), (300 * PIXELS, 300));
/// ```
pub struct Digits {
    generator: Pcg64,
    /// The digits of these ten images, and how many of them have been drawn.
    block: [u8; CLASSES],
    drawn: usize,
}

impl Digits {
    /// The images to train on, from the first.
    pub fn train() -> Self {
        Self::stream(0)
    }

    /// The images to test on, from the first.
    pub fn test() -> Self {
        Self::stream(1)
    }

    fn stream(stream: u64) -> Self {
        Self { generator: random::generator(SEED, stream), block: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], drawn: CLASSES }
    }

    /// Appends the next `count` images and labels: `images` grows by `[count, 784]`, `labels` by `[count]`.
    pub fn draw(&mut self, count: usize, images: &mut Vec<u8>, labels: &mut Vec<u8>) {
        for _ in 0..count {
            let label = self.next_label();
            images.extend_from_slice(&image(&mut self.generator, label));
            labels.push(label);
        }
    }

    fn next_label(&mut self) -> u8 {
        if self.drawn == CLASSES {
            for i in (1..CLASSES).rev() {
                self.block.swap(i, random::below(&mut self.generator, i + 1));
            }
            self.drawn = 0;
        }
        self.drawn += 1;
        self.block[self.drawn - 1]
    }
}

/// The first `train` images to train on and the first `test` images to test on.
///
/// # Panics
/// If `train` is 0.
pub fn dataset(train: usize, test: usize) -> Dataset {
    let split = |mut digits: Digits, count| {
        let mut images = Vec::with_capacity(count * PIXELS);
        let mut labels = Vec::with_capacity(count);
        digits.draw(count, &mut images, &mut labels);
        Split { images, labels }
    };
    Dataset::new(split(Digits::train(), train), split(Digits::test(), test))
        .expect("a synthetic dataset needs an image to train on")
}

/// One image `[784]` of `digit`, in a style and a hand that chance decides.
fn image(generator: &mut Pcg64, digit: u8) -> [u8; PIXELS] {
    let styles = STYLES[digit as usize];
    let glyph = &styles[random::below(generator, styles.len())];
    let mut chance = random::normals(generator).map(|normal| normal.clamp(-LIMIT, LIMIT));
    let mut deviation = |spread: f64| spread * chance.next().expect("normals are endless");
    let mut pen = Pen::new((PEN_RADIUS * libm::exp(deviation(spread::PEN))) as f32);
    let points = place(glyph, &mut deviation);
    for stroke in glyph.strokes {
        let mut path = [[0.0; 2]; MOST_POINTS + 1];
        for (at, &number) in path.iter_mut().zip(*stroke) {
            *at = points[number];
        }
        pen.curve(&path[..stroke.len()], stroke.first() == stroke.last());
    }
    pen.pixels()
}

/// The glyph's points in pixels, where one hand's slant and size and one moment's wobble put them.
///
/// `deviation` of a standard deviation is a normal of it.
fn place(glyph: &Glyph, mut deviation: impl FnMut(f64) -> f64) -> [Point; MOST_POINTS] {
    let rotation = deviation(spread::ROTATION);
    let slant = deviation(spread::SLANT);
    let size = HALF_HEIGHT * libm::exp(deviation(spread::SIZE));
    let width = libm::exp(deviation(spread::WIDTH));
    let [right, down] = [0, 1].map(|_| CENTRE + deviation(spread::SHIFT));
    let (sin, cos) = (libm::sin(rotation) * size, libm::cos(rotation) * size);
    let mut placed = [[0.0; 2]; MOST_POINTS];
    for (at, point) in placed.iter_mut().zip(glyph.points) {
        let [x, y] = point.map(|coordinate| f64::from(coordinate) / glyphs::HALF_HEIGHT + deviation(spread::WOBBLE));
        // Up is negative: a positive slant leans to the right.
        let x = x * width - slant * y;
        *at = [(right + cos * x - sin * y) as f32, (down + sin * x + cos * y) as f32];
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_draws_the_same_digits() {
        // FNV-1a: any pixel or label that differs shows.
        let digest = |split: &Split| {
            let bytes = split.images().iter().chain(split.labels());
            bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        };
        let digits = dataset(1_000, 100);
        assert_eq!(digest(digits.train()), 0x1c86_0497_9475_93e5);
        assert_eq!(digest(digits.test()), 0x2b35_d03a_70b3_8a5c);
    }

    #[test]
    fn every_ten_images_show_every_digit() {
        let digits = dataset(1_000, 30);
        assert_eq!((digits.train().count(), digits.test().count()), (1_000, 30));
        for block in digits.train().labels().chunks(10) {
            let mut sorted = block.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        assert_ne!(digits.train().labels()[..30], *digits.test().labels());
    }

    #[test]
    fn drawing_in_pieces_changes_nothing() {
        let (mut images, mut labels) = (Vec::new(), Vec::new());
        let mut digits = Digits::test();
        for count in [7, 0, 16, 2] {
            digits.draw(count, &mut images, &mut labels);
        }
        assert_eq!(dataset(1, 25).into_splits().1.into_parts(), (images, labels));
    }

    #[test]
    fn there_is_as_much_ink_as_in_mnist() {
        let digits = dataset(2_000, 0);
        let pixels = digits.train().images();
        let inked = pixels.iter().filter(|&&pixel| pixel > 0).count() as f64;
        let ink = pixels.iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / 255.0;
        let [inked, ink] = [inked, ink].map(|total| total / pixels.len() as f64);
        // MNIST: 0.191 and 0.131.
        assert!((0.17..0.21).contains(&inked), "share of pixels with ink: {inked}");
        assert!((0.115..0.145).contains(&ink), "mean ink: {ink}");
    }

    /// One pass of stochastic gradient descent over a linear softmax model -> its test accuracy.
    fn linear_accuracy(digits: &Dataset) -> f64 {
        let mut weights = vec![[0.0_f32; CLASSES]; PIXELS];
        let logits = |weights: &[[f32; CLASSES]], image: &[u8]| {
            let mut logits = [0.0_f32; CLASSES];
            for (row, &pixel) in weights.iter().zip(image).filter(|(_, pixel)| **pixel > 0) {
                for (logit, weight) in logits.iter_mut().zip(row) {
                    *logit += weight * f32::from(pixel) / 255.0;
                }
            }
            logits
        };
        let train = digits.train();
        for (i, &label) in train.labels().iter().enumerate() {
            let exponentials = logits(&weights, train.image(i)).map(f32::exp);
            let total: f32 = exponentials.iter().sum();
            let mut step = exponentials.map(|exponential| -0.01 * exponential / total);
            step[label as usize] += 0.01;
            for (row, &pixel) in weights.iter_mut().zip(train.image(i)).filter(|(_, pixel)| **pixel > 0) {
                for (weight, step) in row.iter_mut().zip(step) {
                    *weight += step * f32::from(pixel) / 255.0;
                }
            }
        }
        let test = digits.test();
        let right = (0..test.count()).filter(|&i| {
            let logits = logits(&weights, test.image(i));
            let own = logits[test.labels()[i] as usize];
            logits.iter().all(|&logit| logit <= own)
        });
        right.count() as f64 / test.count() as f64
    }

    #[test]
    fn a_linear_model_learns_much_but_not_all() {
        let accuracy = linear_accuracy(&dataset(20_000, 5_000));
        assert!((0.80..0.95).contains(&accuracy), "accuracy {accuracy}");
    }

    #[test]
    fn every_style_is_complete() {
        for (digit, styles) in STYLES.iter().enumerate() {
            for glyph in *styles {
                let mut used = [false; MOST_POINTS];
                for stroke in glyph.strokes {
                    assert!((2..=MOST_POINTS + 1).contains(&stroke.len()), "a stroke of {digit}");
                    stroke.iter().for_each(|&number| used[number] = true);
                }
                let drawn = used.iter().filter(|&&used| used).count();
                assert_eq!(drawn, glyph.points.len(), "points of {digit} that are drawn");
                assert!(used[..drawn].iter().all(|&used| used), "points of {digit} are skipped");
            }
        }
    }
}
