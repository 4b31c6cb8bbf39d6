use rustc_hash::FxHashSet;
use std::ops::AddAssign;

/// A ladder: the beads of one alignment, each as source ids and target ids.
pub type Ladder = Vec<(Vec<u32>, Vec<u32>)>;

/// Reads a ladder as vecalign, bertalign and korpu write it: `[source ids]:[target ids]`, perhaps `:score`, a line.
///
/// ```
/// let ladder = korpu::evaluate::parse_ladder("[0]:[0, 1]:0.93\n\n[1]:[]\n").unwrap();
/// assert_eq!(ladder, [(vec![0], vec![0, 1]), (vec![1], vec![])]);
/// assert!(korpu::evaluate::parse_ladder("0 1").unwrap_err().starts_with("line 1"));
/// ```
pub fn parse_ladder(text: &str) -> Result<Ladder, String> {
    let mut ladder = Ladder::new();
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let bead = bead(line).ok_or_else(|| format!("line {}: no bead like [0,1]:[2]: {line:?}", n + 1))?;
        ladder.push(bead);
    }
    Ok(ladder)
}

fn bead(line: &str) -> Option<(Vec<u32>, Vec<u32>)> {
    let (source, rest) = line.trim().strip_prefix('[')?.split_once(']')?;
    let target = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?.split_once(']')?.0;
    let ids = |list: &str| -> Option<Vec<u32>> {
        list.split(',').map(str::trim).filter(|s| !s.is_empty()).map(|s| s.parse().ok()).collect()
    };
    Some((ids(source)?, ids(target)?))
}

/// Counts over any number of alignments, from which [`Figures`] are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Beads found that are right, strictly and laxly, and all found; null beads count.
    found: [usize; 3],
    /// Gold beads with both sides that were found, strictly and laxly, and all of them.
    wanted: [usize; 3],
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Figures {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of gold that was found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// Compares one alignment with gold, by the definitions of vecalign's `score.py` (Thompson and Koehn 2019).
///
/// Precision counts every bead found; a null bead is right where gold has that very bead. Recall counts the gold beads
/// with both sides. Laxly, a bead is right where some pair of its source and target ids is also a pair of the other side.
///
/// ```
/// use korpu::evaluate::{parse_ladder, score};
/// let gold = parse_ladder("[0]:[0]\n[1]:[1,2]\n[2]:[]").unwrap();
/// let found = parse_ladder("[0]:[0]\n[1]:[1]\n[]:[2]\n[2]:[]").unwrap();
/// let score = score(&gold, &found);
/// assert_eq!(score.strict().precision, 0.5);
/// assert_eq!(score.lax().recall, 1.0);
/// ```
pub fn score(gold: &Ladder, found: &Ladder) -> Score {
    let both = |ladder: &Ladder| ladder.iter().filter(|b| !b.0.is_empty() && !b.1.is_empty()).cloned().collect();
    Score { found: hits(found, gold), wanted: hits(&both(gold), &both(found)) }
}

/// How many beads are strictly and laxly in the reference, and how many there are; duplicates count once.
fn hits(beads: &Ladder, reference: &Ladder) -> [usize; 3] {
    let whole = |ladder: &Ladder| -> FxHashSet<(Vec<u32>, Vec<u32>)> {
        ladder.iter().filter(|b| !b.0.is_empty() || !b.1.is_empty()).cloned().collect()
    };
    let (beads, reference) = (whole(beads), whole(reference));
    let pairs: FxHashSet<(u32, u32)> =
        reference.iter().flat_map(|(a, b)| a.iter().flat_map(move |s| b.iter().map(move |t| (*s, *t)))).collect();
    let strict = beads.iter().filter(|b| reference.contains(b)).count();
    let lax = beads
        .iter()
        .filter(|b| reference.contains(b) || b.0.iter().any(|s| b.1.iter().any(|t| pairs.contains(&(*s, *t)))))
        .count();
    [strict, lax, beads.len()]
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Score) {
        for k in 0..3 {
            self.found[k] += other.found[k];
            self.wanted[k] += other.wanted[k];
        }
    }
}

impl Score {
    /// A bead is right where gold has exactly it.
    pub fn strict(&self) -> Figures {
        self.figures(0)
    }

    /// A bead is right where it shares a pair of segments with gold.
    pub fn lax(&self) -> Figures {
        self.figures(1)
    }

    fn figures(&self, kind: usize) -> Figures {
        let share = |counts: [usize; 3]| if counts[2] == 0 { 0.0 } else { counts[kind] as f64 / counts[2] as f64 };
        let (precision, recall) = (share(self.found), share(self.wanted));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Figures { precision, recall, f1 }
    }
}
