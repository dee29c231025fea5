//! The composed shaders against naga's validator, and against the Rust side's structs and declarations.

use std::mem::offset_of;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, StorageAccess, TypeInner};

use super::shader::{Access, HIDDEN_LAYER, OUTPUT_LAYER, Stage, UPDATE_PARAMETERS};
use super::uniform::{RacerUniform, STRIDE, StepUniform};
use crate::optim;

const STAGES: [Stage; 3] = [HIDDEN_LAYER, OUTPUT_LAYER, UPDATE_PARAMETERS];

fn parsed(stage: &Stage) -> Module {
    let all: Vec<u32> = (0..optim::ALL.len() as u32).collect();
    let source = stage.module(&all);
    naga::front::wgsl::parse_str(&source).unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)))
}

#[test]
fn every_stage_is_valid_without_optional_features() {
    for stage in &STAGES {
        let module = parsed(stage);
        let result = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
        assert!(result.is_ok(), "{}: {:?}", stage.entry, result.err());
        assert_eq!(module.entry_points.len(), 1);
        assert_eq!(module.entry_points[0].name, stage.entry);
        let invocations: u32 = module.entry_points[0].workgroup_size.iter().product();
        assert!(invocations <= 256, "{}: {invocations} invocations in a workgroup", stage.entry);
    }
}

#[test]
fn buffers_are_accessed_as_declared_and_are_at_most_eight() {
    for stage in &STAGES {
        let module = parsed(stage);
        let mut found: Vec<(u32, Access)> = module
            .global_variables
            .iter()
            .filter_map(|(_, variable)| match variable.space {
                AddressSpace::Storage { access } => {
                    let access = if access.contains(StorageAccess::STORE) { Access::ReadWrite } else { Access::Read };
                    variable.binding.map(|binding| (binding.binding, access))
                }
                _ => None,
            })
            .collect();
        found.sort_by_key(|(binding, _)| *binding);
        let declared: Vec<(u32, Access)> = (1..).zip(stage.buffers.iter().copied()).collect();
        assert_eq!(found, declared, "{}", stage.entry);
        assert!(declared.len() <= 8, "{}: {} storage buffers", stage.entry, declared.len());
    }
}

/// Offsets of a WGSL struct's members, and its size.
fn layout(module: &Module, name: &str) -> (Vec<(String, u32)>, u32) {
    let (_, found) =
        module.types.iter().find(|(_, found)| found.name.as_deref() == Some(name)).expect("the struct is there");
    let TypeInner::Struct { members, span } = &found.inner else { panic!("{name} is no struct") };
    let offsets = members.iter().map(|member| (member.name.clone().unwrap_or_default(), member.offset));
    (offsets.collect(), *span)
}

#[test]
fn uniforms_lie_as_the_shaders_read_them() {
    let module = parsed(&UPDATE_PARAMETERS);
    let at = |name: &str, offset: usize| (name.to_owned(), offset as u32);
    let step = vec![
        at("start", offset_of!(StepUniform, start)),
        at("size", offset_of!(StepUniform, size)),
        at("inverse_size", offset_of!(StepUniform, inverse_size)),
        at("place", offset_of!(StepUniform, place)),
        at("racers", offset_of!(StepUniform, racers)),
    ];
    assert_eq!(layout(&module, "Step"), (step, size_of::<StepUniform>() as u32));
    let racer = vec![
        at("optimizer", offset_of!(RacerUniform, optimizer)),
        at("penalty", offset_of!(RacerUniform, penalty)),
        at("scalars", offset_of!(RacerUniform, scalars)),
    ];
    assert_eq!(layout(&module, "Racer"), (racer, size_of::<RacerUniform>() as u32));
    assert!(STRIDE.is_multiple_of(256) && STRIDE >= size_of::<StepUniform>());
}
