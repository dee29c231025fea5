//! `cargo xtask bench`: how fast the engines are, what the page costs, and how its peers do at the same work.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::check;
use crate::error::Error;
use crate::places::Places;
use crate::process;
use crate::server::Site;
use crate::setup;
use crate::sync::{self, Wanted};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Fewer and shorter rounds: to see that it works
    #[arg(long)]
    quick: bool,
    /// One section alone; may be given several times: speed, racers, opening, sizes, turbo, frames, endurance
    #[arg(long, value_name = "SECTION")]
    only: Vec<String>,
    /// Measure TensorFlow.js and jax-js too, and PyTorch where --python is given
    #[arg(long)]
    peers: bool,
    /// A Python with PyTorch
    #[arg(long, value_name = "PROGRAM", requires = "peers")]
    python: Option<PathBuf>,
}

/// What the peers' packages give a page: folders and files of `node_modules` -> where `tests/bench/page/` finds them.
const PEERS: [(&str, &str); 5] = [
    ("@jax-js/jax/dist", "jax"),
    ("@tensorflow/tfjs/dist/tf.min.js", "tensorflow/tf.min.js"),
    ("@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js", "tensorflow/tf-backend-webgpu.min.js"),
    ("@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js", "tensorflow/tf-backend-wasm.min.js"),
    ("@tensorflow/tfjs-backend-wasm/wasm-out", "tensorflow"),
];

/// Builds everything, then measures what `options` asks for.
pub(crate) fn run(places: &Places, options: &Options) -> Result<(), Error> {
    let browsers = {
        let _lock = places.lock()?;
        if options.peers {
            setup::for_peers(places)?;
        }
        setup::for_browser_tests(places)?
    };
    crate::set_up_and_build(places)?;
    process::run(process::cargo().current_dir(&places.root).args(["bench", "--no-run", "--bench", "native"]))?;
    let output = places.target.join("bench");
    let root = output.join("site");
    sync::mirror(&site(places, options.peers)?, &root)?;

    let mut node = check::node(&browsers, Site { root, without_data: false, isolated: true })?;
    node.current_dir(&places.root).arg(places.bench().join("bench.mjs")).arg("--output").arg(&output);
    node.args(options.quick.then_some("--quick")).args(options.peers.then_some("--peers"));
    node.args(options.only.iter().flat_map(|section| ["--only", section]));
    if let Some(python) = &options.python {
        node.arg("--python").arg(python);
    }
    process::run(&mut node)
}

/// The finished site, and beside it the pages that measure, with the peers' files where they are wanted.
fn site(places: &Places, peers: bool) -> Result<Wanted, Error> {
    let mut wanted = Wanted::new();
    let inside = Path::new("bench");
    sync::want_all(&mut wanted, &places.dist(), Path::new(""))?;
    sync::want_all(&mut wanted, &places.bench().join("page"), inside)?;
    for (source, name) in PEERS.iter().filter(|_| peers) {
        let (source, inside) = (places.bench().join("node_modules").join(source), inside.join("peers").join(name));
        if source.is_dir() {
            sync::want_all(&mut wanted, &source, &inside)?;
        } else {
            wanted.insert(inside, source);
        }
    }
    Ok(wanted)
}
