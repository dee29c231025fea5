//! What the errors of a dataset say.

use super::DataError;
use crate::text::Phrase;

impl DataError {
    /// What is wrong: a sentence.
    #[expect(clippy::too_many_lines, reason = "a list of sentences")]
    pub fn words(&self) -> Phrase {
        match self {
            Self::Gzipped { file } => phrase!(
                "{file}: expected an unpacked IDX file, but found a gzipped one.",
                "{file}：应为解压后的 IDX 文件，但这是 gzip 压缩文件。",
                file,
            ),
            Self::Magic { file, found: [first, second] } => phrase!(
                "{file}: expected an IDX file, which starts with bytes 00 00, but found {found}.",
                "{file}：应为 IDX 文件，其开头是字节 00 00，但实际是 {found}。",
                file,
                found = format!("{first:02x} {second:02x}"),
            ),
            Self::ElementType { file, found } => phrase!(
                "{file}: expected elements of type 0x08, unsigned bytes, but found type {found}.",
                "{file}：元素类型应为 0x08（无符号字节），但实际是 {found}。",
                file,
                found = format!("{found:#04x}"),
            ),
            Self::Dimensions { file, expected, found } => phrase!(
                "{file}: expected {expected}, but found {found}.",
                "{file}：应有{expected}，但实际是 {found} 维。",
                file,
                expected = *expected,
                found = *found,
            ),
            Self::ImageSize { file, rows, columns } => phrase!(
                "{file}: expected images of 28x28 pixels, but found {rows}x{columns}.",
                "{file}：图像应为 28x28 像素，但实际是 {rows}x{columns}。",
                file,
                rows = *rows,
                columns = *columns,
            ),
            Self::Header { file, expected, found } => phrase!(
                "{file}: expected a header of {expected} bytes, but the file ends after {found}.",
                "{file}：文件头应有 {expected} 个字节，但文件只有 {found} 个字节。",
                file,
                expected = *expected,
                found = *found,
            ),
            Self::Truncated { file, kind, count, expected, found } => phrase!(
                "{file}: expected {expected} bytes for the {count} {kind} its header announces, but the file ends \
                 after {found}.",
                "{file}：文件头声明有 {count} 个{kind}，应有 {expected} 个字节，但文件在 {found} 个字节后就结束了。",
                file,
                kind = kind.words(),
                count = *count,
                expected = *expected,
                found = *found,
            ),
            Self::Trailing { file, kind, count, expected, found } => phrase!(
                "{file}: expected {expected} bytes for the {count} {kind} its header announces, but the file has \
                 {found}.",
                "{file}：文件头声明有 {count} 个{kind}，应有 {expected} 个字节，但文件有 {found} 个字节。",
                file,
                kind = kind.words(),
                count = *count,
                expected = *expected,
                found = *found,
            ),
            Self::Label { name, index, found } => phrase!(
                "{name}: label {index} should be a digit from 0 to 9, but is {found}.",
                "{name}：标签 {index} 应为 0 到 9 的数字，但实际是 {found}。",
                name,
                index = *index,
                found = *found,
            ),
            Self::PartialImage { name, found } => phrase!(
                "{name}: expected a whole number of 28x28 images, 784 bytes each, but found {found} bytes.",
                "{name}：应为整数张 28x28 的图像，每张 784 个字节，但实际有 {found} 个字节。",
                name,
                found = *found,
            ),
            Self::LabelCount { images_name, labels_name, expected, found } => phrase!(
                "{labels}: expected {expected} labels, one for each image of {images}, but found {found}.",
                "{labels}：应有 {expected} 个标签，{images} 中的每张图像一个，但实际有 {found} 个。",
                labels = labels_name,
                images = images_name,
                expected = *expected,
                found = *found,
            ),
            Self::NothingToTrainOn => text!(
                "The training set is empty: expected at least one image to train on.",
                "训练集是空的：至少需要一张图像来训练。"
            )
            .into(),
            Self::Missing { kind, role } => phrase!(
                "The {role} {kind} are missing: expected four files, images and labels to train and to test on.",
                "缺少{role}{kind}：需要四个文件，即训练和测试用的图像与标签。",
                role = role.words(),
                kind = kind.words(),
            ),
            Self::Doubled { kind, role, first, second } => phrase!(
                "{first} and {second} both hold {role} {kind}: expected one such file.",
                "{first} 和 {second} 都是{role}{kind}：这样的文件只需要一个。",
                role = role.words(),
                kind = kind.words(),
                first,
                second,
            ),
            Self::Ambiguous { kind, count, first, second } => phrase!(
                "{first} and {second} hold {count} {kind} each, and neither name says \"train\" or \"test\": rename \
                 one of them.",
                "{first} 和 {second} 各有 {count} 个{kind}，而文件名里都没有 \"train\" 或 \"test\"：请给其中一个改名。",
                first,
                second,
                count = *count,
                kind = kind.words(),
            ),
            Self::TooMany { kind, found } => phrase!(
                "Expected two files of {kind}, one to train and one to test on, but found {found}.",
                "{kind}文件应有两个，一个用于训练，一个用于测试，但找到了 {found} 个。",
                kind = kind.words(),
                found = *found,
            ),
        }
    }
}
