//! Units in several languages: bitexts of the versions of one work, joined where they agree.

use super::super::segment;
use super::units::Text;
use super::{Side, Unit};
use crate::model::{Between, Bitext, Level, Mark, Said};
use rustc_hash::{FxHashMap, FxHashSet};

/// A node of the graph: segments of a document that are one side of a bead.
type Node<'a> = (usize, &'a [u32]);

/// A bitext of a work.
#[derive(Clone, Debug)]
pub struct Joint {
    /// The place of its source among the documents of the work.
    pub source: usize,
    /// That of its target.
    pub target: usize,
    /// The beads.
    pub bitext: Bitext,
    /// What files say of its units, by the segments on both sides.
    pub said: FxHashMap<(u32, u32), Between>,
    /// Who decided on its beads, in order; on those beyond its end nobody did.
    pub marks: Vec<Option<Mark>>,
}

/// What is known of a bead.
#[derive(Clone, Copy)]
struct Known<'a> {
    score: f32,
    confidence: f32,
    said: Option<&'a Between>,
    reviewed: Option<&'a Mark>,
}

/// The units that the versions of a work make together.
///
/// `texts` are its documents at one level, in the order of the sides of a unit. Two sides are of one unit where a bead joins them, and three only where every two of them are joined:
/// where the beads do not agree around the circle, each stays a unit of its own. A unit has a language once.
pub fn joined<'a>(level: Level, texts: &'a [Text<'a>], bitexts: &'a [Joint]) -> Vec<Unit<'a>> {
    // Texts of one language make no unit, and keep none from those of others.
    let is_translation = |joint: &&Joint| {
        let lang = |n: usize| texts.get(n).map(|text| text.lang().primary());
        lang(joint.source) != lang(joint.target)
    };
    let mut edges: Vec<(Node, Node)> = Vec::new();
    let mut beads: FxHashMap<(Node, Node), Known> = FxHashMap::default();
    let mut around: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
    for Joint { source, target, bitext, said, marks } in bitexts.iter().filter(is_translation) {
        for (n, bead) in bitext.beads.iter().enumerate().filter(|(_, bead)| bead.is_aligned()) {
            let (a, b): (Node, Node) = ((*source, &bead.source), (*target, &bead.target));
            let said = match (bead.source.as_slice(), bead.target.as_slice()) {
                ([source], [target]) => said.get(&(*source, *target)),
                _ => None,
            };
            let reviewed = marks.get(n).and_then(Option::as_ref);
            beads.insert((a, b), Known { score: bead.score, confidence: bead.confidence, said, reviewed });
            around.entry(a).or_default().push(b);
            around.entry(b).or_default().push(a);
            edges.push((a.min(b), a.max(b)));
        }
    }
    // In the order of the documents, whatever that of the bitexts is.
    edges.sort_unstable();
    around.values_mut().for_each(|nodes| nodes.sort_unstable());
    let bead = |a: &Node<'a>, b: &Node<'a>| beads.get(&(*a, *b)).or_else(|| beads.get(&(*b, *a)));
    // What is said between two nodes, and whether the first is the source.
    let said = |a: &Node<'a>, b: &Node<'a>| match beads.get(&(*a, *b)) {
        Some(bead) => bead.said.map(|said| (said, true)),
        None => beads.get(&(*b, *a))?.said.map(|said| (said, false)),
    };
    let lang = |node: &Node| texts.get(node.0).map(|text| text.lang().primary());
    let mut used: FxHashSet<(Node, Node)> = FxHashSet::default();
    let mut units = Vec::new();
    for (a, b) in edges {
        if used.contains(&(a, b)) {
            continue;
        }
        let mut group = vec![a, b];
        for node in around.get(&a).into_iter().flatten() {
            let agrees = group.iter().all(|other| bead(node, other).is_some() && lang(node) != lang(other));
            if agrees {
                group.push(*node);
            }
        }
        group.sort_unstable();
        for (n, one) in group.iter().enumerate() {
            for other in group.iter().skip(n.saturating_add(1)) {
                used.insert((*one, *other));
                used.insert((*other, *one));
            }
        }
        let every_two = group.iter().enumerate().flat_map(|(n, one)| group.iter().skip(n + 1).map(move |o| (one, o)));
        let found: Vec<_> = every_two.filter_map(|(one, other)| bead(one, other)).collect();
        let known = Known {
            score: if let [only] = found.as_slice() { only.score } else { f32::NAN },
            confidence: found.iter().map(|bead| bead.confidence).fold(1.0, f32::min),
            said: None,
            // By whoever decided last, where somebody did on all of it.
            reviewed: found.iter().map(|bead| bead.reviewed).collect::<Option<Vec<_>>>().and_then(latest),
        };
        units.push(unit(level, texts, &group, known, said));
    }
    units
}

fn latest(marks: Vec<&Mark>) -> Option<&Mark> {
    marks.into_iter().max_by_key(|mark| mark.decision)
}

