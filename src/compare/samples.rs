//! Sides for tests.

use super::{Reader, Side, Told};
use crate::language::Languages;
use crate::model::{Form, Quote, Span};
use crate::represent::{Lexicon, represent};

pub(super) fn quote() -> Quote {
    Quote {
        spans: Vec::new(),
        clause: None,
        form: Form::Direct,
        cue: None,
        mention: None,
        speaker: None,
        alternatives: Vec::new(),
        confidence: 1.0,
        earlier: false,
        insertions: Vec::new(),
        recovered: None,
    }
}

/// A rendering that is all of its text.
pub(super) fn side(lang: &str, form: Form, text: &str) -> Side {
    of_quote(lang, text, &Quote { form, spans: vec![Span::new(0, text.len())], ..quote() })
}

/// A rendering of a quote; `speaker` and what else is known are the quote's.
pub(super) fn of_quote(lang: &str, text: &str, quote: &Quote) -> Side {
    let told = Told::new(text, quote, &quote.spans);
    let speaker = quote.speaker.as_deref().unwrap_or_default();
    let terms = represent(&[told.words(), speaker], lang, Languages::bundled(), Lexicon::bundled());
    let reader = Reader::new(Languages::bundled().get(lang));
    Side::new(told, (quote, text), terms, &reader, (lang, Some(2017)))
}
