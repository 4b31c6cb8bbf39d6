//! Text -> language and confidence, or unknown.
//!
//! Every language has a model of its words: the probability of each letter after those before it. The models of the
//! languages that a script is used for compete over the words of a text; names, which stand in texts of every language,
//! count little. What a page claims is evidence, never the verdict. A text that fits no model is left to `whatlang`, which
//! knows more languages, or is unknown.

mod evidence;
mod script;
mod table;

use crate::language::{Lang, Languages};
use crate::model::{Document, Identification};
use evidence::{Candidate, candidates};
use script::Script;
use std::sync::{LazyLock, OnceLock};
use table::Table;

/// Texts with fewer letters inherit the language of what they stand in.
const SHORTEST: usize = 80;

/// Of fewer letters something is said only where it is as good as certain.
const FEW: usize = 8;

/// That certain.
const CERTAIN: f32 = 0.7;

/// Of fewer letters nothing can be said.
const FEWEST: usize = 4;

/// A block keeps a language of its own from this confidence on.
const SURE: f32 = 0.97;

/// At most so many bytes of a text are looked at: more says nothing new.
const ENOUGH: usize = 4096;

/// What a claim of the page adds, in nats.
const CLAIM: f32 = 1.0;

/// What the confidence makes of a lead in the evidence: of texts of 0.9 some 87 in 100 are right in the thirteen languages of
/// `../shared/data/langid/dev`, 94 in korpu's own.
const SHARPNESS: f32 = 1.4;

/// Log probability of a letter in a text that is what it seems, in nats, and how much lower it is in one of a hundred texts
/// of one letter; both from the same set. Texts in other languages are lower: Welsh taken for English has -4.1.
const USUAL_FIT: f32 = -1.9;
const SPREAD: f32 = 8.7;

/// Long texts differ by so much, too, for they differ in what they are about.
const LEAST_SPREAD: f32 = 0.8;

/// Of fewer letters in small letters their fit says nothing.
const FITTING: usize = 12;

/// So much lower it may be where the model is of a neighbour, made from little.
const NEIGHBOUR: f32 = 0.8;

/// Tells languages by models of their words, made from the data of [`Languages`] when a script is first met.
#[derive(Debug)]
pub struct Identifier {
    languages: Languages,
    latin: OnceLock<Table>,
    cyrillic: OnceLock<Table>,
}

impl Identifier {
    /// With the bundled languages.
    pub fn bundled() -> &'static Identifier {
        static BUNDLED: LazyLock<Identifier> = LazyLock::new(|| Identifier::new(Languages::bundled()));
        &BUNDLED
    }

    /// With these languages.
    pub fn new(languages: &Languages) -> Identifier {
        Identifier { languages: languages.clone(), latin: OnceLock::new(), cyrillic: OnceLock::new() }
    }

    /// The models of a script, if there are any.
    fn table(&self, script: Script) -> Option<&Table> {
        let place = match script {
            Script::Latin => &self.latin,
            Script::Cyrillic => &self.cyrillic,
            _ => return None,
        };
        Some(place.get_or_init(|| Table::new(script, &self.languages)))
    }

    /// The language of a text. `claims` are tags that a page or its neighbours give; unreadable ones are ignored.
    ///
    /// ```
    /// use korpu::identify::Identifier;
    /// let of = |text| Identifier::bundled().identify(text, &[]).lang.to_string();
    /// assert_eq!(of("Nazir bildirib ki, danışıqlar aprelin 12-də keçiriləcək və sənəd imzalanacaq."), "az");
    /// assert_eq!(of("Nazir bildirib ki, danisiqlar aprelin 12-de kecirilecek ve sened imzalanacaq."), "az");
    /// assert_eq!(of("Назир билдириб ки, данышыглар апрелин 12-дә кечириләҹәк вә сәнәд имзаланаҹаг."), "az-Cyrl");
    /// assert_eq!(of("Bakan, görüşmelerin 12 Nisan'da yapılacağını ve belgenin imzalanacağını söyledi."), "tr");
    /// assert_eq!(of("Міністр повідомив, що переговори відбудуться 12 квітня."), "uk");
    /// assert_eq!(of("1234 !?"), "und");
    /// assert_eq!(of("x"), "und");
    /// ```
    pub fn identify(&self, text: &str, claims: &[&str]) -> Identification {
        let text = head(text);
        let Some((script, letters)) = script::dominant(text).filter(|(_, letters)| *letters >= FEWEST) else {
            return Identification::default();
        };
        let mut found =
            self.table(script).map_or_else(Vec::new, |table| candidates(text, script, table, &self.languages));
        for claim in claims.iter().filter_map(|tag| Lang::parse(tag)) {
            let meant = found.iter_mut().filter(|c| c.lang.primary() == claim.primary());
            meant.for_each(|candidate| candidate.evidence += CLAIM);
        }
        let Some(best) = found.iter().max_by(|a, b| a.evidence.total_cmp(&b.evidence)) else {
            return by_whatlang(text, &found);
        };
        let worst = USUAL_FIT
            - (SPREAD / (best.letters as f32).sqrt()).max(LEAST_SPREAD)
            - if best.own { 0.0 } else { NEIGHBOUR };
        if best.fit < worst && best.letters >= FITTING {
            return by_whatlang(text, &found);
        }
        let confidence = 1.0 / found.iter().map(|c| (SHARPNESS * (c.evidence - best.evidence)).exp()).sum::<f32>();
        if letters < FEW && confidence < CERTAIN {
            return Identification::default();
        }
        Identification { lang: best.lang.clone(), confidence }
    }

    /// Identifies a document, and its blocks where they differ from it. Short blocks inherit.
    pub fn document(&self, document: &mut Document) {
        let claims: Vec<&str> = document.metadata.declared_language.as_deref().into_iter().collect();
        document.language = self.identify(&document.text, &claims);
        let main = document.language.lang.clone();
        for block in &mut document.blocks {
            let text = block.span.of(&document.text);
            if text.chars().filter(|c| c.is_alphabetic()).take(SHORTEST).count() < SHORTEST {
                continue;
            }
            let own = self.identify(text, &[main.as_str()]);
            if own.lang != main && own.confidence >= SURE {
                block.language = Some(own);
            }
        }
    }
}

