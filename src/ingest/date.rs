//! A printed date is a day, month and year as a page writes them, with or without a time and a zone. This module finds
//! them in text and in the attributes of a page.
//!
//! The month words, and the words that may stand between a date and its time, are data of the languages; the shapes
//! (day first, month first, year first, figures only, time before or after) are the same for all of them.

use crate::language::{Language, Languages, lower};
use crate::model::Moment;
use std::ops::Range;

/// Most marks and words between a date and its time: ", bazar ertəsi, saat ".
const GAP: usize = 6;

/// Longest line, in bytes, that can be a date and nothing else.
const LONGEST_LINE: usize = 160;

/// Abbreviations of zones on news pages, minutes east of UTC. Those with two readings (IST, CST) are left out.
const ZONES: &[(&str, i16)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("msk", 180),
    ("мск", 180),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("bst", 60),
    ("trt", 180),
    ("azt", 240),
    ("est", -300),
    ("edt", -240),
    ("pst", -480),
    ("pdt", -420),
];

/// The dates in a text, in order, each with the bytes it takes; they do not overlap. Linear in the text.
///
/// Where figures leave it open, the day comes first (20.11.2017, 3/4/2017); 11/20/2017 can only be the other way round.
pub(super) fn find(text: &str, languages: &Languages) -> Vec<(Range<usize>, Moment)> {
    let reader = Reader { tokens: tokens(text), languages };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = reader.tokens.get(at) {
        match reader.moment(at) {
            Some((moment, next)) => {
                let end = reader.tokens.get(next - 1).map_or(first.end(), Token::end);
                found.push((first.start..end, moment));
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// The date in an attribute or a field made for dates: ISO 8601 with or without its marks, the forms of mail and
/// HTTP headers, seconds since 1970, else the first printed date.
pub(super) fn read(value: &str, languages: &Languages) -> Option<Moment> {
    let value = value.trim();
    if let Ok(moment) = value.parse() {
        return Some(moment);
    }
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    match (digits, value.len()) {
        (10, 10) => return Moment::from_unix(value.parse().ok()?),
        (13, 13) => return Moment::from_unix(value.parse::<i64>().ok()? / 1000),
        (8, _) => {
            let (date, rest) = (value.get(..8)?, value.get(8..)?);
            let iso = format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..8)?);
            return match compact_time(rest) {
                Some(time) => format!("{iso}{time}").parse().ok(),
                None => iso.parse().ok(),
            };
        }
        _ => {}
    }
    let start = value.get(..LONGEST_LINE).unwrap_or(if value.len() <= LONGEST_LINE { value } else { "" });
    find(start, languages).first().map(|(_, moment)| *moment)
}

/// `T1918` and `T191800+0400` with the colons put in.
fn compact_time(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix('T')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, minute) = (rest.get(..2)?, rest.get(2..4)?);
    match digits {
        4 => Some(format!("T{hour}:{minute}{}", rest.get(4..)?)),
        6 => Some(format!("T{hour}:{minute}:{}", rest.get(4..)?)),
        _ => None,
    }
}

/// The date of a line that holds a date and nothing else but marks and words that go with one ("Monday", "года",
/// "Published:"), and whether the line says that it is the date of a change.
pub(super) fn alone(line: &str, languages: &Languages) -> Option<(Moment, bool)> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let (range, moment) = find(line, languages).into_iter().next()?;
    let around = [line.get(..range.start)?, line.get(range.end..)?];
    let mut update = false;
    for token in around.into_iter().flat_map(tokens) {
        match token.kind {
            Kind::Mark(_) => {}
            Kind::Word if is_word(token.text, languages, |l| &l.update_words) => update = true,
            Kind::Word if is_word(token.text, languages, |l| &l.date_words) => {}
            _ => return None,
        }
    }
    Some((moment, update))
}

/// The text before its first date, without the words that go with the date; the date, if there is one.
pub(super) fn before<'t>(text: &'t str, languages: &Languages) -> (&'t str, Option<Moment>) {
    let Some((range, moment)) = find(text, languages).into_iter().next() else { return (text, None) };
    let text = text.get(..range.start).unwrap_or_default();
    let goes_with = |token: &Token| match token.kind {
        Kind::Word => is_word(token.text, languages, |l| &l.date_words),
        Kind::Mark(_) => true,
        Kind::Number => false,
    };
    let end = tokens(text).iter().rfind(|token| !goes_with(token)).map_or(0, Token::end);
    (text.get(..end).unwrap_or_default(), Some(moment))
}

