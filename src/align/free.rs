//! Beads that cross: what a monotone chain left over is searched again, in rounds, for chains of its own. A report that
//! tells the same things in another order moves whole passages; each passage is such a chain.

use super::{evidence::SHAPES, lattice::Lattice, split::parts, weights::Passages};
use crate::model::Bead;

/// Longer documents, by their cells, are aligned without passages: a search of all cells would take too long.
const CELLS: usize = 1_000_000;

/// So many rounds at most.
const ROUNDS: usize = 24;

/// The best passage that ends at a cell.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// The best sum of gains of a chain whose last bead ends here, and that bead's shape; 0 if there is none.
    ended: f32,
    shape: u8,
    /// Whether that bead stands right after the one before it.
    joined: bool,
    /// The best sum of any chain up to here, and where its last bead ends.
    any: f32,
    last: (u32, u32),
}

/// Whether the target may tell things in another order than the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Told by the texts: what is told in another order must be worth more than what it replaces.
    #[default]
    Auto,
    /// Beads never cross.
    Monotone,
    /// Another order is likely, as in a retelling.
    Free,
}

/// In a text of another order a passage costs this share of what it costs elsewhere to begin: retellings of the sample .85 -> .90.
const FREE: f32 = 0.5;

/// A chain's beads, with those that cross it where the mode allows and they are better. Gives beads in the order of their first source
/// segment.
pub(super) fn reordered(lattice: &Lattice, beads: Vec<Bead>, passages: &Passages, mode: Mode) -> Vec<Bead> {
    let (n, m) = lattice.size();
    if mode == Mode::Monotone || n.saturating_mul(m) > CELLS {
        return beads;
    }
    let share = if mode == Mode::Free { FREE } else { 1.0 };
    with_passages(lattice, beads, &Passages { opening: passages.opening * share, ..*passages })
}

/// Replaces the weak beads of a monotone alignment, and the segments it left alone, by beads that cross it where those
/// are better.
fn with_passages(lattice: &Lattice, beads: Vec<Bead>, passages: &Passages) -> Vec<Bead> {
    let (n, m) = lattice.size();
    let mut free = (vec![true; n], vec![true; m]);
    let mut kept: Vec<Bead> = Vec::with_capacity(beads.len());
    let mut weak = Vec::new();
    // How sure it is that a segment has no counterpart, should it be left alone in the end.
    let mut alone = (vec![0.0; n], vec![0.0; m]);
    let bead_of = |(i, j, shape): (usize, usize, usize), confidence: f32| {
        let (p, q) = SHAPES[shape];
        Bead {
            source: (i as u32..(i + p) as u32).collect(),
            target: (j as u32..(j + q) as u32).collect(),
            score: lattice.bead(i, j, shape).unwrap_or(0.0),
            confidence,
        }
    };
    let taken_apart = |bead: Bead| match parts(lattice, &bead, passages.crossing) {
        Some(parts) => parts.into_iter().map(|part| bead_of(part, bead.confidence)).collect(),
        None => vec![bead],
    };
    for bead in beads.into_iter().flat_map(taken_apart) {
        let aligned = bead.is_aligned();
        let doubt = if aligned { 1.0 - bead.confidence } else { bead.confidence };
        bead.source.iter().for_each(|i| alone.0[*i as usize] = doubt);
        bead.target.iter().for_each(|j| alone.1[*j as usize] = doubt);
        if !aligned {
            continue;
        }
        if lattice.gain_of(&bead) < passages.firm {
            weak.push(bead);
            continue;
        }
        bead.source.iter().for_each(|i| free.0[*i as usize] = false);
        bead.target.iter().for_each(|j| free.1[*j as usize] = false);
        kept.push(bead);
    }
    for _ in 0..ROUNDS {
        let (passage, worth) = best_passage(lattice, &free, passages.opening);
        if passage.is_empty() {
            break;
        }
        let mut taken = (vec![false; n], vec![false; m]);
        for &(i, j, shape, _) in &passage {
            let (p, q) = SHAPES[shape];
            taken.0[i..i + p].fill(true);
            taken.1[j..j + q].fill(true);
        }
        let (given_up, still): (Vec<Bead>, Vec<Bead>) = weak.into_iter().partition(|bead: &Bead| {
            bead.source.iter().any(|i| taken.0[*i as usize]) || bead.target.iter().any(|j| taken.1[*j as usize])
        });
        weak = still;
        if worth > given_up.iter().map(|bead| lattice.gain_of(bead)).sum::<f32>() {
            for (i, j, shape, gain) in passage {
                let (p, q) = SHAPES[shape];
                free.0[i..i + p].fill(false);
                free.1[j..j + q].fill(false);
                kept.push(bead_of((i, j, shape), 1.0 / (1.0 + (-(gain - passages.opening / 2.0)).exp())));
            }
        } else {
            // The chain was better: what it had there stays.
            for bead in given_up {
                bead.source.iter().for_each(|i| free.0[*i as usize] = false);
                bead.target.iter().for_each(|j| free.1[*j as usize] = false);
                kept.push(bead);
            }
        }
    }
    for bead in weak {
        let is_free =
            bead.source.iter().all(|i| free.0[*i as usize]) && bead.target.iter().all(|j| free.1[*j as usize]);
        if is_free {
            bead.source.iter().for_each(|i| free.0[*i as usize] = false);
            bead.target.iter().for_each(|j| free.1[*j as usize] = false);
            kept.push(bead);
        }
    }
    let null = |source, target, score, confidence| Bead { source, target, score, confidence };
    for i in (0..n).filter(|i| free.0[*i]) {
        kept.push(null(vec![i as u32], vec![], lattice.source_null(i), alone.0[i]));
    }
    for j in (0..m).filter(|j| free.1[*j]) {
        kept.push(null(vec![], vec![j as u32], lattice.target_null(j), alone.1[j]));
    }
    in_source_order(kept, m)
}

