//! Everything that can be wrong with a dataset, each as a sentence for whoever supplied it.

use super::files::Role;
use super::idx::Kind;

/// Why bytes aren't a dataset: which file (or argument), what was expected, what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// The file is gzipped, and its reader wasn't given the unpacked bytes.
    #[error("{file}: expected an unpacked IDX file, but found a gzipped one.")]
    Gzipped {
        /// The file's name.
        file: String,
    },

    /// The file doesn't start with the two zero bytes of every IDX file.
    #[error(
        "{file}: expected an IDX file, which starts with bytes 00 00, but found {:02x} {:02x}.",
        found[0], found[1]
    )]
    Magic {
        /// The file's name.
        file: String,
        /// Its first two bytes.
        found: [u8; 2],
    },

    /// The elements aren't unsigned bytes.
    #[error("{file}: expected elements of type 0x08, unsigned bytes, but found type {found:#04x}.")]
    ElementType {
        /// The file's name.
        file: String,
        /// The third byte of its header.
        found: u8,
    },

    /// The array has another number of dimensions than images or labels have.
    #[error("{file}: expected {expected}, but found {found}.")]
    Dimensions {
        /// The file's name.
        file: String,
        /// The dimensions that would do, in words.
        expected: &'static str,
        /// The fourth byte of its header.
        found: u8,
    },

    /// The images aren't 28 by 28 pixels.
    #[error("{file}: expected images of 28x28 pixels, but found {rows}x{columns}.")]
    ImageSize {
        /// The file's name.
        file: String,
        /// Rows per image, by its header.
        rows: u32,
        /// Columns per image, by its header.
        columns: u32,
    },

    /// The file ends before its header does.
    #[error("{file}: expected a header of {expected} bytes, but the file ends after {found}.")]
    Header {
        /// The file's name.
        file: String,
        /// The header's length.
        expected: usize,
        /// The file's length.
        found: usize,
    },

    /// The file ends before all that its header announces.
    #[error(
        "{file}: expected {expected} bytes for the {count} {kind} its header announces, \
         but the file ends after {found}."
    )]
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
    #[error(
        "{file}: expected {expected} bytes for the {count} {kind} its header announces, \
         but the file has {found}."
    )]
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
    #[error("{name}: label {index} should be a digit from 0 to 9, but is {found}.")]
    Label {
        /// The file or argument.
        name: String,
        /// Which label, counted from 0.
        index: usize,
        /// Its value.
        found: u8,
    },

    /// The pixels end within an image.
    #[error("{name}: expected a whole number of 28x28 images, 784 bytes each, but found {found} bytes.")]
    PartialImage {
        /// The file or argument.
        name: String,
        /// How many bytes of pixels there are.
        found: usize,
    },

    /// Images and labels that should belong together don't.
    #[error(
        "{labels_name}: expected {expected} labels, one for each image of {images_name}, \
         but found {found}."
    )]
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
    #[error("The training set is empty: expected at least one image to train on.")]
    NothingToTrainOn,

    /// One of the four files isn't there.
    #[error("The {role} {kind} are missing: expected four files, images and labels to train and to test on.")]
    Missing {
        /// Images or labels.
        kind: Kind,
        /// To train or to test on.
        role: Role,
    },

    /// Two files claim the same place.
    #[error("{first} and {second} both hold {role} {kind}: expected one such file.")]
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
    #[error(
        "{first} and {second} hold {count} {kind} each, and neither name says \"train\" or \"test\": \
         rename one of them."
    )]
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
    #[error("Expected two files of {kind}, one to train and one to test on, but found {found}.")]
    TooMany {
        /// Images or labels.
        kind: Kind,
        /// How many files hold such.
        found: usize,
    },
}
