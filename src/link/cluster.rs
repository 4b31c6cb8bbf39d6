//! Which segments say the same, when all links are seen together: greedy additive edge contraction for correlation clustering (Keuper et
//! al. 2015, *Efficient Decomposition of Image and Mesh Graphs by Lifted Multicuts*). Two clusters are joined as long as the log-odds between
//! all their segments add up to more than 0, the surest first, so that a third document may join what two alone leave in doubt, and
//! part what one mistake would join.

use super::evidence::LEAST;
use super::speech::Segment;
use crate::model::Link;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// The links between two documents, or within one.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The place of the source among the documents.
    pub source: u32,
    /// The place of the target; the same where a document was compared with itself.
    pub target: u32,
    /// The links; what is missing has the log-odds [`LEAST`], within a document [`REPEATED`].
    pub links: Vec<Link>,
}

/// The log-odds that a document gives a statement twice, where nothing speaks for it.
const REPEATED: f32 = -2.0;

/// The same of two quotes in one sentence.
const REPEATED_AT_ONCE: f32 = -5.0;

/// A segment whose neighbour in its quote is in a cluster has so much for being in it, too.
const NEIGHBOUR: f32 = 1.5;

/// How many rounds of segments left over are taken in.
const ROUNDS: usize = 3;

/// A possible contraction, the best first.
struct Edge {
    score: f32,
    ends: (u32, u32),
}

impl PartialEq for Edge {
    fn eq(&self, other: &Edge) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Edge {}
impl PartialOrd for Edge {
    fn partial_cmp(&self, other: &Edge) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Edge {
    fn cmp(&self, other: &Edge) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.ends.cmp(&self.ends))
    }
}

#[derive(Default)]
struct Cluster {
    nodes: Vec<u32>,
    /// By other cluster, what the links say over what their absence would.
    excess: FxHashMap<u32, f32>,
    /// By document, how many of its segments it holds.
    documents: FxHashMap<u32, u32>,
}

/// The segments of all documents, numbered through.
struct Nodes<'a> {
    documents: &'a [&'a [Segment]],
    /// Where the segments of each document begin.
    first: Vec<u32>,
    /// By node, its document.
    of: Vec<u32>,
    /// By document, those it was compared with, itself aside; sorted.
    compared: Vec<Vec<u32>>,
}

