//! The page's thread: what a user does goes to the worker, what the worker reports is shown.

mod background;
mod keeping;
mod last_race;
mod lessons;
mod others;
mod recovery;
mod runs;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use background::Background;
use js_sys::Function;
use last_race::LastRace;
use recovery::Recovery;
use wasm_bindgen::prelude::*;
use web_sys::{ResizeObserver, Window, Worker};

use crate::action::{Action, Sink};
use crate::address::Address;
use crate::announcer::Announcer;
use crate::controls::Controls;
use crate::dom::{self, PageError};
use crate::frames::Frames;
use crate::inside::Panel;
use crate::last_race::{Offer, Vault};
use crate::lessons::Lessons;
use crate::message::{Command, Report, State, from_arrays};
use crate::notice::Notice;
use crate::runs::RunList;
use crate::send::send;
use crate::status::Status;
use crate::track::{Phase, Track};
use crate::view::View;
use crate::{files, keyboard, menu, share, tips};
use gradprix::engine::Choice;
use gradprix::optim::Knob;
use gradprix::race::config::{BATCH_SIZE, Config, PACE};
use gradprix::race::history::Examination;
use gradprix::race::lesson::Lesson;
use gradprix::race::lesson::link::LessonLink;
use gradprix::text::Phrase;
use runs::Archive;

/// Seeds drawn by chance stay below this: few digits to read out to others.
const SEEDS: f64 = 100_000.0;

/// Shows the race that `worker` runs; `spawn` starts another one, should it stop, and `vault` keeps races for the next
/// visit. Called once, in the page.
///
/// # Errors
/// Where the document is not the page this was built for, or the browser refuses.
#[wasm_bindgen]
pub fn start_page(worker: Worker, spawn: Function, vault: Vault) -> Result<(), JsError> {
    console_error_panic_hook::set_once();
    Ok(App::start(worker, spawn, vault)?)
}

struct App {
    window: Window,
    sink: Sink,
    /// Watches the charts' sizes.
    observer: ResizeObserver,
    worker: Worker,
    recovery: Recovery,
    view: View,
    controls: Controls,
    status: Status,
    notice: Notice,
    announcer: Announcer,
    lessons: Lessons,
    /// What the data is called.
    data: Phrase,
    inside: Panel,
    run_list: RunList,
    archive: Archive,
    last_race: LastRace,
    background: Background,
    address: Address,
    config: Config,
    choice: Choice,
    /// Race steps per second; nothing: as fast as the engine can.
    pace: Option<f64>,
    epochs: u32,
    track: Track,
    /// The race runs, or will as soon as it can.
    going: bool,
    /// The number of the race asked for last; reports of others come too late.
    race: u32,
    /// The number of the race that the curves are of.
    shown: u32,
    /// A race was asked for and is not there yet.
    configuring: bool,
    /// What sliders did since the last frame.
    moved: BTreeMap<(usize, &'static str), f64>,
    /// Whether the pace moved since then.
    paced: bool,
    frames: Frames,
}

impl App {
    fn start(worker: Worker, spawn: Function, vault: Vault) -> Result<(), PageError> {
        let shared: Rc<RefCell<Option<Self>>> = Rc::default();
        let target = Rc::clone(&shared);
        let sink: Sink = Rc::new(move |action| {
            // Events come one at a time; none is caused by acting on another.
            if let Ok(mut app) = target.try_borrow_mut()
                && let Some(app) = app.as_mut()
            {
                app.take(action);
            }
        });
        let (app, lesson, unread) = Self::new(worker, spawn, vault, &sink)?;
        app.listen(&sink)?;
        shared.borrow_mut().insert(app).greet(lesson, unread)
    }

