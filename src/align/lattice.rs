//! The lattice of all chains of beads: the best chain, and the probability of each of its beads.

use super::{
    band::Band,
    cycle::Votes,
    evidence::{Evidence, SHAPES, dot, shape_features},
    pooled::Row,
    weights::{COUNT, at},
};
use crate::model::Bead;

/// A swap may leave out so many segments between its two beads, on each side.
const GAP: usize = 2;

/// What is less probable by so many nats adds nothing.
const FAR: f64 = 30.0;

/// No chain has this score.
const NEVER: f64 = -1e30;

/// A step of a chain: from a cell to a later one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// A source segment without counterpart.
    Source,
    /// A target segment without counterpart.
    Target,
    /// A bead of a shape, by its place in [`SHAPES`].
    Bead(u8),
    /// Two 1-1 beads that cross, with so many source and target segments left out between them.
    Swap(u8, u8),
}

impl Step {
    /// How many segments it takes on each side.
    fn size(self) -> (usize, usize) {
        match self {
            Step::Source => (1, 0),
            Step::Target => (0, 1),
            Step::Bead(shape) => SHAPES[shape as usize],
            Step::Swap(a, b) => (2 + a as usize, 2 + b as usize),
        }
    }
}

/// The scores of everything a chain may hold.
pub(super) struct Lattice<'a> {
    band: &'a Band,
    size: (usize, usize),
    /// By shape, by cell: the score of the bead that begins there.
    beads: Vec<Vec<f32>>,
    /// Running sums of the scores of segments without counterpart.
    source_nulls: Vec<f64>,
    target_nulls: Vec<f64>,
    swap: f64,
    /// What is added to the score of every segment without counterpart.
    bias: f64,
}

impl<'a> Lattice<'a> {
    /// Scores every candidate by the weights.
    pub fn new(evidence: &Evidence<'a, 1>, weights: &[f32; COUNT]) -> Self {
        let shapes: Vec<f32> = (0..SHAPES.len()).map(|shape| dot(&shape_features(shape), weights)).collect();
        let (band, size) = (evidence.band, evidence.size());
        let mut beads = vec![vec![NEVER as f32; band.cells()]; SHAPES.len()];
        let mut row = Row::default();
        for (shape, (scores, (p, q))) in beads.iter_mut().zip(SHAPES).enumerate() {
            for i in 0..(size.0 + 1).saturating_sub(p) {
                let js = evidence.reach(i, (p, q));
                if !js.is_empty() {
                    let cells = &mut scores[band.offset(i) + js.start - band.row(i).start..][..js.len()];
                    evidence.scores((i, js), shape, &shapes, weights, &mut row, cells);
                }
            }
        }
        Lattice::with_beads(
            band,
            size,
            beads,
            |i| dot(&evidence.source_null(i), weights),
            |j| dot(&evidence.target_null(j), weights),
            weights[at::SWAP],
        )
    }

    /// With the scores of beads of the first so many shapes, of source and of target segments without counterpart, and of a swap.
    pub fn from_scores(
        band: &'a Band,
        size: (usize, usize),
        shapes: usize,
        mut bead: impl FnMut(usize, usize, usize) -> Option<f32>,
        source: impl Fn(usize) -> f32,
        target: impl Fn(usize) -> f32,
        swap: f32,
    ) -> Self {
        let (n, m) = size;
        let mut beads = vec![vec![NEVER as f32; band.cells()]; shapes];
        for (shape, (p, q)) in SHAPES.into_iter().enumerate().take(shapes) {
            for i in 0..(n + 1).saturating_sub(p) {
                for j in band.row(i).start..band.row(i).end.min((m + 1).saturating_sub(q)) {
                    if let (Some(cell), Some(score)) = (band.cell(i, j), bead(i, j, shape)) {
                        beads[shape][cell] = score;
                    }
                }
            }
        }
        Lattice::with_beads(band, size, beads, source, target, swap)
    }

    fn with_beads(
        band: &'a Band,
        size: (usize, usize),
        beads: Vec<Vec<f32>>,
        source: impl Fn(usize) -> f32,
        target: impl Fn(usize) -> f32,
        swap: f32,
    ) -> Self {
        let running = |count: usize, score: &dyn Fn(usize) -> f32| {
            let mut sum = 0.0;
            let mut all = vec![0.0];
            all.extend((0..count).map(|k| {
                sum += f64::from(score(k));
                sum
            }));
            all
        };
        Lattice {
            band,
            size,
            beads,
            source_nulls: running(size.0, &source),
            target_nulls: running(size.1, &target),
            swap: f64::from(swap),
            bias: 0.0,
        }
    }

