//! A race's configuration and its JSON form, in which missing fields take the defaults.

use serde_json::{Map, Value};

use crate::data::Preprocessing;
use crate::model::{Activation, HIDDEN_LAYERS, Initializer, NARROWEST, Network, WIDEST};
use crate::optim::{self, COLOURS, Knob, KnobError, NAME_LENGTH, Optimizer, Scale, Settings, one_of, shown};
use crate::text::{Phrase, Text};

/// The field that lists the hidden layers' widths.
pub const HIDDEN: &str = "hidden";

/// What the page calls them.
pub const HIDDEN_LABEL: Text = text!("Hidden layers", "隐藏层");

/// What they are, for a reader.
pub const HIDDEN_DOC: Text = text!(
    "The widths of up to three hidden layers, 8 to 512 units each, such as 128 or 256, 64. Empty: pixels feed the \
     classes directly, a linear model.",
    "最多三个隐藏层的宽度，每层 8 到 512 个单元，例如 128 或 256, 64。留空则像素直接连接到类别，即线性模型。"
);

/// The most racers in one race.
pub const RACERS: usize = 64;

/// Draws the initial weights and the minibatches.
pub const SEED: Knob = Knob {
    name: "seed",
    label: text!("Seed", "随机种子"),
    symbol: "",
    min: 0.0,
    max: u32::MAX as f64,
    default: 1.0,
    scale: Scale::Integer,
    doc: text!(
        "Draws the initial weights and the order of the images. The same seed gives the same race again.",
        "决定初始权重和图像的顺序。相同的种子会重现同一场竞赛。"
    ),
};

/// Images per minibatch.
pub const BATCH_SIZE: Knob = Knob {
    name: "batch_size",
    label: text!("Batch size", "批大小"),
    symbol: "",
    min: 8.0,
    max: 1024.0,
    default: 128.0,
    scale: Scale::Integer,
    doc: text!(
        "How many images each step averages over. Small batches give noisy but more frequent steps.",
        "每一步对多少张图像取平均。批越小，每步噪声越大，但步数更多。"
    ),
};

/// How the weights start.
pub const INIT: Knob = Knob {
    name: "init",
    label: text!("Initial weights", "初始权重"),
    symbol: "",
    min: 0.0,
    max: 3.0,
    default: 0.0,
    scale: Scale::Choice(&Initializer::ALTERNATIVES),
    doc: text!(
        "How the weights are drawn at the start, the same for every racer. All zeros is the classic mistake: no \
         unit can become different from another.",
        "开始时如何抽取权重，所有选手都相同。全零是经典的错误：没有一个单元能变得与其他单元不同。"
    ),
};

/// What the network sees of the pixels.
pub const PREPROCESSING: Knob = Knob {
    name: "preprocessing",
    label: text!("Preprocessing", "预处理"),
    symbol: "",
    min: 0.0,
    max: 2.0,
    default: 0.0,
    scale: Scale::Choice(&Preprocessing::ALTERNATIVES),
    doc: text!(
        "What the network sees of the pixels: from 0 to 1; with mean 0 and deviation 1; or only black and white.",
        "网络看到怎样的像素：从 0 到 1；均值为 0、标准差为 1；或只有黑白。"
    ),
};

/// What hidden units do.
pub const ACTIVATION: Knob = Knob {
    name: "activation",
    label: text!("Activation", "激活函数"),
    symbol: "",
    min: 0.0,
    max: 2.0,
    default: 0.0,
    scale: Scale::Choice(&Activation::ALTERNATIVES),
    doc: text!(
        "What a hidden unit does with its input. ReLU cuts off below zero, tanh bends at both ends, GELU bends \
         softly.",
        "隐藏单元如何处理输入。ReLU 截去负值，tanh 在两端弯平，GELU 弯得平缓。"
    ),
};

/// The share of hidden units that each step leaves out.
pub const DROPOUT: Knob = Knob {
    name: "dropout",
    label: text!("Dropout", "随机失活（Dropout）"),
    symbol: "",
    min: 0.0,
    max: 0.9,
    default: 0.0,
    scale: Scale::Linear,
    doc: text!(
        "The share of hidden units that every step leaves out, by chance and the same for every racer, so that none \
         relies on another.",
        "每一步随机略去的隐藏单元所占的比例，所有选手都相同，使单元之间不互相依赖。"
    ),
};

