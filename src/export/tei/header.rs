//! The headers: what a file holds, who made it, how, and under which terms.
//!
//! A header of a document stands alone, since its file does; ids in it begin with the document's, so that they stay
//! distinct when all files are joined.

use super::said::{Marked, Said, classes, speaker_id};
use super::{Context, Extent, alignment, source};
use crate::export::xml::{self, Attribute, Xml};
use crate::export::{PROSE, release};
use crate::language::Languages;
use crate::model::{Document, Moment, Person, SpeakerKind};
use std::collections::BTreeSet;
use std::io;

/// Its name, what it is for, and its categories with what each means.
type Taxonomy = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What a quote may be, by taxonomy: the categories that `said` points to with `@ana`.
const SPEECH: [Taxonomy; 3] = [
    (
        "form",
        "How a quote gives the words.",
        &[
            ("form.direct", "direct: in quotation marks or after a dash"),
            ("form.mixed", "mixed: a reported clause, some of its words in quotation marks"),
            ("form.indirect", "indirect: a reported clause without quotation marks"),
            ("form.headline", "headline: the speaker, a colon, the statement"),
        ],
    ),
    (
        "occasion",
        "When the words were said.",
        &[("occasion.earlier", "on an earlier occasion than the one that is reported")],
    ),
    (
        "end",
        "Why a quote does not end where a quotation mark closes.",
        &[
            ("end.reopened", "the next paragraph opens it again"),
            ("end.unclosed", "no mark closes it"),
            ("end.misplaced", "the mark stands at the wrong word, or closes two quotes"),
        ],
    ),
];

/// Writes the header of a document.
pub(super) fn document(
    xml: &mut Xml,
    document: &Document,
    said: Said,
    marked: &Marked,
    context: &Context,
) -> io::Result<()> {
    let extent = Extent::of(document);
    let lang = document.language.lang.as_str();
    let korpu = format!("{}.korpu", document.id);
    xml.open("teiHeader", &[("xml:lang", PROSE)])?;
    xml.open("fileDesc", &[])?;
    xml.open("titleStmt", &[])?;
    title(xml, &[("type", "main"), ("xml:lang", lang)], &name(document))?;
    responsibility(
        xml,
        &korpu,
        "extraction of the text, identification of its language, segmentation, quotes, encoding",
    )?;
    xml.close()?;
    quantities(xml, &extent, false)?;
    publication(xml, context, |xml| {
        xml.leaf("idno", &[("type", "korpu")], &document.id)?;
        source::availability(xml, document)
    })?;
    source::description(xml, document)?;
    xml.close()?;
    encoding(xml, |xml| speech(xml, &document.id, marked))?;
    xml.open("profileDesc", &[])?;
    languages(xml, &extent, false)?;
    let called = said.speakers.iter().enumerate().filter(|(_, speaker)| !xml::is_blank(&speaker.name));
    let participants = called.map(|(n, speaker)| Participant {
        kind: speaker.kind,
        id: speaker_id(&document.id, n),
        names: vec![(lang, &speaker.name)],
        same: Vec::new(),
    });
    participation(xml, participants.collect())?;
    if let Some(section) = xml::visible(document.metadata.section.as_deref()) {
        xml.open("textClass", &[])?;
        xml.open("keywords", &[])?;
        xml.leaf("term", &[("type", "section"), ("xml:lang", lang)], section)?;
        xml.close()?;
        xml.close()?;
    }
    xml.close()?;
    if document.revision > 1 {
        let when = document.provenance.fetched.map(|m| m.to_string()).unwrap_or_default();
        let n = document.revision.to_string();
        xml.open("revisionDesc", &[])?;
        let text = format!("The text at this address had changed when it was fetched again: revision {n}.");
        xml.leaf("change", &[("n", &n), ("when", &when), ("who", &format!("#{korpu}"))], &text)?;
        xml.close()?;
    }
    xml.close()
}

