//! Statements on the page: the renderings of each side by side, and what differs, in words and in the words themselves.

use super::super::statement::{Piece, Statement, label, pieces};
use super::{begin, card, end, html};
use crate::model::{Contrast, Difference, Document, Edit, Handling, Span};
use std::io::{self, Write};

/// Writes the statements as an HTML file of its own, with what each document makes of what the others quote.
///
/// Nothing runs in it and nothing is loaded; whatever comes from a text is escaped.
///
/// ```
/// use korpu::export::report;
/// let mut out = Vec::new();
/// report::statements(&mut out, "Talks", &[], &[]).unwrap();
/// assert!(String::from_utf8(out).unwrap().contains("<title>Talks</title>"));
/// ```
pub fn statements(
    out: &mut dyn Write,
    title: &str,
    statements: &[Statement],
    handlings: &[(&Document, Handling)],
) -> io::Result<()> {
    begin(out, title)?;
    write!(
        out,
        "<header id=\"top\">\n<h1>{}</h1>\n<p class=\"made\">{}</p>\n</header>\n<main>\n",
        html::name(title),
        html::count(statements.len(), "statement", "statements"),
    )?;
    write(out, "s", statements, handlings, &|_, _| None)?;
    end(out, "Quotes, groups and differences are found by machine and not reviewed.")
}

/// How statements look, in the colours of the page they stand on.
pub(in super::super) const STYLE: &str = include_str!("statements.css");

/// Where a rendering of a statement, by its number in it, stands in the text: the target of a link.
pub(in super::super) type Place<'a> = &'a dyn Fn(&Statement, usize) -> Option<String>;

/// The id of a statement on its page, by its number from 0.
pub(in super::super) fn id(anchor: &str, n: usize) -> String {
    html::anchor(&["said", anchor, &(n + 1).to_string()])
}

/// The statements, and before them what each document makes of the others'; nothing where there are none. `anchor` parts their ids
/// from others on the page.
pub(in super::super) fn write(
    out: &mut dyn Write,
    anchor: &str,
    statements: &[Statement],
    handlings: &[(&Document, Handling)],
    place: Place,
) -> io::Result<()> {
    if statements.is_empty() {
        return Ok(());
    }
    out.write_all(b"<section class=\"statements\">\n<h3>The same statement in other words</h3>\n")?;
    if !handlings.is_empty() {
        out.write_all(
            b"<table class=\"handling\">\n<thead><tr><th scope=\"col\">Of what the others quote</th><th scope=\"col\">kept</th>\
              <th scope=\"col\">shortened</th><th scope=\"col\">left out</th><th scope=\"col\">turned indirect</th></tr></thead>\n<tbody>\n",
        )?;
        for (document, handling) in handlings {
            let share = |n: u32| {
                let percent = html::percent(n as f32 / handling.statements.max(1) as f32).unwrap_or_default();
                format!("<td><strong>{percent}</strong> {n}</td>")
            };
            let cells: String =
                [handling.kept, handling.shortened, handling.omitted, handling.indirect].map(share).concat();
            writeln!(
                out,
                "<tr><th scope=\"row\">{} <span class=\"of\">of {}</span></th>{cells}</tr>",
                card::byname(document),
                html::figure(handling.statements as usize)
            )?;
        }
        out.write_all(b"</tbody>\n</table>\n")?;
    }
    for (n, statement) in statements.iter().enumerate() {
        one(out, &id(anchor, n), n + 1, statement, place)?;
    }
    out.write_all(b"</section>\n")
}

fn one(out: &mut dyn Write, anchor: &str, number: usize, statement: &Statement, place: Place) -> io::Result<()> {
    let speaker = statement.speaker().map_or_else(|| "Speaker not named".to_owned(), html::name);
    let confidence = html::percent(statement.group.confidence).unwrap_or_default();
    writeln!(
        out,
        "<section class=\"statement\" id=\"{anchor}\">\n<h4>{number}. {speaker} <span class=\"of\">{confidence} sure</span></h4>\n\
         <div class=\"renderings\">"
    )?;
    for n in statement.order() {
        rendering(out, statement, n, place(statement, n))?;
    }
    out.write_all(b"</div>\n</section>\n")
}

