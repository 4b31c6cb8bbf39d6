//! Pairs are aligned.

use super::{Learned, Options, Watch, learn};
use crate::align::{Embedded, Known, Link, contradicts, doubt, joined, largest_encoded, lift, through};
use crate::error::Result;
use crate::learn::Learner;
use crate::model::{Bead, Bitext, Document, Level, Pair};
use crate::represent::{Representation, represent};
use crate::store::Store;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// So many pairs are worked on between two commits.
const BATCH: usize = 512;

/// A connection to the store belongs to one thread; each serves so many groups of pairs. They differ in length, so that a thread should not
/// have many left when others have none.
const GROUPS: usize = 4;

/// Aligns the pairs that wait for it, paragraphs and sentences. Gives their number.
///
/// Where words are to be learned, all pairs are aligned anew, since new ones teach about those that were there: the same pairs give
/// the same beads, in whatever order they came.
pub fn align(store: &mut Store, options: &Options, watch: &impl Watch) -> Result<usize> {
    let mut learned = Learned::default();
    if options.learns() && !store.unaligned(1)?.is_empty() {
        if options.learn {
            store.unalign()?;
        }
        learned = learn::from_store(store, options, watch)?;
    }
    watch.stage("aligning", None);
    let works = Works::read(store)?;
    let mut count = 0;
    loop {
        let pairs = store.unaligned(BATCH)?;
        if pairs.is_empty() {
            return Ok(count);
        }
        let groups = works.grouped(pairs, store)?;
        let path = store.path().to_owned();
        let found: Result<Vec<Vec<Bitext>>> = groups
            .par_chunks(GROUPS)
            .map(|groups| {
                let reader = Store::reader(&path)?;
                groups.iter().try_fold(Vec::new(), |mut all, pairs| {
                    all.extend(bitexts(pairs, &reader, options, &learned)?);
                    Ok(all)
                })
            })
            .collect();
        store.add_bitexts(&found?.into_iter().flatten().collect::<Vec<_>>())?;
        let aligned: usize = groups.iter().map(Vec::len).sum();
        count += aligned;
        watch.done(aligned as u64);
    }
}

/// The works of at least three documents.
#[derive(Default)]
struct Works {
    documents: Vec<Vec<String>>,
    /// By document, its place in `documents`.
    of: FxHashMap<String, usize>,
}

impl Works {
    fn read(store: &Store) -> Result<Works> {
        let mut works = Works::default();
        store.for_each_work(|work| {
            if work.documents.len() >= 3 {
                works.of.extend(work.documents.iter().map(|id| (id.clone(), works.documents.len())));
                works.documents.push(work.documents);
            }
            Ok(())
        })?;
        Ok(works)
    }

    /// The work that a pair lies in.
    fn of(&self, pair: &Pair) -> Option<usize> {
        let of = |id: &str| self.of.get(id).copied();
        of(&pair.source).filter(|work| of(&pair.target) == Some(*work))
    }

    /// Pairs that are aligned together: all of one work, since its versions check each other, those that were aligned before too; others
    /// by themselves.
    fn grouped(&self, pairs: Vec<Pair>, store: &Store) -> Result<Vec<Vec<Pair>>> {
        let mut groups: Vec<Vec<Pair>> = Vec::new();
        let mut seen = FxHashSet::default();
        for pair in pairs {
            match self.of(&pair) {
                None => groups.push(vec![pair]),
                Some(work) if seen.insert(work) => {
                    let mut all = Vec::new();
                    for id in &self.documents[work] {
                        all.extend(store.pairs_from(id)?.into_iter().filter(|pair| self.of(pair) == Some(work)));
                    }
                    all.sort_by(|a, b| (&a.source, &a.target).cmp(&(&b.source, &b.target)));
                    groups.push(all);
                }
                Some(_) => {}
            }
        }
        Ok(groups)
    }
}

/// The bitexts of pairs at both levels. Where three documents are paired with each other, what two pairs say of the third is evidence for
/// it: a pair that contradicts it is aligned again.
fn bitexts(pairs: &[Pair], store: &Store, options: &Options, learned: &Learned) -> Result<Vec<Bitext>> {
    let mut documents: BTreeMap<&str, Document> = BTreeMap::new();
    for id in pairs.iter().flat_map(|pair| [&pair.source, &pair.target]) {
        if !documents.contains_key(id.as_str()) {
            documents.insert(id, store.document(id)?.unwrap_or_default());
        }
    }
    let align = |pair: &Pair, links: &[Link]| {
        let (source, target) = (&documents[pair.source.as_str()], &documents[pair.target.as_str()]);
        align_sentences(source, target, options, learned, &[], links)
    };
    let first: Vec<Vec<Bead>> = pairs.iter().map(|pair| align(pair, &[])).collect::<Result<_>>()?;
    let mut bitexts = Vec::with_capacity(2 * pairs.len());
    for (n, pair) in pairs.iter().enumerate() {
        let links = links(pairs, &first, n);
        let mut beads = if contradicts(&first[n], &links) { align(pair, &links)? } else { first[n].clone() };
        doubt(&mut beads, &links);
        let (source, target) = (&documents[pair.source.as_str()], &documents[pair.target.as_str()]);
        let bitext = |level, beads| Bitext { source: pair.source.clone(), target: pair.target.clone(), level, beads };
        bitexts.push(bitext(Level::Paragraph, paragraphs(source, target, &beads)));
        bitexts.push(bitext(Level::Sentence, beads));
    }
    Ok(bitexts)
}