/// Writes the header of a corpus.
pub(super) fn corpus(xml: &mut Xml, extent: &Extent, context: &Context) -> io::Result<()> {
    xml.open("teiHeader", &[("xml:lang", PROSE)])?;
    xml.open("fileDesc", &[])?;
    xml.open("titleStmt", &[])?;
    title(
        xml,
        &[("type", "main")],
        xml::visible(context.title.as_deref()).unwrap_or("A corpus of news made with korpu"),
    )?;
    responsibility(xml, "korpu", "extraction, identification of languages, segmentation, alignment, quotes, encoding")?;
    for (n, (name, _)) in context.reviewers.iter().enumerate() {
        xml.open("respStmt", &[("xml:id", &reviewer(n))])?;
        xml.leaf("resp", &[], "review of alignments")?;
        xml.leaf("name", &[("type", "person")], xml::visible(Some(name)).unwrap_or("[unnamed]"))?;
        xml.close()?;
    }
    xml.close()?;
    quantities(xml, extent, true)?;
    publication(xml, context, |xml| {
        xml.open("availability", &[("status", "unknown")])?;
        xml.leaf(
            "p",
            &[],
            "The texts belong to their publishers. The header of each document says what its page states.",
        )?;
        xml.close()
    })?;
    xml.open("sourceDesc", &[])?;
    xml.leaf("p", &[], "Saved pages. The header of each document names its source.")?;
    xml.close()?;
    xml.close()?;
    encoding(xml, |xml| taxonomies(xml, !context.reviewers.is_empty()))?;
    xml.open("profileDesc", &[])?;
    languages(xml, extent, true)?;
    participation(xml, context.persons.iter().filter_map(Participant::of).collect())?;
    xml.close()?;
    if !context.reviewers.is_empty() {
        xml.open("revisionDesc", &[])?;
        for (n, (_, made)) in context.reviewers.iter().enumerate() {
            let who = format!("#{}", reviewer(n));
            xml.leaf(
                "change",
                &[("when", &made.to_string()), ("who", &who)],
                "Alignments were reviewed; this is the latest.",
            )?;
        }
        xml.close()?;
    }
    xml.close()
}

/// The id of the reviewer at a place among those of a corpus.
pub(super) fn reviewer(n: usize) -> String {
    format!("reviewer.{}", n + 1)
}

/// The title of a document, or its first words.
fn name(document: &Document) -> String {
    const WORDS: usize = 12;
    match xml::visible(document.metadata.title.as_deref()) {
        Some(title) => title.to_owned(),
        None => {
            let first = document.blocks.iter().map(|b| b.span.of(&document.text)).find(|text| !xml::is_blank(text));
            xml::line(first.unwrap_or_default()).split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ")
        }
    }
}

/// A title, which TEI and its readers want even where there is none.
fn title(xml: &mut Xml, attributes: &[Attribute], text: &str) -> io::Result<()> {
    xml.leaf("title", attributes, xml::visible(Some(text)).unwrap_or("[untitled]"))
}

fn responsibility(xml: &mut Xml, id: &str, what: &str) -> io::Result<()> {
    xml.open("respStmt", &[("xml:id", id)])?;
    xml.leaf("resp", &[], what)?;
    xml.leaf("name", &[("type", "software")], "korpu")?;
    xml.close()
}

fn quantities(xml: &mut Xml, extent: &Extent, of_corpus: bool) -> io::Result<()> {
    let measures = [
        ("documents", extent.documents),
        ("paragraphs", extent.paragraphs),
        ("sentences", extent.sentences),
        ("words", extent.words),
    ];
    xml.open("extent", &[])?;
    for (unit, quantity) in measures.into_iter().skip(usize::from(!of_corpus)) {
        let quantity = quantity.to_string();
        xml.leaf("measure", &[("unit", unit), ("quantity", &quantity)], &format!("{quantity} {unit}"))?;
    }
    xml.close()
}

/// `<publicationStmt>`: who publishes the file and when it was made, then the terms. TEI wants somebody named first.
fn publication(xml: &mut Xml, context: &Context, terms: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    xml.open("publicationStmt", &[])?;
    match xml::visible(context.publisher.as_deref()) {
        Some(name) => xml.leaf("publisher", &[], name)?,
        None => xml.leaf("authority", &[], "not published: made with korpu by the holder of the pages")?,
    }
    date(xml, "", context.created)?;
    terms(xml)?;
    xml.close()
}

/// A `<date>`, where it is known.
pub(super) fn date(xml: &mut Xml, kind: &str, moment: Option<Moment>) -> io::Result<()> {
    match moment.map(|m| m.to_string()) {
        Some(when) => xml.leaf("date", &[("type", kind), ("when", &when)], &when),
        None => Ok(()),
    }
}

fn encoding(xml: &mut Xml, classes: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    let declarations = [
        ("normalization", "Unicode normal form C; control, private-use and zero-width characters are left out."),
        (
            "quotation",
            "Quotation marks stand as on the page, outside of said. A quote is in a said for each sentence that it touches, \
             joined by next and prev; of a mixed one the words in marks are in q. Paragraphs that the page sets off as \
             quotations are in quote.",
        ),
        ("segmentation", "Paragraphs, headings, list items and captions as on the page; sentences (s) found by korpu."),
    ];
    xml.open("encodingDesc", &[])?;
    xml.open("projectDesc", &[])?;
    xml.leaf("p", &[], "The main text of saved news pages, aligned across languages and outlets.")?;
    xml.close()?;
    xml.open("editorialDecl", &[])?;
    for (name, text) in declarations {
        xml.open(name, &[])?;
        xml.leaf("p", &[], text)?;
        xml.close()?;
    }
    xml.close()?;
    classes(xml)?;
    xml.open("appInfo", &[])?;
    xml.open("application", &[("ident", "korpu"), ("version", release())])?;
    xml.leaf("label", &[], "korpu")?;
    xml.close()?;
    xml.close()?;
    xml.close()
}

