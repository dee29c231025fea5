//! What is said to those who do not see the charts: who leads, now and then, and at once who is out and who has won.

use web_sys::Element;

use crate::dom::{self, PageError};
use crate::language;
use crate::track::{Phase, Track};
use gradprix::race::standings::Verdict;
use gradprix::text::Phrase;

/// Between two leaders lie at least so many milliseconds: more often nobody wants to hear it.
const PAUSE: f64 = 10_000.0;

/// Before so many steps anyone leads by chance.
const SETTLED: u64 = 50;

/// The live region that says it.
pub(super) struct Announcer {
    region: Element,
    names: Vec<Phrase>,
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
    pub(super) fn restart(&mut self, names: Vec<Phrase>) {
        self.out = vec![false; names.len()];
        self.names = names;
        (self.leader, self.said) = (None, f64::NEG_INFINITY);
        self.finished = false;
        language::say(&self.region, Phrase::default());
    }

    /// The same racers are called `names` from now on.
    pub(super) fn rename(&mut self, names: Vec<Phrase>) {
        self.names = names;
    }

    /// Says at `now`, milliseconds, what is new.
    pub(super) fn show(&mut self, now: f64, track: &Track) {
        let mut news = self.outs(track);
        let leader = track.standings.order(&track.history).first().copied();
        let leader = leader.filter(|_| track.history.steps() >= SETTLED);
        let name = leader.and_then(|racer| self.names.get(racer));
        let finished = track.phase == Phase::Finished;
        if finished && !self.finished {
            news.extend(name.map(|name| phrase!("The race is over: {name} won.", "竞赛结束：{name} 获胜。", name)));
        } else if track.phase == Phase::Racing && leader != self.leader && now - self.said >= PAUSE {
            news.extend(name.map(|name| phrase!("{name} leads.", "{name} 领先。", name)));
            (self.leader, self.said) = (leader, now);
        }
        self.finished = finished;
        if !news.is_empty() {
            let news = news.into_iter().reduce(|said, next| said.followed_by(&next)).unwrap_or_default();
            language::say(&self.region, news);
        }
    }

    /// Who is out since the last time.
    fn outs(&mut self, track: &Track) -> Vec<Phrase> {
        let mut news = Vec::new();
        for (racer, (name, said)) in self.names.iter().zip(&mut self.out).enumerate() {
            let verdict = track.standings.verdict(racer);
            let out = verdict != Verdict::Racing;
            if out && !*said {
                news.push(Phrase::from(name).beside(verdict.words()).sentence());
            }
            *said = out;
        }
        news
    }
}
