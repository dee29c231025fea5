//! apt: installing packages as root, and fetching one package from a suite that is not configured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::places::entries;
use crate::process;

/// Where Debian's signing keys are when a source does not say.
const DEBIAN_KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A Debian archive that this machine is configured to use.
#[derive(Debug, PartialEq)]
pub(super) struct Archive {
    pub(super) uri: String,
    pub(super) signed_by: String,
}

/// Whether apt is here and we may install with it.
pub(super) fn may_install() -> bool {
    which::which("apt-get").is_ok() && process::read(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0")
}

/// Installs Debian packages; only root may.
pub(super) fn install(packages: &[&str]) -> Result<(), Error> {
    println!("Installing with apt: {}", packages.join(" "));
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        // A machine's own daily update may hold the lock for a while.
        command.args(["-o", "DPkg::Lock::Timeout=300"]);
        command
    };
    // One broken source among several fails an update, yet the others may have what we need.
    if let Err(error) = process::read(apt_get().arg("update")) {
        println!("Going on although {error}");
    }
    process::read(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages)).map(|_| ())
}

/// The first Debian archive among the configured sources.
pub(super) fn configured_archive() -> Result<Option<Archive>, Error> {
    let mut files = entries(Path::new("/etc/apt/sources.list.d"))?;
    files.push(PathBuf::from("/etc/apt/sources.list"));
    Ok(files
        .iter()
        .filter(|path| {
            let extension = path.extension().unwrap_or_default();
            extension == "sources" || extension == "list"
        })
        .filter_map(|path| fs::read_to_string(path).ok())
        .find_map(|text| archive_in(&text)))
}

/// Finds the Debian archive in a file of sources, written as stanzas or as one line each.
fn archive_in(text: &str) -> Option<Archive> {
    let lines = || text.lines().filter(|line| !line.starts_with('#'));
    let keys = |path: Option<&str>| {
        let path = path.filter(|path| path.starts_with('/'));
        path.unwrap_or(DEBIAN_KEYS).to_owned()
    };
    let one_line = lines().filter(|line| line.starts_with("deb ")).find_map(|line| {
        let mut words = line.split([' ', '\t', '[', ']']);
        Some(Archive {
            uri: words.clone().find(|word| is_debian(word))?.to_owned(),
            signed_by: keys(words.find_map(|word| word.strip_prefix("signed-by="))),
        })
    });
    let in_stanza = || {
        let kept = lines().collect::<Vec<_>>().join("\n");
        kept.split("\n\n").find_map(|stanza| {
            let field = |name: &str| stanza.lines().find_map(|line| line.strip_prefix(name));
            let mut uris = field("URIs:")?.split_whitespace();
            Some(Archive {
                uri: uris.find(|uri| is_debian(uri))?.to_owned(),
                signed_by: keys(field("Signed-By:").map(str::trim)),
            })
        })
    };
    one_line.or_else(in_stanza)
}

/// Mirrors keep the archive's own name; debian-security and the like end otherwise.
fn is_debian(uri: &str) -> bool {
    uri.contains("://") && uri.trim_end_matches('/').ends_with("/debian")
}

/// One suite of an archive, with package lists of its own: the machine's configuration stays as it is.
pub(super) struct Suite<'a> {
    folder: &'a Path,
    name: &'a str,
}

impl<'a> Suite<'a> {
    /// Fetches the suite's package lists into `folder`.
    pub(super) fn open(archive: &Archive, name: &'a str, folder: &'a Path) -> Result<Self, Error> {
        let sources = folder.join("sources");
        for part in [&sources, &folder.join("lists"), &folder.join("cache")] {
            fs::create_dir_all(part).map_err(Error::file("create", part))?;
        }
        let Archive { uri, signed_by } = archive;
        let stanza = format!("Types: deb\nURIs: {uri}\nSuites: {name}\nComponents: main\nSigned-By: {signed_by}\n");
        let path = sources.join("suite.sources");
        fs::write(&path, stanza).map_err(Error::file("write", path))?;
        let suite = Self { folder, name };
        process::read(suite.apt("apt-get").arg("update"))?;
        Ok(suite)
    }

    /// The full version of `package` whose upstream version is `release`, if the suite has it.
    pub(super) fn version_of(&self, package: &str, release: &str) -> Result<Option<String>, Error> {
        let listing = process::read(self.apt("apt-cache").args(["madison", package]))?;
        Ok(matching_version(&listing, release))
    }

    /// Downloads a package and unpacks it, without installing, into `into`.
    pub(super) fn unpack(&self, package: &str, version: &str, into: &Path) -> Result<(), Error> {
        println!("Fetching {package} {version} from Debian {}", self.name);
        let cache = self.folder.join("cache");
        process::read(self.apt("apt-get").current_dir(&cache).args(["download", &format!("{package}={version}")]))?;
        for path in entries(&cache)? {
            if path.extension().is_some_and(|extension| extension == "deb") {
                process::read(Command::new("dpkg").arg("-x").arg(&path).arg(into))?;
            }
        }
        Ok(())
    }

    fn apt(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let sources = self.folder.join("sources");
        for option in [
            "Dir::Etc::sourcelist=/dev/null".to_owned(),
            format!("Dir::Etc::sourceparts={}", sources.display()),
            format!("Dir::State::Lists={}", self.folder.join("lists").display()),
            format!("Dir::Cache={}", self.folder.join("cache").display()),
            // The user that apt downloads as may not reach a folder in someone's home.
            "APT::Sandbox::User=root".to_owned(),
        ] {
            command.arg("-o").arg(option);
        }
        command
    }
}

/// Finds `release` among lines like ` rust-src | 1.95.0+dfsg1-1~bpo13+1 | http://… main amd64 Packages`.
fn matching_version(listing: &str, release: &str) -> Option<String> {
    listing
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|version| {
            version
                .strip_prefix(release)
                .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit() || next == '.'))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests;