/// A rendering: where it stands, in which form, whose it is and when; its words; and what differs from those it is compared with.
fn rendering(out: &mut dyn Write, statement: &Statement, n: usize, place: Option<String>) -> io::Result<()> {
    let (document, quote) = statement.told[n];
    let mention = quote.mention.map(|m| m.of(&document.text)).or(quote.speaker.as_deref());
    let said = mention
        .map(|words| format!("<span {}>{}</span>", html::tongue(&document.language.lang, words), html::text(words)));
    let place = place.map(|href| format!("<a href=\"{href}\">in the text</a>"));
    let facts = [said, document.metadata.published.map(html::moment), place];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    writeln!(
        out,
        "<div class=\"rendering {form}\">\n<p class=\"whose\"><b>{}</b> {} <span class=\"label\">{form}</span></p>\n\
         <p class=\"facts\">{}</p>\n<blockquote {}>{}</blockquote>",
        statement.name(n),
        card::byname(document),
        facts.join(" · "),
        html::tongue(&document.language.lang, &statement.words(n as u32, &statement.group.renderings[n].spans)),
        marked(&document.text, &statement.group.renderings[n].spans, &shown(statement, n)),
        form = quote.form.name(),
    )?;
    for contrast in statement.contrasts.iter().filter(|c| c.target as usize == n) {
        differences(out, statement, contrast)?;
    }
    out.write_all(b"</div>\n")
}

fn differences(out: &mut dyn Write, statement: &Statement, contrast: &Contrast) -> io::Result<()> {
    let kept = html::percent(contrast.kept).unwrap_or_default();
    writeln!(out, "<p class=\"against\">Against {}: {kept} kept</p>", statement.name(contrast.source as usize))?;
    if !contrast.differences.is_empty() {
        out.write_all(b"<ul class=\"differences\">\n")?;
        for difference in &contrast.differences {
            let words = |rendering: u32, spans: &[Span]| {
                let text = statement.words(rendering, spans);
                let lang = &statement.told[rendering as usize].0.language.lang;
                format!("<q {}>{}</q>", html::tongue(lang, &text), html::text(&text))
            };
            let said: String = pieces(difference)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Prose(prose) => html::text(prose.trim()),
                    Piece::Source(spans) => words(contrast.source, spans),
                    Piece::Target(spans) => words(contrast.target, spans),
                })
                .collect::<Vec<_>>()
                .join(" ");
            writeln!(out, "<li class=\"{}\"><b>{}</b> {said}</li>", class(difference), label(difference))?;
        }
        out.write_all(b"</ul>\n")?;
    }
    let Some(wording) = &contrast.wording else { return Ok(()) };
    let side = |rendering: u32, one: &[Span], other: &[Span], class: &'static str, changed: &'static str| {
        let (document, _) = statement.told[rendering as usize];
        let mut marks: Vec<(Span, &'static str)> = one.iter().map(|s| (*s, class)).collect();
        marks.extend(other.iter().map(|s| (*s, changed)));
        let spans = &statement.group.renderings[rendering as usize].spans;
        let tongue = html::tongue(&document.language.lang, &statement.words(rendering, spans));
        format!("<p {tongue}>{} {}</p>", statement.name(rendering as usize), marked(&document.text, spans, &marks))
    };
    write!(
        out,
        "<details class=\"wording\"><summary>Word by word</summary>\n{}\n{}\n</details>\n",
        side(contrast.source, &wording.lost, &wording.replaced, "gone", "other"),
        side(contrast.target, &wording.new, &wording.replacing, "new", "other"),
    )
}

/// How a change looks: by colour, and by the line under it.
fn class(difference: &Difference) -> &'static str {
    match difference.change {
        Edit::Dropped | Edit::Softer | Edit::Rounded => "gone",
        Edit::Added | Edit::Stronger | Edit::Exact => "new",
        Edit::Changed => "other",
    }
}