fn unit<'a>(
    level: Level,
    texts: &'a [Text<'a>],
    group: &[Node<'a>],
    Known { score, confidence, reviewed, .. }: Known<'a>,
    said: impl Fn(&Node<'a>, &Node<'a>) -> Option<(&'a Between, bool)>,
) -> Unit<'a> {
    let mut sides: Vec<Side<'a>> = Vec::with_capacity(group.len());
    let first = group.first();
    let mut of_unit = None;
    for node in group {
        let Some(text) = texts.get(node.0) else { continue };
        let mut side = text.side(node.1);
        // Each but the first is looked up beside the first.
        let beside = first.filter(|first| *first != node).or(group.get(1));
        if let Some((between, is_source)) = beside.and_then(|beside| said(node, beside)) {
            of_unit = Some(&between.unit);
            side.said = Some(if is_source { &between.source } else { &between.target });
        }
        sides.push(side);
    }
    let (before, after) = first.and_then(|(n, at)| Some(texts.get(*n)?.around(at))).unwrap_or_default();
    let documents: Vec<&str> = sides.iter().map(|side| side.document).collect();
    let index = first.and_then(|(_, at)| at.first()).map_or(0, |n| *n as usize);
    let id = of_unit.and_then(|said: &Said| said.id.clone());
    Unit {
        tuid: id.unwrap_or_else(|| segment::id(&documents.join("-"), level, index)),
        bead: group.iter().map(|(_, at)| at.len().to_string()).collect::<Vec<_>>().join("-"),
        sides,
        length: level.into(),
        score,
        confidence,
        reviewed,
        before,
        after,
        said: of_unit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Lang;
    use crate::model::{Bead, Block, BlockKind, Document, Identification, Moment, Span};

    /// A document with a sentence for each letter.
    fn document(id: &str, lang: &str, letters: &str) -> Document {
        let sentences = (0..letters.len()).map(|n| Span::new(n, n + 1)).collect();
        let block = Block { sentences, ..Block::new(BlockKind::Paragraph, Span::new(0, letters.len())) };
        let language = Identification { lang: Lang::parse(lang).unwrap(), confidence: 1.0 };
        Document { id: id.into(), text: letters.into(), blocks: vec![block], language, ..Document::default() }
    }

    /// The units of three documents, as `az:a en:b 0.9`, from beads such as `0=0,1`.
    fn check(bitexts: &[(usize, usize, &str)], expected: &[&str]) {
        let documents = [document("d1", "az", "abc"), document("d2", "en", "ABC"), document("d3", "ru", "xyz")];
        let texts: Vec<Text> = documents.iter().map(|d| Text::new(d, Level::Sentence)).collect();
        let numbers =
            |text: &str| text.split(',').filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()).collect::<Vec<u32>>();
        let bitext = |(source, target, beads): &(usize, usize, &str)| {
            let bead = |(n, text): (usize, &str)| {
                let (a, b) = text.split_once('=').unwrap();
                Bead { source: numbers(a), target: numbers(b), score: 1.0, confidence: 0.9 - n as f32 / 10.0 }
            };
            let (a, b) = (documents[*source].id.clone(), documents[*target].id.clone());
            let beads = beads.split(' ').enumerate().map(bead).collect();
            let bitext = Bitext { source: a, target: b, level: Level::Sentence, beads };
            // The first bead of each is reviewed.
            let mark = Mark { decision: 7, reviewer: "Leyla".into(), made: Moment::date(2026, 11, 26).unwrap() };
            let (source, target, said) = (*source, *target, FxHashMap::default());
            Joint { source, target, bitext, said, marks: vec![Some(mark)] }
        };
        let bitexts: Vec<_> = bitexts.iter().map(bitext).collect();
        let units = joined(Level::Sentence, &texts, &bitexts);
        let told = units.iter().map(|unit| {
            let sides: Vec<_> = unit.sides.iter().map(|s| format!("{}:{}", s.lang, s.text.as_str())).collect();
            let reviewed = unit.reviewed.map_or("", |_| " reviewed");
            format!("{} {} {:.1} {}{reviewed}", sides.join(" "), unit.bead, unit.confidence, unit.tuid)
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn three_sides_are_one_unit_where_every_two_agree() {
        check(
            &[(0, 1, "0=0 1,2=1"), (0, 2, "0=0 1,2=1,2"), (1, 2, "0=0 1=1,2 2=")],
            &["az:a en:A ru:x 1-1-1 0.9 d1-d2-d3.s1 reviewed", "az:b c en:B ru:y z 2-1-2 0.8 d1-d2-d3.s2"],
        );
    }

    #[test]
    fn where_the_beads_do_not_agree_each_stays_alone() {
        check(
            &[(0, 1, "0=0"), (0, 2, "0=0"), (1, 2, "0=0,1")],
            &[
                "az:a en:A 1-1 0.9 d1-d2.s1 reviewed",
                "az:a ru:x 1-1 0.9 d1-d3.s1 reviewed",
                "en:A ru:x y 1-2 0.9 d2-d3.s1 reviewed",
            ],
        );
        // Nobody has said that the English and the Russian belong together.
        check(
            &[(0, 1, "0=0"), (0, 2, "0=0")],
            &["az:a en:A 1-1 0.9 d1-d2.s1 reviewed", "az:a ru:x 1-1 0.9 d1-d3.s1 reviewed"],
        );
    }
}
