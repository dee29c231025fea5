//! Everything that `www/index.html` shows or tells a screen reader stands there in English and in Chinese.

use std::fs;
use std::path::Path;

use tl::{HTMLTag, Node, Parser, ParserOptions};

/// What only programs read, what holds both languages one after the other, and what keys are called.
const LEFT_ALONE: [&str; 4] = ["script", "style", "noscript", "kbd"];

/// What is the same in both languages.
const NAMES: [&str; 6] = ["GradPrix", "English", "WebGPU", "CPU", "MNIST", "SIMD"];

/// Attributes that a reader sees or hears.
const ATTRIBUTES: [&str; 4] = ["aria-label", "title", "placeholder", "label"];

#[test]
fn every_text_has_its_chinese_beside_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/index.html");
    let page = fs::read_to_string(path).expect("the page");
    let document = tl::parse(&page, ParserOptions::default()).expect("HTML");
    let mut lacking = Vec::new();
    for node in document.children() {
        check(node.get(document.parser()).expect("its own"), document.parser(), &mut lacking);
    }
    assert!(lacking.is_empty(), "without Chinese, or data-zh where there is more than text:\n{}", lacking.join("\n"));
}

/// Collects what lacks Chinese in `node` and below.
fn check(node: &Node, parser: &Parser, lacking: &mut Vec<String>) {
    let Some(tag) = node.as_tag() else { return };
    let name = tag.name().as_utf8_str();
    if LEFT_ALONE.contains(&name.as_ref()) {
        return;
    }
    for shown in ATTRIBUTES.into_iter().filter_map(|name| attribute(tag, name).map(|english| (name, english))) {
        let chinese = attribute(tag, &format!("data-zh-{}", shown.0));
        if is_english(&shown.1) && !chinese.is_some_and(|chinese| is_chinese(&chinese)) {
            lacking.push(format!("<{name} {}=\"{}\">", shown.0, shown.1));
        }
    }
    let chinese = attribute(tag, "data-zh");
    let children = tag.children();
    for child in children.top().iter().filter_map(|child| child.get(parser)) {
        match child {
            Node::Raw(text) => {
                let text = text.as_utf8_str();
                if is_english(&text) && !chinese.as_deref().is_some_and(is_chinese) {
                    lacking.push(format!("<{name}> {}", text.trim()));
                }
            }
            // Showing text in an element puts everything else out of it.
            Node::Tag(_) if chinese.is_some() => lacking.push(format!("<{name}> with elements in it")),
            Node::Tag(_) => check(child, parser, lacking),
            Node::Comment(_) => {}
        }
    }
}

fn attribute(tag: &HTMLTag, name: &str) -> Option<String> {
    Some(tag.attributes().get(name)??.as_utf8_str().into_owned())
}

/// Whether there is a word in it that is no name.
fn is_english(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.any(|word| !NAMES.contains(&word))
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}