/// The words of a rendering that differ from another.
fn shown(statement: &Statement, n: usize) -> Vec<(Span, &'static str)> {
    let mut marks: Vec<(Span, &'static str)> = Vec::new();
    for contrast in statement.contrasts.iter().filter(|c| c.source as usize == statement.fullest()) {
        for difference in &contrast.differences {
            if contrast.source as usize == n {
                marks.extend(difference.source.iter().map(|s| (*s, class(difference))));
            }
            if contrast.target as usize == n {
                marks.extend(difference.target.iter().map(|s| (*s, class(difference))));
            }
        }
    }
    marks
}

/// Words with marks in them; where two meet, the one that begins first wins, and of two that begin at one place the longer.
fn marked(text: &str, spans: &[Span], marks: &[(Span, &'static str)]) -> String {
    let mut marks = marks.to_vec();
    marks.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut parts = Vec::new();
    for span in spans {
        let mut html = String::new();
        let mut at = span.start;
        for (mark, class) in marks.iter().filter(|(m, _)| m.start < span.end && span.start < m.end) {
            let (start, end) = (mark.start.max(at), mark.end.min(span.end));
            if start < end {
                html.push_str(&plain(Span { start: at, end: start }.of(text)));
                let element = match *class {
                    "gone" => "del",
                    "new" => "ins",
                    _ => "mark",
                };
                html.push_str(&format!("<{element}>{}</{element}>", html::text(Span { start, end }.of(text))));
                at = end;
            }
        }
        html.push_str(&plain(Span { start: at.min(span.end), end: span.end }.of(text)));
        parts.push(html);
    }
    parts.join(" … ")
}

/// A text on one line as HTML; a space at its edge stays, since words follow.
fn plain(text: &str) -> String {
    let edge = |at: bool| if at { " " } else { "" };
    let words = html::text(text);
    if words.is_empty() {
        return edge(!text.is_empty()).to_owned();
    }
    format!("{}{words}{}", edge(text.starts_with(char::is_whitespace)), edge(text.ends_with(char::is_whitespace)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{count, document, texts, values};
    use super::*;
    use crate::model::{Form, Group, Quote, Rendering, Trait, Wording};
    use scraper::Html;

    /// The page of two documents of one sentence each, which are one statement.
    fn page(sentences: [&str; 2], contrast: Contrast) -> (String, Html) {
        let documents = [document("d1", "en", &[sentences[0]]), document("d2", "en", &[sentences[1]])];
        let whole = |n: usize| Span::new(0, sentences[n].len());
        let quote = |n: usize, form| Quote {
            spans: vec![whole(n)],
            clause: None,
            form,
            cue: None,
            mention: None,
            speaker: Some(sentences[0].to_owned()),
            alternatives: Vec::new(),
            confidence: 1.0,
            earlier: false,
            insertions: Vec::new(),
            recovered: None,
        };
        let quotes = [[quote(0, Form::Direct)], [quote(1, Form::Indirect)]];
        let rendering = |n: usize| Rendering {
            document: documents[n].id.clone(),
            quote: 0,
            spans: vec![whole(n)],
            confidence: 0.9,
        };
        let group = Group { id: "g1".into(), renderings: vec![rendering(0), rendering(1)], confidence: 0.9 };
        let contrasts = [contrast];
        let find = |id: &str| {
            let n = documents.iter().position(|d| d.id == id)?;
            Some((&documents[n], &quotes[n][..]))
        };
        let statement = Statement::new(&group, &contrasts, find).unwrap();
        let handling =
            Handling { document: "d2".into(), statements: 4, kept: 1, shortened: 2, omitted: 1, indirect: 3 };
        let mut out = Vec::new();
        statements(&mut out, sentences[0], &[statement], &[(&documents[1], handling)]).unwrap();
        let text = String::from_utf8(out).unwrap();
        let html = Html::parse_document(&text);
        (text, html)
    }

    fn dropped(source: Span, target: Vec<Span>) -> Difference {
        Difference {
            of: Trait::Hedge,
            change: Edit::Dropped,
            from: Some("almost".into()),
            to: None,
            source: vec![source],
            target,
        }
    }

    #[test]
    fn what_differs_is_said_and_marked_in_the_words() {
        let contrast = Contrast {
            source: 0,
            target: 1,
            kept: 0.75,
            differences: vec![dropped(Span::new(3, 13), vec![Span::new(3, 6)])],
            wording: Some(Wording { lost: vec![Span::new(3, 9)], ..Wording::default() }),
            ..Contrast::default()
        };
        let (_, html) = page(["In almost all places.", "In all places."], contrast);
        assert_eq!(texts(&html, ".differences li"), ["hedge dropped almost all became all"]);
        assert_eq!(texts(&html, "blockquote del"), ["almost all", "all"]);
        assert_eq!(texts(&html, ".wording del"), ["almost"]);
        assert_eq!(texts(&html, ".whose .label"), ["direct", "indirect"]);
        assert_eq!(texts(&html, ".against"), ["Against a: 75\u{A0}% kept"]);
        assert_eq!(texts(&html, ".handling td"), ["25\u{A0}% 1", "50\u{A0}% 2", "25\u{A0}% 1", "75\u{A0}% 3"]);
        assert_eq!(values(&html, "q", "lang"), ["en", "en"]);
    }

    #[test]
    fn hostile_statements_stay_text() {
        let attack = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>\u{1b}[31m";
        let contrast = Contrast {
            source: 0,
            target: 1,
            differences: vec![dropped(Span::new(0, attack.len()), vec![Span::new(2, 10), Span::new(4, 9000)])],
            wording: Some(Wording { lost: vec![Span::new(0, 3)], new: vec![Span::new(1, 5)], ..Wording::default() }),
            ..Contrast::default()
        };
        let (text, html) = page([attack, attack], contrast);
        assert_eq!(count(&html, "script, img, link, form, [onerror], [src]"), 0);
        assert!(!text.contains('\u{1b}'));
    }
}