/// Whether some word of the text says that the date beside it is that of a change.
pub(super) fn tells_update(text: &str, languages: &Languages) -> bool {
    tokens(text).iter().any(|t| t.kind == Kind::Word && is_word(t.text, languages, |l| &l.update_words))
}

fn is_word(word: &str, languages: &Languages, list: impl Fn(&Language) -> &Vec<String>) -> bool {
    languages.iter().any(|language| list(language).contains(&lower(word, language.casing)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// ASCII digits.
    Number,
    /// Letters.
    Word,
    /// Anything else but white space, one character.
    Mark(char),
}

#[derive(Clone, Copy)]
struct Token<'t> {
    kind: Kind,
    text: &'t str,
    start: usize,
    /// No white space before it.
    glued: bool,
}

impl Token<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The value of a number of `least` to `most` digits.
    fn number(&self, least: usize, most: usize) -> Option<u16> {
        let fits = self.kind == Kind::Number && (least..=most).contains(&self.text.len());
        fits.then(|| self.text.parse().ok())?
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut glued = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let (kind, len) = match first {
            c if c.is_whitespace() => {
                glued = false;
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                continue;
            }
            '0'..='9' => (Kind::Number, rest.bytes().take_while(u8::is_ascii_digit).count()),
            c if c.is_alphabetic() => (Kind::Word, rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())),
            c => (Kind::Mark(c), c.len_utf8()),
        };
        let (token, after) = rest.split_at(len);
        tokens.push(Token { kind, text: token, start, glued });
        glued = true;
        rest = after;
    }
    tokens
}

/// Reads dates at a place among the tokens. Every function gives what it read and the first token after it, or `None`.
struct Reader<'t> {
    tokens: Vec<Token<'t>>,
    languages: &'t Languages,
}

