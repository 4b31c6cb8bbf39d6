//! Fits the weights by which segments of quotes are linked.
//!
//! cargo run --release --example fit_link -- QUOTES SEEDS SEED_GOLD SAMPLE_GOLD
//!
//! The folders: `../shared/data/quotes/ntrex-dev`, `../shared/data/seeds`, `../shared/data/quotes/seeds`, `corpus/gold`. Prints precision and
//! recall of single pairs of segments, by seven folds over documents, and the weights fitted on everything.

use korpu::language::Languages;
use korpu::link::{Evidence, FEATURES, Feature, Pairing, Speech, Weights, mentions, segments, speakers, words};
use korpu::model::{Block, BlockKind, Document, Identification, Level, Span};
use korpu::pipeline::{self, Learned, Options};
use korpu::quote::Finder;
use korpu::represent::{Lexicon, represent};
use korpu::segment;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A text with the statements of the gold in it.
struct Text {
    name: String,
    set: String,
    document: Document,
    /// Whether every line is a sentence.
    lines: bool,
    speech: Speech,
    /// By segment, the statements it belongs to.
    gold: Vec<Vec<String>>,
}

fn text(name: &str, set: &str, lang: &str, raw: String, gold: &[(String, Span)], lines: bool) -> Text {
    let languages = Languages::bundled();
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    for part in raw.split("\n\n") {
        let start = at + (part.len() - part.trim_start().len());
        let span = Span::new(start, start + part.trim().len());
        at += part.len() + 2;
        if span.start < span.end {
            let mut block = Block::new(BlockKind::Paragraph, span);
            if lines {
                let mut from = span.start as usize;
                for line in span.of(&raw).split('\n') {
                    block.sentences.push(Span::new(from, from + line.len()));
                    from += line.len() + 1;
                }
            }
            blocks.push(block);
        }
    }
    let lang = korpu::language::Lang::parse(lang).unwrap();
    let mut document = Document {
        id: name.into(),
        revision: 1,
        text: raw,
        blocks,
        language: Identification { lang: lang.clone(), confidence: 1.0 },
        ..Document::default()
    };
    if !lines {
        segment::document(&mut document, languages);
    }
    let quotes = Finder::new(languages.get(lang.as_str())).quotes(&document.text);
    let sentences = document.segments(Level::Sentence);
    let segments = segments(&quotes, &document.text, &sentences);
    let own: Vec<_> = segments.iter().map(|s| words(s, &quotes[s.quote as usize], &document.text)).collect();
    let mut all: Vec<&str> = own.iter().map(|w| &**w).collect();
    all.extend(sentences.iter().map(|s| s.of(&document.text)));
    let r = |texts: &[&str]| represent(texts, lang.as_str(), languages, Lexicon::bundled());
    let mut named = speakers(&quotes);
    named.extend(mentions(&quotes, &document.text));
    let (terms, names) = (r(&all), r(&named));
    let share = |a: Span, b: Span| a.end.min(b.end).saturating_sub(a.start.max(b.start)) as f32;
    let gold = segments
        .iter()
        .map(|s| {
            let over = |g: &&(String, Span)| 2.0 * share(s.span, g.1) >= (s.span.len().min(g.1.len())) as f32;
            let mut ids: Vec<String> = gold.iter().filter(over).map(|g| g.0.clone()).collect();
            ids.dedup();
            ids
        })
        .collect();
    let speech = Speech::new(segments, &quotes, terms, names);
    Text { name: name.into(), set: set.into(), document, lines, speech, gold }
}

fn read_ntrex(dir: &Path, all: &mut Vec<Text>) {
    let mut gold: BTreeMap<(String, String), Vec<(String, Span)>> = BTreeMap::new();
    for line in fs::read_to_string(dir.join("quotes.jsonl")).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        for lang in ["az", "en", "ru", "tr"] {
            for span in record[lang]["spans"].as_array().into_iter().flatten() {
                let at = |n: usize| span[n].as_u64().unwrap() as usize;
                let key = (record["doc"].as_str().unwrap().to_owned(), lang.to_owned());
                gold.entry(key).or_default().push((record["statement_id"].to_string(), Span::new(at(0), at(1))));
            }
        }
    }
    for ((doc, lang), spans) in gold {
        let raw = fs::read_to_string(dir.join(format!("docs/{doc}.{lang}.txt"))).unwrap();
        all.push(text(&format!("{doc}.{lang}"), &doc, &lang, raw, &spans, false));
    }
}

