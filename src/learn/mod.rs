//! A lexicon is learned from beads: which words of two languages stand for each other.
//!
//! [`Learner`] takes the beads of a first alignment, of a translation memory or of a reviewer, and gives [`Translations`] by which a second
//! alignment sees more. It is IBM Model 1 (Brown et al. 1993) in both directions, trained to agree (Liang, Taskar and Klein 2006):
//! a word pairs with another only as far as both directions believe it.

use crate::model::Bead;
use crate::represent::{Representation, Represented, Translations};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// What is learned from has at most so many pairs of words in one bead, counted over all beads; what comes later is left out. Sets the
/// memory: some 25 bytes each.
const CELLS: usize = 1 << 24;

/// A bead of more words on a side says little about any of them.
const LONGEST: usize = 80;

/// Less sure beads are not learned from.
const SURE: f32 = 0.5;

/// Rounds of expectation and maximisation. These and the numbers below were chosen on the development documents with their languages
/// forgotten, 1, 20 and 61 of them learned from at a time.
const ROUNDS: usize = 8;

/// Taken off the count of each pair of words: what was seen together once may be chance, and if it was seen in a wrong bead, it
/// would confirm it.
const DISCOUNT: f32 = 0.7;

/// The probability of a word that nothing of its bead stands for.
const NOTHING: f32 = 0.002;

/// The similarity of two words is so many times the share of their occurrences in which they stand for each other: where both directions
/// agree in two of three, they are translations.
const SCALE: f32 = 1.5;

/// Less is left out.
const LEAST: f32 = 0.15;

/// Learns which words of two languages stand for each other.
///
/// ```
/// use korpu::{language::Languages, learn::Learner, model::Bead, represent::{Lexicon, Translations, represent}};
/// let r = |lang, texts: &[&str]| represent(texts, lang, Languages::bundled(), Lexicon::bundled());
/// let de = r("de", &["Der Gletscher wächst.", "Ein Gletscher schmilzt.", "Der Berg ruft.", "Kein Gletscher bleibt."]);
/// let fr = r("fr", &["Le glacier avance.", "Un glacier fond.", "La montagne appelle.", "Aucun glacier ne reste."]);
/// let bead = |n| Bead { source: vec![n], target: vec![n], score: 0.0, confidence: 1.0 };
/// let mut learner = Learner::default();
/// learner.add(&de, &fr, &[bead(0), bead(1), bead(2), bead(3)]);
/// let learned = learner.translations();
/// let key = |side: &korpu::represent::Representation, word| Translations::key(side.terms.iter().find(|t| &*t.word == word).unwrap());
/// assert_eq!(learned.of(key(&de, "gletscher"))[0].0, key(&fr, "glacier"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Learner {
    sources: Words,
    targets: Words,
    /// The words of each bead, source then target, one after the other.
    words: Vec<u32>,
    beads: Vec<Learned>,
    /// How many beads have these very words on a side.
    repeats: FxHashMap<u64, u32>,
    cells: usize,
}

/// The words of one side.
#[derive(Clone, Debug, Default)]
struct Words {
    /// Keys to numbers.
    numbers: FxHashMap<u64, u32>,
    /// By number: the key.
    keys: Vec<u64>,
}

/// A bead to learn from: how many words it has on each side, which they are, and how sure it is.
#[derive(Clone, Copy, Debug)]
struct Learned {
    sources: u32,
    targets: u32,
    sides: [u64; 2],
    confidence: f32,
}

impl Words {
    /// Appends the numbers of the words of some segments, each once. Figures need no learning.
    fn read(&mut self, side: &Representation, segments: &[u32], out: &mut Vec<u32>) -> usize {
        let start = out.len();
        let segments = segments.iter().filter_map(|n| side.segments.get(*n as usize));
        for term in
            segments.flat_map(|s: &Represented| &s.terms).map(|t| &side.terms[*t as usize]).filter(|t| !t.number)
        {
            let next = self.keys.len() as u32;
            let key = Translations::key(term);
            let number = *self.numbers.entry(key).or_insert(next);
            if number == next {
                self.keys.push(key);
            }
            out.push(number);
        }
        out[start..].sort_unstable();
        let mut kept = start;
        for at in start..out.len() {
            if at == start || out[at] != out[kept - 1] {
                out[kept] = out[at];
                kept += 1;
            }
        }
        out.truncate(kept);
        kept - start
    }
}

impl Learner {
    /// Takes the beads between two documents.
    pub fn add(&mut self, source: &Representation, target: &Representation, beads: &[Bead]) {
        let count = |side: &Representation, segments: &[u32]| -> usize {
            segments.iter().filter_map(|n| side.segments.get(*n as usize)).map(|s| s.terms.len()).sum()
        };
        for bead in beads.iter().filter(|b| b.is_aligned() && b.confidence >= SURE) {
            let (a, b) = (count(source, &bead.source), count(target, &bead.target));
            if a.max(b) > LONGEST || self.cells + a * b > CELLS {
                continue;
            }
            let start = self.words.len();
            let sources = self.sources.read(source, &bead.source, &mut self.words);
            let targets = self.targets.read(target, &bead.target, &mut self.words);
            let (a, b) = self.words[start..].split_at(sources);
            let sides = [hash(0, a), hash(1, b)];
            sides.iter().for_each(|side| *self.repeats.entry(*side).or_default() += 1);
            self.cells += sources * targets;
            let confidence = bead.confidence;
            self.beads.push(Learned { sources: sources as u32, targets: targets as u32, sides, confidence });
        }
    }

