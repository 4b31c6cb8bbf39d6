use super::{
    Stemmer,
    forms::{Builder, Form, LONGEST, STEMS, Table, WORDS, chain},
};
use crate::language::{Casing, Language, Languages, lower};
use crate::segment::is_letter;
use rustc_hash::FxHashMap;
use std::sync::{LazyLock, OnceLock};

/// A lexicon: which concepts the words of each language may mean. A pair lexicon is two languages that share concepts.
///
/// Forms are looked up as they are, and else by their stems, so that inflected words are found; a form may have several words.
/// The forms of a language are read when it is first met.
#[derive(Debug)]
pub struct Lexicon {
    languages: Languages,
    /// Entries of users, by language.
    added: FxHashMap<String, Vec<(String, u32)>>,
    forms: FxHashMap<String, OnceLock<Forms>>,
}

/// The forms of one language.
#[derive(Debug)]
pub(super) struct Forms {
    /// Takes the endings of the language off its words.
    pub stemmer: Stemmer,
    table: Table,
}

/// The number of a concept: a hash of its name, so that languages can be read apart from each other.
fn concept(name: &str) -> u32 {
    let hash = chain(STEMS, name);
    (hash >> 32) as u32 ^ hash as u32
}

impl Lexicon {
    /// The lexicon that ships with korpu (`languages/*/lexicon.tsv`).
    pub fn bundled() -> &'static Lexicon {
        static BUNDLED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(Languages::bundled()));
        &BUNDLED
    }

    /// The lexicon in the data of these languages.
    pub fn new(languages: &Languages) -> Lexicon {
        let forms = languages.iter().map(|l| (l.tag.clone(), OnceLock::new())).collect();
        Lexicon { languages: languages.clone(), added: FxHashMap::default(), forms }
    }

    /// Adds pairs of forms that mean the same in two languages, by their tags; several words in a form are allowed.
    ///
    /// ```
    /// use korpu::{language::Languages, represent::{Lexicon, represent}};
    /// let mut lexicon = Lexicon::new(Languages::bundled());
    /// lexicon.add("de", "fr", [("Gletscher", "glacier"), ("der Berg", "la montagne")]);
    /// let r = |lang, text| represent(&[text], lang, Languages::bundled(), &lexicon);
    /// let (de, fr) = (r("de", "Der Gletscher wächst."), r("fr", "Le glacier avance."));
    /// assert!(de.terms.iter().any(|a| fr.terms.iter().any(|b| a.concepts.iter().any(|c| b.concepts.contains(c)))));
    /// ```
    pub fn add<'f>(&mut self, source: &str, target: &str, pairs: impl IntoIterator<Item = (&'f str, &'f str)>) {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let (source, target) = (primary(source), primary(target));
        for (a, b) in pairs {
            let meant = concept(&format!("{source}-{target}: {a}"));
            self.added.entry(source.clone()).or_default().push((a.to_owned(), meant));
            self.added.entry(target.clone()).or_default().push((b.to_owned(), meant));
        }
        // What was read before is read anew.
        for tag in [source, target] {
            self.forms.insert(tag, OnceLock::new());
        }
    }

    /// The forms of a language by its tag.
    pub(super) fn forms(&self, tag: &str) -> Option<&Forms> {
        let tag = tag.split('-').next()?;
        Some(self.forms.get(tag)?.get_or_init(|| {
            let added = self.added.get(tag).map(Vec::as_slice).unwrap_or_default();
            Forms::read(self.languages.get(tag), added)
        }))
    }

    /// The concept of a month, 1 to 12.
    pub(super) fn month(&self, month: u8) -> Option<u32> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        MONTHS.get(usize::from(month).checked_sub(1)?).map(|name| concept(&format!("month.{name}")))
    }
}

impl Forms {
    fn read(language: Option<&Language>, added: &[(String, u32)]) -> Forms {
        let stemmer = Stemmer::new(language);
        let made = language.filter(|_| added.is_empty()).and_then(|l| Table::read(l.forms.clone()));
        let table = made.or_else(|| Table::read(table(language, &stemmer, added).into())).unwrap_or_default();
        Forms { stemmer, table }
    }

    /// The form of one word by its stem.
    pub(super) fn of_stem(&self, stem: &str) -> Option<Form> {
        self.table.find(chain(STEMS, stem))
    }

    /// How many words the longest form takes that begins with one, whose form by itself is given, and goes on with others, given by
    /// their stems; 0 if there is none.
    pub(super) fn longest<'s>(&self, form: Form, stem: &str, rest: impl Iterator<Item = &'s str>) -> (usize, Form) {
        let mut best = (usize::from(form.means()), form);
        if form.longest > 1 {
            let mut hash = chain(STEMS, stem);
            for (n, stem) in (2..=usize::from(form.longest)).zip(rest) {
                hash = chain(hash, stem);
                if let Some(longer) = self.table.find(hash).filter(|form| form.means()) {
                    best = (n, longer);
                }
            }
        }
        best
    }

    /// The concepts of a form that was found by its stems: of the one that is these very words if there is one.
    pub(super) fn concepts<'w>(&self, form: Form, words: impl Iterator<Item = &'w str>) -> impl Iterator<Item = u32> {
        self.table.concepts(self.table.find(words.fold(WORDS, chain)).unwrap_or(form))
    }
}

