//! What is said to those who do not see the charts: who leads, now and then, and at once who is out and who has won.

use web_sys::Element;

use crate::page::dom::{self, PageError};
use crate::page::format;
use crate::page::track::{Phase, Track};
use crate::race::standings::Verdict;

/// Between two leaders lie at least so many milliseconds: more often nobody wants to hear it.
const PAUSE: f64 = 10_000.0;

/// Before so many steps anyone leads by chance.
const SETTLED: u64 = 50;

/// The live region that says it.
pub(super) struct Announcer {
    region: Element,
    names: Vec<String>,
    /// Who was said to be out.
    out: Vec<bool>,
    leader: Option<usize>,
    /// When a leader was said last, milliseconds.
    said: f64,
    finished: bool,
}

impl Announcer {
    /// The announcer in the page.
    pub(super) fn new(body: &Element) -> Result<Self, PageError> {
        let region = dom::find(body, "#announcer")?;
        Ok(Self { region, names: Vec::new(), out: Vec::new(), leader: None, said: f64::NEG_INFINITY, finished: false })
    }

    /// A race of racers called `names` stands at its start.
    pub(super) fn restart(&mut self, names: Vec<String>) {
        self.out = vec![false; names.len()];
        self.names = names;
        (self.leader, self.said) = (None, f64::NEG_INFINITY);
        self.finished = false;
        dom::say(&self.region, "");
    }

    /// Says at `now`, milliseconds, what is new.
    pub(super) fn show(&mut self, now: f64, track: &Track) {
        let mut news = self.outs(track);
        let leader = track.standings.order(&track.history).first().copied();
        let leader = leader.filter(|_| track.history.steps() >= SETTLED);
        let name = leader.and_then(|racer| self.names.get(racer));
        let finished = track.phase == Phase::Finished;
        if finished && !self.finished {
            news.extend(name.map(|name| format!("The race is over: {name} won.")));
        } else if track.phase == Phase::Racing && leader != self.leader && now - self.said >= PAUSE {
            news.extend(name.map(|name| format!("{name} leads.")));
            (self.leader, self.said) = (leader, now);
        }
        self.finished = finished;
        if !news.is_empty() {
            dom::say(&self.region, &news.join(" "));
        }
    }

    /// Who is out since the last time.
    fn outs(&mut self, track: &Track) -> Vec<String> {
        let mut news = Vec::new();
        for (racer, (name, said)) in self.names.iter().zip(&mut self.out).enumerate() {
            let verdict = track.standings.verdict(racer);
            let out = verdict != Verdict::Racing;
            if out && !*said {
                news.push(format::sentence(&format!("{name} {}", verdict.words())));
            }
            *said = out;
        }
        news
    }
}
