use super::super::answer::{Answer, Frame, clean, web};
use super::super::visit::{Pager, Visit, address};
use super::super::words::Words;
use super::{Choices, Named, segments::line};
use crate::error::Result;
use crate::model::{Contrast, Document, Edit, Group, Quote, Span, Trait};
use crate::pipeline::compare_groups;
use crate::store::{Forms, Statements, Store};
use askama::Template;
use std::collections::BTreeMap;

/// A list of statements, each with its renderings, and who is quoted how.
#[derive(Template)]
#[template(path = "quotes.html")]
struct Quotes<'a> {
    frame: Frame<'a>,
    choices: Choices,
    speaker: String,
    work: String,
    statements: Vec<Statement>,
    pager: Pager,
    tables: [(&'static str, Vec<Row>); 2],
}

/// How often somebody is quoted in each form, with a link to the statements.
struct Row {
    name: String,
    address: String,
    counts: [usize; 4],
}

/// A group as a list shows it.
struct Statement {
    id: String,
    speaker: String,
    /// How many there are; fewer are shown.
    count: usize,
    renderings: Vec<(String, String, String)>,
}

/// A statement in the list shows so many renderings.
const SHOWN: usize = 4;

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let asked = |name: &str| visit.asked(name).map(String::from);
    let which = Statements { filter: visit.filter()?, speaker: asked("speaker"), work: asked("work") };
    let (total, ids) = store.list_statements(&which, visit.page())?;
    let mut statements = Vec::new();
    for id in ids {
        let Some(group) = store.group(&id)? else { continue };
        let (mut renderings, mut speaker) = (Vec::new(), None);
        for rendering in group.renderings.iter().take(SHOWN) {
            let (Some((by, words)), Some(listed)) = (store.rendered(rendering)?, store.listed(&rendering.document)?)
            else {
                continue;
            };
            speaker = speaker.or(by);
            let named = Named::new(listed);
            renderings.push((named.lang, named.outlet, joined(words.iter().map(String::as_str))));
        }
        let (speaker, count) = (clean(speaker.as_deref().unwrap_or("?")), group.renderings.len());
        statements.push(Statement { id, speaker, count, renderings });
    }
    let counted = visit.app.counted()?;
    let [speakers, outlets] = &counted.forms;
    let rows = |name: &str, forms: &[Forms]| {
        let row = |forms: &Forms| Row {
            name: clean(&forms.name),
            address: address("/quotes", [(name, forms.name.as_str())]),
            counts: forms.counts,
        };
        forms.iter().map(row).collect()
    };
    Answer::page(&Quotes {
        choices: Choices::new(visit, store)?,
        speaker: which.speaker.unwrap_or_default(),
        work: which.work.unwrap_or_default(),
        statements,
        pager: visit.pager(total),
        tables: [("speakers", rows("speaker", speakers)), ("outlets", rows("outlet", outlets))],
        frame: visit.frame(visit.words().t("quotes"), "quotes"),
    })
}

/// The words of a rendering on one line.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(clean).collect::<Vec<_>>().join(" … ")
}

/// One statement: all renderings below each other, and what can be decided on them.
#[derive(Template)]
#[template(path = "group.html")]
struct Page<'a> {
    frame: Frame<'a>,
    id: String,
    confidence: String,
    renderings: Vec<Rendered>,
    speakers: Vec<String>,
}

/// A rendering in its place.
struct Rendered {
    /// What it is called on this page.
    name: String,
    /// The page it came from.
    url: Option<String>,
    /// An address that names the rendering by its document and its place there, and holds when groups are made anew.
    lasting: String,
    /// What differs, each time against another rendering.
    compared: Vec<Compared>,
    document: Named,
    form: &'static str,
    speaker: String,
    cue: String,
    percent: String,
    /// The stretch of text around it: before, its words, after.
    before: String,
    words: String,
    after: String,
    /// The first span of its quote, as JSON.
    quote: String,
    /// Decisions on its document.
    seen: u64,
    undo: bool,
    /// How it is parted from the first: address, what was seen, the quotes in the order of the pair.
    part: Option<Part>,
}