/// What all racers share, beside the widths of the hidden layers: the network's and the race's settings.
pub static RACE_KNOBS: [Knob; 6] = [SEED, BATCH_SIZE, INIT, PREPROCESSING, ACTIVATION, DROPOUT];

/// Epochs to run; no part of the race itself, which may go on for as long as one likes.
pub const EPOCHS: Knob = Knob {
    name: "epochs",
    label: text!("Epochs", "轮数"),
    symbol: "",
    min: 1.0,
    max: 100.0,
    default: 5.0,
    scale: Scale::Integer,
    doc: text!(
        "How often the race goes through all training images before it stops.",
        "竞赛把全部训练图像过几遍后停止。"
    ),
};

/// Race steps per second; its maximum means as fast as the engine can.
pub const PACE: Knob = Knob {
    name: "pace",
    label: text!("Pace", "速度"),
    symbol: "",
    min: 1.0,
    max: 10_000.0,
    default: 47.0,
    scale: Scale::Log,
    doc: text!(
        "How many steps are shown each second. All the way up is turbo: as fast as the engine can.",
        "每秒走多少步。拉到最右是全速：引擎能跑多快就多快。"
    ),
};

/// What defines a race: with the dataset, its curves follow to the last digit.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Draws the initial weights and the minibatches.
    pub seed: u32,
    /// Images per minibatch, 8 to 1,024.
    pub batch_size: usize,
    /// How the weights start.
    pub init: Initializer,
    /// What the network sees of the pixels.
    pub preprocessing: Preprocessing,
    /// The network that every racer trains.
    pub network: Network,
    /// The share of hidden units that each step leaves out, 0 to 0.9.
    pub dropout: f64,
    /// The racers, 1 to [`RACERS`].
    pub racers: Vec<Settings>,
}

/// A configuration that is none. Every sentence names the field, what it held and what it takes.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum ConfigError {
    /// A field that nothing has.
    UnknownField {
        /// Where.
        field: String,
        /// What there is.
        known: Phrase,
    },
    /// A value of the wrong kind or out of range.
    Value(#[from] KnobError),
}

impl ConfigError {
    /// The refusal in words.
    pub fn words(&self) -> Phrase {
        match self {
            Self::UnknownField { field, known } => phrase!(
                "{field} is not a setting here; the settings are {known}",
                "这里没有 {field} 这项设置；可用的设置有：{known}",
                field,
                known,
            ),
            Self::Value(error) => error.words(),
        }
    }

    fn value(field: &str, found: &Value, expected: impl Into<Phrase>) -> Self {
        Self::Value(KnobError { field: field.into(), found: shown(found), expected: expected.into() })
    }
}

impl Default for Config {
    /// One racer of each optimizer that the page starts with: gradient descent, RMSprop, Adam.
    fn default() -> Self {
        let racers = ["gd", "rmsprop", "adam"].iter().filter_map(|id| optim::find(id)).map(Settings::new);
        Self {
            seed: SEED.default as u32,
            batch_size: BATCH_SIZE.default as usize,
            init: Initializer::ALL[0],
            preprocessing: Preprocessing::ALL[0],
            network: Network::default(),
            dropout: DROPOUT.default,
            racers: racers.collect(),
        }
    }
}

