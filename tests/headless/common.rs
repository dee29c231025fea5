//! A folder with a small dataset, and the command run on it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::GzEncoder;
use gradprix::data::{Dataset, PIXELS, Split};
use tempfile::TempDir;

pub(crate) const TRAIN: usize = 500;
pub(crate) const TEST: usize = 1100;

/// A folder with the four IDX files of a dataset that a formula makes, and room for what the command writes.
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    /// The folder; two of the files are gzipped, and two are not.
    pub(crate) fn new() -> Self {
        let folder = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (stem, count) in [("train", TRAIN), ("t10k", TEST)] {
            let header = |kind: u8, sizes: &[usize]| {
                let sizes = sizes.iter().flat_map(|size| (*size as u32).to_be_bytes());
                [0, 0, 8, kind].into_iter().chain(sizes).collect::<Vec<u8>>()
            };
            let images = [header(3, &[count, 28, 28]), images(count)].concat();
            let labels = [header(1, &[count]), labels(count)].concat();
            fs::write(folder.path(&format!("{stem}-images-idx3-ubyte")), images).expect("it can be written");
            let file = File::create(folder.path(&format!("{stem}-labels-idx1-ubyte.gz"))).expect("it can be written");
            let mut encoder = GzEncoder::new(file, Compression::fast());
            encoder.write_all(&labels).and_then(|()| encoder.finish()).expect("it can be written");
        }
        folder
    }

    /// The path of `name` in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("it can be written");
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the command in the folder, in an environment that names no MNIST.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&mut command(self.folder.path(), arguments))
    }
}

/// The command, in `folder`, with `arguments`.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradprix"));
    command.current_dir(folder).args(arguments);
    for name in ["MNIST_DIR", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR"] {
        command.env_remove(name);
    }
    command
}

/// How a run ended and what it said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Runs `command`.
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().expect("the command starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Self { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// The same, of a run that must succeed.
    pub(crate) fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self
    }
}

/// The dataset in the folder.
pub(crate) fn dataset() -> Dataset {
    let split = |count| Split::new("images", images(count), "labels", labels(count)).expect("the formula's images");
    Dataset::new(split(TRAIN), split(TEST)).expect("the formula's dataset")
}

/// Images [count, 784] with a bright bar for each label, and a grey dot that moves.
fn images(count: usize) -> Vec<u8> {
    let pixel = |image: usize, at: usize| match (at / 28, at % 28) {
        (row, column) if row == 4 + 2 * (image % 10) && (4..24).contains(&column) => 220,
        _ if at == image * 31 % PIXELS => 90,
        _ => 0,
    };
    (0..count).flat_map(|image| (0..PIXELS).map(move |at| pixel(image, at))).collect()
}

fn labels(count: usize) -> Vec<u8> {
    (0..count).map(|image| (image % 10) as u8).collect()
}
