//! A stretch is what stands between two quotation marks that belong together, those inside it aside. Marks are read over the
//! whole document: a stretch may run over paragraphs, and what is wrong with its marks is mended, with a reason.

use super::token::{Text, is_dash};
use crate::model::Recovery;
use std::ops::Range;

/// Words between marks.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    /// From the opening mark to past the closing one.
    pub outer: Range<usize>,
    /// What is between them.
    pub inner: Range<usize>,
    pub recovered: Option<Recovery>,
}

/// So many paragraphs a quote may run over to its closing mark, and over how many one goes on that is never closed.
const ACROSS: usize = 60;
const UNCLOSED: usize = 6;

/// Which way a mark looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Opens,
    Closes,
    Either,
}

/// The stretches of a text outside each other, in order. Linear in its length.
pub(super) fn stretches(text: &Text) -> Vec<Stretch> {
    let mut scan = Scan::new(text);
    let mut n = 0;
    let mut at = 0;
    while n < text.paragraphs.len() {
        (n, at) = scan.paragraph(n, at.max(text.paragraphs[n].start));
    }
    scan.found
}

struct Scan<'a> {
    text: &'a Text<'a>,
    /// Double marks: token, way. By paragraph in `of_paragraph`.
    doubles: Vec<(usize, Way)>,
    of_paragraph: Vec<Range<usize>>,
    /// Single marks that can close, that can open.
    single_closers: Vec<usize>,
    single_openers: Vec<usize>,
    found: Vec<Stretch>,
}

