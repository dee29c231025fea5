//! A minibatch without its zeros: 81% of MNIST's pixels are zero and add nothing, forward or backward.

use super::block::{Block, LANES};
use crate::data::{PIXELS, PixelMap, Split};
use crate::model::{Network, dropout};

/// A factor of a matrix's row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    /// Which row.
    pub(super) row: u32,
    /// The pixel's value without the map's offset.
    pub(super) value: f32,
}

/// The non-zero pixels of a minibatch, by image for the forward pass and by pixel for the backward pass.
pub(super) struct Minibatch {
    /// What every byte adds to the map's offset.
    values: [f32; 256],
    /// What every pixel is beside its entry's value: the map's offset.
    pub(super) offset: f32,
    /// At least as long as there are entries.
    by_image: Vec<Entry>,
    /// Where image i's entries start, and at last where all end: [size + 1].
    image_starts: Vec<usize>,
    by_pixel: Vec<Entry>,
    /// Where pixel p's entries start, and at last where all end.
    pixel_starts: [usize; PIXELS + 1],
    /// \[size\]
    pub(super) labels: Vec<u8>,
    /// Dropout's factors for each hidden layer, panels of [size, 32]; none where nothing is left out.
    pub(super) masks: Vec<Vec<Block>>,
}

impl Minibatch {
    /// No images yet; those to come are seen through `map`.
    pub(super) fn new(map: PixelMap) -> Self {
        let scaled = PixelMap { offset: 0.0, ..map };
        Self {
            values: std::array::from_fn(|byte| scaled.value(byte as u8)),
            offset: map.offset,
            by_image: Vec::new(),
            image_starts: vec![0],
            by_pixel: Vec::new(),
            pixel_starts: [0; PIXELS + 1],
            labels: Vec::new(),
            masks: Vec::new(),
        }
    }

    /// Takes the images of `split` whose numbers are `chosen`, with no masks.
    pub(super) fn gather(&mut self, split: &Split, chosen: impl Iterator<Item = usize>) {
        self.image_starts.truncate(1);
        self.labels.clear();
        self.masks.clear();
        for image in chosen {
            self.labels.push(split.labels()[image]);
            self.push_image(split.image(image));
        }
    }

    fn push_image(&mut self, pixels: &[u8]) {
        let start = self.entries();
        self.by_image.resize(self.by_image.len().max(start + PIXELS), Entry::default());
        // Every pixel is written, and the next one over it where it is zero: no branch, which nothing could predict.
        let (entries, mut lit) = (&mut self.by_image[start..], 0);
        for (word, bytes) in pixels.as_chunks::<8>().0.iter().enumerate() {
            if u64::from_ne_bytes(*bytes) == 0 {
                continue;
            }
            for (at, &byte) in bytes.iter().enumerate() {
                let value = self.values[usize::from(byte)];
                entries[lit] = Entry { row: (word * 8 + at) as u32, value };
                lit += usize::from(value != 0.0);
            }
        }
        self.image_starts.push(start + lit);
    }

    /// How many entries there are.
    fn entries(&self) -> usize {
        self.image_starts.last().copied().unwrap_or(0)
    }

    /// Orders the entries by pixel too: a counting sort.
    pub(super) fn transpose(&mut self) {
        let mut next = [0; PIXELS + 1];
        for entry in &self.by_image[..self.entries()] {
            next[entry.row as usize + 1] += 1;
        }
        for pixel in 0..PIXELS {
            next[pixel + 1] += next[pixel];
        }
        self.pixel_starts = next;
        self.by_pixel.resize(self.entries(), Entry::default());
        for (image, range) in self.image_starts.windows(2).enumerate() {
            for entry in &self.by_image[range[0]..range[1]] {
                let at = &mut next[entry.row as usize];
                self.by_pixel[*at] = Entry { row: image as u32, value: entry.value };
                *at += 1;
            }
        }
    }

