//! `cargo xtask test --soak`: what takes too long for every day. It checks what the programs are made of, runs a thousand
//! races drawn by chance, does ten thousand things at random in the page, races 200,000 steps, and throws whatever a
//! fuzzer thinks of at everything that reads what comes from outside.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::check;
use crate::error::Error;
use crate::places::{Places, entries};
use crate::process;

/// The two tools, built into `target/tools` where they are missing.
const TOOLS: [(&str, &str); 2] = [("cargo-deny", "0.20.2"), ("cargo-fuzz", "0.13.2")];

/// A file that takes longer to read, seconds, is reported as one that hangs.
const SLOWEST: u32 = 10;

/// Runs all of it, each fuzz target for so many minutes.
pub(crate) fn run(places: &Places, minutes: u64) -> Result<(), Error> {
    let [deny, fuzz] = TOOLS.map(|(name, version)| tool(places, name, version));
    check_dependencies(places, &deny?)?;
    check::soak_natively(places)?;
    check::soak_in_browsers(places)?;
    let soak = Soak { places, cargo_fuzz: fuzz?, folder: places.target.join("fuzz"), seconds: 60 * minutes };
    soak.run()
}

/// The program `name`, installed where it is missing.
fn tool(places: &Places, name: &str, version: &str) -> Result<PathBuf, Error> {
    let _lock = places.lock()?;
    let tools = places.target.join("tools");
    let program = tools.join("bin").join(name);
    if !program.is_file() {
        println!("Installing {name} into {}", tools.display());
        let mut install = process::cargo();
        install.args(["install", name, "--version", version, "--locked", "--root"]).arg(&tools);
        process::run(install.arg("--target-dir").arg(tools.join("build")))?;
    }
    Ok(program)
}

/// Licences, sources and, where the list of them can be had, known vulnerabilities of all dependencies.
fn check_dependencies(places: &Places, cargo_deny: &Path) -> Result<(), Error> {
    let deny = || {
        let mut deny = Command::new(cargo_deny);
        deny.current_dir(&places.root).args(["--workspace", "--log-level", "error", "--config", "tests/deny.toml"]);
        deny
    };
    println!("Dependencies: cargo deny");
    process::run(deny().args(["check", "licenses", "bans", "sources"]))?;
    if process::read(deny().args(["fetch", "db"])).is_err() {
        println!("The list of known vulnerabilities cannot be reached from here, and was not asked");
        return Ok(());
    }
    process::run(deny().args(["check", "advisories"]))
}

struct Soak<'a> {
    places: &'a Places,
    cargo_fuzz: PathBuf,
    /// Where fuzzers are built, and keep what they find.
    folder: PathBuf,
    seconds: u64,
}

impl Soak<'_> {
    fn run(&self) -> Result<(), Error> {
        println!("Building the fuzzers");
        process::run(&mut self.cargo_fuzz("build"))?;
        let targets = entries(&self.home().join("fuzz_targets"))?;
        let targets: Vec<_> = targets.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
        println!("Fuzzing {} targets for {} s each", targets.len(), self.seconds);
        println!("| target | executions | crashes |\n|---|---|---|");
        let found = process::at_once(&targets, |target| self.fuzz(target)).into_iter().sum::<Result<usize, Error>>()?;
        if found == 0 { Ok(()) } else { Err(Error::Crashes { found, folder: self.folder.join("artifacts") }) }
    }

    fn home(&self) -> PathBuf {
        self.places.root.join("tests").join("fuzz")
    }

    fn cargo_fuzz(&self, action: &str) -> Command {
        let mut fuzz = Command::new(&self.cargo_fuzz);
        // Rust's stable compiler has what a fuzzer needs, and only hides it.
        fuzz.env("RUSTC_BOOTSTRAP", "1").current_dir(&self.places.root).args(["fuzz", action, "--sanitizer", "none"]);
        fuzz.arg("--fuzz-dir").arg(self.home()).arg("--target-dir").arg(&self.folder);
        fuzz
    }

    /// Fuzzes `target` and prints its line of the table -> crashes.
    fn fuzz(&self, target: &str) -> Result<usize, Error> {
        let [corpus, artifacts] = ["corpus", "artifacts"].map(|kind| self.folder.join(kind).join(target));
        // What crashed before may be mended by now.
        let _ = fs::remove_dir_all(&artifacts);
        for folder in [&corpus, &artifacts] {
            fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        }
        let log = self.folder.join(format!("{target}.log"));
        let said = File::create(&log).map_err(Error::file("create", &log))?;
        let mut fuzzer = self.cargo_fuzz("run");
        // What it finds goes into the first folder, and it starts from both.
        fuzzer.arg(target).arg(&corpus).arg(self.home().join("corpus").join(target)).stderr(said);
        fuzzer.args(["--", "-print_final_stats=1"]).arg(format!("-timeout={SLOWEST}"));
        fuzzer.arg(format!("-max_total_time={}", self.seconds));
        fuzzer.arg(format!("-artifact_prefix={}/", artifacts.display()));
        let ended = process::run(&mut fuzzer);
        let crashes = entries(&artifacts)?.len();
        let log = fs::read(&log).map_err(Error::file("read", &log))?;
        println!("| {target} | {} | {crashes} |", executions(&String::from_utf8_lossy(&log)));
        // One that found nothing and still failed did not run.
        if crashes > 0 { Ok(crashes) } else { ended.map(|()| 0) }
    }
}

/// How often a fuzzer ran its target, as the end of its `log` says.
fn executions(log: &str) -> &str {
    log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")).map_or("unknown", str::trim)
}
