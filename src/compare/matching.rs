use super::side::{Side, TELLING};
use crate::model::{Phrase, Span, Wording};
use crate::represent::Similarity;

/// A matching: which units of two sides say the same, each with one at most.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// Source unit, target unit and how alike they are, in the order of the source.
    pub links: Vec<(usize, usize, f32)>,
    /// How much of each unit is found on the other side, 0 to 1: of the source's and of the target's.
    pub found: [Vec<f32>; 2],
}

/// Units that are less alike are not linked.
const ALIKE: f32 = 0.3;

/// What a like neighbour on either side adds, and what the distance of their places takes off.
const NEIGHBOUR: f32 = 0.12;
const DISTANCE: f32 = 0.25;

/// So alike, words of two languages say the same: similarities of translations end about here.
const SAME: f32 = 0.6;

/// A unit whose counterpart is taken by another counts as much less.
const SHARED: f32 = 0.8;

impl Matching {
    /// Competitive linking (Melamed 2000): the likest pair first, where pairs beside others like them are liker.
    pub fn new(a: &Side, b: &Side) -> Matching {
        let (n, m) = (a.units.len(), b.units.len());
        let similarity = Similarity::new(&a.terms, &b.terms, None);
        let mut alike = vec![0f32; n * m];
        let mut facing = vec![0f32; b.terms.terms.len()];
        for (i, unit) in a.units.iter().enumerate() {
            let row = similarity.rows.of(unit.term as usize);
            row.iter().for_each(|(term, s)| facing[*term as usize] = *s);
            for (j, other) in b.units.iter().enumerate() {
                let same = a.lang == b.lang
                    && a.terms.terms[unit.term as usize].word == b.terms.terms[other.term as usize].word;
                alike[i * m + j] = if same { 1.0 } else { facing[other.term as usize] };
            }
            row.iter().for_each(|(term, _)| facing[*term as usize] = 0.0);
        }
        let at = |i: Option<usize>, j: Option<usize>| match (i, j) {
            (Some(i), Some(j)) if i < n && j < m => alike[i * m + j],
            _ => 0.0,
        };
        let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
        for i in 0..n {
            for j in 0..m {
                let s = alike[i * m + j];
                if s < ALIKE {
                    continue;
                }
                let (before, after) = (at(i.checked_sub(1), j.checked_sub(1)), at(Some(i + 1), Some(j + 1)));
                let apart = (i as f32 / n as f32 - j as f32 / m as f32).abs();
                // Small words stand everywhere: beside no like neighbour they say nothing.
                let small = a.units[i].weight.min(b.units[j].weight) < TELLING;
                if small && before.max(after) < SAME && (a.lang != b.lang || apart > DISTANCE) {
                    continue;
                }
                pairs.push((s + NEIGHBOUR * (before + after) - DISTANCE * apart, i, j));
            }
        }
        pairs.sort_by(|x, y| {
            y.0.total_cmp(&x.0).then((x.1 + x.2, x.1.abs_diff(x.2)).cmp(&(y.1 + y.2, y.1.abs_diff(y.2))))
        });
        let mut taken = [vec![false; n], vec![false; m]];
        let mut links = Vec::new();
        for (_, i, j) in pairs {
            if !taken[0][i] && !taken[1][j] {
                (taken[0][i], taken[1][j]) = (true, true);
                links.push((i, j, alike[i * m + j]));
            }
        }
        links.sort_by_key(|(i, j, _)| (*i, *j));
        let mut found = [vec![0f32; n], vec![0f32; m]];
        for i in 0..n {
            for j in 0..m {
                let s = (alike[i * m + j] / SAME).min(1.0) * SHARED;
                if alike[i * m + j] >= ALIKE && a.units[i].weight.min(b.units[j].weight) >= TELLING {
                    found[0][i] = found[0][i].max(s);
                    found[1][j] = found[1][j].max(s);
                }
            }
        }
        for (i, j, s) in &links {
            let s = (s / SAME).min(1.0);
            found[0][*i] = found[0][*i].max(s);
            found[1][*j] = found[1][*j].max(s);
        }
        Matching { links, found }
    }

