//! Measures what representations know: the share of content words that lexicon and vectors know, and translation retrieval.
//!
//! cargo run --release --example measure_represent -- FOLDER [SENTENCES]
//!
//! FOLDER holds `az.txt`, `en.txt`, `ru.txt` and `tr.txt`, translations of each other line by line, as `langid/dev` does. Coverage is
//! over tokens of more than three letters that are neither figures nor names (capitalised wherever they stand). Retrieval is over the
//! first SENTENCES (900) lines: how often the nearest of all in the other language is the translation.

use korpu::language::Languages;
use korpu::represent::{Comparison, Lexicon, Representation, Term, represent};
use rayon::prelude::*;
use std::path::PathBuf;

const LANGUAGES: [&str; 4] = ["az", "en", "ru", "tr"];

/// What a term can be recognised by; the others are taken off it.
type Part = fn(&mut Term);

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("measure_represent FOLDER [SENTENCES]"));
    let most: usize = args.next().map_or(900, |n| n.parse().expect("a number of sentences"));
    let sides: Vec<Representation> = LANGUAGES.iter().map(|lang| represented(&folder, lang, most)).collect();
    println!("share of content words known, in a hundred: lexicon, vectors as they are, vectors with stand-ins");
    LANGUAGES.iter().zip(&sides).for_each(|(lang, side)| coverage(lang, side));
    let pairs: Vec<(usize, usize)> = (0..4).flat_map(|a| (a + 1..4).map(move |b| (a, b))).collect();
    println!("nearest of {} is the translation, in a hundred, mean of both directions", sides[0].segments.len());
    let names: Vec<String> = pairs.iter().map(|(a, b)| format!(" {}-{}", LANGUAGES[*a], LANGUAGES[*b])).collect();
    println!("{:12} {}   mean", "", names.join(" "));
    let parts: [(&str, Part); 5] = [
        ("all", |_| {}),
        ("lexicon", |t| only(t, |t, all| t.concepts = all.concepts)),
        ("vectors", |t| only(t, |t, all| t.vector = all.vector)),
        ("names", |t| only(t, |t, all| (t.grams, t.word) = (all.grams, if all.number { "".into() } else { all.word }))),
        ("figures", |t| only(t, |t, all| t.word = if all.number { all.word } else { "".into() })),
    ];
    for (name, part) in parts {
        let sides: Vec<Representation> = sides
            .iter()
            .cloned()
            .map(|mut side| {
                side.terms.iter_mut().for_each(part);
                side
            })
            .collect();
        let found: Vec<f64> = pairs
            .par_iter()
            .map(|(a, b)| 50.0 * (right(&sides[*a], &sides[*b]) + right(&sides[*b], &sides[*a])))
            .collect();
        let row: Vec<String> = found.iter().map(|f| format!("{f:6.1}")).collect();
        println!("{name:12} {} {:6.1}", row.join(" "), found.iter().sum::<f64>() / 6.0);
    }
}

/// Takes everything off a term but what `keep` puts back.
fn only(term: &mut Term, keep: fn(&mut Term, Term)) {
    let all = term.clone();
    (term.word, term.grams, term.concepts, term.vector) = ("".into(), Box::default(), Box::default(), None);
    keep(term, all);
}

fn represented(folder: &std::path::Path, lang: &str, most: usize) -> Representation {
    let path = folder.join(lang).with_extension("txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let lines: Vec<&str> = text.lines().take(most).collect();
    represent(&lines, lang, Languages::bundled(), Lexicon::bundled())
}

fn coverage(lang: &str, side: &Representation) {
    let (mut total, mut known) = (0, [0; 3]);
    for term in side.segments.iter().flat_map(|s| &s.terms).map(|t| &side.terms[*t as usize]) {
        if !term.number && !term.name && term.word.chars().nth(3).is_some() {
            total += 1;
            let facts = [!term.concepts.is_empty(), term.rank.is_finite(), term.vector.is_some()];
            known.iter_mut().zip(facts).for_each(|(n, fact)| *n += usize::from(fact));
        }
    }
    let share = known.map(|n| format!("{:5.1}", 100.0 * n as f64 / total as f64));
    println!("{lang} {} ({total} words)", share.join(" "));
}

/// The share of segments whose nearest on the other side is the one of the same place; ties are not found.
fn right(a: &Representation, b: &Representation) -> f64 {
    let comparison = Comparison::new(a, b);
    let nearest = |i: usize| {
        let scores = comparison.scores(i);
        (0..scores.len()).all(|j| j == i || scores[j] < scores[i])
    };
    (0..a.segments.len()).filter(|i| nearest(*i)).count() as f64 / a.segments.len() as f64
}