/// What whatlang makes of a text, unless it is one of the languages that were weighed and found wanting.
fn by_whatlang(text: &str, weighed: &[Candidate]) -> Identification {
    let guess = whatlang::detect(text).filter(|info| weighed.is_empty() || info.is_reliable());
    let guess = guess.and_then(|info| Some((Lang::parse(info.lang().code())?, info.confidence() as f32)));
    match guess.filter(|(lang, _)| weighed.iter().all(|c| c.lang.primary() != lang.primary())) {
        Some((lang, confidence)) => Identification { lang, confidence },
        None => Identification::default(),
    }
}

/// The first [`ENOUGH`] bytes, cut at a character.
fn head(text: &str) -> &str {
    let mut end = text.len().min(ENOUGH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, claims: &[&str], expected: &str) {
        let found = Identifier::bundled().identify(text, claims);
        assert_eq!(found.lang.as_str(), expected, "{text}: {found:?}");
        assert!((0.0..=1.0).contains(&found.confidence));
    }

    #[test]
    fn short_texts_are_told_by_what_is_theirs_alone() {
        check("Bəs bu nə?", &[], "az");
        check("Bakıda yeni park açılıb.", &[], "az");
        check("Bakü'de yeni bir park açıldı.", &[], "tr");
        check("Ok, ok", &[], "und");
    }

    #[test]
    fn names_do_not_decide() {
        check("Mike Sullivan ve Jordan Henderson dün akşam sahada değildi", &[], "tr");
        check("The Boston Globe qəzeti xəbər verib", &[], "az");
        check("Газета The Boston Globe сообщила об этом", &[], "ru");
        check("BAKIDA YENİ PARK AÇILDI, NAZİR İŞTİRAK EDİB", &[], "az");
    }

    #[test]
    fn neighbours_and_strangers_are_not_ours() {
        check("Президентът заяви, че преговорите ще продължат и през следващата седмица.", &[], "bg");
        check("Президент келіссөздер келесі аптада жалғасатынын мәлімдеді.", &[], "kk");
        check("Prezident muzokaralar kelasi haftada ham davom etishini aytdi.", &[], "uz");
        check("Prezident gepleşikleriň indiki hepde dowam etjekdigini aýtdy.", &[], "tk");
        check("Dywedodd y gweinidog y byddai'r trafodaethau'n parhau'r wythnos nesaf yng Nghaerdydd.", &[], "cy");
        check("رئیس جمهور گفت که مذاکرات هفته آینده ادامه خواهد یافت.", &[], "fa");
    }

    #[test]
    fn a_claim_tips_the_balance_and_no_more() {
        check("Kanal 24", &["az"], "und");
        check("The minister held talks in Tehran and left for Baku in the evening.", &["az"], "en");
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in r"\PC{0,80}") {
            let found = Identifier::bundled().identify(&text, &["az", "x?"]);
            prop_assert!((0.0..=1.0).contains(&found.confidence));
        }
    }
}
