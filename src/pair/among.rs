use super::{Candidate, Memory};
use crate::model::Pair;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// The pairs among the candidates of all documents of an index, by source and target.
///
/// Two documents of different languages with little in common are a pair too if neither has a better partner left in the other's
/// language, the best pairs first: what is told in one collection of texts is told as if it belonged together, unlike what lies
/// in a store.
pub fn pairs_among(mut all: Vec<Candidate>, index: &Memory) -> Vec<Pair> {
    let ends = |pair: &Pair| (pair.source.clone(), pair.target.clone());
    all.sort_by(|a, b| b.pair.score.total_cmp(&a.pair.score).then_with(|| ends(&a.pair).cmp(&ends(&b.pair))));
    let lang = |id: &str| index.lang(id).map_or("", |lang| lang.primary());
    // By document and the language of the other.
    let mut taken: FxHashSet<(String, &str)> = FxHashSet::default();
    let mut kept: BTreeMap<(String, String), Pair> = BTreeMap::new();
    for candidate in all {
        let (source, target) = ends(&candidate.pair);
        let places = [(source.clone(), lang(&target)), (target.clone(), lang(&source))];
        if candidate.sure || !places.iter().any(|place| taken.contains(place)) {
            taken.extend(places);
            kept.entry((source, target)).or_insert(candidate.pair);
        }
    }
    kept.into_values().collect()
}
