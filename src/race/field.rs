//! Who races: changing the field of a race.

use crate::optim::{self, COLOURS, Optimizer, Settings};
use crate::race::config::Config;
use crate::text::Phrase;

/// The most racers that a reader can follow.
pub const FIELD: usize = 8;

/// A change of the field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldChange {
    /// One racer more: an optimizer that does not race yet, where there is one.
    Add,
    /// A racer goes on with another optimizer, at its defaults.
    Become {
        /// The racer's number.
        racer: usize,
        /// Its new optimizer.
        optimizer: &'static Optimizer,
    },
    /// A racer gets a twin with the same settings, beside it.
    Duplicate(usize),
    /// A racer leaves; the last one stays.
    Remove(usize),
    /// A racer changes place with the one before it.
    MoveUp(usize),
    /// A racer changes place with the one behind it.
    MoveDown(usize),
}

impl Config {
    /// What the racers are called: by their optimizers, and by number where several have the same.
    pub fn names(&self) -> Vec<Phrase> {
        let optimizers: Vec<&Optimizer> = self.racers.iter().map(Settings::optimizer).collect();
        let name = |at: usize| {
            if let Some(name) = &self.racers[at].name {
                return name.into();
            }
            let (own, same) = (optimizers[at], |other: &&&Optimizer| **other == optimizers[at]);
            if optimizers.iter().filter(same).count() == 1 {
                return own.name.into();
            }
            let number = optimizers[..=at].iter().filter(same).count();
            Phrase::from(own.name).beside(number)
        };
        (0..optimizers.len()).map(name).collect()
    }

    /// Makes `change` -> what happened, in words; nothing where it cannot be made.
    pub fn change(&mut self, change: FieldChange) -> Option<Phrase> {
        let names = self.names();
        let name = |racer: usize| &names[racer];
        match change {
            FieldChange::Add if self.racers.len() < FIELD => {
                let racing = |optimizer: &&Optimizer| self.racers.iter().any(|racer| racer.optimizer() == *optimizer);
                let optimizer = optim::ALL.iter().find(|optimizer| !racing(optimizer)).or(optim::ALL.last())?;
                self.racers.push(Settings::new(optimizer));
                Some(phrase!("{name} joins", "{name} 加入", name = optimizer.name))
            }
            FieldChange::Become { racer, optimizer } => {
                *self.racers.get_mut(racer)? = Settings::new(optimizer);
                let new = optimizer.name;
                Some(phrase!("{name} becomes {new}", "{name} 换成 {new}", name = name(racer), new))
            }
            FieldChange::Duplicate(racer) if self.racers.len() < FIELD => {
                self.racers.insert(racer + 1, self.racers.get(racer)?.clone());
                Some(phrase!("{name} has a twin", "复制 {name}", name = name(racer)))
            }
            FieldChange::Remove(racer) if self.racers.len() > 1 && racer < self.racers.len() => {
                self.racers.remove(racer);
                Some(phrase!("{name} leaves", "{name} 退出", name = name(racer)))
            }
            FieldChange::MoveUp(racer) if racer > 0 && racer < self.racers.len() => {
                self.racers.swap(racer - 1, racer);
                Some(phrase!("{name} moves up", "{name} 前移一位", name = name(racer)))
            }
            FieldChange::MoveDown(racer) if racer + 1 < self.racers.len() => {
                self.racers.swap(racer, racer + 1);
                Some(phrase!("{name} moves down", "{name} 后移一位", name = name(racer)))
            }
            _ => None,
        }
    }

    /// The colour of each racer, below [`COLOURS`]: its own, or that of its lane.
    pub fn colours(&self) -> Vec<usize> {
        self.racers.iter().zip(0..).map(|(racer, lane)| racer.colour.unwrap_or(lane % COLOURS)).collect()
    }

    /// Gives racer `racer` a name of its own; one without a letter gives it that of its optimizer again.
    pub fn rename(&mut self, racer: usize, name: &str) {
        if let Some(racer) = self.racers.get_mut(racer) {
            racer.name = optim::name_of(name);
        }
    }

    /// Gives racer `racer` a colour.
    pub fn recolour(&mut self, racer: usize, colour: usize) {
        if let Some(racer) = self.racers.get_mut(racer) {
            racer.colour = Some(colour % COLOURS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::NAME_LENGTH;
    use crate::text::Language;

    #[test]
    fn the_field_grows_changes_and_shrinks() {
        let mut config = Config::default();
        let names = |config: &Config| config.names().into_iter().map(|name| name.en).collect::<Vec<_>>();
        assert_eq!(names(&config), ["Gradient descent", "RMSprop", "Adam"]);
        let added = config.change(FieldChange::Add).expect("there is room").en;
        let new = config.racers[3].optimizer();
        assert!(
            added == format!("{} joins", new.name.in_language(Language::English))
                && !["gd", "rmsprop", "adam"].contains(&new.id),
            "{added}"
        );
        config.racers[0].set("learning_rate", &optim::ALL[0].knobs[0], 0.5).expect("in range");
        config.change(FieldChange::Duplicate(0)).expect("there is room");
        assert_eq!(config.racers[0], config.racers[1], "a twin has the same settings");
        assert_eq!(names(&config)[..3], ["Gradient descent 1", "Gradient descent 2", "RMSprop"]);
        config.change(FieldChange::MoveUp(2)).expect("it is not the first");
        assert_eq!(names(&config)[..3], ["Gradient descent 1", "RMSprop", "Gradient descent 2"]);
        config.change(FieldChange::MoveDown(1)).expect("it is not the last");
        assert_eq!(names(&config)[..3], ["Gradient descent 1", "Gradient descent 2", "RMSprop"]);
        config.change(FieldChange::MoveUp(2)).expect("it is not the first");
        let adam = optim::find("adam").expect("registered");
        config.change(FieldChange::Become { racer: 0, optimizer: adam }).expect("racer 0 is there");
        assert_eq!(names(&config)[0], "Adam 1");
        while config.racers.len() > 1 {
            config.change(FieldChange::Remove(0)).expect("it is not the last");
        }
    }

    #[test]
    fn racers_have_names_and_colours_of_their_own() {
        let mut config = Config::default();
        assert_eq!(config.colours(), [0, 1, 2]);
        config.recolour(0, 7);
        config.rename(1, "  The favourite ");
        assert_eq!(config.colours(), [7, 1, 2]);
        assert_eq!(config.names()[1].en, "The favourite");
        config.rename(1, " ");
        assert_eq!(config.names()[1].en, "RMSprop");
        config.rename(1, &"x".repeat(NAME_LENGTH + 1));
        assert_eq!(Config::from_json(&config.to_json()), Ok(config));
    }

    #[test]
    fn what_cannot_be_changed_stays() {
        let mut config = Config::default();
        assert_eq!(config.change(FieldChange::MoveUp(0)), None);
        assert_eq!(config.change(FieldChange::MoveDown(2)), None);
        assert_eq!(config.change(FieldChange::Duplicate(3)), None);
        assert_eq!(config.change(FieldChange::Remove(3)), None);
        while config.racers.len() < FIELD {
            config.change(FieldChange::Add).expect("there is room");
        }
        assert_eq!(config.change(FieldChange::Add), None);
        assert_eq!(config.change(FieldChange::Duplicate(0)), None);
        config.racers.truncate(1);
        assert_eq!(config.change(FieldChange::Remove(0)), None, "the last one stays");
    }
}