    /// The same with so much added to the score of every segment without counterpart.
    pub fn with_bias(mut self, bias: f32) -> Self {
        self.bias = f64::from(bias);
        self
    }

    /// Takes out the beads that `keep`, asked with where they begin and their size, does not keep.
    pub fn retain(&mut self, mut keep: impl FnMut(usize, usize, (usize, usize)) -> bool) {
        let (n, m) = self.size;
        for (scores, (p, q)) in self.beads.iter_mut().zip(SHAPES) {
            for i in 0..(n + 1).saturating_sub(p) {
                for j in self.band.row(i).start..self.band.row(i).end.min((m + 1).saturating_sub(q)) {
                    if let Some(cell) = self.band.cell(i, j).filter(|_| !keep(i, j, (p, q))) {
                        scores[cell] = NEVER as f32;
                    }
                }
            }
        }
    }

    /// Adds to the score of every candidate what third versions say of it, `weight` nats for a vote.
    pub fn vote(&mut self, votes: &Votes, weight: f32) {
        let (n, m) = self.size;
        for (shape, scores) in self.beads.iter_mut().enumerate() {
            let (p, q) = SHAPES[shape];
            for i in 0..(n + 1).saturating_sub(p) {
                for j in self.band.row(i).start..self.band.row(i).end.min((m + 1).saturating_sub(q)) {
                    if let Some(cell) = self.band.cell(i, j) {
                        scores[cell] += weight * votes.of(i, j, shape);
                    }
                }
            }
        }
        let running = |sums: &mut [f64], vote: &dyn Fn(usize) -> f32| {
            let mut sum = 0.0;
            for (k, total) in sums.iter_mut().skip(1).enumerate() {
                sum -= f64::from(weight * vote(k));
                *total += sum;
            }
        };
        running(&mut self.source_nulls, &|i| votes.of_source(i));
        running(&mut self.target_nulls, &|j| votes.of_target(j));
    }

    /// The same without beads that cross.
    pub fn without_swaps(mut self) -> Self {
        self.swap = NEVER;
        self
    }

    /// How many source and target segments there are.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The score of the bead of a shape that begins at a cell; `None` outside the band.
    pub fn bead(&self, i: usize, j: usize, shape: usize) -> Option<f32> {
        self.band.cell(i, j).map(|cell| self.beads[shape][cell]).filter(|score| *score > NEVER as f32 / 2.0)
    }

    /// The score of a source segment without counterpart.
    pub fn source_null(&self, i: usize) -> f32 {
        (self.source_nulls[i + 1] - self.source_nulls[i] + self.bias) as f32
    }

    /// The score of a target segment without counterpart.
    pub fn target_null(&self, j: usize) -> f32 {
        (self.target_nulls[j + 1] - self.target_nulls[j] + self.bias) as f32
    }

    /// By how much a bead is better than leaving its segments alone, in nats.
    pub fn gain(&self, i: usize, j: usize, shape: usize) -> Option<f32> {
        let (p, q) = SHAPES[shape];
        let alone = self.source_nulls[i + p] - self.source_nulls[i] + self.target_nulls[j + q] - self.target_nulls[j];
        Some(self.bead(i, j, shape)? - (alone + (p + q) as f64 * self.bias) as f32)
    }

    /// The gain of a bead of consecutive segments.
    pub fn gain_of(&self, bead: &Bead) -> f32 {
        let shape = SHAPES.iter().position(|s| *s == (bead.source.len(), bead.target.len()));
        match (bead.source.first(), bead.target.first(), shape) {
            (Some(i), Some(j), Some(shape)) => self.gain(*i as usize, *j as usize, shape).unwrap_or(0.0),
            _ => 0.0,
        }
    }

