//! What the words of one side say of every block of segments on the other, gathered word by word.

use super::{
    band::Band,
    evidence::{LARGEST, add},
};
use crate::represent::{Lists, Representation};

/// One side with its similarities to the other.
pub(super) struct Side<'a> {
    pub own: &'a Representation,
    pub other: &'a Representation,
    pub rows: &'a Lists<(u32, f32)>,
}

impl Side<'_> {
    /// The evidence of each own segment facing each block of `k` segments of the other side, by `[k - 1]`, by cell of a band whose rows
    /// are the own segments.
    ///
    /// A word is alike to few segments, so the evidence is that of a word with no likeness anywhere in the block, and
    /// corrections where there is some. Blocks of all sizes that begin in one place are worked on together: most documents are short.
    pub fn gather<const F: usize>(
        &self,
        band: &Band,
        value: &impl Fn(&Lanes, &Lanes, &Lanes) -> [[f32; F]; LANES],
    ) -> Vec<Vec<[f32; F]>> {
        let mut cells = vec![[[0.0; F]; LANES]; band.cells()];
        let mut base = vec![[[0.0; F]; LANES]; self.own.segments.len()];
        let mut word = Word::default();
        let mut corrections: Vec<[[f32; F]; LANES]> = Vec::new();
        for (term, columns) in self.likeness().iter().enumerate() {
            let weight = self.own.weights[term];
            word.read(columns);
            let zero = word.corrections(self.other.segments.len(), value, &mut corrections);
            for &i in self.own.places.of(term) {
                let i = i as usize;
                add_all(&mut base[i], weight, &zero);
                let near = band.row(i);
                for run in &word.runs {
                    let (from, to) = (run.start.max(near.start), run.end.min(near.end));
                    if from < to {
                        let cells = &mut cells[band.offset(i) + from - near.start..][..to - from];
                        let corrections = &corrections[run.at + from - run.start..][..to - from];
                        for (cell, correction) in cells.iter_mut().zip(corrections) {
                            add_all(cell, weight, correction);
                        }
                    }
                }
            }
        }
        let row = |i: usize| cells[band.offset(i)..band.offset(i) + band.row(i).len()].iter();
        let whole = |k: usize| {
            let with_base = |(i, base): (usize, &[[f32; F]; LANES])| {
                let base = base[k];
                row(i).map(move |cell| {
                    let mut sum = cell[k];
                    add(&mut sum, 1.0, &base);
                    sum
                })
            };
            base.iter().enumerate().flat_map(with_base).collect()
        };
        (0..LARGEST).map(whole).collect()
    }

    /// For each own term, the other segments that hold something like it, with the best similarity there, in order.
    fn likeness(&self) -> Lists<(u32, f32)> {
        let places = &self.other.places;
        let mut best = vec![0.0f32; self.other.segments.len()];
        let mut touched = Vec::new();
        let mut found = Lists::with_capacity(self.rows.len());
        for row in self.rows.iter() {
            for &(term, s) in row {
                for &j in places.of(term as usize) {
                    let best = &mut best[j as usize];
                    if *best == 0.0 {
                        touched.push(j);
                    }
                    *best = best.max(s);
                }
            }
            touched.sort_unstable();
            found.push(touched.drain(..).map(|j| (j, std::mem::take(&mut best[j as usize]))));
        }
        found
    }
}

/// Blocks of 1, 2, ... segments beside each other, more than there are: processors take so many numbers at once.
pub(super) const LANES: usize = LARGEST.next_power_of_two();
pub(super) type Lanes = [f32; LANES];

/// Adds features of all sizes of blocks, so many times.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
fn add_all<const F: usize>(sums: &mut [[f32; F]; LANES], times: f32, features: &[[f32; F]; LANES]) {
    for lane in 0..LANES {
        for feature in 0..F {
            sums[lane][feature] += times * features[lane][feature];
        }
    }
}

/// A word and where something like it stands on the other side: room that is used again.
#[derive(Default)]
struct Word {
    /// The stretches of blocks that hold something like it, in order, and between them none that does.
    runs: Vec<Run>,
    /// For each segment of the runs, one run after the other, with room after the last of each: the best similarity in it, before it,
    /// and from it on.
    here: Vec<f32>,
    before: Vec<f32>,
    after: Vec<f32>,
    /// For each segment the best similarity in the blocks that begin there.
    blocks: Vec<Lanes>,
}

/// Blocks that begin in a stretch of segments, and where they are kept.
struct Run {
    start: usize,
    end: usize,
    at: usize,
}

