//! Search: a word with what stands around it, and what stands beside it in the other languages (parallel KWIC).

use super::super::answer::{Answer, Frame, clean};
use super::super::visit::{Pager, ROWS, Visit};
use super::Choices;
use crate::error::{Error, Result};
use crate::export::{Length, tmx};
use crate::language::{Lang, search_key};
use crate::model::{Bead, Bitext, Level, Quote};
use crate::segment::words;
use crate::store::{Clause, Counterpart, Forms, Found, Phrase, Store};
use askama::Template;
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Template)]
#[template(path = "search.html")]
struct Page<'a> {
    frame: Frame<'a>,
    choices: Choices,
    query: String,
    mode: String,
    sort: String,
    speaker: String,
    forms: Vec<super::Choice>,
    beside: Vec<super::Choice>,
    least: String,
    lines: Vec<Line>,
    frequencies: Vec<(&'static str, Vec<(String, usize)>)>,
    pager: Pager,
    /// Whether there are more than were looked at.
    cut: bool,
    csv: String,
    tmx: String,
}

/// A sentence that was found, around what was searched for.
struct Line {
    address: String,
    lang: String,
    outlet: String,
    published: String,
    before: String,
    found: String,
    after: String,
    beside: Vec<Beside>,
}

/// What stands beside it.
struct Beside {
    address: String,
    lang: String,
    percent: String,
    text: String,
}

/// A search looks at no more sentences; one that asks what stands beside them, at fewer.
const SENTENCES: usize = 2000;
const ALIGNED: usize = 400;
/// A page shows so many counterparts of a sentence.
const BESIDE: usize = 4;
/// Each table of frequencies has so many rows.
const FREQUENT: usize = 12;
/// A pattern that compiles to more is no question about a sentence. In bytes.
const PATTERN: usize = 1 << 20;

/// What is searched for.
enum Query {
    Words(Vec<Clause>),
    Pattern(Box<Regex>),
}

/// A sentence with where in it the first thing is that was searched for.
struct Hit {
    found: Found,
    at: Range<usize>,
    beside: Option<Vec<Counterpart>>,
}

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let asked = |name: &str| visit.asked(name).unwrap_or_default().to_owned();
    let query = asked("q");
    let hits = if query.trim().is_empty() { Vec::new() } else { hits(visit, store, &query)? };
    match visit.asked("as") {
        Some("csv") => return csv(store, hits),
        Some("tmx") => return memory(visit, store, hits),
        _ => {}
    }
    let page = visit.page();
    let frequencies = frequencies(visit, &hits);
    let (total, cut) = (hits.len(), hits.len() >= SENTENCES);
    let mut lines = Vec::new();
    for hit in hits.into_iter().skip(page.offset).take(ROWS) {
        lines.push(line(store, hit)?);
    }
    let choices = Choices::new(visit, store)?;
    let chosen = visit.asked("beside");
    let beside =
        |lang: &super::Choice| super::Choice { value: lang.value.clone(), chosen: chosen == Some(&lang.value) };
    Answer::page(&Page {
        query,
        mode: asked("mode"),
        sort: asked("sort"),
        speaker: asked("speaker"),
        forms: Forms::ORDER
            .map(|form| super::Choice { value: form.name().into(), chosen: visit.asked("form") == Some(form.name()) })
            .into(),
        beside: choices.langs.iter().map(beside).collect(),
        least: asked("least"),
        choices,
        lines,
        frequencies,
        pager: visit.pager(total),
        cut,
        csv: visit.with(&[("as", Some("csv")), ("page", None)]),
        tmx: visit.with(&[("as", Some("tmx")), ("page", None)]),
        frame: visit.frame(visit.words().t("search"), "search"),
    })
}

