//! Quotes are linked across documents, and those of one statement become groups.

use super::{Finders, Knowledge, Learned, Options, Watch, align_documents};
use crate::error::Result;
use crate::link::{
    Compared, Member, Pairing, SEGMENTS, Segment, Speech, Weights, groups, mentions, segments, speakers, words,
};
use crate::model::{Document, Group, Level, Linked, Quote};
use crate::represent::represent;
use crate::store::Store;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// So many documents, pairs or groups of documents are worked on between two commits.
const BATCH: usize = 512;

/// A connection to the store belongs to one thread; each serves so many pairs. They come by source, so that most have one in common.
const LINKED: usize = 32;

/// The id of a document and its quotes.
type Found = (String, Vec<Quote>);

/// Finds the quotes of the documents that wait for it. Gives the number of documents.
pub fn quote(store: &mut Store, options: &Options, watch: &impl Watch) -> Result<usize> {
    let waiting = store.unquoted()?;
    watch.stage("finding quotes", Some(waiting.len() as u64));
    let finders = Finders::new(options.knowledge.languages);
    for ids in waiting.chunks(BATCH) {
        let path = store.path().to_owned();
        let find = |reader: &Store, id: &String| {
            let document = reader.document(id)?.unwrap_or_default();
            Ok((id.clone(), finders.quotes(&document.language.lang, &document.text)))
        };
        let found: Result<Vec<Vec<Found>>> = ids
            .par_chunks(LINKED)
            .map(|ids| {
                let reader = Store::reader(&path)?;
                ids.iter().map(|id| find(&reader, id)).collect()
            })
            .collect();
        store.add_quotes(&found?.into_iter().flatten().collect::<Vec<_>>())?;
        watch.done(ids.len() as u64);
    }
    Ok(waiting.len())
}

/// Compares the quotes of the aligned pairs that wait for it, and groups those of one statement anew in all documents that hang together
/// with them. Gives the number of pairs.
pub fn link(store: &mut Store, options: &Options, watch: &impl Watch) -> Result<usize> {
    watch.stage("linking quotes", None);
    let mut told = BTreeSet::new();
    let mut count = 0;
    loop {
        let pairs = store.unlinked(BATCH)?;
        if pairs.is_empty() {
            break;
        }
        let path = store.path().to_owned();
        let found: Result<Vec<(Vec<Linked>, Beyond)>> =
            pairs.par_chunks(LINKED).map(|pairs| linked(pairs, &Store::reader(&path)?, options.knowledge)).collect();
        let (links, beyond): (Vec<Vec<Linked>>, Vec<Beyond>) = found?.into_iter().unzip();
        store.add_links(&links.into_iter().flatten().collect::<Vec<_>>())?;
        for (id, quotes) in beyond.into_iter().flatten() {
            if told.insert(id.clone()) {
                watch.unlinked(&id, quotes);
            }
        }
        count += pairs.len();
        watch.done(pairs.len() as u64);
    }
    group(store)?;
    Ok(count)
}

/// A document with its quotes.
struct Said {
    quotes: bool,
    speech: Speech,
}

/// Documents with the number of their last quotes that are not linked.
type Beyond = Vec<(String, usize)>;

/// The links of pairs, and those within each of their documents; and what was too much.
fn linked(pairs: &[(String, String)], store: &Store, knowledge: Knowledge) -> Result<(Vec<Linked>, Beyond)> {
    let weights = Weights::default();
    let mut too_much = Vec::new();
    let mut said: FxHashMap<&str, Said> = FxHashMap::default();
    let mut all = Vec::with_capacity(2 * pairs.len());
    for (source, target) in pairs {
        for id in [source, target] {
            if said.contains_key(id.as_str()) {
                continue;
            }
            let quotes = store.quotes(id)?;
            let document = if quotes.is_empty() { None } else { store.document(id)? };
            let speech = speech(&document.unwrap_or_default(), &quotes, knowledge);
            too_much.extend(beyond(&quotes, &speech).map(|count| (id.clone(), count)));
            let links = Pairing::new(&speech, &speech, &[]).links(&weights);
            all.push(Linked { source: id.clone(), target: id.clone(), links });
            said.insert(id, Said { quotes: !quotes.is_empty(), speech });
        }
        let (a, b) = (&said[source.as_str()], &said[target.as_str()]);
        let mut links = Vec::new();
        if a.quotes && b.quotes {
            let beads = store.bitext(source, target, Level::Sentence)?.map_or_else(Vec::new, |bitext| bitext.beads);
            links = Pairing::new(&a.speech, &b.speech, &beads).links(&weights);
        }
        all.push(Linked { source: source.clone(), target: target.clone(), links });
    }
    Ok((all, too_much))
}

