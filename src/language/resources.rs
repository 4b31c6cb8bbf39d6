use super::{Casing, Lang, Ngrams, QuoteWords, Shades, Vectors, bundled, letters::Letters};
use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::{
    borrow::Cow,
    path::Path,
    sync::{LazyLock, OnceLock},
};

/// What korpu knows of one language: the contents of `languages/<tag>/language.toml`.
///
/// Words are stored lower-cased by the language's own casing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its tag, without a script.
    pub tag: String,
    /// Its English name.
    pub name: String,
    /// Its own name.
    pub native: String,
    /// How capital and small letters pair.
    #[serde(default)]
    pub casing: Casing,
    /// Scripts it is written in, the usual one first.
    pub scripts: Vec<String>,
    /// Letters of each script that few other languages have: strong evidence for identification.
    #[serde(default)]
    pub letters: FxHashMap<String, String>,
    /// The twelve months, each with the forms a date may show (whole words).
    #[serde(default)]
    pub months: Vec<Vec<String>>,
    /// Words that end in a stop without ending a sentence, without the stop.
    #[serde(default)]
    pub abbreviations: Vec<String>,
    /// Abbreviations that can also end a sentence: they do where a capital that is no name follows.
    #[serde(default)]
    pub final_abbreviations: Vec<String>,
    /// Whether a number and a stop is an ordinal ("20. yüzyıl") that does not end a sentence.
    #[serde(default)]
    pub ordinal_stop: bool,
    /// Words before the name of the source of a republished text ("Mənbə", "Kaynak", "Source").
    #[serde(default)]
    pub source_labels: Vec<String>,
    /// Words before the name of an author ("By", "Müəllif", "Автор", "Yazar").
    #[serde(default)]
    pub byline_labels: Vec<String>,
    /// Words that open a byline without a colon ("By Jane Doe").
    #[serde(default)]
    pub byline_prepositions: Vec<String>,
    /// Words between the names of several authors ("and").
    #[serde(default)]
    pub conjunctions: Vec<String>,
    /// Words that stand beside a date and add nothing to it: weekdays, "year", "at", "published".
    #[serde(default)]
    pub date_words: Vec<String>,
    /// Words before the date of the last change ("Updated", "Güncelleme").
    #[serde(default)]
    pub update_words: Vec<String>,
    /// Short lines that are page furniture ("Share", "Paylaş", "Читайте также").
    #[serde(default)]
    pub furniture: Vec<String>,
    /// Words of class names by which pages in this language mark furniture ("reklam", "paylas").
    #[serde(default)]
    pub furniture_classes: Vec<String>,
    /// Lines below which the comments of readers begin ("Comments", "Şərhlər").
    #[serde(default)]
    pub comment_labels: Vec<String>,
    /// Words before the name of a photographer or agency ("Photo: ...", "(Фото: ...)"), by which captions are known.
    #[serde(default)]
    pub caption_labels: Vec<String>,
    /// Names under which a language switcher offers languages: tag and the words shown for it.
    #[serde(default)]
    pub language_names: FxHashMap<String, Vec<String>>,
    /// The commonest words of the language, for identification.
    #[serde(default)]
    pub common: Vec<String>,
    /// Inflectional endings, for the look-up of words.
    #[serde(default)]
    pub endings: Vec<String>,
    /// How many endings a word may pile up.
    #[serde(default)]
    pub ending_rounds: u8,
    /// Whether a final voiced consonant stands for its hard one before an ending (kitap, kitabı).
    #[serde(default)]
    pub final_hardening: bool,
    /// Endings that stand after an apostrophe ("Bakı'dan", "Aliyev'in", "it's").
    #[serde(default)]
    pub apostrophe: Apostrophe,
    /// How numbers are written.
    #[serde(default)]
    pub numbers: Numbers,
    /// Letters that writers put for others, with what they stand for ("ё" is "е").
    #[serde(default)]
    pub variants: FxHashMap<char, String>,
    /// How much of its evidence is taken off, in nats, because its names and words stand in texts of every language.
    #[serde(default)]
    pub lent: f32,
    /// The lexicon of the language (`lexicon.tsv`): a concept and its forms a line. Read by `represent`.
    #[serde(skip)]
    pub lexicon: Cow<'static, str>,
    /// The same as a table (`forms.bin`), see [`forms_of`](crate::represent::forms_of); empty where it is to be made from the lexicon.
    #[serde(skip)]
    pub forms: Cow<'static, [u8]>,
    /// How it tells whose words something is (`quotes.toml`), see [`QuoteWords`](super::QuoteWords). Read by `quote`; may be empty.
    #[serde(skip)]
    pub quotes: Cow<'static, str>,
    /// The words of the interface in it (`interface.toml`). Read by `review`; may be empty.
    #[serde(skip)]
    pub interface: Cow<'static, str>,
    /// The small words by which renderings differ (`shades.toml`), see [`Shades`](super::Shades). Read by `compare`; may be empty.
    #[serde(skip)]
    pub shades: Cow<'static, str>,
    /// Its table of word vectors (`vectors.bin`), see [`Vectors`]; may be empty.
    #[serde(skip)]
    pub vectors: Cow<'static, [u8]>,
    /// Its table of character n-grams (`ngrams.bin`), see [`Ngrams`](super::Ngrams). Read by `identify`; may be empty.
    #[serde(skip)]
    pub ngrams: Cow<'static, [u8]>,
    /// For each other script, its lower-case letters in the usual script, so that both are looked up in one lexicon.
    #[serde(default)]
    pub usual_script: FxHashMap<String, FxHashMap<char, String>>,
    /// Latin letters for each letter that is not a-z, so that names compare across scripts.
    #[serde(default)]
    pub romanisation: FxHashMap<String, FxHashMap<char, String>>,
    /// The same for the language as it is typed without its diacritics (`bare.bin`).
    #[serde(skip)]
    pub bare_ngrams: Cow<'static, [u8]>,
    /// What [`Language::normal`] and [`Language::romanised`] read, once it is asked for.
    #[serde(skip)]
    usual_letters: OnceLock<Letters>,
    #[serde(skip)]
    latin_letters: OnceLock<Letters>,
}