/// Sorts beads by their first source segment; a target segment without counterpart follows the bead of the aligned target
/// segment before it.
pub(super) fn in_source_order(mut beads: Vec<Bead>, targets: usize) -> Vec<Bead> {
    // One more than the first source segment of the bead of each target segment; 0 where there is none.
    let mut place = vec![0; targets];
    for bead in beads.iter().filter(|b| b.is_aligned()) {
        bead.target.iter().for_each(|j| place[*j as usize] = bead.source[0] + 1);
    }
    for j in 1..targets {
        if place[j] == 0 {
            place[j] = place[j - 1];
        }
    }
    beads.sort_by_key(|bead| match (bead.source.first(), bead.target.first()) {
        (Some(i), _) => (i + 1, 0),
        (None, Some(j)) => (place[*j as usize], j + 1),
        (None, None) => (0, 0),
    });
    beads
}

/// The chain of free beads with the largest sum of gains, costs of opening taken off: `(source, target, shape, gain)`; and that sum.
fn best_passage(
    lattice: &Lattice,
    free: &(Vec<bool>, Vec<bool>),
    opening: f32,
) -> (Vec<(usize, usize, usize, f32)>, f32) {
    let (n, m) = lattice.size();
    let mut table = vec![Cell::default(); (n + 1) * (m + 1)];
    let at = |i: usize, j: usize| i * (m + 1) + j;
    for i in 0..=n {
        for j in 0..=m {
            let mut cell = Cell::default();
            for (shape, (p, q)) in SHAPES.into_iter().enumerate() {
                if i < p || j < q || !free.0[i - p..i].iter().all(|f| *f) || !free.1[j - q..j].iter().all(|f| *f) {
                    continue;
                }
                let Some(gain) = lattice.gain(i - p, j - q, shape) else { continue };
                let before = table[at(i - p, j - q)];
                let (joined, alone) = (before.ended, before.any - opening);
                let sum = gain + if before.ended > 0.0 { joined.max(alone) } else { alone };
                if sum > cell.ended {
                    cell =
                        Cell { ended: sum, shape: shape as u8, joined: before.ended > 0.0 && joined >= alone, ..cell };
                }
            }
            (cell.any, cell.last) = (cell.ended, (i as u32, j as u32));
            for (x, y) in [(i.wrapping_sub(1), j), (i, j.wrapping_sub(1))] {
                if x <= n && y <= m && table[at(x, y)].any >= cell.any {
                    (cell.any, cell.last) = (table[at(x, y)].any, table[at(x, y)].last);
                }
            }
            table[at(i, j)] = cell;
        }
    }
    let mut passage = Vec::new();
    let mut end = table[at(n, m)];
    let worth = end.any;
    let mut place = end.last;
    while end.any > 0.0 {
        let (i, j) = (place.0 as usize, place.1 as usize);
        let cell = table[at(i, j)];
        let (p, q) = SHAPES[cell.shape as usize];
        let gain = lattice.gain(i - p, j - q, cell.shape as usize).unwrap_or(0.0);
        passage.push((i - p, j - q, cell.shape as usize, gain));
        if cell.joined {
            place = ((i - p) as u32, (j - q) as u32);
            continue;
        }
        end = table[at(i - p, j - q)];
        place = end.last;
    }
    passage.reverse();
    (passage, worth)
}