impl Reader<'_> {
    /// A date with the time before it or after it, or without one.
    fn moment(&self, at: usize) -> Option<(Moment, usize)> {
        if let Some((time, after)) = self.time(at) {
            let (zone, after) = self.zone(after).map_or((None, after), |(zone, after)| (Some(zone), after));
            let dated = (after..=after + GAP).take_while(|n| self.is_gap(after, *n)).find_map(|n| self.date(n));
            if let Some((date, next)) = dated {
                return Some((join(date, time, zone), next));
            }
        }
        let (date, after) = self.date(at)?;
        let timed = (after..=after + GAP).take_while(|n| self.is_gap(after, *n)).find_map(|n| {
            let (time, next) = self.time(n)?;
            // 12.50 after words is as likely a price as a time.
            let is_plain = (after..n).all(|n| self.mark(n).is_some());
            (time.colon || is_plain).then_some((time, next))
        });
        let Some((time, next)) = timed else { return Some((date, after)) };
        match self.zone(next) {
            Some((zone, next)) => Some((join(date, time, Some(zone)), next)),
            None => Some((join(date, time, None), next)),
        }
    }

    fn date(&self, at: usize) -> Option<(Moment, usize)> {
        self.figures(at).or_else(|| self.day_first(at)).or_else(|| self.month_first(at)).or_else(|| self.year_first(at))
    }

    /// 20.11.2017, 20/11/2017, 11/20/2017, 2017-11-20.
    fn figures(&self, at: usize) -> Option<(Moment, usize)> {
        let separator = self.mark(at + 1).filter(|c| matches!(c, '.' | '/' | '-'))?;
        let is_glued = (at + 1..at + 5).all(|n| self.tokens.get(n).is_some_and(|t| t.glued));
        let goes_on = self.mark(at + 5) == Some(separator) && self.is_glued_number(at + 6);
        let begun = at.checked_sub(2).is_some_and(|n| {
            self.mark(n + 1) == Some(separator) && self.is_glued_number(at) && self.number(n, 1, 9).is_some()
        });
        if self.mark(at + 3) != Some(separator) || !is_glued || goes_on || begun {
            return None;
        }
        let (second, third) = (self.number(at + 2, 1, 2)?, at + 4);
        let moment = match self.number(at, 4, 4) {
            Some(year) => date(year, second, self.number(third, 1, 2)?),
            None => {
                let (first, year) = (self.number(at, 1, 2)?, self.number(third, 4, 4)?);
                date(year, second, first).or_else(|| date(year, first, second))
            }
        }?;
        Some((moment, at + 5))
    }

    /// 20 noyabr 2017, 20th November 2017, 20-Nov-2017, 20 нојабр 2017.
    fn day_first(&self, at: usize) -> Option<(Moment, usize)> {
        let day = self.number(at, 1, 2)?;
        let (month, next) = [at + 1, at + 2, self.suffix(at + 1)].into_iter().find_map(|n| {
            let between = (at + 1..n).all(|n| matches!(self.mark(n), Some('.' | '-' | '/')) || self.is_suffix(n));
            between.then(|| self.month(n))?
        })?;
        let year = self.after_marks(next, &['.', ',', '-', '/', '’', '\''])?;
        Some((date(self.number(year, 4, 4)?, month, day)?, year + 1))
    }

    /// November 20, 2017; Nov. 20 2017.
    fn month_first(&self, at: usize) -> Option<(Moment, usize)> {
        let (month, next) = self.month(at)?;
        let day = self.after_marks(next, &['.'])?;
        let year = self.after_marks(self.suffix(day + 1), &[','])?;
        Some((date(self.number(year, 4, 4)?, month, self.number(day, 1, 2)?)?, year + 1))
    }

    /// 2017-ci il noyabrın 20, 2017 November 20.
    fn year_first(&self, at: usize) -> Option<(Moment, usize)> {
        let year = self.number(at, 4, 4)?;
        let (month, next) = (at + 1..=at + 4).take_while(|n| self.is_gap(at + 1, *n)).find_map(|n| self.month(n))?;
        Some((date(year, month, self.number(next, 1, 2)?)?, next + 1))
    }

    /// 19:18, 19.18, 19:18:05, 7:18 p.m.
    fn time(&self, at: usize) -> Option<(Time, usize)> {
        let separator = self.mark(at + 1).filter(|c| matches!(c, ':' | '.'))?;
        let colon = separator == ':';
        if !self.is_glued(at + 1) || !self.is_glued(at + 2) {
            return None;
        }
        let mut hour = self.number(at, if colon { 1 } else { 2 }, 2)?;
        let minute = self.number(at + 2, 2, 2)?;
        let mut next = at + 3;
        let mut second = 0;
        if self.mark(next) == Some(separator) && self.is_glued(next) && self.is_glued_number(next + 1) {
            second = self.number(next + 1, 2, 2)?.min(59);
            next += 2;
            if self.mark(next) == Some('.') && self.is_glued(next) && self.is_glued_number(next + 1) {
                next += 2;
            }
        }
        if let Some((afternoon, after)) = self.half_day(next) {
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            next = after;
        }
        (hour < 24 && minute < 60).then_some((Time { hour, minute, second, colon }, next))
    }

    /// am, p.m.: whether it is the afternoon.
    fn half_day(&self, at: usize) -> Option<(bool, usize)> {
        let word = self.word(at)?.to_ascii_lowercase();
        match word.as_str() {
            "am" | "pm" => Some((word == "pm", at + 1)),
            "a" | "p" if self.mark(at + 1) == Some('.') && self.word(at + 2)?.eq_ignore_ascii_case("m") => {
                Some((word == "p", at + 3 + usize::from(self.mark(at + 3) == Some('.'))))
            }
            _ => None,
        }
    }

    /// UTC+4, GMT+3, +0400, (UTC+04:00), MSK: minutes east of UTC.
    fn zone(&self, at: usize) -> Option<(i16, usize)> {
        let open = self.mark(at) == Some('(');
        let (minutes, next) = self.zone_inside(at + usize::from(open))?;
        let closed = open && self.mark(next) == Some(')');
        (closed == open).then_some((minutes, next + usize::from(closed)))
    }

    fn zone_inside(&self, at: usize) -> Option<(i16, usize)> {
        let named = self.word(at).and_then(|word| {
            let word = word.to_lowercase();
            ZONES.iter().find(|(name, _)| *name == word).map(|(_, minutes)| *minutes)
        });
        let sign_at = at + usize::from(named.is_some());
        let offset = match self.mark(sign_at) {
            Some('+') => self.hours(sign_at + 1),
            // After a bare time, -10:30 is the end of a range of hours; -0500 is not.
            Some('-' | '−') if named.is_some() || self.number(sign_at + 1, 4, 4).is_some() => {
                self.hours(sign_at + 1).map(|(minutes, next)| (-minutes, next))
            }
            _ => None,
        };
        offset.filter(|(minutes, _)| minutes.abs() <= 14 * 60).or(named.map(|minutes| (minutes, at + 1)))
    }

    /// 4, 04, 0400, 04:00: in minutes.
    fn hours(&self, at: usize) -> Option<(i16, usize)> {
        if !self.is_glued(at) {
            return None;
        }
        if let Some(both) = self.number(at, 4, 4) {
            return Some(((both / 100 * 60 + both % 100) as i16, at + 1));
        }
        let hours = self.number(at, 1, 2)? as i16;
        match self.number(at + 2, 2, 2).filter(|_| self.mark(at + 1) == Some(':') && self.is_glued(at + 2)) {
            Some(minutes) => Some((hours * 60 + minutes as i16, at + 3)),
            None => Some((hours * 60, at + 1)),
        }
    }

    fn month(&self, at: usize) -> Option<(u16, usize)> {
        Some((u16::from(self.languages.month(self.word(at)?)?), at + 1))
    }

    /// Whether the tokens from `start` up to `end` may stand between the parts of a date: marks, words that go with one.
    fn is_gap(&self, start: usize, end: usize) -> bool {
        end <= start
            || self.tokens.get(end - 1).is_some_and(|token| match token.kind {
                Kind::Mark(_) => true,
                Kind::Word => token.text == "T" || is_word(token.text, self.languages, |l| &l.date_words),
                Kind::Number => false,
            })
    }

    /// The first token from `at` on that is none of `marks`; at most two are stepped over.
    fn after_marks(&self, at: usize, marks: &[char]) -> Option<usize> {
        (at..at + 3).find(|n| self.mark(*n).is_none_or(|c| !marks.contains(&c)))
    }

    /// The token after the ending of an ordinal (20th, 20-ci, 20-го) that begins at `at`; `at` if none does.
    fn suffix(&self, at: usize) -> usize {
        let hyphen = usize::from(self.mark(at) == Some('-') && self.is_glued(at));
        if self.is_suffix(at + hyphen) { at + hyphen + 1 } else { at }
    }

    fn is_suffix(&self, at: usize) -> bool {
        self.is_glued(at) && self.word(at).is_some_and(|word| word.chars().count() <= 3 && self.month(at).is_none())
    }

    fn mark(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.kind {
            Kind::Mark(c) => Some(c),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).filter(|t| t.kind == Kind::Word).map(|t| t.text)
    }

    fn number(&self, at: usize, least: usize, most: usize) -> Option<u16> {
        self.tokens.get(at)?.number(least, most)
    }

    fn is_glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.glued)
    }

    fn is_glued_number(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.glued && t.kind == Kind::Number)
    }
}