fn hits(visit: &Visit, store: &Store, text: &str) -> Result<Vec<Hit>> {
    let filter = visit.filter()?;
    let (beside, least) = (visit.lang("beside"), visit.number::<f32>("least"));
    let is_beside = beside.is_some() || least.is_some();
    let limit = if is_beside { ALIGNED } else { SENTENCES };
    let query = query(visit, text)?;
    let found = match &query {
        Query::Words(clauses) => store.concordance(clauses, &filter, limit)?,
        Query::Pattern(pattern) => store.scan(&filter, limit, |text| pattern.is_match(text))?,
    };
    let (speaker, form) = (search_key(visit.asked("speaker").unwrap_or_default()), visit.asked("form"));
    let (is_quoted, mut quotes) = (!speaker.is_empty() || form.is_some(), BTreeMap::new());
    let mut hits = Vec::with_capacity(found.len());
    for found in found {
        if is_quoted && !quoted(store, &found, &speaker, form, &mut quotes)? {
            continue;
        }
        let at = query.place(&found.text);
        let mut counterparts = None;
        if is_beside {
            let is_wanted = |c: &Counterpart| {
                beside.as_ref().is_none_or(|lang| c.lang.primary() == lang.primary())
                    && least.is_none_or(|least| c.bead.confidence >= least)
            };
            let mut all = store.counterparts(&found.document, found.sentence)?;
            all.retain(is_wanted);
            if all.is_empty() {
                continue;
            }
            counterparts = Some(all);
        }
        hits.push(Hit { found, at, beside: counterparts });
    }
    let before = |hit: &Hit| -> String { search_key(&hit.found.text[..hit.at.start]).trim().chars().rev().collect() };
    let after = |hit: &Hit| search_key(hit.found.text[hit.at.end..].trim());
    match visit.asked("sort") {
        Some("left") => hits.sort_by_cached_key(before),
        Some("right") => hits.sort_by_cached_key(after),
        Some("date") => hits.sort_by_cached_key(|hit| hit.found.published.map(|moment| moment.unix())),
        _ => {}
    }
    Ok(hits)
}

/// Whether a sentence is, at least in part, a quote in this form by somebody with these letters in the name. `known` keeps the quotes of
/// documents.
fn quoted(
    store: &Store,
    found: &Found,
    speaker: &str,
    form: Option<&str>,
    known: &mut BTreeMap<String, Vec<Quote>>,
) -> Result<bool> {
    if !known.contains_key(&found.document) {
        known.insert(found.document.clone(), store.quotes(&found.document)?);
    }
    let is = |quote: &Quote| {
        let stretches = quote.spans.iter().chain(&quote.clause);
        form.is_none_or(|form| quote.form.name() == form)
            && search_key(quote.speaker.as_deref().unwrap_or_default()).contains(speaker)
            && stretches.into_iter().any(|span| span.start < found.span.end && found.span.start < span.end)
    };
    Ok(known[&found.document].iter().any(is))
}

fn query(visit: &Visit, text: &str) -> Result<Query> {
    // A word is looked for in all scripts of a language.
    let spelled = |typed: &str| -> Clause {
        let (word, prefix) = typed.strip_suffix('*').map_or((typed, false), |word| (word, true));
        let languages = visit.app.options.knowledge.languages.iter();
        let others = languages.flat_map(|language| language.spellings(word));
        std::iter::once(word.to_owned()).chain(others).map(|words| Phrase { words, prefix }).collect()
    };
    Ok(match visit.asked("mode") {
        Some("regex") => {
            let pattern = RegexBuilder::new(text)
                .case_insensitive(!text.contains(char::is_uppercase))
                .size_limit(PATTERN)
                .build();
            Query::Pattern(Box::new(pattern.map_err(|e| Error::input(visit.words().t("regex"), e.to_string()))?))
        }
        Some("phrase") => Query::Words(vec![spelled(text.trim())]),
        // The time FTS5 takes to read a query grows with the square of their number; no sentence answers more.
        _ => Query::Words(
            text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).take(20).map(spelled).collect(),
        ),
    })
}

impl Query {
    /// Where a sentence has the first thing that was searched for.
    fn place(&self, text: &str) -> Range<usize> {
        let place = match self {
            Query::Pattern(pattern) => pattern.find(text).map(|found| found.range()),
            Query::Words(clauses) => {
                let keyed: Vec<(String, Range<usize>)> =
                    words(text).iter().map(|w| (search_key(w.span.of(text)), w.span.range())).collect();
                let of_phrase = |phrase: &Phrase| {
                    let key = search_key(&phrase.words);
                    let wanted: Vec<&str> = words(&key).iter().map(|w| w.span.of(&key)).collect();
                    let fits = |window: &&[(String, Range<usize>)]| {
                        window.iter().zip(&wanted).enumerate().all(|(n, ((word, _), wanted))| {
                            let last = n + 1 == window.len();
                            word == wanted || (phrase.prefix && last && word.starts_with(wanted))
                        })
                    };
                    let window = keyed.windows(wanted.len().max(1)).find(fits).filter(|_| !wanted.is_empty())?;
                    Some(window.first()?.1.start..window.last()?.1.end)
                };
                clauses.iter().flatten().filter_map(of_phrase).min_by_key(|range| range.start)
            }
        };
        place.unwrap_or(0..0)
    }
}

