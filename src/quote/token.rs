//! A text as the finder of quotes reads it: words and marks, with what the rules of the language know of each, in sentences
//! and paragraphs.

use super::rules::{
    ADVERB, ARTICLE, CLAUSE_END, COMPLEMENTIZER, CONJUNCTION, Class, CueKind, DETERMINER, Meaning, OCCASION,
    PREPOSITION, PRONOUN, Rules,
};
use crate::model::Span;
use crate::segment::sentences;
use rustc_hash::FxHashSet;
use std::ops::Range;

/// A word or a mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub start: usize,
    pub end: usize,
    /// The mark; `None` of a word.
    pub mark: Option<char>,
    /// Whether a word begins with a capital.
    pub capital: bool,
    pub class: Class,
    pub sentence: usize,
}

/// Words that attribute something.
#[derive(Clone, Debug)]
pub(super) struct Cue {
    pub tokens: Range<usize>,
    pub kind: CueKind,
}

/// A text in words and marks.
pub(super) struct Text<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    /// Paragraphs and sentences, as ranges of tokens; none is empty.
    pub paragraphs: Vec<Range<usize>>,
    pub sentences: Vec<Range<usize>>,
    /// In order; they do not overlap.
    pub cues: Vec<Cue>,
    /// Words that have a capital within a sentence, too.
    pub names: FxHashSet<&'a str>,
}

/// A sentence of more words and marks is cut, so that none takes more than its share of time.
const LONGEST: usize = 256;

/// Words that are no name, and those that are none where a sentence begins with them.
const NO_NAME: Class = DETERMINER | PRONOUN;
const SMALL: Class = PREPOSITION | ADVERB | CONJUNCTION | COMPLEMENTIZER | OCCASION;

/// Marks that may stand twice for a double one: '' and << and >>.
const DOUBLED: [(&str, char); 4] = [("''", '"'), ("``", '"'), ("<<", '«'), (">>", '»')];

/// Words with what is inside them: "Bakı'dan", "24-year-old", "U.S", "2,5".
fn joins(c: char) -> bool {
    matches!(c, '\'' | '’' | '`' | '-' | '‑' | '.' | '\u{301}' | '\u{ad}' | '&')
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '‒' | '−')
}

impl<'a> Text<'a> {
    /// Reads a text; blank lines part its paragraphs.
    pub fn read(text: &'a str, rules: &Rules) -> Text<'a> {
        let mut read = Text {
            text,
            tokens: Vec::new(),
            paragraphs: Vec::new(),
            sentences: Vec::new(),
            cues: Vec::new(),
            names: FxHashSet::default(),
        };
        let mut keys = Vec::new();
        for paragraph in paragraphs(text) {
            let first = read.tokens.len();
            for sentence in sentences(paragraph.of(text), rules.language) {
                let from = read.tokens.len();
                let at = paragraph.start as usize;
                read.scan(at + sentence.start as usize..at + sentence.end as usize);
                let end = read.tokens.len();
                for start in (from..end).step_by(LONGEST) {
                    let cut = start..end.min(start + LONGEST);
                    let sentence = read.sentences.len();
                    read.tokens[cut.clone()].iter_mut().for_each(|t| t.sentence = sentence);
                    let inside: Vec<&str> = (cut.start + 1..cut.end).filter_map(|i| read.capital_inside(i)).collect();
                    read.names.extend(inside);
                    read.sentences.push(cut);
                }
            }
            if read.tokens.len() > first {
                read.paragraphs.push(first..read.tokens.len());
                keys.clear();
                keys.extend(
                    read.tokens[first..]
                        .iter()
                        .map(|t| if t.mark.is_some() { String::new() } else { rules.key(head(&text[t.start..t.end])) }),
                );
                read.classify(first, &keys, rules);
            }
        }
        read
    }

    /// The word at a place inside a sentence, if it has a capital after a small letter.
    fn capital_inside(&self, at: usize) -> Option<&'a str> {
        let (before, token) = (self.tokens.get(at - 1)?, self.tokens.get(at)?);
        (token.capital && before.mark.is_none()).then(|| head(&self.text[token.start..token.end]))
    }

    /// The words and marks of a stretch.
    fn scan(&mut self, range: Range<usize>) {
        let text = &self.text[..range.end];
        let mut at = range.start;
        while let Some(c) = text[at..].chars().next() {
            let start = at;
            at += c.len_utf8();
            if c.is_whitespace() || is_invisible(c) {
                continue;
            }
            let mut token = Token { start, end: at, mark: Some(c), capital: false, class: 0, sentence: 0 };
            if c.is_alphanumeric() {
                let mut rest = text[at..].chars().peekable();
                while let Some(next) = rest.next() {
                    if next.is_alphanumeric() || joins(next) && rest.peek().is_some_and(|c| c.is_alphanumeric()) {
                        at += next.len_utf8();
                    } else {
                        break;
                    }
                }
                token = Token { end: at, mark: None, capital: is_capital(&text[start..at]), ..token };
            } else if let Some((_, mark)) = DOUBLED.iter().find(|(twice, _)| text[start..].starts_with(twice)) {
                at = start + 2;
                token = Token { end: at, mark: Some(*mark), ..token };
            }
            self.tokens.push(token);
        }
    }

