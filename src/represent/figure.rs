use crate::language::{Language, lower};
use crate::model::Span;
use crate::segment::{Word, words};
use std::fmt;

/// A figure: a stretch of text that stands for a number, a day or a time, in digits or in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Where it stands in the text.
    pub span: Span,
    /// What it stands for.
    pub meaning: Meaning,
}

/// What a figure stands for, whatever the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An amount, or a place in an order.
    Number {
        /// How much, or which.
        amount: Decimal,
        /// Whether it is a place in an order: "20th", "20-ci", "двадцатый".
        ordinal: bool,
        /// What it is an amount of, where it says.
        unit: Option<Unit>,
    },
    /// A day, a day of any year, or a month of a year.
    Date {
        /// The year, four digits.
        year: Option<u16>,
        /// The month, 1 to 12.
        month: u8,
        /// The day, 1 to 31.
        day: Option<u8>,
    },
    /// A time of day.
    Time {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
}

/// What an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Per cent.
    Percent,
    /// A currency by its code in ISO 4217.
    Currency([u8; 3]),
}

/// Signs of currencies, whatever the language.
const SIGNS: [(char, &[u8; 3]); 7] =
    [('$', b"USD"), ('€', b"EUR"), ('£', b"GBP"), ('₼', b"AZN"), ('₽', b"RUB"), ('₺', b"TRY"), ('₾', b"GEL")];

/// A decimal number from 0 on, exact: a whole number and how many of its last digits are decimals.
///
/// ```
/// use korpu::represent::Decimal;
/// let half = Decimal::new(1_500_000, 6).unwrap();
/// assert_eq!((half.to_string().as_str(), half), ("1.5", Decimal::new(15, 1).unwrap()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal {
    whole: u64,
    decimals: u8,
}

/// Numbers have no more digits.
const DIGITS: usize = 18;

impl Decimal {
    /// Without zeros at the end of the decimals; `None` where there are more digits than it can hold.
    pub fn new(mut whole: u64, mut decimals: u8) -> Option<Decimal> {
        while decimals > 0 && whole.is_multiple_of(10) {
            (whole, decimals) = (whole / 10, decimals - 1);
        }
        (usize::from(decimals) <= DIGITS && whole < 10u64.pow(DIGITS as u32)).then_some(Decimal { whole, decimals })
    }

    fn times(self, factor: u64) -> Option<Decimal> {
        Decimal::new(self.whole.checked_mul(factor)?, self.decimals)
    }

    /// The whole number that it is, if it is one.
    pub fn as_whole(self) -> Option<u64> {
        (self.decimals == 0).then_some(self.whole)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>1$}", self.whole, usize::from(self.decimals) + 1);
        let (whole, decimals) = digits.split_at(digits.len() - usize::from(self.decimals));
        f.write_str(whole)?;
        if decimals.is_empty() { Ok(()) } else { write!(f, ".{decimals}") }
    }
}

/// The figures of a text, in order.
///
/// ```
/// use korpu::{language::Languages, represent::figures};
/// let read = |lang, text: &str| {
///     let found = figures(text, Languages::bundled().get(lang));
///     found.iter().map(|f| format!("{:?}", f.meaning)).collect::<Vec<_>>()
/// };
/// assert_eq!(read("ru", "1,5 млн"), read("en", "1.5 million"));
/// assert_eq!(read("az", "iyirmi beş"), read("tr", "yirmi beş"));
/// assert_eq!(read("en", "November 20, 2017"), read("az", "20.11.2017"));
/// assert_eq!(read("en", "$5 million and 60%"), read("tr", "5 milyon dolar ve yüzde 60"));
/// ```
pub fn figures(text: &str, language: Option<&Language>) -> Vec<Figure> {
    let words = words(text);
    let small = |word: &Word| {
        let lowered = lower(word.span.of(text), language.map(|l| l.casing).unwrap_or_default());
        let known =
            |l: &Language| l.numbers.cardinals.contains_key(&lowered) || l.numbers.ordinals.contains_key(&lowered);
        match language {
            // In another script, or with other letters.
            Some(language) if !known(language) => language.normal(lowered),
            _ => lowered,
        }
    };
    let lowered: Vec<String> = words.iter().map(small).collect();
    figures_of(text, &words, |at| &lowered[at], language)
}

