//! What is said to a reader, in every language that the page speaks. The languages of a message stand side by side
//! where it is said; that none lacks one, and that both have the same holes, the compiler checks.
//!
//! Terms, so that all messages use the same: race 竞赛, racer 选手, lane 赛道, optimizer 优化器, step 步, race step 竞赛步,
//! epoch 轮, minibatch 小批量, batch size 批大小, learning rate 学习率, loss 损失, accuracy 准确率, training set 训练集,
//! test set 测试集, weights 权重, bias 偏置, parameters 参数, gradient 梯度, momentum 动量, running mean 滑动平均,
//! decay rate 衰减率, schedule 调度, warm-up 预热, weight decay 权重衰减, regularisation 正则化, hidden unit 隐藏单元,
//! dead 失活, chance 随机猜测, collapsed 崩溃, diverged 发散, seed 随机种子, engine 引擎, adapter 适配器, pace 速度,
//! chart 图表, curve 曲线, synthetic digits 合成数字.

use serde::{Deserialize, Serialize};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, which the JavaScript interface and the console always speak.
    #[default]
    English,
    /// Chinese in simplified characters.
    Chinese,
}

/// A message that is always the same. [`text!`](crate::text!) makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    en: &'static str,
    zh: &'static str,
}

/// A message whose holes are filled. [`phrase!`](crate::phrase!) makes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// One of the things that a choice takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Its word in JSON.
    pub name: &'static str,
    /// What stands in the page's menu.
    pub label: Text,
}

impl Text {
    /// The same message in English and in Chinese, in which each of `holes` stands in braces at least once.
    ///
    /// # Panics
    /// If one is empty, the Chinese one has nothing Chinese, or either has other holes than these. Evaluated by
    /// the compiler, as [`text!`](crate::text!) and [`phrase!`](crate::phrase!) see to, this is an error of the build.
    pub const fn new(en: &'static str, zh: &'static str, holes: &[&str]) -> Self {
        assert!(!en.is_empty() && has_chinese(zh), "a message is empty or not in Chinese");
        assert!(has_holes(en, holes) && has_holes(zh, holes), "a message has other holes than are filled");
        Self { en, zh }
    }

    /// A name that is the same in every language, such as `Adam`.
    pub const fn name(name: &'static str) -> Self {
        Self { en: name, zh: name }
    }

    /// The message in `language`.
    pub const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }

    /// The message with every `{name}` replaced by what `holes` has for it.
    pub fn fill(self, holes: &[(&str, Phrase)]) -> Phrase {
        let mut filled = Phrase::from(self);
        for (name, value) in holes {
            let hole = ["{", name, "}"].concat();
            filled.en = filled.en.replace(&hole, &value.en);
            filled.zh = filled.zh.replace(&hole, &value.zh);
        }
        filled
    }
}

impl Phrase {
    /// The phrase in `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }

    /// The phrase as a sentence: in English a capital in front, and a full stop behind.
    #[must_use]
    pub fn sentence(mut self) -> Self {
        if let Some(first) = self.en.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        for (text, stops, stop) in [(&mut self.en, ['.', '!'], '.'), (&mut self.zh, ['。', '！'], '。')] {
            if !text.is_empty() && !text.ends_with(stops) {
                text.push(stop);
            }
        }
        self
    }

    /// The sentence and behind it `next`, another one.
    #[must_use]
    pub fn followed_by(self, next: &Self) -> Self {
        Self { en: self.en + " " + &next.en, zh: self.zh + &next.zh }
    }

    /// The phrase and, after a space, `next`: a name and its number.
    #[must_use]
    pub fn beside(self, next: impl Into<Self>) -> Self {
        let next = next.into();
        Self { en: [&self.en, " ", &next.en].concat(), zh: [&self.zh, " ", &next.zh].concat() }
    }
}

/// The name that a reader gives in `text`: at most `most` characters, all of them visible in their place; nothing where
/// none is left.
pub fn name_of(text: &str, most: usize) -> Option<String> {
    // What turns the direction of writing would reach beyond the name.
    let turns = |letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let seen: String = text.chars().filter(|letter| !letter.is_control() && !turns(*letter)).collect();
    let cut: String = seen.trim().chars().take(most).collect();
    Some(cut.trim_end().to_owned()).filter(|name| !name.is_empty())
}

/// The finite number that `text` writes in decimal: `0.0003`, `3e-4`, `.5`.
pub fn number(text: &str) -> Option<f64> {
    let decimal = |byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let decimal = !text.is_empty() && text.bytes().all(decimal);
    decimal.then(|| parsed(text)).filter(|number| number.is_finite())
}

/// The browser has its own reading of numbers; Rust's would bring 10 KB of tables.
#[cfg(target_arch = "wasm32")]
fn parsed(text: &str) -> f64 {
    wasm_bindgen::JsValue::from(text).unchecked_into_f64()
}

#[cfg(not(target_arch = "wasm32"))]
fn parsed(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

impl From<Text> for Phrase {
    fn from(text: Text) -> Self {
        Self { en: text.en.to_owned(), zh: text.zh.to_owned() }
    }
}

impl From<&Phrase> for Phrase {
    fn from(phrase: &Phrase) -> Self {
        phrase.clone()
    }
}

impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        Self { en: text.to_owned(), zh: text.to_owned() }
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self { zh: text.clone(), en: text }
    }
}