/// What all other pairs say of one, through one document each.
fn links(pairs: &[Pair], beads: &[Vec<Bead>], of: usize) -> Vec<Link> {
    let pair = &pairs[of];
    // The beads of each other document with the source, and with the target, whichever way they are.
    let between = |a: &str, b: &str| {
        let found = pairs.iter().position(|p| (p.source == a && p.target == b) || (p.source == b && p.target == a))?;
        Some(if pairs[found].source == a { beads[found].clone() } else { beads[found].iter().map(flipped).collect() })
    };
    let thirds: BTreeSet<&str> = pairs.iter().flat_map(|p| [p.source.as_str(), p.target.as_str()]).collect();
    let others = thirds.into_iter().filter(|id| *id != pair.source && *id != pair.target);
    let through =
        others.filter_map(|third| Some(through(&between(&pair.source, third)?, &between(third, &pair.target)?)));
    joined(through.flatten().collect())
}

fn flipped(bead: &Bead) -> Bead {
    Bead { source: bead.target.clone(), target: bead.source.clone(), ..*bead }
}

/// The beads between two documents at a level, with beads of sentences that hold.
pub fn align_documents(
    source: &Document,
    target: &Document,
    level: Level,
    options: &Options,
    learned: &Learned,
    anchors: &[Bead],
) -> Result<Vec<Bead>> {
    let sentences = align_sentences(source, target, options, learned, anchors, &[])?;
    Ok(match level {
        Level::Sentence => sentences,
        Level::Paragraph => paragraphs(source, target, &sentences),
    })
}

fn align_sentences(
    source: &Document,
    target: &Document,
    options: &Options,
    learned: &Learned,
    anchors: &[Bead],
    links: &[Link],
) -> Result<Vec<Bead>> {
    let sides = Sides::new(source, target, options)?;
    let translations = learned.of(&source.language.lang, &target.language.lang);
    let known = Known { translations, anchors, links, ..Known::default() };
    let beads = sides.align(known, options);
    if translations.is_some() || (sides.source.is_known() && sides.target.is_known()) {
        return Ok(beads);
    }
    // Where nothing is known of the words of a language, two documents still teach something about each other.
    let mut learner = Learner::default();
    learner.add(&sides.source, &sides.target, &beads);
    let learned = learner.translations();
    Ok(sides.align(Known { translations: Some(&learned), ..known }, options))
}

/// Two documents as they are compared, by their sentences.
pub(super) struct Sides {
    pub source: Representation,
    pub target: Representation,
    embedded: Option<[Embedded; 2]>,
}

impl Sides {
    /// Fails only where a model cannot encode.
    pub fn new(source: &Document, target: &Document, options: &Options) -> Result<Sides> {
        let (source_texts, target_texts) = (sentences(source), sentences(target));
        let terms = |texts: &[&str], document: &Document| {
            let knowledge = options.knowledge;
            represent(texts, document.language.lang.as_str(), knowledge.languages, knowledge.lexicon)
        };
        let (source, target) = (terms(&source_texts, source), terms(&target_texts, target));
        let embedded = match &options.model {
            Some(model) => {
                let largest = largest_encoded(&source, &target);
                Some([model.embedded(&source_texts, largest)?, model.embedded(&target_texts, largest)?])
            }
            None => None,
        };
        Ok(Sides { source, target, embedded })
    }

    pub fn align(&self, known: Known, options: &Options) -> Vec<Bead> {
        let embedded = self.embedded.as_ref().map(|[source, target]| [source, target]);
        crate::align::align(&self.source, &self.target, &options.align, Known { embedded, ..known })
    }
}

fn sentences(document: &Document) -> Vec<&str> {
    document.segments(Level::Sentence).iter().map(|s| s.of(&document.text)).collect()
}

/// The beads of paragraphs that follow from those of their sentences.
fn paragraphs(source: &Document, target: &Document, sentences: &[Bead]) -> Vec<Bead> {
    let blocks = |document: &Document| -> Vec<u32> {
        (0..).zip(&document.blocks).flat_map(|(n, block)| block.sentences.iter().map(move |_| n)).collect()
    };
    lift(sentences, (&blocks(source), &blocks(target)), (source.blocks.len(), target.blocks.len()))
}
