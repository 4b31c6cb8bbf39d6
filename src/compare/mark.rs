use crate::language::{Language, NONE, QuoteWords, STRENGTHS, Senses, Shades, WEAK, lower};
use crate::model::Span;
use crate::segment::{Word, words};
use rustc_hash::{FxHashMap, FxHashSet};

/// A mark: a small word, phrase or ending that shades what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// What it may mean.
    pub senses: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

impl Mark {
    /// Whether it may answer to anything, and is no difference by itself.
    pub fn is_weak(&self) -> bool {
        self.senses.iter().any(|sense| sense == WEAK)
    }

    /// Whether it may mean what another means.
    pub fn agrees(&self, other: &Mark) -> bool {
        self.senses.iter().any(|sense| other.senses.contains(sense))
    }

    /// Its place among the strengths of intensifiers.
    pub fn strength(&self) -> usize {
        STRENGTHS.iter().position(|name| self.senses.iter().any(|s| s == name)).unwrap_or_default()
    }
}

/// The marks of a text by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub hedges: Vec<Mark>,
    pub approximations: Vec<Mark>,
    pub intensifiers: Vec<Mark>,
    pub modals: Vec<Mark>,
    pub negations: Vec<Mark>,
    pub persons: Vec<Mark>,
    pub years: Vec<Mark>,
}

/// Finds the marks of one language. It is made once and lives as long as texts of the language are read.
#[derive(Debug, Default)]
pub struct Reader<'a> {
    pub(super) language: Option<&'a Language>,
    pub(super) drops_person: bool,
    hedges: Patterns,
    approximations: Patterns,
    intensifiers: Patterns,
    modals: Patterns,
    negations: Patterns,
    persons: Patterns,
    years: Patterns,
    cues: Patterns,
    pronouns: FxHashSet<String>,
    bodies: FxHashSet<String>,
    roles: FxHashSet<String>,
}

impl<'a> Reader<'a> {
    /// For a language; without one, or without its `shades.toml`, only words, figures and names are compared.
    pub fn new(language: Option<&'a Language>) -> Reader<'a> {
        let Some(known) = language else { return Reader::default() };
        let shades = Shades::parse(&known.tag, &known.shades, known).unwrap_or_default();
        let quotes = QuoteWords::parse(&known.tag, &known.quotes, known).unwrap_or_default();
        let nouns = |list: &[String]| {
            let forms = |noun: &String| {
                quotes.noun_endings.iter().map(|e| format!("{noun}{e}")).chain([noun.clone()]).collect::<Vec<_>>()
            };
            list.iter().flat_map(forms).collect::<FxHashSet<String>>()
        };
        Reader {
            language,
            drops_person: shades.drops_person,
            hedges: Patterns::new(&shades.hedges),
            approximations: Patterns::new(&shades.approximations),
            intensifiers: Patterns::new(&shades.intensifiers),
            modals: Patterns::new(&shades.modals),
            negations: Patterns::new(&shades.negations),
            persons: Patterns::new(&shades.persons),
            years: Patterns::new(&shades.years),
            cues: Patterns::new(&shades.cues),
            bodies: nouns(&quotes.bodies),
            roles: nouns(&quotes.roles.concat()),
            pronouns: quotes.pronouns.into_iter().collect(),
        }
    }

    /// The words of a text as they are looked up.
    fn keys(&self, text: &str, words: &[Word]) -> Vec<String> {
        words.iter().map(|word| self.key(word.span.of(text))).collect()
    }

    fn key(&self, word: &str) -> String {
        match self.language {
            Some(language) => language.normal(lower(word, language.casing)),
            None => lower(word, Default::default()),
        }
    }

    /// The marks of a text, each kind in order.
    pub(super) fn marks(&self, text: &str) -> Marks {
        let words = words(text);
        let mut keys = self.keys(text, &words);
        let shouted = !text.chars().any(char::is_lowercase);
        let mut before = 0;
        for (key, word) in keys.iter_mut().zip(&words) {
            let gap = text.get(before as usize..word.span.start as usize).unwrap_or_default();
            let opens = before == 0 || gap.contains(['.', '!', '?', '…', ':', '“', '«', '"', '\n']);
            if is_name(word.span.of(text), opens) && !shouted {
                key.clear();
            }
            before = word.span.end;
        }
        let find = |patterns: &Patterns| patterns.find(&keys, &words);
        Marks {
            hedges: find(&self.hedges),
            approximations: find(&self.approximations),
            intensifiers: find(&self.intensifiers),
            modals: find(&self.modals),
            negations: find(&self.negations),
            persons: find(&self.persons),
            years: find(&self.years),
        }
    }

    /// What a cue says beside that something was said.
    pub(super) fn cue(&self, text: &str) -> Option<String> {
        let words = words(text);
        self.cues.find(&self.keys(text, &words), &words).into_iter().next()?.senses.into_iter().next()
    }

    /// How a mention names a speaker: `name`, `role`, `body`; `None` for a pronoun, which stands for what was named before.
    pub(super) fn naming(&self, mention: &str, speaker: &str) -> Option<&'static str> {
        let keys = self.keys(mention, &words(mention));
        let named = self.keys(speaker, &words(speaker));
        if keys.iter().all(|key| self.pronouns.contains(key)) {
            return None;
        }
        let begin = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count() >= NAME;
        let noun = |key: &String| self.is_noun(key);
        if named.iter().filter(|n| !noun(n)).any(|n| keys.iter().any(|key| key == n || begin(key, n))) {
            return Some("name");
        }
        let has = |nouns: &FxHashSet<String>| keys.iter().any(|key| nouns.contains(key));
        Some(if has(&self.bodies) && !has(&self.roles) { "body" } else { "role" })
    }