    /// The page with the race of its address, the lesson that opens, and what to say of what the address does not mean.
    fn new(
        worker: Worker,
        spawn: Function,
        vault: Vault,
        sink: &Sink,
    ) -> Result<(Self, Option<&'static Lesson>, Option<Phrase>), PageError> {
        let body = dom::body()?;
        let (address, LessonLink { lesson, link }, unread) = Address::new(sink)?;
        files::take(&body, sink)?;
        share::listen(&body, sink)?;
        let act = sink.clone();
        let resized = Closure::<dyn FnMut()>::new(move || act(Action::Resized)).into_js_value();
        let observer = ResizeObserver::new(resized.unchecked_ref()).map_err(dom::refused("watch the charts' sizes"))?;
        let app = Self {
            sink: sink.clone(),
            observer,
            window: dom::window()?,
            worker,
            view: View::new(&body, &link.config, sink)?,
            controls: Controls::new(&body, sink)?,
            status: Status::new(&body, sink)?,
            recovery: Recovery::new(spawn, &link.config, sink)?,
            notice: Notice::new(&body, sink)?,
            announcer: Announcer::new(&body)?,
            lessons: Lessons::new(&body, sink)?,
            data: Phrase::default(),
            inside: Panel::new(&body, sink)?,
            run_list: RunList::new(&body, sink)?,
            archive: Archive::new(),
            background: Background::new(&body)?,
            last_race: LastRace::new(vault, Offer::new(&body, sink)?),
            track: Track::new(link.config.racers.len()),
            config: link.config,
            choice: Choice::Auto,
            pace: Some(PACE.default),
            epochs: link.epochs,
            address,
            going: false,
            race: 0,
            shown: 0,
            configuring: false,
            moved: BTreeMap::new(),
            paced: false,
            frames: Frames::new(sink)?,
        };
        Ok((app, lesson, unread))
    }

    /// Hears the worker, and what the browser does to the charts.
    fn listen(&self, sink: &Sink) -> Result<(), PageError> {
        self.recovery.attend(&self.worker);
        self.view.canvases().for_each(|canvas| self.observer.observe(canvas.element()));
        let act = sink.clone();
        // A page moved to another screen has other pixels, though no other size.
        dom::listen(&self.window, "resize", move |_| act(Action::Resized))?;
        for event in ["theme", "language"] {
            let act = sink.clone();
            dom::listen(&self.window, event, move |_| act(Action::Repainted))?;
        }
        runs::listen(sink)?;
        background::listen(sink)?;
        keyboard::listen(&dom::body()?, sink)?;
        tips::listen(&dom::body()?)?;
        menu::close_when_left()
    }

    /// The first words to the worker, which takes them as soon as it can.
    fn greet(&mut self, lesson: Option<&'static Lesson>, unread: Option<Phrase>) -> Result<(), PageError> {
        self.controls.show(&self.config, self.epochs)?;
        self.study(lesson)?;
        self.inside.field(&self.config)?;
        self.controls.show_pace(self.pace)?;
        self.send_pace()?;
        self.configure()?;
        unread.map_or(Ok(()), |unread| self.notice.complain(unread))?;
        self.unpack()?;
        self.frames.ask()
    }

    fn take(&mut self, action: Action) {
        if let Err(error) = self.act(action) {
            let error = error.to_string();
            let sentence = phrase!("The page failed: {error}.", "页面出错：{error}。", error);
            web_sys::console::error_1(&sentence.en.as_str().into());
            // If not even this can be shown, the console has it.
            drop(self.notice.complain(sentence));
        }
    }

    fn act(&mut self, action: Action) -> Result<(), PageError> {
        match action {
            Action::Frame(now) => return self.frame(now),
            Action::Watch => return self.watch(),
            Action::Stopped { why, place } => self.lose(why, &place)?,
            Action::CopyDetails => self.copy_details(),
            Action::Toggle => self.toggle()?,
            Action::Step => self.step()?,
            Action::Reset => self.restart(text!("the same race again", "重新进行同一场竞赛"))?,
            Action::NewSeed => self.seed((js_sys::Math::random() * SEEDS).floor())?,
            Action::Seed(seed) => self.seed(seed)?,
            Action::BatchSize(size) => self.batch_size(size)?,
            Action::ScaleBatch(factor) => self.batch_size((self.config.batch_size as f64 * factor).floor())?,
            Action::Pace(pace) => self.pace(pace)?,
            Action::Epochs(epochs) => self.epochs(epochs)?,
            Action::Engine(choice) => self.engine(choice)?,
            Action::Files(files) => self.files(files)?,
            Action::Fetch => {
                self.wake()?;
                self.send(&Command::Fetch)?;
            }
            Action::Knob { racer, knob, value } => self.knob(racer, knob, value)?,
            Action::Shared { knob, value } => self.shared(knob, value)?,
            Action::Hidden(widths) => self.hidden(widths)?,
            Action::Field(change) => self.field(change)?,
            Action::Lesson(lesson) => self.lesson(lesson)?,
            Action::LessonFrom(go) => self.lesson_from(go)?,
            Action::Rename { racer, name } => {
                self.config.rename(racer, &name);
                self.show_names(racer)?;
            }
            Action::Recolour { racer, colour } => {
                self.config.recolour(racer, colour);
                self.show_names(racer)?;
            }
            Action::Inside(insight) => self.inside.take(insight)?,
            Action::Runs(browse) => self.browse(browse)?,
            Action::LastRace(recall) => self.recall(recall)?,
            Action::Save(form) => self.save(form)?,
            Action::CopyLink => self.copy_link()?,
            Action::Import(text) => self.import(text)?,
            Action::Address(hash) => self.follow_address(&hash)?,
            Action::Read(read) => self.view.read(read, &self.track)?,
            Action::Report(report) => self.report(report)?,
            Action::Seen(seen) => self.seen(seen)?,
            Action::Resized => self.view.resize(),
            Action::Repainted => self.view.repaint()?,
        }
        let link = self.link();
        self.address.follow(&link)?;
        if self.shown == self.race {
            self.archive.follow(link.link);
        }
        self.controls.show_start(self.track.phase, self.going);
        self.frames.ask()
    }

