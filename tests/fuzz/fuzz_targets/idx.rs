//! Bytes -> the four files of a dataset: refused in a sentence, or a dataset whose counts agree.

#![no_main]

use gradprix::data::{PIXELS, files, idx};
use libfuzzer_sys::fuzz_target;

/// The names that the first byte chooses from, four by four.
const NAMES: [&str; 5] = ["train", "t10k", "test", "a", "b"];

fuzz_target!(|bytes: &[u8]| {
    if let Err(refusal) = idx::detect("x", bytes) {
        assert!(!refusal.words().zh.is_empty());
    }
    for parse in [idx::parse_images, idx::parse_labels] {
        let _ = parse("x", bytes.to_vec()).map_err(|refusal| refusal.to_string());
    }
    // A byte for the name and two for the length stand before each file.
    let (mut rest, mut list) = (bytes, Vec::new());
    while let [name, high, low, more @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(more.len());
        let (file, after) = more.split_at(length);
        list.push((NAMES[usize::from(*name) % NAMES.len()].to_owned(), file.to_vec()));
        rest = after;
    }
    match files::assemble(list) {
        Ok(dataset) => {
            for split in [dataset.train(), dataset.test()] {
                assert_eq!(split.images().len(), split.count() * PIXELS);
                assert!(split.labels().iter().all(|label| *label < 10));
            }
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
});