    /// Whether a name consists of names, as far as is known: "the minister" is none.
    pub(super) fn is_proper(&self, name: &str) -> bool {
        let words = words(name);
        let keys = self.keys(name, &words);
        let capital = |w: &Word| w.span.of(name).chars().next().is_some_and(char::is_uppercase);
        !words.is_empty() && words.iter().all(capital) && !keys.iter().any(|key| self.is_noun(key))
    }

    fn is_noun(&self, key: &str) -> bool {
        self.bodies.contains(key) || self.roles.contains(key) || self.pronouns.contains(key)
    }
}

/// Whether a word is no small one by its capitals: "US" is no "us", and "May" in a sentence no "may".
fn is_name(word: &str, opens: bool) -> bool {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let more = letters.clone().next().is_some();
    first && more && (!opens || letters.all(char::is_uppercase))
}

/// Words of a name that begin with so many letters in common are one: "Лавров", "Лаврова".
const NAME: usize = 4;

/// Beside an ending a word has at least so many letters.
const STEM: usize = 2;

/// One word of a pattern.
#[derive(Debug)]
enum Form {
    Whole(String),
    Begins(String),
    Ends(String),
}

impl Form {
    fn matches(&self, key: &str) -> bool {
        match self {
            Form::Whole(word) => key == word,
            Form::Begins(start) => key.starts_with(start.as_str()),
            Form::Ends(end) => key.strip_suffix(end.as_str()).is_some_and(|stem| stem.chars().nth(STEM - 1).is_some()),
        }
    }

    /// How much of a word it fixes.
    fn letters(&self) -> usize {
        let (Form::Whole(part) | Form::Begins(part) | Form::Ends(part)) = self;
        part.chars().count()
    }
}

/// A pattern: for each of its words what may stand there, and what it means.
#[derive(Debug)]
struct Pattern {
    places: Vec<Vec<Form>>,
    sense: String,
}

impl Pattern {
    /// How many words it takes at the head of `keys`, and how many letters of them it fixes.
    fn taken(&self, keys: &[String]) -> Option<(usize, usize)> {
        let mut letters = 0;
        for (n, place) in self.places.iter().enumerate() {
            let key = keys.get(n)?;
            letters += place.iter().filter(|form| form.matches(key)).map(Form::letters).max()?;
        }
        Some((self.places.len(), letters))
    }
}

/// The patterns of one kind.
#[derive(Debug, Default)]
struct Patterns {
    patterns: Vec<Pattern>,
    /// By a first word, the patterns that may begin with it.
    whole: FxHashMap<String, Vec<usize>>,
    /// Those that may begin with a word of which they have only a part.
    open: Vec<usize>,
}

impl Patterns {
    fn new(senses: &Senses) -> Patterns {
        let mut all = Patterns::default();
        for (sense, patterns) in senses {
            for pattern in patterns {
                let place = |place: &str| -> Vec<Form> { place.split('|').map(form).collect() };
                // Words are cut where letters meet a mark.
                let places: Vec<Vec<Form>> = pattern.replace(['\'', '-'], " ").split_whitespace().map(place).collect();
                let Some(first) = places.first() else { continue };
                let n = all.patterns.len();
                let mut open = false;
                for form in first {
                    match form {
                        Form::Whole(word) => all.whole.entry(word.clone()).or_default().push(n),
                        _ => open = true,
                    }
                }
                if open {
                    all.open.push(n);
                }
                all.patterns.push(Pattern { places, sense: sense.clone() });
            }
        }
        all
    }

