use super::{
    Lexicon, Lists, Meaning, Stemmer, Unit,
    figure::figures_of,
    forms::Form,
    lexicon::Forms,
    piece::{Figure, Piece, Pieces, figure_pieces},
    skeleton::skeleton_into,
};
use crate::language::{Language, Languages, Row, Vectors};
use crate::model::Span;
use crate::segment::{Word, words};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::{borrow::Cow, hash::BuildHasher};

/// A term: a word of a document (or several that stand in the lexicon as one, or a figure), as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The word, lower-cased and in the usual script; of a number its value in plain digits.
    pub word: Box<str>,
    /// Its stem.
    pub stem: Box<str>,
    /// Whether it is a number.
    pub number: bool,
    /// Whether it was capitalised wherever it stands: a name, or the first word of a sentence.
    pub name: bool,
    /// Its skeleton; empty for numbers and for terms of several words.
    pub skeleton: Box<str>,
    /// The first character trigrams of its skeleton, sorted: cognates and names share them. Empty for short words.
    pub grams: Box<[u32]>,
    /// What it may mean, by the lexicon.
    pub concepts: Box<[u32]>,
    /// Its place among the commonest words of the language, 0 the commonest; infinite if it is not among them.
    pub rank: f32,
    /// Its row in [`Representation::vectors`], if the language has a vector for it; words that stand for each other share one.
    pub vector: Option<u32>,
    /// Its group of words of much the same meaning in all languages ([`Vectors::group`](crate::language::Vectors::group)).
    pub group: Option<u16>,
}

/// One segment in terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Represented {
    /// Its terms in order, repeated where the text repeats them: indices into [`Representation::terms`].
    pub terms: Vec<u32>,
    /// Where each of them stands in the segment. The terms of a date, or of an amount and its unit, share a place.
    pub spans: Vec<Span>,
    /// Number of characters.
    pub characters: u32,
    /// Sentence ends inside it, the last aside.
    pub stops: u32,
    /// Quotation marks.
    pub quotes: u32,
    /// Groups of digits.
    pub digits: u32,
}

impl Represented {
    /// Its terms, each once, in ascending order.
    pub fn distinct(&self) -> impl Iterator<Item = u32> {
        let mut terms = self.terms.clone();
        terms.sort_unstable();
        terms.dedup();
        terms.into_iter()
    }
}

/// The segments of one document in terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Representation {
    /// The distinct terms in the order in which they first occur.
    pub terms: Vec<Term>,
    /// The segments.
    pub segments: Vec<Represented>,
    /// The vectors of the terms that have one.
    pub vectors: Matrix,
    /// How much each term says, from 0 to 1.
    pub weights: Vec<f32>,
    /// For each term the segments in which it stands, in order, each once.
    pub places: Lists<u32>,
}

impl Representation {
    /// Sets where each term stands.
    fn place(&mut self) {
        let mut last = vec![0; self.terms.len()];
        let mut found = Vec::new();
        for (segment, represented) in (0u32..).zip(&self.segments) {
            for term in &represented.terms {
                // One more than the segment where it was met last.
                if std::mem::replace(&mut last[*term as usize], segment + 1) != segment + 1 {
                    found.push((*term, segment));
                }
            }
        }
        self.places = Lists::sorted(self.terms.len(), || found.iter().copied());
    }

    /// Keeps the first segments, and the terms and vectors that stand in them, with the weights that they had among all.
    pub fn truncate(&mut self, segments: usize) {
        self.segments.truncate(segments);
        // Both are numbered in the order in which they first occur.
        let terms = self.segments.iter().flat_map(|s| &s.terms).max().map_or(0, |last| *last as usize + 1);
        self.terms.truncate(terms);
        let rows = self.terms.iter().filter_map(|t| t.vector).max().map_or(0, |last| last as usize + 1);
        self.vectors.scales.truncate(rows);
        self.vectors.values.truncate(rows * self.vectors.dimensions);
        self.weights.truncate(terms);
        self.place();
    }

    /// Whether the meaning of its words is known: of a fair share of those that say something.
    pub fn is_known(&self) -> bool {
        let said = self.terms.iter().filter(|t| !t.number && t.word.len() > 3);
        let (known, all) = said.fold((0, 0), |(known, all), term| {
            (known + usize::from(term.vector.is_some() || !term.concepts.is_empty()), all + 1)
        });
        4 * known >= all
    }
}