fn line(store: &Store, hit: Hit) -> Result<Line> {
    let Hit { found, at, beside } = hit;
    let counterparts = match beside {
        Some(counterparts) => counterparts,
        None => store.counterparts(&found.document, found.sentence)?,
    };
    let mut shown = Vec::new();
    for counterpart in counterparts.into_iter().take(BESIDE) {
        let [source, target] = sides(&found.document, &counterpart);
        let texts = store.sentences(&counterpart.document, counterpart.sentences())?;
        shown.push(Beside {
            address: format!(
                "/pairs/{source}/{target}?{}={}",
                if counterpart.of_source { "s" } else { "t" },
                found.sentence
            ),
            lang: counterpart.lang.to_string(),
            percent: format!("{:.0}", counterpart.bead.confidence * 100.0),
            text: clean(&texts.join(" ")),
        });
    }
    Ok(Line {
        address: format!("/documents/{}", found.document),
        lang: found.lang.to_string(),
        outlet: clean(found.outlet.as_deref().unwrap_or_default()),
        published: found.published.map(|moment| super::day(&moment.to_string())).unwrap_or_default(),
        before: super::segments::line(&found.text[..at.start]),
        after: super::segments::line(&found.text[at.end..]),
        found: clean(&found.text[at]),
        beside: shown,
    })
}

/// The documents of the bitext that a counterpart is of.
fn sides(document: &str, counterpart: &Counterpart) -> [String; 2] {
    let (ours, theirs) = (document.to_owned(), counterpart.document.clone());
    if counterpart.of_source { [ours, theirs] } else { [theirs, ours] }
}

fn frequencies(visit: &Visit, hits: &[Hit]) -> Vec<(&'static str, Vec<(String, usize)>)> {
    let table = |of: &dyn Fn(&Hit) -> String| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        hits.iter().for_each(|hit| *counts.entry(of(hit)).or_default() += 1);
        let mut counts: Vec<(String, usize)> = counts.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        counts.truncate(FREQUENT);
        counts
    };
    let casing = |hit: &Hit| {
        let language = visit.app.options.knowledge.languages.get(hit.found.lang.as_str());
        crate::language::lower(&hit.found.text[hit.at.clone()], language.map(|l| l.casing).unwrap_or_default())
    };
    vec![
        ("forms", table(&|hit| clean(&casing(hit)))),
        ("languages", table(&|hit| hit.found.lang.to_string())),
        ("outlets", table(&|hit| clean(hit.found.outlet.as_deref().unwrap_or_default()))),
        ("years", table(&|hit| hit.found.published.map(|m| m.year.to_string()).unwrap_or_default())),
    ]
}

/// A bead with the documents of its bitext.
struct Aligned {
    documents: [String; 2],
    bead: Bead,
}

/// All that was found as a table for a spreadsheet.
fn csv(store: &Store, hits: Vec<Hit>) -> Result<Answer> {
    let mut out = "document,sentence,lang,outlet,published,before,found,after,other_document,other_lang,confidence,other_text\r\n".to_owned();
    for hit in hits {
        let (document, sentence) = (hit.found.document.clone(), hit.found.sentence);
        let first = match &hit.beside {
            Some(beside) => beside.first().cloned(),
            None => store.counterparts(&document, sentence)?.into_iter().next(),
        };
        let other = match &first {
            Some(first) => store.sentences(&first.document, first.sentences())?.join(" "),
            None => String::new(),
        };
        let (text, at) = (&hit.found.text, hit.at.clone());
        let cells = [
            document,
            sentence.to_string(),
            hit.found.lang.to_string(),
            hit.found.outlet.clone().unwrap_or_default(),
            hit.found.published.map(|m| m.to_string()).unwrap_or_default(),
            text[..at.start].to_owned(),
            text[at.clone()].to_owned(),
            text[at.end..].to_owned(),
            first.as_ref().map(|c| c.document.clone()).unwrap_or_default(),
            first.as_ref().map(|c| c.lang.to_string()).unwrap_or_default(),
            first.as_ref().map(|c| format!("{:.3}", c.bead.confidence)).unwrap_or_default(),
            other,
        ];
        out.push_str(&cells.map(|text| cell(&text)).join(","));
        out.push_str("\r\n");
    }
    Ok(Answer::File { kind: "text/csv; charset=utf-8", name: Some("search.csv"), bytes: out.into_bytes() })
}