impl<'a> Scan<'a> {
    fn new(text: &'a Text<'a>) -> Scan<'a> {
        let mut scan = Scan {
            text,
            doubles: Vec::new(),
            of_paragraph: Vec::new(),
            single_closers: Vec::new(),
            single_openers: Vec::new(),
            found: Vec::new(),
        };
        for paragraph in &text.paragraphs {
            let first = scan.doubles.len();
            for i in paragraph.clone() {
                let Some(mark) = text.mark(i) else { continue };
                if let Some(way) = double(text, i, mark) {
                    scan.doubles.push((i, way));
                } else if matches!(mark, '\'' | '’' | '‘' | '‚' | '`') {
                    let (space, gap) = around(text, i);
                    match mark {
                        '\'' | '‘' | '‚' if space && !gap && !before_digit(text, i) => scan.single_openers.push(i),
                        '\'' | '’' | '‘' if !space && gap => scan.single_closers.push(i),
                        _ => {}
                    }
                }
            }
            scan.of_paragraph.push(first..scan.doubles.len());
        }
        scan
    }

    /// Reads a paragraph from a token on; returns where to go on.
    fn paragraph(&mut self, n: usize, from: usize) -> (usize, usize) {
        let text = self.text;
        let tokens = text.paragraphs[n].clone();
        let marks = self.of_paragraph[n].clone();
        // What the marks from each on come to, so that a mark can see what follows.
        let mut ahead: i64 = self.doubles[marks.clone()].iter().map(|(_, way)| weight(*way)).sum();
        let mut open: Option<usize> = None;
        let mut depth = 0_usize;
        let mut last_close = None;
        let mut done = from;
        for k in marks {
            let (i, way) = self.doubles[k];
            ahead -= weight(way);
            if i < from {
                continue;
            }
            let shape = text.mark(i).unwrap_or(' ');
            let Some(start) = open else {
                if i < done {
                    continue;
                }
                done = self.singles(done..i, n).max(done);
                let opens = match way {
                    Way::Opens => true,
                    Way::Either => shape != '”' && ahead < 0 || shape == '"' && self.closes_later(k, n),
                    Way::Closes => false,
                };
                if opens && i >= done {
                    (open, depth, last_close) = (Some(i), 1, None);
                }
                continue;
            };
            let closes = match way {
                Way::Closes => true,
                Way::Either => true,
                Way::Opens if shape == '”' => true,
                // A mark of no direction that seems to open: it closes, at the wrong word, unless what follows is balanced.
                Way::Opens if matches!(shape, '"' | '″') => ahead + 1 > 0 && follows_stop(text, i),
                Way::Opens => false,
            };
            if !closes {
                depth += 1;
                continue;
            }
            last_close = Some(i);
            let all = depth > 1 && tag_follows(text, i);
            depth = if all { 0 } else { depth - 1 };
            if depth == 0 {
                let wrong = all || way == Way::Opens && shape != '”';
                self.push(start, i, i + 1, wrong.then_some(Recovery::Misplaced));
                (open, done) = (None, i + 1);
            }
        }
        let Some(start) = open else {
            let end = self.singles(done..tokens.end, n).max(tokens.end);
            return match text.paragraphs.get(n + 1) {
                Some(_) => (n + 1 + text.paragraphs[n + 1..].iter().take_while(|p| p.end <= end).count(), end),
                None => (n + 1, end),
            };
        };
        let (end, outer, recovered) = self.across(n, last_close);
        self.push(start, end, outer, recovered);
        let next = text.paragraphs[n..].iter().take_while(|p| p.end <= outer).count();
        (n + next, outer)
    }

    fn push(&mut self, start: usize, end: usize, outer: usize, recovered: Option<Recovery>) {
        if end > start + 1 {
            self.found.push(Stretch { outer: start..outer, inner: start + 1..end, recovered });
        }
    }

    /// Whether a mark without direction after the `k`th is in the paragraph to close what it opens.
    fn closes_later(&self, k: usize, n: usize) -> bool {
        self.doubles.get(k + 1).is_some_and(|(_, way)| k + 1 < self.of_paragraph[n].end && *way != Way::Opens)
    }

    /// Where a quote ends that is open at the end of paragraph `n`: its end, past its mark, and what was mended.
    fn across(&self, n: usize, last_close: Option<usize>) -> (usize, usize, Option<Recovery>) {
        let text = self.text;
        let here = text.paragraphs[n].end;
        let first = |q: usize| self.of_paragraph.get(q).and_then(|m| self.doubles.get(m.clone())?.first().copied());
        let mut q = n + 1;
        let limit = text.paragraphs.len().min(n + ACROSS);
        while q < limit {
            match first(q) {
                None => q += 1,
                Some((i, Way::Closes | Way::Either)) if i > text.paragraphs[q].start => return (i, i + 1, None),
                Some((i, _)) if i > text.paragraphs[q].start && self.is_nested(q, &first) => q += 1,
                Some((i, _)) => {
                    if i == text.paragraphs[q].start && q == n + 1 {
                        return (here, here, Some(Recovery::Reopened));
                    }
                    break;
                }
            }
        }
        if let Some(i) = last_close.filter(|i| i + 4 > here) {
            return (i, i + 1, Some(Recovery::Misplaced));
        }
        let mut end = here;
        for paragraph in text.paragraphs.iter().take(q.min(n + UNCLOSED)).skip(n + 1) {
            if text.cues_in(paragraph.clone()).iter().any(|cue| cue.kind.speaks()) {
                break;
            }
            end = paragraph.end;
        }
        (end, end, Some(Recovery::Unclosed))
    }

    /// Whether the marks of a paragraph stand inside a quote that a later paragraph closes.
    fn is_nested(&self, q: usize, first: &dyn Fn(usize) -> Option<(usize, Way)>) -> bool {
        let balanced = self.doubles[self.of_paragraph[q].clone()].iter().map(|(_, way)| weight(*way)).sum::<i64>() == 0;
        let later = (q + 1..q + UNCLOSED).find_map(first);
        balanced && matches!(later, Some((_, Way::Closes)))
    }

    /// Finds stretches in single marks within some tokens of paragraph `n`; returns where the last ends.
    fn singles(&mut self, range: Range<usize>, n: usize) -> usize {
        let text = self.text;
        let mut at = range.start;
        let mut k = self.single_openers.partition_point(|&o| o < range.start);
        while let Some(&opener) = self.single_openers.get(k).filter(|&&o| o < range.end) {
            k += 1;
            if opener < at {
                continue;
            }
            let next_opener = self.single_openers.get(k).copied().unwrap_or(usize::MAX);
            let limit = range.end.min(next_opener);
            let c = self.single_closers.partition_point(|&c| c <= opener);
            let candidates = self.single_closers[c..].iter().copied().take(3);
            let mut inside = candidates.clone().take_while(|&i| i < limit);
            // The apostrophe of a plural ("members' lives") looks like a mark that closes.
            let closer = match inside.next() {
                Some(i) if text.str(i - 1).ends_with('s') => inside.find(|&j| text.mark(j - 1).is_some()).or(Some(i)),
                Some(i) => Some(i),
                None if range.end == text.paragraphs[n].end => candidates.clone().next().filter(|&i| {
                    let to = text.paragraphs.len().min(n + 1 + UNCLOSED);
                    let near = text.paragraphs[n + 1..to].iter().any(|p| p.contains(&i) && i + 1 == p.end);
                    near && i < next_opener
                        && self.doubles.get(self.of_paragraph[n].end).is_none_or(|&(double, _)| double > i)
                }),
                None => None,
            };
            if let Some(closer) = closer {
                self.push(opener, closer, closer + 1, None);
                at = closer + 1;
            }
        }
        at
    }
}

