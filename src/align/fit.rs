//! Fitting the weights by maximum likelihood: the gold alignment of every example is to be as probable as possible
//! among all alignments (Lafferty, McCallum and Pereira 2001, over alignments instead of label sequences).

use super::{
    band::Band,
    completeness::Completeness,
    embedded::Embedded,
    evidence::{self, PER_WORD, SHAPES, dot},
    lattice::{Lattice, Step},
    weights::{COUNT, Weights, at},
};
use crate::model::Bead;
use crate::represent::{Representation, Similarity};

/// Two documents with their gold alignment, ready to be fitted: the features of every candidate bead.
pub struct Example {
    band: Band,
    size: (usize, usize),
    /// By shape, by cell.
    beads: Vec<Vec<Option<Box<[f32; COUNT]>>>>,
    source_nulls: Vec<[f32; COUNT]>,
    target_nulls: Vec<[f32; COUNT]>,
    /// The sum of the features along the gold chain.
    gold: [f64; COUNT],
    /// What is added to the score of segments without counterpart.
    bias: f32,
}

impl Example {
    /// Gathers the features. Gold beads of shapes the aligner does not know are approached by the chain nearest to gold.
    pub fn new(
        source: &Representation,
        target: &Representation,
        embedded: Option<[&Embedded; 2]>,
        gold: &[Bead],
    ) -> Option<Example> {
        let (n, m) = (source.segments.len(), target.segments.len());
        if n == 0 || m == 0 {
            return None;
        }
        let similarity = Similarity::new(source, target, None);
        let band = Band::new(source, target, &similarity);
        let evidence = evidence::unweighed(source, target, &similarity, &band).with_embedded(embedded);
        let mut beads = vec![vec![None; band.cells()]; SHAPES.len()];
        for (shape, size) in SHAPES.into_iter().enumerate() {
            for i in 0..(n + 1).saturating_sub(size.0) {
                for j in band.row(i).start..band.row(i).end.min((m + 1).saturating_sub(size.1)) {
                    if let (Some(words), Some(cell)) = (evidence.words(i, j, size), band.cell(i, j)) {
                        let mut features = evidence.surface(i, j, shape);
                        features[at::COVER..at::COVER + PER_WORD].copy_from_slice(&words);
                        beads[shape][cell] = Some(Box::new(features));
                    }
                }
            }
        }
        let source_nulls = (0..n).map(|i| evidence.source_null(i)).collect();
        let target_nulls = (0..m).map(|j| evidence.target_null(j)).collect();
        drop(evidence);
        let mut example =
            Example { band, size: (n, m), beads, source_nulls, target_nulls, gold: [0.0; COUNT], bias: 0.0 };
        example.gold = example.along(&example.nearest(gold));
        Some(example)
    }

    /// The chain that shares most beads with gold.
    fn nearest(&self, gold: &[Bead]) -> Vec<(Step, usize, usize)> {
        let has = |i: usize, j: usize, (p, q): (usize, usize)| {
            gold.iter().any(|b| {
                let ids = |ids: &[u32], from: usize, count: usize| {
                    ids.len() == count && ids.iter().zip(from as u32..).all(|(a, b)| *a == b)
                };
                ids(&b.source, i, p) && ids(&b.target, j, q)
            })
        };
        let lattice = Lattice::from_scores(
            &self.band,
            self.size,
            SHAPES.len(),
            |i, j, shape| Some(if has(i, j, SHAPES[shape]) { 3.0 } else { -0.01 }),
            |i| f32::from(has(i, 0, (1, 0))),
            |j| f32::from(has(0, j, (0, 1))),
            -0.5,
        );
        lattice.best()
    }

    /// The features along a chain, summed.
    fn along(&self, steps: &[(Step, usize, usize)]) -> [f64; COUNT] {
        let mut sum = [0.0; COUNT];
        for (step, i, j) in steps {
            self.add(*step, *i, *j, 1.0, &mut sum);
        }
        sum
    }

    /// Adds the features of a step, `times` over.
    fn add(&self, step: Step, i: usize, j: usize, times: f64, sum: &mut [f64; COUNT]) {
        let mut plus = |features: &[f32; COUNT]| {
            sum.iter_mut().zip(features).for_each(|(s, f)| *s += times * f64::from(*f));
        };
        let bead = |i, j, shape: usize| self.band.cell(i, j).and_then(|cell| self.beads[shape][cell].as_deref());
        match step {
            Step::Source => plus(&self.source_nulls[i]),
            Step::Target => plus(&self.target_nulls[j]),
            Step::Bead(shape) => {
                if let Some(features) = bead(i, j, shape as usize) {
                    plus(features);
                }
            }
            Step::Swap(a, b) => {
                let (x, y) = (i + 1 + a as usize, j + 1 + b as usize);
                [bead(i, y, 0), bead(x, j, 0)].into_iter().flatten().for_each(&mut plus);
                self.source_nulls[i + 1..x].iter().for_each(&mut plus);
                self.target_nulls[j + 1..y].iter().for_each(&mut plus);
                let mut swap = [0.0; COUNT];
                swap[at::SWAP] = 1.0;
                plus(&swap);
            }
        }
    }

