//! WGSL modules, composed from the files in `shaders/` and from constants and structs whose source is Rust.

use std::fmt::Write;

use super::layout::{LANES, Layout};
use super::stage::{Access, Generated, Shape, Stage, UPDATE};
use super::uniform::SUBMISSION;
use crate::data::{CLASSES, PIXELS, Preprocessing};
use crate::model::{Activation, DEAD_SLOPE, WIDEST};
use crate::optim::{self, TINY, UNCLIPPED};
use crate::race::config::{Config, RACERS};

/// Pixels that an invocation reads at once.
const BLOCK: usize = 16;
/// Such blocks in an image.
pub(super) const BLOCKS: usize = PIXELS / BLOCK;

/// The most bytes of parts, one for each invocation, that a software adapter is given.
const APART: usize = 64 << 20;

/// What the stages of a race are compiled for.
pub(super) struct Plan {
    /// Whether the adapter is software.
    software: bool,
    /// Whether each invocation of the update has a part of its own of what is measured, and not each workgroup.
    apart: bool,
    pub(super) layout: Layout,
    pub(super) activation: Activation,
    pub(super) preprocessing: Preprocessing,
    pub(super) dropout: bool,
    /// Numbers in the registry, without repetition, in its order.
    pub(super) optimizers: Vec<usize>,
}

impl Plan {
    pub(super) fn new(config: &Config, software: bool) -> Self {
        let races = |number: &usize| config.racers.iter().any(|racer| racer.optimizer().index() == *number);
        let mut plan = Self {
            software,
            apart: false,
            layout: Layout::new(&config.network),
            activation: config.network.activation,
            preprocessing: config.preprocessing,
            dropout: config.dropout > 0.0,
            optimizers: (0..optim::ALL.len()).filter(races).collect(),
        };
        let invocations = plan.groups(&UPDATE) * plan.shape(&UPDATE).group;
        plan.apart = software && part_bytes(config.racers.len(), invocations) <= APART;
        plan
    }

    /// How the work of `stage` is cut.
    pub(super) fn shape(&self, stage: &Stage) -> Shape {
        if self.software { stage.software } else { stage.shape }
    }

    /// Invocations that share a racer's update, four units wide each: tiles of the first layer's weights, tiles of
    /// four inputs of the others', a row of biases for every layer, and one for the loss.
    pub(super) fn tiles(&self) -> usize {
        let layers = self.layout.layers.iter().zip(0..);
        layers.map(|(padded, number)| (self.weight_rows(number, padded.inputs) + 1) * padded.columns).sum::<usize>() + 1
    }

    /// Rows of tiles that a layer's weights have.
    fn weight_rows(&self, number: usize, inputs: usize) -> usize {
        if number == 0 { PIXELS / self.pixel_rows() } else { inputs }
    }

    /// Pixels whose weights are in a tile: hardware has invocations enough for small ones.
    fn pixel_rows(&self) -> usize {
        if self.software { BLOCK } else { LANES }
    }

    /// Workgroups of `stage`, which works on all parameters.
    pub(super) fn groups(&self, stage: &Stage) -> usize {
        self.tiles().div_ceil(self.shape(stage).group)
    }

    /// Parts in which the update measures a step of a racer.
    pub(super) fn parts(&self) -> usize {
        self.groups(&UPDATE) * if self.apart { self.shape(&UPDATE).group } else { 1 }
    }

    /// The whole module of `stage`, for layer `layer` where it works on a single one.
    pub(super) fn module(&self, stage: &Stage, layer: usize) -> String {
        let mut module = self.constants(stage, layer);
        module += &buffers(stage);
        module += include_str!("../../../shaders/common.wgsl");
        if stage.activates {
            module += include_str!("../../../shaders/activation/common.wgsl");
            module += self.activation();
        }
        if matches!(stage.generated, Generated::Tiles | Generated::Update) {
            module += &self.tile_of();
        }
        if stage.generated == Generated::Update {
            module += &self.updates();
        }
        if stage.generated == Generated::Update {
            module += if self.apart {
                include_str!("../../../shaders/measured_apart.wgsl")
            } else {
                include_str!("../../../shaders/measured_together.wgsl")
            };
        }
        let Shape { tile, files, .. } = self.shape(stage);
        for file in files.iter().chain(stage.files) {
            module += &repeated(file, tile);
        }
        module
    }

    fn constants(&self, stage: &Stage, layer: usize) -> String {
        let mut constants = vec![
            ("CLASSES", CLASSES),
            ("GROUP", self.shape(stage).group),
            ("GROUPS", self.groups(stage)),
            ("PARTS", self.parts()),
            ("PIXEL_BLOCKS", BLOCKS),
            ("RACERS", RACERS),
            ("ROW", self.layout.row),
            ("ROWS", self.pixel_rows()),
            ("SLOT", self.layout.slot),
            ("SPLIT", self.shape(stage).split),
            ("TILE", self.shape(stage).tile),
            ("WIDEST", WIDEST),
        ];
        if stage.generated == Generated::Layer {
            let layers = &self.layout.layers;
            let (own, before) = (&layers[layer], layer.checked_sub(1).map(|before| &layers[before]));
            // Where a unit's mask is asked for, it is the layer's own going forward, and that of its inputs going back.
            let masked = if stage.activates { layer } else { layer.saturating_sub(1) };
            constants.extend([
                ("BIASES", own.biases),
                ("COLUMNS", own.columns),
                ("INPUTS", own.inputs),
                ("INPUT_PLACE", before.map_or(0, |before| before.place)),
                ("MASKED_LAYER", masked),
                ("PLACE", own.place),
                ("WEIGHTS", own.weights),
            ]);
        }
        let mut text = String::new();
        for (name, value) in constants {
            let _ = writeln!(text, "const {name} = {value}u;");
        }
        for (name, value) in [("TINY", TINY), ("DEAD_SLOPE", DEAD_SLOPE), ("UNCLIPPED", UNCLIPPED)] {
            let _ = writeln!(text, "const {name} = {value:e}f;");
        }
        let flags = [
            ("BINARY", self.preprocessing == Preprocessing::Binarize),
            ("DROPOUT", self.dropout),
            // Elsewhere a black pixel is 0 to the network, and can be skipped.
            ("SEES_BLACK", self.preprocessing == Preprocessing::Standardize),
        ];
        for (name, value) in flags {
            let _ = writeln!(text, "const {name} = {value};");
        }
        text
    }