impl Run {
    /// Where the next is kept.
    fn after(&self) -> usize {
        self.at + self.end - self.start + LANES
    }
}

impl Word {
    /// Reads the segments that hold something like it.
    fn read(&mut self, columns: &[(u32, f32)]) {
        self.runs.clear();
        for column in columns.iter().map(|c| c.0 as usize) {
            // Larger blocks begin before the segment. After the last of a run there is room to look ahead.
            match self.runs.last_mut() {
                Some(run) if column < run.end + LARGEST => run.end = column + 1,
                last => {
                    let (start, at) = (column.saturating_sub(LARGEST - 1), last.map_or(0, |run| run.after()));
                    self.runs.push(Run { start, end: column + 1, at });
                }
            }
        }
        let length = self.runs.last().map_or(0, Run::after);
        self.here.clear();
        self.here.resize(length, 0.0);
        self.before.resize(length, 0.0);
        self.after.resize(length, 0.0);
        self.blocks.resize(length, [0.0; LANES]);
        let mut runs = self.runs.iter();
        let mut run = runs.next();
        for &(column, s) in columns {
            while let Some(here) = run {
                if (column as usize) < here.end {
                    self.here[here.at + column as usize - here.start] = s;
                    break;
                }
                run = runs.next();
            }
        }
        let mut top = 0.0;
        for (before, s) in self.before.iter_mut().zip(&self.here) {
            *before = top;
            top = larger(top, *s);
        }
        let (mut top, mut next) = (0.0, [0.0; LANES]);
        for ((after, block), s) in self.after.iter_mut().zip(&mut self.blocks).zip(&self.here).rev() {
            top = larger(top, *s);
            *after = top;
            // A block is its first segment and the block of one less that begins after it.
            block[0] = *s;
            for lane in 1..LANES {
                block[lane] = larger(*s, next[lane - 1]);
            }
            next = *block;
        }
    }

    /// What the word adds facing blocks where nothing is like it (returned), and how the blocks of the runs differ from that. The other
    /// side has so many segments.
    fn corrections<const F: usize>(
        &self,
        segments: usize,
        value: &impl Fn(&Lanes, &Lanes, &Lanes) -> [[f32; F]; LANES],
        out: &mut Vec<[[f32; F]; LANES]>,
    ) -> [[f32; F]; LANES] {
        let (usual, share) = self.usual(segments);
        let best = self.after.first().copied().unwrap_or(0.0);
        let zero = value(&[0.0; LANES], &usual.map(|usual| -usual), &[-best; LANES]);
        out.resize(self.here.len(), [[0.0; F]; LANES]);
        for run in &self.runs {
            let places = run.at..run.at + run.end - run.start;
            let after = self.after[places.start + 1..].windows(LANES);
            let sides = self.before[places.clone()].iter().zip(after);
            for ((out, block), (before, after)) in out[places.clone()].iter_mut().zip(&self.blocks[places]).zip(sides) {
                // The similarity over the mean of the other blocks, and over the best outside.
                let (mut typical, mut better) = ([0.0; LANES], [0.0; LANES]);
                for lane in 0..LANES {
                    typical[lane] = block[lane] * share[lane] - usual[lane];
                    better[lane] = block[lane] - larger(*before, after[lane]);
                }
                *out = value(block, &typical, &better);
                add_all(out, -1.0, &zero);
            }
        }
        zero
    }

    /// For each size of blocks, of which there are as many as fit into so many segments: what the mean similarity of the others is
    /// where a block has none, and what part of its own comes off that.
    #[allow(clippy::needless_range_loop)]
    fn usual(&self, segments: usize) -> (Lanes, Lanes) {
        let mut totals = [0.0; LANES];
        for run in &self.runs {
            for (start, block) in (run.start..run.end).zip(&self.blocks[run.at..]) {
                // The larger a block, the earlier it must begin.
                let fit = segments - start;
                for lane in 0..LANES {
                    totals[lane] += if lane < fit { block[lane] } else { 0.0 };
                }
            }
        }
        let (mut usual, mut share) = ([0.0; LANES], [0.5; LANES]);
        for lane in 0..LANES.min(segments.saturating_sub(1)) {
            let others = (segments - lane - 1) as f32;
            (usual[lane], share[lane]) = (totals[lane] / others, (segments - lane) as f32 / others);
        }
        (usual, share)
    }
}

/// The larger of two numbers. [`f32::max`] also asks whether they are any.
#[inline(always)]
pub(super) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The smaller of two numbers.
#[inline(always)]
pub(super) fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}