    /// The marks among words, none of which overlap.
    fn find(&self, keys: &[String], words: &[Word]) -> Vec<Mark> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < keys.len() {
            let mut best = (0, 0);
            let mut senses: Vec<&str> = Vec::new();
            let candidates = self.whole.get(&keys[at]).into_iter().flatten().chain(&self.open);
            for pattern in candidates.map(|n| &self.patterns[*n]) {
                let Some(taken) = pattern.taken(&keys[at..]) else { continue };
                if taken > best {
                    best = taken;
                    senses.clear();
                }
                if taken == best && !senses.contains(&pattern.sense.as_str()) {
                    senses.push(&pattern.sense);
                }
            }
            if !senses.is_empty() && !senses.contains(&NONE) {
                let span = Span { start: words[at].span.start, end: words[at + best.0 - 1].span.end };
                found.push(Mark { senses: senses.into_iter().map(str::to_owned).collect(), span });
            }
            at += best.0.max(1);
        }
        found
    }
}

fn form(word: &str) -> Form {
    match (word.strip_prefix('~'), word.strip_suffix('~')) {
        (Some(end), _) => Form::Ends(end.to_owned()),
        (None, Some(start)) => Form::Begins(start.to_owned()),
        (None, None) => Form::Whole(word.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Languages;

    fn check(lang: &str, text: &str, kind: fn(&Marks) -> &Vec<Mark>, expected: &[(&str, &str)]) {
        let marks = Reader::new(Languages::bundled().get(lang)).marks(text);
        let found: Vec<(String, &str)> = kind(&marks).iter().map(|m| (m.senses.join(" "), m.span.of(text))).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(senses, words)| (senses.as_str(), *words)).collect();
        assert_eq!(found, expected, "{lang}: {text}");
    }

    #[test]
    fn the_longest_pattern_is_taken() {
        check(
            "en",
            "At least, in our view, it grew.",
            |m| &m.hedges,
            &[("at-least", "At least"), ("opinion", "in our view")],
        );
        check("en", "I would rather than very much so", |m| &m.intensifiers, &[]);
        check("ru", "не менее и не только", |m| &m.negations, &[("weak", "не менее"), ("weak", "не только")]);
    }

    #[test]
    fn endings_have_senses() {
        check(
            "tr",
            "Bunu yapabiliriz ancak yapmayacağız.",
            |m| &m.modals,
            &[("can", "yapabiliriz"), ("will", "yapmayacağız")],
        );
        check("tr", "Bunu yapmayacağız.", |m| &m.negations, &[("not", "yapmayacağız")]);
        check("az", "Biz dənizi doldura bilmərik.", |m| &m.modals, &[("can", "doldura bilmərik")]);
        check("az", "Biz dənizi doldura bilmərik.", |m| &m.persons, &[("we", "Biz"), ("we", "bilmərik")]);
        check("az", "Вағзалын тәмири битмир.", |m| &m.negations, &[("not", "битмир")]);
    }

    #[test]
    fn names_are_no_small_words() {
        check("en", "In May the US told us it may come.", |m| &m.persons, &[("we", "us")]);
        check("en", "In May the US told us it may come.", |m| &m.modals, &[("may", "may")]);
        check("ru", "МЫ МОЖЕМ ВСЕ", |m| &m.persons, &[("we", "МЫ"), ("we", "МОЖЕМ")]);
    }

    #[test]
    fn a_speaker_is_named_by_name_role_or_pronoun() {
        let check = |lang: &str, mention: &str, speaker: &str, expected| {
            let reader = Reader::new(Languages::bundled().get(lang));
            assert_eq!(reader.naming(mention, speaker), expected, "{mention}");
        };
        check("en", "President Aliyev", "Ilham Aliyev", Some("name"));
        check("en", "the Azerbaijani leader", "Ilham Aliyev", Some("role"));
        check("en", "he", "Ilham Aliyev", None);
        check("en", "the ministry", "Ministry of Culture", Some("body"));
        check("ru", "по словам Лаврова", "Сергей Лавров", Some("name"));
    }
}
