//! The IDX format of the MNIST files: a big-endian header, then one byte per element.
//!
//! The header is two zero bytes, the element type (0x08, unsigned byte), the number of dimensions,
//! and a `u32` per dimension: `[n, 28, 28]` for images, `[n]` for labels.

use super::{DataError, PIXELS, SIDE, check_labels};
use crate::text::Text;
use std::cmp::Ordering;

/// What an IDX file holds, by its number of dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[n, 28, 28]` pixels.
    Images,
    /// `[n]` digits.
    Labels,
}

impl Kind {
    /// Bytes before the first element.
    fn header_bytes(self) -> usize {
        match self {
            Self::Images => 16,
            Self::Labels => 8,
        }
    }

    /// What a sentence calls such elements.
    pub(super) fn words(self) -> Text {
        match self {
            Self::Images => text!("images", "图像"),
            Self::Labels => text!("labels", "标签"),
        }
    }

    /// Bytes of one image or one label.
    pub(super) fn element_bytes(self) -> usize {
        match self {
            Self::Images => PIXELS,
            Self::Labels => 1,
        }
    }
}

/// An unpacked file of images -> its pixels `[n*784]`, row-major; the header is cut off in place.
///
/// # Errors
/// A [`DataError`] that gives the name `file` and what is wrong with its header or length.
pub fn parse_images(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    parse(file, bytes, Kind::Images)
}

/// An unpacked file of labels -> its labels `[n]`, each 0 to 9; the header is cut off in place.
///
/// # Errors
/// A [`DataError`] that gives the name `file` and what is wrong with its header, length or labels.
pub fn parse_labels(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    let labels = parse(file, bytes, Kind::Labels)?;
    check_labels(file, &labels)?;
    Ok(labels)
}

/// Whether an unpacked file holds images or labels, by the first four bytes of its header.
///
/// # Errors
/// A [`DataError`] that gives the name `file` and says why it is neither.
pub fn detect(file: &str, bytes: &[u8]) -> Result<Kind, DataError> {
    match dimensions(file, bytes)? {
        3 => Ok(Kind::Images),
        1 => Ok(Kind::Labels),
        found => Err(DataError::Dimensions {
            file: file.to_owned(),
            expected: text!("1 dimension, as labels have, or 3, as images have", " 1 维（标签）或 3 维（图像）"),
            found,
        }),
    }
}

/// A file that should be of this kind -> its elements, with the header cut off in place.
fn parse(file: &str, mut bytes: Vec<u8>, kind: Kind) -> Result<Vec<u8>, DataError> {
    check_dimensions(file, &bytes, kind)?;
    let header = kind.header_bytes();
    let found = bytes.len();
    if found < header {
        return Err(DataError::Header { file: file.to_owned(), expected: header, found });
    }
    if kind == Kind::Images {
        check_image_size(file, word(&bytes, 8), word(&bytes, 12))?;
    }
    let count = word(&bytes, 4);
    // In u64: a forged count times 784 doesn't fit the 32-bit usize of a browser.
    let expected = header as u64 + u64::from(count) * kind.element_bytes() as u64;
    let file = || file.to_owned();
    match (found as u64).cmp(&expected) {
        Ordering::Less => Err(DataError::Truncated { file: file(), kind, count, expected, found }),
        Ordering::Greater => Err(DataError::Trailing { file: file(), kind, count, expected, found }),
        Ordering::Equal => {
            bytes.drain(..header);
            Ok(bytes)
        }
    }
}

/// The number of dimensions, once the bytes before it are as they should be.
fn dimensions(file: &str, bytes: &[u8]) -> Result<u8, DataError> {
    let file = || file.to_owned();
    match *bytes {
        [0x1f, 0x8b, ..] => Err(DataError::Gzipped { file: file() }),
        [0, 0, 0x08, dimensions, ..] => Ok(dimensions),
        [0, 0, found, _, ..] => Err(DataError::ElementType { file: file(), found }),
        [first, second, _, _, ..] => Err(DataError::Magic { file: file(), found: [first, second] }),
        _ => Err(DataError::Header { file: file(), expected: Kind::Labels.header_bytes(), found: bytes.len() }),
    }
}

fn check_dimensions(file: &str, bytes: &[u8], kind: Kind) -> Result<(), DataError> {
    let (wanted, expected) = match kind {
        Kind::Images => (3, text!("3 dimensions, as images have", " 3 维（图像）")),
        Kind::Labels => (1, text!("1 dimension, as labels have", " 1 维（标签）")),
    };
    match dimensions(file, bytes)? {
        found if found == wanted => Ok(()),
        found => Err(DataError::Dimensions { file: file.to_owned(), expected, found }),
    }
}