    /// Draws dropout's masks for `network`: 0 for a unit left out, else 1/(1 − `rate`).
    pub(super) fn mask(&mut self, network: &Network, rate: f64, step_key: u32) {
        let threshold = dropout::threshold(rate);
        let kept = (1.0 / (1.0 - rate)) as f32;
        let size = self.size();
        let layer = |(layer, units): (usize, &usize)| {
            let key = dropout::layer_key(step_key, layer);
            let block = |panel: usize, image: usize| -> Block {
                std::array::from_fn(|lane| {
                    if dropout::stays(key, threshold, image, panel * LANES + lane) { kept } else { 0.0 }
                })
            };
            (0..super::block::blocks(*units))
                .flat_map(|panel| (0..size).map(move |image| block(panel, image)))
                .collect()
        };
        self.masks = network.hidden.iter().enumerate().map(layer).collect();
    }

    /// How many images it holds.
    pub(super) fn size(&self) -> usize {
        self.labels.len()
    }

    /// The non-zero pixels of image `at`: rows of the first layer's weights [784, units].
    pub(super) fn image(&self, at: usize) -> &[Entry] {
        &self.by_image[self.image_starts[at]..self.image_starts[at + 1]]
    }

    /// The images where pixel `at` is not zero: rows of a matrix [size, units].
    pub(super) fn pixel(&self, at: usize) -> &[Entry] {
        &self.by_pixel[self.pixel_starts[at]..self.pixel_starts[at + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split() -> Split {
        let mut images = vec![0; 3 * PIXELS];
        for (at, byte) in [(0, 51), (783, 255), (PIXELS + 5, 102), (2 * PIXELS + 5, 204)] {
            images[at] = byte;
        }
        Split::new("images", images, "labels", vec![7, 8, 9]).expect("valid")
    }

    fn shown(entries: &[Entry]) -> Vec<(u32, f32)> {
        entries.iter().map(|entry| (entry.row, entry.value)).collect()
    }

    #[test]
    fn both_orders_hold_the_same_pixels() {
        let mut minibatch = Minibatch::new(PixelMap { scale: 1.0, offset: 0.0, binary: false });
        minibatch.gather(&split(), [2, 0, 1].into_iter());
        minibatch.transpose();
        assert_eq!(minibatch.labels, [9, 7, 8]);
        assert_eq!(shown(minibatch.image(0)), [(5, 0.8)]);
        assert_eq!(shown(minibatch.image(1)), [(0, 0.2), (783, 1.0)]);
        assert_eq!(shown(minibatch.pixel(5)), [(0, 0.8), (2, 0.4)]);
        assert!(minibatch.pixel(6).is_empty());
        assert_eq!(shown(minibatch.pixel(783)), [(1, 1.0)]);
    }

    #[test]
    fn pixels_are_seen_through_the_map() {
        let mut minibatch = Minibatch::new(PixelMap { scale: 2.0, offset: -0.5, binary: true });
        minibatch.gather(&split(), 0..3);
        assert_eq!(minibatch.offset, -0.5);
        // 51 and 102 count as black.
        assert_eq!(shown(minibatch.image(0)), [(783, 2.0)]);
        assert!(minibatch.image(1).is_empty());
        assert_eq!(shown(minibatch.image(2)), [(5, 2.0)]);
    }

    #[test]
    fn masks_lie_in_panels() {
        let network = Network { hidden: vec![8, 40], ..Network::default() };
        let mut minibatch = Minibatch::new(PixelMap { scale: 1.0, offset: 0.0, binary: false });
        minibatch.gather(&split(), 0..3);
        minibatch.mask(&network, 0.5, 77);
        let [first, second] = &minibatch.masks[..] else { panic!("one for each hidden layer") };
        assert_eq!((first.len(), second.len()), (3, 6));
        let stays = dropout::stays(dropout::layer_key(77, 1), dropout::threshold(0.5), 2, 35);
        assert_eq!(second[3 + 2][3], if stays { 2.0 } else { 0.0 });
    }
}
