//! The pages: a file each, with its template of the same name.

pub(super) mod decisions;
pub(super) mod document;
pub(super) mod documents;
pub(super) mod overview;
pub(super) mod pair;
pub(super) mod queue;
pub(super) mod quotes;
pub(super) mod refusals;
pub(super) mod search;
pub(super) mod segments;
pub(super) mod work;
pub(super) mod works;

use super::answer::clean;
use super::visit::Visit;
use crate::error::Result;
use crate::store::{Listed, Store};

/// A document as lists and heads of columns name it.
pub(super) struct Named {
    pub id: String,
    pub lang: String,
    pub title: String,
    pub outlet: String,
    pub published: String,
    pub work: Option<String>,
    pub pairs: usize,
}

impl Named {
    pub fn new(listed: Listed) -> Named {
        let title = clean(listed.title.as_deref().unwrap_or_default());
        Named {
            title: if title.is_empty() { listed.id.clone() } else { title },
            id: listed.id,
            lang: listed.lang.to_string(),
            outlet: clean(listed.outlet.as_deref().unwrap_or_default()),
            published: listed.published.map(|moment| day(&moment.to_string())).unwrap_or_default(),
            work: listed.work,
            pairs: listed.pairs,
        }
    }
}

/// The day of a moment that is written out.
pub(super) fn day(moment: &str) -> String {
    moment.chars().take("2017-11-20".len()).collect()
}

/// What a form to choose documents offers, and what is chosen.
pub(super) struct Choices {
    pub langs: Vec<Choice>,
    pub outlets: Vec<Choice>,
    pub title: String,
    pub from: String,
    pub to: String,
}

pub(super) struct Choice {
    pub value: String,
    pub chosen: bool,
}

impl Choices {
    pub fn new(visit: &Visit, store: &Store) -> Result<Choices> {
        let (outlets, langs) = store.choices()?;
        let asked = |name: &str| visit.asked(name).unwrap_or_default().to_owned();
        let choice = |name: &str, value: String| Choice { chosen: visit.asked(name) == Some(value.as_str()), value };
        Ok(Choices {
            langs: langs.into_iter().map(|lang| choice("lang", lang.to_string())).collect(),
            outlets: outlets.into_iter().map(|outlet| choice("outlet", outlet)).collect(),
            title: asked("title"),
            from: asked("from"),
            to: asked("to"),
        })
    }
}