/// How a language writes numbers; words are lower-cased.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Numbers {
    /// What stands before the decimals: a comma or a stop.
    pub decimal_mark: Option<char>,
    /// Numbers in words: units, tens, hundreds, and the scales from a thousand on.
    pub cardinals: FxHashMap<String, u64>,
    /// Places in an order, in words.
    pub ordinals: FxHashMap<String, u64>,
    /// What makes a number in digits a place in an order: "th", "ci".
    pub ordinal_suffixes: Vec<String>,
    /// "And a half" after a number.
    pub halves: Vec<String>,
    /// Words between a hundred and what follows it.
    pub between: Vec<String>,
    /// "Per cent".
    pub percent: Vec<String>,
    /// Names of currencies by their codes in ISO 4217.
    pub currencies: FxHashMap<String, Vec<String>>,
}

/// Endings of a language that stand after an apostrophe, and how much such an ending says for the language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apostrophe {
    /// The endings, lower-cased.
    pub endings: Vec<String>,
    /// Evidence of one of them, in nats.
    pub weight: f32,
}

/// A language that is told from the others, and of which nothing else is known.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Its tag, with the script where it is not the usual one.
    pub tag: String,
    /// Its table of character n-grams, see [`Ngrams`](super::Ngrams).
    pub ngrams: Cow<'static, [u8]>,
}

impl Language {
    /// Reads `language.toml`. Errors name the line.
    pub fn parse(place: &str, toml: &str) -> Result<Language> {
        let mut language: Language = toml::from_str(toml).map_err(|e| Error::input(place, e.to_string()))?;
        let casing = language.casing;
        let lists = [
            &mut language.abbreviations,
            &mut language.final_abbreviations,
            &mut language.source_labels,
            &mut language.byline_labels,
            &mut language.byline_prepositions,
            &mut language.conjunctions,
            &mut language.date_words,
            &mut language.update_words,
            &mut language.furniture,
            &mut language.furniture_classes,
            &mut language.comment_labels,
            &mut language.caption_labels,
            &mut language.common,
        ];
        for word in lists.into_iter().flatten().chain(language.months.iter_mut().flatten()) {
            *word = super::lower(word, casing);
        }
        if Lang::parse(&language.tag).is_none() || language.scripts.is_empty() {
            return Err(Error::input(place, "a language needs a `tag` of BCP 47 and its `scripts`"));
        }
        Ok(language)
    }

    /// A lower-cased text as it is looked up: in the usual script of the language, and with the letters for which writers put
    /// others.
    ///
    /// ```
    /// use korpu::language::Languages;
    /// let normal = |lang, text: &str| Languages::bundled().get(lang).unwrap().normal(text.to_owned());
    /// assert_eq!(normal("az", "бәјанат верди"), "bəyanat verdi");
    /// assert_eq!(normal("ru", "ещё"), "еще");
    /// ```
    pub fn normal(&self, text: String) -> String {
        self.respelled(&text).unwrap_or(text)
    }

    /// [`Language::normal`] of a text; `None` where it is the text itself, as it mostly is.
    pub fn respelled(&self, text: &str) -> Option<String> {
        let spellings = || self.variants.iter().chain(self.usual_script.values().flatten());
        let letters = self.usual_letters.get_or_init(|| Letters::new(spellings()));
        if text.is_ascii() || text.chars().all(|c| letters.get(c).is_none()) {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match letters.get(c) {
                Some(spelling) => out.push_str(spelling),
                None => out.push(c),
            }
        }
        Some(out)
    }