    fn lattice(&self, weights: &Weights) -> Lattice<'_> {
        Lattice::from_scores(
            &self.band,
            self.size,
            SHAPES.len(),
            |i, j, shape| {
                let cell = self.band.cell(i, j)?;
                self.beads[shape][cell].as_deref().map(|f| dot(f, &weights.features))
            },
            |i| dot(&self.source_nulls[i], &weights.features),
            |j| dot(&self.target_nulls[j], &weights.features),
            weights.features[at::SWAP],
        )
        .with_bias(self.bias)
    }

    /// Estimates how much is missing, with these weights.
    pub fn estimate(&mut self, weights: &Weights) {
        self.bias = Completeness::Auto.bias(&self.lattice(weights), &weights.features);
    }

    /// The negative log likelihood of gold under the weights, in nats, and its gradient.
    pub fn loss(&self, weights: &Weights) -> (f64, Vec<f64>) {
        let lattice = self.lattice(weights);
        let mut expected = [0.0; COUNT];
        let total = lattice.marginals(|step, i, j, p| self.add(step, i, j, p, &mut expected));
        let gold: f64 = self.gold.iter().zip(&weights.features).map(|(g, w)| g * f64::from(*w)).sum();
        (total - gold, expected.iter().zip(&self.gold).map(|(e, g)| e - g).collect())
    }

    /// The alignment under the weights.
    pub fn align(&self, weights: &Weights) -> Vec<Bead> {
        self.lattice(weights).beads()
    }
}

/// What a fit came to.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The weights found.
    pub weights: Weights,
    /// The loss there, with the ridge.
    pub loss: f64,
    /// How many steps it took.
    pub iterations: usize,
}

/// Minimises `loss` (value and gradient at a point) plus a ridge of `ridge`/2 times the squared weights, from `start`,
/// by L-BFGS (Nocedal 1980) with a backtracking line search.
pub fn fit(start: &Weights, ridge: f64, iterations: usize, mut loss: impl FnMut(&Weights) -> (f64, Vec<f64>)) -> Fit {
    const MEMORY: usize = 12;
    let weights = |x: &[f64]| {
        let mut weights = start.clone();
        weights.features.iter_mut().zip(x).for_each(|(w, x)| *w = *x as f32);
        weights
    };
    let mut value = |x: &[f64]| {
        let (mut f, mut g) = loss(&weights(x));
        f += ridge / 2.0 * product(x, x);
        g.iter_mut().zip(x).for_each(|(g, x)| *g += ridge * x);
        (f, g)
    };
    let mut x: Vec<f64> = start.features.iter().map(|w| f64::from(*w)).collect();
    let (mut f, mut g) = value(&x);
    let mut memory: std::collections::VecDeque<(Vec<f64>, Vec<f64>)> = Default::default();
    let mut done = 0;
    while done < iterations {
        let direction = descent(&g, &memory);
        let slope = product(&g, &direction);
        let mut step = if memory.is_empty() { 1.0 / product(&g, &g).sqrt().max(1.0) } else { 1.0 };
        let next = loop {
            let there: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + step * d).collect();
            let (f2, g2) = value(&there);
            if f2 <= f + 1e-4 * step * slope {
                break Some((there, f2, g2));
            }
            step /= 2.0;
            if step < 1e-10 {
                break None;
            }
        };
        let Some((there, f2, g2)) = next else { break };
        let change: Vec<f64> = there.iter().zip(&x).map(|(a, b)| a - b).collect();
        let bend: Vec<f64> = g2.iter().zip(&g).map(|(a, b)| a - b).collect();
        if product(&change, &bend) > 1e-12 {
            memory.push_back((change, bend));
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        let gain = f - f2;
        (x, f, g) = (there, f2, g2);
        done += 1;
        if gain < 1e-7 * f.abs() {
            break;
        }
    }
    Fit { weights: weights(&x), loss: f, iterations: done }
}

/// The direction of L-BFGS: the two-loop recursion.
fn descent(g: &[f64], memory: &std::collections::VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut q: Vec<f64> = g.iter().map(|g| -g).collect();
    let mut shares = Vec::new();
    for (s, y) in memory.iter().rev() {
        let share = product(s, &q) / product(s, y);
        q.iter_mut().zip(y).for_each(|(q, y)| *q -= share * y);
        shares.push(share);
    }
    if let Some((s, y)) = memory.back() {
        let scale = product(s, y) / product(y, y);
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((s, y), share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = product(y, &q) / product(s, y);
        q.iter_mut().zip(s).for_each(|(q, s)| *q += (share - back) * s);
    }
    q
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
