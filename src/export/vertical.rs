//! Vertical text: one token a line between tags, as corpus query engines read it (CWB, Manatee with NoSketch Engine), and
//! the tables that align two such corpora.
//!
//! A corpus holds the texts of one language, each document once: `<text>`, in it `<p>`, in it `<s>`, in it tokens. `<g/>`
//! stands between tokens with no space between them. Values and tokens are escaped as in XML, where Manatee shows the
//! entities as they are and `cwb-encode -x` undoes them.
//!
//! Engines know an alignment as a chain of ranges in both corpora, so a table cannot hold everything:
//!
//! * a document has one counterpart in each other language, though it may be in bitexts with several;
//! * a bead whose sentences do not follow one another is left out, and so is one that the target tells elsewhere: its
//!   sentences count as having no counterpart;
//! * how sure a bead is has no place.
//!
//! The other exports hold all of it.

use super::{bond, release, segment, xml};
use crate::language::Lang;
use crate::model::{Bitext, Document, Level, Span};
use quick_xml::escape::partial_escape;
use rustc_hash::FxHashMap;
use std::io::{self, Write};
use std::ops::RangeInclusive;

/// A structure of a corpus: its name, and what it says of itself.
type Structure = (&'static str, &'static [&'static str]);

const TEXT: Structure = ("text", &["id", "lang", "title", "outlet", "date", "url", "licence"]);
const PARAGRAPH: Structure = ("p", &["id", "kind", "lang"]);
const SENTENCE: Structure = ("s", &["id"]);

/// Writes the vertical text of one language, and remembers where sentences are: numbers, never texts.
pub struct Writer<'o> {
    out: &'o mut dyn Write,
    corpus: Corpus,
}

/// Where the sentences of a corpus stand.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// For each sentence its first token, and at the end the number of all tokens.
    starts: Vec<u32>,
    /// For each document the places of its sentences in the corpus; one without a token has none.
    documents: FxHashMap<String, Vec<Option<u32>>>,
}

impl<'o> Writer<'o> {
    /// Begins a corpus.
    pub fn new(out: &'o mut dyn Write) -> Self {
        Writer { out, corpus: Corpus { starts: vec![0], documents: FxHashMap::default() } }
    }

    /// Writes a document. `words` finds the words of a sentence; every other mark that is no space is a token of its own.
    pub fn document(&mut self, document: &Document, words: &dyn Fn(&str) -> Vec<Span>) -> io::Result<()> {
        let (metadata, provenance) = (&document.metadata, &document.provenance);
        let published = metadata.published.map(|moment| moment.to_string()).unwrap_or_default();
        self.tag(
            TEXT,
            &[
                &document.id,
                document.language.lang.as_str(),
                document.name(),
                metadata.outlet.as_deref().unwrap_or_default(),
                &published,
                metadata.url.as_deref().or(provenance.url.as_deref()).unwrap_or_default(),
                metadata.licence.as_deref().unwrap_or_default(),
            ],
        )?;
        let mut places = Vec::new();
        for (n, block) in document.blocks.iter().enumerate() {
            let lang = &block.language.as_ref().unwrap_or(&document.language).lang;
            self.tag(PARAGRAPH, &[&segment::id(&document.id, Level::Paragraph, n), block.kind.name(), lang.as_str()])?;
            for sentence in &block.sentences {
                let tokens = tokens(sentence.of(&document.text), words);
                let id = segment::id(&document.id, Level::Sentence, places.len());
                places.push((!tokens.is_empty()).then(|| self.corpus.sentences()));
                if !tokens.is_empty() {
                    self.tag(SENTENCE, &[&id])?;
                    self.tokens(&tokens)?;
                    writeln!(self.out, "</s>")?;
                }
            }
            writeln!(self.out, "</p>")?;
        }
        self.corpus.documents.insert(document.id.clone(), places);
        writeln!(self.out, "</text>")
    }

    /// Ends the corpus.
    pub fn finish(self) -> io::Result<Corpus> {
        self.out.flush()?;
        Ok(self.corpus)
    }

    fn tokens(&mut self, tokens: &[Token]) -> io::Result<()> {
        for token in tokens {
            if token.glued {
                writeln!(self.out, "<g/>")?;
            }
            writeln!(self.out, "{}", partial_escape(&token.text))?;
        }
        let before = self.corpus.starts.last().copied().unwrap_or(0);
        self.corpus.starts.push(before + tokens.len() as u32);
        Ok(())
    }

    /// The tag of a structure, with every attribute: engines know none that is missing.
    fn tag(&mut self, (name, attributes): Structure, values: &[&str]) -> io::Result<()> {
        write!(self.out, "<{name}")?;
        for (attribute, value) in attributes.iter().zip(values) {
            let value = xml::line(value);
            write!(self.out, " {attribute}=\"{}\"", partial_escape(&*value).replace('"', "&quot;"))?;
        }
        writeln!(self.out, ">")
    }
}

/// What stands on a line: a word, or a run of one mark ("...", "—", "»").
struct Token {
    text: String,
    /// Whether no space stands before it in its sentence.
    glued: bool,
}

/// The tokens of a sentence: its words, and all else that is no space.
fn tokens(sentence: &str, words: &dyn Fn(&str) -> Vec<Span>) -> Vec<Token> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for word in words(sentence) {
        pieces.extend(runs(sentence.get(at..word.start as usize).unwrap_or_default()));
        pieces.push(word.of(sentence));
        at = word.end as usize;
    }
    pieces.extend(runs(sentence.get(at..).unwrap_or_default()));
    let (mut tokens, mut glued) = (Vec::new(), false);
    for piece in pieces {
        let text = xml::line(piece);
        if !text.is_empty() {
            tokens.push(Token { text: text.into_owned(), glued });
        }
        // What our files do not hold (a soft hyphen) parts nothing.
        glued = !piece.ends_with(char::is_whitespace) && !tokens.is_empty();
    }
    tokens
}

