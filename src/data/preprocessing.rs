//! What the network sees of a pixel's byte.

use super::Split;
use crate::text::Alternative;

/// How bytes become inputs: the same for every racer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preprocessing {
    /// x/255, from 0 to 1.
    DivideBy255,
    /// (x/255 − mean)/deviation, by the mean and deviation of all training pixels. `LeCun` et al. 1998, "Efficient
    /// backprop", section 4.3.
    Standardize,
    /// 1 from 128 on, else 0.
    Binarize,
}

/// What a byte becomes: scale · x/255 + offset, where x/255 is first made 0 or 1 if `binary`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelMap {
    /// Multiplies x/255.
    pub scale: f32,
    /// Is added behind that: what a black pixel becomes.
    pub offset: f32,
    /// Whether bytes from 128 on count as 255 and the others as 0.
    pub binary: bool,
}

impl Preprocessing {
    /// What they are called.
    pub const ALTERNATIVES: [Alternative; 3] = [
        Alternative { name: "divide_by_255", label: text!("from 0 to 1", "缩放到 0 至 1") },
        Alternative { name: "standardize", label: text!("standardised", "标准化") },
        Alternative { name: "binarize", label: text!("black and white", "二值化") },
    ];

    /// Every way, the default first.
    pub const ALL: [Self; 3] = [Self::DivideBy255, Self::Standardize, Self::Binarize];

    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        Self::ALTERNATIVES[self as usize].name
    }

    /// The training images -> what a byte becomes.
    pub fn map(self, train: &Split) -> PixelMap {
        let plain = PixelMap { scale: 1.0, offset: 0.0, binary: false };
        match self {
            Self::DivideBy255 => plain,
            Self::Binarize => PixelMap { binary: true, ..plain },
            Self::Standardize => {
                let (mean, deviation) = moments(train.images());
                // Images of one colour have no deviation: they are only centred.
                let deviation = if deviation > 0.0 { deviation } else { 1.0 };
                PixelMap { scale: (1.0 / deviation) as f32, offset: (-mean / deviation) as f32, binary: false }
            }
        }
    }
}

impl PixelMap {
    /// A pixel's byte -> the network's input.
    pub fn value(&self, byte: u8) -> f32 {
        let share = if self.binary { f32::from(u8::from(byte >= 128)) } else { f32::from(byte) / 255.0 };
        self.scale * share + self.offset
    }
}

/// Mean and deviation of x/255 over all pixels. Counted by value, so that the sums are exact.
fn moments(pixels: &[u8]) -> (f64, f64) {
    let mut counts = [0_u64; 256];
    for pixel in pixels {
        counts[usize::from(*pixel)] += 1;
    }
    let total = pixels.len().max(1) as f64;
    let moment = |power: i32| {
        let sum: f64 =
            (0..256).zip(counts).map(|(byte, count)| count as f64 * (f64::from(byte) / 255.0).powi(power)).sum();
        sum / total
    };
    let mean = moment(1);
    (mean, (moment(2) - mean * mean).max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PIXELS;

    fn split(pixels: [u8; 4]) -> Split {
        let images = pixels.iter().copied().cycle().take(PIXELS).collect();
        Split::new("images", images, "labels", vec![0]).expect("one image")
    }

    #[test]
    fn bytes_become_inputs() {
        let images = split([0, 0, 0, 255]);
        let values =
            |preprocessing: Preprocessing| [0, 127, 128, 255].map(|byte| preprocessing.map(&images).value(byte));
        assert_eq!(values(Preprocessing::DivideBy255), [0.0, 127.0 / 255.0, 128.0 / 255.0, 1.0]);
        assert_eq!(values(Preprocessing::Binarize), [0.0, 0.0, 1.0, 1.0]);
        // Mean 1/4, deviation √3/4.
        let [black, .., white] = values(Preprocessing::Standardize);
        assert!((black + 1.0 / 3f32.sqrt()).abs() < 1e-6 && (white - 3f32.sqrt()).abs() < 1e-6, "{black} {white}");
    }

    #[test]
    fn images_of_one_colour_stay_finite() {
        let map = Preprocessing::Standardize.map(&split([51; 4]));
        assert!((map.scale - 1.0).abs() < 1e-6 && (map.offset + 0.2).abs() < 1e-6, "{map:?}");
    }
}