fn check_image_size(file: &str, rows: u32, columns: u32) -> Result<(), DataError> {
    if rows as usize == SIDE && columns as usize == SIDE {
        return Ok(());
    }
    Err(DataError::ImageSize { file: file.to_owned(), rows, columns })
}

/// The big-endian number at `at`, which must lie within the header.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a file with these dimensions, whose elements are 0, 1, 2, ... (at most 9).
    fn file(dimensions: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
        bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
        bytes.extend((0..dimensions.iter().product()).map(|i: u32| (i % 10) as u8));
        bytes
    }

    fn sentence(result: Result<Vec<u8>, DataError>) -> String {
        result.expect_err("the file is invalid").to_string()
    }

    #[test]
    fn headers_are_cut_off_and_nothing_else() {
        let pixels = parse_images("images", file(&[2, 28, 28])).expect("valid");
        assert!(pixels.iter().enumerate().all(|(i, &pixel)| usize::from(pixel) == i % 10));
        assert_eq!(pixels.len(), 2 * PIXELS);
        assert_eq!(parse_labels("labels", file(&[4])).expect("valid"), [0, 1, 2, 3]);
        assert_eq!(parse_labels("labels", file(&[0])).expect("valid"), [0; 0]);
    }

    #[test]
    fn the_header_says_what_a_file_holds() {
        assert_eq!(detect("a", &file(&[1, 28, 28])), Ok(Kind::Images));
        assert_eq!(detect("a", &file(&[5])), Ok(Kind::Labels));
        assert_eq!(
            detect("a", &file(&[1, 2])).expect_err("a matrix").to_string(),
            "a: expected 1 dimension, as labels have, or 3, as images have, but found 2."
        );
    }

    #[test]
    fn wrong_headers_are_named() {
        let changed = |at: usize, to: u8| {
            let mut bytes = file(&[1, 28, 28]);
            bytes[at] = to;
            sentence(parse_images("x.idx", bytes))
        };
        assert_eq!(changed(1, 0x50), "x.idx: expected an IDX file, which starts with bytes 00 00, but found 00 50.");
        assert_eq!(changed(2, 0x0d), "x.idx: expected elements of type 0x08, unsigned bytes, but found type 0x0d.");
        assert_eq!(changed(3, 1), "x.idx: expected 3 dimensions, as images have, but found 1.");
        assert_eq!(changed(11, 32), "x.idx: expected images of 28x28 pixels, but found 32x28.");
        assert_eq!(
            sentence(parse_labels("x.gz", vec![0x1f, 0x8b, 8, 0, 0])),
            "x.gz: expected an unpacked IDX file, but found a gzipped one."
        );
        assert_eq!(
            sentence(parse_labels("y.idx", file(&[1, 28, 28]))),
            "y.idx: expected 1 dimension, as labels have, but found 3."
        );
    }

    #[test]
    fn wrong_lengths_are_named() {
        let resized = |length: usize| {
            let mut bytes = file(&[2, 28, 28]);
            bytes.resize(length, 0);
            sentence(parse_images("x.idx", bytes))
        };
        let announced = "x.idx: expected 1584 bytes for the 2 images its header announces, but";
        assert_eq!(resized(1583), format!("{announced} the file ends after 1583."));
        assert_eq!(resized(1585), format!("{announced} the file has 1585."));
        let header = "x.idx: expected a header of";
        assert_eq!(resized(15), format!("{header} 16 bytes, but the file ends after 15."));
        assert_eq!(resized(0), format!("{header} 8 bytes, but the file ends after 0."));
    }

    #[test]
    fn a_forged_count_overflows_nothing() {
        let mut bytes = file(&[1, 28, 28]);
        bytes[4..8].fill(0xff);
        assert_eq!(
            sentence(parse_images("x", bytes)),
            "x: expected 3367254359296 bytes for the 4294967295 images its header announces, \
             but the file ends after 800."
        );
    }

    #[test]
    fn images_of_other_sizes_are_named() {
        for (rows, columns) in [(1, 1), (5000, 5000), (0, 28), (u32::MAX, u32::MAX)] {
            let mut bytes = file(&[1, 28, 28]);
            bytes[8..12].copy_from_slice(&rows.to_be_bytes());
            bytes[12..16].copy_from_slice(&columns.to_be_bytes());
            assert_eq!(
                sentence(parse_images("x", bytes)),
                format!("x: expected images of 28x28 pixels, but found {rows}x{columns}.")
            );
        }
        assert_eq!(parse_images("x", file(&[0, 28, 28])), Ok(Vec::new()));
    }

    #[test]
    fn a_label_beyond_nine_is_named() {
        let mut bytes = file(&[5]);
        bytes[11] = 10;
        assert_eq!(sentence(parse_labels("x", bytes)), "x: label 3 should be a digit from 0 to 9, but is 10.");
    }
}