/// A cell of a CSV file (RFC 4180). Spreadsheets run what begins like a formula: an apostrophe before it says that it is text.
fn cell(text: &str) -> String {
    let text = clean(text);
    let formula = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{formula}{}\"", text.replace('"', "\"\""))
}

/// The beads of what was found, between the two languages that most of them are in, as a translation memory.
fn memory(visit: &Visit, store: &Store, hits: Vec<Hit>) -> Result<Answer> {
    let mut beads: BTreeMap<(Lang, Lang), Vec<Aligned>> = BTreeMap::new();
    for hit in hits.into_iter().take(ALIGNED) {
        let Found { document, sentence, lang, .. } = hit.found;
        let counterparts = match hit.beside {
            Some(beside) => beside,
            None => store.counterparts(&document, sentence)?,
        };
        for counterpart in counterparts {
            let documents = sides(&document, &counterpart);
            let langs = (lang.clone(), counterpart.lang.clone());
            let langs = if counterpart.of_source { langs } else { (langs.1, langs.0) };
            if langs.0.primary() != langs.1.primary() {
                beads.entry(langs).or_default().push(Aligned { documents, bead: counterpart.bead });
            }
        }
    }
    let most = beads.into_iter().max_by_key(|(_, beads)| beads.len());
    let Some(((source, target), beads)) = most else {
        return Err(Error::input("TMX", visit.words().t("nothing").to_owned()));
    };
    let failed = |e: std::io::Error| Error::input("TMX", e.to_string());
    let mut bytes = Vec::new();
    let languages = visit.app.options.lang_map.clone();
    let header = tmx::Header {
        between: Some((source, target)),
        length: Length::Sentence,
        created: store.newest_fetch()?,
        languages,
        name: None,
        monolingual: false,
    };
    let mut writer = tmx::Writer::new(&mut bytes, &header).map_err(failed)?;
    let mut written = std::collections::BTreeSet::new();
    for Aligned { documents: [source, target], bead } in beads {
        // Two sentences of one bead are both found.
        if !written.insert((source.clone(), target.clone(), bead.source.clone())) {
            continue;
        }
        let (Some(a), Some(b)) = (store.document(&source)?, store.document(&target)?) else { continue };
        let bitext = Bitext { source, target, level: Level::Sentence, beads: vec![bead] };
        let (a, b) = (tmx::Text::new(&a, bitext.level), tmx::Text::new(&b, bitext.level));
        for unit in tmx::units(&bitext, &a, &b, &FxHashMap::default(), &[]) {
            let tuid = format!("{}-{}", unit.tuid, written.len());
            writer.unit(&tmx::Unit { tuid, ..unit }).map_err(failed)?;
        }
    }
    writer.finish().map_err(failed)?;
    Ok(Answer::File { kind: "application/x-tmx+xml", name: Some("search.tmx"), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_searched_for_is_found_again_in_the_sentence() {
        let phrase = |words: &str, prefix| vec![Phrase { words: words.into(), prefix }];
        let check = |query: &Query, text: &str, expected: &str| assert_eq!(&text[query.place(text)], expected);
        let text = "Yeni körpü İsmayıllıda açıldı.";
        check(&Query::Words(vec![phrase("ISMAYIL", true)]), text, "İsmayıllıda");
        check(&Query::Words(vec![phrase("yeni korpu", false)]), text, "Yeni körpü");
        check(&Query::Words(vec![phrase("acildi", false), phrase("korpu", false)]), text, "körpü");
        check(&Query::Words(vec![phrase("yoxdur", false)]), text, "");
        check(&Query::Words(vec![phrase("", true)]), text, "");
        check(&Query::Pattern(Box::new(Regex::new("k.rp.").unwrap())), text, "körpü");
    }

    #[test]
    fn a_cell_is_text_whatever_it_says() {
        assert_eq!(cell("a \"b\"\n, c"), "\"a \"\"b\"\" , c\"");
        assert_eq!(cell("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
    }
}
