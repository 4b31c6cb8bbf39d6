use crate::represent::{Representation, Term};
use rustc_hash::FxHashMap;

/// How alike the terms of two documents are: for each source term the target terms that may say the same, with a
/// similarity above 0, at most 1. Sorted by target term.
#[derive(Debug, Default)]
pub(super) struct Similarity {
    pub rows: Vec<Vec<(u32, f32)>>,
}

/// A shared concept is as good as this: a dictionary is right about the word, not always about the sense.
const CONCEPT: f32 = 0.8;

/// Two skeletons are cognates from this Dice coefficient of their trigrams on.
const COGNATE: f32 = 0.5;

/// The similarity of every pair of terms: the largest of equality, cognate Dice and a shared concept.
///
/// Candidates come from an index of words, trigrams and concepts, so that the cost grows with what is alike.
pub(super) fn similarity(source: &Representation, target: &Representation) -> Similarity {
    let mut words: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
    let mut grams: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut concepts: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (b, term) in (0..).zip(&target.terms) {
        words.entry(&term.word).or_default().push(b);
        term.grams.iter().for_each(|g| grams.entry(*g).or_default().push(b));
        term.concepts.iter().for_each(|c| concepts.entry(*c).or_default().push(b));
    }
    let mut shared = vec![0u8; target.terms.len()];
    let mut best = vec![0f32; target.terms.len()];
    let mut touched: Vec<u32> = Vec::new();
    let rows = source.terms.iter().map(|a| {
        let mut rise = |b: u32, s: f32, touched: &mut Vec<u32>| {
            let best = &mut best[b as usize];
            if *best == 0.0 {
                touched.push(b);
            }
            *best = best.max(s);
        };
        if a.number || a.word.chars().nth(1).is_some() {
            words.get(&*a.word).into_iter().flatten().for_each(|b| rise(*b, 1.0, &mut touched));
        }
        for concept in &a.concepts {
            concepts.get(concept).into_iter().flatten().for_each(|b| rise(*b, CONCEPT, &mut touched));
        }
        let mut alike: Vec<u32> = Vec::new();
        for b in a.grams.iter().filter_map(|g| grams.get(g)).flatten() {
            if shared[*b as usize] == 0 {
                alike.push(*b);
            }
            shared[*b as usize] += 1;
        }
        for b in alike {
            let dice = dice(a, &target.terms[b as usize], std::mem::take(&mut shared[b as usize]));
            if dice >= COGNATE {
                rise(b, dice, &mut touched);
            }
        }
        touched.sort_unstable();
        touched.drain(..).map(|b| (b, std::mem::take(&mut best[b as usize]))).collect()
    });
    Similarity { rows: rows.collect() }
}

fn dice(a: &Term, b: &Term, shared: u8) -> f32 {
    2.0 * f32::from(shared) / (a.grams.len() + b.grams.len()) as f32
}

impl Similarity {
    /// The same seen from the target side.
    pub fn transposed(&self, targets: usize) -> Similarity {
        let mut rows = vec![Vec::new(); targets];
        for (a, row) in (0..).zip(&self.rows) {
            for &(b, s) in row {
                rows[b as usize].push((a, s));
            }
        }
        Similarity { rows }
    }
}
