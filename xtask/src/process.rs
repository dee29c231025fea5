//! Running other programs, with failures that name the whole command line.

use std::env;
use std::ffi::OsStr;
use std::panic;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use wait_timeout::ChildExt;

use crate::error::Error;

/// The cargo that started us, so that every build uses the same toolchain.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The compiler that cargo uses.
pub(crate) fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Runs to the end, showing its output.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let status = command.status().map_err(not_started(command))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed { command: line(command), status: status.to_string(), detail: String::new() })
}

/// Runs to the end and returns its standard output; what it said is in the error otherwise.
pub(crate) fn read(command: &mut Command) -> Result<String, Error> {
    let output = command.output().map_err(not_started(command))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Error::Failed { command: line(command), status: output.status.to_string(), detail: last_words(&output) })
}

/// The processor's cores, as far as the system says.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Does `act` to each of `items`, as many at a time as there are cores -> what came of them, in no order.
pub(crate) fn at_once<T: Sync, R: Send>(items: &[T], act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = std::iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
        taken.map(&act).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores()).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
            .collect()
    })
}

/// Runs silently for at most `limit`, then ends it.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<(), Error> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(not_started(command))?;
    let status = child.wait_timeout(limit).map_err(not_started(command))?;
    match status {
        Some(status) if status.success() => Ok(()),
        Some(status) => {
            Err(Error::Failed { command: line(command), status: status.to_string(), detail: String::new() })
        }
        None => {
            // A child that ended between the limit and here is no error.
            let _ = child.kill();
            let _ = child.wait();
            Err(Error::TooSlow { command: line(command), seconds: limit.as_secs() })
        }
    }
}

fn not_started(command: &Command) -> impl FnOnce(std::io::Error) -> Error {
    let command = line(command);
    move |source| Error::NotStarted { command, source }
}

fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn last_words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr)
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .map(|line| format!(": {}", line.trim()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_command_past_its_limit_is_ended_and_named() {
        let started = std::time::Instant::now();
        let error = run_within(Command::new("sleep").arg("60"), Duration::from_millis(10));
        let sentence = error.expect_err("a minute is too long").to_string();
        assert!(sentence.contains("`sleep 60` did not finish"), "{sentence}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn each_is_done_once() {
        let mut found = at_once(&(1..=50).collect::<Vec<_>>(), |number| number * number);
        found.sort_unstable();
        assert_eq!(found, (1..=50).map(|number| number * number).collect::<Vec<_>>());
    }

    #[test]
    fn a_failure_names_the_command_line_and_what_it_said() {
        let error = read(rustc().arg("--no-such-option"));
        let sentence = error.expect_err("rustc has no such option").to_string();
        assert!(sentence.contains("rustc --no-such-option"), "{sentence}");
        assert!(sentence.contains("failed"), "{sentence}");
    }
}