/// The categories of the quotes of a document; nothing where there are none.
fn speech(xml: &mut Xml, document: &str, marked: &Marked) -> io::Result<()> {
    let used: BTreeSet<&str> = marked.quotes().flat_map(classes).collect();
    if used.is_empty() {
        return Ok(());
    }
    xml.open("classDecl", &[])?;
    for (name, what, categories) in SPEECH {
        let mut categories = categories.iter().filter(|(class, _)| used.contains(class)).peekable();
        if categories.peek().is_some() {
            xml.open("taxonomy", &[("xml:id", &format!("{document}.{name}"))])?;
            xml.leaf("desc", &[], what)?;
            categories.try_for_each(|(class, what)| category(xml, &format!("{document}.{class}"), what))?;
            xml.close()?;
        }
    }
    xml.close()
}

/// Somebody who speaks, in a header.
struct Participant<'a> {
    kind: SpeakerKind,
    id: String,
    /// Languages and names.
    names: Vec<(&'a str, &'a str)>,
    /// Pointers to the same in other headers.
    same: Vec<String>,
}

impl<'a> Participant<'a> {
    /// Of a corpus; its name is made from that of its first speaker, so that it stays while the corpus grows by later ones.
    fn of(person: &'a Person) -> Option<Participant<'a>> {
        let ids: Vec<String> =
            person.speakers.iter().map(|(document, place)| speaker_id(document, *place as usize)).collect();
        let prefix = match person.kind {
            SpeakerKind::Person | SpeakerKind::Role => "person",
            SpeakerKind::Body => "org",
        };
        Some(Participant {
            kind: person.kind,
            id: format!("{prefix}.{}", ids.first()?),
            names: person.names.iter().map(|(lang, name)| (lang.as_str(), name.as_str())).collect(),
            same: ids.iter().map(|id| format!("#{id}")).collect(),
        })
    }
}

/// `<particDesc>`: persons, then bodies.
fn participation(xml: &mut Xml, participants: Vec<Participant>) -> io::Result<()> {
    if participants.is_empty() {
        return Ok(());
    }
    xml.open("particDesc", &[])?;
    for (is_body, list, element, name) in
        [(false, "listPerson", "person", "persName"), (true, "listOrg", "org", "orgName")]
    {
        let mut listed = participants.iter().filter(|p| (p.kind == SpeakerKind::Body) == is_body).peekable();
        if listed.peek().is_none() {
            continue;
        }
        xml.open(list, &[])?;
        for participant in listed {
            xml.open(element, &[("xml:id", &participant.id), ("corresp", &participant.same.join(" "))])?;
            for (lang, text) in &participant.names {
                if participant.kind == SpeakerKind::Role {
                    xml.open(name, &[("xml:lang", lang)])?;
                    xml.leaf("roleName", &[], text)?;
                    xml.close()?;
                } else {
                    xml.leaf(name, &[("xml:lang", lang)], text)?;
                }
            }
            xml.close()?;
        }
        xml.close()?;
    }
    xml.close()
}

/// The categories that links point to with `@ana`.
fn taxonomies(xml: &mut Xml, reviewed: bool) -> io::Result<()> {
    xml.open("classDecl", &[])?;
    xml.open("taxonomy", &[("xml:id", "align")])?;
    xml.leaf("desc", &[], "Shapes of beads: number of source segments, number of target segments.")?;
    for shape in alignment::SHAPES {
        category(xml, &format!("align.{shape}"), shape)?;
    }
    category(xml, "align.m-n", "any other shape, both sides with segments")?;
    xml.close()?;
    xml.open("taxonomy", &[("xml:id", "method")])?;
    xml.leaf("desc", &[], "How a link was made.")?;
    category(xml, "method.automatic", "by korpu, not reviewed; cert is the probability that it is right")?;
    if reviewed {
        category(xml, "method.reviewed", "by a reviewer, who is in resp")?;
    }
    xml.close()?;
    xml.close()
}

fn category(xml: &mut Xml, id: &str, what: &str) -> io::Result<()> {
    xml.open("category", &[("xml:id", id)])?;
    xml.leaf("catDesc", &[], what)?;
    xml.close()
}

/// `<langUsage>`; in a corpus with the share of the words that each language has.
fn languages(xml: &mut Xml, extent: &Extent, of_corpus: bool) -> io::Result<()> {
    let known = Languages::bundled();
    xml.open("langUsage", &[])?;
    for (lang, share) in extent.shares() {
        let usage = if of_corpus { share.to_string() } else { String::new() };
        let name = known.get(lang.as_str()).map_or(lang.as_str(), |l| &l.name);
        xml.leaf("language", &[("ident", lang.as_str()), ("usage", &usage)], name)?;
    }
    // A corpus of no documents uses no language, but TEI wants one named: that of this header.
    if extent.languages.is_empty() {
        xml.leaf("language", &[("ident", PROSE)], PROSE)?;
    }
    xml.close()
}
