//! The bundled lexicon, held against what a lexicon by several hands may get wrong.

use korpu::language::{Language, Languages, lower};
use std::collections::{BTreeMap, BTreeSet};

/// The concepts of a language with their forms, in the order of the file.
fn rows(language: &Language) -> Vec<(&str, Vec<&str>)> {
    let row = |line| -> (&str, Vec<&str>) {
        let (concept, forms) =
            str::split_once(line, '\t').unwrap_or_else(|| panic!("{}: no tab in {line:?}", language.tag));
        (concept, forms.split('|').collect())
    };
    language.lexicon.lines().map(row).collect()
}

#[test]
fn every_concept_has_forms_in_every_language() {
    let tags = include_str!("../../languages/concepts.tsv");
    let concepts: Vec<&str> = tags.lines().filter_map(|line| line.split('\t').next()).collect();
    assert!(concepts.is_sorted() && concepts.len() >= 2000, "{}", concepts.len());
    assert_eq!(concepts.iter().collect::<BTreeSet<_>>().len(), concepts.len(), "a concept stands twice");
    assert!(tags.lines().filter(|line| line.contains("\tname")).count() >= 900);
    for tag in ["hedge", "intens", "say"] {
        assert!(
            tags.lines().any(|line| line.split(['\t', ' ']).skip(1).any(|t| t == tag)),
            "no concept is tagged {tag}"
        );
    }
    for language in Languages::bundled().iter() {
        let own: Vec<&str> = rows(language).into_iter().map(|row| row.0).collect();
        assert_eq!(own, concepts, "{}", language.tag);
    }
}

#[test]
fn no_two_concepts_have_the_same_forms() {
    let mut seen: BTreeMap<Vec<String>, &str> = BTreeMap::new();
    let all: Vec<(&Language, Vec<_>)> = Languages::bundled().iter().map(|l| (l, rows(l))).collect();
    for n in 0..all[0].1.len() {
        let first = |(language, rows): &(&Language, Vec<(&str, Vec<&str>)>)| lower(rows[n].1[0], language.casing);
        let concept = all[0].1[n].0;
        if let Some(other) = seen.insert(all.iter().map(first).collect(), concept) {
            panic!("{concept} and {other} have the same first forms in every language: they are one concept");
        }
    }
}

#[test]
fn forms_are_one_to_four_and_of_the_letters_of_the_language() {
    // Letters of foreign names and of abbreviations with digits are no faults.
    let letters = |tag: &str| match tag {
        "az" => "abcçdeəfgğhxıijkqlmnoöprsştuüvyzw",
        "ru" => "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "tr" => "abcçdefgğhıijklmnoöprsştuüvyzqwxâîû",
        // English keeps the letters of names.
        _ => "abcdefghijklmnopqrstuvwxyzáâãéèêíóôúçğıöşüńșță",
    };
    for language in Languages::bundled().iter() {
        let own = letters(&language.tag);
        for (concept, forms) in rows(language) {
            let place = format!("{} {concept}: {forms:?}", language.tag);
            assert!((1..=4).contains(&forms.len()), "{place}");
            let distinct: BTreeSet<String> = forms.iter().map(|form| lower(form, language.casing)).collect();
            assert_eq!(distinct.len(), forms.len(), "{place}");
            for form in forms {
                assert!(!form.is_empty() && form.trim() == form && form.split(' ').count() <= 9, "{place}");
                for word in lower(form, language.casing).split([' ', '-', '—', '/']) {
                    let of = |letters: &str| {
                        word.chars().all(|c| letters.contains(c) || c.is_ascii_digit() || ".,'’%&+$€£₼₽₺°".contains(c))
                    };
                    // Brands keep their Latin letters; no word mixes scripts.
                    assert!(of(own) || of(letters("en")), "{place}: {word:?}");
                }
            }
        }
    }
}

/// A word of one row that means what a row nearby means, and the other way round: lines that slipped.
#[test]
fn no_rows_look_swapped() {
    let languages: Vec<&Language> = Languages::bundled().iter().collect();
    // By language, by row: the vector of the first form, where it is one word of the table.
    let vectors: Vec<Vec<Option<Vec<f32>>>> = languages
        .iter()
        .map(|language| {
            let table = language.vectors().expect("a bundled language has vectors");
            let vector = |form: &str| {
                let found = table.find(&language.normal(lower(form, language.casing))).filter(|found| found.exact)?;
                let mut values = Vec::new();
                table.vector(found.row, &mut values);
                let values: Vec<f32> = values.into_iter().map(f32::from).collect();
                let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
                Some(values.iter().map(|v| v / length).collect::<Vec<f32>>())
            };
            rows(language).iter().map(|(_, forms)| vector(forms[0])).collect()
        })
        .collect();
    let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let concepts = rows(languages[0]);
    // By two rows: the pairs of languages in which their forms fit better crosswise. One may be a homonym's doing; rows that
    // slipped in one language show against all others.
    let mut crossed_in: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    for (a, left) in vectors.iter().enumerate() {
        for (b, right) in vectors.iter().enumerate().skip(a + 1) {
            for i in 0..left.len() {
                for j in i + 1..left.len().min(i + 6) {
                    if let (Some(ai), Some(aj), Some(bi), Some(bj)) = (&left[i], &left[j], &right[i], &right[j]) {
                        let straight = cosine(ai, bi) + cosine(aj, bj);
                        let crossed = cosine(ai, bj) + cosine(aj, bi);
                        if crossed > straight + SWAPPED {
                            let pair =
                                format!("{}-{}: {crossed:.2} for {straight:.2}", languages[a].tag, languages[b].tag);
                            crossed_in.entry((i, j)).or_default().push(pair);
                        }
                    }
                }
            }
        }
    }
    crossed_in.retain(|_, pairs| pairs.len() > 1);
    let name =
        |((i, j), pairs): (&(usize, usize), &Vec<String>)| format!("{}, {} {pairs:?}", concepts[*i].0, concepts[*j].0);
    assert!(crossed_in.is_empty(), "rows that look swapped: {:#?}", crossed_in.iter().map(name).collect::<Vec<_>>());
}

/// Rows of much the same meaning may cross by so much: `last` and `latter`.
const SWAPPED: f32 = 0.25;
