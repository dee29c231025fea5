//! A drawing brought into the form of MNIST's digits.

use super::{PIXELS, SIDE};

/// Pixels on the longer side of a digit's bounding box.
const BOX: f64 = 20.0;

/// Ink [side, side], 0 to 255, row by row -> an image as in MNIST: the ink's bounding box scaled to fit 20×20, put where
/// its centre of mass is the image's. `LeCun`, Cortes & Burges, "The MNIST database", on how its digits were made.
/// Nothing where there is no ink.
pub fn centred(ink: &[u8], side: usize) -> Option<Vec<u8>> {
    let rows = || ink.chunks_exact(side).enumerate();
    let inked = |row: &[u8]| row.iter().any(|pixel| *pixel > 0);
    let (top, bottom) = span(rows().map(|(_, row)| inked(row)))?;
    let (left, right) = span((0..side).map(|x| rows().any(|(_, row)| row[x] > 0)))?;
    let scale = BOX / (right - left).max(bottom - top) as f64;
    // The centre of the drawing's mass.
    let (mut mass, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for (y, row) in rows() {
        for (x, pixel) in row.iter().enumerate() {
            let weight = f64::from(*pixel);
            mass += weight;
            x_sum += weight * (x as f64 + 0.5);
            y_sum += weight * (y as f64 + 0.5);
        }
    }
    let (x_middle, y_middle) = (x_sum / mass, y_sum / mass);
    // Where the image's pixel edges lie in the drawing.
    let edge = |at: usize, middle: f64| (at as f64 - SIDE as f64 / 2.0) / scale + middle;
    let mut image = Vec::with_capacity(PIXELS);
    for row in 0..SIDE {
        for column in 0..SIDE {
            let x = (edge(column, x_middle), edge(column + 1, x_middle));
            let y = (edge(row, y_middle), edge(row + 1, y_middle));
            image.push(mean(ink, side, x, y).round() as u8);
        }
    }
    Some(image)
}

/// The first and the end of what is true.
fn span(mut flags: impl DoubleEndedIterator<Item = bool> + ExactSizeIterator) -> Option<(usize, usize)> {
    let first = flags.position(|flag| flag)?;
    let end = flags.rposition(|flag| flag).map_or(first + 1, |last| first + 2 + last);
    Some((first, end))
}

/// The mean ink over a rectangle, whose edges count in part; there is none outside the drawing.
fn mean(ink: &[u8], side: usize, x: (f64, f64), y: (f64, f64)) -> f64 {
    let covered = |(from, to): (f64, f64)| {
        let cells = from.max(0.0) as usize..(to.ceil().max(0.0) as usize).min(side);
        cells.map(move |cell| (cell, (to.min(cell as f64 + 1.0) - from.max(cell as f64)).max(0.0)))
    };
    let rows = covered(y).map(|(row, height)| {
        covered(x).map(|(column, width)| f64::from(ink[row * side + column]) * width).sum::<f64>() * height
    });
    rows.sum::<f64>() / ((x.1 - x.0) * (y.1 - y.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWN: usize = 140;

    fn drawing(ink: impl Fn(usize, usize) -> bool) -> Vec<u8> {
        (0..DRAWN * DRAWN).map(|at| if ink(at % DRAWN, at / DRAWN) { 255 } else { 0 }).collect()
    }

    #[test]
    fn nothing_drawn_is_no_digit() {
        assert_eq!(centred(&drawing(|_, _| false), DRAWN), None);
    }

    #[test]
    fn a_drawing_is_scaled_to_twenty_pixels_and_centred() {
        // A bar of 10 by 100, far in a corner.
        let image = centred(&drawing(|x, y| (5..15).contains(&x) && (30..130).contains(&y)), DRAWN).expect("a digit");
        assert_eq!(image.len(), PIXELS);
        let rows: Vec<usize> = (0..28).filter(|row| image[row * 28..][..28].iter().any(|pixel| *pixel > 127)).collect();
        let columns: Vec<usize> = (0..28).filter(|column| (0..28).any(|row| image[row * 28 + column] > 127)).collect();
        assert_eq!((rows[0], rows.len()), (4, 20));
        assert_eq!(columns, [13, 14]);
    }

    #[test]
    fn the_centre_of_mass_is_the_images() {
        // An L: its mass is low and left, so it stands high and right.
        let shape = |x: usize, y: usize| {
            (20..30).contains(&x) && (20..120).contains(&y) || (20..80).contains(&x) && (100..120).contains(&y)
        };
        let image = centred(&drawing(shape), DRAWN).expect("a digit");
        let sum = |place: fn(usize) -> usize| -> f64 {
            let total: f64 = image.iter().map(|pixel| f64::from(*pixel)).sum();
            image.iter().enumerate().map(|(at, pixel)| (place(at) as f64 + 0.5) * f64::from(*pixel)).sum::<f64>()
                / total
        };
        let (x, y) = (sum(|at| at % 28), sum(|at| at / 28));
        assert!((x - 14.0).abs() < 0.2 && (y - 14.0).abs() < 0.2, "{x} {y}");
    }
}