#[derive(Clone, Copy)]
struct Time {
    hour: u16,
    minute: u16,
    second: u16,
    /// Written 19:18, not 19.18.
    colon: bool,
}

fn date(year: u16, month: u16, day: u16) -> Option<Moment> {
    Moment::date(i16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn join(date: Moment, time: Time, zone: Option<i16>) -> Moment {
    let timed = date.at(time.hour as u8, time.minute as u8, time.second as u8).unwrap_or(date);
    zone.and_then(|minutes| timed.zone(minutes)).unwrap_or(timed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &[&str]) {
        let found: Vec<String> =
            find(input, Languages::bundled()).into_iter().map(|(_, moment)| moment.to_string()).collect();
        assert_eq!(found, expected, "{input}");
    }

    #[test]
    fn a_month_is_named_in_any_of_the_languages() {
        check("20 noyabr 2017", &["2017-11-20"]);
        check("20 ноября 2017 г.", &["2017-11-20"]);
        check("20 Kasım 2017", &["2017-11-20"]);
        check("20 KASIM 2017", &["2017-11-20"]);
        check("20 November 2017", &["2017-11-20"]);
        check("20 нојабр 2017", &["2017-11-20"]);
        check("14 mart 2025-ci il", &["2025-03-14"]);
        check("2017-ci il noyabrın 20-də", &["2017-11-20"]);
    }

    #[test]
    fn the_month_may_come_first() {
        check("November 20, 2017", &["2017-11-20"]);
        check("Nov. 20 2017", &["2017-11-20"]);
        check("November 20th, 2017", &["2017-11-20"]);
        check("Mon Nov 20 2017 19:18:00 GMT+0400", &["2017-11-20T19:18:00+04:00"]);
    }

    #[test]
    fn the_day_may_carry_an_ending() {
        check("20th November 2017", &["2017-11-20"]);
        check("20-го ноября 2017 года", &["2017-11-20"]);
        check("20-Nov-2017", &["2017-11-20"]);
        check("20. November 2017", &["2017-11-20"]);
    }

    #[test]
    fn figures_put_the_day_first_where_they_can() {
        check("20.11.2017", &["2017-11-20"]);
        check("20/11/2017", &["2017-11-20"]);
        check("3/4/2017", &["2017-04-03"]);
        check("11/20/2017", &["2017-11-20"]);
        check("2017/11/20", &["2017-11-20"]);
    }

    #[test]
    fn a_time_stands_before_the_date() {
        check("19:18 20.11.2017", &["2017-11-20T19:18:00"]);
        check("19:18 | 20 noyabr 2017", &["2017-11-20T19:18:00"]);
        check("19:32 (UTC+4), 19 ноября 2017", &["2017-11-19T19:32:00+04:00"]);
    }

    #[test]
    fn a_time_stands_after_the_date() {
        check("20.11.2017 19:18", &["2017-11-20T19:18:00"]);
        check("20.11.2017 / 19:18", &["2017-11-20T19:18:00"]);
        check("20.11.2017 [19:18]", &["2017-11-20T19:18:00"]);
        check("20.11.2017, 19.18", &["2017-11-20T19:18:00"]);
        check("20 noyabr 2017, 19:18", &["2017-11-20T19:18:00"]);
        check("20 Kasım 2017 Pazartesi 19:18", &["2017-11-20T19:18:00"]);
        check("20 ноября 2017 года, в 19:18:05", &["2017-11-20T19:18:05"]);
        check("20 noyabr 2017-ci il, saat 19:18", &["2017-11-20T19:18:00"]);
        check("November 20, 2017 at 7:18 p.m.", &["2017-11-20T19:18:00"]);
        check("12:05 AM, November 20, 2017", &["2017-11-20T00:05:00"]);
    }

    #[test]
    fn a_zone_is_kept() {
        check("2017-11-20T19:18:00+04:00", &["2017-11-20T19:18:00+04:00"]);
        check("2017-11-20T19:18:00.120Z", &["2017-11-20T19:18:00Z"]);
        check("19 November 2017 19:32 (UTC+04:00)", &["2017-11-19T19:32:00+04:00"]);
        check("20.11.2017 19:18 GMT+3", &["2017-11-20T19:18:00+03:00"]);
        check("20 ноября 2017 19:18 MSK", &["2017-11-20T19:18:00+03:00"]);
        check("Mon, 20 Nov 2017 19:18:00 -0500", &["2017-11-20T19:18:00-05:00"]);
    }

    #[test]
    fn opening_hours_are_no_zone() {
        check("20.11.2017 09:00-10:30", &["2017-11-20T09:00:00"]);
    }

    #[test]
    fn words_of_prose_end_a_date() {
        check("On 20 November 2017 police counted 12.50 manat at 19:18.", &["2017-11-20"]);
    }

    #[test]
    fn several_dates_are_found_with_their_places() {
        let text = "Əvvəl 20.11.2017, sonra 21 noyabr 2017.";
        let found = find(text, Languages::bundled());
        let places: Vec<&str> = found.iter().map(|(range, _)| &text[range.clone()]).collect();
        assert_eq!(places, ["20.11.2017", "21 noyabr 2017"]);
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for text in ["", "31.02.2017", "20.11.17", "192.168.10.2017", "1.20.11.2017", "32 noyabr 2017", "may 2017"] {
            check(text, &[]);
        }
        check("99999999999999999999 noyabr 99999999999999999999", &[]);
    }

    #[test]
    fn a_field_is_read_in_the_forms_of_machines() {
        let read = |value| read(value, Languages::bundled()).map(|m| m.to_string()).unwrap_or_default();
        assert_eq!(read("20171120"), "2017-11-20");
        assert_eq!(read("20171120T191800+0400"), "2017-11-20T19:18:00+04:00");
        assert_eq!(read("1511191080"), "2017-11-20T15:18:00Z");
        assert_eq!(read(" 20 noyabr 2017 "), "2017-11-20");
        assert_eq!(read("Mon, 20 Nov 2017 19:18:00 GMT"), "2017-11-20T19:18:00Z");
        assert_eq!(read("yesterday"), "");
    }

    #[test]
    fn a_line_is_a_date_if_nothing_else_is_on_it() {
        let alone = |line| alone(line, Languages::bundled()).map(|(moment, update)| (moment.to_string(), update));
        assert_eq!(alone("Bazar ertəsi, 20 noyabr 2017"), Some(("2017-11-20".into(), false)));
        assert_eq!(alone("Дата публикации: 20 ноября 2017 г."), Some(("2017-11-20".into(), false)));
        assert_eq!(alone("Güncelleme: 20.11.2017 - 19:18"), Some(("2017-11-20T19:18:00".into(), true)));
        assert_eq!(alone("Bakı, 20 noyabr 2017"), None);
    }

    #[test]
    fn a_long_text_is_read_in_linear_time() {
        for piece in ["20 ", "20.", "19:18 ", "20 noyabr ", "2017 ", "il ", "+", "(UTC"] {
            find(&piece.repeat(200_000), Languages::bundled());
        }
    }
}