impl From<&String> for Phrase {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

macro_rules! from_number {
    ($($number:ty)+) => {
        $(impl From<$number> for Phrase {
            fn from(number: $number) -> Self {
                number.to_string().into()
            }
        })+
    };
}

from_number!(u8 u32 u64 usize f64);

/// A list: what separates its entries differs between languages.
impl FromIterator<Phrase> for Phrase {
    fn from_iter<I: IntoIterator<Item = Phrase>>(phrases: I) -> Self {
        let mut list = Self::default();
        for phrase in phrases {
            if !list.en.is_empty() {
                list.en.push_str(", ");
                list.zh.push('、');
            }
            list.en.push_str(&phrase.en);
            list.zh.push_str(&phrase.zh);
        }
        list
    }
}

/// A message: `text!("Learning rate", "学习率")`.
#[macro_export]
macro_rules! text {
    ($en:expr, $zh:expr $(,)?) => {
        const { $crate::text::Text::new($en, $zh, &[]) }
    };
}

/// A message with holes, and what fills them: `phrase!("step {step} of {last}", "第 {step} 步，共 {last} 步", step,
/// last = steps - 1)`. What fills a hole is anything that is `Into<Phrase>`.
#[macro_export]
macro_rules! phrase {
    (@value $name:ident) => { ::std::convert::Into::<$crate::text::Phrase>::into($name) };
    (@value $name:ident $value:expr) => { ::std::convert::Into::<$crate::text::Phrase>::into($value) };
    ($en:expr, $zh:expr $(, $name:ident $(= $value:expr)?)+ $(,)?) => {
        const { $crate::text::Text::new($en, $zh, &[$(stringify!($name)),+]) }
            .fill(&[$((stringify!($name), $crate::phrase!(@value $name $($value)?))),+])
    };
}

/// Whether `text` has a Chinese character or full-width punctuation: U+3000 to U+303F, U+4E00 to U+9FFF and U+FF00 to
/// U+FFEF, whose first byte in UTF-8 is 0xE3 to 0xE9 or 0xEF.
const fn has_chinese(text: &str) -> bool {
    let (bytes, mut at) = (text.as_bytes(), 0);
    while at < bytes.len() {
        if matches!(bytes[at], 0xE3..=0xE9 | 0xEF) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether `text` has each of `holes`, and no brace that is not one of theirs.
const fn has_holes(text: &str, holes: &[&str]) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut braces) = (0, 0);
    while at < bytes.len() {
        braces += (bytes[at] == b'{') as usize;
        at += 1;
    }
    let (mut hole, mut filled) = (0, 0);
    while hole < holes.len() {
        let count = count_hole(bytes, holes[hole].as_bytes());
        if count == 0 {
            return false;
        }
        filled += count;
        hole += 1;
    }
    braces == filled
}

/// How often `{name}` stands in `text`.
const fn count_hole(text: &[u8], name: &[u8]) -> usize {
    let (mut start, mut count) = (0, 0);
    while start + name.len() + 2 <= text.len() {
        let mut same = text[start] == b'{' && text[start + name.len() + 1] == b'}';
        let mut at = 0;
        while same && at < name.len() {
            same = text[start + 1 + at] == name[at];
            at += 1;
        }
        count += same as usize;
        start += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_in_every_language_whatever_their_order() {
        let step = 3usize;
        let said = phrase!("step {step} of {last}", "共 {last} 步，第 {step} 步", step, last = text!("many", "很多"));
        assert_eq!((said.en.as_str(), said.zh.as_str()), ("step 3 of many", "共 很多 步，第 3 步"));
        assert_eq!(said.in_language(Language::Chinese), said.zh);
        assert_eq!(text!("Loss", "损失").in_language(Language::English), "Loss");
    }

    #[test]
    fn numbers_are_decimal_and_finite() {
        assert_eq!(["0.0003", "3e-4", ".5", "-2", "+5."].map(number), [3e-4, 3e-4, 0.5, -2.0, 5.0].map(Some));
        assert_eq!(["", "e5", "1 2", "0x10", "inf", "NaN", "1e999", "5,0"].map(number), [None; 8]);
    }

    #[test]
    fn a_message_that_lacks_something_is_refused() {
        let refused = |en, zh, holes: &[&str]| std::panic::catch_unwind(|| Text::new(en, zh, holes)).is_err();
        assert!(refused("", "损失", &[]) && refused("loss", "", &[]));
        assert!(refused("loss", "loss", &[]), "not in Chinese");
        assert!(refused("step {step}", "步", &["step"]) && refused("step", "第 {step} 步", &["step"]));
        assert!(refused("step {step}", "第 {step} 步", &[]), "a hole that nothing fills");
        assert!(refused("step {step}", "第 {steps} 步", &["step"]));
        assert!(!refused("{a} and {a}, {b}", "{b}、{a} 和", &["a", "b"]));
    }

    #[test]
    fn sentences_end_and_lists_are_separated_as_their_language_does() {
        let sentence = phrase!("collapsed at step {step}", "在第 {step} 步崩溃", step = 7u64).sentence();
        assert_eq!((sentence.en.as_str(), sentence.zh.as_str()), ("Collapsed at step 7.", "在第 7 步崩溃。"));
        assert_eq!(sentence.clone().sentence(), sentence);
        assert_eq!(Phrase::default().sentence(), Phrase::default());
        let list: Phrase = ["a", "b"].map(Phrase::from).into_iter().collect();
        assert_eq!((list.en.as_str(), list.zh.as_str()), ("a, b", "a、b"));
        assert_eq!(Phrase::from("Adam").beside(2usize), "Adam 2".into());
    }
}