impl<'a> Nodes<'a> {
    fn new(documents: &'a [&'a [Segment]], compared: &[Compared]) -> Nodes<'a> {
        let mut first = Vec::with_capacity(documents.len());
        let mut of = Vec::new();
        for (n, segments) in (0..).zip(documents) {
            first.push(of.len() as u32);
            of.extend(std::iter::repeat_n(n, segments.len()));
        }
        let mut with = vec![Vec::new(); documents.len()];
        for pair in compared.iter().filter(|c| c.source != c.target) {
            with[pair.source as usize].push(pair.target);
            with[pair.target as usize].push(pair.source);
        }
        for list in &mut with {
            list.sort_unstable();
            list.dedup();
        }
        Nodes { documents, first, of, compared: with }
    }

    fn segment(&self, node: u32) -> &Segment {
        let document = self.of[node as usize] as usize;
        &self.documents[document][(node - self.first[document]) as usize]
    }

    /// The clusters of all links, each with its nodes in order; every node is in one.
    fn clusters(&self, compared: &[Compared]) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = (0..self.of.len() as u32)
            .map(|node| Cluster {
                nodes: vec![node],
                documents: std::iter::once((self.of[node as usize], 1)).collect(),
                ..Cluster::default()
            })
            .collect();
        let mut heap = BinaryHeap::new();
        let mut add = |clusters: &mut Vec<Cluster>, a: u32, b: u32, score: f32, absent: f32| {
            *clusters[a as usize].excess.entry(b).or_default() += score - absent;
            *clusters[b as usize].excess.entry(a).or_default() += score - absent;
            if score > 0.0 {
                heap.push(Edge { score, ends: (a.min(b), a.max(b)) });
            }
        };
        for pair in compared {
            let (s, t) = (self.first[pair.source as usize], self.first[pair.target as usize]);
            let absent = if pair.source == pair.target { REPEATED } else { LEAST };
            for link in pair.links.iter().filter(|link| link.score > absent) {
                add(&mut clusters, s + link.source, t + link.target, link.score, absent);
            }
        }
        while let Some(Edge { score, ends: (a, b) }) = heap.pop() {
            if clusters[a as usize].nodes.is_empty() || clusters[b as usize].nodes.is_empty() {
                continue;
            }
            let now = self.between(&clusters[a as usize], &clusters[b as usize], b);
            if now < score {
                // The clusters have grown since.
                if now > 0.0 {
                    heap.push(Edge { score: now, ends: (a, b) });
                }
                continue;
            }
            self.join(&mut clusters, a, b, &mut heap);
        }
        clusters
    }

    /// The log-odds between two clusters, of which `b` is the number of the second.
    fn between(&self, one: &Cluster, other: &Cluster, b: u32) -> f32 {
        let mut sum = one.excess.get(&b).copied().unwrap_or_default();
        let (few, many) = if one.documents.len() <= other.documents.len() { (one, other) } else { (other, one) };
        for (document, count) in &few.documents {
            let with = &self.compared[*document as usize];
            if with.len() <= many.documents.len() {
                let pairs: u32 = with.iter().filter_map(|d| many.documents.get(d)).sum();
                sum += LEAST * (count * pairs) as f32;
            } else {
                let met = many.documents.iter().filter(|(d, _)| with.binary_search(d).is_ok());
                sum += LEAST * (count * met.map(|(_, n)| n).sum::<u32>()) as f32;
            }
            if many.documents.contains_key(document) {
                let own = |cluster: &Cluster| -> Vec<&Segment> {
                    let here = cluster.nodes.iter().filter(|n| self.of[**n as usize] == *document);
                    here.map(|n| self.segment(*n)).collect()
                };
                let many = own(many);
                for a in own(few) {
                    sum += many.iter().map(|b| repeated(a, b)).sum::<f32>();
                }
            }
        }
        sum
    }

    /// Puts the smaller of two clusters into the larger.
    fn join(&self, clusters: &mut [Cluster], a: u32, b: u32, heap: &mut BinaryHeap<Edge>) {
        let size = |c: u32| clusters[c as usize].nodes.len() + clusters[c as usize].excess.len();
        let (into, from) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        let gone = std::mem::take(&mut clusters[from as usize]);
        let mut neighbours: Vec<(u32, f32)> = gone.excess.into_iter().filter(|(n, _)| *n != into).collect();
        neighbours.sort_unstable_by_key(|(n, _)| *n);
        clusters[into as usize].excess.remove(&from);
        clusters[into as usize].nodes.extend(gone.nodes);
        for (document, count) in gone.documents {
            *clusters[into as usize].documents.entry(document).or_default() += count;
        }
        for (n, excess) in neighbours {
            *clusters[into as usize].excess.entry(n).or_default() += excess;
            let other = &mut clusters[n as usize];
            other.excess.remove(&from);
            *other.excess.entry(into).or_default() += excess;
            let score = self.between(&clusters[into as usize], &clusters[n as usize], n);
            if score > 0.0 {
                heap.push(Edge { score, ends: (into.min(n), into.max(n)) });
            }
        }
    }
}

/// The log-odds that two segments of a document are of one statement, where nothing speaks for it.
fn repeated(a: &Segment, b: &Segment) -> f32 {
    match (a.quote == b.quote, a.sentences == b.sentences) {
        (true, _) => 0.0,
        (false, true) => REPEATED_AT_ONCE,
        (false, false) => REPEATED,
    }
}

/// By document and segment the number of its cluster; `None` where it is alone. The surest first, and then what was left over: where
/// rivals alone speak against it, a document may give a statement twice, or in more sentences.
pub fn clusters(documents: &[&[Segment]], compared: &[Compared]) -> Vec<Vec<Option<u32>>> {
    let nodes = Nodes::new(documents, compared);
    let found = nodes.clusters(compared);
    let mut of: Vec<Option<u32>> = vec![None; nodes.of.len()];
    for (n, cluster) in (0..).zip(&found) {
        if cluster.nodes.len() > 1 {
            cluster.nodes.iter().for_each(|node| of[*node as usize] = Some(n));
        }
    }
    let mut alone: Vec<Vec<(u32, f32)>> = vec![Vec::new(); nodes.of.len()];
    for pair in compared {
        let (s, t) = (nodes.first[pair.source as usize], nodes.first[pair.target as usize]);
        for link in &pair.links {
            alone[(s + link.source) as usize].push((t + link.target, link.alone));
            alone[(t + link.target) as usize].push((s + link.source, link.alone));
        }
    }
    for _ in 0..ROUNDS {
        let taken: Vec<(u32, u32)> = (0..nodes.of.len() as u32)
            .filter(|node| of[*node as usize].is_none())
            .filter_map(|node| Some((node, nodes.left_over(node, &alone[node as usize], &of)?)))
            .collect();
        if taken.is_empty() {
            break;
        }
        taken.into_iter().for_each(|(node, cluster)| of[node as usize] = Some(cluster));
    }
    let starts = nodes.first.iter().zip(documents);
    starts.map(|(first, segments)| of[*first as usize..*first as usize + segments.len()].to_vec()).collect()
}