/// Vectors of small whole numbers, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// How many numbers a vector has.
    pub dimensions: usize,
    /// All numbers, from -[`Matrix::LARGEST`] to it.
    pub values: Vec<i8>,
    /// For each vector the inverse of its length.
    pub scales: Vec<f32>,
}

impl Matrix {
    /// A number needs five bits.
    pub const LARGEST: i8 = 15;

    /// The numbers of a row.
    pub fn row(&self, row: u32) -> &[i8] {
        &self.values[row as usize * self.dimensions..(row as usize + 1) * self.dimensions]
    }

    /// Adds the row that `add` adds to the numbers, if it has a direction. No number may be larger than [`Matrix::LARGEST`].
    pub(super) fn push(&mut self, add: impl FnOnce(&mut Vec<i8>)) -> Option<u32> {
        let start = self.values.len();
        add(&mut self.values);
        // A product has nine bits.
        let square: i32 = self.values[start..].iter().map(|v| i32::from(i16::from(*v) * i16::from(*v))).sum();
        if square == 0 {
            self.values.truncate(start);
            return None;
        }
        self.scales.push(1.0 / (square as f32).sqrt());
        Some(self.scales.len() as u32 - 1)
    }
}

/// Represents the segments of one document in one language (`lang`, any tag; unknown languages get words and figures only).
///
/// ```
/// use korpu::{language::Languages, represent::{represent, Lexicon}};
/// let r = |lang, text| represent(&[text], lang, Languages::bundled(), Lexicon::bundled());
/// let (az, en) = (r("az", "Baş nazir 5 800 ton buğda alıb."), r("en", "The prime minister bought 5,800 tons of wheat."));
/// let shared = az.terms.iter().filter(|a| en.terms.iter().any(|b| a.concepts.iter().any(|c| b.concepts.contains(c))));
/// assert!(shared.count() >= 2);
/// assert!(az.terms.iter().any(|t| t.number && &*t.word == "5800"));
/// ```
pub fn represent<'a>(
    segments: &[&'a str],
    lang: &str,
    languages: &'a Languages,
    lexicon: &'a Lexicon,
) -> Representation {
    let language = languages.get(lang);
    let vectors = language.and_then(Language::vectors);
    let forms = lexicon.forms(lang);
    let made = Representation {
        vectors: Matrix { dimensions: vectors.map_or(0, |v| v.dimensions()), ..Matrix::default() },
        ..Representation::default()
    };
    let mut maker = Maker {
        language,
        stemmer: forms.map_or_else(|| Cow::Owned(Stemmer::new(language)), |forms| Cow::Borrowed(&forms.stemmer)),
        forms,
        lexicon,
        vectors,
        pieces: Vec::new(),
        seen: FxHashMap::default(),
        index: FxHashMap::default(),
        made,
        rows: FxHashMap::default(),
        room: Default::default(),
        concepts: Vec::new(),
    };
    for text in segments {
        maker.segment(text);
    }
    let mut made = maker.made;
    made.place();
    made.weigh();
    made
}

struct Maker<'a> {
    language: Option<&'a Language>,
    stemmer: Cow<'a, Stemmer>,
    forms: Option<&'a Forms>,
    lexicon: &'a Lexicon,
    vectors: Option<Vectors<'a>>,
    /// Words and figures as they were met.
    pieces: Vec<Piece>,
    /// By the word as it stands in the text, the piece.
    seen: FxHashMap<&'a str, u32>,
    /// By the hash of its word, or if another has that by one of those after it, the term.
    index: FxHashMap<u64, u32>,
    made: Representation,
    /// By the row in the table of the language, the row in the representation.
    rows: FxHashMap<Row, Option<u32>>,
    /// Room for skeletons and concepts, used again.
    room: (String, String),
    concepts: Vec<u32>,
}

/// What the vectors of a language know of a term.
struct Known {
    rank: f32,
    vector: Option<u32>,
    group: Option<u16>,
}

impl Default for Known {
    fn default() -> Self {
        Known { rank: f32::INFINITY, vector: None, group: None }
    }
}

