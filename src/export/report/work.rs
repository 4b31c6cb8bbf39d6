//! A work on the page: its title in each language, its documents, its bitexts, and what is paired but not aligned.

use super::{Heading, WorkView, aligned, card, html, statements};
use crate::model::{Document, Pair, PairKind};
use std::io::{self, Write};

pub(super) fn write(out: &mut dyn Write, view: &WorkView) -> io::Result<()> {
    let name = view.heading.name();
    let anchor = html::anchor(&[name, view.id]);
    writeln!(out, "<article id=\"{anchor}\" class=\"{name}\">")?;
    heading(out, view)?;
    out.write_all(b"<div class=\"cards\">\n")?;
    for document in view.documents {
        card::write(out, document, &html::anchor(&[name, view.id, &document.id]))?;
    }
    out.write_all(b"</div>\n")?;
    for (n, bitext) in view.bitexts.iter().enumerate() {
        let of = |id: &str| {
            view.document(id).ok_or_else(|| {
                let reason = format!("a bitext of {name} {:?} is of {id:?}, which is not among its documents", view.id);
                io::Error::new(io::ErrorKind::InvalidInput, reason)
            })
        };
        let (source, target) = (of(&bitext.source)?, of(&bitext.target)?);
        let pair = view.pairs.iter().find(|p| p.source == bitext.source && p.target == bitext.target);
        let group = aligned::Group { name: &anchor, open: n == 0 };
        aligned::write(out, bitext, (source, target), pair, group)?;
    }
    statements::write(out, &anchor, view.statements, view.handlings, &|_, _| None)?;
    unaligned_pairs(out, view)?;
    unaligned_documents(out, view)?;
    out.write_all(b"<p class=\"back\"><a href=\"#top\">Back to the top</a></p>\n</article>\n")
}

/// The titles, the first as the heading; one that two documents share in one language is written once.
fn heading(out: &mut dyn Write, view: &WorkView) -> io::Result<()> {
    let kind = match view.heading {
        Heading::Work => "Work",
        Heading::Event => "Reports of one event",
    };
    writeln!(
        out,
        "<p class=\"kind\">{kind} <code>{}</code> · {}</p>",
        html::text(view.id),
        html::count(view.documents.len(), "document", "documents"),
    )?;
    let Some(first) = view.documents.first() else {
        return writeln!(out, "<h2>{}</h2>", html::text(view.id));
    };
    writeln!(out, "<h2>{}</h2>", title(first))?;
    let mut titles = vec![(&first.language.lang, first.name())];
    for document in view.documents.iter().skip(1) {
        if !titles.contains(&(&document.language.lang, document.name())) {
            titles.push((&document.language.lang, document.name()));
            writeln!(out, "<p class=\"title\">{}</p>", title(document))?;
        }
    }
    Ok(())
}

fn title(document: &Document) -> String {
    let (lang, name) = (&document.language.lang, document.name());
    format!("{} <span {}>{}</span>", html::tag(lang), html::tongue(lang, name), html::text(name))
}

/// Pairs without a bitext: two witnesses of one text need none.
fn unaligned_pairs(out: &mut dyn Write, view: &WorkView) -> io::Result<()> {
    let is_aligned = |pair: &&Pair| !view.bitexts.iter().any(|b| b.source == pair.source && b.target == pair.target);
    let pairs: Vec<&Pair> = view.pairs.iter().filter(is_aligned).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    out.write_all(b"<section class=\"pairs\">\n<h3>Paired, not aligned</h3>\n<ul>\n")?;
    for pair in pairs {
        let side = |id: &str| match view.document(id) {
            Some(document) => card::byname(document),
            None => format!("<code>{}</code>", html::text(id)),
        };
        writeln!(out, "<li>{} ↔ {}: {}</li>", side(&pair.source), side(&pair.target), reason(pair))?;
    }
    out.write_all(b"</ul>\n</section>\n")
}

/// Why two documents are paired: `versions of one work (hreflang, names; score 0.93)`.
pub(super) fn reason(pair: &Pair) -> String {
    let kind = match pair.kind {
        PairKind::Version => "versions of one work",
        PairKind::Witness => "witnesses of one text",
        PairKind::Event => "reports of one event",
    };
    let mut grounds: Vec<String> = Vec::new();
    if !pair.evidence.is_empty() {
        grounds.push(html::text(&pair.evidence.join(", ")));
    }
    if pair.score.is_finite() {
        grounds.push(format!("score {:.2}", pair.score));
    }
    match grounds.is_empty() {
        true => kind.to_owned(),
        false => format!("{kind} ({})", grounds.join("; ")),
    }
}

/// The text of documents that stand in no bitext, closed until the reader opens it.
fn unaligned_documents(out: &mut dyn Write, view: &WorkView) -> io::Result<()> {
    for document in view.documents {
        if view.bitexts.iter().any(|b| b.source == document.id || b.target == document.id) {
            continue;
        }
        write!(out, "<details class=\"text\">\n<summary>Text of {}</summary>\n", card::byname(document))?;
        aligned::text(out, document)?;
        out.write_all(b"</details>\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Overview;
    use super::super::samples::{count, document, pair, report, texts};
    use super::*;

    #[test]
    fn what_is_paired_but_not_aligned_is_listed_and_its_text_shown() {
        let documents = [document("d1", "en", &["One", "Two."]), document("d2", "en", &["One", "Two."])];
        let pairs = [pair(PairKind::Witness)];
        let view = WorkView { id: "w1", documents: &documents, pairs: &pairs, ..WorkView::default() };
        let html = report(&Overview::default(), &view);
        assert_eq!(texts(&html, ".pairs li"), ["en d1 ↔ en d2: witnesses of one text (names; score 0.93)"]);
        assert_eq!(texts(&html, ".text p"), ["One", "Two.", "One", "Two."]);
        assert_eq!(count(&html, ".title"), 0, "one title, shown once");
    }
}
