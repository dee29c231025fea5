//! The server, over real connections where that matters.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::*;

fn site(without_data: bool) -> (tempfile::TempDir, Site) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("dist");
    fs::create_dir_all(root.join("data")).expect("the site's folders");
    fs::write(folder.path().join("secret"), "outside").expect("a file outside the site");
    fs::write(root.join("index.html"), "<p>page").expect("the page");
    fs::write(root.join("data/images.gz"), vec![7; 100_000]).expect("the data");
    (folder, Site { root, without_data, isolated: false })
}

/// Sends a request and returns the whole answer, headers first.
fn ask(server: &Server, method: &str, path: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(server.address).expect("the server accepts");
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{header}\r\n")
        .expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn media_types_are_those_that_browsers_insist_on() {
    for (name, expected) in [
        ("gradprix_bg.wasm", "application/wasm"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("train-images-idx3-ubyte.gz", "application/gzip"),
        ("icon.svg", "image/svg+xml"),
        ("unknown", "application/octet-stream"),
    ] {
        assert_eq!(media_type(Path::new(name)), expected, "{name}");
    }
}

#[test]
fn no_address_leads_out_of_the_site() {
    let (_folder, site) = site(false);
    for url in [
        "/../secret",
        "/data/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "//etc/passwd",
        "/%2Fetc/passwd",
        "/.staging/index.html",
        "secret",
        "/%ff",
    ] {
        assert_eq!(site.locate(url), None, "{url}");
    }
    let page = site.root.join("index.html");
    assert_eq!(site.locate("/"), Some(page.clone()));
    assert_eq!(site.locate("/index.html?seed=1#chart"), Some(page));
}

#[test]
fn the_page_is_served_and_then_known() {
    let (_folder, site) = site(false);
    let server = start(site, 0).expect("a free port");
    let first = ask(&server, "GET", "/", "");
    assert!(first.starts_with("HTTP/1.0 200"), "{first}");
    assert!(first.contains("Cache-Control: no-cache"), "{first}");
    assert!(first.ends_with("<p>page"), "{first}");
    let tag = first.lines().find_map(|line| line.strip_prefix("ETag: ")).expect("an entity tag");
    let again = ask(&server, "GET", "/", &format!("If-None-Match: {tag}\r\n"));
    assert!(again.starts_with("HTTP/1.0 304"), "{again}");
    let changed = ask(&server, "GET", "/", "If-None-Match: \"other\"\r\n");
    assert!(changed.starts_with("HTTP/1.0 200"), "{changed}");
}

#[test]
fn workers_are_sent_the_policy_that_the_page_states() {
    let (_folder, site) = site(false);
    fs::write(site.root.join("index.html"), format!("<head>{POLICY}default-src 'self'\"></head>")).expect("the page");
    let server = start(site, 0).expect("a free port");
    let answer = ask(&server, "GET", "/data/images.gz", "");
    let policy = "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'\r\n";
    assert!(answer.contains(policy), "{answer}");
}

#[test]
fn data_come_with_their_length_and_without_an_encoding() {
    let (_folder, site) = site(false);
    let server = start(site, 0).expect("a free port");
    let answer = ask(&server, "HEAD", "/data/images.gz", "");
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    assert!(answer.contains("Content-Length: 100000"), "{answer}");
    assert!(!answer.contains("Content-Encoding"), "{answer}");
}

#[test]
fn what_is_not_there_or_hidden_is_404_and_other_methods_are_405() {
    let (_folder, site) = site(true);
    let server = start(site, 0).expect("a free port");
    for path in ["/missing.js", "/data/images.gz", "/data", "/../secret"] {
        let answer = ask(&server, "GET", path, "");
        assert!(answer.starts_with("HTTP/1.0 404"), "{path}: {answer}");
    }
    let answer = ask(&server, "POST", "/", "");
    assert!(answer.starts_with("HTTP/1.0 405"), "{answer}");
}

#[test]
fn a_taken_port_is_named_with_the_option_that_helps() {
    let (_folder, site) = site(false);
    let server = start(site.clone(), 0).expect("a free port");
    let error = start(site, server.address.port()).err().expect("taken");
    let sentence = error.to_string();
    assert!(sentence.contains("--port"), "{sentence}");
}
