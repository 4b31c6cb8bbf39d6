use super::mark::{Marks, Reader};
use crate::model::{Form, Quote, Span};
use crate::represent::{Figure, Representation, figures};

/// What a rendering says, in one piece: its words without what an editor put in, and where they stand in the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    words: String,
    /// Where each stretch begins in `words`, and where it stands in the document. In order of both.
    stretches: Vec<(u32, Span)>,
}

/// A longer rendering is compared as far as this, in bytes: a quote is seldom longer than a page, and the cost grows with the
/// product of two lengths.
const LONGEST: usize = 8192;

impl Told {
    /// The words of `spans`, which are of a quote in `text`; of all of a mixed quote, the whole reported clause.
    pub fn new(text: &str, quote: &Quote, spans: &[Span]) -> Told {
        let mut told = Told::default();
        let clause = quote.clause.as_ref().filter(|_| quote.form == Form::Mixed && spans == quote.spans);
        let spans = clause.map_or(spans, std::slice::from_ref);
        for span in spans {
            let mut at = span.start;
            // What follows a tag or a break may begin a sentence.
            let mut between = '\n';
            for cut in quote.insertions.iter().filter(|i| span.contains(**i)) {
                told.add(text, Span { start: at.min(cut.start), end: cut.start }, between);
                at = at.max(cut.end);
                between = ' ';
            }
            told.add(text, Span { start: at.min(span.end), end: span.end }, between);
        }
        told
    }

    fn add(&mut self, text: &str, span: Span, between: char) {
        let span = span.trimmed(text);
        let mut end = span.len().min(LONGEST.saturating_sub(self.words.len()));
        while !span.of(text).is_char_boundary(end) {
            end -= 1;
        }
        let words = &span.of(text)[..end];
        if words.is_empty() {
            return;
        }
        if !self.words.is_empty() {
            self.words.push(between);
        }
        self.stretches.push((self.words.len() as u32, Span { start: span.start, end: span.start + end as u32 }));
        self.words.push_str(words);
    }

    /// The words.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Where a span of the words stands in the document.
    pub(super) fn place(&self, span: Span) -> Vec<Span> {
        let cut = |(here, there): &(u32, Span)| {
            let start = span.start.max(*here);
            let end = span.end.min(here + there.len() as u32);
            (start < end).then(|| Span { start: there.start + start - here, end: there.start + end - here })
        };
        self.stretches.iter().filter_map(cut).collect()
    }
}

/// One side of a comparison: a rendering with all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub(super) told: Told,
    pub(super) units: Vec<Unit>,
    pub(super) terms: Representation,
    pub(super) marks: Marks,
    pub(super) figures: Vec<Figure>,
    pub(super) form: Form,
    pub(super) source: Source,
    pub(super) drops_person: bool,
    /// The primary tag of its language.
    pub(super) lang: String,
    /// The year in which it was published.
    pub(super) year: Option<i16>,
}

/// Who is said to have said it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Source {
    pub speaker: Option<String>,
    /// Whether the speaker's name is made of names, as far as is known.
    pub proper: bool,
    /// How the speaker is named here; `None` where it is to be understood.
    pub naming: Option<&'static str>,
    pub mention: Option<Span>,
    pub cue: Option<Span>,
    /// What the cue says beside that it was said.
    pub tone: Option<String>,
}

/// One term as it stands in the words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    pub span: Span,
    /// Its term in the representation.
    pub term: u32,
    /// How much it says, 0 to 1.
    pub weight: f32,
    /// Whether it is a mark, which is compared by its sense.
    pub marked: bool,
    /// The number of its sentence.
    pub sentence: u32,
}

/// A word says something of its own from this weight on: below are articles, prepositions and the like.
pub(super) const TELLING: f32 = 0.35;

impl Side {
    /// `terms` represents two segments: the words of `told`, and the name of the speaker or nothing.
    pub fn new(
        told: Told,
        (quote, text): (&Quote, &str),
        terms: Representation,
        reader: &Reader,
        (lang, year): (&str, Option<i16>),
    ) -> Side {
        let marks = reader.marks(told.words());
        let figures = figures(told.words(), reader.language);
        let shading = [&marks.hedges, &marks.intensifiers, &marks.modals, &marks.years];
        let shades: Vec<Span> = shading.into_iter().flatten().map(|m| m.span).collect();
        let mut units: Vec<Unit> = Vec::new();
        let mut sentence = 0;
        let said = terms.segments.first();
        for (term, span) in said.into_iter().flat_map(|s| s.terms.iter().zip(&s.spans)) {
            let before = units.last().map_or(0, |u| u.span.end);
            let gap = told.words.get(before as usize..span.start as usize).unwrap_or_default();
            sentence += u32::from(gap.contains(['.', '!', '?', '…', ';']) && !units.is_empty());
            let known = &terms.terms[*term as usize];
            let short = !known.number && known.word.chars().nth(2).is_none();
            let weight = if short { known.rarity().min(TELLING / 2.0) } else { known.rarity() };
            let marked = shades.iter().any(|s| s.contains(*span));
            units.push(Unit { span: *span, term: *term, weight, marked, sentence });
        }
        let speaker = quote.speaker.clone();
        let mention = quote.mention.map(|m| m.of(text));
        let source = Source {
            proper: speaker.as_deref().is_some_and(|name| reader.is_proper(name)),
            naming: mention.zip(speaker.as_deref()).and_then(|(mention, name)| reader.naming(mention, name)),
            mention: quote.mention,
            cue: quote.cue,
            tone: quote.cue.and_then(|cue| reader.cue(cue.of(text))),
            speaker,
        };
        Side {
            units,
            marks,
            figures,
            form: quote.form,
            source,
            drops_person: reader.drops_person,
            lang: lang.split('-').next().unwrap_or_default().to_owned(),
            year,
            told,
            terms,
        }
    }

    /// How much it says in all.
    pub(super) fn weight(&self) -> f32 {
        self.units.iter().map(|u| u.weight).sum()
    }

    /// The units that stand in a span, or overlap it.
    pub(super) fn units_in(&self, span: Span) -> std::ops::Range<usize> {
        let first = self.units.partition_point(|u| u.span.end <= span.start);
        let end = self.units.partition_point(|u| u.span.start < span.end);
        first..end.max(first)
    }

    /// Whether its words are the speaker's own.
    pub(super) fn is_direct(&self) -> bool {
        self.form == Form::Direct
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_editor_put_in_is_left_out_and_places_stay_right() {
        let text = "“All shows [of both] that, he said, it is so.”";
        let spot = |part: &str| {
            let start = text.find(part).unwrap();
            Span::new(start, start + part.len())
        };
        let quote = Quote { insertions: vec![spot("[of both]")], ..super::super::samples::quote() };
        let told = Told::new(text, &quote, &[spot("All shows [of both] that,"), spot("it is so.")]);
        assert_eq!(told.words(), "All shows that,\nit is so.");
        let place = |part: &str| {
            let start = told.words().find(part).unwrap();
            let places = told.place(Span::new(start, start + part.len()));
            places.iter().map(|s| s.of(text)).collect::<Vec<_>>()
        };
        assert_eq!(place("it is"), ["it is"]);
        assert_eq!(place("shows that,\nit"), ["shows", "that,", "it"]);
    }
}
