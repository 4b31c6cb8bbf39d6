//! Clusters of segments become groups of renderings: sentences that go together everywhere are one statement, and a quote that holds one
//! statement only is a rendering as a whole.

use super::cluster::{Compared, clusters};
use super::speech::Segment;
use crate::model::{Form, Group, Quote, Rendering, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// A document whose quotes are grouped with those of others.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its quotes.
    pub quotes: &'a [Quote],
    /// Their segments.
    pub segments: &'a [Segment],
}

/// The groups of the quotes of documents, from the links between them.
pub fn groups(members: &[Member], compared: &[Compared]) -> Vec<Group> {
    let segments: Vec<&[Segment]> = members.iter().map(|m| m.segments).collect();
    let mut of = clusters(&segments, compared);
    for (member, of) in members.iter().zip(&mut of) {
        fill(member.segments, of);
    }
    let joined = joined(members, &of);
    let sure = sureness(compared, &of, &joined);
    let mut renderings: BTreeMap<u32, Vec<Rendering>> = BTreeMap::new();
    for (n, (member, of)) in members.iter().zip(&of).enumerate() {
        for (range, quote) in by_quote(member.segments) {
            let groups: BTreeSet<u32> = range.clone().filter_map(|s| of[s]).map(|c| joined.root(c)).collect();
            for group in &groups {
                let quoted = &member.quotes[quote as usize];
                let own: Vec<usize> =
                    range.clone().filter(|s| of[*s].is_some_and(|c| joined.root(c) == *group)).collect();
                let spans = if groups.len() == 1 { quoted.spans.clone() } else { spans(member, quoted, &own) };
                let confidence =
                    own.iter().filter_map(|s| sure.get(&(n as u32, *s as u32))).fold(0f32, |a, b| a.max(*b));
                let rendering = Rendering { document: member.id.to_owned(), quote, spans, confidence };
                renderings.entry(*group).or_default().push(rendering);
            }
        }
    }
    let mut groups: Vec<Group> = renderings
        .into_values()
        .filter(|renderings| renderings.len() > 1)
        .map(|renderings| {
            let sum: f32 = renderings.iter().map(|r| r.confidence).sum();
            let confidence = sum / renderings.len() as f32;
            Group { id: id(&renderings[0]), confidence, renderings }
        })
        .collect();
    let place =
        |g: &Group| g.renderings.first().map(|r| (r.document.clone(), r.quote, r.spans.first().map(|s| s.start)));
    groups.sort_by_cached_key(place);
    groups
}

/// The name of a group that begins with this rendering.
fn id(first: &Rendering) -> String {
    let start = first.spans.first().map_or(0, |span| span.start);
    let hash = blake3::hash(format!("{} {} {start}", first.document, first.quote).as_bytes());
    format!("g{}", &hash.to_hex()[..12])
}

/// The segments of each quote, as a range, with its number.
fn by_quote(segments: &[Segment]) -> impl Iterator<Item = (std::ops::Range<usize>, u32)> {
    let mut at = 0;
    segments.chunk_by(|a, b| a.quote == b.quote).map(move |chunk| {
        at += chunk.len();
        (at - chunk.len()..at, chunk[0].quote)
    })
}

/// What stands in a quote between two segments of one cluster belongs to it.
fn fill(segments: &[Segment], of: &mut [Option<u32>]) {
    for (range, _) in by_quote(segments) {
        let mut last: Option<usize> = None;
        for n in range {
            if of[n].is_none() {
                continue;
            }
            if let Some(before) = last.filter(|before| of[*before] == of[n]) {
                let cluster = of[n];
                of[before..n].iter_mut().for_each(|c| *c = cluster);
            }
            last = Some(n);
        }
    }
}

/// Clusters that are one statement.
struct Joined(FxHashMap<u32, u32>);

impl Joined {
    fn root(&self, mut cluster: u32) -> u32 {
        while let Some(parent) = self.0.get(&cluster) {
            cluster = *parent;
        }
        cluster
    }
}

/// Joins clusters whose sentences stand in the same quotes in every document that has both, at least two of them.
fn joined(members: &[Member], of: &[Vec<Option<u32>>]) -> Joined {
    let mut joined = Joined(FxHashMap::default());
    // By cluster, the quotes it stands in.
    let mut places: FxHashMap<u32, BTreeSet<(u32, u32)>> = FxHashMap::default();
    let mut beside: Vec<(u32, u32)> = Vec::new();
    for (n, (member, of)) in (0u32..).zip(members.iter().zip(of)) {
        for (range, quote) in by_quote(member.segments) {
            let mut last = None;
            for cluster in range.filter_map(|s| of[s]) {
                places.entry(cluster).or_default().insert((n, quote));
                if let Some(before) = last.filter(|before| *before != cluster) {
                    beside.push((before, cluster));
                }
                last = Some(cluster);
            }
        }
    }
    beside.sort_unstable();
    beside.dedup();
    let mut changed = true;
    while changed {
        changed = false;
        for &(a, b) in &beside {
            let (a, b) = (joined.root(a), joined.root(b));
            if a == b {
                continue;
            }
            let documents = |c: u32| -> FxHashSet<u32> { places[&c].iter().map(|(document, _)| *document).collect() };
            let common: FxHashSet<u32> = documents(a).intersection(&documents(b)).copied().collect();
            let within = |c: u32| -> BTreeSet<(u32, u32)> {
                places[&c].iter().filter(|(document, _)| common.contains(document)).copied().collect()
            };
            if common.len() > 1 && within(a) == within(b) {
                let (into, from) = (a.min(b), a.max(b));
                let moved = places.remove(&from).unwrap_or_default();
                places.entry(into).or_default().extend(moved);
                joined.0.insert(from, into);
                changed = true;
            }
        }
    }
    joined
}

/// By document and segment the probability of its best link within its group, averaged over the documents linked with.
fn sureness(compared: &[Compared], of: &[Vec<Option<u32>>], joined: &Joined) -> FxHashMap<(u32, u32), f32> {
    let mut best: FxHashMap<(u32, u32), BTreeMap<u32, f32>> = FxHashMap::default();
    let probability = |score: f32| 1.0 / (1.0 + (-score).exp());
    for pair in compared {
        for link in &pair.links {
            let (s, t) =
                (of[pair.source as usize][link.source as usize], of[pair.target as usize][link.target as usize]);
            let together = s.zip(t).is_some_and(|(s, t)| joined.root(s) == joined.root(t));
            if together {
                let ends = [(pair.source, link.source, pair.target), (pair.target, link.target, pair.source)];
                for (document, segment, other) in ends {
                    let known = best.entry((document, segment)).or_default().entry(other).or_default();
                    *known = known.max(probability(link.score.max(link.alone.min(0.0))));
                }
            }
        }
    }
    best.into_iter().map(|(at, by)| (at, by.values().sum::<f32>() / by.len() as f32)).collect()
}

/// The words of some segments of a quote, a span for each run of them in each of its spans.
fn spans(member: &Member, quote: &Quote, own: &[usize]) -> Vec<Span> {
    let clause = quote.clause.filter(|_| quote.form == Form::Mixed);
    let outer = clause.as_ref().map_or(quote.spans.as_slice(), std::slice::from_ref);
    let mut found = Vec::new();
    for run in own.chunk_by(|a, b| a + 1 == *b) {
        let (first, last) = (&member.segments[run[0]], &member.segments[run[run.len() - 1]]);
        for span in outer {
            let part = Span { start: span.start.max(first.span.start), end: span.end.min(last.span.end) };
            if part.start < part.end {
                found.push(part);
            }
        }
    }
    found
}
