//! Weights: how much each term of a document says, and what its segments are about by them.

use super::{Representation, Term};
use rustc_hash::FxHashMap;

impl Representation {
    /// Sets how much each term says, from 0 to 1: its inverse document frequency by stem over the segments, less for the commonest
    /// words of the language.
    pub(super) fn weigh(&mut self) {
        // For each term the number of its stem; in how many segments each stem stands, and the last one counted.
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        numbers.reserve(self.terms.len());
        let mut stems = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            let next = numbers.len() as u32;
            stems.push(*numbers.entry(&term.stem).or_insert(next));
        }
        let mut frequency = vec![(0u32, usize::MAX); numbers.len()];
        for (i, segment) in self.segments.iter().enumerate() {
            for term in &segment.terms {
                let (count, last) = &mut frequency[stems[*term as usize] as usize];
                *count += u32::from(std::mem::replace(last, i) != i);
            }
        }
        let total = (self.segments.len() + 1) as f32;
        let weight = |(term, stem): (&Term, &u32)| {
            let df = frequency[*stem as usize].0.max(1) as f32;
            (total / df).ln() / total.ln() * (COMMON + (1.0 - COMMON) * term.rarity())
        };
        self.weights = self.terms.iter().zip(&stems).map(weight).collect();
    }

    /// The directions of the distinct words of each segment, each by its weight, summed: a row of
    /// [`Matrix::dimensions`](super::Matrix::dimensions) numbers a segment, all 0 where no word has a vector (after Arora et al. 2017).
    pub fn pooled(&self) -> Vec<f32> {
        let dimensions = self.vectors.dimensions;
        let mut all = vec![0.0f32; self.segments.len() * dimensions];
        for (n, term) in self.terms.iter().enumerate() {
            let Some(row) = term.vector else { continue };
            let (scale, vector) = (self.weights[n] * self.vectors.scales[row as usize], self.vectors.row(row));
            for segment in self.places.of(n) {
                let sum = &mut all[*segment as usize * dimensions..][..dimensions];
                sum.iter_mut().zip(vector).for_each(|(sum, v)| *sum += scale * f32::from(*v));
            }
        }
        all
    }

    /// The same with length 1, or 0 where no word has a vector.
    pub fn directions(&self) -> Vec<f32> {
        let mut all = self.pooled();
        for sum in all.chunks_exact_mut(self.vectors.dimensions.max(1)) {
            let length = sum.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            sum.iter_mut().for_each(|v| *v /= length);
        }
        all
    }
}

/// The share of its weight that the commonest word keeps.
const COMMON: f32 = 0.15;

impl Term {
    /// How much a word says by how rare it is in the language, from 0 to 1: smooth inverse frequency, with Zipf's law for the
    /// frequency.
    pub fn rarity(&self) -> f32 {
        if self.rank.is_finite() { 0.001 / (0.001 + 0.08 / (self.rank + 1.0)) } else { 1.0 }
    }
}
