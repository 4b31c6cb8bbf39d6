use crate::model::{Pair, PairKind, Work};
use std::collections::BTreeMap;

/// The works that pairs imply: documents joined by versions and witnesses, and each of the rest by itself. Reports of one
/// event are works of their own.
///
/// Ids are made from the smallest document id of the work, so that they stay while the work grows by larger ones.
pub fn works(documents: &[String], pairs: &[Pair]) -> Vec<Work> {
    let place: BTreeMap<&str, usize> = documents.iter().enumerate().map(|(n, id)| (id.as_str(), n)).collect();
    let mut parent: Vec<usize> = (0..documents.len()).collect();
    for pair in pairs.iter().filter(|p| p.kind != PairKind::Event) {
        if let (Some(&a), Some(&b)) = (place.get(pair.source.as_str()), place.get(pair.target.as_str())) {
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (n, id) in documents.iter().enumerate() {
        groups.entry(root(&mut parent, n)).or_default().push(id.clone());
    }
    let work = |mut documents: Vec<String>| {
        documents.sort();
        Work { id: format!("w{}", documents[0].trim_start_matches('d')), documents }
    };
    let mut works: Vec<Work> = groups.into_values().map(work).collect();
    works.sort_by(|a, b| a.id.cmp(&b.id));
    works
}

/// The root of a set, with path halving (Tarjan 1975).
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
