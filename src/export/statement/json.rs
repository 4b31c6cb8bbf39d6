//! A group with what differs in it, as a line of JSON.

use super::{Statement, label};
use crate::model::{Contrast, Difference, Form, Moment, Phrase, Span, Wording};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Line<'a> {
    speaker: Option<&'a str>,
    confidence: f32,
    renderings: Vec<RenderingLine<'a>>,
    contrasts: Vec<ContrastLine<'a>>,
}

#[derive(Serialize)]
struct RenderingLine<'a> {
    document: &'a str,
    lang: &'a str,
    outlet: Option<&'a str>,
    published: Option<Moment>,
    quote: u32,
    form: Form,
    speaker: Option<&'a str>,
    mention: Option<&'a str>,
    cue: Option<&'a str>,
    spans: &'a [Span],
    texts: Vec<&'a str>,
    confidence: f32,
}

#[derive(Serialize)]
struct ContrastLine<'a> {
    source: u32,
    target: u32,
    kept: f32,
    covered: f32,
    phrases: &'a [Phrase],
    #[serde(skip_serializing_if = "Option::is_none")]
    wording: Option<&'a Wording>,
    differences: Vec<DifferenceLine<'a>>,
}

#[derive(Serialize)]
struct DifferenceLine<'a> {
    name: String,
    label: &'static str,
    #[serde(flatten)]
    difference: &'a Difference,
    source_texts: Vec<&'a str>,
    target_texts: Vec<&'a str>,
}

/// Writes a statement as one line of JSON: its renderings, and for each pair that was compared what differs. Spans are byte offsets
/// into the text of the document of the rendering that `source` or `target` names by its place.
pub fn line(out: &mut dyn Write, statement: &Statement) -> io::Result<()> {
    let texts = |rendering: u32, spans: &[Span]| {
        let text = statement.told[rendering as usize].0.text.as_str();
        spans.iter().map(|span| span.of(text)).collect::<Vec<_>>()
    };
    let renderings = (0..).zip(statement.group.renderings.iter().zip(&statement.told));
    let renderings = renderings.map(|(n, (rendering, (document, quote)))| RenderingLine {
        document: &document.id,
        lang: document.language.lang.as_str(),
        outlet: document.metadata.outlet.as_deref(),
        published: document.metadata.published,
        quote: rendering.quote,
        form: quote.form,
        speaker: quote.speaker.as_deref(),
        mention: quote.mention.map(|m| m.of(&document.text)),
        cue: quote.cue.map(|c| c.of(&document.text)),
        spans: &rendering.spans,
        texts: texts(n, &rendering.spans),
        confidence: rendering.confidence,
    });
    let contrast = |c: &'_ Contrast| -> Vec<(Vec<&str>, Vec<&str>)> {
        c.differences.iter().map(|d| (texts(c.source, &d.source), texts(c.target, &d.target))).collect()
    };
    let contrasts = statement.contrasts.iter().map(|c| ContrastLine {
        source: c.source,
        target: c.target,
        kept: c.kept,
        covered: c.covered,
        phrases: &c.phrases,
        wording: c.wording.as_ref(),
        differences: c
            .differences
            .iter()
            .zip(contrast(c))
            .map(|(difference, (source_texts, target_texts))| DifferenceLine {
                name: difference.name(),
                label: label(difference),
                difference,
                source_texts,
                target_texts,
            })
            .collect(),
    });
    let line = Line {
        speaker: statement.speaker(),
        confidence: statement.group.confidence,
        renderings: renderings.collect(),
        contrasts: contrasts.collect(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