impl<'a> Maker<'a> {
    fn segment(&mut self, text: &'a str) {
        let mut places = Vec::new();
        let pieces = self.met(text, &mut places);
        let mut out = Represented { characters: text.chars().count() as u32, ..surface(text) };
        out.terms.reserve(pieces.len());
        out.spans.reserve(pieces.len());
        let mut start = 0;
        while start < pieces.len() {
            let (length, form) = self.longest(&pieces[start..]);
            let end = start + length;
            out.terms.push(self.term(&pieces[start..end], form));
            out.spans.push(Span { start: places[start].start, end: places[end - 1].end });
            start = end;
        }
        self.made.segments.push(out);
    }

    /// How many of some pieces are one term, and the form that they are.
    fn longest(&self, pieces: &[u32]) -> (usize, Option<Form>) {
        let mut pieces = pieces.iter().map(|n| &self.pieces[*n as usize]);
        let Some((piece, forms)) = pieces.next().zip(self.forms) else { return (1, None) };
        let Some(form) = piece.form else { return (1, None) };
        let rest = pieces.take_while(|piece| piece.figure.is_none()).map(Piece::stem);
        match forms.longest(form, piece.stem(), rest) {
            (0, _) => (1, None),
            (length, form) => (length, Some(form)),
        }
    }

    /// The words of a text and its figures in their order, by their places in [`Maker::pieces`]. What follows the apostrophe of a word (a
    /// case ending, a possessive) is left out. `places` gets where each stands.
    fn met(&mut self, text: &'a str, places: &mut Vec<Span>) -> Vec<u32> {
        let words = words(text);
        let met: Vec<u32> = words.iter().map(|word| self.seen(word.span.of(text))).collect();
        let lowered = |at: usize| self.pieces[met[at] as usize].lowered();
        let figures = figures_of(text, &words, lowered, self.language);
        let mut figures = figures.iter().peekable();
        let mut pieces = Vec::with_capacity(words.len());
        let mut before: Option<Span> = None;
        for (word, piece) in words.iter().zip(met) {
            while figures.next_if(|f| f.span.end <= word.span.start).is_some() {}
            if let Some(figure) = figures.peek().filter(|f| f.span.start <= word.span.start) {
                if figure.span.start == word.span.start {
                    let parts = figure_pieces(figure.meaning).into_iter().chain(self.unit(figure.meaning));
                    let first = self.pieces.len() as u32;
                    let parts: Vec<Piece> = parts.collect();
                    pieces.extend(first..first + parts.len() as u32);
                    places.resize(pieces.len(), figure.span);
                    self.pieces.extend(parts);
                }
            } else if !is_ending(text, before, word) {
                pieces.push(piece);
                places.push(word.span);
            }
            before = Some(word.span);
        }
        pieces
    }

    /// The piece of a word: one is made where it is met first.
    fn seen(&mut self, word: &'a str) -> u32 {
        if let Some(piece) = self.seen.get(word) {
            return *piece;
        }
        let piece = self.pieces.len() as u32;
        self.pieces.push(self.piece(word));
        self.seen.insert(word, piece);
        piece
    }

    /// The unit of a number as a word, however it is written.
    fn unit(&self, meaning: Meaning) -> Option<Piece> {
        let Meaning::Number { unit: Some(unit), .. } = meaning else { return None };
        let numbers = self.language.map(|l| &l.numbers);
        let name = match &unit {
            Unit::Percent => numbers.and_then(|n| n.percent.first()).map_or("%", String::as_str),
            Unit::Currency(code) => {
                let code = std::str::from_utf8(code).unwrap_or_default();
                numbers.and_then(|n| n.currencies.get(code)?.first()).map_or(code, String::as_str)
            }
        };
        Some(self.piece(name))
    }

    fn piece(&self, word: &str) -> Piece {
        Piece::read(word, self.language, &self.stemmer, self.forms)
    }

    /// The index of a term, made when it is new.
    fn term(&mut self, pieces: &[u32], form: Option<Form>) -> u32 {
        if let [piece] = pieces {
            let Piece { term, capital, .. } = self.pieces[*piece as usize];
            let index = term.unwrap_or_else(|| self.made_term(pieces, form));
            self.pieces[*piece as usize].term = Some(index);
            self.made.terms[index as usize].name &= capital;
            return index;
        }
        self.made_term(pieces, form)
    }

