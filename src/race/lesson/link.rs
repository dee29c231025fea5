//! A lesson in a page's address: `lesson=ID` before the race, which is left out where it is the lesson's own.

use super::Lesson;
use crate::race::address::{Link, VERSION};

/// The pair that names the lesson.
const LESSON: &str = "lesson";

/// What an address says.
#[derive(Clone, Debug, Default)]
pub struct LessonLink {
    /// The lesson that is open.
    pub lesson: Option<&'static Lesson>,
    /// The race.
    pub link: Link,
}

impl PartialEq for LessonLink {
    fn eq(&self, other: &Self) -> bool {
        self.lesson.map(|lesson| lesson.id) == other.lesson.map(|lesson| lesson.id) && self.link == other.link
    }
}

impl LessonLink {
    /// The race of `lesson`, with it open.
    pub fn of(lesson: &'static Lesson) -> Self {
        Self { lesson: Some(lesson), link: lesson.link() }
    }

    /// The pairs that [`LessonLink::read`] makes it of again.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Some(lesson) = self.lesson else { return self.link.pairs() };
        let mut pairs = vec![(LESSON, lesson.id.to_owned())];
        if self.link != lesson.link() {
            let version = (VERSION.0, VERSION.1.to_owned());
            // Were there no pair, it would be the lesson's race.
            pairs.extend(Some(self.link.pairs()).filter(|race| !race.is_empty()).unwrap_or_else(|| vec![version]));
        }
        pairs
    }

    /// What `pairs` say, and what of them was left out; see [`Link::read`].
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<String>) {
        let (lessons, race): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| *name == LESSON);
        let mut lesson = None;
        let mut unknown = Vec::new();
        for (name, id) in lessons {
            match super::find(id) {
                Some(found) if lesson.is_none() => lesson = Some(found),
                _ => unknown.push([name, "=", id].concat()),
            }
        }
        if let Some(lesson) = lesson.filter(|_| race.is_empty()) {
            return (Self::of(lesson), unknown);
        }
        let (link, left_out) = Link::read(race);
        unknown.extend(left_out);
        (Self { lesson, link }, unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::race::lesson::ALL;

    fn back(link: &LessonLink) -> LessonLink {
        let pairs = link.pairs();
        let (read, left_out) = LessonLink::read(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        assert_eq!(left_out, [""; 0]);
        read
    }

    #[test]
    fn a_lesson_s_own_race_goes_without_saying_and_any_other_is_said() {
        for lesson in &ALL {
            let mut link = LessonLink::of(lesson);
            assert_eq!(link.pairs(), [("lesson", lesson.id.to_owned())]);
            assert_eq!(back(&link), link);
            link.link.config.seed = 77;
            assert!(link.pairs().len() > 2);
            assert_eq!(back(&link), link);
            link.link = Link::default();
            assert_eq!(back(&link), link);
            link.lesson = None;
            assert_eq!((link.pairs(), back(&link)), (vec![], link));
        }
    }

    #[test]
    fn an_unknown_lesson_is_left_out_and_named() {
        let (link, left_out) =
            LessonLink::read([("lesson", "flying"), ("seed", "3"), ("lesson", "tuned"), ("lesson", "batch")]);
        assert_eq!((link.lesson.map(|lesson| lesson.id), link.link.config.seed), (Some("tuned"), 3));
        assert_eq!(left_out, ["lesson=flying", "lesson=batch"]);
        let (link, left_out) = LessonLink::read([("lesson", "flying")]);
        assert_eq!((link, left_out), (LessonLink::default(), vec!["lesson=flying".to_owned()]));
    }
}
