//! What the command says of what it cannot do: a sentence, exit code 1, and no file left half-written.

use std::fs;
use std::io::{self, Read};

use flate2::Compression;
use flate2::write::GzEncoder;
use gradprix::data::files;

use crate::common::{Folder, Said, command};

/// The sentence of a run that must fail.
fn sentence(folder: &Folder, arguments: &[&str]) -> String {
    let said = folder.run(arguments);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{arguments:?}: {}", said.err);
    said.err.trim().strip_prefix("error: ").unwrap_or_else(|| panic!("{}", said.err)).to_owned()
}

#[test]
fn configurations_are_refused_by_file_and_field() {
    let folder = Folder::new();
    let refusal = |text: &str| {
        folder.write("run.json", text);
        sentence(&folder, &["run.json", "--data", "."])
    };
    assert_eq!(
        refusal(r#"{ "racers": [{ "optimizer": "adam", "beta2": 2 }] }"#),
        "run.json: racers[0].beta2 is 2, but must be a number from 0 to 0.9999"
    );
    assert!(refusal("{ \"seed\": }").starts_with("run.json is not JSON (expected value at line 1 column 11)"));
    let missing = sentence(&folder, &["nowhere.json", "--data", "."]);
    assert!(missing.starts_with("nowhere.json could not be read (") && missing.contains("; expected "), "{missing}");
}

#[test]
fn data_is_refused_by_file() {
    let folder = Folder::new();
    assert_eq!(
        sentence(&folder, &["--data", "nowhere"]),
        "nowhere has no train-images-idx3-ubyte and no train-images-idx3-ubyte.gz; expected MNIST's four files there, \
         gzipped or not"
    );
    let searched = sentence(&folder, &[]);
    let places = ["../shared/mnist", "target/mnist"].iter().all(|place| searched.contains(place));
    assert!(places && searched.contains("--data DIR"), "{searched}");

    let labels = folder.path("t10k-labels-idx1-ubyte.gz");
    let bytes = fs::read(&labels).expect("a file");
    fs::write(&labels, &bytes[..bytes.len() - 9]).expect("it can be written");
    let cut = sentence(&folder, &["--data", "."]);
    assert!(cut.contains("t10k-labels-idx1-ubyte.gz could not be unpacked (") && cut.contains("cut short"), "{cut}");
    let mut bomb = GzEncoder::new(fs::File::create(&labels).expect("a file"), Compression::fast());
    let zeros = &mut io::repeat(0).take(files::MOST_BYTES as u64 + 1);
    io::copy(zeros, &mut bomb).and_then(|_| bomb.finish()).expect("it can be written");
    let huge = sentence(&folder, &["--data", "."]);
    assert!(huge.contains("t10k-labels-idx1-ubyte.gz has more than 235 MB when unpacked"), "{huge}");
    fs::remove_file(&labels).expect("it was there");
    folder.write("t10k-labels-idx1-ubyte", "no labels");
    let wrong = sentence(&folder, &["--data", "."]);
    assert!(wrong.starts_with("t10k-labels-idx1-ubyte: "), "{wrong}");
}

#[test]
fn files_that_cannot_be_written_are_refused_before_the_race() {
    let folder = Folder::new();
    for option in ["--csv", "--test-csv", "--png", "--pytorch", "--keras", "--json"] {
        let refusal = sentence(&folder, &["--data", ".", "--epochs", "1000", option, "nowhere/file"]);
        assert!(refusal.starts_with("nowhere/file could not be written ("), "{option}: {refusal}");
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let folder = Folder::new();
    let cases: [(&[&str], &str); 4] = [
        (&["--epochs", "0"], "--epochs"),
        (&["--epochs", "2", "--steps", "5"], "--steps"),
        (&["--engine", "abacus"], "auto, gpu, cpu"),
        (&["--test-every", "x"], "--test-every"),
    ];
    for (arguments, named) in cases {
        let said = folder.run(arguments);
        assert!(said.code == Some(2) && said.err.contains(named), "{arguments:?}: {}", said.err);
    }
}

/// Vulkan's loader takes its drivers from the environment.
#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_an_adapter_is_told_so_and_races_on_the_cpu_if_it_may_choose() {
    let folder = Folder::new();
    let run = |engine: &str| {
        let mut command = command(&folder.path("."), &["--data", ".", "--steps", "1", "--engine", engine]);
        Said::of(command.env("VK_DRIVER_FILES", "/nowhere.json").env("VK_ICD_FILENAMES", "/nowhere.json"))
    };
    let refused = run("gpu");
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("error: no graphics adapter was found (") && refused.err.contains("--engine cpu"));
    let raced = run("auto").success();
    assert!(raced.out.starts_with("CPU engine: ") && raced.out.contains("adapter was found"), "{}", raced.out);
}
