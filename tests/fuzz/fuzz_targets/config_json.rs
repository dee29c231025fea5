//! Text -> a race in JSON: refused in a sentence, or a race that its own JSON gives again and that other programs can be
//! written of.

#![no_main]

use gradprix::race::config::{Config, typed_widths};
use gradprix::race::{keras, nesting, replay};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = nesting::is_deep(text);
    let _ = typed_widths(text).map_err(|refusal| refusal.to_string());
    let Ok(json) = serde_json::from_str(text) else { return };
    match Config::from_json(&json) {
        Ok(config) => {
            assert!(!nesting::is_deep(text));
            let written = config.to_json().to_string();
            let read = serde_json::from_str(&written).expect("JSON");
            assert_eq!(Config::from_json(&read), Ok(config.clone()));
            assert!(!replay::program(&config).is_empty() && !keras::snippet(&config).is_empty());
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
});
