//! What a race leaves behind.

use std::rc::Rc;

use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Metric, Metrics, Runner};
use gradprix::race::config::Config;
use gradprix::race::{keras, replay};
use pollster::block_on;
use resvg::tiny_skia::Pixmap;
use serde_json::Value;

use crate::common::{Folder, Said, TEST, command, dataset};

const RUN: &str = r#"{ "seed": 3, "batch_size": 64, "hidden": [16], "activation": "tanh", "racers": [
    { "optimizer": "gd", "learning_rate": 0.2, "name": "Plain, old" }, { "optimizer": "adam", "schedule": "cosine" }
] }"#;

const STEPS: usize = 60;

fn config(text: &str) -> Config {
    Config::from_json(&serde_json::from_str(text).expect("JSON")).expect("a configuration")
}

/// The numbers of a table, by row; the header apart.
fn table(text: &str) -> (String, Vec<Vec<f32>>) {
    let mut lines = text.lines().map(str::to_owned);
    let header = lines.next().expect("a header");
    let numbers = |line: String| line.split(',').map(|field| field.parse().expect("a number")).collect();
    (header, lines.map(numbers).collect())
}

/// What the library's CPU engine measures of the same race.
fn expected() -> Metrics {
    let setup = Setup::none("not asked for");
    let race = Runner::new(Rc::new(dataset()), config(RUN), Choice::Cpu, &setup);
    let mut race = block_on(race).expect("the CPU engine");
    block_on(race.run(STEPS as u64)).expect("it runs")
}

#[test]
fn the_tables_hold_what_the_engine_measures() {
    let expected = expected();
    for (engine, tolerance) in [("cpu", 0.0), ("gpu", 1e-4)] {
        let folder = Folder::new();
        folder.write("run.json", RUN);
        let steps = STEPS.to_string();
        let arguments = ["run.json", "--data", ".", "--steps", &steps, "--engine", engine, "--csv", "out.csv"];
        folder.run(&arguments).success();
        let (header, rows) = table(&folder.read("out.csv"));
        let columns = |name: &str| Metric::ALL.map(|metric| format!("{name}.{}", metric.id()));
        let quoted = columns("Plain, old").map(|column| format!("\"{column}\""));
        assert_eq!(header, format!("step,epoch,images,{},{}", quoted.join(","), columns("Adam").join(",")));
        assert_eq!(rows.len(), STEPS);
        for (step, row) in rows.iter().enumerate() {
            // Eight steps an epoch, the last one of 52 images.
            let (epoch, rest) = (step / 8, step % 8);
            assert_eq!(row[..3], [step, epoch, 500 * epoch + 64 * rest].map(|number| number as f32));
            for (racer, found) in row[3..].chunks(Metric::ALL.len()).enumerate() {
                for (metric, found) in Metric::ALL.into_iter().zip(found) {
                    let expected = expected.of(metric)[2 * step + racer];
                    let near = (found - expected).abs() <= tolerance * expected.abs().max(0.1);
                    assert!(near, "{engine}, step {step}, racer {racer}, {}: {found} for {expected}", metric.id());
                }
            }
        }
    }
}

#[test]
fn tests_are_written_every_so_many_steps_and_at_each_epochs_end() {
    let folder = Folder::new();
    folder.write("run.json", RUN);
    let arguments = ["run.json", "--data", ".", "--epochs", "2", "--engine", "cpu"];
    let said = folder.run(&[&arguments[..], &["--test-every", "5", "--test-csv", "tests.csv"]].concat()).success();
    let (header, rows) = table(&folder.read("tests.csv"));
    assert_eq!(
        header,
        "step,epoch,images,test_images,\"Plain, old.loss\",\"Plain, old.accuracy\",Adam.loss,Adam.accuracy"
    );
    let places: Vec<[f32; 4]> = rows.iter().map(|row| [row[0], row[1], row[2], row[3]]).collect();
    let all = TEST as f32;
    let expected = [
        [5.0, 0.0, 320.0, 1000.0],
        [8.0, 1.0, 500.0, all],
        [10.0, 1.0, 628.0, 1000.0],
        [15.0, 1.0, 948.0, 1000.0],
        [16.0, 2.0, 1000.0, all],
    ];
    assert_eq!(places, expected);
    // What is said at the end is the last row.
    let last = &rows[4];
    for (name, loss, accuracy) in [("Plain, old", last[4], last[5]), ("Adam", last[6], last[7])] {
        let line = said.out.lines().find(|line| line.starts_with(name)).expect("a line for each racer");
        let end = format!("{loss:.4} {:>13.2} %", 100.0 * accuracy);
        assert!(line.split_whitespace().collect::<String>().ends_with(&end.replace(' ', "")), "{line}: {end}");
    }
    assert!(said.out.contains("16 steps in ") && said.out.contains(" steps/s"), "{}", said.out);
}

