//! Links between the segments of documents, by their names; they may stand before the documents.

use super::super::whole;
use super::document::Names;
use crate::language::Lang;
use crate::model::{Bead, Bitext, Document, Level, Pair, Part};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// The links of a corpus, and where the segments that they may name stand.
#[derive(Default)]
pub(super) struct Links {
    links: Vec<Link>,
    /// The documents: their languages and ids, how many blocks they have and how many sentences.
    documents: Vec<(Lang, String, [usize; 2])>,
    places: FxHashMap<String, Place>,
    /// Whether the group that is open joins renderings and no texts.
    is_of_quotes: bool,
}

struct Link {
    names: Vec<String>,
    certainty: Option<f32>,
}

/// Where a segment stands.
#[derive(Clone, Copy)]
struct Place {
    document: usize,
    level: Level,
    number: u32,
}

impl Links {
    /// A group of links begins.
    pub(super) fn group(&mut self, kind: Option<&str>) {
        self.is_of_quotes = kind == Some("quoteGroup");
    }

    /// Adds a link; or says what is wrong with it.
    pub(super) fn add(&mut self, target: &str, certainty: Option<&str>) -> Result<(), &'static str> {
        if self.is_of_quotes {
            return Err("links between quotes are not kept");
        }
        let name = |pointer: &str| pointer.rsplit_once('#').map(|(_, name)| name.to_owned());
        let names: Option<Vec<String>> = target.split_whitespace().map(name).collect();
        let names = names.ok_or("a link to what is no name")?;
        if names.len() < 2 {
            return Err("a link to fewer than two segments");
        }
        let certainty = certainty.and_then(|c| c.parse().ok()).filter(|c| (0.0..=1.0).contains(c));
        self.links.push(Link { names, certainty });
        Ok(())
    }

    /// Takes a document with the names of its segments; gives a name that another has.
    pub(super) fn document(&mut self, document: &Document, names: Names) -> Result<(), String> {
        let index = self.documents.len();
        self.documents.push((
            document.language.lang.clone(),
            document.id.clone(),
            [names.blocks.len(), names.sentences.len()],
        ));
        let mut twice = None;
        for (level, names) in [(Level::Paragraph, names.blocks), (Level::Sentence, names.sentences)] {
            for (number, name) in (0u32..).zip(names) {
                let Some(name) = name else { continue };
                match self.places.entry(name) {
                    Entry::Vacant(entry) => drop(entry.insert(Place { document: index, level, number })),
                    Entry::Occupied(entry) => twice = Some(entry.key().clone()),
                }
            }
        }
        twice.map_or(Ok(()), Err)
    }

    /// What the links say: a part for every two documents, without the documents themselves; and what of them was lost.
    pub(super) fn finish(self) -> (Vec<Part>, BTreeMap<&'static str, u64>) {
        let mut lost = BTreeMap::new();
        let mut lose = |what: &'static str, count: u64| {
            if count > 0 {
                *lost.entry(what).or_insert(0) += count;
            }
        };
        let mut joined: BTreeMap<(usize, usize), BTreeMap<Level, Vec<Bead>>> = BTreeMap::new();
        for link in &self.links {
            match self.bead(link) {
                Some((pair, level, bead)) => joined.entry(pair).or_default().entry(level).or_default().push(bead),
                None => lose("links that do not join sentences, or paragraphs, of two documents", 1),
            }
        }
        let parts = joined.into_iter().filter_map(|((source, target), levels)| {
            let ((_, source, counts), (_, target, others)) = (self.documents.get(source)?, self.documents.get(target)?);
            let pair = Pair::imported(source, target);
            let mut part = Part { pairs: vec![pair], ..Part::default() };
            for (level, beads) in levels {
                let count = |counts: &[usize; 2]| match level {
                    Level::Paragraph => counts[0],
                    Level::Sentence => counts[1],
                };
                let (beads, twice) = whole::complete([count(counts), count(others)], beads);
                lose("links to segments that another link has", twice as u64);
                part.bitexts.push(Bitext { source: source.clone(), target: target.clone(), level, beads });
            }
            Some(part)
        });
        let parts = parts.collect();
        (parts, lost)
    }

    /// The bead of a link with its documents, source and target.
    fn bead(&self, link: &Link) -> Option<((usize, usize), Level, Bead)> {
        let places: Option<Vec<Place>> = link.names.iter().map(|name| self.places.get(name).copied()).collect();
        let places = places?;
        let first = places.first()?;
        let other = places.iter().find(|place| place.document != first.document)?;
        let documents = [first.document, other.document];
        if places.iter().any(|place| place.level != first.level || !documents.contains(&place.document)) {
            return None;
        }
        // A link may name either first: of two documents that with the smaller tag is the source, then that with the smaller id.
        let order = |document: usize| self.documents.get(document).map(|(lang, id, _)| (lang, id));
        let [first_named, other] = documents;
        let is_in_order = order(first_named) <= order(other);
        let (source, target) = if is_in_order { (first_named, other) } else { (other, first_named) };
        let side = |document| places.iter().filter(|p| p.document == document).map(|p| p.number).collect();
        let confidence = link.certainty.unwrap_or(1.0);
        let bead = Bead { source: side(source), target: side(target), score: 0.0, confidence };
        Some(((source, target), first.level, bead))
    }
}
