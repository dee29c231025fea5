//! A minibatch without its zeros: 81% of MNIST's pixels are zero and add nothing, forward or backward.

use super::BLOCKS;
use crate::data::{PIXELS, Split};

/// A factor of a row of a matrix with [`BLOCKS`] blocks a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    /// The row's first block.
    pub(super) block: u32,
    /// The pixel's value, 0 to 1.
    pub(super) value: f32,
}

/// The non-zero pixels of a minibatch, by image for the forward pass and by pixel for the backward pass.
pub(super) struct Minibatch {
    /// x/255 for every byte x.
    values: [f32; 256],
    by_image: Vec<Entry>,
    /// Where image i's entries start, and at last where all end: [size + 1].
    image_starts: Vec<usize>,
    by_pixel: Vec<Entry>,
    /// Where pixel p's entries start, and at last where all end.
    pixel_starts: [usize; PIXELS + 1],
    /// \[size\]
    pub(super) labels: Vec<u8>,
}

impl Minibatch {
    pub(super) fn new() -> Self {
        Self {
            values: std::array::from_fn(|byte| byte as f32 / 255.0),
            by_image: Vec::new(),
            image_starts: vec![0],
            by_pixel: Vec::new(),
            pixel_starts: [0; PIXELS + 1],
            labels: Vec::new(),
        }
    }

    /// Takes the images of `split` whose numbers are `chosen`.
    pub(super) fn gather(&mut self, split: &Split, chosen: impl Iterator<Item = usize>) {
        self.by_image.clear();
        self.image_starts.truncate(1);
        self.labels.clear();
        for image in chosen {
            self.labels.push(split.labels()[image]);
            self.push_image(split.image(image));
        }
    }

    fn push_image(&mut self, pixels: &[u8]) {
        for (word, bytes) in pixels.as_chunks::<8>().0.iter().enumerate() {
            if u64::from_ne_bytes(*bytes) == 0 {
                continue;
            }
            for (at, &byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
                let block = ((word * 8 + at) * BLOCKS) as u32;
                self.by_image.push(Entry { block, value: self.values[usize::from(byte)] });
            }
        }
        self.image_starts.push(self.by_image.len());
    }

    /// Orders the entries by pixel too: a counting sort.
    pub(super) fn transpose(&mut self) {
        let mut next = [0; PIXELS + 1];
        for entry in &self.by_image {
            next[entry.block as usize / BLOCKS + 1] += 1;
        }
        for pixel in 0..PIXELS {
            next[pixel + 1] += next[pixel];
        }
        self.pixel_starts = next;
        self.by_pixel.resize(self.by_image.len(), Entry::default());
        for (image, range) in self.image_starts.windows(2).enumerate() {
            for entry in &self.by_image[range[0]..range[1]] {
                let at = &mut next[entry.block as usize / BLOCKS];
                self.by_pixel[*at] = Entry { block: (image * BLOCKS) as u32, value: entry.value };
                *at += 1;
            }
        }
    }

    /// How many images it holds.
    pub(super) fn size(&self) -> usize {
        self.labels.len()
    }

    /// The non-zero pixels of image `at`, addressing rows of the first layer's weights [784, 128].
    pub(super) fn image(&self, at: usize) -> &[Entry] {
        &self.by_image[self.image_starts[at]..self.image_starts[at + 1]]
    }

    /// The images where pixel `at` is not zero, addressing rows of a matrix [size, 128].
    pub(super) fn pixel(&self, at: usize) -> &[Entry] {
        &self.by_pixel[self.pixel_starts[at]..self.pixel_starts[at + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_hold_the_same_pixels() {
        let mut images = vec![0; 3 * PIXELS];
        for (at, byte) in [(0, 51), (783, 255), (PIXELS + 5, 102), (2 * PIXELS + 5, 204)] {
            images[at] = byte;
        }
        let split = Split::new("images", images, "labels", vec![7, 8, 9]).expect("valid");
        let mut minibatch = Minibatch::new();
        minibatch.gather(&split, [2, 0, 1].into_iter());
        minibatch.transpose();
        let shown =
            |entries: &[Entry]| entries.iter().map(|e| (e.block as usize / BLOCKS, e.value)).collect::<Vec<_>>();
        assert_eq!(minibatch.labels, [9, 7, 8]);
        assert_eq!(shown(minibatch.image(0)), [(5, 0.8)]);
        assert_eq!(shown(minibatch.image(1)), [(0, 0.2), (783, 1.0)]);
        assert_eq!(shown(minibatch.pixel(5)), [(0, 0.8), (2, 0.4)]);
        assert_eq!(shown(minibatch.pixel(783)), [(1, 1.0)]);
        assert!(minibatch.pixel(6).is_empty());
    }
}