/// What differs between a fuller rendering and this one.
struct Compared {
    /// The name of the fuller one, and its language.
    fuller: (String, String),
    /// How much of it is here, in a hundred.
    kept: String,
    differences: Vec<Difference>,
}

/// One named difference with the words that show it, in the fuller rendering and in this.
struct Difference {
    of: &'static str,
    change: &'static str,
    fuller: String,
    this: String,
}

struct Part {
    post: String,
    seen: u64,
    quotes: String,
}

pub(in super::super) fn group(visit: &Visit, store: &Store) -> Result<Answer> {
    let Some(group) = store.group(visit.param("id"))? else { return Ok(Answer::Nothing) };
    let renderings = &group.renderings;
    let mut loaded: BTreeMap<&str, (Document, Vec<Quote>)> = BTreeMap::new();
    for id in renderings.iter().map(|rendering| rendering.document.as_str()) {
        if let Some(document) = store.document(id)?.filter(|_| !loaded.contains_key(id)) {
            loaded.insert(id, (document, store.quotes(id)?));
        }
    }
    let mut shown: Vec<Rendered> = Vec::new();
    let mut first: Option<(String, String, String)> = None;
    let mut speakers = Vec::new();
    for (n, rendering) in renderings.iter().enumerate() {
        let id = &rendering.document;
        let (Some((document, quotes)), Some(listed)) = (loaded.get(id.as_str()), store.listed(id)?) else { continue };
        let Some(quote) = quotes.get(rendering.quote as usize) else { continue };
        let (Some(begin), Some(end)) = (rendering.spans.first(), rendering.spans.last()) else { continue };
        let block = document.blocks.iter().map(|block| block.span).find(|span| span.contains(*begin)).unwrap_or(*begin);
        let around = |from: u32, to: u32| line(Span::from((from, to)).of(&document.text));
        let subject = store.subject(id, None)?;
        let decisions = subject.as_ref().map(|subject| store.decisions(subject)).transpose()?.unwrap_or_default();
        let span = quote.spans.first().copied().unwrap_or(*begin);
        let this = (listed.lang.to_string(), listed.id.clone(), format!("[{},{}]", span.start, span.end));
        let part = match &first {
            Some(other) if other.1 != this.1 => {
                let (a, b) = if (&other.0, &other.1) < (&this.0, &this.1) { (other, &this) } else { (&this, other) };
                let seen = store.latest_between(&a.1, &b.1)?;
                Some(Part {
                    post: format!("/pairs/{}/{}/decisions", a.1, b.1),
                    seen,
                    quotes: format!("[{},{}]", a.2, b.2),
                })
            }
            _ => None,
        };
        speakers.extend(quote.speaker.clone());
        speakers.extend(quote.alternatives.clone());
        let url = document.metadata.url.as_deref().or(document.provenance.url.as_deref());
        shown.push(Rendered {
            name: name(n),
            url: web(url),
            lasting: format!("/quotes/{id}/{}", begin.start),
            compared: Vec::new(),
            form: quote.form.name(),
            speaker: clean(quote.speaker.as_deref().unwrap_or_default()),
            cue: quote.cue.map(|cue| clean(cue.of(&document.text))).unwrap_or_default(),
            percent: format!("{:.0}", rendering.confidence * 100.0),
            before: around(block.start, begin.start),
            words: joined(rendering.spans.iter().map(|span| span.of(&document.text))),
            after: around(end.end, block.end.max(end.end)),
            quote: this.2.clone(),
            seen: decisions.last().map_or(0, |decision| decision.number),
            undo: crate::decide::to_undo(&decisions).is_some(),
            part,
            document: Named::new(listed),
        });
        first.get_or_insert(this);
    }
    let documents: Vec<(Document, Vec<Quote>)> = loaded.into_values().collect();
    let contrasts = compare_groups(&documents, std::slice::from_ref(&group), visit.app.options.knowledge);
    for contrast in contrasts.iter().flatten() {
        let this = name(contrast.target as usize);
        if let Some(rendered) = shown.iter_mut().find(|rendered| rendered.name == this) {
            rendered.compared.push(compared(visit.words(), contrast, &group, &documents));
        }
    }
    speakers.sort_unstable();
    speakers.dedup();
    let title =
        shown.iter().map(|r| r.speaker.clone()).find(|name| !name.is_empty()).unwrap_or_else(|| group.id.clone());
    Answer::page(&Page {
        confidence: format!("{:.0}", group.confidence * 100.0),
        id: group.id,
        renderings: shown,
        speakers: speakers.iter().map(|name| clean(name)).collect(),
        frame: visit.frame(title, "quotes"),
    })
}

