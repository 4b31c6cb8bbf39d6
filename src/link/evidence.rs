//! How sure it is that two segments say the same: a logistic regression over what their words have in common, who speaks, and what
//! the alignment of the sentences says.

use super::speech::{Segment, Speech};
use super::weights::{FEATURES, Feature, Weights};
use crate::model::{Bead, Link};
use crate::represent::Similarity;
use rustc_hash::FxHashSet;

/// What is seen of two segments, a number a [`Feature`].
pub type Evidence = [f32; FEATURES];

/// Log-odds below are not told from each other: such segments say different things.
pub const LEAST: f32 = -4.0;

/// What stands for a speaker keeps so much of its weight: in such texts everybody speaks of them.
const NAMED: f32 = 0.1;

/// Weights are raised to this power: a rare word says more than two common ones.
const SHARP: f32 = 1.25;

/// No segment is worse off for its rivals than this.
const RIVALRY: f32 = -2.0;

/// Compares the segments of two documents, or of one with each other.
pub struct Pairing<'a> {
    source: &'a Speech,
    target: &'a Speech,
    similarity: Similarity,
    transposed: Similarity,
    /// How much each term says.
    weights: [Vec<f32>; 2],
    /// By speaker of the source and of the target, how alike the names are.
    names: Vec<f32>,
    /// By sentence of the source, the sentences of the target it is aligned with, and how surely.
    beads: Vec<Vec<(u32, f32)>>,
    /// What share of the sentences of both documents has no counterpart.
    free: f32,
}

impl<'a> Pairing<'a> {
    /// `beads` are those of the sentences of the two documents; none where they are one.
    pub fn new(source: &'a Speech, target: &'a Speech, beads: &[Bead]) -> Self {
        let similarity = Similarity::new(&source.terms, &target.terms, None);
        let mut aligned: Vec<Vec<(u32, f32)>> = Vec::new();
        let (mut held, mut all) = (0.0, 0.0f32);
        for bead in beads {
            for s in &bead.source {
                if aligned.len() <= *s as usize {
                    aligned.resize(*s as usize + 1, Vec::new());
                }
                aligned[*s as usize].extend(bead.target.iter().map(|t| (*t, bead.confidence)));
            }
            let sentences = (bead.source.len() + bead.target.len()) as f32;
            all += sentences;
            held += if bead.is_aligned() { sentences * bead.confidence } else { 0.0 };
        }
        Pairing {
            transposed: similarity.transposed(target.terms.terms.len()),
            similarity,
            weights: weights(source, target),
            names: alike(source, target),
            beads: aligned,
            free: if std::ptr::eq(source, target) { 0.0 } else { 1.0 - held / all.max(1.0) },
            source,
            target,
        }
    }

    /// Whether a document is compared with itself.
    fn is_within(&self) -> bool {
        std::ptr::eq(self.source, self.target)
    }

    /// The pairs of segments that may say the same, source by source. Of one document, segments of different quotes that do
    /// not overlap, each pair once.
    pub fn links(&self, weights: &Weights) -> Vec<Link> {
        let m = self.target.segments.len();
        let all = self.evidence();
        let links = all.iter().enumerate().filter_map(|(n, evidence)| {
            let (i, j) = (n / m, n % m);
            if self.is_within() && !are_apart(&self.source.segments[i], &self.source.segments[j]) {
                return None;
            }
            let score = weights.score(evidence);
            let alone = score - weights.rivalry(evidence);
            (alone > LEAST).then_some(Link { source: i as u32, target: j as u32, score: score.max(LEAST), alone })
        });
        links.collect()
    }

