//! Everything that can be wrong with a dataset, each as a sentence for whoever supplied it.

use super::files::Role;
use super::idx::Kind;
use crate::text::Text;

/// Why bytes aren't a dataset: which file (or argument), what was expected, what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum DataError {
    /// The file is gzipped, and its reader wasn't given the unpacked bytes.
    Gzipped {
        /// The file's name.
        file: String,
    },

    /// The file doesn't start with the two zero bytes of every IDX file.
    Magic {
        /// The file's name.
        file: String,
        /// Its first two bytes.
        found: [u8; 2],
    },

    /// The elements aren't unsigned bytes.
    ElementType {
        /// The file's name.
        file: String,
        /// The third byte of its header.
        found: u8,
    },

    /// The array has another number of dimensions than images or labels have.
    Dimensions {
        /// The file's name.
        file: String,
        /// The dimensions that would do, in words.
        expected: Text,
        /// The fourth byte of its header.
        found: u8,
    },

    /// The images aren't 28 by 28 pixels.
    ImageSize {
        /// The file's name.
        file: String,
        /// Rows per image, by its header.
        rows: u32,
        /// Columns per image, by its header.
        columns: u32,
    },

    /// The file ends before its header does.
    Header {
        /// The file's name.
        file: String,
        /// The header's length.
        expected: usize,
        /// The file's length.
        found: usize,
    },

    /// The file ends before all that its header announces.
    Truncated {
        /// The file's name.
        file: String,
        /// What it holds.
        kind: Kind,
        /// How many the header announces.
        count: u32,
        /// The length that this makes, header included.
        expected: u64,
        /// The file's length.
        found: usize,
    },

    /// The file goes on after all that its header announces.
    Trailing {
        /// The file's name.
        file: String,
        /// What it holds.
        kind: Kind,
        /// How many the header announces.
        count: u32,
        /// The length that this makes, header included.
        expected: u64,
        /// The file's length.
        found: usize,
    },

    /// A label isn't a digit.
    Label {
        /// The file or argument.
        name: String,
        /// Which label, counted from 0.
        index: usize,
        /// Its value.
        found: u8,
    },

    /// The pixels end within an image.
    PartialImage {
        /// The file or argument.
        name: String,
        /// How many bytes of pixels there are.
        found: usize,
    },

    /// Images and labels that should belong together don't.
    LabelCount {
        /// The file or argument with the images.
        images_name: String,
        /// The file or argument with the labels.
        labels_name: String,
        /// How many images there are.
        expected: usize,
        /// How many labels there are.
        found: usize,
    },

    /// There isn't a single image to train on.
    NothingToTrainOn,

    /// One of the four files isn't there.
    Missing {
        /// Images or labels.
        kind: Kind,
        /// To train or to test on.
        role: Role,
    },

    /// Two files claim the same place.
    Doubled {
        /// Images or labels.
        kind: Kind,
        /// To train or to test on.
        role: Role,
        /// One file's name.
        first: String,
        /// The other's.
        second: String,
    },

    /// Neither names nor sizes tell the training file from the test file.
    Ambiguous {
        /// Images or labels.
        kind: Kind,
        /// How many there are in either.
        count: usize,
        /// One file's name.
        first: String,
        /// The other's.
        second: String,
    },

    /// More files of a kind than a dataset has.
    TooMany {
        /// Images or labels.
        kind: Kind,
        /// How many files hold such.
        found: usize,
    },
}
