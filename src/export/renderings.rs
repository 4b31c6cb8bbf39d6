//! Units of what was said: two renderings of one statement in two languages translate each other, though no bead may join them.

use super::row::{Row, Side};
use super::{Length, segment};
use crate::language::Lang;
use crate::model::{Document, Group, Quote, Rendering, Span};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The documents of renderings by their ids, with their quotes.
pub type Quoted = BTreeMap<String, (Document, Vec<Quote>)>;

/// Every two renderings of a group in two languages, as rows, the smaller tag first. A rendering whose document is not among those
/// given is passed over, and so is one whose quote is not there.
///
/// A row is named for the group and both quotes: `g0123456789ab.d1.q1.d2.q3`. It is as sure as its less sure side.
///
/// ```
/// use korpu::export::rendered;
/// use korpu::language::Lang;
/// use korpu::model::{Document, Form, Group, Identification, Quote, Rendering, Span};
/// let quoted = |id: &str, lang: &str, text: &str| {
///     let language = Identification { lang: Lang::parse(lang).unwrap(), confidence: 1.0 };
///     let spans = vec![Span::new(0, text.len())];
///     let quote = Quote {
///         spans, clause: None, form: Form::Direct, cue: None, mention: None, speaker: Some("Əliyev".into()), alternatives: vec![],
///         confidence: 0.9, earlier: false, insertions: vec![], recovered: None,
///     };
///     (id.to_owned(), (Document { id: id.into(), text: text.into(), language, ..Document::default() }, vec![quote]))
/// };
/// let documents = [quoted("d1", "ru", "Привет"), quoted("d2", "az", "Salam")].into();
/// let rendering = |document: &str, end, confidence| Rendering { document: document.into(), quote: 0, spans: vec![Span::new(0, end)], confidence };
/// let group = Group { id: "g1".into(), renderings: vec![rendering("d1", 12, 0.9), rendering("d2", 5, 0.8)], confidence: 0.8 };
/// let rows = rendered(&group, &documents);
/// assert_eq!((rows[0].id.as_str(), &*rows[0].source.text, &*rows[0].target.text), ("g1.d2.q1.d1.q1", "Salam", "Привет"));
/// assert_eq!((rows[0].confidence, rows[0].source.speaker, rows.len()), (0.8, Some("Əliyev"), 1));
/// ```
pub fn rendered<'a>(group: &'a Group, documents: &'a Quoted) -> Vec<Row<'a>> {
    let sides: Vec<(&Rendering, Side)> =
        group.renderings.iter().filter_map(|rendering| Some((rendering, side(rendering, documents)?))).collect();
    let mut rows = Vec::new();
    for (n, a) in sides.iter().enumerate() {
        for b in sides.iter().skip(n.saturating_add(1)).filter(|b| b.1.lang.primary() != a.1.lang.primary()) {
            let (a, b) = if a.1.lang <= b.1.lang { (a, b) } else { (b, a) };
            rows.push(row(&group.id, a, b));
        }
    }
    rows
}

/// Of each language the surest rendering, the first of several that are as sure: one unit in all languages, by their tags. Empty where
/// there is but one language.
pub fn rendered_in_all<'a>(group: &'a Group, documents: &'a Quoted) -> Vec<(f32, Side<'a>)> {
    let mut best: BTreeMap<Lang, (f32, Side)> = BTreeMap::new();
    for rendering in &group.renderings {
        let Some(side) = side(rendering, documents) else { continue };
        let same = best.keys().find(|lang| lang.primary() == side.lang.primary()).cloned();
        let is_surer = same.as_ref().and_then(|lang| best.get(lang)).is_none_or(|(c, _)| rendering.confidence > *c);
        if is_surer {
            same.map(|lang| best.remove(&lang));
            best.insert(side.lang.clone(), (rendering.confidence, side));
        }
    }
    if best.len() < 2 { Vec::new() } else { best.into_values().collect() }
}

fn row<'a>(group: &str, (a, source): &(&Rendering, Side<'a>), (b, target): &(&Rendering, Side<'a>)) -> Row<'a> {
    let (source, target) = (source.clone(), target.clone());
    let names = [&source, &target].map(|side| side.segments.concat());
    Row {
        id: format!("{group}.{}.{}", names[0], names[1]),
        length: Length::Quote,
        bead: "1-1".to_owned(),
        confidence: a.confidence.min(b.confidence),
        score: f32::NAN,
        source,
        target,
    }
}

fn side<'a>(rendering: &'a Rendering, documents: &'a Quoted) -> Option<Side<'a>> {
    let (document, quotes) = documents.get(&rendering.document)?;
    let quote = quotes.get(rendering.quote as usize)?;
    let text = match rendering.spans.as_slice() {
        [only] => Cow::Borrowed(only.of(&document.text)),
        several => Cow::Owned(several.iter().map(|span| span.of(&document.text)).collect::<Vec<_>>().join(" ")),
    };
    Some(Side {
        document,
        lang: lang(document, &rendering.spans),
        segments: vec![segment::quote_id(&document.id, rendering.quote as usize)],
        text,
        form: Some(quote.form),
        speaker: quote.speaker.as_deref(),
    })
}

/// The language of the blocks that the spans are in; `und` where they are in several.
fn lang(document: &Document, spans: &[Span]) -> Lang {
    let own = |span: &Span| {
        let block = document.blocks.iter().find(|block| block.span.start <= span.start && span.start < block.span.end);
        let own = block.and_then(|block| block.language.as_ref());
        &own.unwrap_or(&document.language).lang
    };
    let mut langs = spans.iter().map(own);
    match langs.next() {
        Some(first) if langs.all(|lang| lang == first) => first.clone(),
        _ => Lang::UNKNOWN,
    }
}
