//! Images and labels: IDX files in, validated splits out; synthetic digits where there are no files;
//! and the random orders in which a race visits them.

pub mod drawing;
mod error;
pub mod files;
pub mod idx;
mod preprocessing;
pub mod random;
mod sentences;
pub mod shuffle;
pub mod synthetic;

pub use error::DataError;
pub use preprocessing::{PixelMap, Preprocessing};

/// Width and height of an image, in pixels.
pub const SIDE: usize = 28;

/// Pixels of an image: the network's input size.
pub const PIXELS: usize = SIDE * SIDE;

/// Digits 0 to 9: the network's output size.
pub const CLASSES: usize = 10;

/// Images and their labels, checked to belong together; possibly none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Split {
    /// `images` `[n, 784]`, row-major, 0 is paper and 255 is ink; `labels` `[n]`, each 0 to 9.
    ///
    /// The names (of files, or of a caller's arguments) appear in the errors and nowhere else.
    ///
    /// # Errors
    /// [`DataError::PartialImage`] if `images` isn't a whole number of images,
    /// [`DataError::Label`] for a label above 9, [`DataError::LabelCount`] if the counts disagree.
    pub fn new(images_name: &str, images: Vec<u8>, labels_name: &str, labels: Vec<u8>) -> Result<Self, DataError> {
        if !images.len().is_multiple_of(PIXELS) {
            return Err(DataError::PartialImage { name: images_name.to_owned(), found: images.len() });
        }
        check_labels(labels_name, &labels)?;
        let count = images.len() / PIXELS;
        if labels.len() != count {
            return Err(DataError::LabelCount {
                images_name: images_name.to_owned(),
                labels_name: labels_name.to_owned(),
                expected: count,
                found: labels.len(),
            });
        }
        Ok(Self { images, labels })
    }

    /// How many images there are.
    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// All pixels `[count, 784]`, one byte each.
    pub fn images(&self) -> &[u8] {
        &self.images
    }

    /// All labels `[count]`, each 0 to 9.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Image number `index` `[784]`.
    ///
    /// # Panics
    /// If `index` is [`Self::count`] or more.
    pub fn image(&self, index: usize) -> &[u8] {
        &self.images[index * PIXELS..(index + 1) * PIXELS]
    }

    /// Gives the buffers back without copying them: images `[count, 784]`, labels `[count]`.
    pub fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.images, self.labels)
    }
}

/// What a race needs: images to train on, and others, never trained on, to be judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    train: Split,
    test: Split,
}

impl Dataset {
    /// `test` may be empty (`Split::default()`): then there is simply no test accuracy.
    ///
    /// # Errors
    /// [`DataError::NothingToTrainOn`] if `train` is empty.
    pub fn new(train: Split, test: Split) -> Result<Self, DataError> {
        if train.count() == 0 {
            return Err(DataError::NothingToTrainOn);
        }
        Ok(Self { train, test })
    }

    /// The images to train on, at least one.
    pub fn train(&self) -> &Split {
        &self.train
    }

    /// The images to evaluate on, possibly none.
    pub fn test(&self) -> &Split {
        &self.test
    }

    /// A number by which other data is told from this: of two datasets drawn by chance, one pair in four billion has
    /// the same. FNV-1a (Fowler, Noll and Vo 1991) over all images and labels, but by words of eight bytes, and rotated
    /// so that every bit reaches all others.
    pub fn fingerprint(&self) -> u32 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for split in [&self.train, &self.test] {
            for bytes in [&split.images, &split.labels] {
                let (words, rest) = bytes.as_chunks::<8>();
                let words = words.iter().map(|word| u64::from_le_bytes(*word));
                let rest = rest.iter().map(|byte| u64::from(*byte));
                for word in words.chain(rest).chain([bytes.len() as u64]) {
                    hash = (hash ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
                }
            }
        }
        (hash ^ (hash >> 32)) as u32
    }

    /// Gives both splits back without copying them: train, test.
    pub fn into_splits(self) -> (Split, Split) {
        (self.train, self.test)
    }
}

/// Refuses the first label that isn't a digit.
fn check_labels(name: &str, labels: &[u8]) -> Result<(), DataError> {
    match labels.iter().position(|&label| label as usize >= CLASSES) {
        None => Ok(()),
        Some(index) => Err(DataError::Label { name: name.to_owned(), index, found: labels[index] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(images: usize, labels: &[u8]) -> Result<Split, DataError> {
        Split::new("pictures", vec![7; images], "digits", labels.to_vec())
    }

    #[test]
    fn a_split_keeps_images_and_labels_together() {
        let mut pixels = vec![0; 2 * PIXELS];
        pixels[PIXELS] = 200;
        let split = Split::new("a", pixels.clone(), "b", vec![3, 9]).expect("valid");
        assert_eq!(split.count(), 2);
        assert_eq!(split.image(1)[0], 200);
        assert_eq!(split.image(0), &pixels[..PIXELS]);
        assert_eq!(split.into_parts(), (pixels, vec![3, 9]));
    }

    #[test]
    fn a_split_names_what_is_wrong_with_it() {
        let sentence = |result: Result<Split, DataError>| result.expect_err("invalid").to_string();
        assert_eq!(
            sentence(split(PIXELS + 1, &[1])),
            "pictures: expected a whole number of 28x28 images, 784 bytes each, but found 785 bytes."
        );
        assert_eq!(sentence(split(2 * PIXELS, &[1, 10])), "digits: label 1 should be a digit from 0 to 9, but is 10.");
        assert_eq!(
            sentence(split(2 * PIXELS, &[1])),
            "digits: expected 2 labels, one for each image of pictures, but found 1."
        );
    }

    #[test]
    fn a_dataset_can_do_without_tests_but_not_without_training() {
        let train = split(PIXELS, &[4]).expect("valid");
        let dataset = Dataset::new(train.clone(), Split::default()).expect("valid");
        assert_eq!(dataset.test().count(), 0);
        assert_eq!(Dataset::new(Split::default(), train), Err(DataError::NothingToTrainOn));
    }

    #[test]
    fn every_byte_and_its_place_is_in_the_fingerprint() {
        let data = |pixels: Vec<u8>, labels: &[u8]| {
            let train = Split::new("a", pixels, "b", labels.to_vec()).expect("valid");
            Dataset::new(train, split(PIXELS, &[4]).expect("valid")).expect("valid")
        };
        let print = data(vec![7; 2 * PIXELS], &[1, 2]).fingerprint();
        assert_eq!(print, data(vec![7; 2 * PIXELS], &[1, 2]).fingerprint());
        assert_ne!(print, data(vec![7; 2 * PIXELS], &[2, 1]).fingerprint());
        for at in 0..2 * PIXELS {
            let mut pixels = vec![7; 2 * PIXELS];
            pixels[at] = 135;
            assert_ne!(print, data(pixels, &[1, 2]).fingerprint(), "{at}");
        }
    }
}
