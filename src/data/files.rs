//! From four files that someone chose, in any order and under any names, to a dataset.

use super::idx::{Kind, detect, parse_images, parse_labels};
use super::{DataError, Dataset, PIXELS, Split};
use crate::text::Text;

/// The names of MNIST's four files, behind which `.gz` may stand.
pub const NAMES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/// How a gzip file starts.
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The most bytes that all files of a dataset together may have when unpacked: EMNIST's 280,000 digits fit, and what
/// grows without end when unpacked stops here.
pub const MOST_BYTES: usize = 300_000 * (PIXELS + 1);

/// What a file's contents are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To train on.
    Train,
    /// To evaluate on.
    Test,
}

impl Role {
    /// What a sentence calls it.
    pub(super) fn words(self) -> Text {
        match self {
            Self::Train => text!("training", "训练"),
            Self::Test => text!("test", "测试"),
        }
    }
}

/// The four files of MNIST, unpacked, as (name, bytes) in any order and under any names -> the dataset.
///
/// Images are told from labels by their headers; training from testing by "train", or "test" or
/// "t10k", in the names, or else by which of the two files is the larger.
///
/// # Errors
/// A [`DataError`]: what is wrong with a file, or which file is missing or there twice.
pub fn assemble(files: Vec<(String, Vec<u8>)>) -> Result<Dataset, DataError> {
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let (list, parse): (&mut Vec<_>, fn(&str, Vec<u8>) -> _) = match detect(&name, &bytes)? {
            Kind::Images => (&mut images, parse_images),
            Kind::Labels => (&mut labels, parse_labels),
        };
        let data = parse(&name, bytes)?;
        list.push(File { name, data });
    }
    let (train_images, test_images) = train_and_test(Kind::Images, images)?;
    let (train_labels, test_labels) = train_and_test(Kind::Labels, labels)?;
    let split = |images: File, labels: File| Split::new(&images.name, images.data, &labels.name, labels.data);
    Dataset::new(split(train_images, train_labels)?, split(test_images, test_labels)?)
}

/// A file's name and what it holds, header cut off.
struct File {
    name: String,
    data: Vec<u8>,
}

impl File {
    /// The role that the name states, if any.
    fn stated_role(&self) -> Option<Role> {
        let name = self.name.to_ascii_lowercase();
        if name.contains("train") {
            Some(Role::Train)
        } else if name.contains("t10k") || name.contains("test") {
            Some(Role::Test)
        } else {
            None
        }
    }
}

/// All files of one kind -> the one to train on and the one to test on.
fn train_and_test(kind: Kind, files: Vec<File>) -> Result<(File, File), DataError> {
    let found = files.len();
    let mut files = files.into_iter();
    match (files.next(), files.next(), files.next()) {
        (None, ..) => Err(DataError::Missing { kind, role: Role::Train }),
        (Some(only), None, _) => {
            let role = match only.stated_role() {
                Some(Role::Test) => Role::Train,
                Some(Role::Train) | None => Role::Test,
            };
            Err(DataError::Missing { kind, role })
        }
        (Some(first), Some(second), None) => pair(kind, first, second),
        (Some(_), Some(_), Some(_)) => Err(DataError::TooMany { kind, found }),
    }
}

/// Two files of one kind -> the one to train on and the one to test on.
fn pair(kind: Kind, first: File, second: File) -> Result<(File, File), DataError> {
    let first_trains = match (first.stated_role(), second.stated_role()) {
        (Some(role), Some(other)) if role == other => {
            return Err(DataError::Doubled { kind, role, first: first.name, second: second.name });
        }
        (Some(role), _) => role == Role::Train,
        (None, Some(role)) => role == Role::Test,
        (None, None) if first.data.len() == second.data.len() => {
            return Err(DataError::Ambiguous {
                kind,
                count: first.data.len() / kind.element_bytes(),
                first: first.name,
                second: second.name,
            });
        }
        (None, None) => first.data.len() > second.data.len(),
    };
    Ok(if first_trains { (first, second) } else { (second, first) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(name: &str, count: u32) -> (String, Vec<u8>) {
        let mut bytes = vec![0, 0, 8, 3];
        for size in [count, 28, 28] {
            bytes.extend(size.to_be_bytes());
        }
        bytes.resize(bytes.len() + count as usize * PIXELS, count as u8);
        (name.to_owned(), bytes)
    }

    fn labels(name: &str, count: u32) -> (String, Vec<u8>) {
        let mut bytes = vec![0, 0, 8, 1];
        bytes.extend(count.to_be_bytes());
        bytes.resize(bytes.len() + count as usize, 5);
        (name.to_owned(), bytes)
    }

    fn sentence<const N: usize>(files: [(String, Vec<u8>); N]) -> String {
        assemble(files.into()).expect_err("no dataset").to_string()
    }

    #[test]
    fn names_decide_in_any_order() {
        let files =
            [labels("test.labels", 3), images("TRAIN-images", 2), images("t10k-images", 3), labels("train.labels", 2)];
        let dataset = assemble(files.into()).expect("a dataset");
        assert_eq!((dataset.train().count(), dataset.test().count()), (2, 3));
        assert_eq!(dataset.train().image(1), [2; PIXELS]);
        assert_eq!(dataset.test().image(2), [3; PIXELS]);
    }

    #[test]
    fn one_telling_name_is_enough() {
        let files = [images("a", 2), images("t10k", 3), labels("train", 2), labels("b", 3)];
        let dataset = assemble(files.into()).expect("a dataset");
        assert_eq!((dataset.train().count(), dataset.test().count()), (2, 3));
    }

    #[test]
    fn without_names_the_larger_file_trains() {
        let files = [images("a", 2), labels("b", 3), labels("c", 2), images("d", 3)];
        let dataset = assemble(files.into()).expect("a dataset");
        assert_eq!((dataset.train().count(), dataset.test().count()), (3, 2));
    }

    #[test]
    fn what_is_missing_is_named() {
        let rest = "expected four files, images and labels to train and to test on.";
        let (a, b) = (|| images("a", 2), || images("b", 3));
        assert_eq!(sentence([]), format!("The training images are missing: {rest}"));
        assert_eq!(sentence([a(), b()]), format!("The training labels are missing: {rest}"));
        let test = labels("t10k", 2);
        assert_eq!(sentence([a(), b(), test]), format!("The training labels are missing: {rest}"));
        let train = labels("train", 3);
        assert_eq!(sentence([a(), b(), train]), format!("The test labels are missing: {rest}"));
    }

    #[test]
    fn what_is_doubled_is_named() {
        assert_eq!(
            sentence([images("train-1", 2), images("train-2", 3)]),
            "train-1 and train-2 both hold training images: expected one such file."
        );
        assert_eq!(
            sentence([images("a", 2), images("b", 2)]),
            "a and b hold 2 images each, and neither name says \"train\" or \"test\": rename one of them."
        );
        assert_eq!(
            sentence([images("a", 1), images("b", 2), labels("c", 1), labels("d", 2), labels("e", 3)]),
            "Expected two files of labels, one to train and one to test on, but found 3."
        );
    }

    #[test]
    fn files_that_disagree_are_named() {
        assert_eq!(
            sentence([images("a", 3), images("b", 2), labels("c", 3), labels("d", 1)]),
            "d: expected 2 labels, one for each image of b, but found 1."
        );
    }
}
