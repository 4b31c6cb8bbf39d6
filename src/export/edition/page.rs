//! The page of one bitext: two texts side by side, passage by passage.
//!
//! A passage is a bead. Nothing is left out: what has no counterpart stands opposite an empty place, what the target tells
//! elsewhere and what the aligner doubts is marked.

use super::super::bond::{self, Surety};
use super::super::report::{aligned::Side, card, html};
use super::super::segment;
use super::{ALIGNED, INDEX, SEARCH, Work, begin, end};
use crate::model::{Bead, Document};
use std::io::{self, Write};

/// Writes the bitext of a work at a place, from 0, as a page; it links to the other pages of the work. Nothing where there is none.
///
/// Whatever comes from a text is escaped.
pub fn page(out: &mut dyn Write, work: &Work, n: usize) -> io::Result<()> {
    let Some(facing) = work.facing.get(n) else { return Ok(()) };
    let (bitext, sides) = (facing.bitext, facing.sides);
    begin(out, &format!("{} ↔ {}", sides[0].name(), sides[1].name()))?;
    navigation(out, work, Some(n))?;
    out.write_all(b"<header class=\"facing\">\n")?;
    sides.iter().try_for_each(|document| head(out, document))?;
    writeln!(out, "</header>\n<p class=\"note\">{}.</p>", bond::tally(bitext))?;
    out.write_all(SEARCH.as_bytes())?;
    out.write_all(b"<main>\n")?;
    let said = work.said(facing);
    let texts = sides.map(|document| Side::new(document, bitext.level));
    for (n, (bead, moved)) in bitext.beads.iter().zip(bond::moved(&bitext.beads)).enumerate() {
        let links = [0, 1].map(|side| {
            let here = said.get(&(n + 1, side)).into_iter().flatten();
            here.filter_map(|statement| work.link(*statement)).collect()
        });
        passage(out, n + 1, bead, &texts, links, moved)?;
    }
    out.write_all(b"</main>\n<section class=\"facing origin\">\n")?;
    for document in sides {
        card::write(out, document, &html::anchor(&["document", &document.id]))?;
    }
    out.write_all(b"</section>\n")?;
    end(out, ALIGNED)
}

/// Links to the list of all pages and to those of a work, without the page that they stand on: the bitext at a place, or its
/// statements.
pub(super) fn navigation(out: &mut dyn Write, work: &Work, own: Option<usize>) -> io::Result<()> {
    write!(out, "<nav><a href=\"{INDEX}\">All texts</a>")?;
    for (_, facing) in work.facing.iter().enumerate().filter(|(n, _)| own != Some(*n)) {
        let [source, target] = facing.sides.map(card::byname);
        write!(out, " · <a href=\"{}\">{source} ↔ {target}</a>", facing.file())?;
    }
    if let Some(file) = work.statements_file().filter(|_| own.is_some()) {
        write!(out, " · <a href=\"{file}\">Statements</a>")?;
    }
    out.write_all(b"</nav>\n")
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
/// `links` go from each side to the statements that begin there.
fn passage(
    out: &mut dyn Write,
    number: usize,
    bead: &Bead,
    sides: &[Side; 2],
    links: [Vec<String>; 2],
    moved: bool,
) -> io::Result<()> {
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
    let [first, mut second] = links;
    bead.source.iter().try_for_each(|n| source.segment(out, *n))?;
    note(out, &first)?;
    out.write_all(b"</div><div>")?;
    bead.target.iter().try_for_each(|n| target.segment(out, *n))?;
    second.extend([moved.then_some("moved"), doubt].into_iter().flatten().map(str::to_owned));
    note(out, &second)?;
    out.write_all(b"</div></div>\n")
}

fn note(out: &mut dyn Write, notes: &[String]) -> io::Result<()> {
    match notes {
        [] => Ok(()),
        notes => write!(out, "<p class=\"note\">{}</p>", notes.join(", ")),
    }
}
