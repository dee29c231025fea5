//! Finding an adapter, opening its device and compiling the stages, all while the data still loads.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use wgpu::{Adapter, Device, ErrorFilter, Instance, Queue};

use super::kernel::Kernel;
use super::racers;
use super::shader::Plan;
use super::stage::Stage;
use crate::engine::EngineError;
use crate::race::config::Config;
use crate::text::{Phrase, Text};

/// The adapter that was found, if any, and its device once it was asked for.
pub struct Setup {
    instance: Instance,
    found: Result<Found, Phrase>,
    device: RefCell<Option<Rc<Gear>>>,
}

struct Found {
    /// Taken by its first device: in browsers an adapter gives one only.
    adapter: RefCell<Option<Adapter>>,
    name: Phrase,
    software: bool,
}

/// A device and what is compiled for it.
pub(super) struct Gear {
    pub(super) device: Device,
    pub(super) queue: Queue,
    /// Whether the adapter is software.
    pub(super) software: bool,
    /// What was compiled, by its text, the latest last.
    kernels: RefCell<VecDeque<(String, Rc<Kernel>)>>,
    faults: Faults,
}

/// Stages that are kept compiled: a dozen races of different networks.
const KEPT: usize = 64;

/// The first thing that went wrong on a device outside any error scope, or that ended it.
#[derive(Clone, Default)]
struct Faults(Arc<Mutex<Option<String>>>);

impl Faults {
    fn record(&self, fault: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
    }