fn read_sample(dir: &Path, all: &mut Vec<Text>) {
    let mut gold: BTreeMap<(String, String, String), Vec<(String, Span)>> = BTreeMap::new();
    for line in fs::read_to_string(dir.join("quotes.jsonl")).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        for r in record["renderings"].as_array().unwrap() {
            for span in r["spans"].as_array().unwrap() {
                let at = |n: usize| span[n].as_u64().unwrap() as usize;
                let s = |v: &Value| v.as_str().unwrap().to_owned();
                let id = format!("{}.{}", s(&record["work"]), s(&record["id"]));
                gold.entry((s(&record["work"]), s(&r["doc"]), s(&r["lang"])))
                    .or_default()
                    .push((id, Span::new(at(0), at(1))));
            }
        }
    }
    for ((work, doc, lang), spans) in gold {
        let raw = fs::read_to_string(dir.join(format!("docs/{doc}.txt"))).unwrap();
        all.push(text(&doc, &work, &lang, raw, &spans, true));
    }
}

fn read_seeds(dir: &Path, gold: &Path, all: &mut Vec<Text>) {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let rows: Value = serde_json::from_str(&fs::read_to_string(gold.join("seed_quote_gold.json")).unwrap()).unwrap();
    for (side, path) in ["a", "b"].iter().zip(names) {
        let raw = fs::read_to_string(&path).unwrap();
        let mut spans = Vec::new();
        for row in rows.as_array().unwrap() {
            let Some(text) = row[format!("{side}_text")].as_str() else { continue };
            let id = row["group"].as_str().or(row["id"].as_str()).unwrap().to_owned();
            let words: Vec<&str> = text.split_whitespace().collect();
            let found = raw.match_indices(words[0]).find_map(|(at, _)| {
                let mut end = at;
                for word in &words {
                    end += raw[end..].len() - raw[end..].trim_start().len();
                    end += raw[end..].starts_with(word).then_some(word.len())?;
                }
                Some(Span::new(at, end))
            });
            spans.push((id, found.unwrap_or_else(|| panic!("{text}"))));
        }
        all.push(text(side, "seeds", "en", raw, &spans, false));
    }
}

struct Example {
    evidence: Evidence,
    label: bool,
    /// How much it counts.
    weight: f64,
    set: String,
}

/// Two seeds are few, and the only retellings with gold for every quote.
const SEEDS: f64 = 10.0;

/// What is known beforehand: these are of retellings, of which there are too few examples.
const PRIOR: [(Feature, f64); 2] = [(Feature::OtherSpeakerFree, -8.0), (Feature::Earlier, -4.0)];

/// Maximum likelihood with a ridge around the prior, by Newton's method.
fn fit<'a>(examples: impl Iterator<Item = &'a Example> + Clone) -> Weights {
    let mut prior = [0.0f64; FEATURES];
    PRIOR.iter().for_each(|(feature, value)| prior[*feature as usize] = *value);
    let mut w = prior;
    for _ in 0..50 {
        let mut gradient = [0.0f64; FEATURES];
        let mut hessian = [[0.0f64; FEATURES]; FEATURES];
        for k in 0..FEATURES {
            gradient[k] = w[k] - prior[k];
            hessian[k][k] = 1.0;
        }
        for example in examples.clone() {
            let x = example.evidence.map(f64::from);
            let p = 1.0 / (1.0 + (-x.iter().zip(&w).map(|(x, w)| x * w).sum::<f64>()).exp());
            let (error, spread) = (p - f64::from(u8::from(example.label)), p * (1.0 - p));
            for k in 0..FEATURES {
                gradient[k] += example.weight * error * x[k];
                for l in 0..FEATURES {
                    hessian[k][l] += example.weight * spread * x[k] * x[l];
                }
            }
        }
        let step = solve(hessian, gradient);
        w.iter_mut().zip(step).for_each(|(w, step)| *w -= step);
        if step.iter().all(|s| s.abs() < 1e-6) {
            break;
        }
    }
    Weights(w.map(|w| w as f32))
}

/// The solution of a positive definite system, by elimination.
fn solve(mut m: [[f64; FEATURES]; FEATURES], mut v: [f64; FEATURES]) -> [f64; FEATURES] {
    for k in 0..FEATURES {
        for l in k + 1..FEATURES {
            let share = m[l][k] / m[k][k];
            let (above, below) = m.split_at_mut(l);
            below[0][k..].iter_mut().zip(&above[k][k..]).for_each(|(x, y)| *x -= share * y);
            v[l] -= share * v[k];
        }
    }
    for k in (0..FEATURES).rev() {
        v[k] = (v[k] - (k + 1..FEATURES).map(|c| m[k][c] * v[c]).sum::<f64>()) / m[k][k];
    }
    v
}

