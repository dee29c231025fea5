//! What the lessons claim does happen: each one's race is raced on MNIST, as the page would.

mod mnist;

use std::rc::Rc;
use std::sync::Mutex;
use std::thread;

use gradprix::data::Dataset;
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Runner};
use gradprix::race::course::Course;
use gradprix::race::history::{Examination, History};
use gradprix::race::lesson::progress::{Outcome, Progress};
use gradprix::race::lesson::sight::Sight;
use gradprix::race::lesson::{self, ALL, Lesson};
use pollster::block_on;

/// A race so far, as the page keeps it.
struct Race {
    runner: Runner,
    history: History,
    course: Course,
}

impl Race {
    /// The race of `lesson` at its start, with another batch size where one is given.
    fn new(lesson: &Lesson, batch_size: Option<usize>, dataset: &Rc<Dataset>) -> Self {
        let mut config = lesson.link().config;
        config.batch_size = batch_size.unwrap_or(config.batch_size);
        let (racers, course) = (config.racers.len(), Course::new(dataset.train().count(), config.batch_size));
        let setup = Setup::none("not asked for");
        let runner = block_on(Runner::new(Rc::clone(dataset), config, Choice::Cpu, &setup)).expect("the CPU engine");
        Self { runner, history: History::new(racers), course }
    }

    /// So many steps more; the racers are examined where an epoch ends.
    fn run(&mut self, steps: u64) {
        let metrics = block_on(self.runner.run(steps)).expect("the engine runs");
        let racers = self.history.racers();
        for step in 0..steps as usize {
            self.history.push(|racer, metric| metrics.of(metric)[step * racers + racer]);
        }
        let step = self.history.steps();
        if step.is_multiple_of(self.course.steps_per_epoch()) {
            let evaluations = block_on(self.runner.evaluate(usize::MAX)).expect("the test images");
            self.history.examine(Examination {
                step,
                images: 10_000,
                losses: evaluations.iter().map(|evaluation| evaluation.loss).collect(),
                accuracies: evaluations.iter().map(|evaluation| evaluation.accuracy).collect(),
            });
        }
    }

    fn look(&self, progress: &mut Progress) {
        progress.look(&Sight::new(&self.history, &self.course));
    }
}

/// Takes `lesson`, the steps about another batch size after the others -> its outcome, and its first race.
fn take(lesson: &'static Lesson, dataset: &Rc<Dataset>) -> (Progress, Race) {
    let mut progress = Progress::new(lesson);
    let mut first = Race::new(lesson, None, dataset);
    let limit = first.course.steps_per_epoch() * u64::from(lesson.link().epochs);
    let others = |progress: &Progress| progress.next().and_then(|next| lesson.steps[next].batch_size);
    while first.history.steps() < limit && progress.next().is_some() && others(&progress).is_none() {
        first.run(first.course.steps_per_epoch());
        first.look(&mut progress);
    }
    if let Some(batch_size) = others(&progress) {
        let mut race = Race::new(lesson, Some(batch_size), dataset);
        while race.history.steps() < race.course.steps_per_epoch() && progress.next().is_some() {
            race.run(59);
            race.look(&mut progress);
        }
    }
    (progress, first)
}

/// Everything that was not seen, in words.
fn unseen(progress: &Progress) -> Vec<String> {
    let lesson = progress.lesson();
    let steps = lesson.steps.iter().zip(progress.outcomes()).filter(|(_, outcome)| **outcome != Outcome::Seen);
    steps.map(|(step, outcome)| format!("{}: {outcome:?}: {:?}", lesson.id, step.watch)).collect()
}

#[test]
fn every_step_of_every_lesson_happens() {
    let Some(folder) = mnist::folder() else { return };
    let queue = Mutex::new(ALL.iter());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let dataset = Rc::new(mnist::read(&folder));
        let mut problems = Vec::new();
        loop {
            let lesson = queue.lock().expect("no worker panics with it").next();
            let Some(lesson) = lesson else { return problems };
            let (progress, race) = take(lesson, &dataset);
            problems.extend(unseen(&progress));
            if lesson.id == "penalties" {
                problems.extend(not_emptied(&race));
            }
        }
    };
    let problems: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("its lessons")).collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What the lesson on penalties says of weights, which no metric shows: the share of the first layer's that are below
/// 0.001 in size, with L1 and with L2.
fn not_emptied(race: &Race) -> Option<String> {
    let share = |racer: usize| {
        let parameters = block_on(race.runner.parameters(racer)).expect("its parameters");
        let weights = &parameters[..784 * 128];
        weights.iter().filter(|weight| weight.abs() < 1e-3).count() as f64 / weights.len() as f64
    };
    let (l1, l2) = (share(1), share(2));
    (!(0.35..0.45).contains(&l1) || l2 > 0.03)
        .then(|| format!("penalties: {l1} of the weights near zero with L1, {l2} with L2"))
}

#[test]
fn a_race_that_does_not_show_it_is_not_taken_for_one() {
    let Some(folder) = mnist::folder() else { return };
    let dataset = Rc::new(mnist::read(&folder));
    let [trailing, tuned] = ["trailing", "tuned"].map(|id| lesson::find(id).expect("a lesson"));
    for (lesson, other, missed) in [(trailing, tuned, &[1, 3][..]), (tuned, trailing, &[1, 2])] {
        let mut race = Race::new(other, None, &dataset);
        race.run(469);
        let mut progress = Progress::new(lesson);
        race.look(&mut progress);
        let all = |step: &usize| progress.outcomes()[*step] == Outcome::Missed;
        assert!(missed.iter().all(all), "{} of the race of {}: {:?}", lesson.id, other.id, progress.outcomes());
    }
}

#[test]
fn racers_that_do_not_differ_pass_no_lesson() {
    for lesson in &ALL {
        let batch_sizes = lesson.steps.iter().filter_map(|step| step.batch_size);
        let mut progress = Progress::new(lesson);
        for batch_size in std::iter::once(lesson.link().config.batch_size).chain(batch_sizes) {
            let mut history = History::new(lesson.link().config.racers.len());
            (0..2400).for_each(|_| history.push(|_, _| 0.5));
            let accuracies = vec![0.5; history.racers()];
            history.examine(Examination { step: 2400, images: 10, losses: accuracies.clone(), accuracies });
            progress.look(&Sight::new(&history, &Course::new(60_000, batch_size)));
        }
        assert_eq!(progress.next(), None, "{}: all is decided", lesson.id);
        let missed = progress.outcomes().iter().filter(|outcome| **outcome == Outcome::Missed).count();
        assert!(2 * missed >= lesson.steps.len(), "{}: {:?}", lesson.id, progress.outcomes());
    }
}
