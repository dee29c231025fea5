//! A race on the device: its buffers, and the stages of a step bound to them.

use std::cell::OnceCell;
use std::rc::Rc;

use wgpu::{BindGroup, Buffer, BufferUsages, ComputePass};

use super::buffers::{STORAGE, Shared, empty};
use super::kernel::Kernel;
use super::readback::Pool;
use super::setup::Gear;
use super::shader::Plan;
use super::sizes::Sizes;
use super::stage::{
    ANSWER_LAYER, BACKWARD_LAYER, CLIPPED_UPDATE, Data, FIRST_LAYER, FIRST_LOGITS, HIDDEN_LAYER, OUTPUT_LAYER,
    STORE_GRADIENT, SUMMARY, Shape, Stage, UPDATE,
};
use super::uniform::{self, Common, STRIDE, SUBMISSION, StepUniform};
use crate::race::plan::Step;

/// A race's buffers and stages.
pub(super) struct Racers {
    pub(super) common: Common,
    pub(super) plan: Plan,
    pub(super) sizes: Sizes,
    /// The uniforms: that of the summary, those of a submission's steps, those of the chunks of test images.
    steps: Buffer,
    buffers: Vec<(Data, Buffer)>,
    forward: Vec<Bound>,
    backward: Vec<Bound>,
    update: Bound,
    /// In the place of the update where a racer clips by the norm.
    clipped_update: OnceCell<[Bound; 2]>,
    summary: Bound,
    /// What the metrics are read from.
    pub(super) metrics: Pool,
    /// What snapshots are read from.
    pub(super) snapshots: Pool,
}

/// The buffers that every race has.
const BUFFERS: [Data; 8] = [
    Data::Memory,
    Data::Activations,
    Data::Slopes,
    Data::Gradients,
    Data::Minibatch,
    Data::Answers,
    Data::Parts,
    Data::Metrics,
];

/// A stage, compiled and bound to a race's buffers.
struct Bound {
    kernel: Rc<Kernel>,
    buffers: BindGroup,
    grid: Grid,
}

/// How many workgroups a stage needs.
#[derive(Clone, Copy)]
enum Grid {
    /// For each tile of so many images so many sums, in workgroups that have so many.
    Tiles(usize, usize, usize),
    /// So many.
    Groups(usize),
}

impl Grid {
    fn groups(self, images: usize) -> u32 {
        let groups = match self {
            Self::Tiles(tile, columns, group) => (images.div_ceil(tile) * columns).div_ceil(group),
            Self::Groups(groups) => groups,
        };
        groups as u32
    }
}

/// Compiles what a race of such a plan needs.
pub(super) fn compile(gear: &Gear, plan: &Plan) {
    for (stage, layer, _) in forward(plan).into_iter().chain(backward(plan)) {
        gear.kernel(stage, plan, layer);
    }
    gear.kernel(&UPDATE, plan, 0);
    gear.kernel(&SUMMARY, plan, 0);
}

type Dispatch = (&'static Stage, usize, Grid);

/// The stages that answer, with their layers.
fn forward(plan: &Plan) -> Vec<Dispatch> {
    let columns = |stage: &'static Stage, layer: usize| {
        let Shape { tile, group, split, .. } = plan.shape(stage);
        (stage, layer, Grid::Tiles(tile, plan.layout.layers[layer].columns, group / split))
    };
    match plan.layout.hidden().len() {
        0 => vec![columns(&FIRST_LOGITS, 0), (&ANSWER_LAYER, 0, Grid::Tiles(1, 1, plan.shape(&ANSWER_LAYER).group))],
        last => {
            let further = (1..last).map(|layer| columns(&HIDDEN_LAYER, layer));
            let output = (&OUTPUT_LAYER, last, Grid::Tiles(plan.shape(&OUTPUT_LAYER).tile, 1, 1));
            [columns(&FIRST_LAYER, 0)].into_iter().chain(further).chain([output]).collect()
        }
    }
}

/// The stages that bring the gradient back from the last hidden layer to the first.
fn backward(plan: &Plan) -> Vec<Dispatch> {
    let stage = &BACKWARD_LAYER;
    let Shape { tile, group, .. } = plan.shape(stage);
    let grid = |layer: usize| Grid::Tiles(tile, plan.layout.layers[layer].inputs, group);
    (1..plan.layout.hidden().len()).rev().map(|layer| (stage, layer, grid(layer))).collect()
}