/// The runs of one character in a text.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (run, after) = rest.split_at(rest.find(|c| c != first).unwrap_or(rest.len()));
        rest = after;
        Some(run)
    })
}

/// Ranges of sentences in two corpora that say the same, rising on both sides.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    source: &'a Corpus,
    target: &'a Corpus,
    links: Vec<[RangeInclusive<u32>; 2]>,
}

impl<'a> Table<'a> {
    /// A table between two corpora, still empty.
    pub fn new(source: &'a Corpus, target: &'a Corpus) -> Self {
        Table { source, target, links: Vec::new() }
    }

    /// Whether nothing is aligned.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Adds the beads of a bitext of sentences, where both of its documents come after those that were added before.
    pub fn add(&mut self, bitext: &Bitext) {
        let ends = self.links.last().map(|sides| sides.each_ref().map(|side| *side.end()));
        for (bead, moved) in bitext.beads.iter().zip(bond::moved(&bitext.beads)) {
            let source = self.source.range(&bitext.source, &bead.source);
            let target = self.target.range(&bitext.target, &bead.target);
            let (Some(source), Some(target)) = (source, target) else { continue };
            let rises = ends.is_none_or(|[s, t]| *source.start() > s && *target.start() > t);
            if rises && !moved {
                self.links.push([source, target]);
            }
        }
    }

    /// The table with its sides exchanged.
    pub fn reversed(&self) -> Table<'a> {
        let links = self.links.iter().map(|[source, target]| [target.clone(), source.clone()]).collect();
        Table { source: self.target, target: self.source, links }
    }

    /// Writes the table as Manatee's `mkalign` takes it: numbers of `s` from 0, `3` or `3,5`, -1 for no counterpart. Every
    /// sentence of both corpora is in one line.
    pub fn manatee(&self, out: &mut dyn Write) -> io::Result<()> {
        let (mut source, mut target) = (0, 0);
        let rest = [self.source, self.target].map(|corpus| corpus.sentences()..=corpus.sentences());
        for [s, t] in self.links.iter().chain([&rest]) {
            (source..*s.start()).try_for_each(|n| writeln!(out, "{n}\t-1"))?;
            (target..*t.start()).try_for_each(|n| writeln!(out, "-1\t{n}"))?;
            (source, target) = (s.end() + 1, t.end() + 1);
            if *s.end() < self.source.sentences() {
                writeln!(out, "{}\t{}", numbers(s), numbers(t))?;
            }
        }
        out.flush()
    }

    /// Writes the table as CWB's `cwb-align-encode` takes it: a line that names the corpora and their regions, then first
    /// and last token of both sides, and the shape.
    pub fn cwb(&self, out: &mut dyn Write, source: &str, target: &str) -> io::Result<()> {
        writeln!(out, "{source}\ts\t{target}\ts")?;
        for [s, t] in &self.links {
            let ([s1, s2], [t1, t2]) = (self.source.tokens(s), self.target.tokens(t));
            writeln!(out, "{s1}\t{s2}\t{t1}\t{t2}\t{}:{}", s.clone().count(), t.clone().count())?;
        }
        out.flush()
    }
}

fn numbers(range: &RangeInclusive<u32>) -> String {
    if range.start() == range.end() { range.start().to_string() } else { format!("{},{}", range.start(), range.end()) }
}

impl Corpus {
    fn sentences(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// The sentences of a document as a range of the corpus; `None` where none of them is there, or another is among them.
    fn range(&self, document: &str, sentences: &[u32]) -> Option<RangeInclusive<u32>> {
        let places = self.documents.get(document)?;
        let mut there = sentences.iter().filter_map(|n| *places.get(*n as usize)?);
        let first = there.next()?;
        let last = there.try_fold(first, |last, next| (next == last + 1).then_some(next))?;
        Some(first..=last)
    }

    /// The first and the last token of a range of sentences.
    fn tokens(&self, range: &RangeInclusive<u32>) -> [u32; 2] {
        let at = |n: u32| self.starts.get(n as usize).copied().unwrap_or(0);
        [at(*range.start()), at(range.end() + 1).saturating_sub(1)]
    }
}

/// Writes the description of the corpus of a language that Manatee's `compilecorp` reads: its attributes, its structures,
/// and the corpora it is aligned with, by their languages. Files are named as in `korpu export`.
pub fn manatee_registry(out: &mut dyn Write, lang: &Lang, aligned: &[String]) -> io::Result<()> {
    write!(
        out,
        "NAME \"korpu {lang}\"\nPATH \"data/{lang}\"\nVERTICAL \"{lang}.vrt\"\nENCODING \"UTF-8\"\n\
         INFO \"made by korpu {}\"\nATTRIBUTE word\n",
        release(),
    )?;
    for (name, attributes) in [TEXT, PARAGRAPH, SENTENCE] {
        let attributes: String = attributes.iter().map(|name| format!("    ATTRIBUTE {name}\n")).collect();
        write!(out, "STRUCTURE {name} {{\n{attributes}}}\n")?;
    }
    out.write_all(b"STRUCTURE g {\n    DISPLAYTAG 0\n    DISPLAYBEGIN \"_EMPTY_\"\n}\n")?;
    if !aligned.is_empty() {
        let tables: Vec<String> = aligned.iter().map(|other| format!("{lang}-{other}.align")).collect();
        writeln!(out, "ALIGNSTRUCT \"s\"\nALIGNED \"{}\"\nALIGNDEF \"{}\"", aligned.join(","), tables.join(","))?;
    }
    out.flush()
}