    fn toggle(&mut self) -> Result<(), PageError> {
        self.wake()?;
        if self.going {
            self.going = false;
            return self.send(&Command::Pause);
        }
        if self.track.phase == Phase::Finished {
            self.configure()?;
        }
        if self.track.phase == Phase::Loading {
            self.notice.wait(text!("The race starts as soon as the data is here", "数据一到，竞赛就开始"))?;
        }
        self.going = true;
        self.withdraw()?;
        self.send_moves()?;
        self.send(&Command::Run)
    }

    fn step(&mut self) -> Result<(), PageError> {
        self.wake()?;
        self.withdraw()?;
        self.going = false;
        self.send_moves()?;
        self.send(&Command::Step)
    }

    fn seed(&mut self, seed: f64) -> Result<(), PageError> {
        self.config.seed = seed as u32;
        self.restart(phrase!("seed {seed}", "随机种子 {seed}", seed = self.config.seed))
    }

    fn batch_size(&mut self, size: f64) -> Result<(), PageError> {
        // Half and twice may be out of range; what was typed is not.
        self.config.batch_size = size.clamp(BATCH_SIZE.min, BATCH_SIZE.max) as usize;
        self.restart(phrase!("batch size {size}", "批大小 {size}", size = self.config.batch_size))
    }

    fn pace(&mut self, pace: f64) -> Result<(), PageError> {
        self.pace = (pace < PACE.max).then_some(pace);
        self.paced = true;
        self.controls.show_pace(self.pace)
    }

    fn epochs(&mut self, epochs: f64) -> Result<(), PageError> {
        self.epochs = epochs as u32;
        self.controls.show(&self.config, self.epochs)?;
        self.send_pace()
    }

    fn engine(&mut self, choice: Choice) -> Result<(), PageError> {
        self.choice = choice;
        self.restart(text!("another engine", "换了引擎"))
    }

    fn files(&mut self, files: JsValue) -> Result<(), PageError> {
        self.wake()?;
        self.recovery.asked(files.clone());
        self.notice.wait(text!("Reading your files", "正在读取你的文件"))?;
        self.send(&Command::Load { files })
    }

    /// Puts the race at its start and says why.
    fn restart(&mut self, why: impl Into<Phrase>) -> Result<(), PageError> {
        self.controls.show(&self.config, self.epochs)?;
        self.configure()?;
        if self.track.phase == Phase::Loading {
            return Ok(());
        }
        self.notice.tell(phrase!("Restarted: {why}", "已重新开始：{why}", why))
    }

    fn configure(&mut self) -> Result<(), PageError> {
        // The configuration holds them already.
        self.moved.clear();
        self.configuring = true;
        self.race = self.race.wrapping_add(1);
        self.recovery.restart(&self.config);
        self.wake()?;
        self.send_race()
    }

    fn send_race(&self) -> Result<(), PageError> {
        self.send(&Command::Configure { config: self.config.to_json(), engine: self.choice, race: self.race })
    }

    fn knob(&mut self, racer: usize, knob: &'static Knob, value: f64) -> Result<(), PageError> {
        if let Err(refusal) = self.config.set(racer, knob.name, &knob.json(value)) {
            return self.notice.complain(refusal.words().sentence());
        }
        self.moved.insert((racer, knob.name), value);
        match (self.view.lane(racer), self.config.racers.get(racer)) {
            (Some(lane), Some(settings)) => lane.show_knob(knob.name, settings),
            _ => Ok(()),
        }
    }