    fn made_term(&mut self, pieces: &[u32], form: Option<Form>) -> u32 {
        let pieces = Pieces { all: &self.pieces, chosen: pieces };
        let word = pieces.joined(Piece::word);
        let name = pieces.iter().all(|piece| piece.capital);
        let mut key = FxBuildHasher.hash_one(&*word);
        while let Some(index) = self.index.get(&key) {
            let term = &mut self.made.terms[*index as usize];
            if *term.word == *word {
                term.name &= name;
                return *index;
            }
            key = key.wrapping_add(1);
        }
        let figure = pieces.iter().find_map(|piece| piece.figure);
        let month = match figure {
            Some(Figure::Month(month)) => self.lexicon.month(month),
            _ => None,
        };
        let single = figure.is_none() && pieces.chosen.len() == 1;
        let (latin, skeleton) = &mut self.room;
        skeleton.clear();
        if single {
            skeleton_into(&word, self.language, latin, skeleton);
        }
        let Known { rank, vector, group } = match (figure, self.vectors) {
            (Some(_), _) => Known::default(),
            (None, None) => Known { rank: common_rank(&word, self.language), ..Known::default() },
            (None, Some(vectors)) if single => {
                known(&word, vectors, &mut self.rows, &mut self.made.vectors).unwrap_or_default()
            }
            (None, Some(vectors)) => known_together(pieces, vectors, &mut self.made.vectors),
        };
        let words = || pieces.iter().map(Piece::word);
        self.concepts.clear();
        if let Some((form, forms)) = form.zip(self.forms) {
            self.concepts.extend(forms.concepts(form, words()));
        }
        self.concepts.extend(month);
        let index = self.made.terms.len() as u32;
        self.made.terms.push(Term {
            stem: pieces.joined(Piece::stem).into(),
            number: figure == Some(Figure::Number),
            name,
            grams: if word.chars().nth(3).is_some() { grams(skeleton) } else { Box::default() },
            skeleton: skeleton.as_str().into(),
            concepts: self.concepts.as_slice().into(),
            rank,
            vector,
            group,
            word: word.into(),
        });
        self.index.insert(key, index);
        index
    }
}

/// What the vectors of a language know of a word; its row is added to the matrix if it is not in `rows`.
fn known(
    word: &str,
    vectors: Vectors<'_>,
    rows: &mut FxHashMap<Row, Option<u32>>,
    matrix: &mut Matrix,
) -> Option<Known> {
    let found = vectors.find(word)?;
    let row = rows.entry(found.row).or_insert_with(|| matrix.push(|values| vectors.vector(found.row, values)));
    let rank = if found.exact { vectors.rank(found.row) } else { f32::INFINITY };
    Some(Known { rank, vector: *row, group: vectors.group(found.row) })
}

/// What they know of several words: the sum of their vectors.
fn known_together(pieces: Pieces<'_>, vectors: Vectors<'_>, matrix: &mut Matrix) -> Known {
    let mut sum = vec![0i16; vectors.dimensions()];
    let mut rank = f32::NEG_INFINITY;
    let mut vector = Vec::with_capacity(vectors.dimensions());
    for piece in pieces.iter() {
        let found = vectors.find(piece.word());
        rank = rank.max(found.filter(|f| f.exact).map_or(f32::INFINITY, |f| vectors.rank(f.row)));
        if let Some(found) = found {
            vector.clear();
            vectors.vector(found.row, &mut vector);
            sum.iter_mut().zip(&vector).for_each(|(sum, v)| *sum += i16::from(*v));
        }
    }
    // Only the direction counts: where numbers are too large, all become smaller.
    let largest = sum.iter().map(|v| v.abs()).max().unwrap_or(0).max(i16::from(Matrix::LARGEST));
    let share = f32::from(Matrix::LARGEST) / f32::from(largest);
    let smaller = |v: i16| if share < 1.0 { (f32::from(v) * share).round() as i8 } else { v as i8 };
    let vector = matrix.push(|values| values.extend(sum.into_iter().map(smaller)));
    Known { rank, vector, group: None }
}

/// How common a word is by the list of the commonest words.
fn common_rank(word: &str, language: Option<&Language>) -> f32 {
    let common = language.map_or(&[][..], |l| &l.common);
    common.iter().position(|w| w == word).map_or(f32::INFINITY, |at| at as f32)
}