/// What a rendering is called: a, b, ..., then by its number.
fn name(n: usize) -> String {
    match u8::try_from(n) {
        Ok(n) if n < 26 => char::from(b'a' + n).to_string(),
        _ => (n + 1).to_string(),
    }
}

fn compared(w: &Words, contrast: &Contrast, group: &Group, documents: &[(Document, Vec<Quote>)]) -> Compared {
    let document = |rendering: u32| {
        let id = group.renderings.get(rendering as usize).map(|r| r.document.as_str());
        documents.iter().map(|(document, _)| document).find(|document| Some(document.id.as_str()) == id)
    };
    let (source, target) = (document(contrast.source), document(contrast.target));
    let words = |document: Option<&Document>, spans: &[Span]| {
        let text = document.map_or("", |document| document.text.as_str());
        joined(spans.iter().map(|span| span.of(text)))
    };
    let difference = |difference: &crate::model::Difference| Difference {
        of: of(difference.of),
        change: change(difference.change),
        // A form has no words of its own to show: then its name.
        fuller: some(words(source, &difference.source), difference.from.as_deref().map(|name| w.t(name))),
        this: some(words(target, &difference.target), difference.to.as_deref().map(|name| w.t(name))),
    };
    Compared {
        fuller: (name(contrast.source as usize), source.map(|d| d.language.lang.to_string()).unwrap_or_default()),
        kept: format!("{:.0}", contrast.kept.clamp(0.0, 1.0) * 100.0),
        differences: contrast.differences.iter().map(difference).collect(),
    }
}

fn some(words: String, otherwise: Option<&str>) -> String {
    if words.is_empty() { clean(otherwise.unwrap_or_default()) } else { words }
}

/// The word of the interface for what differs.
fn of(what: Trait) -> &'static str {
    match what {
        Trait::Form => "trait_form",
        Trait::Speaker => "speaker",
        Trait::Attribution => "attribution",
        Trait::Passage => "passage",
        Trait::Number => "number",
        Trait::Hedge => "hedge",
        Trait::Intensifier => "intensifier",
        Trait::Modality => "modality",
        Trait::Negation => "negation",
        Trait::Person => "person",
    }
}

/// The word of the interface for how it differs.
fn change(how: Edit) -> &'static str {
    match how {
        Edit::Dropped => "dropped",
        Edit::Added => "added",
        Edit::Changed => "made_other",
        Edit::Rounded => "rounded",
        Edit::Exact => "exact",
        Edit::Stronger => "stronger",
        Edit::Softer => "softer",
    }
}

/// The statement that a rendering is of, by its document and its first byte there; the document where there is none.
pub(in super::super) fn lasting(visit: &Visit, store: &Store) -> Result<Answer> {
    let id = visit.param("document");
    let group = match visit.param("start").parse() {
        Ok(start) => store.group_of(id, start)?,
        Err(_) => None,
    };
    match (group, store.listed(id)?) {
        (Some(group), _) => Ok(Answer::Elsewhere { location: format!("/groups/{group}"), language: None }),
        (None, Some(_)) => Ok(Answer::Elsewhere { location: format!("/documents/{id}"), language: None }),
        (None, None) => Ok(Answer::Nothing),
    }
}
