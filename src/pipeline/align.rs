//! Pairs are aligned.

use super::{Learned, Options, Watch, learn};
use crate::align::{Known, Link, contradicts, doubt, joined, largest_encoded, lift, through};
use crate::decide::{Verdict, recut, verdict};
use crate::error::Result;
use crate::learn::Learner;
use crate::model::{Bead, Bitext, Decision, Document, Level, Pair};
use crate::represent::{Representation, represent};
use crate::store::Store;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

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

/// Works of so many documents check each other. Larger ones are texts of an agency that everybody runs: their pairs are many and in no doubt.
const CHECKED: std::ops::RangeInclusive<usize> = 3..=12;

/// The works whose documents check each other.
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
            if CHECKED.contains(&work.documents.len()) {
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
    /// by themselves. What would be more than a batch is left for the next.
    fn grouped(&self, pairs: Vec<Pair>, store: &Store) -> Result<Vec<Vec<Pair>>> {
        let mut groups: Vec<Vec<Pair>> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut count = 0;
        for pair in pairs {
            if count >= BATCH {
                break;
            }
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
                Some(_) => continue,
            }
            count += groups.last().map_or(0, Vec::len);
        }
        Ok(groups)
    }
}

/// The bitexts of pairs at both levels. Where three documents are paired with each other, what two pairs say of the third is evidence for
/// it: a pair that contradicts it is aligned again. What reviewers decided holds.
fn bitexts(pairs: &[Pair], store: &Store, options: &Options, learned: &Learned) -> Result<Vec<Bitext>> {
    let mut documents: BTreeMap<&str, Document> = BTreeMap::new();
    for id in pairs.iter().flat_map(|pair| [&pair.source, &pair.target]) {
        if !documents.contains_key(id.as_str()) {
            documents.insert(id, store.document(id)?.unwrap_or_default());
        }
    }
    let texts: BTreeMap<&str, Text> =
        documents.iter().map(|(id, document)| (*id, Text::new(document, options))).collect();
    let of = |pair: &Pair| (&texts[pair.source.as_str()], &texts[pair.target.as_str()]);
    let mut decided = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let (source, target) = of(pair);
        let decisions = store.decisions_on(&pair.source, &pair.target)?;
        decided.push(Decided::new(&verdict(&decisions), source.document, target.document));
    }
    // By the ids of two documents, whichever stands first.
    let mut first: BTreeMap<(&str, &str), Vec<Bead>> = BTreeMap::new();
    for (pair, decided) in pairs.iter().zip(&decided) {
        let (source, target) = of(pair);
        let beads = source.align_with(target, options, learned, decided.known(&[]))?;
        if pairs.len() > 1 {
            first.insert((&pair.target, &pair.source), flipped(&beads));
        }
        first.insert((&pair.source, &pair.target), beads);
    }
    let mut bitexts = Vec::with_capacity(2 * pairs.len());
    for (pair, decided) in pairs.iter().zip(&decided) {
        let (a, b) = (pair.source.as_str(), pair.target.as_str());
        // Through a document that is paired with both.
        let links = |third: &&str| Some(through(first.get(&(a, *third))?, first.get(&(*third, b))?));
        let links = joined(documents.keys().filter_map(links).flatten().collect());
        let (source, target) = of(pair);
        let beads = source.checked(target, &first[&(a, b)], &links, decided, options, learned)?;
        bitexts.extend(both_levels(source.document, target.document, beads));
    }
    Ok(bitexts)
}

/// What reviewers decided on the beads of two documents.
#[derive(Default)]
struct Decided {
    anchors: Vec<Bead>,
    rejected: Vec<Bead>,
}

impl Decided {
    fn new(verdict: &Verdict, source: &Document, target: &Document) -> Self {
        if verdict.held.is_empty() && verdict.rejected.is_empty() {
            return Decided::default();
        }
        let segments = [&source.segments(Level::Sentence)[..], &target.segments(Level::Sentence)[..]];
        let anchors = verdict.anchors(segments).into_iter().map(|(bead, _)| bead).collect();
        Decided { anchors, rejected: verdict.rejected(segments) }
    }

    fn known<'a>(&'a self, links: &'a [Link]) -> Known<'a> {
        Known { anchors: &self.anchors, rejected: &self.rejected, links, ..Known::default() }
    }

    fn has(&self, bead: &Bead) -> bool {
        self.anchors.iter().any(|anchor| (&anchor.source, &anchor.target) == (&bead.source, &bead.target))
    }
}