    /// The steps that end at a cell: each with the cell where it begins and its score.
    fn steps_to(&self, i: usize, j: usize, mut each: impl FnMut(Step, usize, usize, f64)) {
        if i > 0 {
            each(Step::Source, i - 1, j, self.source_nulls[i] - self.source_nulls[i - 1] + self.bias);
        }
        if j > 0 {
            each(Step::Target, i, j - 1, self.target_nulls[j] - self.target_nulls[j - 1] + self.bias);
        }
        for (shape, (p, q)) in SHAPES.into_iter().enumerate() {
            if i >= p
                && j >= q
                && let Some(cell) = self.band.cell(i - p, j - q)
            {
                each(Step::Bead(shape as u8), i - p, j - q, f64::from(self.beads[shape][cell]));
            }
        }
        for a in 0..=GAP.min(i.saturating_sub(2)) {
            for b in 0..=GAP.min(j.saturating_sub(2)) {
                if i >= 2 + a && j >= 2 + b {
                    let (x, y) = (i - 2 - a, j - 2 - b);
                    if let (Some(first), Some(second)) = (self.band.cell(x, j - 1), self.band.cell(i - 1, y)) {
                        let between = self.source_nulls[i - 1] - self.source_nulls[x + 1] + self.target_nulls[j - 1]
                            - self.target_nulls[y + 1]
                            + (a + b) as f64 * self.bias;
                        let beads = f64::from(self.beads[0][first]) + f64::from(self.beads[0][second]);
                        each(Step::Swap(a as u8, b as u8), x, y, self.swap + beads + between);
                    }
                }
            }
        }
    }

    /// Positions of the chain in a row: the band's, and one after its last target segment.
    pub fn positions(&self, i: usize) -> std::ops::RangeInclusive<usize> {
        let row = |i: usize| self.band.row(i.min(self.size.0 - 1));
        let (this, before) = (row(i), row(i.saturating_sub(1)));
        let high = if i == self.size.0 { self.size.1 } else { this.end };
        if i == 0 { 0..=high } else { this.start.min(before.start)..=high.max(before.end) }
    }

    /// The best score of a chain up to each position, or with `sum` the logarithm of the sum over all chains.
    fn forward(&self, sum: bool) -> Table {
        let mut table = Table::new((0..=self.size.0).map(|i| self.positions(i)));
        let mut terms: Vec<f64> = Vec::new();
        for i in 0..=self.size.0 {
            for j in self.positions(i) {
                let (mut best, mut step) = if i + j == 0 { (0.0, None) } else { (NEVER, None) };
                self.steps_to(i, j, |s, x, y, score| {
                    let total = table.score(x, y) + score;
                    if total > best {
                        (best, step) = (total, Some(s));
                    }
                    if sum && total > NEVER / 2.0 {
                        terms.push(total);
                    }
                });
                if sum && !terms.is_empty() {
                    best +=
                        terms.drain(..).map(|t| if t > best - FAR { (t - best).exp() } else { 0.0 }).sum::<f64>().ln();
                }
                table.set(i, j, best, step);
            }
        }
        table
    }

    /// The probability of every step that is not negligible, and the logarithm of the sum over all chains.
    pub fn marginals(&self, mut each: impl FnMut(Step, usize, usize, f64)) -> f64 {
        let (n, m) = self.size;
        let forward = self.forward(true);
        let total = forward.score(n, m);
        let mut backward = Table::new((0..=n).map(|i| self.positions(i)));
        backward.set(n, m, 0.0, None);
        for i in (0..=n).rev() {
            for j in self.positions(i).rev() {
                let from = backward.score(i, j);
                if from <= NEVER / 2.0 {
                    continue;
                }
                self.steps_to(i, j, |step, x, y, score| {
                    let tail = from + score;
                    let head = forward.score(x, y);
                    if head + tail > total - FAR {
                        backward.add(x, y, tail);
                        let probability = (head + tail - total).exp();
                        if probability > 1e-9 {
                            each(step, x, y, probability);
                        }
                    }
                });
            }
        }
        total
    }

    /// The steps of the best chain, in order, each with the position where it begins.
    pub fn best(&self) -> Vec<(Step, usize, usize)> {
        let table = self.forward(false);
        let (mut i, mut j) = self.size;
        let mut steps = Vec::new();
        while let Some(step) = table.step(i, j) {
            let (p, q) = step.size();
            (i, j) = (i - p, j - q);
            steps.push((step, i, j));
        }
        steps.reverse();
        steps
    }

