//! What apt's configuration and listings mean.

use super::*;

const MADISON: &str = "\
  rust-src | 1.96.0+dfsg1-1~bpo13+1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
  rust-src | 1.95.0+dfsg1-1~bpo13+1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
";

#[test]
fn a_version_matches_its_release_only() {
    let found = |release| matching_version(MADISON, release);
    assert_eq!(found("1.95.0").as_deref(), Some("1.95.0+dfsg1-1~bpo13+1"));
    assert_eq!(found("1.9"), None);
    assert_eq!(found("1.95"), None);
    assert_eq!(found("1.94.0"), None);
    assert_eq!(matching_version("", "1.95.0"), None);
    assert_eq!(matching_version("N: Unable to locate package", "1.95.0"), None);
}

#[test]
fn the_debian_archive_is_found_in_stanzas() {
    let text = "\
Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Signed-By: /keys/security.gpg

Types: deb
# a remark
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Signed-By: /keys/debian.gpg
";
    let expected =
        Archive { uri: "http://mirror.example/debian/".to_owned(), signed_by: "/keys/debian.gpg".to_owned() };
    assert_eq!(archive_in(text), Some(expected));
}

#[test]
fn the_debian_archive_is_found_in_lines() {
    let text = "\
# deb http://old.example/debian stretch main
deb http://mirror.example/debian-security bookworm-security main
deb [arch=amd64 signed-by=/keys/debian.gpg] https://mirror.example/debian bookworm main
";
    let expected =
        Archive { uri: "https://mirror.example/debian".to_owned(), signed_by: "/keys/debian.gpg".to_owned() };
    assert_eq!(archive_in(text), Some(expected));
    let unsigned = archive_in("deb https://mirror.example/debian bookworm main");
    assert_eq!(unsigned.map(|archive| archive.signed_by), Some(DEBIAN_KEYS.to_owned()));
}

#[test]
fn other_distributions_have_no_debian_archive() {
    let text = "deb http://archive.ubuntu.com/ubuntu noble main universe\n";
    assert_eq!(archive_in(text), None);
}