    /// Finds the phrases of a paragraph, whose tokens begin at `first`.
    fn classify(&mut self, first: usize, keys: &[String], rules: &Rules) {
        let mut cue_end = 0;
        for (i, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            if rules.ends_clause(key) {
                self.tokens[first + i].class |= CLAUSE_END;
            }
            for (rest, meaning) in rules.phrases(key) {
                if keys.get(i + 1..i + 1 + rest.len()).is_none_or(|next| next != &**rest) {
                    continue;
                }
                let tokens = first + i..first + i + 1 + rest.len();
                match meaning {
                    Meaning::Class(class) => self.tokens[tokens].iter_mut().for_each(|t| t.class |= class),
                    Meaning::Cue(_) if self.is_noun(tokens.start) => {}
                    Meaning::Cue(kind) if tokens.start >= cue_end => {
                        cue_end = tokens.end;
                        self.cues.push(Cue { tokens, kind: *kind });
                    }
                    Meaning::Cue(_) => {}
                }
            }
        }
    }

    /// Whether what looks like a cue is a noun: after an article, or with a capital inside a sentence ("United States").
    fn is_noun(&self, at: usize) -> bool {
        let (token, Some(before)) = (&self.tokens[at], at.checked_sub(1).map(|i| &self.tokens[i])) else {
            return false;
        };
        let same = before.mark.is_none() && before.sentence == token.sentence;
        let name = token.capital && self.text[token.start..token.end].chars().any(char::is_lowercase);
        same && (before.class & ARTICLE != 0 || name)
    }

    /// The bytes of a run of tokens; empty of none.
    pub fn span(&self, tokens: Range<usize>) -> Span {
        match self.tokens.get(tokens.clone()) {
            Some([first, .., last]) => Span::new(first.start, last.end),
            Some([only]) => Span::new(only.start, only.end),
            _ => Span::new(0, 0),
        }
    }

    pub fn str(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| &self.text[t.start..t.end])
    }

    pub fn mark(&self, at: usize) -> Option<char> {
        self.tokens.get(at).and_then(|t| t.mark)
    }

    pub fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.mark.is_none())
    }

    pub fn has(&self, at: usize, class: Class) -> bool {
        self.tokens.get(at).is_some_and(|t| t.class & class != 0)
    }

    pub fn is_name(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| {
            // The first word of a sentence has its capital from there.
            let first = self.sentences.get(t.sentence).is_some_and(|s| s.start == at);
            t.capital && t.class & if first { NO_NAME | SMALL } else { NO_NAME } == 0
        })
    }

    /// The cues within a range of tokens.
    pub fn cues_in(&self, range: Range<usize>) -> &[Cue] {
        let from = self.cues.partition_point(|c| c.tokens.start < range.start);
        let to = self.cues.partition_point(|c| c.tokens.start < range.end);
        &self.cues[from..to.max(from)]
    }

    /// The sentence of a token, as a range of tokens.
    pub fn sentence_of(&self, at: usize) -> Range<usize> {
        self.tokens.get(at).map_or(at..at, |t| self.sentences[t.sentence].clone())
    }

    pub fn paragraph_of(&self, at: usize) -> Range<usize> {
        let n = self.paragraphs.partition_point(|p| p.end <= at);
        self.paragraphs.get(n).cloned().unwrap_or(at..at)
    }
}

/// A word without what stands after its apostrophe.
pub(super) fn head(word: &str) -> &str {
    word.split(['\'', '’', '`']).next().unwrap_or(word)
}

/// Whether a word begins with a capital, a particle before its hyphen aside: "al-Assad".
fn is_capital(word: &str) -> bool {
    let begins = |part: &str| part.starts_with(char::is_uppercase);
    begins(word)
        || word.split_once('-').is_some_and(|(particle, name)| {
            begins(name) && particle.chars().count() < 4 && particle.chars().all(char::is_alphabetic)
        })
}

fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}')
}

/// The stretches between blank lines, without what cannot be seen around them: white space, a byte order mark.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let blank = |c: char| c.is_whitespace() || is_invisible(c);
        let body = line.trim_matches(blank);
        if body.is_empty() {
            found.extend(open.take());
        } else {
            let start = at + (line.len() - line.trim_start_matches(blank).len());
            let end = start + body.len();
            open = Some(open.map_or(start, |o| o.start)..end);
        }
        at += line.len();
    }
    found.extend(open);
    found.into_iter().map(|r| Span::new(r.start, r.end)).collect()
}
