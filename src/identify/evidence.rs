use super::{
    script::Script,
    table::{Model, Table},
};
use crate::language::{Casing, Lang, Languages, lower};

/// A language that a text may be in.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub lang: Lang,
    /// Whether it is one that korpu works with.
    pub own: bool,
    /// The sum of the evidence, in nats.
    pub evidence: f32,
    /// The mean log probability of a letter of the words in small letters, in nats: how well the text fits the language.
    pub fit: f32,
    /// Of how many letters that is the mean.
    pub letters: usize,
}

/// Letters lean on each other, so that their evidence adds up to less than its sum. This and the numbers below were fitted
/// to `../shared/data/langid/dev`.
const SCALE: f32 = 0.42;

/// A word that begins a sentence is foreign, or a name, as often.
const NAME_AT_START: f32 = 0.11;

/// A capitalised word elsewhere is foreign, or a name, as often.
const NAME: f32 = 0.34;

/// What a language that korpu works with has before the evidence, in nats.
const EXPECTED: f32 = 2.0;

/// What is taken off where a text would be typed without diacritics, in nats.
const BARE: f32 = 1.0;

/// What a word is to the evidence.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// In small letters: it is of the language.
    Plain,
    /// Capitalised at the beginning of a sentence.
    Start,
    /// Capitalised elsewhere.
    Name,
}

/// The languages that a script is used for, each with its evidence in a text.
pub(super) fn candidates(text: &str, script: Script, table: &Table, languages: &Languages) -> Vec<Candidate> {
    let count = table.models.len();
    let mut evidence: Vec<f32> = table.models.iter().map(|model| expected(model, languages)).collect();
    // Sums over the words in small letters, and the number of their letters.
    let (mut sums, mut length) = (vec![0.0; count], 0);
    let mut values = vec![0.0; count];
    let mut turkic = vec![0.0; count];
    let mut letters: Vec<char> = Vec::new();
    let cased = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    // Where all is in capitals they say nothing of names.
    let shouted = 2 * cased(char::is_lowercase) < cased(char::is_uppercase);
    let mut before: Option<(usize, bool)> = None;
    for (start, word) in words(text) {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let after_name = before.is_some_and(|(end, capital)| capital && matches!(&text[end..start], "'" | "’"));
        before = Some((start + word.len(), capital));
        if word.chars().next().and_then(Script::of) != Some(script) {
            continue;
        }
        if after_name {
            add_ending(word, &table.models, languages, &mut evidence);
            continue;
        }
        let kind = match (capital && !shouted, begins_sentence(&text[..start])) {
            (false, _) => Kind::Plain,
            (true, true) => Kind::Start,
            (true, false) => Kind::Name,
        };
        let mut probabilities = |casing: Casing, out: &mut [f32]| {
            letters.clear();
            letters.extend(lower(word, casing).chars());
            table.word(&letters, out);
            letters.len()
        };
        let letters = probabilities(Casing::Plain, &mut values);
        if word.contains(['I', 'İ']) {
            probabilities(Casing::Turkic, &mut turkic);
            let models = table.models.iter().zip(&turkic).zip(&mut values);
            models.filter(|((m, _), _)| m.casing == Casing::Turkic).for_each(|((_, t), value)| *value = *t);
        }
        if kind == Kind::Plain {
            sums.iter_mut().zip(&values).for_each(|(sum, v)| *sum += v);
            length += letters;
        }
        add_word(&mut values, kind, &mut evidence);
    }
    let mut found: Vec<Candidate> = Vec::with_capacity(count);
    for ((model, evidence), sum) in table.models.iter().zip(evidence).zip(sums) {
        let (lang, own) = (model.lang.clone(), model.own.is_some());
        let candidate = Candidate { lang, own, evidence, fit: sum / length.max(1) as f32, letters: length };
        // Of two spellings of one language the better.
        match found.iter_mut().find(|c| c.lang == model.lang) {
            Some(other) if other.evidence < evidence => *other = candidate,
            Some(_) => {}
            None => found.push(candidate),
        }
    }
    found
}

/// What a model has before any evidence.
fn expected(model: &Model, languages: &Languages) -> f32 {
    let own = model.own.and_then(|place| languages.iter().nth(place));
    own.map_or(0.0, |language| EXPECTED - language.lent) - if model.bare { BARE } else { 0.0 }
}

/// Adds the evidence of what stands after the apostrophe of a name.
fn add_ending(ending: &str, models: &[Model], languages: &Languages, evidence: &mut [f32]) {
    for (place, language) in languages.iter().enumerate() {
        if language.apostrophe.endings.iter().any(|e| e == ending) {
            let own = models.iter().zip(&mut *evidence).filter(|(model, _)| model.own == Some(place));
            own.for_each(|(_, evidence)| *evidence += language.apostrophe.weight);
        }
    }
}

/// Adds the evidence of a word from its log probability under each model: a mixture of the model and, for a name, of the
/// model that likes it best, so that a name can tell against a language by no more than its share of names.
fn add_word(values: &mut [f32], kind: Kind, evidence: &mut [f32]) {
    values.iter_mut().for_each(|v| *v *= SCALE);
    let share = match kind {
        Kind::Plain => {
            evidence.iter_mut().zip(values).for_each(|(evidence, value)| *evidence += *value);
            return;
        }
        Kind::Start => NAME_AT_START,
        Kind::Name => NAME,
    };
    let best = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (evidence, value) in evidence.iter_mut().zip(values) {
        *evidence += best + ((1.0 - share) * (*value - best).exp() + share).ln();
    }
}

/// The runs of letters of a text, with where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphabetic)?;
        let length = text[start..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - start);
        at = start + length;
        Some((start, &text[start..at]))
    })
}

/// Whether a word after this text begins a sentence, a title, or a quote.
fn begins_sentence(before: &str) -> bool {
    let mut between = before.chars().rev().take_while(|c| !c.is_alphanumeric());
    let ends = |c: char| matches!(c, '.' | '!' | '?' | ':' | '"' | '“' | '«' | '„' | '…');
    between.any(ends) || !before.contains(char::is_alphanumeric)
}
