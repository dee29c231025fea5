//! The service worker of a build: `www/service-worker.js`, told which files the site has.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::setup::mnist;
use crate::sync::Wanted;

/// Its path in the site.
const SERVICE_WORKER: &str = "service-worker.js";

/// Where it is told.
const EMPTY: &str = "const FILES = {};";

/// What the page never asks for.
const SPARED: [&str; 4] = [SERVICE_WORKER, "preview.png", "gradprix.d.ts", "gradprix_bg.wasm.d.ts"];

/// Tells the `wanted` site's service worker the site's files, and wants that one, which `folder` keeps.
pub(crate) fn tell(wanted: &mut Wanted, folder: &Path) -> Result<(), Error> {
    let (mut hashes, mut script) = (BTreeMap::new(), None);
    for (name, source) in wanted.iter() {
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        let name = parts.join("/");
        if name == SERVICE_WORKER {
            script = Some(fs::read_to_string(source).map_err(Error::file("read", source))?);
        }
        if !SPARED.contains(&name.as_str()) {
            let bytes = fs::read(source).map_err(Error::file("read", source))?;
            hashes.insert(name, mnist::sha256(&bytes));
        }
    }
    let told = told(&script.unwrap_or_default(), &hashes).ok_or(Error::ServiceWorker { lacks: EMPTY })?;
    let path: PathBuf = folder.join(SERVICE_WORKER);
    fs::write(&path, told).map_err(Error::file("write", &path))?;
    wanted.insert(SERVICE_WORKER.into(), path);
    Ok(())
}

/// `script` with the `hashes` in place of none; nothing where it has no place for them.
fn told(script: &str, hashes: &BTreeMap<String, String>) -> Option<String> {
    // Rust writes a map of paths and digits as JavaScript does.
    let filled = format!("const FILES = {hashes:#?};");
    script.contains(EMPTY).then(|| script.replacen(EMPTY, &filled, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_site_is_named_with_its_hash_and_another_build_differs() {
        let (sources, work) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let told = |files: &[(&str, &str)]| {
            let mut wanted = Wanted::new();
            for (name, text) in files {
                let path = sources.path().join(name.replace('/', "-"));
                fs::write(&path, text).expect("it can be written");
                wanted.insert(name.into(), path);
            }
            tell(&mut wanted, work.path()).expect("told");
            fs::read_to_string(&wanted[Path::new(SERVICE_WORKER)]).expect("it was written")
        };
        let script = (SERVICE_WORKER, "// kept\nconst FILES = {};\nrest();\n");
        let first = told(&[script, ("index.html", "a"), ("data/x.gz", "b"), ("preview.png", "c")]);
        let (a, b) = (mnist::sha256(b"a"), mnist::sha256(b"b"));
        let listed = format!("{{\n    \"data/x.gz\": \"{b}\",\n    \"index.html\": \"{a}\",\n}}");
        assert_eq!(first, format!("// kept\nconst FILES = {listed};\nrest();\n"));
        let changed = told(&[script, ("index.html", "z"), ("data/x.gz", "b"), ("preview.png", "c")]);
        assert_ne!(changed, first);
    }

    #[test]
    fn the_site_s_own_worker_has_a_place_for_them() {
        assert!(include_str!("../../www/service-worker.js").contains(EMPTY));
        assert_eq!(told("const files = {};", &BTreeMap::new()), None);
    }
}
