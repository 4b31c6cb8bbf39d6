//! Quotes are found, and linked across documents.

use super::{Knowledge, Learned, Options, Watch, align_documents};
use crate::error::Result;
use crate::language::{Lang, Languages};
use crate::link::{Compared, Member, Pairing, Speech, Weights, groups, mentions, segments, speakers, words};
use crate::model::{Document, Group, Level, Quote};
use crate::quote::Finder;
use crate::represent::represent;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Finds quotes in every language that is known, and marks in others.
pub struct Finders<'a> {
    known: FxHashMap<&'a str, Finder<'a>>,
    unknown: Finder<'a>,
}

impl<'a> Finders<'a> {
    /// For these languages.
    pub fn new(languages: &'a Languages) -> Finders<'a> {
        let known = languages.iter().map(|l| (l.tag.as_str(), Finder::new(Some(l)))).collect();
        Finders { known, unknown: Finder::new(None) }
    }

    /// The quotes of a text in a language.
    pub fn quotes(&self, lang: &Lang, text: &str) -> Vec<Quote> {
        self.known.get(lang.primary()).unwrap_or(&self.unknown).quotes(text)
    }
}

/// What is said in a document, ready to be compared.
pub(super) fn speech(document: &Document, quotes: &[Quote], knowledge: Knowledge) -> Speech {
    let text = document.text.as_str();
    let sentences = document.segments(Level::Sentence);
    let segments = segments(quotes, text, &sentences);
    let own: Vec<Cow<str>> = segments.iter().map(|s| words(s, &quotes[s.quote as usize], text)).collect();
    let all: Vec<&str> = own.iter().map(|w| &**w).chain(sentences.iter().map(|s| s.of(text))).collect();
    let lang = document.language.lang.as_str();
    let represent = |texts: &[&str]| represent(texts, lang, knowledge.languages, knowledge.lexicon);
    let mut names = speakers(quotes);
    names.extend(mentions(quotes, text));
    let (terms, names) = (represent(&all), represent(&names));
    Speech::new(segments, quotes, terms, names)
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