    fn activation(&self) -> &'static str {
        match self.activation {
            Activation::Relu => include_str!("../../../shaders/activation/relu.wgsl"),
            Activation::Tanh => include_str!("../../../shaders/activation/tanh.wgsl"),
            Activation::Gelu => include_str!("../../../shaders/activation/gelu.wgsl"),
        }
    }

    /// The function that tells an invocation its tile.
    fn tile_of(&self) -> String {
        let mut text = "fn tile_of(at: u32) -> Tile {\n".to_owned();
        let mut start = 0;
        let mut input = 0;
        let mut case = |tiles: usize, arguments: String, columns: usize| {
            let end = start + tiles * columns;
            let _ = writeln!(text, "if at < {end}u {{ return place(at - {start}u, {arguments}); }}");
            start = end;
        };
        let last = self.layout.layers.len() - 1;
        for (number, own) in self.layout.layers.iter().enumerate() {
            let (columns, weights, biases, place) = (own.columns, own.weights, own.biases, own.place);
            let units = own.layer.units();
            let (kind, count) = if number == 0 { ("PIXELS", self.pixel_rows()) } else { ("WEIGHTS", LANES) };
            let rows = self.weight_rows(number, own.inputs);
            case(rows, format!("{kind}, {weights}u, {columns}u, {count}u, {input}u, {place}u, {units}u"), columns);
            let kind = if number == last { "OUTPUT_BIASES" } else { "HIDDEN_BIASES" };
            case(1, format!("{kind}, {biases}u, {columns}u, 1u, 0u, {place}u, {units}u"), columns);
            input = place;
        }
        let _ = writeln!(text, "return Tile(select(IDLE, LOSS, at == {start}u), 0, 0, 0, 0, 0, 0);\n}}");
        text
    }

    /// For each optimizer that races its scalars' struct and its formula, and the switch between them.
    ///
    /// Each case has its own loop, because software adapters run through every case, only without effect where it is
    /// not theirs; but a loop that nobody needs they leave at once.
    fn updates(&self) -> String {
        let mut text = String::new();
        let mut cases = String::new();
        for number in &self.optimizers {
            let optimizer = optim::ALL[*number];
            let (id, name) = (optimizer.id, struct_name(optimizer.id));
            let fields: Vec<String> = optimizer.scalar_names.iter().map(|field| format!("{field}: f32")).collect();
            let values: Vec<String> =
                (0..fields.len()).map(|at| format!("s[{}][{}]", at / LANES, at % LANES)).collect();
            let _ = write!(text, "struct {name} {{ {} }}\n{}", fields.join(", "), optimizer.wgsl);
            let _ = writeln!(
                cases,
                "case {number}u: {{ let own = {name}({});\n\
                 for (var row = 0u; row < tile.count; row++) {{\n\
                 let at = first + row * tile.stride;\n\
                 let four = prepared(at, row);\n\
                 replace(at, update_{id}(own, four.theta, four.gradient, at + SLOT));\n}} }}",
                values.join(", ")
            );
        }
        text + "fn update_tile(tile: Tile) {\nlet s = racer.scalars;\nswitch racer.optimizer {\n"
            + &cases
            + "default: {}\n}\n}\n"
    }
}

/// Bytes of what a submission measures, with so many racers and parts.
pub(super) fn part_bytes(racers: usize, parts: usize) -> usize {
    SUBMISSION * racers * parts * 2 * LANES * size_of::<f32>()
}

/// The declarations of the stage's buffers.
fn buffers(stage: &Stage) -> String {
    let mut text = "@group(0) @binding(0) var<uniform> step: Step;\n".to_owned();
    for ((access, data), binding) in stage.buffers.iter().zip(1..) {
        let access = if *access == Access::Read { "read" } else { "read_write" };
        let (name, element) = (data.name(), data.element());
        let _ = writeln!(text, "@group(0) @binding({binding}) var<storage, {access}> {name}: array<{element}>;");
    }
    text
}

/// A shader's text with each line that holds a # repeated, # being 0, then 1, to `times` − 1.
fn repeated(file: &str, times: usize) -> String {
    let mut text = String::new();
    for line in file.lines() {
        if line.contains('#') && !line.trim_start().starts_with("//") {
            for number in 0..times {
                text += &line.replace('#', &number.to_string());
                text.push('\n');
            }
        } else {
            text += line;
            text.push('\n');
        }
    }
    text
}

/// `rmsprop` -> `Rmsprop`, the name of its struct on both sides.
fn struct_name(id: &str) -> String {
    id.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}