    /// The same seen from the target.
    pub fn reversed(&self) -> Matching {
        let mut links: Vec<(usize, usize, f32)> = self.links.iter().map(|(i, j, s)| (*j, *i, *s)).collect();
        links.sort_by_key(|(i, j, _)| (*i, *j));
        Matching { links, found: [self.found[1].clone(), self.found[0].clone()] }
    }

    /// The target unit that says what a source unit says.
    pub fn partner(&self, i: usize) -> Option<usize> {
        let at = self.links.binary_search_by_key(&i, |(i, _, _)| *i).ok()?;
        Some(self.links[at].1)
    }

    /// What share of the weight of the source is found in the target.
    pub fn kept(&self, source: &Side) -> f32 {
        let all = source.weight();
        let found: f32 = source.units.iter().zip(&self.found[0]).map(|(u, found)| u.weight * found).sum();
        if all > 0.0 { (found / all).min(1.0) } else { 0.0 }
    }

    /// Stretches that say the same: links that follow each other on both sides, in one sentence.
    pub fn phrases(&self, a: &Side, b: &Side) -> Vec<Phrase> {
        let mut phrases = Vec::new();
        let mut open: Vec<(usize, usize, f32)> = Vec::new();
        for (n, link) in self.links.iter().enumerate() {
            open.push(*link);
            let goes_on = self.links.get(n + 1).is_some_and(|(i, j, _)| {
                (1..=GAP).contains(&(i - link.0))
                    && (link.1 + 1..=link.1 + GAP).contains(j)
                    && a.units[*i].sentence == a.units[link.0].sentence
                    && b.units[*j].sentence == b.units[link.1].sentence
            });
            if goes_on {
                continue;
            }
            let telling = open.iter().any(|(i, j, _)| a.units[*i].weight.min(b.units[*j].weight) >= TELLING);
            if let (true, Some(first)) = (telling, open.first()) {
                let span = |side: &Side, from: usize, to: usize| {
                    side.told.place(Span { start: side.units[from].span.start, end: side.units[to].span.end })
                };
                phrases.push(Phrase {
                    source: span(a, first.0, link.0),
                    target: span(b, first.1, link.1),
                    similarity: (open.iter().map(|(_, _, s)| s).sum::<f32>() / open.len() as f32).min(1.0),
                });
            }
            open.clear();
        }
        phrases
    }

    /// Where the words of two renderings in one language differ.
    pub fn wording(&self, a: &Side, b: &Side) -> Wording {
        let word = |side: &'_ Side, unit: usize| side.terms.terms[side.units[unit].term as usize].word.clone();
        let mut partners = [vec![None; a.units.len()], vec![None; b.units.len()]];
        for (i, j, _) in &self.links {
            let same = word(a, *i) == word(b, *j);
            (partners[0][*i], partners[1][*j]) = (Some(same), Some(same));
        }
        let spans = |side: &Side, partners: &[Option<bool>], kind: Option<bool>| {
            let mut runs: Vec<Span> = Vec::new();
            let mut before = None;
            for (n, unit) in side.units.iter().enumerate().filter(|(n, _)| partners[*n] == kind) {
                match runs.last_mut().filter(|_| before == n.checked_sub(1) && before.is_some()) {
                    Some(run) => run.end = run.end.max(unit.span.end),
                    None => runs.push(unit.span),
                }
                before = Some(n);
            }
            runs.into_iter().flat_map(|run| side.told.place(run)).collect::<Vec<Span>>()
        };
        Wording {
            lost: spans(a, &partners[0], None),
            replaced: spans(a, &partners[0], Some(false)),
            new: spans(b, &partners[1], None),
            replacing: spans(b, &partners[1], Some(false)),
        }
    }
}

/// Links of a phrase are no further apart, in units.
const GAP: usize = 3;
