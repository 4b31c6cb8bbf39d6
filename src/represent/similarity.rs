use super::{
    Lists, Representation, Term, Translations,
    near::{near, terms_of_rows},
};
use rustc_hash::FxHashMap;

/// How alike the terms of two documents are: for each source term the target terms that may say the same, with a similarity
/// above 0, at most 1. Sorted by target term.
#[derive(Debug, Default)]
pub struct Similarity {
    /// By source term.
    pub rows: Lists<(u32, f32)>,
}

/// A shared concept is as good as this: a dictionary is right about the word, not always about the sense.
pub(super) const CONCEPT: f32 = 0.8;

/// Two skeletons are cognates from this Dice coefficient of their trigrams on.
const COGNATE: f32 = 0.5;

impl Similarity {
    /// The similarity of every pair of terms: the largest of equality, cognate Dice, a shared concept, nearness of vectors, and what was
    /// learned.
    ///
    /// Candidates for all but the last come from an index of words, trigrams and concepts, so that the cost grows with what is
    /// alike; vectors are all compared.
    pub fn new(source: &Representation, target: &Representation, learned: Option<&Translations>) -> Similarity {
        let index = Index::new(&target.terms);
        let learned = learned.filter(|l| !l.is_empty());
        let mut keys: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        if learned.is_some() {
            (0..).zip(&target.terms).for_each(|(b, term)| keys.entry(Translations::key(term)).or_default().push(b));
        }
        let near = near(&source.vectors, &target.vectors);
        let terms = terms_of_rows(target);
        let mut best = vec![0f32; target.terms.len()];
        let mut shared = vec![0u8; target.terms.len()];
        let mut alike = Vec::new();
        let mut touched: Vec<u32> = Vec::new();
        let mut rows = Lists::with_capacity(source.terms.len());
        for a in &source.terms {
            let mut rise = |b: u32, s: f32| {
                let best = &mut best[b as usize];
                if *best == 0.0 {
                    touched.push(b);
                }
                *best = best.max(s);
            };
            index.for_each(a, &target.terms, (&mut shared, &mut alike), &mut rise);
            for &(row, s) in a.vector.map_or(&[][..], |row| near.of(row as usize)) {
                terms.of(row as usize).iter().for_each(|b| rise(*b, s));
            }
            for (key, s) in learned.filter(|_| !a.number).map_or(&[][..], |l| l.of(Translations::key(a))) {
                keys.get(key).into_iter().flatten().for_each(|b| rise(*b, *s));
            }
            touched.sort_unstable();
            rows.push(touched.drain(..).map(|b| (b, std::mem::take(&mut best[b as usize]))));
        }
        Similarity { rows }
    }

    /// The same seen from the target side, which has so many terms.
    pub fn transposed(&self, targets: usize) -> Similarity {
        let rows = || (0..).zip(self.rows.iter());
        let values = || rows().flat_map(|(a, row)| row.iter().map(move |&(b, s)| (b, (a, s))));
        Similarity { rows: Lists::sorted(targets, values) }
    }
}

/// The terms of a document by what they may be recognised by.
struct Index<'a> {
    words: FxHashMap<&'a str, u32>,
    grams: Chains,
    concepts: Chains,
}

/// Terms by a key, each with the place of the next one of the same key.
#[derive(Default)]
struct Chains {
    last: FxHashMap<u32, u32>,
    terms: Vec<(u32, Option<u32>)>,
}

impl Chains {
    fn add(&mut self, key: u32, term: u32) {
        let before = self.last.insert(key, self.terms.len() as u32);
        self.terms.push((term, before));
    }

    fn of(&self, key: u32) -> impl Iterator<Item = u32> {
        let mut next = self.last.get(&key).copied();
        std::iter::from_fn(move || {
            let (term, before) = self.terms[next? as usize];
            next = before;
            Some(term)
        })
    }
}

impl<'a> Index<'a> {
    fn new(terms: &'a [Term]) -> Self {
        let mut index = Index { words: FxHashMap::default(), grams: Chains::default(), concepts: Chains::default() };
        index.words.reserve(terms.len());
        index.grams.last.reserve(2 * terms.len());
        for (b, term) in (0..).zip(terms) {
            index.words.insert(&term.word, b);
            term.grams.iter().for_each(|gram| index.grams.add(*gram, b));
            term.concepts.iter().for_each(|concept| index.concepts.add(*concept, b));
        }
        index
    }

    /// Calls `rise` with the terms that are equal to one, mean the same or look like it. The room, `shared` by term and `alike`, is all
    /// 0 and empty before and after.
    fn for_each(
        &self,
        a: &Term,
        terms: &[Term],
        (shared, alike): (&mut [u8], &mut Vec<u32>),
        rise: &mut impl FnMut(u32, f32),
    ) {
        if a.number || a.word.chars().nth(1).is_some() {
            self.words.get(&*a.word).into_iter().for_each(|b| rise(*b, 1.0));
        }
        for concept in &a.concepts {
            self.concepts.of(*concept).for_each(|b| rise(b, CONCEPT));
        }
        for b in a.grams.iter().flat_map(|gram| self.grams.of(*gram)) {
            let shared = &mut shared[b as usize];
            if *shared == 0 {
                alike.push(b);
            }
            *shared += 1;
        }
        for b in alike.drain(..) {
            let dice = dice(a, &terms[b as usize], std::mem::take(&mut shared[b as usize]));
            if dice >= COGNATE {
                rise(b, dice);
            }
        }
    }
}

fn dice(a: &Term, b: &Term, shared: u8) -> f32 {
    2.0 * f32::from(shared) / (a.grams.len() + b.grams.len()) as f32
}