    /// The beads of the best chain with their probabilities, in source order.
    pub fn beads(&self) -> Vec<Bead> {
        let (n, m) = self.size;
        let best = self.best();
        // Where anything might face anything, all beads that are not negligible are too many to keep: those that are asked for are few.
        let mut beads: rustc_hash::FxHashMap<(usize, usize, u8), f64> = rustc_hash::FxHashMap::default();
        for &(step, i, j) in &best {
            match step {
                Step::Source | Step::Target => {}
                Step::Bead(shape) => {
                    beads.insert((i, j, shape), 0.0);
                }
                Step::Swap(a, b) => {
                    let (x, y) = (i + 1 + a as usize, j + 1 + b as usize);
                    beads.extend([((i, y, 0), 0.0), ((x, j, 0), 0.0)]);
                }
            }
        }
        let mut nulls = (vec![0.0; n], vec![0.0; m]);
        let mut add = |bead: (usize, usize, u8), p: f64| beads.get_mut(&bead).into_iter().for_each(|sum| *sum += p);
        self.marginals(|step, i, j, p| match step {
            Step::Source => nulls.0[i] += p,
            Step::Target => nulls.1[j] += p,
            Step::Bead(shape) => add((i, j, shape), p),
            Step::Swap(a, b) => {
                let (x, y) = (i + 1 + a as usize, j + 1 + b as usize);
                add((i, y, 0), p);
                add((x, j, 0), p);
                (i + 1..x).for_each(|k| nulls.0[k] += p);
                (j + 1..y).for_each(|k| nulls.1[k] += p);
            }
        });
        let bead = |i: usize, j: usize, shape: u8| {
            let (p, q) = SHAPES[shape as usize];
            let score = self.band.cell(i, j).map_or(NEVER as f32, |cell| self.beads[shape as usize][cell]);
            let confidence = beads.get(&(i, j, shape)).copied().unwrap_or(0.0).min(1.0) as f32;
            let ids = |from: usize, count: usize| (from as u32..(from + count) as u32).collect();
            Bead { source: ids(i, p), target: ids(j, q), score, confidence }
        };
        let source_null = |i: usize| Bead {
            source: vec![i as u32],
            target: vec![],
            score: self.source_null(i),
            confidence: nulls.0[i].min(1.0) as f32,
        };
        let target_null = |j: usize| Bead {
            source: vec![],
            target: vec![j as u32],
            score: self.target_null(j),
            confidence: nulls.1[j].min(1.0) as f32,
        };
        let mut found = Vec::new();
        for (step, i, j) in best {
            match step {
                Step::Source => found.push(source_null(i)),
                Step::Target => found.push(target_null(j)),
                Step::Bead(shape) => found.push(bead(i, j, shape)),
                Step::Swap(a, b) => {
                    let (x, y) = (i + 1 + a as usize, j + 1 + b as usize);
                    found.push(bead(i, y, 0));
                    found.extend((i + 1..x).map(source_null));
                    found.extend((j + 1..y).map(target_null));
                    found.push(bead(x, j, 0));
                }
            }
        }
        found
    }
}

/// One value and one step for each position, by rows.
struct Table {
    low: Vec<usize>,
    offset: Vec<usize>,
    scores: Vec<f64>,
    steps: Vec<Option<Step>>,
}

impl Table {
    fn new(rows: impl Iterator<Item = std::ops::RangeInclusive<usize>>) -> Self {
        let mut table = Table { low: vec![], offset: vec![0], scores: vec![], steps: vec![] };
        for row in rows {
            table.low.push(*row.start());
            table.offset.push(table.offset[table.offset.len() - 1] + row.count());
        }
        let count = table.offset[table.offset.len() - 1];
        table.scores = vec![NEVER; count];
        table.steps = vec![None; count];
        table
    }

    fn at(&self, i: usize, j: usize) -> Option<usize> {
        let at = self.offset[i] + j.checked_sub(self.low[i])?;
        (at < self.offset[i + 1]).then_some(at)
    }

    fn score(&self, i: usize, j: usize) -> f64 {
        self.at(i, j).map_or(NEVER, |at| self.scores[at])
    }

    fn step(&self, i: usize, j: usize) -> Option<Step> {
        self.at(i, j).and_then(|at| self.steps[at])
    }

    fn set(&mut self, i: usize, j: usize, score: f64, step: Option<Step>) {
        if let Some(at) = self.at(i, j) {
            (self.scores[at], self.steps[at]) = (score, step);
        }
    }

    /// Adds to a sum kept as a logarithm.
    fn add(&mut self, i: usize, j: usize, score: f64) {
        if let Some(at) = self.at(i, j) {
            let (low, high) = if self.scores[at] < score { (self.scores[at], score) } else { (score, self.scores[at]) };
            self.scores[at] = high + (low - high).exp().ln_1p();
        }
    }
}
