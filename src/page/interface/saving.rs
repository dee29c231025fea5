//! Snapshots of a race: where it stands, to be taken up again from there.

use js_sys::{Float32Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::{Outline, Race, error, field, json, refusal, whole};
use gradprix::engine::EngineError;
use gradprix::race::config::Config;
use gradprix::race::journal::Snapshot;

/// The most steps that a race may have behind it.
const STEPS: f64 = 9_007_199_254_740_991.0;

#[wasm_bindgen]
impl Race {
    /// What the racers know now: `{ steps, memory: Float32Array }`, for each racer its parameters and behind them its
    /// optimizer's state.
    #[wasm_bindgen(js_name = snapshot, unchecked_return_type = "Promise<{ steps: number, memory: Float32Array }>")]
    pub fn snapshot_js(&self) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let snapshot = race.snapshot().await.map_err(error)?;
            let result = Object::new();
            Reflect::set(&result, &"steps".into(), &(snapshot.steps as f64).into())?;
            Reflect::set(&result, &"memory".into(), &Float32Array::from(snapshot.memory.as_slice()))?;
            Ok(result.into())
        })
    }

    /// Puts the race that `config` defines where `snapshot` was taken of it, on the same dataset, on whatever engine.
    #[wasm_bindgen(js_name = resume, unchecked_return_type = "Promise<void>")]
    pub fn resume_js(
        &self,
        #[wasm_bindgen(unchecked_param_type = "object")] config: JsValue,
        #[wasm_bindgen(unchecked_param_type = "{ steps: number, memory: Float32Array }")] snapshot: JsValue,
    ) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let config = Config::from_json(&json("config", &config)?).map_err(error)?;
            let part = |name| field(&snapshot, name).unwrap_or(JsValue::UNDEFINED);
            let steps = whole("steps", &part("steps"), 0.0, STEPS)? as u64;
            let memory = part("memory");
            let memory =
                memory.dyn_ref::<Float32Array>().ok_or_else(|| refusal("memory", &memory, "a Float32Array"))?;
            let snapshot = Snapshot { steps, memory: memory.to_vec() };
            race.resume(config, &snapshot).await.map_err(error)?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

impl Race {
    /// What the racers know now. On the GPU engine, more steps may be asked for before it is there.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, EngineError> {
        let team = self.team.lock().await;
        let own = team.snapshot()?;
        if team.has_mates() {
            return team.whole(own.await?).await;
        }
        drop(team);
        own.await
    }

    /// Puts the race that `config` defines where `snapshot` was taken of it.
    pub(crate) async fn resume(&self, config: Config, snapshot: &Snapshot) -> Result<(), EngineError> {
        let mut team = self.team.lock().await;
        self.pixels.set(config.preprocessing.map(self.dataset.train()));
        team.resume(config, snapshot).await?;
        self.outline.set(Outline::of(&team));
        Ok(())
    }
}
