//! Programs and drivers that tests need: found, or installed with apt as root, or named in a sentence.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::error::Error;
use crate::places::entries;
use crate::process;

/// The oldest Node.js whose test runner takes the options we give it.
const OLDEST_NODE: u32 = 18;

/// Something a test needs that a system package provides.
pub(super) struct Need {
    /// What to call it in a sentence.
    name: &'static str,
    /// Debian's package.
    package: &'static str,
    /// An environment variable that may name the program, by path or as on the search path.
    variable: Option<&'static str>,
    /// Program names to look for on the search path, then absolute paths where installers put it.
    programs: &'static [&'static str],
}

pub(super) const CHROMIUM: Need = Need {
    name: "Chromium",
    package: "chromium",
    variable: Some("CHROMIUM"),
    programs: &[
        "chromium",
        "google-chrome",
        "google-chrome-stable",
        "chromium-browser",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ],
};

pub(super) const FIREFOX: Need = Need {
    name: "Firefox",
    package: "firefox-esr",
    variable: Some("FIREFOX"),
    programs: &[
        "firefox",
        "firefox-esr",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
    ],
};

pub(super) const NODE: Need = Need { name: "Node.js", package: "nodejs", variable: None, programs: &["node"] };

pub(super) const NPM: Need = Need { name: "npm", package: "npm", variable: None, programs: &["npm"] };

/// No program but a driver, which other systems than Linux bring along in their own way.
pub(super) const VULKAN: Need =
    Need { name: "a Vulkan driver", package: "mesa-vulkan-drivers", variable: None, programs: &[] };

impl Need {
    fn is_met(&self) -> Result<bool, Error> {
        if self.programs.is_empty() {
            return vulkan_is_here();
        }
        Ok(self.find()?.is_some())
    }

    fn find(&self) -> Result<Option<PathBuf>, Error> {
        if let Some(variable) = self.variable
            && let Some(named) = env::var_os(variable)
        {
            return which::which(&named).map(Some).map_err(|_| {
                let path = PathBuf::from(named);
                Error::NoSuchBrowser { variable, path }
            });
        }
        Ok(self.programs.iter().find_map(|program| which::which(program).ok()))
    }
}

/// Makes sure that all `needs` are met, by one call of apt where that is allowed.
pub(super) fn ensure(needs: &[Need]) -> Result<(), Error> {
    let missing = unmet(needs)?;
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|need| need.package).collect();
    let still_missing = if apt::may_install() {
        if let Err(error) = apt::install(&packages) {
            println!("{error}");
        }
        unmet(needs)?
    } else {
        missing
    };
    if still_missing.is_empty() {
        return Ok(());
    }
    let list = |of: fn(&Need) -> &str, separator| {
        let words: Vec<_> = still_missing.iter().map(|need| of(need)).collect();
        words.join(separator)
    };
    Err(Error::Missing {
        missing: list(|need| need.name, ", "),
        how: format!(
            "on Debian, `apt-get install --no-install-recommends {}` as root; browsers elsewhere \
             can be named by CHROMIUM and FIREFOX",
            list(|need| need.package, " ")
        ),
    })
}

/// The file of a program that `ensure` has found.
pub(super) fn path_of(need: &Need) -> Result<PathBuf, Error> {
    need.find()?.ok_or_else(|| Error::Missing {
        missing: need.name.to_owned(),
        how: format!("Debian's package is {}", need.package),
    })
}

fn unmet(needs: &[Need]) -> Result<Vec<&Need>, Error> {
    let mut unmet = Vec::new();
    for need in needs {
        if !need.is_met()? {
            unmet.push(need);
        }
    }
    Ok(unmet)
}

/// Whether the Vulkan loader would find any driver; a machine with its own GPU needs no software one.
fn vulkan_is_here() -> Result<bool, Error> {
    let named = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];
    if !cfg!(target_os = "linux") || named.iter().any(|name| env::var_os(name).is_some()) {
        return Ok(true);
    }
    for folder in ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"] {
        if !entries(Path::new(folder))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes sure that cargo can format and lint, which a minimal toolchain cannot.
pub(super) fn ensure_cargo_helpers() -> Result<(), Error> {
    for (helper, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if process::read(process::cargo().args([helper, "--version"])).is_ok() {
            continue;
        }
        println!("Fetching {component} with rustup");
        let mut rustup = Command::new("rustup");
        if process::read(rustup.args(["component", "add", component])).is_err() {
            return Err(Error::Missing {
                missing: format!("cargo {helper}"),
                how: format!("`rustup component add {component}`"),
            });
        }
    }
    Ok(())
}

/// Says so in a sentence where Node.js is too old, before its test runner rejects an option.
pub(super) fn check_node_version() -> Result<(), Error> {
    let found = process::read(Command::new("node").arg("--version"))?;
    let found = found.trim().to_owned();
    if major_version(&found).is_some_and(|major| major < OLDEST_NODE) {
        return Err(Error::OldNode { found, needed: OLDEST_NODE });
    }
    Ok(())
}

/// "v20.20.2" -> 20.
fn major_version(version: &str) -> Option<u32> {
    let numbers = version.strip_prefix('v').unwrap_or(version);
    numbers.split('.').next()?.parse().ok()
}

/// Installs the npm packages that `package-lock.json` pins, unless that was done since it last changed.
pub(super) fn ensure_node_packages(package: &Path) -> Result<(), Error> {
    let modified = |path: &str| {
        let path = package.join(path);
        fs::metadata(path).and_then(|metadata| metadata.modified())
    };
    // npm writes this list last.
    let installed = modified("node_modules/.package-lock.json");
    if let (Ok(installed), Ok(pinned)) = (installed, modified("package-lock.json"))
        && installed >= pinned
    {
        return Ok(());
    }
    println!("Installing the npm packages of {}", package.display());
    let npm = which::which("npm").unwrap_or_else(|_| "npm".into());
    process::read(Command::new(npm).current_dir(package).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_read() {
        assert_eq!(major_version("v20.20.2"), Some(20));
        assert_eq!(major_version("18.19.0"), Some(18));
        assert_eq!(major_version("nightly"), None);
    }

    #[test]
    fn a_need_is_found_by_any_of_its_names() {
        let need = |programs| Need { name: "something", package: "some-package", variable: None, programs };
        let found = need(&["no-such-program-anywhere", "cargo"]).find();
        assert!(found.is_ok_and(|path| path.is_some_and(|path| path.is_absolute())));
        let absent = need(&["no-such-program-anywhere"]);
        assert!(absent.find().is_ok_and(|path| path.is_none()));
        let sentence = path_of(&absent).expect_err("it is absent").to_string();
        assert!(sentence.contains("some-package"), "{sentence}");
    }
}
