//! Three versions of one work check each other: what the first says of the third through the second must be what it says itself.

use super::evidence::{LARGEST, SHAPES};
use crate::model::Bead;
use rustc_hash::FxHashMap;

/// Two segments that a third version joins: it is aligned with both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The source segment.
    pub source: u32,
    /// The target segment.
    pub target: u32,
    /// The probability that both beads behind it are right, from 0 to 1.
    pub strength: f32,
}

/// Beads of more segments do not say which of them belong together.
const NARROW: usize = 3;

/// Links this strong must be in one bead. Weaker ones did harm on the sample gold: versions err alike.
const STRONG: f32 = 0.9;

/// The links from source to target through a third version: `there` are the beads from the source to it, `from_there` those from it to the
/// target. Sorted by source, then target.
///
/// ```
/// use korpu::{align::through, model::Bead};
/// let bead = |source, target, confidence| Bead { source: vec![source], target: vec![target], score: 0.0, confidence };
/// let links = through(&[bead(0, 3, 0.9), bead(1, 2, 1.0)], &[bead(3, 1, 0.8)]);
/// assert_eq!((links.len(), links[0].source, links[0].target), (1, 0, 1));
/// assert!((links[0].strength - 0.72).abs() < 1e-6);
/// ```
pub fn through(there: &[Bead], from_there: &[Bead]) -> Vec<Link> {
    let narrow = |bead: &&Bead| bead.is_aligned() && bead.source.len() + bead.target.len() <= NARROW;
    let count = from_there.iter().flat_map(|b| &b.source).max().map_or(0, |n| *n as usize + 1);
    let mut by_middle: Vec<Option<&Bead>> = vec![None; count];
    for bead in from_there.iter().filter(narrow) {
        bead.source.iter().for_each(|n| by_middle[*n as usize] = Some(bead));
    }
    let mut links = Vec::new();
    for bead in there.iter().filter(narrow) {
        for next in bead.target.iter().filter_map(|n| by_middle.get(*n as usize).copied().flatten()) {
            let strength = bead.confidence * next.confidence;
            let of = |source: &u32| next.target.iter().map(move |target| (*source, *target)).collect::<Vec<_>>();
            let pairs = bead.source.iter().flat_map(of);
            links.extend(pairs.map(|(source, target)| Link { source, target, strength }));
        }
    }
    joined(links)
}

/// Links of several third versions together: what more than one of them says is as strong as all say it, at most 1.
pub fn joined(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_by(|a, b| (a.source, a.target).cmp(&(b.source, b.target)).then(b.strength.total_cmp(&a.strength)));
    links.dedup_by(|next, kept| {
        let same = (next.source, next.target) == (kept.source, kept.target);
        if same {
            kept.strength = 1.0 - (1.0 - kept.strength) * (1.0 - next.strength);
        }
        same
    });
    links
}

/// The bead of each source segment and of each target segment, by its place.
fn places(beads: &[Bead]) -> [FxHashMap<u32, usize>; 2] {
    let by = |side: fn(&Bead) -> &Vec<u32>| {
        beads.iter().enumerate().flat_map(|(n, bead)| side(bead).iter().map(move |segment| (*segment, n))).collect()
    };
    [by(|bead| &bead.source), by(|bead| &bead.target)]
}

/// Whether beads leave apart what a strong link joins.
pub fn contradicts(beads: &[Bead], links: &[Link]) -> bool {
    let [sources, targets] = places(beads);
    let strong = links.iter().filter(|link| link.strength >= STRONG);
    strong.into_iter().any(|link| sources.get(&link.source) != targets.get(&link.target))
}

/// Takes confidence from beads that third versions contradict: one of their segments is joined by a strong link with a segment outside, and
/// with none inside.
pub fn doubt(beads: &mut [Bead], links: &[Link]) {
    let [sources, targets] = places(beads);
    let mut against = vec![0.0f32; beads.len()];
    let mut confirmed = vec![false; beads.len()];
    for link in links {
        match (sources.get(&link.source), targets.get(&link.target)) {
            (Some(a), Some(b)) if a == b => confirmed[*a] = true,
            beads => {
                [beads.0, beads.1].into_iter().flatten().for_each(|n| against[*n] = link.strength.max(against[*n]))
            }
        }
    }
    for ((bead, against), confirmed) in beads.iter_mut().zip(against).zip(confirmed) {
        if bead.is_aligned() && !confirmed && against >= STRONG {
            bead.confidence *= 1.0 - against;
        }
    }
}

