//! The composed shaders against naga's validator, and against the Rust side's structs and declarations.

use std::mem::offset_of;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, StorageAccess, TypeInner};
use serde_json::{Value, json};

use super::shader::Plan;
use super::stage::{
    ANSWER_LAYER, Access, BACKWARD_LAYER, CLIPPED_UPDATE, FIRST_LAYER, FIRST_LOGITS, HIDDEN_LAYER, OUTPUT_LAYER,
    STORE_GRADIENT, SUMMARY, Stage, UPDATE,
};
use super::uniform::{RacerUniform, STRIDE, StepUniform};
use crate::optim;
use crate::race::config::Config;

/// Every stage, with the hidden layers that it needs at least and the layer that it is composed for.
const STAGES: [(&Stage, usize, usize); 10] = [
    (&FIRST_LAYER, 1, 0),
    (&FIRST_LOGITS, 0, 0),
    (&HIDDEN_LAYER, 2, 1),
    (&OUTPUT_LAYER, 1, 1),
    (&ANSWER_LAYER, 0, 0),
    (&BACKWARD_LAYER, 2, 1),
    (&UPDATE, 0, 0),
    (&STORE_GRADIENT, 0, 0),
    (&CLIPPED_UPDATE, 0, 0),
    (&SUMMARY, 0, 0),
];

fn plan(json: &Value, software: bool) -> Plan {
    let mut config = Config::from_json(json).expect("a valid configuration");
    config.racers = optim::ALL.iter().map(|optimizer| optim::Settings::new(optimizer)).collect();
    Plan::new(&config, software)
}

fn parsed(stage: &Stage, plan: &Plan, layer: usize) -> Module {
    let source = plan.module(stage, layer);
    naga::front::wgsl::parse_str(&source).unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)))
}

/// Calls `check` with each stage, composed for races of every kind.
fn each_module(check: impl Fn(&Stage, &Plan, &Module)) {
    let networks = [json!([]), json!([128]), json!([8, 512]), json!([10, 33, 500])];
    for hidden in networks {
        for activation in ["relu", "tanh", "gelu"] {
            for preprocessing in ["divide_by_255", "standardize", "binarize"] {
                for (dropout, software) in [(0.0, false), (0.5, false), (0.5, true)] {
                    let race = json!({
                        "hidden": hidden, "activation": activation, "preprocessing": preprocessing, "dropout": dropout
                    });
                    let plan = plan(&race, software);
                    let layers = plan.layout.hidden().len();
                    for (stage, least, layer) in STAGES {
                        // The stages without a hidden layer before them stand in for those that have one.
                        let serves = if least == 0 && layer == 0 { true } else { layers >= least };
                        if serves {
                            check(stage, &plan, &parsed(stage, &plan, layer));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_stage_is_valid_without_optional_features() {
    each_module(|stage, plan, module| {
        let result = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(module);
        assert!(result.is_ok(), "{}: {:?}", stage.entry, result.err());
        assert_eq!(module.entry_points.len(), 1);
        assert_eq!(module.entry_points[0].name, stage.entry);
        let invocations: u32 = module.entry_points[0].workgroup_size.iter().product();
        assert_eq!(invocations as usize, plan.shape(stage).group);
        assert!(invocations <= 256, "{}: {invocations} invocations in a workgroup", stage.entry);
        let shared: u32 = module
            .global_variables
            .iter()
            .filter(|(_, variable)| variable.space == AddressSpace::WorkGroup)
            .map(|(_, variable)| module.types[variable.ty].inner.size(module.to_ctx()))
            .sum();
        assert!(shared <= 16_384, "{}: {shared} bytes of workgroup memory", stage.entry);
    });
}

#[test]
fn every_optimizer_is_valid_alone() {
    for optimizer in optim::ALL {
        let racers = json!([{ "optimizer": optimizer.id }]);
        let config = Config::from_json(&json!({ "racers": racers })).expect("a valid configuration");
        let plan = Plan::new(&config, false);
        for stage in [&UPDATE, &CLIPPED_UPDATE] {
            let module = parsed(stage, &plan, 0);
            let result = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
            assert!(result.is_ok(), "{}: {:?}", optimizer.id, result.err());
        }
    }
}

#[test]
fn stages_write_what_they_declare_to_write_and_have_at_most_eight_buffers() {
    each_module(|stage, _, module| {
        let info = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(module).expect("valid");
        let entry = info.get_entry_point(0);
        for (at, variable) in module.global_variables.iter() {
            let AddressSpace::Storage { access } = variable.space else { continue };
            let name = variable.name.clone().unwrap_or_default();
            let usage = entry[at];
            assert!(!usage.is_empty(), "{}: {name} is never used", stage.entry);
            let writes = usage.contains(naga::valid::GlobalUse::WRITE);
            assert_eq!(writes, access.contains(StorageAccess::STORE), "{}: {name}", stage.entry);
        }
        let written = stage.buffers.iter().filter(|(access, _)| *access == Access::ReadWrite).count();
        assert!(written > 0 && stage.buffers.len() <= 8, "{}: {} buffers", stage.entry, stage.buffers.len());
    });
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
    let module = parsed(&UPDATE, &plan(&json!({}), false), 0);
    macro_rules! offsets {
        ($uniform:ident: $($field:ident),+) => {
            vec![$((stringify!($field).to_owned(), offset_of!($uniform, $field) as u32)),+]
        };
    }
    let step = offsets!(StepUniform: layer_keys, start, size, inverse_size, place, rows, racers, stride,
        dropout_threshold, dropout_scale, pixel_scale, pixel_offset, trains, each);
    assert_eq!(layout(&module, "Step"), (step, size_of::<StepUniform>() as u32));
    let racer = offsets!(RacerUniform: optimizer, clip_value, clip_norm, label_smoothing, penalty, scalars);
    assert_eq!(layout(&module, "Racer"), (racer, size_of::<RacerUniform>() as u32));
    assert!(STRIDE.is_multiple_of(256) && STRIDE >= size_of::<StepUniform>());
}
