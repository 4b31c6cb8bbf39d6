use super::super::answer::{Answer, Frame, clean};
use super::super::visit::{Pager, Visit, address};
use super::{Choices, Named};
use crate::error::Result;
use crate::model::Group;
use crate::store::{Forms, Statements, Store};
use askama::Template;

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
        statements.push(Statement { id, speaker: clean(speaker.as_deref().unwrap_or("?")), renderings });
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

struct Part {
    post: String,
    seen: u64,
    quotes: String,
}

pub(in super::super) fn group(visit: &Visit, store: &Store) -> Result<Answer> {
    let Some(Group { id, renderings, confidence }) = store.group(visit.param("id"))? else {
        return Ok(Answer::Nothing);
    };
    let mut shown: Vec<Rendered> = Vec::new();
    let mut first: Option<(String, String, String)> = None;
    let mut speakers = Vec::new();
    for rendering in &renderings {
        let id = &rendering.document;
        let (Some(document), Some(listed)) = (store.document(id)?, store.listed(id)?) else { continue };
        let Some(quote) = store.quotes(id)?.into_iter().nth(rendering.quote as usize) else { continue };
        let (Some(begin), Some(end)) = (rendering.spans.first(), rendering.spans.last()) else { continue };
        let block = document.blocks.iter().map(|block| block.span).find(|span| span.contains(*begin)).unwrap_or(*begin);
        let around = |from: u32, to: u32| clean(crate::model::Span::from((from, to)).of(&document.text));
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
        shown.push(Rendered {
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
    speakers.sort_unstable();
    speakers.dedup();
    let name = shown.iter().map(|r| r.speaker.clone()).find(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
    Answer::page(&Page {
        id,
        confidence: format!("{:.0}", confidence * 100.0),
        renderings: shown,
        speakers: speakers.iter().map(|name| clean(name)).collect(),
        frame: visit.frame(name, "quotes"),
    })
}
