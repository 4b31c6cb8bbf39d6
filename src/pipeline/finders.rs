//! Quotes are found in texts of any language.

use crate::language::{Lang, Languages};
use crate::model::Quote;
use crate::quote::Finder;
use rustc_hash::FxHashMap;

/// Finds quotes in every language that is known, and marks in others.
pub struct Finders<'a> {
    known: FxHashMap<&'a str, Finder<'a>>,
    unknown: Finder<'a>,
}

impl<'a> Finders<'a> {
    /// For these languages.
    pub fn new(languages: &'a Languages) -> Finders<'a> {
        let known = languages.iter().map(|l| (l.tag.as_str(), Finder::new(Some(l)))).collect();
        Finders { known, unknown: Finder::new(None) }
    }

    /// The quotes of a text in a language.
    pub fn quotes(&self, lang: &Lang, text: &str) -> Vec<Quote> {
        self.known.get(lang.primary()).unwrap_or(&self.unknown).quotes(text)
    }
}
