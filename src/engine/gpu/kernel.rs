//! A compute stage on a device: its pipeline, and the buffers it is bound to.

use wgpu::{BindGroup, BindGroupLayout, Buffer, ComputePass, ComputePipeline, Device};

use super::stage::{Access, Data, Stage};
use super::uniform::StepUniform;

/// A compute stage, compiled.
pub(super) struct Kernel {
    stage: &'static Stage,
    layout: BindGroupLayout,
    pipeline: ComputePipeline,
}

impl Kernel {
    /// Starts to compile `stage`, whose whole text is `module`. Errors go to the device's error scope.
    pub(super) fn new(device: &Device, stage: &'static Stage, module: &str) -> Self {
        let name = stage.entry;
        let entries: Vec<_> = layout_entries(stage.buffers).collect();
        let layout =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(name), entries: &entries });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(module.into()),
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(name),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some(name),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        Self { stage, layout, pipeline }
    }

    /// Binds `steps` (one [`StepUniform`] at each dynamic offset) and the storage buffers that the stage has declared.
    pub(super) fn bind<'a>(&self, device: &Device, steps: &Buffer, buffer: impl Fn(Data) -> &'a Buffer) -> BindGroup {
        let uniform = wgpu::BufferBinding {
            buffer: steps,
            offset: 0,
            size: std::num::NonZeroU64::new(size_of::<StepUniform>() as u64),
        };
        let uniform = wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(uniform) };
        let storage =
            self.stage.buffers.iter().zip(1..).map(|((_, data), binding)| wgpu::BindGroupEntry {
                binding,
                resource: buffer(*data).as_entire_binding(),
            });
        let entries: Vec<_> = std::iter::once(uniform).chain(storage).collect();
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(self.stage.entry),
            layout: &self.layout,
            entries: &entries,
        })
    }

    /// Runs on `buffers` with the step at `offset` bytes.
    pub(super) fn dispatch(&self, pass: &mut ComputePass<'_>, buffers: &BindGroup, offset: u32, groups: [u32; 2]) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, buffers, &[offset]);
        pass.dispatch_workgroups(groups[0], groups[1], 1);
    }
}

fn layout_entries(buffers: &[(Access, Data)]) -> impl Iterator<Item = wgpu::BindGroupLayoutEntry> {
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: true,
        min_binding_size: std::num::NonZeroU64::new(size_of::<StepUniform>() as u64),
    };
    let storage = buffers.iter().map(|(access, _)| wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Storage { read_only: *access == Access::Read },
        has_dynamic_offset: false,
        min_binding_size: None,
    });
    std::iter::once(uniform).chain(storage).zip(0..).map(|(ty, binding)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty,
        count: None,
    })
}
