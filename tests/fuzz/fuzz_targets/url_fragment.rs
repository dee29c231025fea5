//! Text behind an address's `#` -> a race, always, and one that its own address gives again.

#![no_main]

use gradprix::race::config::Config;
use gradprix::race::lesson::link::LessonLink;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (link, _) = LessonLink::read(pairs);
    let pairs = link.pairs();
    let (again, left_out) = LessonLink::read(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    assert_eq!((&again, left_out.as_slice()), (&link, [].as_slice()));
    let config = &link.link.config;
    assert_eq!(Config::from_json(&config.to_json()).as_ref(), Ok(config));
});
