use super::lower;
use super::resources::Language;
use crate::error::{Error, Result};
use serde::Deserialize;

/// How a language tells whose words something is: the contents of `languages/<tag>/quotes.toml`.
///
/// A word may end in `~`, which stands for every ending of `endings` and for none; `|` parts the words that may stand in one
/// place: `ifade|qeyd et~` is "ifade etti", "qeyd edir" and so on. All is compared in small letters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QuoteWords {
    /// Whether the verb of saying stands after what is said, as its object ("... olduğunu söyledi").
    pub verb_final: bool,
    /// Whether a comma stands before a reported clause (сказал, что ...).
    pub clause_comma: bool,
    /// Whether names change their endings without an apostrophe (Лаврова, Məmmədyarovun).
    pub inflected_names: bool,
    /// What `~` stands for.
    pub endings: Vec<String>,
    /// Endings with which a noun for a person or body may stand: "direktor", "direktorun".
    pub noun_endings: Vec<String>,
    /// Endings of names in forms that are no subject ("Bakıda").
    pub oblique_endings: Vec<String>,
    /// Endings of family names that look like those forms ("Vəlizadə").
    pub surname_endings: Vec<String>,
    /// What attributes words.
    pub cues: Cues,
    /// Endings of the verb that closes a reported clause (-dığını, -acağını).
    pub clause_endings: Vec<String>,
    /// Words that open a reported clause: "that", "что", "ki".
    pub complementizers: Vec<String>,
    /// Words after which no reported clause begins: "said in a statement".
    pub prepositions: Vec<String>,
    /// Words between clauses: "and", "but".
    pub conjunctions: Vec<String>,
    /// Words that open a sentence or stand beside the verb and name nobody: "also", "earlier", "ayrıca".
    pub adverbs: Vec<String>,
    /// Words that lean on the noun before them: "ise", "da".
    pub enclitics: Vec<String>,
    /// Words before a body that speaks without being the subject: "сообщили в министерстве".
    pub institution_prepositions: Vec<String>,
    /// Endings of the cues that stand with such a body, or with one in an oblique form ("nazirlikdə bildiriblər").
    pub plural_endings: Vec<String>,
    /// Words beside a cue that put what was said on another occasion: "earlier", "ранее".
    pub earlier: Vec<String>,
    /// Words between a closing mark and the cue: "deyə", "diye", "так".
    pub particles: Vec<String>,
    /// Words that stand for a speaker named before: "he", "она".
    pub pronouns: Vec<String>,
    /// Words before a noun that make no name of it, although they may have a capital: "the", "his".
    pub determiners: Vec<String>,
    /// Words of a mention that stands for nobody named before: "a spokesman", "один из".
    pub indefinites: Vec<String>,
    /// Words after which a cue is a noun: "a saying", "the reports".
    pub articles: Vec<String>,
    /// Pronouns for what is no person: "it".
    pub impersonal: Vec<String>,
    /// Titles before a name, which are no part of it: "Mr", "Bayan".
    pub titles: Vec<String>,
    /// Nouns for persons by what they do; those of one group may stand for one person (minister, diplomat). The
    /// last group has those that stand for themselves alone.
    pub roles: Vec<Vec<String>>,
    /// Nouns for what speaks and is no person: "company", "polis".
    pub bodies: Vec<String>,
    /// Nouns beside a name in marks: "newspaper", "dergisi", «программа».
    pub works: Vec<String>,
    /// Words that close a phrase of place or occasion before a reported clause ("yaptığı açıklamada").
    pub occasions: Vec<String>,
}

/// What attributes words, by what stands beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cues {
    /// Finite verbs, which have a subject and a clause or marks: "said", "bildirib".
    pub say: Vec<String>,
    /// The same, and the hearer stands before the clause: "told the BBC that".
    pub tell: Vec<String>,
    /// Forms that share the subject of the sentence: "adding", "belirterek", «заявив».
    pub converb: Vec<String>,
    /// Participles before their subject: "söyleyen".
    pub relative: Vec<String>,
    /// Verbs of judging, of which only what stands in marks is taken: "called", "olarak nitelendirdi".
    pub judge: Vec<String>,
    /// Verbs with a noun or an infinitive for what is said: "denied", "reddetti".
    pub object: Vec<String>,
    /// What makes a noun a source: "according to", «по словам», "-e göre".
    pub source: Vec<String>,
    /// Words that attribute only beside marks: "continued", "yazıb".
    pub beside_marks: Vec<String>,
}

impl QuoteWords {
    /// Reads `quotes.toml`. Errors name the line.
    pub fn parse(place: &str, toml: &str, language: &Language) -> Result<QuoteWords> {
        let mut words: QuoteWords = toml::from_str(toml).map_err(|e| Error::input(place, e.to_string()))?;
        let c = &mut words.cues;
        let lists = [
            &mut words.endings,
            &mut words.noun_endings,
            &mut words.oblique_endings,
            &mut words.surname_endings,
            &mut c.say,
            &mut c.tell,
            &mut c.converb,
            &mut c.relative,
            &mut c.judge,
            &mut c.object,
            &mut c.source,
            &mut c.beside_marks,
            &mut words.clause_endings,
            &mut words.complementizers,
            &mut words.prepositions,
            &mut words.conjunctions,
            &mut words.adverbs,
            &mut words.enclitics,
            &mut words.institution_prepositions,
            &mut words.plural_endings,
            &mut words.earlier,
            &mut words.particles,
            &mut words.pronouns,
            &mut words.determiners,
            &mut words.indefinites,
            &mut words.articles,
            &mut words.impersonal,
            &mut words.titles,
            &mut words.bodies,
            &mut words.works,
            &mut words.occasions,
        ];
        for word in lists.into_iter().flatten().chain(words.roles.iter_mut().flatten()) {
            *word = language.normal(lower(word, language.casing));
        }
        Ok(words)
    }
}
