//! Text -> language and confidence, or unknown.
//!
//! The evidence is added up in nats: whatlang's vote over all the languages it knows, letters that few languages have,
//! the commonest words of a language, and what the page claims, which is evidence and never the verdict.

mod script;

use crate::language::{Lang, Language, Languages, lower};
use crate::model::{Document, Identification};

/// Texts with fewer letters inherit the language of what they stand in.
const SHORTEST: usize = 80;

/// Of fewer letters nothing can be said.
const FEWEST: usize = 8;

/// A block keeps a language of its own from this confidence on.
const SURE: f32 = 0.97;

/// At most so many bytes of a text are looked at: more says nothing new.
const ENOUGH: usize = 4096;

/// The language of a text. `claims` are tags that a page or its neighbours give; unreadable ones are ignored.
///
/// ```
/// use korpu::{identify::identify, language::Languages};
/// let of = |text| identify(text, &[], Languages::bundled()).lang.to_string();
/// assert_eq!(of("Nazir bildirib ki, danışıqlar aprelin 12-də keçiriləcək və sənəd imzalanacaq."), "az");
/// assert_eq!(of("Назир билдириб ки, данышыглар апрелин 12-дә кечириләҹәк вә сәнәд имзаланаҹаг."), "az-Cyrl");
/// assert_eq!(of("Bakan, görüşmelerin 12 Nisan'da yapılacağını ve belgenin imzalanacağını söyledi."), "tr");
/// assert_eq!(of("1234 !?"), "und");
/// assert_eq!(of("x"), "und");
/// ```
pub fn identify(text: &str, claims: &[&str], languages: &Languages) -> Identification {
    let text = head(text);
    let Some((script, letters)) = script::dominant(text).filter(|(_, letters)| *letters >= FEWEST) else {
        return Identification::default();
    };
    let guess = whatlang::detect(text);
    let guessed = guess.and_then(|info| Some((Lang::parse(info.lang().code())?, info.confidence() as f32)));
    let claimed = |tag: &str| claims.iter().any(|c| Lang::parse(c).is_some_and(|l| l.primary() == tag));
    let mut candidates: Vec<(f32, Lang)> = Vec::new();
    for language in languages.iter() {
        let Some(written) = language.scripts.iter().find(|s| *s == script.name()) else { continue };
        let mut evidence = own_evidence(text, language, written, letters);
        if let Some((lang, confidence)) = &guessed
            && lang.primary() == language.tag
        {
            evidence += 1.0 + 2.0 * confidence;
        }
        evidence += if claimed(&language.tag) { 0.7 } else { 0.0 };
        let tag =
            if *written == language.scripts[0] { language.tag.clone() } else { format!("{}-{written}", language.tag) };
        candidates.extend(Lang::parse(&tag).map(|lang| (evidence, lang)));
    }
    if let Some((lang, confidence)) = guessed
        && languages.get(lang.primary()).is_none()
    {
        let evidence = 1.5 + 2.5 * confidence + if claimed(lang.primary()) { 0.7 } else { 0.0 };
        candidates.push((evidence, lang));
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    verdict(&candidates, letters)
}

/// The best candidate, if it leads, with the confidence that its lead gives.
fn verdict(candidates: &[(f32, Lang)], letters: usize) -> Identification {
    let Some((evidence, lang)) = candidates.first() else { return Identification::default() };
    let next = candidates.get(1).map_or(0.0, |c| c.0);
    let lead = (evidence - next) * (letters as f32 / 60.0).sqrt().min(2.0);
    let confidence = 1.0 / (1.0 + (-lead).exp());
    if *evidence < 0.5 || confidence < 0.55 {
        return Identification { lang: Lang::UNKNOWN, confidence: 1.0 - confidence };
    }
    Identification { lang: lang.clone(), confidence }
}

/// What the letters and the words of the text say for a language: its rare letters, its commonest words.
fn own_evidence(text: &str, language: &Language, script: &str, letters: usize) -> f32 {
    let rare = language.letters.get(script).map_or("", String::as_str);
    let share = text.chars().filter(|c| rare.contains(*c)).count() as f32 / letters as f32;
    let text = lower(text, language.casing);
    let (mut words, mut common) = (0u32, 0u32);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        words += 1;
        common += u32::from(language.common.iter().any(|c| c == word));
    }
    let common = common as f32 / words.max(1) as f32;
    (40.0 * share).min(4.0) + (14.0 * common).min(4.0)
}

/// The first [`ENOUGH`] bytes, cut at a character.
fn head(text: &str) -> &str {
    let mut end = text.len().min(ENOUGH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Identifies a document, and its blocks where they differ from it. Short blocks inherit.
pub fn document(document: &mut Document, languages: &Languages) {
    let claims: Vec<&str> = document.metadata.declared_language.as_deref().into_iter().collect();
    document.language = identify(&document.text, &claims, languages);
    let main = document.language.lang.clone();
    for block in &mut document.blocks {
        let text = block.span.of(&document.text);
        if text.chars().filter(|c| c.is_alphabetic()).take(SHORTEST).count() < SHORTEST {
            continue;
        }
        let own = identify(text, &[main.as_str()], languages);
        if own.lang != main && own.confidence >= SURE {
            block.language = Some(own);
        }
    }
}
