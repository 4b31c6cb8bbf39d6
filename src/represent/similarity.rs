use super::{Representation, Term, Translations};
use rustc_hash::FxHashMap;

/// How alike the terms of two documents are: for each source term the target terms that may say the same, with a similarity
/// above 0, at most 1. Sorted by target term.
#[derive(Debug, Default)]
pub struct Similarity {
    /// By source term.
    pub rows: Vec<Vec<(u32, f32)>>,
}

/// A shared concept is as good as this: a dictionary is right about the word, not always about the sense.
const CONCEPT: f32 = 0.8;

/// Two skeletons are cognates from this Dice coefficient of their trigrams on.
const COGNATE: f32 = 0.5;

/// The vectors of two words count from this cosine on, and as much as a shared concept after so much more; both once the
/// words' own neighbourhoods are taken off by this share.
const NEAR: f32 = 0.25;
const RANGE: f32 = 0.25;
const HUB: f32 = 0.4;

/// Less is left out: it costs more than it tells.
const LEAST: f32 = 0.15;

/// Cosines below are not kept, whatever the neighbourhoods would add.
const FAR: f32 = 0.2;

/// The mean cosine of a word with its nearest words that takes nothing off.
const USUAL: f32 = 0.4;

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
        let near = near(source, target);
        let mut best = vec![0f32; target.terms.len()];
        let mut shared = vec![0u8; target.terms.len()];
        let mut touched: Vec<u32> = Vec::new();
        let mut rows = Vec::with_capacity(source.terms.len());
        for (a, near) in source.terms.iter().zip(near) {
            let mut rise = |b: u32, s: f32| {
                let best = &mut best[b as usize];
                if *best == 0.0 {
                    touched.push(b);
                }
                *best = best.max(s);
            };
            index.for_each(a, &target.terms, &mut shared, &mut rise);
            near.into_iter().for_each(|(b, s)| rise(b, s));
            for (key, s) in learned.filter(|_| !a.number).map_or(&[][..], |l| l.of(Translations::key(a))) {
                keys.get(key).into_iter().flatten().for_each(|b| rise(*b, *s));
            }
            touched.sort_unstable();
            rows.push(touched.drain(..).map(|b| (b, std::mem::take(&mut best[b as usize]))).collect());
        }
        Similarity { rows }
    }

    /// The same seen from the target side, which has so many terms.
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

/// The terms of a document by what they may be recognised by.
struct Index<'a> {
    words: FxHashMap<&'a str, Vec<u32>>,
    grams: FxHashMap<u32, Vec<u32>>,
    concepts: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Index<'a> {
    fn new(terms: &'a [Term]) -> Self {
        let mut index =
            Index { words: FxHashMap::default(), grams: FxHashMap::default(), concepts: FxHashMap::default() };
        for (b, term) in (0..).zip(terms) {
            index.words.entry(&term.word).or_default().push(b);
            term.grams.iter().for_each(|g| index.grams.entry(*g).or_default().push(b));
            term.concepts.iter().for_each(|c| index.concepts.entry(*c).or_default().push(b));
        }
        index
    }

    /// Calls `rise` with the terms that are equal to one, mean the same or look like it. `shared` is all 0 before and after.
    fn for_each(&self, a: &Term, terms: &[Term], shared: &mut [u8], rise: &mut impl FnMut(u32, f32)) {
        if a.number || a.word.chars().nth(1).is_some() {
            self.words.get(&*a.word).into_iter().flatten().for_each(|b| rise(*b, 1.0));
        }
        for concept in &a.concepts {
            self.concepts.get(concept).into_iter().flatten().for_each(|b| rise(*b, CONCEPT));
        }
        let mut alike: Vec<u32> = Vec::new();
        for b in a.grams.iter().filter_map(|g| self.grams.get(g)).flatten() {
            if shared[*b as usize] == 0 {
                alike.push(*b);
            }
            shared[*b as usize] += 1;
        }
        for b in alike {
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

/// For each source term the target terms whose vectors are near its own.
///
/// The cosine of two words less a share of what the mean cosines of either with its three nearest words on the other side have over
/// the usual: words that are near to everything are near to nothing (after CSLS, Conneau et al. 2018).
fn near(source: &Representation, target: &Representation) -> Vec<Vec<(u32, f32)>> {
    let (a, b) = (&source.vectors, &target.vectors);
    if a.dimensions != b.dimensions || a.dimensions == 0 {
        return vec![Vec::new(); source.terms.len()];
    }
    let mut rows: Vec<Vec<(u32, f32)>> = Vec::with_capacity(a.scales.len());
    let mut hubness = (Vec::with_capacity(a.scales.len()), vec![[USUAL - 1.0; 3]; b.scales.len()]);
    for row in 0..a.scales.len() as u32 {
        let (vector, scale) = (a.row(row), a.scales[row as usize]);
        let mut top = [USUAL - 1.0; 3];
        let mut found = Vec::new();
        for ((column, nearest), other) in (0..).zip(&mut hubness.1).zip(&b.scales) {
            let cosine = dot(vector, b.row(column)) as f32 * scale * other;
            if cosine > FAR {
                found.push((column, cosine));
                keep(&mut top, cosine);
                keep(nearest, cosine);
            }
        }
        rows.push(found);
        hubness.0.push(excess(&top));
    }
    let taken: Vec<f32> = hubness.1.iter().map(excess).collect();
    for (row, mine) in rows.iter_mut().zip(hubness.0) {
        row.retain_mut(|(column, s)| {
            let closeness = *s - HUB * (mine + taken[*column as usize]);
            *s = CONCEPT * ((closeness - NEAR) / RANGE).min(1.0);
            *s > LEAST
        });
    }
    let mut terms = vec![Vec::new(); b.scales.len()];
    (0u32..)
        .zip(&target.terms)
        .for_each(|(n, term)| term.vector.into_iter().for_each(|row| terms[row as usize].push(n)));
    let of_term = |term: &Term| {
        let row = term.vector.map_or(&[][..], |row| &rows[row as usize]);
        row.iter().flat_map(|(column, s)| terms[*column as usize].iter().map(move |other| (*other, *s))).collect()
    };
    source.terms.iter().map(of_term).collect()
}

/// Keeps the three largest, the largest first.
fn keep(top: &mut [f32; 3], value: f32) {
    if value > top[2] {
        top[2] = value;
        if top[2] > top[1] {
            top.swap(1, 2);
        }
        if top[1] > top[0] {
            top.swap(0, 1);
        }
    }
}

/// How much the mean of the three has over the usual; nothing where there are fewer than three.
fn excess(top: &[f32; 3]) -> f32 {
    if top[2] < FAR { 0.0 } else { top.iter().sum::<f32>() / 3.0 - USUAL }
}

/// The product of two vectors of numbers that need five bits each.
fn dot(a: &[i16], b: &[i16]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}
