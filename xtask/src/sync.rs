//! Bringing a folder that may be being served to a wanted content.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::places::entries;

/// Path inside the folder -> the file whose content belongs there.
pub(crate) type Wanted = BTreeMap<PathBuf, PathBuf>;

/// From this size in bytes on, a file of the same length and date passes for the same.
const LARGE: u64 = 1 << 20;

/// Where new files are gathered; its leading dot keeps the server from handing it out.
const STAGING: &str = ".staging";

/// Makes `folder` hold the `wanted` files and nothing else; returns how many were replaced or removed.
///
/// Everything that differs is first copied beside its place, then renamed into it in one go, so that
/// no reader meets a half-written file, or new files beside old ones for longer than some renames take.
pub(crate) fn mirror(wanted: &Wanted, folder: &Path) -> Result<usize, Error> {
    let staging = folder.join(STAGING);
    remove_folder(&staging)?;
    let mut staged = Vec::new();
    for (name, source) in wanted {
        if !same(source, &folder.join(name))? {
            place(source, &staging.join(name))?;
            staged.push(name);
        }
    }
    for name in &staged {
        let path = folder.join(name);
        create_parent(&path)?;
        fs::rename(staging.join(name), &path).map_err(Error::file("replace", path))?;
    }
    remove_folder(&staging)?;
    Ok(staged.len() + remove_unwanted(wanted, folder, folder)?)
}

/// Adds all files of `source`, subfolders included, to `wanted`, at the same paths.
pub(crate) fn want_all(wanted: &mut Wanted, source: &Path, inside: &Path) -> Result<(), Error> {
    for path in entries(source)? {
        let Some(name) = path.file_name() else {
            continue;
        };
        let inside = inside.join(name);
        if path.is_dir() {
            want_all(wanted, &path, &inside)?;
        } else {
            wanted.insert(inside, path);
        }
    }
    Ok(())
}

/// Whether the file at `path` has the content of `source`.
fn same(source: &Path, path: &Path) -> Result<bool, Error> {
    let wanted = fs::metadata(source).map_err(Error::file("read", source))?;
    let Ok(found) = fs::metadata(path) else {
        return Ok(false);
    };
    if !found.is_file() || wanted.len() != found.len() {
        return Ok(false);
    }
    let dated = |metadata: &Metadata| metadata.modified().ok();
    // Small files are read all the same: clocks tick so coarsely that two edits can share a date.
    if wanted.len() >= LARGE && dated(&wanted).is_some() && dated(&wanted) == dated(&found) {
        return Ok(true);
    }
    let read = |path: &Path| fs::read(path).map_err(Error::file("read", path));
    Ok(read(source)? == read(path)?)
}

/// Puts a copy of `source` at `path`, with its date.
fn place(source: &Path, path: &Path) -> Result<(), Error> {
    create_parent(path)?;
    fs::copy(source, path).map_err(Error::file("copy to", path))?;
    let Ok(modified) = fs::metadata(source).and_then(|metadata| metadata.modified()) else {
        return Ok(());
    };
    // The date only saves a comparison later; a read-only copy, which refuses it, is still a good copy.
    if let Ok(copy) = File::options().append(true).open(path) {
        let _ = copy.set_modified(modified);
    }
    Ok(())
}

fn remove_unwanted(wanted: &Wanted, root: &Path, folder: &Path) -> Result<usize, Error> {
    let mut removed = 0;
    for path in entries(folder)? {
        if path.is_dir() {
            removed += remove_unwanted(wanted, root, &path)?;
            // Fails where wanted files are left in it, which is as it should be.
            let _ = fs::remove_dir(&path);
        } else if path.strip_prefix(root).is_ok_and(|inside| !wanted.contains_key(inside)) {
            fs::remove_file(&path).map_err(Error::file("remove", path))?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn create_parent(path: &Path) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(Error::file("create", parent))
}

fn remove_folder(folder: &Path) -> Result<(), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file("remove", folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        create_parent(path).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    #[test]
    fn a_mirror_replaces_adds_removes_and_then_rests() {
        let here = tempfile::tempdir().expect("a temporary folder");
        let (source, folder) = (here.path().join("source"), here.path().join("dist"));
        write(&source.join("index.html"), "new page");
        write(&source.join("part/main.js"), "code");
        write(&folder.join("index.html"), "old page");
        write(&folder.join("data/gone.gz"), "data");
        let mut wanted = Wanted::new();
        want_all(&mut wanted, &source, Path::new("")).expect("the source can be listed");

        assert_eq!(mirror(&wanted, &folder).expect("first run"), 3);
        let read = |name| fs::read_to_string(folder.join(name)).expect("a wanted file");
        assert_eq!(read("index.html"), "new page");
        assert_eq!(read("part/main.js"), "code");
        assert!(!folder.join("data").exists());
        assert!(!folder.join(STAGING).exists());
        assert_eq!(mirror(&wanted, &folder).expect("second run"), 0);
    }

    #[test]
    fn files_of_one_length_are_told_apart_by_content() {
        let here = tempfile::tempdir().expect("a temporary folder");
        let (one, two) = (here.path().join("one"), here.path().join("two"));
        write(&one, "aaaa");
        write(&two, "bbbb");
        assert!(!same(&one, &two).expect("both can be read"));
        write(&two, "aaaa");
        assert!(same(&one, &two).expect("both can be read"));
    }
}
