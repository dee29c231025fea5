//! The menu that gives the race away, as a link or in a file, and takes one back.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, Element, File, HtmlCanvasElement, HtmlElement, HtmlInputElement, Url};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use gradprix::text::Language;

/// The most bytes of a file that is read as a race.
const MOST_BYTES: f64 = 1e6;

/// What the race is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Every step's metrics, CSV.
    Curves,
    /// The chart with legend and settings, PNG.
    Picture,
    /// The configuration, JSON.
    Race,
    /// A program that replays it in PyTorch.
    Python,
    /// The settings as Keras has them.
    Keras,
}

impl Form {
    const ALL: [Self; 5] = [Self::Curves, Self::Picture, Self::Race, Self::Python, Self::Keras];

    /// The file's name.
    const fn file(self) -> &'static str {
        match self {
            Self::Curves => "gradprix-curves.csv",
            Self::Picture => "gradprix.png",
            Self::Race => "run.json",
            Self::Python => "race.py",
            Self::Keras => "keras_settings.py",
        }
    }

    /// The button that saves it.
    const fn button(self) -> &'static str {
        match self {
            Self::Curves => "#save-curves",
            Self::Picture => "#save-picture",
            Self::Race => "#save-race",
            Self::Python => "#save-python",
            Self::Keras => "#save-keras",
        }
    }

    /// Whether there is nothing to save before the first step.
    pub(super) const fn needs_curves(self) -> bool {
        matches!(self, Self::Curves | Self::Picture)
    }
}

/// Makes the menu's buttons act.
pub(super) fn listen(body: &Element, sink: &Sink) -> Result<(), PageError> {
    for form in Form::ALL {
        let (button, act): (Element, _) = (dom::find(body, form.button())?, sink.clone());
        dom::listen(&button, "click", move |_| act(Action::Save(form)))?;
    }
    let (copy, act): (Element, _) = (dom::find(body, "#copy-link")?, sink.clone());
    dom::listen(&copy, "click", move |_| act(Action::CopyLink))?;
    let (picker, act): (HtmlInputElement, _) = (dom::find(body, "#import")?, sink.clone());
    let input = picker.clone();
    dom::listen(&picker, "change", move |_| {
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            import(file, act.clone());
        }
        // Else the same file, mended, could not be picked again.
        input.set_value("");
    })
}

/// Reads `file` and hands on its text as a race.
pub(super) fn import(file: File, sink: Sink) {
    if file.size() > MOST_BYTES {
        let megabytes = (file.size() / 1e6).ceil();
        let why = phrase!(
            "it has {megabytes} MB, and a race has some kilobytes",
            "它有 {megabytes} MB，而竞赛只有几 KB",
            megabytes,
        );
        return sink(Action::Import(Err(why)));
    }
    spawn_local(async move {
        // A file that is gone by now reads as one that is empty.
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
        sink(Action::Import(Ok(text.unwrap_or_default())));
    });
}

/// Saves `text` as `form`.
pub(super) fn save_text(form: Form, text: &str) -> Result<(), PageError> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.into())).map_err(dom::refused("make a file"))?;
    save(form, &blob)
}

/// Saves what is on `canvas` as `form`.
pub(super) fn save_canvas(form: Form, canvas: &HtmlCanvasElement) -> Result<(), PageError> {
    let made = Closure::once_into_js(move |blob: JsValue| {
        // Nothing comes where the browser has no memory for the picture; a click that saves nothing says so.
        if let Ok(blob) = blob.dyn_into::<Blob>() {
            drop(save(form, &blob));
        }
    });
    canvas.to_blob(made.unchecked_ref()).map_err(dom::refused("make a picture"))
}

fn save(form: Form, blob: &Blob) -> Result<(), PageError> {
    let refused = || dom::refused("save a file");
    let address = Url::create_object_url_with_blob(blob).map_err(refused())?;
    let link: HtmlElement = dom::create("a")?.unchecked_into();
    dom::attribute(&link, "href", &address)?;
    dom::attribute(&link, "download", form.file())?;
    link.click();
    // The browser has taken it by the time that the next task runs.
    let done = Closure::once_into_js(move || drop(Url::revoke_object_url(&address)));
    let timer = dom::window()?.set_timeout_with_callback_and_timeout_and_arguments_0(done.unchecked_ref(), 10_000);
    timer.map(drop).map_err(refused())
}

/// Shows `address` in the menu and copies it; says beside it whether that worked, in `language`.
pub(super) fn copy(address: String, language: Language) -> Result<(), PageError> {
    let body = dom::body()?;
    let field: HtmlInputElement = dom::find(&body, "#link")?;
    let said: Element = dom::find(&body, "#link-said")?;
    field.set_value(&address);
    spawn_local(async move {
        let copied = copied(&address).await;
        if !copied {
            // Ready for the keys that every system has for it.
            field.select();
        }
        let words =
            if copied { text!("Copied", "已复制") } else { text!("Copy it from here", "请从此处复制") };
        dom::say(&said, words.in_language(language));
    });
    Ok(())
}

/// Puts `text` into the clipboard -> whether the browser let it.
pub(super) async fn copied(text: &str) -> bool {
    match write(text) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// The promise of `text` in the clipboard; an error where the browser has none, as outside secure pages.
fn write(text: &str) -> Result<Promise, JsValue> {
    let clipboard = Reflect::get(&Reflect::get(&js_sys::global(), &"navigator".into())?, &"clipboard".into())?;
    let write: js_sys::Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    write.call1(&clipboard, &text.into())?.dyn_into()
}