impl Racers {
    /// A race at its start, whose racers all have `parameters`. `chunks` are pieces of the test images, in the order.
    pub(super) fn new(
        gear: &Gear,
        shared: &Shared,
        plan: Plan,
        sizes: Sizes,
        common: Common,
        chunks: &[(usize, usize)],
    ) -> Self {
        let buffers: Vec<_> =
            BUFFERS.map(|data| (data, empty(gear, data.name(), STORAGE, sizes.bytes(data)))).into_iter().collect();
        let uniform = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let places = 1 + SUBMISSION + chunks.len();
        let steps = empty(gear, "steps", uniform, (places * STRIDE) as u64);
        let tests = chunks.iter().map(|(first, count)| common.images(*first, *count));
        gear.queue.write_buffer(&steps, ((1 + SUBMISSION) * STRIDE) as u64, &uniform::pack(tests));
        let bind = |dispatch| bound(gear, &plan, &steps, dispatch, |data| find(shared, &buffers, data));
        Self {
            forward: forward(&plan).into_iter().map(bind).collect(),
            backward: backward(&plan).into_iter().map(bind).collect(),
            update: bind((&UPDATE, 0, Grid::Groups(plan.groups(&UPDATE)))),
            clipped_update: OnceCell::new(),
            summary: bind((&SUMMARY, 0, Grid::Tiles(1, common.optimizers.len(), plan.shape(&SUMMARY).group))),
            metrics: Pool::new("metrics readback", sizes.metric_bytes() * SUBMISSION as u64),
            snapshots: Pool::new("snapshot readback", sizes.bytes(Data::Memory)),
            common,
            plan,
            sizes,
            steps,
            buffers,
        }
    }

    /// One of the race's buffers.
    pub(super) fn buffer(&self, data: Data) -> &Buffer {
        own(&self.buffers, data)
    }

    /// Uploads what `steps` use.
    pub(super) fn upload(&self, gear: &Gear, steps: &[Step]) {
        let summary = self.common.images(0, steps.len());
        let steps = steps.iter().zip(0..).map(|(step, place)| self.common.step(step, place));
        gear.queue.write_buffer(&self.steps, 0, &uniform::pack([summary].into_iter().chain(steps)));
    }

    /// Runs `steps`, which were uploaded, and sums what they measured.
    pub(super) fn train(&self, gear: &Gear, shared: &Shared, pass: &mut ComputePass<'_>, steps: &[Step]) {
        let clips = steps.iter().flat_map(|step| &step.racers).any(|racer| racer.clipping.needs_norm());
        let update = if clips { self.clipped_update(gear, shared) } else { std::slice::from_ref(&self.update) };
        for (step, place) in steps.iter().zip(1..) {
            for bound in self.forward.iter().chain(&self.backward).chain(update) {
                self.dispatch(pass, bound, place, step.size);
            }
        }
        let groups = [self.summary.grid.groups(steps.len()), 1];
        self.summary.kernel.dispatch(pass, &self.summary.buffers, 0, groups);
    }

    /// Answers to the first `count` images of chunk `chunk`.
    pub(super) fn answer(&self, pass: &mut ComputePass<'_>, chunk: usize, count: usize) {
        for bound in &self.forward {
            self.dispatch(pass, bound, 1 + SUBMISSION + chunk, count);
        }
    }

    fn dispatch(&self, pass: &mut ComputePass<'_>, bound: &Bound, place: usize, images: usize) {
        let groups = [bound.grid.groups(images), self.common.optimizers.len() as u32];
        bound.kernel.dispatch(pass, &bound.buffers, (place * STRIDE) as u32, groups);
    }

    /// The update in two dispatches: the gradient, then what is made of it. Compiled at the first call.
    fn clipped_update(&self, gear: &Gear, shared: &Shared) -> &[Bound] {
        self.clipped_update.get_or_init(|| {
            let more = [Data::Stored, Data::Norms]
                .map(|data| (data, empty(gear, data.name(), STORAGE, self.sizes.bytes(data))));
            let buffer = |data| more.iter().find(|(name, _)| *name == data).map(|(_, buffer)| buffer);
            [&STORE_GRADIENT, &CLIPPED_UPDATE].map(|stage| {
                let dispatch = (stage, 0, Grid::Groups(self.plan.groups(stage)));
                bound(gear, &self.plan, &self.steps, dispatch, |data| {
                    buffer(data).unwrap_or_else(|| find(shared, &self.buffers, data))
                })
            })
        })
    }
}

fn bound<'a>(
    gear: &Gear,
    plan: &Plan,
    steps: &Buffer,
    (stage, layer, grid): Dispatch,
    buffer: impl Fn(Data) -> &'a Buffer,
) -> Bound {
    let kernel = gear.kernel(stage, plan, layer);
    Bound { buffers: kernel.bind(&gear.device, steps, buffer), kernel, grid }
}

fn find<'a>(shared: &'a Shared, buffers: &'a [(Data, Buffer)], data: Data) -> &'a Buffer {
    shared.buffer(data).unwrap_or_else(|| own(buffers, data))
}

fn own(buffers: &[(Data, Buffer)], data: Data) -> &Buffer {
    let found = buffers.iter().find(|(name, _)| *name == data);
    // Every stage's buffers are the dataset's or the race's: a test looks at each.
    &found.unwrap_or(&buffers[0]).1
}

/// What the shaders read at a dynamic offset must lie in the buffer to its end.
const _: () = assert!(STRIDE >= size_of::<StepUniform>());
