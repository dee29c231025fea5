//! What is different between two races, in words: `Adam learning rate 0.001 → 0.01`.

use crate::optim::{Knob, Settings};
use crate::race::address::Link;
use crate::race::config::{EPOCHS, HIDDEN_LABEL, RACE_KNOBS};
use crate::race::summary::value;
use crate::text::{Phrase, Text};

/// What `now` has otherwise than `before`: first what all racers share, then who races, then how. Names and colours
/// change nothing about a race. Empty where both are the same race.
pub fn differences(before: &Link, now: &Link) -> Vec<Phrase> {
    let (old, new) = (&before.config, &now.config);
    let shared = RACE_KNOBS.iter().map(|knob| (knob, old.shared(knob), new.shared(knob)));
    let shared = shared.chain([(&EPOCHS, f64::from(before.epochs), f64::from(now.epochs))]);
    let mut found: Vec<Phrase> =
        shared.filter_map(|(knob, from, to)| changed(knob, from, to, Phrase::from(knob.label))).collect();
    if old.network.hidden != new.network.hidden {
        let widths = |link: &Link| {
            let widths: Vec<String> = link.config.network.hidden.iter().map(ToString::to_string).collect();
            if widths.is_empty() { Phrase::from(text!("none", "无")) } else { widths.join("-").into() }
        };
        found.push(from_to(HIDDEN_LABEL.into(), widths(before), widths(now)));
    }
    let (pairs, left, come) = matched(&old.racers, &new.racers);
    let (old_names, new_names) = (old.names(), new.names());
    found.extend(left.into_iter().map(|racer| phrase!("without {name}", "去掉 {name}", name = &old_names[racer])));
    found.extend(come.into_iter().map(|racer| phrase!("with {name}", "加上 {name}", name = &new_names[racer])));
    for (from, to) in pairs {
        let knobs = old.racers[from].values().zip(new.racers[to].values());
        found.extend(knobs.filter_map(|((knob, from), (_, now))| {
            changed(knob, from, now, new_names[to].clone().beside(within(knob.label)))
        }));
    }
    found
}

/// `what from → to`, unless both are the same.
fn changed(knob: &Knob, from: f64, to: f64, what: Phrase) -> Option<Phrase> {
    (from != to).then(|| from_to(what, value(knob, from), value(knob, to)))
}

fn from_to(what: Phrase, from: Phrase, to: Phrase) -> Phrase {
    what.beside(from).beside("→").beside(to)
}

/// A label inside a sentence: in small letters, unless it is somebody's name or a formula's.
fn within(label: Text) -> Phrase {
    let mut label = Phrase::from(label);
    let written_small = label.en != "Nesterov" && label.en.chars().nth(1).is_some_and(char::is_lowercase);
    if let Some(first) = label.en.get_mut(..1).filter(|_| written_small) {
        first.make_ascii_lowercase();
    }
    label
}

/// Which racer of `new` is which of `old`: one with the same optimizer, in its own place if it can be. Then the numbers
/// of those who left, and of those who came.
fn matched(old: &[Settings], new: &[Settings]) -> (Vec<(usize, usize)>, Vec<usize>, Vec<usize>) {
    let same = |from: usize, to: usize| old[from].optimizer() == new[to].optimizer();
    let mut pairs: Vec<(usize, usize)> =
        (0..old.len().min(new.len())).filter(|at| same(*at, *at)).map(|at| (at, at)).collect();
    for to in 0..new.len() {
        let free = |from: &usize| same(*from, to) && pairs.iter().all(|pair| pair.0 != *from);
        if pairs.iter().all(|pair| pair.1 != to)
            && let Some(from) = (0..old.len()).find(free)
        {
            pairs.push((from, to));
        }
    }
    let left = (0..old.len()).filter(|from| pairs.iter().all(|pair| pair.0 != *from)).collect();
    let come = (0..new.len()).filter(|to| pairs.iter().all(|pair| pair.1 != *to)).collect();
    (pairs, left, come)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Link {
        let (link, left_out) = Link::read(text.split('&').filter_map(|pair| pair.split_once('=')));
        assert!(left_out.is_empty(), "{left_out:?}");
        link
    }

    fn english(before: &str, now: &str) -> Vec<String> {
        differences(&link(before), &link(now)).into_iter().map(|item| item.en).collect()
    }

    #[test]
    fn a_knob_is_named_with_its_racer() {
        let faster = "racer=gd&racer=rmsprop&racer=adam,learning_rate:0.01";
        assert_eq!(english("", faster), ["Adam learning rate 0.001 → 0.01"]);
        assert_eq!(english(faster, ""), ["Adam learning rate 0.01 → 0.001"]);
        assert_eq!(english(faster, faster), [""; 0]);
        let chinese = differences(&link(""), &link(faster)).swap_remove(0).zh;
        assert_eq!(chinese, "Adam 学习率 0.001 → 0.01");
        let switched = "racer=gd,nesterov:true,l2:0.0001,schedule:cosine&racer=rmsprop&racer=adam";
        let found = english("", switched);
        assert!(found.contains(&"Gradient descent Nesterov off → on".to_owned()), "{found:?}");
        assert!(found.contains(&"Gradient descent schedule constant → cosine".to_owned()), "{found:?}");
        assert!(found.iter().any(|item| item.starts_with("Gradient descent L2 ")), "{found:?}");
    }

    #[test]
    fn what_all_share_comes_first() {
        let found = english(
            "seed=7",
            "seed=8&batch_size=32&hidden=64-32&epochs=2&racer=adam&racer=rmsprop&racer=gd,momentum:0.9",
        );
        assert_eq!(found[..3], ["Seed 7 → 8", "Batch size 128 → 32", "Epochs 5 → 2"]);
        assert_eq!(
            found[3..],
            ["Hidden layers 128 → 64-32", "Gradient descent momentum 0 → 0.9"],
            "order is no difference"
        );
        assert_eq!(english("hidden=", "")[..], ["Hidden layers none → 128"]);
    }

    #[test]
    fn who_left_and_who_came() {
        assert_eq!(english("", "racer=gd&racer=adam&racer=adamw"), ["without RMSprop", "with AdamW"]);
        assert_eq!(english("racer=adam", "racer=adam&racer=adam,learning_rate:0.01"), ["with Adam 2"]);
        assert_eq!(english("racer=adam", "racer=adam,name:Mine,colour:5"), [""; 0]);
    }
}