/// Whether a word is what follows the apostrophe of the one before it.
fn is_ending(text: &str, before: Option<Span>, word: &Word) -> bool {
    before.is_some_and(|before| {
        let between = &text[before.end as usize..word.span.start as usize];
        let short = word.span.of(text).chars().count() <= 6 && before.of(text).chars().nth(1).is_some();
        matches!(between, "'" | "’") && short && !word.digits
    })
}

/// The first trigrams of a skeleton with a mark before it, three bytes in a number each.
fn grams(skeleton: &str) -> Box<[u32]> {
    const MOST: usize = 7;
    let bytes = skeleton.as_bytes();
    let mut grams = Vec::with_capacity(MOST);
    grams.extend(bytes.first_chunk().map(|[a, b]| u32::from_be_bytes([0, b'^', *a, *b])));
    let others = bytes.windows(3).take(MOST - grams.len());
    others.for_each(|w| grams.push(u32::from_be_bytes([0, w[0], w[1], w[2]])));
    grams.sort_unstable();
    grams.dedup();
    grams.into()
}

/// Counts of what is neither word nor number: stops inside, quotation marks, groups of digits.
fn surface(text: &str) -> Represented {
    let mut out = Represented::default();
    let mut digit_before = false;
    let mut ended = false;
    let mut spaced = false;
    for c in text.chars() {
        let digit = c.is_ascii_digit();
        out.digits += u32::from(digit && !digit_before);
        digit_before = digit;
        match c {
            '.' | '!' | '?' | '…' => (ended, spaced) = (true, false),
            '"' | '“' | '”' | '«' | '»' | '„' => {
                out.quotes += 1;
            }
            _ if c.is_whitespace() => spaced = ended,
            '\'' | '’' | '‘' | ')' | '(' | '-' | '–' | '—' => {}
            _ => {
                out.stops += u32::from(ended && spaced && (c.is_uppercase() || digit));
                (ended, spaced) = (false, false);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(lang: &str, text: &str, expected: &[&str]) {
        let r = represent(&[text], lang, Languages::bundled(), Lexicon::bundled());
        let words: Vec<&str> = r.segments[0].terms.iter().map(|t| &*r.terms[*t as usize].word).collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn words_lose_case_endings_and_numbers_their_separators() {
        check("az", "Bakı'dan 94,6 milyon", &["bakı", "94600000"]);
        check("en", "1,234,567 rubles, Russia’s 5 800 t", &["1234567", "rouble", "russia", "5800", "t"]);
        check("az", "2017-ci il", &["2017", "il"]);
        check("tr", "Saat 19:30'da", &["saat", "19:30"]);
    }

    #[test]
    fn days_are_day_month_and_year_however_written() {
        let concepts = |lang, text: &str| {
            let r = represent(&[text], lang, Languages::bundled(), Lexicon::bundled());
            let of_term = |t: &Term| {
                if t.number { vec![t.word.to_string()] } else { t.concepts.iter().map(u32::to_string).collect() }
            };
            let mut all: Vec<String> = r.terms.iter().flat_map(of_term).collect();
            all.sort();
            all
        };
        assert_eq!(concepts("az", "20.11.2017"), concepts("en", "20 November 2017"));
        assert_eq!(concepts("az", "20.11.2017"), concepts("tr", "20 Kasım 2017"));
    }

    #[test]
    fn stops_are_counted_where_a_sentence_could_begin() {
        assert_eq!(surface("A b. C d. E").stops, 2);
        assert_eq!(surface("It rose 2.5 percent... maybe. \"Yes,\" he said.").stops, 1);
    }

    proptest! {
        #[test]
        fn any_text_can_be_represented(text in "\\PC{0,60}") {
            for lang in ["az", "en", "ru", "tr", "xx"] {
                let r = represent(&[&text, ""], lang, Languages::bundled(), Lexicon::bundled());
                prop_assert_eq!(r.segments.len(), 2);
                prop_assert!(r.segments[0].terms.iter().all(|t| (*t as usize) < r.terms.len()));
                prop_assert_eq!(r.segments[0].spans.len(), r.segments[0].terms.len());
                prop_assert!(r.segments[0].spans.iter().all(|s| text.get(s.range()).is_some_and(|word| !word.is_empty())));
                prop_assert!(r.terms.iter().all(|t| t.vector.is_none_or(|v| r.vectors.row(v).len() == r.vectors.dimensions)));
            }
        }
    }
}