/// Groups the quotes of documents that hang together, where anything in them was linked since.
fn group(store: &mut Store) -> Result<()> {
    loop {
        let mut components: Vec<BTreeSet<String>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut documents = 0;
        while documents < BATCH {
            let Some(component) = store.ungrouped(&seen)? else { break };
            documents += component.len();
            seen.extend(component.iter().cloned());
            components.push(component);
        }
        if components.is_empty() {
            return Ok(());
        }
        let path = store.path().to_owned();
        let found: Result<Vec<Vec<Group>>> =
            components.par_iter().map(|component| grouped(component, &Store::reader(&path)?)).collect();
        let found = found?;
        store.set_groups(components.iter().zip(found.iter().map(Vec::as_slice)))?;
    }
}

/// The groups among the quotes of documents that hang together.
fn grouped(component: &BTreeSet<String>, store: &Store) -> Result<Vec<Group>> {
    let ids: Vec<&str> = component.iter().map(String::as_str).collect();
    let place = |id: &str| ids.binary_search(&id).ok().map(|at| at as u32);
    let mut said: Vec<(Vec<Quote>, Vec<Segment>)> = Vec::with_capacity(ids.len());
    let mut compared = Vec::new();
    for id in &ids {
        let quotes = store.quotes(id)?;
        let document = if quotes.is_empty() { None } else { store.document(id)? };
        let document = document.unwrap_or_default();
        let segments = segments(&quotes, &document.text, &document.segments(Level::Sentence));
        said.push((quotes, segments));
        for Linked { source, target, links } in store.links_from(id)? {
            if let (Some(source), Some(target)) = (place(&source), place(&target)) {
                compared.push(Compared { source, target, links });
            }
        }
    }
    // Another release, or another program, may have cut the quotes in other segments than are cut here.
    let count = |document: u32| said[document as usize].1.len() as u32;
    for Compared { source, target, links } in &mut compared {
        links.retain(|link| link.source < count(*source) && link.target < count(*target));
    }
    let members: Vec<Member> =
        ids.iter().zip(&said).map(|(id, (quotes, segments))| Member { id, quotes, segments }).collect();
    Ok(groups(&members, &compared))
}

/// What is said in a document, ready to be compared.
pub(super) fn speech(document: &Document, quotes: &[Quote], knowledge: Knowledge) -> Speech {
    let text = document.text.as_str();
    let sentences = document.segments(Level::Sentence);
    let segments = segments(quotes, text, &sentences);
    let quotes = &quotes[..quotes_of(&segments)];
    let own: Vec<Cow<str>> = segments.iter().map(|s| words(s, &quotes[s.quote as usize], text)).collect();
    let all: Vec<&str> = own.iter().map(|w| &**w).chain(sentences.iter().map(|s| s.of(text))).collect();
    let lang = document.language.lang.as_str();
    let represent = |texts: &[&str]| represent(texts, lang, knowledge.languages, knowledge.lexicon);
    let mut names = speakers(quotes);
    names.extend(mentions(quotes, text));
    let (terms, names) = (represent(&all), represent(&names));
    Speech::new(segments, quotes, terms, names)
}

/// How many quotes of a document are linked, the first of them; all, unless it has very many.
fn quotes_of(segments: &[Segment]) -> usize {
    segments.last().map_or(0, |segment| segment.quote as usize + 1)
}

/// How many of the last quotes of a document are not linked, where it has too many.
fn beyond(quotes: &[Quote], speech: &Speech) -> Option<usize> {
    let count = quotes.len() - quotes_of(speech.segments());
    (count > 0 && speech.segments().len() == SEGMENTS).then_some(count)
}

/// The groups of renderings among the quotes of documents, of which those named in `pairs` are compared. Ids of documents differ.
///
/// Fails only where a model cannot encode.
pub fn link_documents(
    documents: &[(Document, Vec<Quote>)],
    pairs: &[(usize, usize)],
    options: &Options,
    watch: &(impl Watch + Sync),
) -> Result<Vec<Group>> {
    watch.stage("linking", Some(pairs.len() as u64));
    let speeches: Vec<Speech> =
        documents.par_iter().map(|(document, quotes)| speech(document, quotes, options.knowledge)).collect();
    for ((document, quotes), speech) in documents.iter().zip(&speeches) {
        if let Some(count) = beyond(quotes, speech) {
            watch.unlinked(&document.id, count);
        }
    }
    let weights = Weights::default();
    let own = speeches.par_iter().enumerate().map(|(n, speech)| {
        let n = n as u32;
        Ok(Compared { source: n, target: n, links: Pairing::new(speech, speech, &[]).links(&weights) })
    });
    let across = pairs.par_iter().map(|(a, b)| {
        let (source, target) = (&documents[*a].0, &documents[*b].0);
        let beads = align_documents(source, target, Level::Sentence, options, &Learned::default(), &[])?;
        let links = Pairing::new(&speeches[*a], &speeches[*b], &beads).links(&weights);
        watch.done(1);
        Ok(Compared { source: *a as u32, target: *b as u32, links })
    });
    let compared: Vec<Compared> = own.chain(across).collect::<Result<_>>()?;
    let members: Vec<Member> = documents
        .iter()
        .zip(&speeches)
        .map(|((document, quotes), speech)| Member { id: &document.id, quotes, segments: speech.segments() })
        .collect();
    Ok(groups(&members, &compared))
}