    fn report(&mut self, report: Report) -> Result<(), PageError> {
        self.recovery.heard();
        match report {
            Report::Loading { received, total } => return self.status.loading(received, total),
            Report::Data { name, notice, train, test, fingerprint } => {
                self.recovery.read(fingerprint);
                self.seek()?;
                // Which is the name of no other data.
                self.lessons.on(name.en == "MNIST")?;
                self.data.clone_from(&name);
                return self.status.data(name, notice, train, test);
            }
            Report::Ready { race, .. }
            | Report::Steps { race, .. }
            | Report::Evaluated { race, .. }
            | Report::Saved { race, .. }
            | Report::Changed { race, .. }
            | Report::Recovered { race, .. }
            | Report::Inside { race, .. }
            | Report::Answers { race, .. }
                if race != self.race =>
            {
                return Ok(());
            }
            Report::Ready { engine, images, batch_size, .. } => {
                self.configuring = false;
                self.recovery.started();
                self.keep()?;
                self.begin(images, batch_size)?;
                self.archive.begin(self.link().link, self.data.clone(), js_sys::Date::now());
                self.last_race.begin();
                self.notice.arrived()?;
                self.status.engine(Some(&engine))?;
            }
            Report::Steps { metrics, seconds, steps_per_second, .. } => {
                self.track.take(&from_arrays(&metrics), seconds, steps_per_second);
            }
            Report::Evaluated { step, images, accuracies, losses, .. } => {
                self.view.measured();
                self.track.examine(Examination { step, images, losses, accuracies });
            }
            Report::Alive => return Ok(()),
            Report::Saved { record, .. } => {
                self.recovery.saved(record);
                self.put_by_in_time();
            }
            Report::Changed { change, .. } => self.recovery.changed(change),
            Report::Panicked { details } => self.recovery.panicked(details),
            Report::Recovered { engine, sentence, .. } => {
                self.status.engine(Some(&engine))?;
                sentence.map_or(Ok(()), |sentence| self.notice.complain(sentence))?;
            }
            Report::Inside { inside, .. } => self.inside.show(inside.as_ref())?,
            Report::Answers { answers, .. } => self.inside.answer(answers)?,
            Report::State { state } => {
                self.view.change();
                self.track.enter(state);
                self.going = state == State::Racing;
                if !self.going {
                    self.put_by();
                }
            }
            Report::Failed { sentence } => {
                if std::mem::take(&mut self.configuring) {
                    self.inside.restart();
                    self.status.engine(None)?;
                }
                self.notice.complain(sentence.sentence())?;
            }
        }
        self.status.mark(&self.track)
    }

    /// The race asked for last stands at its start.
    fn begin(&mut self, images: usize, batch_size: usize) -> Result<(), PageError> {
        self.shown = self.race;
        self.track.restart(images, batch_size);
        self.announcer.restart(self.config.names());
        self.lessons.restart()?;
        self.view.restart()?;
        self.inside.restart();
        Ok(())
    }

    /// Draws, and sends what sliders did since the last frame.
    fn frame(&mut self, now: f64) -> Result<(), PageError> {
        self.frames.begin();
        self.send_moves()?;
        if let Some(command) = self.inside.asks(now, self.track.history.steps()) {
            self.send(&command)?;
        }
        // What is shown in words belongs to the curves that are drawn.
        let waits = self.view.draw(&mut self.track, now)?;
        self.view.follow(&self.track, now)?;
        if self.view.tells(now, &self.track) {
            self.view.show(&self.track, now)?;
            self.status.show(&self.track, self.config.batch_size, self.epochs);
            self.announcer.show(now, &self.track);
            self.lessons.look(&self.track)?;
        }
        if waits { self.frames.ask() } else { Ok(()) }
    }

    /// What sliders did since it was sent last.
    fn send_moves(&mut self) -> Result<(), PageError> {
        for ((racer, name), value) in std::mem::take(&mut self.moved) {
            self.send(&Command::Set { racer, name: name.to_owned(), value })?;
        }
        if std::mem::take(&mut self.paced) { self.send_pace() } else { Ok(()) }
    }

    fn send_pace(&self) -> Result<(), PageError> {
        self.send(&Command::Pace { steps_per_second: self.pace, epochs: self.epochs })
    }

    fn send(&self, command: &Command) -> Result<(), PageError> {
        send(&self.worker, command)
    }
}