impl Config {
    /// JSON object -> configuration.
    ///
    /// # Errors
    /// [`ConfigError`] for an unknown field, a value of the wrong kind or out of range, or too few or too many racers.
    pub fn from_json(json: &Value) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        for (name, value) in object("config", json)? {
            match name.as_str() {
                "racers" => config.racers = racers(value)?,
                _ => config.set_shared(name, value)?,
            }
        }
        Ok(config)
    }

    /// The JSON object that [`Config::from_json`] reads back, every field written.
    pub fn to_json(&self) -> Value {
        let mut fields: Map<String, Value> =
            RACE_KNOBS.iter().map(|knob| (knob.name.to_owned(), knob.json(self.shared(knob)))).collect();
        fields.insert(HIDDEN.to_owned(), self.network.hidden.as_slice().into());
        fields.insert("racers".to_owned(), self.racers.iter().map(racer_json).collect());
        Value::Object(fields)
    }

    /// The value of `knob`, one of [`RACE_KNOBS`]; its default where it is none of them.
    pub fn shared(&self, knob: &Knob) -> f64 {
        match knob.name {
            "seed" => f64::from(self.seed),
            "batch_size" => self.batch_size as f64,
            "init" => self.init as usize as f64,
            "preprocessing" => self.preprocessing as usize as f64,
            "activation" => self.network.activation as usize as f64,
            "dropout" => self.dropout,
            _ => knob.default,
        }
    }

    /// Sets what all racers share: one of [`RACE_KNOBS`], or `hidden`, the list of the hidden layers' widths.
    ///
    /// # Errors
    /// [`ConfigError`] if nothing is called `name`, or it does not take the value.
    pub fn set_shared(&mut self, name: &str, value: &Value) -> Result<(), ConfigError> {
        if name == HIDDEN {
            self.network.hidden = widths(value)?;
            return Ok(());
        }
        let Some(knob) = RACE_KNOBS.iter().find(|knob| knob.name == name) else {
            let known = RACE_KNOBS.iter().map(|knob| knob.name).chain([HIDDEN, "racers"]);
            return Err(unknown(name.to_owned(), known));
        };
        let number = knob.read(name, value)?;
        match name {
            "seed" => self.seed = number as u32,
            "batch_size" => self.batch_size = number as usize,
            "init" => self.init = Initializer::ALL[number as usize],
            "preprocessing" => self.preprocessing = Preprocessing::ALL[number as usize],
            "activation" => self.network.activation = Activation::ALL[number as usize],
            _ => self.dropout = number,
        }
        Ok(())
    }

    /// Sets knob `name` of racer `racer`.
    ///
    /// # Errors
    /// [`ConfigError`] if there is no such racer or knob, or the knob does not take the value.
    pub fn set(&mut self, racer: usize, name: &str, value: &Value) -> Result<(), ConfigError> {
        let racers = self.racers.len();
        let last = racers - 1;
        let expected = phrase!("a racer's number from 0 to {last}", "0 到 {last} 之间的选手编号", last);
        let settings =
            self.racers.get_mut(racer).ok_or_else(|| ConfigError::value("racer", &racer.into(), expected))?;
        set_knob(settings, &format!("racers[{racer}]"), name, value)
    }
}

fn object<'a>(field: &str, json: &'a Value) -> Result<&'a Map<String, Value>, ConfigError> {
    json.as_object().ok_or_else(|| ConfigError::value(field, json, text!("an object", "一个对象")))
}

fn unknown<'a>(field: String, known: impl IntoIterator<Item = &'a str>) -> ConfigError {
    ConfigError::UnknownField { field, known: known.into_iter().map(Phrase::from).collect() }
}

/// The hidden layers' widths as someone types them: numbers, with whatever between them.
///
/// # Errors
/// [`ConfigError`] for what is no number, and for too many or too large ones.
pub fn typed_widths(text: &str) -> Result<Vec<usize>, ConfigError> {
    let parts = text.split(|character: char| character.is_whitespace() || ",;，；、-–→×".contains(character));
    let width = |part: &str| part.parse::<u64>().map_or_else(|_| part.into(), Value::from);
    widths(&parts.filter(|part| !part.is_empty()).map(width).collect())
}

/// The hidden layers' widths.
fn widths(value: &Value) -> Result<Vec<usize>, ConfigError> {
    let width = |width: &Value| {
        let units = width.as_u64().map(|units| units as usize);
        units.filter(|units| (NARROWEST..=WIDEST).contains(units)).ok_or_else(|| {
            ConfigError::value(
                HIDDEN,
                width,
                phrase!(
                    "whole numbers from {least} to {most}, one for each layer",
                    "介于 {least} 和 {most} 之间的整数，每层一个",
                    least = NARROWEST,
                    most = WIDEST,
                ),
            )
        })
    };
    match value.as_array() {
        Some(list) if list.len() <= HIDDEN_LAYERS => list.iter().map(width).collect(),
        _ => Err(ConfigError::value(
            HIDDEN,
            value,
            phrase!("a list of 0 to {most} widths", "0 到 {most} 个宽度的列表", most = HIDDEN_LAYERS),
        )),
    }
}