/// Prints precision and recall of the pairs whose score is above 0.
fn report(name: &str, scored: &[(&Example, f32)]) {
    let count = |of: &dyn Fn(&(&Example, f32)) -> bool| scored.iter().filter(|s| of(s)).count() as f64;
    let right = count(&|s| s.1 > 0.0 && s.0.label);
    let (made, gold) = (count(&|s| s.1 > 0.0), count(&|s| s.0.label));
    println!("{name}: precision {:.3}, recall {:.3}, {gold} pairs", right / made.max(1.0), right / gold.max(1.0));
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [ntrex, seeds, seed_gold, sample] = args.as_slice() else {
        panic!("four folders: the development set of quotes, the seeds, their gold, the gold of the sample");
    };
    let mut all = Vec::new();
    read_ntrex(Path::new(ntrex), &mut all);
    read_seeds(Path::new(seeds), Path::new(seed_gold), &mut all);
    read_sample(Path::new(sample), &mut all);
    let mut pairs: Vec<(&Text, &Text)> = Vec::new();
    for (n, a) in all.iter().enumerate() {
        pairs.extend(all[n..].iter().filter(|b| b.set == a.set).map(|b| (a, b)));
    }
    let examples: Vec<Example> = pairs.par_iter().flat_map_iter(|(a, b)| examples(a, b)).collect();
    println!("{} pairs of segments, {} of one statement", examples.len(), examples.iter().filter(|e| e.label).count());
    let mut sets: Vec<&str> = examples.iter().map(|e| e.set.as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    let fold = |e: &Example| sets.iter().position(|s| *s == e.set).unwrap_or_default() % FOLDS;
    let mut held: Vec<(&Example, f32)> = Vec::new();
    for k in 0..FOLDS {
        let weights = fit(examples.iter().filter(|e| fold(e) != k));
        held.extend(examples.iter().filter(|e| fold(e) == k).map(|e| (e, weights.score(&e.evidence))));
    }
    let of = |want: &dyn Fn(&str) -> bool| -> Vec<(&Example, f32)> {
        held.iter().filter(|(e, _)| want(&e.set)).copied().collect()
    };
    let is_sample = |set: &str| all.iter().any(|t| t.set == set && t.lines);
    report("held aside, development set", &of(&|set| set != "seeds" && !is_sample(set)));
    report("held aside, sample", &of(&|set| is_sample(set)));
    report("held aside, seeds", &of(&|set| set == "seeds"));
    let weights = fit(examples.iter());
    let own: Vec<(&Example, f32)> = examples.iter().map(|e| (e, weights.score(&e.evidence))).collect();
    report("all, fitted on all", &own);
    for (feature, weight) in Feature::ALL.iter().zip(weights.0) {
        println!("{weight:8.3}  {feature:?}");
    }
    println!("{:.3?}", weights.0);
}

const FOLDS: usize = 7;

/// The pairs of segments of two texts. Of a statement of several sentences only those count that face each other.
fn examples(a: &Text, b: &Text) -> Vec<Example> {
    let within = a.name == b.name;
    let options = Options::default();
    let align = || {
        pipeline::align_documents(&a.document, &b.document, Level::Sentence, &options, &Learned::default(), &[])
            .unwrap_or_else(|e| panic!("{e}"))
    };
    let beads = if within { Vec::new() } else { align() };
    let (one, other) = (&a.speech, if within { &a.speech } else { &b.speech });
    let evidence = Pairing::new(one, other, &beads).evidence();
    let m = b.speech.segments().len();
    let rank = |e: &Evidence| {
        let of = |f: Feature| e[f as usize];
        of(Feature::LargerShare) + of(Feature::SmallerShare) + of(Feature::Specific) + 2.0 * of(Feature::Aligned)
    };
    let mut found = Vec::new();
    for (n, e) in evidence.iter().enumerate() {
        let (i, j) = (n / m, n % m);
        let (x, y) = (&a.gold[i], &b.gold[j]);
        let (s, t) = (&one.segments()[i], &other.segments()[j]);
        let overlap = s.span.start < t.span.end && t.span.start < s.span.end;
        if within && (s.quote >= t.quote || overlap) || x.is_empty() && y.is_empty() {
            continue;
        }
        let label = x.iter().any(|g| y.contains(g));
        if label && !within {
            let row = (0..m).filter(|k| b.gold[*k] == *y).all(|k| rank(&evidence[i * m + k]) <= rank(e));
            let column = (0..a.gold.len()).filter(|k| a.gold[*k] == *x).all(|k| rank(&evidence[k * m + j]) <= rank(e));
            if !row && !column {
                continue;
            }
        }
        let weight = if a.set == "seeds" { SEEDS } else { 1.0 };
        found.push(Example { evidence: *e, label, weight, set: a.set.clone() });
    }
    found
}