    /// The evidence for each pair of segments, source by source.
    pub fn evidence(&self) -> Vec<Evidence> {
        let (n, m) = (self.source.segments.len(), self.target.segments.len());
        let forward = covered(self.source, self.target, &self.similarity, &self.weights[0]);
        let backward = covered(self.target, self.source, &self.transposed, &self.weights[1]);
        let whole = |side: &Speech, weights: &[f32]| -> Vec<f32> {
            let sum = |t| weights[t as usize];
            side.terms.segments.iter().map(|s| s.distinct().map(sum).sum::<f32>().max(f32::MIN_POSITIVE)).collect()
        };
        let (a, b) = (whole(self.source, &self.weights[0]), whole(self.target, &self.weights[1]));
        let mut all = Vec::with_capacity(n * m);
        for (i, a) in a.iter().enumerate() {
            for (j, b) in b.iter().enumerate() {
                let (f, r) = (&forward[i * m + j], &backward[j * n + i]);
                let (x, y) = (f.amount / a, r.amount / b);
                let mut e: Evidence = [0.0; FEATURES];
                let mut set = |feature: Feature, value: f32| e[feature as usize] = value;
                set(Feature::Bias, 1.0);
                set(Feature::Amount, (0.5 * (f.amount + r.amount)).ln_1p());
                set(Feature::LargerShare, x.max(y));
                set(Feature::SmallerShare, x.min(y));
                set(Feature::Direction, self.direction(i, j));
                set(Feature::Specific, (f.specific * r.specific).sqrt());
                let (same, other) = self.figures(i, j);
                set(Feature::SameFigure, same);
                set(Feature::OtherFigures, other);
                let (same, other) = self.speakers(i, j);
                set(Feature::SameSpeaker, same);
                set(Feature::OtherSpeaker, other * (1.0 - self.free));
                set(Feature::OtherSpeakerFree, other * self.free);
                let (here, elsewhere) = self.aligned(i, j);
                let parallel = (1.0 - self.free).powi(2);
                set(Feature::Aligned, here * parallel);
                set(Feature::AlignedFree, here * self.free);
                set(Feature::AlignedElsewhere, elsewhere * parallel);
                set(Feature::Free, self.free);
                let earlier = (self.source.is_earlier(i), self.target.is_earlier(j));
                set(Feature::Earlier, f32::from(u8::from(earlier.0 != earlier.1)));
                set(Feature::Within, f32::from(u8::from(self.is_within())));
                all.push(e);
            }
        }
        self.compare(&mut all);
        all
    }

    /// What each pair has over the best of its rivals, the pairs that share one of its segments.
    fn compare(&self, all: &mut [Evidence]) {
        let (n, m) = (self.source.segments.len(), self.target.segments.len());
        let rank = |e: &Evidence| {
            let of = |feature: Feature| e[feature as usize];
            let shares = of(Feature::LargerShare) + of(Feature::SmallerShare);
            2.0 * of(Feature::Specific) + shares + of(Feature::Direction) + 0.5 * of(Feature::SameSpeaker)
        };
        let ranks: Vec<f32> = all.iter().map(rank).collect();
        let itself = |i: usize, j: usize| self.is_within() && i == j;
        // The two best of each row and of each column: the best rival of the best is the second.
        let mut rows = vec![[0f32; 2]; n];
        let mut columns = vec![[0f32; 2]; m];
        for i in 0..n {
            for j in (0..m).filter(|j| !itself(i, *j)) {
                for best in [&mut rows[i], &mut columns[j]] {
                    let rank = ranks[i * m + j];
                    if rank > best[0] {
                        *best = [rank, best[0]];
                    } else if rank > best[1] {
                        best[1] = rank;
                    }
                }
            }
        }
        for (at, e) in all.iter_mut().enumerate() {
            let own = ranks[at];
            let over = |best: [f32; 2]| (own - if own < best[0] { best[0] } else { best[1] }).max(RIVALRY);
            e[Feature::Row as usize] = over(rows[at / m]);
            e[Feature::Column as usize] = over(columns[at % m]);
        }
    }

    /// The cosine of the pooled vectors.
    fn direction(&self, i: usize, j: usize) -> f32 {
        let dimensions = self.source.terms.vectors.dimensions;
        if dimensions != self.target.terms.vectors.dimensions {
            return 0.0;
        }
        let (a, b) = (&self.source.directions[i * dimensions..], &self.target.directions[j * dimensions..]);
        a[..dimensions].iter().zip(b).map(|(a, b)| a * b).sum::<f32>().max(0.0)
    }

    /// Whether both have numbers and share one, or share none.
    fn figures(&self, i: usize, j: usize) -> (f32, f32) {
        let (a, b) = (&self.source.figures[i], &self.target.figures[j]);
        match (a.is_empty() || b.is_empty(), a.iter().any(|x| b.contains(x))) {
            (true, _) => (0.0, 0.0),
            (_, true) => (1.0, 0.0),
            (_, false) => (0.0, 1.0),
        }
    }