fn racers(value: &Value) -> Result<Vec<Settings>, ConfigError> {
    let expected = || phrase!("a list of 1 to {most} racers", "1 到 {most} 名选手的列表", most = RACERS);
    let list = value.as_array().ok_or_else(|| ConfigError::value("racers", value, expected()))?;
    if list.is_empty() || list.len() > RACERS {
        return Err(ConfigError::value("racers", value, expected()));
    }
    list.iter().enumerate().map(|(at, json)| racer(&format!("racers[{at}]"), json)).collect()
}

fn racer(field: &str, json: &Value) -> Result<Settings, ConfigError> {
    let fields = object(field, json)?;
    let mut settings = Settings::new(optimizer(field, fields.get("optimizer").unwrap_or(&Value::Null))?);
    for (name, value) in fields {
        match name.as_str() {
            "optimizer" => {}
            "name" => settings.name = Some(racer_name(&format!("{field}.name"), value)?),
            "colour" => settings.colour = Some(colour(&format!("{field}.colour"), value)?),
            _ => set_knob(&mut settings, field, name, value)?,
        }
    }
    Ok(settings)
}

fn racer_name(field: &str, value: &Value) -> Result<String, ConfigError> {
    let expected = || phrase!("a text of 1 to {most} characters", "1 到 {most} 个字符的文本", most = NAME_LENGTH);
    let name = value.as_str().filter(|name| name.trim().chars().count() <= NAME_LENGTH).and_then(optim::name_of);
    name.ok_or_else(|| ConfigError::value(field, value, expected()))
}

fn colour(field: &str, value: &Value) -> Result<usize, ConfigError> {
    let number = value.as_u64().map(|number| number as usize).filter(|number| *number < COLOURS);
    let expected = || phrase!("a colour's number from 0 to {last}", "0 到 {last} 之间的颜色编号", last = COLOURS - 1);
    number.ok_or_else(|| ConfigError::value(field, value, expected()))
}

fn optimizer(field: &str, value: &Value) -> Result<&'static Optimizer, ConfigError> {
    let found = value.as_str().and_then(optim::find);
    found.ok_or_else(|| ConfigError::value(&format!("{field}.optimizer"), value, one_of(optimizers())))
}

/// What an optimizer may be called.
fn optimizers() -> impl Iterator<Item = &'static str> {
    optim::ALL.iter().map(|optimizer| optimizer.id)
}

fn set_knob(settings: &mut Settings, racer: &str, name: &str, value: &Value) -> Result<(), ConfigError> {
    let field = format!("{racer}.{name}");
    let Some(knob) = settings.knob(name) else {
        let known = ["optimizer", "name", "colour"].into_iter().chain(settings.values().map(|(knob, _)| knob.name));
        return Err(unknown(field, known));
    };
    Ok(settings.set(&field, knob, knob.read(&field, value)?)?)
}

