//! A group with what differs in it, for a terminal.

use super::{Piece, Statement, label, pieces};
use crate::export::bond::percent;
use crate::model::{Difference, Edit, Handling};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const HEAD: Style = Style::new().bold();
const SOFT: Style = Style::new().dimmed();
const WORDS: Style = Style::new().underline();

/// How a change is drawn.
fn style(difference: &Difference) -> Style {
    match difference.change {
        Edit::Dropped | Edit::Softer | Edit::Rounded => AnsiColor::Magenta.on_default().bold(),
        Edit::Added | Edit::Stronger | Edit::Exact => AnsiColor::Green.on_default().bold(),
        Edit::Changed => AnsiColor::Yellow.on_default().bold(),
    }
}

/// Writes a statement for reading: its renderings, the fullest first, and what differs, in words. `number` is shown before it.
pub fn text(out: &mut dyn Write, number: usize, statement: &Statement, colour: bool) -> io::Result<()> {
    let paint = |text: &str, style: Style| if colour { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let confidence = percent(statement.group.confidence).unwrap_or_default();
    let speaker = crate::export::xml::line(statement.speaker().unwrap_or("?"));
    writeln!(out, "{}", paint(&format!("{number}. {speaker}"), HEAD) + &paint(&format!("  {confidence}"), SOFT))?;
    for n in statement.order() {
        let (document, quote) = statement.told[n];
        let words = statement.words(n as u32, &statement.group.renderings[n].spans);
        let place = crate::export::xml::line(&document.id);
        let who = crate::export::xml::line(quote.mention.map_or("", |m| m.of(&document.text)));
        let who = if who.is_empty() { String::new() } else { format!(", {who}") };
        writeln!(out, "   {} {place} ({}{who}): {words}", paint(&statement.name(n), HEAD), quote.form.name())?;
    }
    for contrast in statement.contrasts {
        let (source, target) = (statement.name(contrast.source as usize), statement.name(contrast.target as usize));
        let kept = percent(contrast.kept).unwrap_or_default();
        writeln!(out, "   {}", paint(&format!("{source} to {target}: {kept} kept"), SOFT))?;
        for difference in &contrast.differences {
            write!(out, "      {}", paint(label(difference), style(difference)))?;
            for (at, piece) in pieces(difference).into_iter().enumerate() {
                out.write_all(if at == 0 { b": ".as_slice() } else { b"" })?;
                match piece {
                    Piece::Prose(words) => out.write_all(words.as_bytes())?,
                    Piece::Source(spans) => {
                        write!(out, "“{}”", paint(&statement.words(contrast.source, spans), WORDS))?;
                    }
                    Piece::Target(spans) => {
                        write!(out, "“{}”", paint(&statement.words(contrast.target, spans), WORDS))?;
                    }
                }
            }
            writeln!(out)?;
        }
    }
    writeln!(out)
}

/// Writes what each document makes of what the others quote.
pub fn handlings(out: &mut dyn Write, all: &[Handling]) -> io::Result<()> {
    for handling in all {
        let Handling { document, statements, kept, shortened, omitted, indirect } = handling;
        writeln!(
            out,
            "{}: of {statements} statements that others quote {kept} kept, {shortened} shortened, {omitted} left out; {indirect} turned indirect",
            crate::export::xml::line(document)
        )?;
    }
    Ok(())
}