/// The table of the forms of a language, as it lies in `languages/<tag>/forms.bin`: what its lexicon says, and entries of users.
fn table(language: Option<&Language>, stemmer: &Stemmer, added: &[(String, u32)]) -> Vec<u8> {
    let casing = language.map(|l| l.casing).unwrap_or_default();
    let mut reading = Reading { stemmer, casing, language, stem: String::new(), table: Builder::default() };
    for line in language.map_or("", |l| &l.lexicon).lines() {
        let mut columns = line.split('\t');
        let (Some(name), Some(list)) = (columns.next(), columns.next()) else { continue };
        let meant = concept(name);
        list.split('|').for_each(|form| reading.add(form, meant));
    }
    added.iter().for_each(|(form, meant)| reading.add(form, *meant));
    reading.table.finish()
}

/// The table that is built into the program with the lexicon of a language, so that the lexicon need not be read: the contents of
/// `languages/<tag>/forms.bin`, made by `examples/make_forms.rs`.
///
/// ```
/// use korpu::{language::Languages, represent::forms_of};
/// let az = Languages::bundled().get("az").unwrap();
/// assert!(forms_of(az) == *az.forms, "cargo run --example make_forms");
/// ```
pub fn forms_of(language: &Language) -> Vec<u8> {
    table(Some(language), &Stemmer::new(Some(language)), &[])
}

/// Forms on their way into a table.
struct Reading<'a> {
    stemmer: &'a Stemmer,
    casing: Casing,
    language: Option<&'a Language>,
    stem: String,
    table: Builder,
}

impl Reading<'_> {
    fn add(&mut self, form: &str, meant: u32) {
        let lowered = lower(form, self.casing);
        let form = match self.language {
            Some(language) => language.normal(lowered),
            None => lowered,
        };
        let (mut hash, mut whole, mut first, mut words) = (STEMS, WORDS, 0, 0);
        for word in form.split(|c| !is_letter(c)).filter(|w| !w.is_empty()) {
            self.stemmer.stem(word, &mut self.stem);
            hash = chain(hash, &self.stem);
            whole = chain(whole, word);
            words += 1;
            if words == 1 {
                first = hash;
            }
        }
        if words == 0 || words > LONGEST {
            return;
        }
        self.table.add(hash, meant);
        self.table.add(whole, meant);
        if words > 1 {
            self.table.lengthen(first, words as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_have_numbers_of_their_own() {
        let mut names: FxHashMap<u32, &str> = FxHashMap::default();
        for language in Languages::bundled().iter() {
            for name in language.lexicon.lines().filter_map(|line| line.split('\t').next()) {
                let other = names.insert(concept(name), name);
                assert!(other.is_none_or(|other| other == name), "{name} and {other:?} have one number");
            }
        }
        assert!(
            (1..=12).all(|m| names.contains_key(&Lexicon::bundled().month(m).unwrap())),
            "every month is a concept"
        );
    }

    #[test]
    fn bundled_tables_are_those_of_the_lexicons() {
        for language in Languages::bundled().iter() {
            assert!(
                forms_of(language) == *language.forms,
                "languages/{}/forms.bin is not made from what is there now: cargo run --example make_forms",
                language.tag
            );
        }
    }

    /// How many words the longest form takes, and what it may mean.
    fn check(lang: &str, words: &[&str], length: usize, concepts: &[&str]) {
        let forms = Lexicon::bundled().forms(lang).unwrap();
        let stem = |word: &&str| {
            let mut stem = String::new();
            forms.stemmer.stem(word, &mut stem);
            stem
        };
        let stems: Vec<String> = words.iter().map(stem).collect();
        let rest = stems[1..].iter().map(String::as_str);
        let found = forms.of_stem(&stems[0]).map(|form| forms.longest(form, &stems[0], rest));
        let meant = |(length, form)| forms.concepts(form, words[..length].iter().copied()).collect();
        assert_eq!(found.map_or(0, |f| f.0), length);
        assert_eq!(found.map_or(vec![], meant), concepts.iter().map(|c| concept(c)).collect::<Vec<_>>());
    }

    #[test]
    fn the_longest_form_wins() {
        check("en-GB", &["prime", "ministers", "say"], 2, &["title.prime-minister"]);
        check("en", &["xyzzy"], 0, &[]);
    }

    #[test]
    fn very_words_win_over_stems() {
        // Not the muscle.
        check("tr", &["kasım"], 1, &["month.november"]);
    }

    #[test]
    fn entries_of_users_come_to_those_of_the_lexicon() {
        let mut lexicon = Lexicon::new(Languages::bundled());
        lexicon.add("en", "az", [("prime minister", "baş vəzir")]);
        let forms = lexicon.forms("en").unwrap();
        let [prime, minister] = ["prime", "minister"].map(|word| {
            let mut stem = String::new();
            forms.stemmer.stem(word, &mut stem);
            stem
        });
        let (length, form) = forms.longest(forms.of_stem(&prime).unwrap(), &prime, [minister.as_str()].into_iter());
        assert_eq!((length, forms.concepts(form, ["prime", "minister"].into_iter()).count()), (2, 2));
    }
}
