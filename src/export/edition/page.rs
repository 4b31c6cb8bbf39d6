//! The page of one bitext: two texts side by side, passage by passage.
//!
//! A passage is a bead. Nothing is left out: what has no counterpart stands opposite an empty place, what the target tells
//! elsewhere and what the aligner doubts is marked.

use super::super::bond::{self, Surety};
use super::super::report::{aligned::Side, card, html};
use super::super::segment;
use super::{INDEX, SEARCH, begin, end, file_name};
use crate::model::{Bead, Bitext, Document};
use std::io::{self, Write};

/// Writes a bitext as a page, its source document first. `others` are the further bitexts of its work, each by its two
/// documents; the page links to them.
///
/// `source` and `target` are the bitext's documents. Whatever comes from a text is escaped.
pub fn page(
    out: &mut dyn Write,
    bitext: &Bitext,
    source: &Document,
    target: &Document,
    others: &[[&Document; 2]],
) -> io::Result<()> {
    begin(out, &format!("{} ↔ {}", source.name(), target.name()))?;
    writeln!(out, "<nav><a href=\"{INDEX}\">All texts</a>{}</nav>", links(others))?;
    out.write_all(b"<header class=\"facing\">\n")?;
    for document in [source, target] {
        head(out, document)?;
    }
    writeln!(out, "</header>\n<p class=\"note\">{}.</p>", bond::tally(bitext))?;
    out.write_all(SEARCH.as_bytes())?;
    out.write_all(b"<main>\n")?;
    let sides = [Side::new(source, bitext.level), Side::new(target, bitext.level)];
    for (n, (bead, moved)) in bitext.beads.iter().zip(bond::moved(&bitext.beads)).enumerate() {
        passage(out, n + 1, bead, &sides, moved)?;
    }
    out.write_all(b"</main>\n<section class=\"facing origin\">\n")?;
    for document in [source, target] {
        card::write(out, document, &html::anchor(&["document", &document.id]))?;
    }
    out.write_all(b"</section>\n")?;
    end(out)
}

fn links(others: &[[&Document; 2]]) -> String {
    let link = |[source, target]: &[&Document; 2]| {
        let file = file_name(&source.id, &target.id);
        format!(" · <a href=\"{file}\">{} ↔ {}</a>", card::byname(source), card::byname(target))
    };
    others.iter().map(link).collect()
}

/// What a reader wants to know first: the title, in its language; who published it and when.
fn head(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let (lang, name) = (&document.language.lang, document.name());
    let day = document.metadata.published.map(|published| format!(" · {}", html::moment(published)));
    writeln!(
        out,
        "<div>\n<h1 {}>{}</h1>\n<p class=\"note\">{}{}</p>\n</div>",
        html::tongue(lang, name),
        html::text(name),
        card::byname(document),
        day.unwrap_or_default(),
    )
}

/// A bead: its two sides, and what a reader should know of it.
fn passage(out: &mut dyn Write, number: usize, bead: &Bead, sides: &[Side; 2], moved: bool) -> io::Result<()> {
    let [source, target] = sides;
    let opens =
        segment::opens_block(&source.segments, &bead.source) || segment::opens_block(&target.segments, &bead.target);
    let (class, doubt) = match Surety::of(bead) {
        Surety::Sure | Surety::Fair => ("", None),
        Surety::Doubtful => (" doubtful", Some("doubtful")),
        Surety::Alone => (" alone", None),
    };
    write!(
        out,
        "<div data-row id=\"n{number}\" class=\"facing passage{}{class}\"><div>",
        if opens { " opens" } else { "" }
    )?;
    bead.source.iter().try_for_each(|n| source.segment(out, *n))?;
    out.write_all(b"</div><div>")?;
    bead.target.iter().try_for_each(|n| target.segment(out, *n))?;
    let notes: Vec<&str> = [moved.then_some("moved"), doubt].into_iter().flatten().collect();
    if !notes.is_empty() {
        write!(out, "<p class=\"note\">{}</p>", notes.join(", "))?;
    }
    out.write_all(b"</div></div>\n")
}
