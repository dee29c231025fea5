//! An engine outside the browser, for `cargo xtask bench`: `native cpu|gpu FOLDER` with MNIST in that folder.
//!
//! It takes one request a line on its standard input and answers each with a line on its standard output:
//! `{"prepare": CONFIG}` puts a race at its start, `{"run": STEPS}` runs it -> `{"milliseconds", "losses"}`, the losses
//! being those of the last step. `{"dispatch": COUNT}` runs so many dispatches that do next to nothing, each of which
//! waits for the one before -> `{"milliseconds"}`: no engine's dispatches take less.

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write, stdin, stdout};
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use flate2::read::GzDecoder;
use gradprix::data::{Dataset, files};
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Metric, Runner};
use gradprix::race::config::Config;
use serde_json::{Value, json};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [engine, folder] = arguments.as_slice() else {
        return Err("expected two arguments: cpu or gpu, and the folder that holds MNIST".into());
    };
    let dataset = Rc::new(dataset(Path::new(folder))?);
    let (choice, setup) = match engine.as_str() {
        "gpu" => (Choice::Gpu, pollster::block_on(Setup::find())),
        _ => (Choice::Cpu, Setup::none("not asked for")),
    };
    let mut runner = None;
    for line in stdin().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        if let Some(count) = request.get("dispatch").and_then(Value::as_u64) {
            writeln!(stdout(), "{}", pollster::block_on(dispatch(count))?)?;
            continue;
        }
        let answer = match (&mut runner, request.get("prepare"), request.get("run").and_then(Value::as_u64)) {
            (runner, Some(config), _) => {
                let config = Config::from_json(config)?;
                *runner = Some(pollster::block_on(Runner::new(Rc::clone(&dataset), config, choice, &setup))?);
                json!({})
            }
            (Some(runner), None, Some(steps)) => run(runner, steps)?,
            _ => return Err(format!("not a request: {request}").into()),
        };
        writeln!(stdout(), "{answer}")?;
    }
    Ok(())
}

fn run(runner: &mut Runner, steps: u64) -> Result<Value, Failure> {
    let start = Instant::now();
    let metrics = pollster::block_on(runner.run(steps))?;
    let losses = metrics.of(Metric::Loss);
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    let racers = runner.config().racers.len();
    Ok(json!({ "milliseconds": milliseconds, "losses": losses[losses.len() - racers..] }))
}

/// Times `count` dispatches of one invocation that changes one number.
async fn dispatch(count: u64) -> Result<Value, Failure> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let strongest = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    let adapter = instance.request_adapter(&strongest).await?;
    let (device, queue) = adapter.request_device(&wgpu::DeviceDescriptor::default()).await?;
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Wgsl(
            "@group(0) @binding(0) var<storage, read_write> x: array<u32>;
             @compute @workgroup_size(1) fn count() { x[0] += 1u; }"
                .into(),
        ),
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: None,
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 4,
        usage: wgpu::BufferUsages::STORAGE,
        mapped_at_creation: false,
    });
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    pass.set_pipeline(&pipeline);
    pass.set_bind_group(0, &group, &[]);
    for _ in 0..count {
        pass.dispatch_workgroups(1, 1, 1);
    }
    drop(pass);
    let commands = encoder.finish();
    let start = Instant::now();
    queue.submit([commands]);
    device.poll(wgpu::PollType::wait_indefinitely())?;
    Ok(json!({ "milliseconds": start.elapsed().as_secs_f64() * 1000.0 }))
}

fn dataset(folder: &Path) -> Result<Dataset, Failure> {
    let names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
    let unpacked = names.map(|name| {
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(folder.join(format!("{name}.gz")))?).read_to_end(&mut bytes)?;
        Ok((name.to_owned(), bytes))
    });
    Ok(files::assemble(unpacked.into_iter().collect::<Result<_, Failure>>()?)?)
}
