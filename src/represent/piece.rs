//! Pieces: words and figures of a document as they were met, each read once.

use super::{Meaning, Stemmer, forms::Form, lexicon::Forms};
use crate::language::{Language, lower};
use std::{borrow::Cow, ops::Range};

/// A word or a figure on its way to a term.
pub(super) struct Piece {
    /// The word with small letters only; after it the word and the stem where they differ.
    letters: String,
    lowered: usize,
    /// Where the same stands without marks and in the usual script.
    word: Range<usize>,
    stem: Range<usize>,
    /// The form of its stem in the lexicon.
    pub form: Option<Form>,
    pub capital: bool,
    /// What it is as a figure, where it is one.
    pub figure: Option<Figure>,
    /// What it became by itself.
    pub term: Option<u32>,
}

impl Piece {
    /// A piece that is written as it is compared.
    pub fn new(letters: String) -> Piece {
        let length = letters.len();
        let whole = 0..length;
        Piece {
            letters,
            lowered: length,
            stem: whole.clone(),
            word: whole,
            form: None,
            capital: false,
            figure: None,
            term: None,
        }
    }

    /// Reads a word as it stands in a text.
    pub fn read(word: &str, language: Option<&Language>, stemmer: &Stemmer, forms: Option<&Forms>) -> Piece {
        let mut piece = Piece::new(lower(word, language.map(|l| l.casing).unwrap_or_default()));
        piece.capital = word.chars().next().is_some_and(char::is_uppercase);
        if !piece.letters.is_ascii()
            && let Some(compared) = compared(&piece.letters, language)
        {
            piece.letters.push_str(&compared);
            piece.word = piece.lowered..piece.letters.len();
        }
        let (head, hard) = stemmer.head(piece.word());
        piece.stem = piece.word.start..piece.word.start + head.len();
        if let Some(hard) = hard {
            let start = piece.letters.len();
            piece.letters.extend_from_within(piece.stem.clone());
            piece.letters.push(hard);
            piece.stem = start..piece.letters.len();
        }
        piece.form = forms.and_then(|forms| forms.of_stem(piece.stem()));
        piece
    }

    pub fn lowered(&self) -> &str {
        &self.letters[..self.lowered]
    }

    pub fn word(&self) -> &str {
        &self.letters[self.word.clone()]
    }

    pub fn stem(&self) -> &str {
        &self.letters[self.stem.clone()]
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Figure {
    Number,
    Month(u8),
}

/// A lower-cased word in the usual script and without marks; `None` where it is that.
fn compared(lowered: &str, language: Option<&Language>) -> Option<String> {
    let usual = language.and_then(|l| l.respelled(lowered));
    let is_mark = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    let marked = usual.as_deref().unwrap_or(lowered);
    if marked.chars().any(is_mark) { Some(marked.chars().filter(|c| !is_mark(*c)).collect()) } else { usual }
}

/// Some of the pieces of a document.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'p> {
    pub all: &'p [Piece],
    pub chosen: &'p [u32],
}

impl<'p> Pieces<'p> {
    pub fn iter(self) -> impl Iterator<Item = &'p Piece> {
        self.chosen.iter().map(move |n| &self.all[*n as usize])
    }

    /// A part of each, with spaces between; of one alone, as most are, nothing is copied.
    pub fn joined(self, part: fn(&Piece) -> &str) -> Cow<'p, str> {
        match self.chosen {
            [one] => Cow::Borrowed(part(&self.all[*one as usize])),
            _ => Cow::Owned(self.iter().map(part).collect::<Vec<_>>().join(" ")),
        }
    }
}

/// What a figure is as terms: a number, or the day, month and year of a day, or the hour and minute of a time.
pub(super) fn figure_pieces(meaning: Meaning) -> Vec<Piece> {
    let piece = |word: String, figure| Piece { figure: Some(figure), ..Piece::new(word) };
    match meaning {
        Meaning::Number { amount, .. } => vec![piece(amount.to_string(), Figure::Number)],
        Meaning::Date { year, month, day } => {
            let number = |n: u16| piece(n.to_string(), Figure::Number);
            let month = piece(format!("month {month}"), Figure::Month(month));
            day.map(u16::from).map(number).into_iter().chain([month]).chain(year.map(number)).collect()
        }
        Meaning::Time { hour, minute } => vec![piece(format!("{hour}:{minute:02}"), Figure::Number)],
    }
}