    /// How alike the speakers are, and how different; both 0 where one is not known.
    fn speakers(&self, i: usize, j: usize) -> (f32, f32) {
        let of = |side: &Speech, n: usize| side.speakers[side.segments[n].quote as usize];
        let (Some(a), Some(b)) = (of(self.source, i), of(self.target, j)) else { return (0.0, 0.0) };
        let alike = self.names[a as usize * self.target.listed + b as usize];
        (alike, 1.0 - alike)
    }

    /// How surely the sentences of two segments are aligned, or that of the source with others only.
    fn aligned(&self, i: usize, j: usize) -> (f32, f32) {
        let theirs = &self.target.segments[j].sentences;
        let (mut here, mut elsewhere) = (0f32, 0f32);
        for s in self.source.segments[i].sentences.clone() {
            for (t, confidence) in self.beads.get(s as usize).into_iter().flatten() {
                let side = if theirs.contains(t) { &mut here } else { &mut elsewhere };
                *side = side.max(*confidence);
            }
        }
        (here, if here > 0.0 { 0.0 } else { elsewhere })
    }
}

/// Whether two segments of one document, in their order, are of different quotes and do not overlap.
fn are_apart(a: &Segment, b: &Segment) -> bool {
    a.quote < b.quote && (a.span.end <= b.span.start || b.span.end <= a.span.start)
}

/// How much each term of both says here.
fn weights(source: &Speech, target: &Speech) -> [Vec<f32>; 2] {
    let named = || source.names.terms.iter().chain(&target.names.terms);
    let words: FxHashSet<&str> = named().map(|t| &*t.word).collect();
    let concepts: FxHashSet<u32> = named().flat_map(|t| t.concepts.iter().copied()).collect();
    [source, target].map(|side| {
        let said = side.terms.terms.iter().zip(&side.terms.weights);
        said.map(|(term, weight)| {
            let is_named = words.contains(&*term.word) || term.concepts.iter().any(|c| concepts.contains(c));
            weight.powf(SHARP) * if is_named { NAMED } else { 1.0 }
        })
        .collect()
    })
}

/// The words of a segment that are found in another.
#[derive(Clone, Copy, Debug, Default)]
struct Covered {
    /// Their weight.
    amount: f32,
    /// The same, less of what is found in other segments, too.
    specific: f32,
}

/// What of each segment of one side is found in each segment of the other.
fn covered(side: &Speech, other: &Speech, similarity: &Similarity, weights: &[f32]) -> Vec<Covered> {
    let m = other.segments.len();
    let mut all = vec![Covered::default(); side.segments.len() * m];
    let mut best = vec![0f32; m];
    let mut touched: Vec<u32> = Vec::new();
    for (i, segment) in side.terms.segments.iter().enumerate() {
        for term in segment.distinct() {
            for (facing, s) in similarity.rows.of(term as usize) {
                for place in other.terms.places.of(*facing as usize) {
                    let best = &mut best[*place as usize];
                    if *best == 0.0 {
                        touched.push(*place);
                    }
                    *best = best.max(*s);
                }
            }
            let sum: f32 = touched.iter().map(|j| best[*j as usize]).sum();
            for j in touched.drain(..) {
                let s = std::mem::take(&mut best[j as usize]);
                let found = &mut all[i * m + j as usize];
                found.amount += weights[term as usize] * s;
                found.specific += weights[term as usize] * s * (s / sum).sqrt();
            }
        }
    }
    all
}

/// How alike the names of the speakers of two documents are, source by source: what share of the shorter one is found in the longer.
fn alike(source: &Speech, target: &Speech) -> Vec<f32> {
    let similarity = Similarity::new(&source.names, &target.names, None);
    let mut all = Vec::with_capacity(source.listed * target.listed);
    for a in &source.names.segments[..source.listed] {
        for b in &target.names.segments[..target.listed] {
            let mut found = vec![0f32; b.terms.len()];
            let mut mine = 0.0;
            for term in &a.terms {
                let mut best = 0f32;
                for (other, s) in similarity.rows.of(*term as usize) {
                    for at in (0..b.terms.len()).filter(|at| b.terms[*at] == *other) {
                        best = best.max(*s);
                        found[at] = found[at].max(*s);
                    }
                }
                mine += best;
            }
            let share = |sum: f32, terms: usize| sum / terms.max(1) as f32;
            all.push(share(mine, a.terms.len()).max(share(found.iter().sum(), b.terms.len())));
        }
    }
    all
}
