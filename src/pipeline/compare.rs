//! The renderings of groups are compared.

use super::Knowledge;
use crate::compare::{self, Compared, Reader, Side, Told, compare, pairs};
use crate::model::{Contrast, Document, Form, Group, Handling, Quote};
use crate::represent::represent;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What differs between the renderings of each group, in the order of the groups. `documents` has those that the groups name, each
/// with its quotes; a rendering of another, or of a quote that is not there, is left out.
pub fn compare_groups(
    documents: &[(Document, Vec<Quote>)],
    groups: &[Group],
    knowledge: Knowledge,
) -> Vec<Vec<Contrast>> {
    let readers: FxHashMap<&str, Reader> =
        knowledge.languages.iter().map(|l| (l.tag.as_str(), Reader::new(Some(l)))).collect();
    let unknown = Reader::new(None);
    let by_id: FxHashMap<&str, usize> = documents.iter().enumerate().map(|(n, d)| (d.0.id.as_str(), n)).collect();
    let one = |group: &Group| {
        let mut sides: Vec<Side> = Vec::new();
        let mut places: Vec<u32> = Vec::new();
        for (place, rendering) in (0..).zip(&group.renderings) {
            let Some((document, quotes)) = by_id.get(rendering.document.as_str()).map(|n| &documents[*n]) else {
                continue;
            };
            let Some(quote) = quotes.get(rendering.quote as usize) else { continue };
            let lang = document.language.lang.primary();
            let told = Told::new(&document.text, quote, &rendering.spans);
            let segments = [told.words(), quote.speaker.as_deref().unwrap_or_default()];
            let terms = represent(&segments, lang, knowledge.languages, knowledge.lexicon);
            let year = document.metadata.published.map(|moment| moment.year);
            let reader = readers.get(lang).unwrap_or(&unknown);
            sides.push(Side::new(told, (quote, &document.text), terms, reader, (lang, year)));
            places.push(place);
        }
        let contrast = |(source, target): (usize, usize)| Contrast {
            source: places[source],
            target: places[target],
            ..compare(&sides[source], &sides[target])
        };
        pairs(&sides).into_iter().map(contrast).collect()
    };
    groups.par_iter().map(one).collect()
}

/// What each document makes of what the others quote: of the groups, and of the quotes that are in none.
pub fn handling(documents: &[(Document, Vec<Quote>)], groups: &[Group], contrasts: &[Vec<Contrast>]) -> Vec<Handling> {
    let forms: FxHashMap<&str, &[Quote]> =
        documents.iter().map(|(d, quotes)| (d.id.as_str(), quotes.as_slice())).collect();
    let mut alone: BTreeMap<String, u32> =
        documents.iter().map(|(document, quotes)| (document.id.clone(), quotes.len() as u32)).collect();
    let mut linked: Vec<(&str, u32)> =
        groups.iter().flat_map(|g| &g.renderings).map(|r| (r.document.as_str(), r.quote)).collect();
    linked.sort_unstable();
    linked.dedup();
    for (document, _) in linked {
        if let Some(count) = alone.get_mut(document) {
            *count = count.saturating_sub(1);
        }
    }
    let form = |document: &str, quote: u32| {
        forms.get(document).and_then(|quotes| quotes.get(quote as usize)).map_or(Form::Indirect, |q| q.form)
    };
    let renderings: Vec<Vec<(&str, Form)>> = groups
        .iter()
        .map(|g| g.renderings.iter().map(|r| (r.document.as_str(), form(&r.document, r.quote))).collect())
        .collect();
    let compared: Vec<Compared> =
        renderings.iter().zip(contrasts).map(|(renderings, contrasts)| Compared { renderings, contrasts }).collect();
    compare::handling(&compared, &alone)
}