    fn first(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Setup {
    /// Asks for the strongest adapter. Where it is hardware its device is opened and the stages start to compile.
    pub async fn find() -> Self {
        let instance = new_instance();
        let found = match request_adapter(&instance).await {
            Ok(adapter) => Ok(Found {
                name: adapter_name(&adapter).await,
                software: adapter.get_info().device_type == wgpu::DeviceType::Cpu,
                adapter: RefCell::new(Some(adapter)),
            }),
            // In a browser wgpu's own words speak of drivers that no browser lets it see.
            #[cfg(target_arch = "wasm32")]
            Err(_) => Err(super::browser::why_no_adapter()),
            #[cfg(not(target_arch = "wasm32"))]
            Err(error) => Err(error.to_string().into()),
        };
        let setup = Self { instance, found, device: RefCell::new(None) };
        if setup.software() == Some(false) {
            // A failure shows when the race starts.
            drop(setup.gear().await);
        }
        setup
    }

    /// No adapter, for a `reason`: where nothing but the CPU is wanted.
    pub fn none(reason: impl Into<Phrase>) -> Self {
        Self { instance: new_instance(), found: Err(reason.into()), device: RefCell::new(None) }
    }

    /// Cuts the work for a graphics card, whatever the adapter is: so a machine without one shows that a card's race is the
    /// same. Before the first race only.
    #[must_use]
    pub fn cut_for_hardware(mut self) -> Self {
        if let Ok(found) = &mut self.found {
            found.software = false;
        }
        self
    }

    /// Whether the adapter is software; nothing where there is none.
    pub(in crate::engine) fn software(&self) -> Option<bool> {
        self.found.as_ref().ok().map(|found| found.software)
    }

    /// The adapter's name, or why there is none.
    pub(in crate::engine) fn adapter(&self) -> Result<&Phrase, &Phrase> {
        self.found.as_ref().map(|found| &found.name)
    }

    /// The device, opened at the first call and after it was lost.
    pub(super) async fn gear(&self) -> Result<Rc<Gear>, EngineError> {
        let found = self.found.as_ref().map_err(|reason| EngineError::NoAdapter { reason: reason.clone() })?;
        if let Some(gear) = self.device.borrow().as_ref().filter(|gear| gear.faults.first().is_none()) {
            return Ok(Rc::clone(gear));
        }
        let failed = |reason| EngineError::NoDevice { adapter: found.name.clone(), reason };
        let adapter = found.adapter.borrow_mut().take();
        let adapter = match adapter {
            Some(adapter) => adapter,
            None => request_adapter(&self.instance).await.map_err(|error| failed(error.to_string()))?,
        };
        let gear = Rc::new(Gear::open(&adapter, found.software).await.map_err(failed)?);
        self.device.replace(Some(Rc::clone(&gear)));
        Ok(gear)
    }
}

impl Gear {
    /// Opens a device with WebGPU's default limits and no optional feature, and compiles the stages.
    async fn open(adapter: &Adapter, software: bool) -> Result<Self, String> {
        let descriptor = wgpu::DeviceDescriptor { label: Some("gradprix"), ..wgpu::DeviceDescriptor::default() };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(|error| plain(&error.to_string()))?;
        let faults = Faults::default();
        let (lost, uncaptured) = (faults.clone(), faults.clone());
        device.set_device_lost_callback(move |_, message| lost.record(format!("the device was lost: {message}")));
        device.on_uncaptured_error(Arc::new(move |error| uncaptured.record(error.to_string())));

        let scope = device.push_error_scope(ErrorFilter::Validation);
        let gear = Self { kernels: RefCell::default(), software, device, queue, faults };
        // Most races start with these.
        racers::compile(&gear, &Plan::new(&Config::default(), software));
        scope.pop().await.map_or(Ok(gear), |error| Err(error.to_string()))
    }

    /// `stage`, compiled at the first call for such a race; for layer `layer` where it works on a single one.
    pub(super) fn kernel(&self, stage: &'static Stage, plan: &Plan, layer: usize) -> Rc<Kernel> {
        let module = plan.module(stage, layer);
        let mut kernels = self.kernels.borrow_mut();
        if let Some((_, kernel)) = kernels.iter().find(|(known, _)| *known == module) {
            return Rc::clone(kernel);
        }
        if kernels.len() == KEPT {
            kernels.pop_front();
        }
        let kernel = Rc::new(Kernel::new(&self.device, stage, &module));
        kernels.push_back((module, Rc::clone(&kernel)));
        kernel
    }

    /// What went wrong on the device while `doing` something, if anything did.
    pub(super) fn check(&self, doing: Text) -> Result<(), EngineError> {
        self.faults.first().map_or(Ok(()), |reason| Err(EngineError::Device { doing, reason }))
    }

    /// Runs `work`, and says what `doing` it the device refused: too little memory, most likely.
    pub(super) async fn scoped<T>(&self, doing: Text, work: impl FnOnce() -> T) -> Result<T, EngineError> {
        let memory = self.device.push_error_scope(ErrorFilter::OutOfMemory);
        let validation = self.device.push_error_scope(ErrorFilter::Validation);
        let result = work();
        let (validation, memory) = (validation.pop(), memory.pop());
        match validation.await.or(memory.await) {
            Some(error) => Err(EngineError::Device { doing, reason: error.to_string() }),
            None => Ok(result),
        }
    }
}

/// What a browser's error says, without what wgpu puts around it and the calls that led to it.
fn plain(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    line.strip_prefix("JsValue(").map_or(line, |inner| inner.strip_suffix(')').unwrap_or(inner)).to_owned()
}

fn new_instance() -> Instance {
    Instance::new(wgpu::InstanceDescriptor::new_without_display_handle())
}

/// The strongest adapter.
async fn request_adapter(instance: &Instance) -> Result<Adapter, wgpu::RequestAdapterError> {
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    instance.request_adapter(&options).await
}

/// What the adapter calls itself.
async fn adapter_name(adapter: &Adapter) -> Phrase {
    let info = adapter.get_info();
    #[cfg(target_arch = "wasm32")]
    let name = if info.name.is_empty() { super::browser::adapter_name().await } else { info.name };
    #[cfg(not(target_arch = "wasm32"))]
    let name = std::future::ready(info.name).await;
    if name.is_empty() { text!("an adapter without a name", "没有名称的适配器").into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_browsers_error_is_one_line() {
        assert_eq!(plain("JsValue(OperationError: no device)"), "OperationError: no device");
        assert_eq!(plain("JsValue(OperationError: no device\nat requestDevice\n)"), "OperationError: no device");
        assert_eq!(plain("no device"), "no device");
        assert_eq!(plain(""), "");
    }
}
