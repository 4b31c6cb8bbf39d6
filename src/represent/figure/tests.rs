//! Figures in four languages, in digits and in words.

use super::*;
use crate::language::Languages;
use proptest::prelude::*;

/// What the figures of a text stand for, in short: `60%`, `5000000USD`, `9.`, `2017-11-20`, `19:30`.
fn read(lang: &str, text: &str) -> Vec<String> {
    let show = |figure: Figure| match figure.meaning {
        Meaning::Number { amount, ordinal, unit } => {
            let unit = match unit {
                Some(Unit::Percent) => "%".to_owned(),
                Some(Unit::Currency(code)) => String::from_utf8_lossy(&code).into_owned(),
                None => String::new(),
            };
            format!("{amount}{}{unit}", if ordinal { "." } else { "" })
        }
        Meaning::Date { year, month, day } => {
            let part = |n: Option<u16>| n.map_or("?".to_owned(), |n| format!("{n:02}"));
            format!("{}-{month:02}-{}", part(year), part(day.map(u16::from)))
        }
        Meaning::Time { hour, minute } => format!("{hour}:{minute:02}"),
    };
    figures(text, Languages::bundled().get(lang)).into_iter().map(show).collect()
}

fn check(lang: &str, text: &str, expected: &[&str]) {
    assert_eq!(read(lang, text), expected, "{lang} {text:?}");
}

#[test]
fn per_cent_in_every_language() {
    for (lang, text) in [
        ("en", "60%"),
        ("en", "60 percent of"),
        ("en", "sixty per cent"),
        ("az", "60 faiz"),
        ("az", "60 faizi"),
        ("tr", "yüzde 60"),
        ("tr", "%60"),
        ("ru", "60 %"),
        ("ru", "60 процентов"),
    ] {
        check(lang, text, &["60%"]);
    }
    check("en", "a rise of 5–7%", &["5%", "7%"]);
}

#[test]
fn numbers_in_digits_and_in_words() {
    for (lang, text) in [("en", "nine"), ("en", "9"), ("az", "doqquz"), ("tr", "dokuz"), ("ru", "девять")] {
        check(lang, text, &["9"]);
    }
    for (lang, text) in
        [("ru", "1,5 млн"), ("en", "1.5 million"), ("az", "1,5 milyon"), ("en", "1,500,000"), ("ru", "1 500 000")]
    {
        check(lang, text, &["1500000"]);
    }
    check("en", "two hundred and fifty-six thousand", &["256000"]);
    check("tr", "iki bin on yedi", &["2017"]);
    check("en", "one of them", &[]);
    check("en", "0.250 and 3, 5", &["0.25", "3", "5"]);
    check("en", "99999999999999999999999999", &[]);
}

#[test]
fn places_in_an_order() {
    check("en", "the 20th and the twenty-first", &["20.", "21."]);
    check("az", "20-ci, iyirmi birinci", &["20.", "21."]);
    check("ru", "5-й и двадцать первый", &["5.", "21."]);
    check("tr", "3'üncü", &["3."]);
}

#[test]
fn money() {
    for (lang, text) in
        [("en", "$50"), ("en", "50 dollars"), ("az", "50 dollar"), ("ru", "50 долларов"), ("tr", "50 doları")]
    {
        check(lang, text, &["50USD"]);
    }
    check("az", "3,2 milyon manat", &["3200000AZN"]);
    check("ru", "20₽ или 30 евро", &["20RUB", "30EUR"]);
    check("en", "5 European countries", &["5"]);
}

#[test]
fn dates_and_times() {
    for (lang, text) in [
        ("en", "November 20, 2017"),
        ("az", "20 noyabr 2017"),
        ("ru", "20 ноября 2017"),
        ("tr", "20.11.2017"),
        ("en", "2017-11-20"),
    ] {
        check(lang, text, &["2017-11-20"]);
    }
    check("en", "November 20", &["?-11-20"]);
    check("az", "20 noyabr", &["?-11-20"]);
    check("en", "November 2017", &["2017-11-?"]);
    check("en", "at 7.30 pm, 19:30", &["19:30", "19:30"]);
    check("ru", "счёт 3:1", &["3", "1"]);
}

proptest! {
    #[test]
    fn figures_never_overflow_and_lie_on_boundaries(text in "([0-9]{0,24}[.,:/% $-]?|million |миллиард |yüz |iki |\\PC){0,12}") {
        for lang in ["az", "en", "ru", "tr", "xx"] {
            let found = figures(&text, Languages::bundled().get(lang));
            prop_assert!(found.iter().all(|f| text.get(f.span.range()).is_some_and(|t| !t.is_empty())));
            prop_assert!(found.windows(2).all(|w| w[0].span.end <= w[1].span.start || w[0].span.start <= w[1].span.start));
        }
    }
}
