//! Where things lie in the repository.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The repository's root and cargo's target folder, both absolute.
pub(crate) struct Places {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

impl Places {
    /// Finds the repository that this xtask belongs to, and makes its own folder under `target/`.
    pub(crate) fn find() -> Result<Self, Error> {
        // Cargo sets it at run time too, which stays right when the repository has moved since the build.
        let package =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = package.parent().unwrap_or(&package).to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => {
                std::path::absolute(&target).map_err(Error::file("find the target folder", PathBuf::from(target)))?
            }
            None => root.join("target"),
        };
        let places = Self { root, target };
        let work = places.work();
        fs::create_dir_all(&work).map_err(Error::file("create", work))?;
        Ok(places)
    }

    /// The finished site.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The page's hand-written files.
    pub(crate) fn www(&self) -> PathBuf {
        self.root.join("www")
    }

    /// The tests that drive browsers, and their npm package.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests").join("browser")
    }

    /// What measures speed, and the npm package of those it is measured against.
    pub(crate) fn bench(&self) -> PathBuf {
        self.root.join("tests").join("bench")
    }

    /// What xtask remembers between runs; deleting it costs only time.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Waits until no other `cargo xtask` sets up or builds here; the lock lasts as long as the result.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.work().join("lock");
        let file = File::create(&path).map_err(Error::file("create", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                println!("Waiting for another cargo xtask to finish its set-up");
                file.lock().map_err(Error::file("lock", &path))?;
            }
            Err(TryLockError::Error(source)) => return Err(Error::file("lock", path)(source)),
        }
        Ok(file)
    }
}

/// The files and folders directly in `folder`, sorted; none where the folder does not exist.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(Error::file("list", folder))?;
    paths.sort();
    Ok(paths)
}
