//! The static server for `dist/`, on this machine only.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::UNIX_EPOCH;

use percent_encoding::percent_decode_str;
use tiny_http::{HTTPVersion, Header, Method, Request, Response, ResponseBox};

use crate::error::Error;

/// A page loads its modules, its worker and four data files at once.
const THREADS: usize = 8;

/// What lets a page share memory between its threads.
const ISOLATION: [(&str, &str); 2] =
    [("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp")];

/// How the page states its Content-Security-Policy.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";

/// What only the header can say, not the page.
const FRAMING: &str = "; frame-ancestors 'none'";

/// What is served.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) root: PathBuf,
    /// Answer 404 for `data/`, as a host without MNIST would.
    pub(crate) without_data: bool,
    /// Isolate the page from other origins.
    pub(crate) isolated: bool,
}

/// A running server; it stops with the process.
pub(crate) struct Server {
    address: SocketAddr,
    threads: Vec<JoinHandle<()>>,
}

impl Server {
    /// The address of the page.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves until the process is ended.
    pub(crate) fn wait(self) {
        for thread in self.threads {
            // A thread only ends by panicking, and it has then said so.
            let _ = thread.join();
        }
    }
}

/// Starts to serve `site` on 127.0.0.1; `port` 0 takes any free one.
pub(crate) fn start(site: Site, port: u16) -> Result<Server, Error> {
    if !site.root.is_dir() {
        return Err(Error::NothingToServe { path: site.root });
    }
    let not_serving = |reason: String| Error::NotServing { port, reason };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        if error.kind() == ErrorKind::AddrInUse { Error::PortTaken { port } } else { not_serving(error.to_string()) }
    })?;
    let address = listener.local_addr().map_err(|error| not_serving(error.to_string()))?;
    let server = tiny_http::Server::from_listener(listener, None).map_err(|error| not_serving(error.to_string()))?;
    let server = Arc::new(server);
    let threads = (0..THREADS)
        .map(|_| {
            let (server, site) = (Arc::clone(&server), site.clone());
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    let response = site.answer(&request);
                    // A browser that has gone away is no concern of the others.
                    let _ = respond(request, response);
                }
            })
        })
        .collect();
    Ok(Server { address, threads })
}

/// Answers `request` and ends its connection, as HTTP/1.0 does: where connections stay open, `tiny_http` may let a new
/// one wait for a thread that serves one of those, and a page that opens six at once then never loads.
fn respond(request: Request, response: ResponseBox) -> io::Result<()> {
    let (headers, head) = (request.headers().to_vec(), *request.method() == Method::Head);
    let mut writer = request.into_writer();
    response.raw_print(&mut writer, HTTPVersion(1, 0), &headers, head, None)?;
    writer.flush()
}

impl Site {
    fn answer(&self, request: &Request) -> ResponseBox {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return sentence(405, "Only GET and HEAD are served here.");
        }
        let found = self.locate(request.url()).and_then(|path| {
            let metadata = fs::metadata(&path).ok().filter(Metadata::is_file)?;
            Some((path, metadata))
        });
        let Some((path, metadata)) = found else {
            return sentence(404, "There is no such file on this site.");
        };
        let tag = entity_tag(&metadata);
        if known(request, &tag) {
            return with_headers(Response::empty(304), &[("ETag", &tag)]).boxed();
        }
        match File::open(&path) {
            Ok(file) => {
                // Never chunked: the page's progress bar needs the length.
                let response = Response::from_file(file).with_chunked_threshold(usize::MAX);
                let (media_type, policy) = (media_type(&path), self.policy());
                let mut headers = vec![("Content-Type", media_type.as_str()), ("ETag", &tag)];
                if self.isolated {
                    headers.extend(ISOLATION);
                }
                headers.extend(policy.as_deref().map(|policy| ("Content-Security-Policy", policy)));
                with_headers(response, &headers).boxed()
            }
            Err(error) => sentence(500, &format!("The file cannot be read: {error}.")),
        }
    }

    /// The page's Content-Security-Policy, for the page and for its workers, which only obey what they are sent.
    /// An isolated site has others' programs beside the page, to be measured as they are.
    fn policy(&self) -> Option<String> {
        if self.isolated {
            return None;
        }
        let page = fs::read_to_string(self.root.join("index.html")).ok()?;
        let (policy, _) = page.split_once(POLICY)?.1.split_once('"')?;
        Some([policy, FRAMING].concat())
    }

    /// The file a request's address means, if it can only be inside the site.
    fn locate(&self, url: &str) -> Option<PathBuf> {
        let path = url.split(['?', '#']).next()?;
        let decoded = percent_decode_str(path).decode_utf8().ok()?;
        let inside = Path::new(decoded.strip_prefix('/')?);
        for component in inside.components() {
            match component {
                Component::Normal(name) if !name.to_string_lossy().starts_with('.') => {}
                _ => return None,
            }
        }
        if self.without_data && inside.starts_with("data") {
            return None;
        }
        let path = self.root.join(inside);
        Some(if decoded.ends_with('/') { path.join("index.html") } else { path })
    }
}

/// Tells the browser to ask again each time, which costs it one 304, so that it never shows an old build.
fn with_headers<R: io::Read>(mut response: Response<R>, headers: &[(&str, &str)]) -> Response<R> {
    for (name, value) in headers.iter().chain(&[("Cache-Control", "no-cache")]) {
        if let Ok(header) = Header::from_bytes(*name, *value) {
            response.add_header(header);
        }
    }
    response
}

fn sentence(status: u16, text: &str) -> ResponseBox {
    let response = Response::from_string(text).with_status_code(status);
    with_headers(response, &[]).boxed()
}

/// Changes whenever the file is replaced.
fn entity_tag(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok();
    let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanoseconds = age.unwrap_or_default().as_nanos();
    format!("\"{:x}-{nanoseconds:x}\"", metadata.len())
}

/// Whether the browser says it holds the content that `tag` names.
fn known(request: &Request, tag: &str) -> bool {
    request
        .headers()
        .iter()
        .filter(|header| header.field.equiv("If-None-Match"))
        .flat_map(|header| header.value.as_str().split(','))
        .any(|held| held.trim().trim_start_matches("W/") == tag)
}

fn media_type(path: &Path) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    if guess.type_() == mime_guess::mime::TEXT {
        format!("{}; charset=utf-8", guess.essence_str())
    } else {
        guess.essence_str().to_owned()
    }
}

#[cfg(test)]
mod tests;