/// The same where the words are known, and how each is written with small letters, by its place.
pub(super) fn figures_of<'a>(
    text: &str,
    words: &[Word],
    lowered: impl Fn(usize) -> &'a str,
    language: Option<&Language>,
) -> Vec<Figure> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let reading = Reading { text, words, lowered: &lowered, language };
        let figure = if words[at].digits {
            reading.digits(at)
        } else {
            reading.month_first(at).or_else(|| reading.in_words(at))
        };
        match figure {
            Some((figure, next)) => {
                reading.share_unit(found.last_mut(), &figure);
                found.push(figure);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

struct Reading<'a, L> {
    text: &'a str,
    words: &'a [Word],
    lowered: &'a L,
    language: Option<&'a Language>,
}

impl<'l, L: Fn(usize) -> &'l str> Reading<'_, L> {
    /// The text between two words, the first by its place.
    fn between(&self, at: usize) -> &str {
        match (self.words.get(at), self.words.get(at + 1)) {
            (Some(a), Some(b)) => &self.text[a.span.end as usize..b.span.start as usize],
            _ => "\n",
        }
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |w| w.span.of(self.text))
    }

    fn lowered(&self, at: usize) -> &'l str {
        self.words.get(at).map_or("", |_| (self.lowered)(at))
    }
    fn figure(&self, first: usize, next: usize, meaning: Meaning) -> (Figure, usize) {
        let span = Span::new(self.words[first].span.start as usize, self.words[next - 1].span.end as usize);
        (Figure { span, meaning }, next)
    }

    /// A figure that begins with digits.
    fn digits(&self, at: usize) -> Option<(Figure, usize)> {
        if let Some(day) = self.day(at) {
            return Some(self.figure(at, at + 3, day));
        }
        if let Some((date, next)) = self.day_first(at) {
            return Some(self.figure(at, next, date));
        }
        if let Some((time, next)) = self.time(at) {
            return Some(self.figure(at, next, time));
        }
        let (amount, mut next) = self.amount(at)?;
        let mut amount = amount;
        if let Some(language) = self.language {
            let numbers = &language.numbers;
            // "20th", "20-ci", "20'si": no space may stand between.
            let glued = matches!(self.between(next - 1), "" | "-" | "‑" | "'" | "’") && next < self.words.len();
            if glued && is_among(&numbers.ordinal_suffixes, self.lowered(next)) {
                return Some(self.figure(at, next + 1, Meaning::Number { amount, ordinal: true, unit: None }));
            }
            if matches!(self.between(next - 1), "" | " " | "\u{a0}" | "-" | "\u{202f}")
                && is_among(&numbers.halves, self.lowered(next))
                && let Some(half) = amount.as_whole().and_then(|w| Decimal::new(w.checked_mul(10)? + 5, 1))
            {
                (amount, next) = (half, next + 1);
            }
            // A scale after it: "1,5 млн", "5 min", "1.5bn".
            while matches!(self.between(next - 1), "" | " " | "\u{a0}" | "-" | "\u{202f}")
                && let Some(scale) = numbers.cardinals.get(self.lowered(next)).filter(|n| **n >= 1000)
                && let Some(product) = amount.times(*scale)
            {
                (amount, next) = (product, next + 1);
            }
        }
        Some(self.with_unit(at, next, amount))
    }

    /// An amount with its unit before or after it.
    fn with_unit(&self, at: usize, next: usize, amount: Decimal) -> (Figure, usize) {
        let mut span = Span::new(self.words[at].span.start as usize, self.words[next - 1].span.end as usize);
        let (before, after) = self.text.split_at(span.end as usize);
        let before = &before[..span.start as usize];
        let number =
            |span, next, unit| (Figure { span, meaning: Meaning::Number { amount, ordinal: false, unit } }, next);
        let trimmed = after.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(after);
        if let Some((sign, unit)) = trimmed.chars().next().and_then(|c| Some((c, of_sign(c)?))) {
            span.end += (after.len() - trimmed.len() + sign.len_utf8()) as u32;
            return number(span, next, Some(unit));
        }
        if let Some((sign, unit)) = before.chars().next_back().and_then(|c| Some((c, of_sign(c)?))) {
            span.start -= sign.len_utf8() as u32;
            return number(span, next, Some(unit));
        }
        if matches!(self.between(next - 1), " " | "\u{a0}" | "-" | "\u{202f}")
            && let Some((unit, after)) = self.unit(next)
        {
            span.end = self.words[after - 1].span.end;
            return number(span, after, Some(unit));
        }
        if let Some(first) = at.checked_sub(1)
            && matches!(self.between(first), " " | "\u{a0}")
            && self.language.is_some_and(|l| is_among(&l.numbers.percent, self.lowered(first)))
        {
            span.start = self.words[first].span.start;
            return number(span, next, Some(Unit::Percent));
        }
        number(span, next, None)
    }

    /// The unit that a word names, or two.
    fn unit(&self, at: usize) -> Option<(Unit, usize)> {
        let language = self.language?;
        let numbers = &language.numbers;
        let word = self.words.get(at).filter(|w| !w.digits).map(|_| self.lowered(at))?;
        let two = if self.between(at) == " " { format!("{word} {}", self.lowered(at + 1)) } else { String::new() };
        if is_among(&numbers.percent, &two) {
            return Some((Unit::Percent, at + 2));
        }
        if is_among(&numbers.percent, word) {
            return Some((Unit::Percent, at + 1));
        }
        let names = |form: &String| match word.strip_prefix(form.as_str()) {
            Some("") => true,
            Some(ending) => form.len() > 3 && language.endings.iter().any(|e| e == ending),
            None => false,
        };
        let code =
            numbers.currencies.iter().filter(|(_, forms)| forms.iter().any(names)).map(|(code, _)| code).min()?;
        Some((Unit::Currency(code.as_bytes().try_into().ok()?), at + 1))
    }

    /// Gives the figure before a dash the unit of the one after it: `5–7 %`.
    fn share_unit(&self, before: Option<&mut Figure>, figure: &Figure) {
        let Some(before) = before else { return };
        let between = self.text.get(before.span.end as usize..figure.span.start as usize).unwrap_or_default();
        if let (Meaning::Number { unit: own @ None, ordinal: false, .. }, Meaning::Number { unit: unit @ Some(_), .. }) =
            (&mut before.meaning, figure.meaning)
            && matches!(between, "-" | "–" | "—")
        {
            *own = unit;
        }
    }

    /// The month that a word names.
    fn month(&self, at: usize) -> Option<u8> {
        let word = self.words.get(at).filter(|w| !w.digits)?;
        self.language?.month(word.span.of(self.text))
    }

    /// A number that is a day of a month, as a date has it.
    fn day_of_month(&self, at: usize) -> Option<u8> {
        let word = self.words.get(at).filter(|w| w.digits && w.span.len() <= 2)?;
        word.span.of(self.text).parse().ok().filter(|day| (1..=31).contains(day))
    }

    /// The year that stands at a place, after a space or a comma.
    fn year(&self, at: usize) -> Option<u16> {
        let word = self.words.get(at).filter(|w| w.digits && w.span.len() == 4)?;
        let joined = matches!(self.between(at - 1), " " | ", " | "\u{a0}");
        word.span.of(self.text).parse().ok().filter(|year| joined && (1000..=2999).contains(year))
    }

    /// `20 November 2017`, `20 noyabr`.
    fn day_first(&self, at: usize) -> Option<(Meaning, usize)> {
        let day = self.day_of_month(at).filter(|_| matches!(self.between(at), " " | "\u{a0}"))?;
        let month = self.month(at + 1)?;
        let year = self.year(at + 2);
        Some((Meaning::Date { year, month, day: Some(day) }, at + 2 + usize::from(year.is_some())))
    }

    /// `November 20, 2017`, `November 20`, `November 2017`.
    fn month_first(&self, at: usize) -> Option<(Figure, usize)> {
        if !self.words.get(at + 1)?.digits || !matches!(self.between(at), " " | "\u{a0}") {
            return None;
        }
        let month = self.month(at)?;
        let day = self.day_of_month(at + 1).filter(|_| self.between(at + 1) != ":");
        let next = at + 1 + usize::from(day.is_some());
        let year = self.year(next);
        let next = next + usize::from(year.is_some());
        (next > at + 1).then(|| self.figure(at, next, Meaning::Date { year, month, day }))
    }

    /// A day in digits: `20.11.2017`, `20/11/2017`, `2017-11-20`.
    fn day(&self, at: usize) -> Option<Meaning> {
        let mark = self.between(at);
        if !matches!(mark, "." | "/" | "-") || self.between(at + 1) != mark || !self.words.get(at + 2)?.digits {
            return None;
        }
        // "20.11.2017.5" and "1-20-11-2017" are no days.
        if self.between(at + 2) == mark && self.words.get(at + 3).is_some_and(|w| w.digits) {
            return None;
        }
        let number = |n: usize| self.word(at + n).parse::<u16>().ok();
        let (a, b, c) = (number(0)?, number(1)?, number(2)?);
        let (mut day, mut month, year) = if self.word(at).len() == 4 { (c, b, a) } else { (a, b, c) };
        if month > 12 && day <= 12 {
            (day, month) = (month, day);
        }
        let whole = (1..=12).contains(&month) && (1..=31).contains(&day) && (1000..=2999).contains(&year);
        whole.then_some(Meaning::Date { year: Some(year), month: month as u8, day: Some(day as u8) })
    }

    /// A time: `19:30`, `7.30 pm`, `7 p.m.`.
    fn time(&self, at: usize) -> Option<(Meaning, usize)> {
        let minute = |n: usize| self.word(n).parse::<u8>().ok().filter(|m| *m < 60 && self.word(n).len() == 2);
        let hour: u8 = self.word(at).parse().ok().filter(|h| *h < 24)?;
        let colon = self.between(at) == ":";
        let with_minute = matches!(self.between(at), ":" | ".").then(|| minute(at + 1)).flatten();
        let next = at + 1 + usize::from(with_minute.is_some());
        let half = self.half_of_day(next);
        match (with_minute, half) {
            (_, Some((afternoon, after))) if (1..=12).contains(&hour) => {
                let hour = hour % 12 + if afternoon { 12 } else { 0 };
                Some((Meaning::Time { hour, minute: with_minute.unwrap_or(0) }, after))
            }
            // "3:12:45" is a result, not a time.
            (Some(minute), _) if colon && self.between(next - 1) != ":" => Some((Meaning::Time { hour, minute }, next)),
            _ => None,
        }
    }

    /// `am`, `a.m.`, `pm`, `p.m.`: whether it is the afternoon, and what comes next.
    fn half_of_day(&self, at: usize) -> Option<(bool, usize)> {
        if !matches!(self.between(at - 1), "" | " " | "\u{a0}") {
            return None;
        }
        let (word, after) = match self.word(at) {
            "a" | "p" | "A" | "P" if self.between(at) == "." && matches!(self.word(at + 1), "m" | "M") => {
                (self.word(at), at + 2)
            }
            word => (word, at + 1),
        };
        match (word, after - at) {
            ("am" | "AM", 1) | ("a" | "A", 2) => Some((false, after)),
            ("pm" | "PM", 1) | ("p" | "P", 2) => Some((true, after)),
            _ => None,
        }
    }

    /// An amount in digits, its groups joined: `5 800`, `1.234.567`, `94,6`.
    fn amount(&self, at: usize) -> Option<(Decimal, usize)> {
        let mut digits = self.word(at).to_owned();
        let mut next = at + 1;
        let decimal = self.language.and_then(|l| l.numbers.decimal_mark).unwrap_or('.');
        let mut separator = None;
        while digits.len() <= DIGITS && self.words.get(next).is_some_and(|w| w.digits) {
            let mark = self.between(next - 1);
            let group = self.word(next).len() == 3;
            let thousands = group
                && matches!(mark, " " | "\u{a0}" | "\u{202f}" | "\u{2009}" | "." | "," | "'")
                && separator.is_none_or(|s| s == mark)
                // The first group has one to three digits; "2017 500" and "0,250" are not one number of thousands.
                && (separator.is_some() || (self.word(at).len() <= 3 && !self.word(at).starts_with('0')))
                // One group after the decimal mark may be decimals: it is where another follows, or the mark is the other one.
                && (!mark.starts_with(decimal) || separator.is_some() || self.another_group(next, mark));
            if thousands {
                digits.push_str(self.word(next));
                separator = Some(mark);
                next += 1;
                continue;
            }
            let decimals = self.word(next).len();
            let marks_decimals = matches!(mark, "." | ",") && separator.is_none_or(|s| s != mark) && decimals <= 6;
            // A list of numbers ("3, 5") has a space; a chain ("1.2.3") is no number.
            let chain = matches!(self.between(next), "." | ",") && self.words.get(next + 1).is_some_and(|w| w.digits);
            if marks_decimals && !chain && digits.len() + decimals <= DIGITS {
                digits.push_str(self.word(next));
                return Some((Decimal::new(digits.parse().ok()?, decimals as u8)?, next + 1));
            }
            break;
        }
        Some((Decimal::new(digits.parse().ok()?, 0)?, next))
    }

    /// Whether another group of three digits follows after the same mark.
    fn another_group(&self, at: usize, mark: &str) -> bool {
        self.between(at) == mark && self.words.get(at + 1).is_some_and(|w| w.digits && w.span.len() == 3)
    }

    /// A number in words. "One" alone is an article more often than a number: it is none.
    fn in_words(&self, at: usize) -> Option<(Figure, usize)> {
        let numbers = &self.language?.numbers;
        if numbers.cardinals.is_empty() {
            return None;
        }
        // The sum of what is closed by a scale, what is open, and the least value in it.
        let (mut sum, mut open, mut least) = (0u64, 0u64, u64::MAX);
        let mut scale_before = u64::MAX;
        let (mut next, mut ordinal) = (at, false);
        let mut words = 0;
        while next < self.words.len() {
            let joined = words == 0 || matches!(self.between(next - 1), " " | "-" | "\u{a0}" | "‑");
            let mut place = next;
            let mut key = self.lowered(place);
            if joined && words > 0 && open >= 100 && is_among(&numbers.between, key) && self.between(place) == " " {
                place += 1;
                key = self.lowered(place);
            }
            let value = numbers.cardinals.get(key).copied();
            let place_in_order = numbers.ordinals.get(key).copied();
            let Some(value) = value.or(place_in_order).filter(|_| joined && !ordinal) else { break };
            ordinal = !numbers.cardinals.contains_key(key);
            if value >= 1000 && !ordinal {
                if value >= scale_before {
                    break;
                }
                sum = sum.checked_add(open.max(1).checked_mul(value)?)?;
                (open, least, scale_before) = (0, u64::MAX, value);
            } else if value == 100 && (1..10).contains(&open) && !ordinal {
                (open, least) = (open * 100, 100);
            } else if least == u64::MAX || (digits_of(value) < digits_of(least) && least % 10 == 0) {
                open = open.checked_add(value)?;
                least = value;
            } else {
                ordinal = false;
                break;
            }
            next = place + 1;
            words += 1;
        }
        let total = sum.checked_add(open)?;
        if words == 0 || (total == 1 && !ordinal) || (words == 1 && sum > 0 && !ordinal) {
            return None;
        }
        let amount = Decimal::new(total, 0)?;
        Some(match ordinal {
            true => self.figure(at, next, Meaning::Number { amount, ordinal, unit: None }),
            false => self.with_unit(at, next, amount),
        })
    }
}

fn is_among(list: &[String], word: &str) -> bool {
    list.iter().any(|w| w == word)
}
/// The unit that a sign stands for.
fn of_sign(sign: char) -> Option<Unit> {
    if matches!(sign, '%' | '٪') {
        return Some(Unit::Percent);
    }
    SIGNS.iter().find(|(s, _)| *s == sign).map(|(_, code)| Unit::Currency(**code))
}

/// How many digits a number has.
fn digits_of(value: u64) -> u32 {
    value.checked_ilog10().map_or(1, |n| n + 1)
}

#[cfg(test)]
mod tests;