    /// Its table of word vectors, if it has one.
    pub fn vectors(&self) -> Option<Vectors<'_>> {
        Vectors::read(&self.vectors)
    }

    /// The Latin spelling of a letter, where it is not itself.
    pub fn romanised(&self, c: char) -> Option<&str> {
        self.latin_letters.get_or_init(|| Letters::new(self.romanisation.values().flatten())).get(c)
    }

    /// The month, 1 to 12, that a word names.
    ///
    /// ```
    /// use korpu::language::Languages;
    /// assert_eq!(Languages::bundled().get("ru").unwrap().month("Ноября"), Some(11));
    /// ```
    pub fn month(&self, word: &str) -> Option<u8> {
        let word = super::lower(word.trim_end_matches('.'), self.casing);
        let at = self.months.iter().position(|forms| forms.contains(&word))?;
        Some(at as u8 + 1)
    }
}

/// The languages korpu works with, in the order of their tags.
#[derive(Clone, Debug, Default)]
pub struct Languages {
    all: Vec<Language>,
    neighbours: Vec<Neighbour>,
}

impl Languages {
    /// The bundled ones.
    pub fn bundled() -> &'static Languages {
        static BUNDLED: LazyLock<Languages> = LazyLock::new(|| {
            let all = bundled::LANGUAGES
                .iter()
                .map(|b| Language {
                    lexicon: b.lexicon.into(),
                    forms: b.forms.into(),
                    quotes: b.quotes.into(),
                    interface: b.interface.into(),
                    shades: b.shades.into(),
                    vectors: b.vectors.into(),
                    ngrams: b.ngrams.into(),
                    bare_ngrams: b.bare_ngrams.into(),
                    ..Language::parse(b.place, b.toml).unwrap_or_else(|e| panic!("{e}"))
                })
                .collect();
            let neighbour =
                |(tag, ngrams): &(&str, &'static [u8])| Neighbour { tag: (*tag).into(), ngrams: (*ngrams).into() };
            Languages { all, neighbours: bundled::NEIGHBOURS.iter().map(neighbour).collect() }
        });
        &BUNDLED
    }

    /// These and the language of a folder that holds a `language.toml`; it replaces one of the same tag.
    pub fn with_folder(mut self, folder: &Path) -> Result<Languages> {
        let path = folder.join("language.toml");
        let toml = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?;
        let mut language = Language::parse(&path.display().to_string(), &toml)?;
        let path = folder.join("lexicon.tsv");
        if path.exists() {
            language.lexicon = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?.into();
        }
        let path = folder.join("quotes.toml");
        if path.exists() {
            language.quotes = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?.into();
            QuoteWords::parse(&path.display().to_string(), &language.quotes, &language)?;
        }
        let path = folder.join("interface.toml");
        if path.exists() {
            language.interface = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?.into();
        }
        let path = folder.join("shades.toml");
        if path.exists() {
            language.shades = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?.into();
            Shades::parse(&path.display().to_string(), &language.shades, &language)?;
        }
        let path = folder.join("vectors.bin");
        if path.exists() {
            language.vectors = std::fs::read(&path).map_err(|e| Error::io(&path, e))?.into();
            if !language.vectors().is_some_and(|v| v.is_sound()) {
                return Err(Error::input(
                    path.display().to_string(),
                    "not a table that languages/tools/vectors.py made",
                ));
            }
        }
        let path = folder.join("ngrams.bin");
        if path.exists() {
            language.ngrams = std::fs::read(&path).map_err(|e| Error::io(&path, e))?.into();
            if Ngrams::read(&language.ngrams).is_none() {
                return Err(Error::input(
                    path.display().to_string(),
                    "not a table that languages/tools/ngrams.py made",
                ));
            }
        }
        self.all.retain(|l| l.tag != language.tag);
        self.neighbours.retain(|n| n.tag != language.tag);
        self.all.push(language);
        self.all.sort_by(|a, b| a.tag.cmp(&b.tag));
        Ok(self)
    }

    /// The language of a tag, its script and region aside.
    pub fn get(&self, tag: &str) -> Option<&Language> {
        let primary = tag.split('-').next()?;
        self.all.iter().find(|l| l.tag == primary)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Language> {
        self.all.iter()
    }

    /// Languages that are told from these, and of which nothing else is known.
    pub fn neighbours(&self) -> &[Neighbour] {
        &self.neighbours
    }

    /// The language and month that a word names.
    pub fn month(&self, word: &str) -> Option<u8> {
        self.iter().find_map(|l| l.month(word))
    }
}