#[test]
fn the_picture_shows_every_racer_and_has_its_legend() {
    let folder = Folder::new();
    folder.write("run.json", RUN);
    folder.run(&["run.json", "--data", ".", "--steps", "40", "--engine", "cpu", "--png", "race.png"]).success();
    let bytes = std::fs::read(folder.path("race.png")).expect("a picture");
    let picture = Pixmap::decode_png(&bytes).expect("a PNG file");
    assert_eq!(picture.width(), 2000);
    assert!((1200..1500).contains(&picture.height()), "{}", picture.height());
    let style = include_str!("../../www/style.css");
    let colour = |name: &str| {
        let (_, hex) = style.split_once(&format!("--{name}: #")).expect("the style sheet's colour");
        u32::from_str_radix(&hex[..6], 16).expect("a colour").to_be_bytes()
    };
    // Rows of the picture in which a colour stands as it is.
    let rows = |name: &str| -> Vec<u32> {
        let [_, red, green, blue] = colour(name);
        let is = |x: u32, y: u32| {
            let pixel = picture.pixel(x, y).expect("inside");
            (pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()) == (red, green, blue, 255)
        };
        (0..picture.height()).filter(|y| (0..picture.width()).any(|x| is(x, *y))).collect()
    };
    let ([first, second], chart) = (["racer-0", "racer-1"].map(rows), 2 * 560);
    for rows in [&first, &second] {
        assert!(rows.iter().any(|y| *y < chart), "a curve in the chart");
        assert!(rows.iter().any(|y| *y > chart), "a sample in the legend");
    }
    assert!(first.iter().max() < second.iter().max(), "the legend has the racers in the order of their lanes");
    assert!(rows("racer-2").is_empty(), "there are two racers");
    let legend = rows("muted").into_iter().filter(|y| *y > chart).count();
    assert!(legend > 20, "{legend} rows with words in the legend");
}

#[test]
fn the_configuration_comes_out_in_all_its_forms() {
    let folder = Folder::new();
    folder.write("run.json", RUN);
    let forms = ["--json", "all.json", "--pytorch", "race.py", "--keras", "keras.py"];
    folder.run(&[&["run.json", "--data", ".", "--steps", "1", "--engine", "cpu"], &forms[..]].concat()).success();
    let config = config(RUN);
    let json: Value = serde_json::from_str(&folder.read("all.json")).expect("JSON");
    assert_eq!(json, config.to_json());
    assert_eq!(folder.read("race.py"), replay::program(&config));
    assert_eq!(folder.read("keras.py"), keras::snippet(&config));
    // What it wrote races again, to the same curves.
    for (run, csv) in [("run.json", "1.csv"), ("all.json", "2.csv")] {
        folder.run(&[run, "--data", ".", "--steps", "9", "--engine", "cpu", "--csv", csv]).success();
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
}

#[test]
fn without_options_the_default_race_runs_on_the_mnist_that_the_environment_names() {
    let folder = Folder::new();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let said = Said::of(command(elsewhere.path(), &["--engine", "cpu"]).env("MNIST_DIR", folder.path("."))).success();
    assert!(said.out.contains("4 steps in "), "one epoch of 500 images in minibatches of 128: {}", said.out);
    assert!(["Gradient descent", "RMSprop", "Adam"].iter().all(|name| said.out.contains(name)), "{}", said.out);
    assert!(said.out.contains("500 images to train on, 1100 to test on"), "{}", said.out);
}
