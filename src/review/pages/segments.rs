use super::super::answer::clean;
use crate::model::{Document, Level, Quote, Span};

/// A segment as a page shows it.
#[derive(Clone, Debug)]
pub(in super::super) struct Segment {
    /// Its place among the segments of its document.
    pub n: u32,
    pub lang: String,
    pub pieces: Vec<Piece>,
    /// Whether a block begins with it.
    pub opens: bool,
}

/// A stretch of a segment, quoted or not.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Piece {
    pub text: String,
    /// How the words are given, where it is of a quote, and whose they are, where a quote begins.
    pub quoted: Option<&'static str>,
    pub speaker: Option<String>,
}

/// The segments of a document at a level, with its quotes.
pub(in super::super) fn segments(document: &Document, level: Level, quotes: &[Quote]) -> Vec<Segment> {
    let lang = |block: usize| {
        let own = document.blocks.get(block).and_then(|block| block.language.as_ref());
        own.unwrap_or(&document.language).lang.to_string()
    };
    let blocks: Vec<(usize, Span)> = match level {
        Level::Paragraph => document.blocks.iter().enumerate().map(|(n, block)| (n, block.span)).collect(),
        Level::Sentence => document.sentences().collect(),
    };
    let mut last = None;
    let segment = |(n, (block, span)): (u32, (usize, Span))| {
        let opens = last.replace(block) != Some(block);
        Segment { n, lang: lang(block), pieces: pieces(&document.text, span, quotes), opens }
    };
    (0..).zip(blocks).map(segment).collect()
}

/// A stretch of text cut where quotes begin and end; where two lie over each other, the first counts.
fn pieces(text: &str, span: Span, quotes: &[Quote]) -> Vec<Piece> {
    let mut marked: Vec<(Span, &Quote, bool)> = Vec::new();
    for quote in quotes {
        // A reported clause is its own stretch; without one the words are.
        let spans: Vec<Span> = quote.clause.map_or_else(|| quote.spans.clone(), |clause| vec![clause]);
        for (n, part) in spans.into_iter().enumerate() {
            let cut = Span { start: part.start.max(span.start), end: part.end.min(span.end) };
            if cut.start < cut.end {
                marked.push((cut, quote, n == 0 && part.start >= span.start));
            }
        }
    }
    marked.sort_by_key(|(span, _, _)| span.start);
    let mut pieces = Vec::new();
    let mut at = span.start;
    for (cut, quote, begins) in marked {
        if cut.start < at {
            continue;
        }
        pieces.extend(plain(text, Span { start: at, end: cut.start }));
        let speaker = begins.then(|| clean(quote.speaker.as_deref().unwrap_or("?")));
        pieces.push(Piece { text: line(cut.of(text)), quoted: Some(quote.form.name()), speaker });
        at = cut.end;
    }
    pieces.extend(plain(text, Span { start: at, end: span.end.max(at) }));
    pieces
}

fn plain(text: &str, span: Span) -> Option<Piece> {
    (span.start < span.end).then(|| Piece { text: line(span.of(text)), quoted: None, speaker: None })
}

/// A piece on one line, with a space where it is cut off at one.
pub(super) fn line(text: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let (before, after) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{}{}", space(before), clean(text), space(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Form;

    #[test]
    fn a_segment_is_cut_where_quotes_begin_and_end() {
        let text = "He said: «Yes.» No more.";
        let quote = |start: usize, end: usize| Quote {
            spans: vec![Span::new(start, end)],
            clause: None,
            form: Form::Direct,
            cue: None,
            mention: None,
            speaker: Some("Lavrov".into()),
            alternatives: vec![],
            confidence: 1.0,
            earlier: false,
            insertions: vec![],
            recovered: None,
        };
        let piece = |text: &str, speaker: Option<&str>| Piece {
            text: text.into(),
            quoted: speaker.map(|_| "direct"),
            speaker: speaker.map(String::from),
        };
        let whole = Span::new(0, text.len());
        let cut = [piece("He said: «", None), piece("Yes.", Some("Lavrov")), piece("» No more.", None)];
        assert_eq!(pieces(text, whole, &[quote(11, 15)]), cut);
        assert_eq!(pieces(text, whole, &[]), [piece(text, None)]);
        assert_eq!(pieces(text, whole, &[quote(11, 15), quote(12, 20)]), cut);
        let later = pieces(text, Span::new(13, text.len()), &[quote(11, 15)]);
        assert_eq!((later[0].quoted, &later[0].speaker), (Some("direct"), &None));
    }
}
