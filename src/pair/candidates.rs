use super::{
    Index,
    signature::{rarity, resemblance, similarity},
};
use crate::error::Result;
use crate::language::Lang;
use crate::model::{Pair, PairKind, Signature};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Reports of one event appear within so many days of each other.
const WINDOW: i32 = 3;

/// A feature that more documents hold leads to no candidates. To follow all that are rare in the days of a document found
/// the same pairs among 10,000 synthetic pages (benches/synthetic_pages.py) in 3.4 times the processor time.
const COMMON: u32 = 400;

/// So many postings of a feature are followed.
const POSTINGS: usize = 64;

/// So many candidates are compared in full.
const COMPARED: usize = 24;

/// From this similarity on two documents report one event. Of 10,000 synthetic pages, 84,000 pairs of different stories in
/// two languages within the window reach 0.096, and 97 in 100 of those that tell one story are above.
const EVENT: f32 = 0.10;

/// In one language more words are shared by chance, so that a similarity counts this much: of the same pages different
/// stories stay under 0.12, of 1,000 such pages under 0.18, of the sample under 0.20; but for one in 500, one story begins
/// at 0.34.
const IN_ONE_LANGUAGE: f32 = 0.4;

/// From this similarity on two documents in different languages are versions of one work.
const VERSION: f32 = 0.18;

/// From this resemblance on two documents of one language are witnesses of one text.
const WITNESS: f32 = 0.40;

/// Below this similarity nothing is proposed, whatever the others are.
const DOUBTFUL: f32 = 0.03;

/// What a candidate must have more where one of the two has no day.
const UNDATED: f32 = 0.02;

/// A pair that may be one.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The pair.
    pub pair: Pair,
    /// Whether the documents themselves show it; else it may be one if nothing is nearer.
    pub sure: bool,
}

/// The pairs of a document with the documents of the index, best first.
pub fn pairs_of(id: &str, index: &impl Index) -> Result<Vec<Pair>> {
    Ok(candidates_of(id, index)?.into_iter().filter(|c| c.sure).map(|c| c.pair).collect())
}

/// The pairs of a document and those that may be pairs, best first.
pub fn candidates_of(id: &str, index: &impl Index) -> Result<Vec<Candidate>> {
    let Some((lang, own)) = index.signature(id)? else { return Ok(Vec::new()) };
    let documents = index.documents()?;
    let offered = index.offered(id)?;
    let mut rare: FxHashMap<u64, f32> = FxHashMap::default();
    let mut frequent: FxHashMap<u64, u32> = FxHashMap::default();
    for feature in &own.features {
        let frequency = index.frequency(feature.hash)?;
        frequent.insert(feature.hash, frequency);
        rare.insert(feature.hash, rarity(feature.hash, frequency, documents));
    }
    let mut votes: FxHashMap<String, f32> = FxHashMap::default();
    let days = own.day.map(|day| day - WINDOW..=day + WINDOW);
    for feature in own.features.iter().filter(|f| (2..=COMMON).contains(&frequent[&f.hash])) {
        for other in index.postings(feature.hash, days.clone(), POSTINGS)? {
            *votes.entry(other).or_default() += rare[&feature.hash].powi(2);
        }
    }
    votes.remove(id);
    let mut candidates: Vec<(f32, String)> = votes.into_iter().map(|(id, votes)| (votes, id)).collect();
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    candidates.truncate(COMPARED);
    let mut ids: Vec<String> = candidates.into_iter().map(|c| c.1).collect();
    ids.extend(offered.iter().filter(|o| !ids.contains(o)).cloned().collect::<Vec<_>>());
    let mut found = Vec::new();
    for other in ids {
        let Some((other_lang, signature)) = index.signature(&other)? else { continue };
        for feature in &signature.features {
            if let Entry::Vacant(place) = rare.entry(feature.hash) {
                place.insert(rarity(feature.hash, index.frequency(feature.hash)?, documents));
            }
        }
        let told = offered.contains(&other);
        found.extend(pair((id, &lang, &own), (&other, &other_lang, &signature), told, |f| rare[&f]));
    }
    found.sort_by(|a, b| {
        let (a, b) = (&a.pair, &b.pair);
        b.score.total_cmp(&a.score).then_with(|| (&a.source, &a.target).cmp(&(&b.source, &b.target)))
    });
    Ok(found)
}

/// The pair of two documents, if they may belong together.
fn pair(
    a: (&str, &Lang, &Signature),
    b: (&str, &Lang, &Signature),
    told: bool,
    rarity: impl Fn(u64) -> f32,
) -> Option<Candidate> {
    let chance = if a.1.primary() == b.1.primary() { IN_ONE_LANGUAGE } else { 1.0 };
    let score = similarity(a.2, b.2, rarity) * chance;
    let resemblance = resemblance(a.2, b.2);
    let apart = a.1 != b.1;
    let doubt = if a.2.day.is_some() && b.2.day.is_some() { 0.0 } else { UNDATED };
    let event = doubt + EVENT;
    let words = "concepts, names, numbers";
    let (kind, score, evidence, sure) = if told && apart {
        (PairKind::Version, 1.0, "offered", true)
    } else if !apart && resemblance >= WITNESS {
        (PairKind::Witness, score.max(resemblance), "text", true)
    } else if apart && score >= event.max(VERSION + doubt) {
        (PairKind::Version, score, words, true)
    } else if score >= event {
        (PairKind::Event, score, words, true)
    } else if apart && score >= DOUBTFUL {
        (PairKind::Event, score, "nearest", false)
    } else {
        return None;
    };
    let (source, target) = if (a.1, a.0) <= (b.1, b.0) { (a.0, b.0) } else { (b.0, a.0) };
    let pair = Pair {
        source: source.to_owned(),
        target: target.to_owned(),
        kind,
        score,
        evidence: evidence.split(", ").map(str::to_owned).collect(),
    };
    Some(Candidate { sure, pair })
}