fn weight(way: Way) -> i64 {
    match way {
        Way::Opens => 1,
        Way::Closes => -1,
        Way::Either => 0,
    }
}

/// Whether room for an opening mark is before a token (a space, a bracket, a dash), and for a closing one after it.
fn around(text: &Text, i: usize) -> (bool, bool) {
    let token = &text.tokens[i];
    let before = text.text[..token.start].chars().next_back();
    let after = text.text[token.end..].chars().next();
    let space = before.is_none_or(|c| {
        c.is_whitespace() || is_dash(c) || matches!(c, '(' | '[' | '/' | ':' | '«' | '“' | '„' | '"' | '‘' | '\u{200b}')
    });
    let gap = after.is_none_or(|c| {
        c.is_whitespace()
            || is_dash(c)
            || matches!(c, ')' | ']' | '/' | '.' | ',' | ';' | ':' | '!' | '?' | '…' | '»' | '”' | '"' | '’' | '\'')
    });
    (space, gap)
}

/// The '90s have an apostrophe.
fn before_digit(text: &Text, i: usize) -> bool {
    text.str(i + 1).starts_with(|c: char| c.is_ascii_digit())
}

/// Which way a double mark looks, by its shape and by what is around it.
fn double(text: &Text, i: usize, mark: char) -> Option<Way> {
    if !matches!(mark, '«' | '»' | '„' | '“' | '”' | '‟' | '"' | '″' | '‹' | '›' | '〝' | '〞' | '＂')
    {
        return None;
    }
    let (space, gap) = around(text, i);
    Some(match mark {
        '«' | '„' | '‹' | '‟' => {
            if !space && gap {
                Way::Closes
            } else {
                Way::Opens
            }
        }
        '»' | '›' => {
            if space && !gap {
                Way::Opens
            } else {
                Way::Closes
            }
        }
        _ => match (space, gap) {
            (true, false) => Way::Opens,
            (false, true) => Way::Closes,
            _ if mark == '”' => Way::Closes,
            _ => Way::Either,
        },
    })
}

/// Whether a stop, a comma or a bracket stands before a mark.
fn follows_stop(text: &Text, i: usize) -> bool {
    i > 0 && text.mark(i - 1).is_some_and(|c| matches!(c, '.' | ',' | '!' | '?' | '…' | ';' | ')'))
}

/// Whether what follows a closing mark is "— said X": a comma or stop, a dash, and a cue close to it.
fn tag_follows(text: &Text, i: usize) -> bool {
    let mut at = i + 1;
    while text.mark(at).is_some_and(|c| matches!(c, ',' | '.' | '!' | '?' | '…')) {
        at += 1;
    }
    let dash = text.mark(at).is_some_and(is_dash);
    let comma = at > i + 1;
    let near = at..(at + if dash { 8 } else { 3 }).min(text.paragraph_of(i).end);
    (dash || comma) && text.cues_in(near).iter().any(|cue| cue.kind.speaks())
}
