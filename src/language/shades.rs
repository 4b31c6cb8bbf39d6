use super::{Language, lower};
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The small words by which renderings of one statement differ: the contents of `languages/<tag>/shades.toml`.
///
/// Patterns stand under names that all languages share, so that "almost" and "почти" are one hedge; a pattern with two senses
/// stands under both. A pattern is a word or several. A word with `~` at its end stands for all words that begin so, with `~` at its
/// start for all that end so and have two more letters at least; `|` parts the words that may stand in one place: `not|no less than`.
/// Of patterns of one kind that begin at one word the longest is taken. All is compared in small letters.
///
/// Two names are of no sense: what stands under `weak` may answer to any sense on the other side, and is no difference by itself;
/// what stands under `none` is nothing of the kind ("rather than").
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shades {
    /// Whether a verb may leave its subject out, so that no "I" or "we" need be seen.
    pub drops_person: bool,
    /// What makes a statement less sure, or says whose word it is: "almost", "at least", "according to our statistics".
    pub hedges: Senses,
    /// The same beside a figure, and only there: "about", "over".
    pub approximations: Senses,
    /// What makes a word stronger or weaker, by [`STRENGTHS`].
    pub intensifiers: Senses,
    /// What can, may, must, should or will be.
    pub modals: Senses,
    /// Words and endings that negate, under `not`.
    pub negations: Senses,
    /// Words and endings of the first person, under `i` and `we`; words for others under `other`.
    pub persons: Senses,
    /// "Last year", "this year" and "next year".
    pub years: Senses,
    /// What attributes words and says more than that they were said: "claimed", "admitted".
    pub cues: Senses,
}

/// Patterns by the name of what they mean.
pub type Senses = BTreeMap<String, Vec<String>>;

/// The names of intensifiers, the weakest first.
pub const STRENGTHS: [&str; 4] = ["slight", "fair", "strong", "extreme"];

/// What may answer to any sense, and is no difference by itself.
pub const WEAK: &str = "weak";

/// What is nothing of the kind.
pub const NONE: &str = "none";

impl Shades {
    /// Reads `shades.toml`. Errors name the line, or the name that stands for nothing.
    pub fn parse(place: &str, toml: &str, language: &Language) -> Result<Shades> {
        let mut shades: Shades = toml::from_str(toml).map_err(|e| Error::input(place, e.to_string()))?;
        let named: [(&str, &Senses, &[&str]); 4] = [
            ("intensifiers", &shades.intensifiers, &STRENGTHS),
            ("negations", &shades.negations, &["not"]),
            ("persons", &shades.persons, &["i", "we", "other"]),
            ("years", &shades.years, &["last", "this", "next"]),
        ];
        for (kind, senses, names) in named {
            let unknown = senses.keys().find(|name| !names.contains(&name.as_str()) && *name != WEAK && *name != NONE);
            if let Some(name) = unknown {
                return Err(Error::input(place, format!("[{kind}] has no {name:?}, but {}", names.join(", "))));
            }
        }
        let kinds = [
            &mut shades.hedges,
            &mut shades.approximations,
            &mut shades.intensifiers,
            &mut shades.modals,
            &mut shades.negations,
            &mut shades.persons,
            &mut shades.years,
            &mut shades.cues,
        ];
        for pattern in kinds.into_iter().flat_map(|senses| senses.values_mut()).flatten() {
            *pattern = language.normal(lower(pattern, language.casing));
        }
        Ok(shades)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Languages;
    use super::*;

    #[test]
    fn every_language_has_the_same_senses() {
        let read = |l: &Language| Shades::parse(&l.tag, &l.shades, l).unwrap();
        let senses = |s: &Shades| {
            let kinds = [&s.hedges, &s.approximations, &s.intensifiers, &s.modals, &s.persons, &s.years, &s.cues];
            let named =
                |senses: &&Senses| senses.keys().filter(|name| *name != NONE && *name != WEAK).cloned().collect();
            kinds.iter().map(named).collect::<Vec<Vec<String>>>()
        };
        let mut all = Languages::bundled().iter().map(|l| (l.tag.clone(), senses(&read(l))));
        let (_, first) = all.next().unwrap();
        for (tag, found) in all {
            assert_eq!(found, first, "{tag}");
        }
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_an_error() {
        let language = Languages::bundled().iter().next().unwrap();
        let error = Shades::parse("x", "[intensifiers]\nhuge = [\"vast\"]", language).unwrap_err();
        assert!(error.to_string().contains("\"huge\""), "{error}");
    }
}