impl Nodes<'_> {
    /// The cluster that a segment left over belongs to: the mean over its documents of the best link with each is above 0.
    fn left_over(&self, node: u32, links: &[(u32, f32)], of: &[Option<u32>]) -> Option<u32> {
        let document = self.of[node as usize];
        let mut best: FxHashMap<u32, FxHashMap<u32, f32>> = FxHashMap::default();
        for (other, score) in links {
            // That a document does not say something twice speaks against nothing.
            if let Some(cluster) = of[*other as usize].filter(|_| self.of[*other as usize] != document) {
                let known = best.entry(cluster).or_default().entry(self.of[*other as usize]).or_insert(LEAST);
                *known = known.max(*score);
            }
        }
        let neighbours: Vec<u32> = [node.wrapping_sub(1), node + 1]
            .into_iter()
            .filter(|n| (*n as usize) < of.len() && self.of[*n as usize] == document)
            .filter(|n| self.segment(*n).quote == self.segment(node).quote)
            .filter_map(|n| of[n as usize])
            .collect();
        let mut scored: Vec<(f32, u32)> = best
            .into_iter()
            .map(|(cluster, by_document)| {
                let mean = by_document.values().sum::<f32>() / by_document.len() as f32;
                (mean + if neighbours.contains(&cluster) { NEIGHBOUR } else { 0.0 }, cluster)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.first().filter(|(score, _)| *score > 0.0).map(|(_, cluster)| *cluster)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    /// Two quotes, by document and quote, and the log-odds between them.
    type Between = ((u32, u32), (u32, u32), f32);

    /// Documents of quotes of one sentence each.
    fn check(sizes: &[u32], links: &[Between], expected: &[&[u32]]) {
        let segment =
            |n: u32| Segment { quote: n, span: Span::new(10 * n as usize, 10 * n as usize + 5), sentences: n..n + 1 };
        let documents: Vec<Vec<Segment>> = sizes.iter().map(|size| (0..*size).map(segment).collect()).collect();
        let documents: Vec<&[Segment]> = documents.iter().map(Vec::as_slice).collect();
        let count = sizes.len() as u32;
        let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
        let compared: Vec<Compared> = pairs
            .map(|(source, target)| {
                let of = links.iter().filter(|(a, b, _)| (a.0, b.0) == (source, target));
                let link = |(a, b, score): &Between| Link { source: a.1, target: b.1, score: *score, alone: *score };
                Compared { source, target, links: of.map(link).collect() }
            })
            .collect();
        // Clusters by the order in which they are met; 0 is none.
        let mut seen: Vec<u32> = Vec::new();
        let found: Vec<Vec<u32>> = clusters(&documents, &compared)
            .into_iter()
            .map(|of| {
                let number = |cluster: Option<u32>| {
                    let Some(cluster) = cluster else { return 0 };
                    if !seen.contains(&cluster) {
                        seen.push(cluster);
                    }
                    seen.iter().position(|s| *s == cluster).unwrap_or_default() as u32 + 1
                };
                of.into_iter().map(number).collect()
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_linked_is_one_cluster() {
        check(&[2, 2], &[((0, 0), (1, 1), 3.0)], &[&[1, 0], &[0, 1]]);
        check(&[1, 1], &[((0, 0), (1, 0), -1.0)], &[&[0], &[0]]);
        check(&[], &[], &[]);
    }

    #[test]
    fn a_third_document_decides_a_doubt() {
        let doubt = ((0, 0), (1, 0), -1.0);
        check(&[1, 1, 1], &[doubt, ((0, 0), (2, 0), 4.0), ((1, 0), (2, 0), 4.0)], &[&[1], &[1], &[1]]);
    }

    #[test]
    fn one_mistake_does_not_join_two_statements() {
        let right = |a, b, n| ((a, n), (b, n), 5.0);
        let mut links: Vec<_> =
            [(0, 1), (0, 2), (1, 2)].iter().flat_map(|(a, b)| [right(*a, *b, 0), right(*a, *b, 1)]).collect();
        links.push(((0, 0), (1, 1), 2.0));
        check(&[2, 2, 2], &links, &[&[1, 2], &[1, 2], &[1, 2]]);
    }

    #[test]
    fn a_document_may_give_a_statement_twice() {
        check(&[2, 1], &[((0, 0), (1, 0), 4.0), ((0, 1), (1, 0), 3.0)], &[&[1, 1], &[1]]);
    }
}