    /// What was learned.
    pub fn translations(self) -> Translations {
        let (cells, pairs) = self.cells();
        let mut seen = (vec![0.0f32; self.sources.keys.len()], vec![0.0f32; self.targets.keys.len()]);
        self.for_each(|sources, targets, weight| {
            sources.iter().for_each(|word| seen.0[*word as usize] += weight);
            targets.iter().for_each(|word| seen.1[*word as usize] += weight);
        });
        let counts = self.counts(&cells, &pairs);
        let mut learned = Translations::default();
        let mut order: Vec<(u64, u64, f32)> = Vec::new();
        for (&(a, b), count) in pairs.iter().zip(counts) {
            let similarity = SCALE * (count - DISCOUNT) / (seen.0[a as usize] * seen.1[b as usize]).sqrt();
            if similarity > LEAST {
                let (source, target) = (self.sources.keys[a as usize], self.targets.keys[b as usize]);
                order.push((source, target, similarity.min(1.0)));
            }
        }
        order.sort_unstable_by_key(|pair| (pair.0, pair.1));
        order.into_iter().for_each(|(source, target, similarity)| learned.add(source, target, similarity));
        learned
    }

    /// For each pair of words of each bead the place of that pair, and the pairs.
    fn cells(&self) -> (Vec<u32>, Vec<(u32, u32)>) {
        let mut places: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let (mut cells, mut pairs) = (Vec::with_capacity(self.cells), Vec::new());
        self.for_each(|sources, targets, _| {
            for a in sources {
                for b in targets {
                    let next = pairs.len() as u32;
                    let place = *places.entry((*a, *b)).or_insert(next);
                    if place == next {
                        pairs.push((*a, *b));
                    }
                    cells.push(place);
                }
            }
        });
        (cells, pairs)
    }

    /// Calls with the words of both sides of each bead, and how much it counts. Texts that repeat each other, as those of an agency do, would
    /// seem to confirm each other: all beads with the same words on a side count as one.
    fn for_each(&self, mut each: impl FnMut(&[u32], &[u32], f32)) {
        let mut at = 0;
        for bead in &self.beads {
            let (middle, end) = (at + bead.sources as usize, at + (bead.sources + bead.targets) as usize);
            let repeats = bead.sides.iter().filter_map(|side| self.repeats.get(side)).max().map_or(1, |n| *n);
            each(&self.words[at..middle], &self.words[middle..end], bead.confidence / repeats as f32);
            at = end;
        }
    }

    /// How often the words of each pair are believed to stand for each other.
    fn counts(&self, cells: &[u32], pairs: &[(u32, u32)]) -> Vec<f32> {
        // By pair: the probability of the target word given the source word, and the other way round. All words are as likely first.
        let mut forth = vec![1.0f32; pairs.len()];
        let mut back = vec![1.0f32; pairs.len()];
        let mut counts = vec![0.0f32; pairs.len()];
        let (mut by_target, mut by_source) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            counts.fill(0.0);
            let mut at = 0;
            self.for_each(|sources, targets, weight| {
                let cells = &cells[at..at + sources.len() * targets.len()];
                at += cells.len();
                by_target.clear();
                by_target.resize(targets.len(), 0.0f32);
                by_source.clear();
                by_source.resize(sources.len(), 0.0f32);
                for (row, of_source) in cells.chunks_exact(targets.len().max(1)).zip(&mut by_source) {
                    for (cell, of_target) in row.iter().zip(&mut by_target) {
                        *of_target += forth[*cell as usize];
                        *of_source += back[*cell as usize];
                    }
                }
                for (row, of_source) in cells.chunks_exact(targets.len().max(1)).zip(&by_source) {
                    for (cell, of_target) in row.iter().zip(&by_target) {
                        let (p, q) = (forth[*cell as usize], back[*cell as usize]);
                        counts[*cell as usize] += weight * (p / (of_target + NOTHING)) * (q / (of_source + NOTHING));
                    }
                }
            });
            if round + 1 == ROUNDS {
                break;
            }
            let (mut of_source, mut of_target) =
                (vec![0.0f32; self.sources.keys.len()], vec![0.0f32; self.targets.keys.len()]);
            for ((a, b), count) in pairs.iter().zip(&counts) {
                of_source[*a as usize] += count;
                of_target[*b as usize] += count;
            }
            for (n, ((a, b), count)) in pairs.iter().zip(&counts).enumerate() {
                forth[n] = count / of_source[*a as usize].max(f32::MIN_POSITIVE);
                back[n] = count / of_target[*b as usize].max(f32::MIN_POSITIVE);
            }
        }
        counts
    }
}

fn hash(side: u64, words: &[u32]) -> u64 {
    let mut hasher = FxHasher::default();
    (side, words).hash(&mut hasher);
    hasher.finish()
}
