//! WGSL modules, composed from the files in `shaders/` and from constants and structs whose source is Rust.

use std::fmt::Write;

use super::uniform::BATCH;
use crate::data::{CLASSES, PIXELS};
use crate::model::{B1, B2, HIDDEN, W2};
use crate::optim::{self, SLOTS, TINY};
use crate::race::config::RACERS;

/// Floats that an invocation takes as a `vec4f`, pixels in a word.
pub(super) const LANES: usize = 4;
/// Invocations that share W2 and b2, four floats each.
const OUTPUT_FOURS: usize = (W2.len() + B2.len()).div_ceil(LANES);
/// Floats in a slot of a racer's memory: the parameters, and padding behind b2 to whole fours.
pub(super) const SLOT: usize = W2.start + OUTPUT_FOURS * LANES;
/// Words in an image.
pub(super) const WORDS: usize = PIXELS / LANES;
/// Invocations that share a row of hidden units, four each.
pub(super) const COLUMNS: usize = HIDDEN / LANES;

/// One compute stage: the name of its entry point, its file, and how it accesses its storage buffers.
pub(super) struct Stage {
    pub(super) entry: &'static str,
    source: &'static str,
    /// In the order of the bindings, from 1; binding 0 is the step's uniform.
    pub(super) buffers: &'static [Access],
}

/// How a stage accesses a storage buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    ReadWrite,
}

use Access::{Read, ReadWrite};

pub(super) const HIDDEN_LAYER: Stage = Stage {
    entry: "hidden_layer",
    source: include_str!("../../../shaders/hidden.wgsl"),
    buffers: &[Read, Read, Read, ReadWrite, ReadWrite],
};

pub(super) const OUTPUT_LAYER: Stage = Stage {
    entry: "output_layer",
    source: include_str!("../../../shaders/output.wgsl"),
    buffers: &[Read, Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
};

pub(super) const UPDATE_PARAMETERS: Stage = Stage {
    entry: "update_parameters",
    source: include_str!("../../../shaders/update.wgsl"),
    buffers: &[Read, Read, Read, Read, Read, ReadWrite, ReadWrite],
};

/// Invocations that take a tile of W1 each: two words of pixels by four units.
pub(super) const W1_TILES: usize = WORDS / 2 * COLUMNS;
/// Invocations of [`UPDATE_PARAMETERS`] for one racer: the tiles, four floats of other tensors each, the loss.
pub(super) const UPDATES: usize = W1_TILES + COLUMNS + OUTPUT_FOURS + 1;

impl Stage {
    /// The whole module, for races of `optimizers`, numbers in the registry. WGSL takes declarations in any order, so
    /// the pieces are just put one behind the other.
    pub(super) fn module(&self, optimizers: &[u32]) -> String {
        let mut module = constants();
        module += include_str!("../../../shaders/common.wgsl");
        if self.entry == UPDATE_PARAMETERS.entry {
            module += &updates(optimizers);
        }
        module + self.source
    }
}

fn constants() -> String {
    let constants = [
        ("WORDS", WORDS),
        ("COLUMNS", COLUMNS),
        ("HIDDEN", HIDDEN),
        ("CLASSES", CLASSES),
        ("STRIDE", SLOT),
        ("OUTPUT_FOURS", OUTPUT_FOURS),
        ("B1_START", B1.start),
        ("W2_START", W2.start),
        ("B2_START", B2.start),
        ("W1_TILES", W1_TILES),
        ("SLOTS", SLOTS),
        ("BATCH", BATCH),
        ("RACERS", RACERS),
    ];
    let mut text = format!("const TINY = {TINY:e}f;\n");
    for (name, value) in constants {
        let _ = writeln!(text, "const {name} = {value}u;");
    }
    text
}

/// For each optimizer its scalars' struct and its formula, and the switch between those that race. The others stay out
/// of it, because some devices run through every case, only without effect where it is not theirs.
fn updates(racing: &[u32]) -> String {
    let mut text = String::new();
    let mut cases = String::new();
    for (number, optimizer) in (0..).zip(optim::ALL) {
        let name = struct_name(optimizer.id);
        let fields: Vec<String> = optimizer.scalar_names.iter().map(|field| format!("{field}: f32")).collect();
        let values: Vec<String> = (0..fields.len()).map(|at| format!("s[{}][{}]", at / LANES, at % LANES)).collect();
        let _ = write!(text, "struct {name} {{ {} }}\n{}", fields.join(", "), optimizer.wgsl);
        if !racing.contains(&number) {
            continue;
        }
        let _ = writeln!(
            cases,
            "case {number}u: {{ return update_{}({name}({}), theta, gradient, state); }}",
            optimizer.id,
            values.join(", ")
        );
    }
    text + "fn update(optimizer: u32, s: array<vec4f, 2>, theta: vec4f, gradient: vec4f, state: u32) -> vec4f {\n\
            switch optimizer {\n"
        + &cases
        + "default: { return theta; }\n}\n}\n"
}

/// `rmsprop` -> `Rmsprop`, the name of its struct on both sides.
fn struct_name(id: &str) -> String {
    id.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}
