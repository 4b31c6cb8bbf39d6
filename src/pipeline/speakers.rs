//! Who speaks in the documents of a store, and which of them are one person.

use super::Knowledge;
use crate::error::Result;
use crate::language::Lang;
use crate::link::{Called, Names};
use crate::model::{Document, Person, Quote, Speaker, speakers};
use crate::store::Store;
use rustc_hash::FxHashMap;

/// The speakers of a document, in the order of its quotes.
pub(super) fn speakers_of(document: &Document, quotes: &[Quote], names: &Names) -> Vec<Speaker> {
    let lang = &document.language.lang;
    let speaker = |name: &str| Speaker { kind: names.kind(lang, name), name: name.to_owned() };
    speakers(quotes).into_iter().map(speaker).collect()
}

/// The speakers of a document among all: where they begin, and which of its quotes is whose.
struct Voices {
    first: u32,
    of_quotes: Vec<Option<u32>>,
}

/// Who speaks in several documents of a store, sorted by the first. Its names are in memory at once, its texts are not.
pub fn persons(store: &Store, knowledge: Knowledge) -> Result<Vec<Person>> {
    let mut voices: FxHashMap<String, Voices> = FxHashMap::default();
    let mut all: Vec<(String, Lang, u32, String)> = Vec::new();
    store.for_each_summary(|summary| {
        let quotes = store.quotes(&summary.id)?;
        let names = speakers(&quotes);
        let place = |name: &str| names.iter().position(|known| *known == name).map(|n| n as u32);
        let of_quotes = quotes.iter().map(|q| place(q.speaker.as_deref()?)).collect();
        voices.insert(summary.id.clone(), Voices { first: all.len() as u32, of_quotes });
        let called = |(n, name): (u32, &&str)| (summary.id.clone(), summary.lang.clone(), n, (*name).to_owned());
        all.extend((0..).zip(&names).map(called));
        Ok(())
    })?;
    let mut statements: Vec<Vec<u32>> = Vec::new();
    store.for_each_group(|group| {
        let speaks = group.renderings.iter().filter_map(|rendering| {
            let voices = voices.get(&rendering.document)?;
            Some(voices.first + (*voices.of_quotes.get(rendering.quote as usize)?)?)
        });
        statements.push(speaks.collect());
        Ok(())
    })?;
    let called: Vec<Called> =
        all.iter().map(|(document, lang, speaker, name)| Called { document, lang, speaker: *speaker, name }).collect();
    Ok(Names::new(knowledge.languages).persons(&called, &statements))
}