/// Aligns two documents anew with these decisions on them: between the beads that hold, the rest is found again. Gives the bitexts
/// of both levels, for [`Store::decide`]. Their third versions have the say that they have in [`align`].
///
/// `decisions` are all on the two, in order, with one that is about to be made; the sentences of the documents are cut as those
/// say ([`Store::cut`]).
pub fn realign(
    store: &Store,
    source: &Document,
    target: &Document,
    decisions: &[Decision],
    options: &Options,
    learned: &Learned,
) -> Result<Vec<Bitext>> {
    let decided = Decided::new(&verdict(decisions), source, target);
    let (a, b) = (Text::new(source, options), Text::new(target, options));
    let beads = a.align_with(&b, options, learned, decided.known(&[]))?;
    let others = |id: &str| -> Result<FxHashSet<String>> {
        let pairs = store.pairs_of(id)?.into_iter();
        Ok(pairs.map(|pair| if pair.source == id { pair.target } else { pair.source }).collect())
    };
    let mut thirds: Vec<String> = others(&source.id)?.intersection(&others(&target.id)?).cloned().collect();
    thirds.sort_unstable();
    let mut links = Vec::new();
    if CHECKED.contains(&(thirds.len() + 2)) {
        for third in &thirds {
            links.extend(through(&beside(store, source, third)?, &flipped(&beside(store, target, third)?)));
        }
    }
    let beads = a.checked(&b, &beads, &joined(links), &decided, options, learned)?;
    Ok(both_levels(source, target, beads).into())
}

/// The beads of a document with another one of the store. The store may have its sentences as they were before one was cut.
fn beside(store: &Store, document: &Document, other: &str) -> Result<Vec<Bead>> {
    let id = document.id.as_str();
    let beads = match store.bitext(id, other, Level::Sentence)? {
        Some(bitext) => bitext.beads,
        None => store.bitext(other, id, Level::Sentence)?.map(|bitext| flipped(&bitext.beads)).unwrap_or_default(),
    };
    let (before, after) = (store.spans(id)?, document.segments(Level::Sentence));
    if before == after {
        return Ok(beads);
    }
    let theirs = store.spans(other)?;
    Ok(recut(&beads, [&before, &theirs], [&after, &theirs]))
}

fn both_levels(source: &Document, target: &Document, sentences: Vec<Bead>) -> [Bitext; 2] {
    let bitext = |level, beads| Bitext { source: source.id.clone(), target: target.id.clone(), level, beads };
    let paragraphs = paragraphs(source, target, &sentences);
    [bitext(Level::Paragraph, paragraphs), bitext(Level::Sentence, sentences)]
}

fn flipped(beads: &[Bead]) -> Vec<Bead> {
    beads.iter().map(|bead| Bead { source: bead.target.clone(), target: bead.source.clone(), ..*bead }).collect()
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
    let known = Known { anchors, ..Known::default() };
    let sentences = Text::new(source, options).align_with(&Text::new(target, options), options, learned, known)?;
    Ok(match level {
        Level::Sentence => sentences,
        Level::Paragraph => paragraphs(source, target, &sentences),
    })
}

/// A document as it is compared with others, by its sentences.
pub(super) struct Text<'a> {
    document: &'a Document,
    pub terms: Representation,
}

impl<'a> Text<'a> {
    pub fn new(document: &'a Document, options: &Options) -> Text<'a> {
        let (lang, knowledge) = (document.language.lang.as_str(), options.knowledge);
        Text { document, terms: represent(&sentences(document), lang, knowledge.languages, knowledge.lexicon) }
    }

    /// Fails only where a model cannot encode.
    pub fn align(&self, target: &Text, known: Known, options: &Options) -> Result<Vec<Bead>> {
        let embedded = match &options.model {
            Some(model) => {
                let largest = largest_encoded(&self.terms, &target.terms);
                let embed = |text: &Text| model.embedded(&sentences(text.document), largest);
                Some([embed(self)?, embed(target)?])
            }
            None => None,
        };
        let embedded = embedded.as_ref().map(|[source, target]| [source, target]);
        Ok(crate::align::align(&self.terms, &target.terms, &options.align, Known { embedded, ..known }))
    }

    /// The beads after a look at what third versions say of them; a reviewer knows better than those.
    fn checked(
        &self,
        target: &Text,
        beads: &[Bead],
        links: &[Link],
        decided: &Decided,
        options: &Options,
        learned: &Learned,
    ) -> Result<Vec<Bead>> {
        let mut beads = match contradicts(beads, links) {
            true => self.align_with(target, options, learned, decided.known(links))?,
            false => beads.to_vec(),
        };
        doubt(&mut beads, links);
        beads.iter_mut().filter(|bead| decided.has(bead)).for_each(|bead| bead.confidence = 1.0);
        Ok(beads)
    }

    /// The same with what was learned.
    fn align_with(&self, target: &Text, options: &Options, learned: &Learned, known: Known) -> Result<Vec<Bead>> {
        let translations = learned.of(&self.document.language.lang, &target.document.language.lang);
        let beads = self.align(target, Known { translations, ..known }, options)?;
        if translations.is_some() || (self.terms.is_known() && target.terms.is_known()) {
            return Ok(beads);
        }
        // Where nothing is known of the words of a language, two documents still teach something about each other.
        let mut learner = Learner::default();
        learner.add(&self.terms, &target.terms, &beads);
        let taught = learner.translations();
        self.align(target, Known { translations: Some(&taught), ..known }, options)
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
