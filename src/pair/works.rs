use crate::model::{Pair, PairKind, Work};

/// The works that pairs imply: documents joined by versions and witnesses, and each of the rest by itself. Reports of one
/// event are works of their own.
///
/// Pairs are told one at a time and works given one at a time, so that what is in memory is little more than the ids of
/// the documents: sets of integers (Tarjan 1975), the smallest of each its root.
///
/// ```
/// use korpu::{model::{Pair, PairKind}, pair::Works};
/// let mut works = Works::new(["d1", "d2", "d3"].map(String::from).to_vec());
/// works.add(&Pair { source: "d3".into(), target: "d1".into(), kind: PairKind::Version, score: 0.5, evidence: vec![] });
/// let works: Vec<_> = works.into_iter().map(|work| (work.id, work.documents.join(" "))).collect();
/// assert_eq!(works, [("w1".into(), "d1 d3".into()), ("w2".into(), "d2".into())]);
/// ```
#[derive(Debug)]
pub struct Works {
    documents: Vec<String>,
    parent: Vec<u32>,
}

impl Works {
    /// Each document by itself. Their ids come sorted, each once.
    pub fn new(documents: Vec<String>) -> Works {
        Works { parent: (0..documents.len() as u32).collect(), documents }
    }

    /// Joins the documents of a pair, unless it is one of two reports of an event or names a document that is not here.
    pub fn add(&mut self, pair: &Pair) {
        let place = |id: &String| self.documents.binary_search(id).ok();
        if let (true, Some(a), Some(b)) = (pair.kind != PairKind::Event, place(&pair.source), place(&pair.target)) {
            let (a, b) = (self.root(a as u32), self.root(b as u32));
            self.parent[a.max(b) as usize] = a.min(b);
        }
    }

    /// The root of a set, with path halving.
    fn root(&mut self, mut at: u32) -> u32 {
        while self.parent[at as usize] != at {
            self.parent[at as usize] = self.parent[self.parent[at as usize] as usize];
            at = self.parent[at as usize];
        }
        at
    }
}

/// The works, sorted by id, with their documents sorted. Ids are made from the smallest document id of the work, so that
/// they stay while the work grows by larger ones.
impl IntoIterator for Works {
    type Item = Work;
    type IntoIter = Box<dyn Iterator<Item = Work>>;

    fn into_iter(mut self) -> Self::IntoIter {
        let mut places: Vec<(u32, u32)> = (0..self.parent.len() as u32).map(|at| (self.root(at), at)).collect();
        places.sort_unstable();
        let mut documents = self.documents;
        let mut begun = 0;
        Box::new(std::iter::from_fn(move || {
            let rest = places.get(begun..)?;
            let root = rest.first()?.0;
            let own = rest.iter().take_while(|place| place.0 == root);
            let own: Vec<String> = own.map(|place| std::mem::take(&mut documents[place.1 as usize])).collect();
            begun += own.len();
            let smallest = own.first()?;
            Some(Work { id: format!("w{}", smallest.strip_prefix('d').unwrap_or(smallest)), documents: own })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PairKind::{Event, Version, Witness};

    fn check(documents: &[&str], pairs: &[(&str, &str, PairKind)], expected: &[&str]) {
        let mut works = Works::new(documents.iter().map(|id| id.to_string()).collect());
        for &(source, target, kind) in pairs {
            works.add(&Pair { source: source.into(), target: target.into(), kind, score: 1.0, evidence: vec![] });
        }
        let found: Vec<String> = works.into_iter().map(|w| format!("{}: {}", w.id, w.documents.join(" "))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn versions_and_witnesses_are_one_work_whatever_joins_them() {
        let pairs = [("d4", "d2", Version), ("d3", "d1", Witness), ("d3", "d4", Version)];
        check(&["d1", "d2", "d3", "d4", "d5"], &pairs, &["w1: d1 d2 d3 d4", "w5: d5"]);
    }

    #[test]
    fn reports_of_one_event_are_works_of_their_own() {
        check(&["d1", "d2"], &[("d1", "d2", Event)], &["w1: d1", "w2: d2"]);
    }

    #[test]
    fn only_the_mark_of_a_document_is_taken_off_its_id() {
        check(&["dd1", "dd2"], &[("dd2", "dd1", Version)], &["wd1: dd1 dd2"]);
    }

    #[test]
    fn a_pair_with_an_unknown_document_joins_nothing() {
        check(&["d1"], &[("d1", "d2", Version)], &["w1: d1"]);
        check(&[], &[], &[]);
    }
}
