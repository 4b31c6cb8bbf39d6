//! The overview: what was read, in which languages, what was refused, and the list of the works.

use super::html;
use super::{Entry, Heading, Overview};
use crate::language::Lang;
use crate::model::Refusal;
use std::io::{self, Write};

/// A longer list of refusals is closed until the reader opens it.
const OPEN_REFUSALS: usize = 5;

pub(super) fn write(out: &mut dyn Write, overview: &Overview) -> io::Result<()> {
    let title = overview.title;
    write!(out, "<header id=\"top\">\n<h1><bdi lang=\"\">{}</bdi></h1>\n", html::text(title))?;
    if let Some(created) = overview.created {
        writeln!(out, "<p class=\"made\">A report by korpu, {}</p>", html::moment(created))?;
    }
    counts(out, overview)?;
    languages(out, overview.languages)?;
    refusals(out, overview.refusals, overview.refused)?;
    contents(out, overview)?;
    out.write_all(b"</header>\n")
}

fn counts(out: &mut dyn Write, overview: &Overview) -> io::Result<()> {
    let counts = [
        (overview.documents, "document", "documents"),
        (overview.outlets, "outlet", "outlets"),
        (overview.languages.len(), "language", "languages"),
        (overview.works, "work", "works"),
        (overview.events, "event pair", "event pairs"),
        (overview.pairs, "pair in all", "pairs in all"),
        (overview.beads, "bead", "beads"),
        (overview.refused, "input refused", "inputs refused"),
    ];
    out.write_all(b"<ul class=\"counts\">\n")?;
    for (number, one, many) in counts {
        let noun = if number == 1 { one } else { many };
        writeln!(out, "<li><strong>{}</strong> {noun}</li>", html::figure(number))?;
    }
    out.write_all(b"</ul>\n")
}

/// A bar for each language; the longest fills its place.
fn languages(out: &mut dyn Write, languages: &[(Lang, usize)]) -> io::Result<()> {
    let Some(longest) = languages.iter().map(|(_, number)| *number).max().filter(|longest| *longest > 0) else {
        return Ok(());
    };
    out.write_all(b"<section>\n<h2>Languages</h2>\n<table class=\"languages\">\n")?;
    for (lang, number) in languages {
        writeln!(
            out,
            "<tr><th scope=\"row\">{} {}</th><td class=\"number\">{}</td>\
             <td class=\"bar\"><span style=\"width:{:.1}%\"></span></td></tr>",
            html::language(lang).unwrap_or_default(),
            html::tag(lang),
            html::figure(*number),
            *number as f64 * 100.0 / longest as f64,
        )?;
    }
    out.write_all(b"</table>\n</section>\n")
}

fn refusals(out: &mut dyn Write, refusals: &[Refusal], refused: usize) -> io::Result<()> {
    if refusals.is_empty() && refused == 0 {
        return Ok(());
    }
    let refused = refused.max(refusals.len());
    let open = if refused <= OPEN_REFUSALS { " open" } else { "" };
    write!(
        out,
        "<section>\n<h2>Refused</h2>\n<details class=\"refusals\"{open}>\n\
         <summary>{} gave no document</summary>\n<table>\n\
         <thead><tr><th scope=\"col\">Input</th><th scope=\"col\">Reason</th></tr></thead>\n<tbody>\n",
        html::count(refused, "input", "inputs"),
    )?;
    for refusal in refusals {
        writeln!(out, "<tr><td>{}</td><td>{}</td></tr>", html::name(&refusal.place), html::text(&refusal.reason))?;
    }
    out.write_all(b"</tbody>\n</table>\n")?;
    let more = refused - refusals.len();
    if more > 0 {
        writeln!(out, "<p class=\"more\">{} more; the store holds them all.</p>", html::figure(more))?;
    }
    out.write_all(b"</details>\n</section>\n")
}

fn contents(out: &mut dyn Write, overview: &Overview) -> io::Result<()> {
    list(out, overview.contents, Heading::Work, "Works", overview.works)?;
    list(out, overview.contents, Heading::Event, "Reports of one event", overview.events)
}

/// The list of the works or of the events; `total` is how many there are in the corpus.
fn list(out: &mut dyn Write, contents: &[Entry], heading: Heading, words: &str, total: usize) -> io::Result<()> {
    let shown = contents.iter().filter(|entry| entry.heading == heading).count();
    if shown == 0 && total == 0 {
        return Ok(());
    }
    let name = heading.name();
    write!(out, "<nav aria-labelledby=\"list-{name}\">\n<h2 id=\"list-{name}\">{words}</h2>\n")?;
    if shown < total {
        writeln!(
            out,
            "<p class=\"more\">Shown here: {} of {}; the store holds them all.</p>",
            html::figure(shown),
            html::figure(total),
        )?;
    }
    out.write_all(b"<ol class=\"contents\">\n")?;
    for entry in contents.iter().filter(|entry| entry.heading == heading) {
        let titles: Vec<String> = entry
            .titles
            .iter()
            .map(|(title, lang)| format!("<span {}>{}</span>", html::tongue(lang, title), html::text(title)))
            .collect();
        let titles = if titles.is_empty() { html::name(&entry.id) } else { titles.join(" ↔ ") };
        write!(out, "<li><a href=\"#{}\">{titles}</a>", html::anchor(&[name, &entry.id]))?;
        for (document, lang) in &entry.documents {
            write!(out, " <a href=\"#{}\">{}</a>", html::anchor(&[name, &entry.id, document]), html::tag(lang))?;
        }
        out.write_all(b"</li>\n")?;
    }
    out.write_all(b"</ol>\n</nav>\n")
}

#[cfg(test)]
mod tests {
    use super::super::WorkView;
    use super::super::samples::{count, lang, report, texts, values};
    use super::*;

    #[test]
    fn an_overview_says_what_it_leaves_out() {
        let refusals = [Refusal { place: "a.html".into(), reason: "empty file".into() }];
        let languages = [(lang("az"), 3000), (lang("xx"), 30), (Lang::UNKNOWN, 0)];
        let overview =
            Overview { works: 1200, refused: 12, refusals: &refusals, languages: &languages, ..Overview::default() };
        let html = report(&overview, &WorkView { id: "w1", ..WorkView::default() });
        let more = ["11 more; the store holds them all.", "Shown here: 1 of 1,200; the store holds them all."];
        assert_eq!(texts(&html, ".more"), more);
        assert_eq!(texts(&html, ".languages th"), ["Azerbaijani az", " xx", "Unknown und"]);
        assert_eq!(values(&html, ".bar span", "style"), ["width:100.0%", "width:1.0%", "width:0.0%"]);
        assert_eq!(count(&html, ".refusals[open]"), 0);
    }
}