/// The links by segment, to ask how much speaks for a bead.
pub(super) struct Votes {
    by_source: Vec<Vec<(u32, f32)>>,
    by_target: Vec<Vec<(u32, f32)>>,
}

impl Votes {
    pub fn new(links: &[Link], (n, m): (usize, usize)) -> Votes {
        let mut votes = Votes { by_source: vec![Vec::new(); n], by_target: vec![Vec::new(); m] };
        for link in links.iter().filter(|l| (l.source as usize) < n && (l.target as usize) < m) {
            votes.by_source[link.source as usize].push((link.target, link.strength));
            votes.by_target[link.target as usize].push((link.source, link.strength));
        }
        votes
    }

    /// The strength of what joins the segments of a bead, less that of what joins them with others.
    pub fn of(&self, i: usize, j: usize, shape: usize) -> f32 {
        let (p, q) = SHAPES[shape];
        debug_assert!(p.max(q) <= LARGEST);
        let side = |votes: &[Vec<(u32, f32)>], from: usize, count: usize, other: usize, others: usize| -> f32 {
            let vote = |votes: &Vec<(u32, f32)>| {
                let (mut inside, mut outside) = (0.0f32, 0.0f32);
                for (n, strength) in votes {
                    let best =
                        if (other..other + others).contains(&(*n as usize)) { &mut inside } else { &mut outside };
                    *best = best.max(*strength);
                }
                inside - outside
            };
            votes[from..from + count].iter().map(vote).sum()
        };
        side(&self.by_source, i, p, j, q) + side(&self.by_target, j, q, i, p)
    }

    /// The strength of what joins a source segment with any.
    pub fn of_source(&self, i: usize) -> f32 {
        strongest(&self.by_source[i])
    }

    /// The strength of what joins a target segment with any.
    pub fn of_target(&self, j: usize) -> f32 {
        strongest(&self.by_target[j])
    }
}

fn strongest(votes: &[(u32, f32)]) -> f32 {
    votes.iter().map(|vote| vote.1).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Config, Known, align};
    use crate::language::Languages;
    use crate::represent::{Lexicon, represent};

    fn bead(source: &[u32], target: &[u32], confidence: f32) -> Bead {
        Bead { source: source.into(), target: target.into(), score: 0.0, confidence }
    }

    fn link(source: u32, target: u32, strength: f32) -> Link {
        Link { source, target, strength }
    }

    #[test]
    fn third_versions_that_agree_are_stronger_together() {
        let links = joined(vec![link(1, 1, 0.5), link(0, 0, 0.9), link(1, 1, 0.8)]);
        assert_eq!(links.len(), 2);
        assert!((links[1].strength - 0.9).abs() < 1e-6, "{links:?}");
    }

    #[test]
    fn wide_beads_and_segments_left_alone_link_nothing() {
        let wide = bead(&[0, 1], &[0, 1], 1.0);
        assert!(through(&[wide.clone(), bead(&[2], &[], 1.0)], &[bead(&[0], &[0], 1.0)]).is_empty());
        assert!(through(&[bead(&[0], &[0], 1.0)], &[wide]).is_empty());
        assert_eq!(through(&[bead(&[0], &[0, 1], 1.0)], &[bead(&[0], &[0], 1.0), bead(&[1], &[1], 1.0)]).len(), 2);
    }

    #[test]
    fn what_is_contradicted_is_doubted() {
        let mut beads = [bead(&[0], &[0], 0.8), bead(&[1], &[1], 0.9), bead(&[2], &[], 0.7)];
        let links = [link(0, 0, 0.95), link(1, 2, 0.95), link(2, 3, 0.4)];
        assert!(contradicts(&beads, &links) && !contradicts(&beads, &links[..1]));
        doubt(&mut beads, &links);
        assert_eq!([beads[0].confidence, beads[2].confidence], [0.8, 0.7]);
        assert!(beads[1].confidence < 0.05, "{beads:?}");
    }

    #[test]
    fn a_third_version_decides_where_two_texts_say_nothing() {
        let side = |texts: &[&str]| represent(texts, "und", Languages::bundled(), Lexicon::bundled());
        let (source, target) = (side(&["Bado kefu limo."]), side(&["Xyrt qwol phin.", "Chux oave briy."]));
        let found = |links: &[Link]| {
            let beads = align(&source, &target, &Config::default(), Known { links, ..Known::default() });
            beads.into_iter().find(|bead| bead.is_aligned()).map(|bead| bead.target)
        };
        for j in 0..2 {
            assert_eq!(found(&[link(0, j, 1.0)]), Some(vec![j]));
        }
    }
}