fn racer_json(settings: &Settings) -> Value {
    let mut fields = Map::new();
    fields.insert("optimizer".to_owned(), settings.optimizer().id.into());
    fields.extend(settings.name.iter().map(|name| ("name".to_owned(), name.as_str().into())));
    fields.extend(settings.colour.iter().map(|colour| ("colour".to_owned(), (*colour).into())));
    fields.extend(settings.values().map(|(knob, value)| (knob.name.to_owned(), knob.json(value))));
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(json: &Value) -> String {
        Config::from_json(json).expect_err("must be refused").to_string()
    }

    #[test]
    fn missing_fields_take_the_defaults_and_json_comes_back() {
        assert_eq!(Config::from_json(&json!({})), Ok(Config::default()));
        let config = Config::from_json(&json!({
            "seed": 7, "hidden": [64, 32], "activation": "gelu", "dropout": 0.2, "preprocessing": "standardize",
            "racers": [{ "optimizer": "gd", "nesterov": true, "momentum": 0.9, "name": "Nesterov", "colour": 5 }]
        }))
        .expect("valid");
        assert_eq!((config.seed, config.batch_size, config.racers.len()), (7, 128, 1));
        assert_eq!(Config::from_json(&config.to_json()), Ok(config));
    }

    #[test]
    fn widths_are_read_as_people_write_them() {
        for (text, expected) in
            [("128", vec![128]), (" 256, 64 ", vec![256, 64]), ("64-32-16", vec![64, 32, 16]), ("", vec![])]
        {
            assert_eq!(typed_widths(text), Ok(expected), "{text}");
        }
        let refusal = |text| typed_widths(text).expect_err("must be refused").to_string();
        assert_eq!(refusal("many"), "hidden is \"many\", but must be whole numbers from 8 to 512, one for each layer");
        assert_eq!(refusal("128, 4"), "hidden is 4, but must be whole numbers from 8 to 512, one for each layer");
        assert_eq!(refusal("8 8 8 8"), "hidden is a list of 4, but must be a list of 0 to 3 widths");
    }

    #[test]
    fn every_refusal_names_field_value_and_range() {
        assert_eq!(refusal(&json!([])), "config is a list of 0, but must be an object");
        assert_eq!(refusal(&json!({ "batch_size": 4 })), "batch_size is 4, but must be a whole number from 8 to 1024");
        assert_eq!(
            refusal(&json!({ "batchsize": 4 })),
            "batchsize is not a setting here; the settings are seed, batch_size, init, preprocessing, activation, \
             dropout, hidden, racers"
        );
        assert_eq!(
            refusal(&json!({ "init": "he" })),
            "init is \"he\", but must be one of he_normal, glorot_uniform, pytorch, zeros"
        );
        assert_eq!(refusal(&json!({ "hidden": 128 })), "hidden is 128, but must be a list of 0 to 3 widths");
        assert_eq!(
            refusal(&json!({ "hidden": [128, 4] })),
            "hidden is 4, but must be whole numbers from 8 to 512, one for each layer"
        );
        assert_eq!(
            refusal(&json!({ "racers": [{ "optimizer": "gd", "name": "" }] })),
            "racers[0].name is \"\", but must be a text of 1 to 40 characters"
        );
        assert_eq!(
            refusal(&json!({ "racers": [{ "optimizer": "gd", "colour": 8 }] })),
            "racers[0].colour is 8, but must be a colour's number from 0 to 7"
        );
        assert_eq!(refusal(&json!({ "racers": [] })), "racers is a list of 0, but must be a list of 1 to 64 racers");
        assert_eq!(
            refusal(&json!({ "racers": [{}] })),
            format!("racers[0].optimizer is missing, but must be {}", one_of(optimizers()).en)
        );
        assert_eq!(
            refusal(&json!({ "racers": [{ "optimizer": "adam", "rho": 0.9 }] })),
            "racers[0].rho is not a setting here; the settings are optimizer, name, colour, learning_rate, beta1, \
             beta2, epsilon, correct_v, schedule, schedule_steps, schedule_factor, warmup_steps, l1, l2, weight_decay, \
             clip_norm, clip_value, label_smoothing"
        );
        assert_eq!(
            refusal(&json!({ "racers": [{ "optimizer": "adam", "beta2": 1 }] })),
            "racers[0].beta2 is 1, but must be a number from 0 to 0.9999"
        );
    }

    #[test]
    fn set_reaches_one_racer_only() {
        let mut config = Config::default();
        config.set(2, "learning_rate", &json!(0.01)).expect("valid");
        let expected = Config::from_json(&json!({ "racers": [
            { "optimizer": "gd" }, { "optimizer": "rmsprop" }, { "optimizer": "adam", "learning_rate": 0.01 }
        ] }));
        assert_eq!(Ok(config.clone()), expected);
        let error = config.set(3, "learning_rate", &json!(0.01)).expect_err("there are three");
        assert_eq!(error.to_string(), "racer is 3, but must be a racer's number from 0 to 2");
    }
}
