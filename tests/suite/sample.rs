//! The whole path on the sample corpus, held against its gold.

use korpu::evaluate::{Ladder, Score, parse_ladder, score};
use korpu::model::{Document, Level};
use korpu::pipeline::{self, Options, input};
use korpu::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Strict F1 of sentence beads, from pages, all errors of the steps before included. Rises freely; falls only by a
/// change that says why.
const FLOOR: f64 = 0.90;

/// BLAKE3 of the gold of beads: the floor holds for this gold.
const GOLD: &str = "40534650b32aed67ecd4feaa5c6cb3f32090b4c0884c300c3b38a20f45a15cdc";

fn corpus(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(path)
}

fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(corpus(path)).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().unwrap();
    lines.map(|line| head.iter().cloned().zip(line).collect()).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For each sentence of a document its number in gold; a sentence that is not there has a number of its own.
fn numbers(document: &Document, gold: &str) -> Vec<u32> {
    let text = fs::read_to_string(corpus(&format!("gold/docs/{gold}.txt"))).unwrap();
    let mut free: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (n, line) in text.lines().filter(|l| !l.trim().is_empty()).enumerate() {
        free.entry(one_line(line)).or_default().insert(0, n as u32);
    }
    let sentences = document.sentences().enumerate();
    let number = |(n, (_, span)): (usize, (usize, korpu::model::Span))| {
        free.get_mut(&one_line(span.of(&document.text))).and_then(Vec::pop).unwrap_or(1000 + n as u32)
    };
    sentences.map(number).collect()
}

#[test]
fn the_sample_gives_what_its_gold_says() {
    let out = tempfile::tempdir().unwrap();
    let inputs = input::Inputs::new(&[corpus("sample")], input::Options::default()).unwrap();
    let summary = pipeline::run(&inputs, out.path(), &Options::default(), &()).unwrap();
    assert!(summary.refused.is_empty(), "{:?}", summary.refused);
    let store = Store::open_existing(out.path().join(pipeline::STORE)).unwrap();
    let mut pages: BTreeMap<String, Document> = BTreeMap::new();
    for id in store.document_ids().unwrap() {
        let document = store.document(&id).unwrap().unwrap();
        pages.insert(document.provenance.path.split("corpus/sample/").last().unwrap().to_owned(), document);
    }
    for row in rows("gold/pages.tsv") {
        let document = &pages[&row["page"]];
        let m = &document.metadata;
        assert_eq!(document.language.lang.as_str(), row["lang"], "{}", row["page"]);
        assert_eq!(m.title.as_ref(), Some(&row["title"]), "{}", row["page"]);
        assert_eq!(m.outlet.as_ref(), Some(&row["outlet"]), "{}", row["page"]);
        let published = m.published.unwrap().to_string();
        assert!(row["published"].starts_with(&published), "{}: {published}", row["page"]);
        let offered: BTreeSet<&str> = m.versions.iter().map(|v| v.lang.as_str()).collect();
        let expected: BTreeSet<&str> = row["offered"].split(',').filter(|l| !l.is_empty()).collect();
        assert_eq!(offered, expected, "{}", row["page"]);
    }
    let gold_name: BTreeMap<String, String> =
        rows("gold/pages.tsv").into_iter().map(|row| (row["page"].clone(), row["doc"].clone())).collect();
    let key = |a: &str, b: &str| if a < b { format!("{a} {b}") } else { format!("{b} {a}") };
    let wanted: BTreeSet<String> =
        rows("gold/pairs.tsv").iter().map(|row| key(&row["source"], &row["target"])).collect();
    let page_of: BTreeMap<&str, &str> = pages.iter().map(|(page, d)| (d.id.as_str(), page.as_str())).collect();
    let mut found = BTreeSet::new();
    let mut total = Score::default();
    for pair in store.pairs().unwrap() {
        let [a, b] = [&pair.source, &pair.target].map(|id| page_of[id.as_str()]);
        found.insert(key(a, b));
        let bitext = store.bitext(&pair.source, &pair.target, Level::Sentence).unwrap().unwrap();
        let (ids_a, ids_b) = (numbers(&pages[a], &gold_name[a]), numbers(&pages[b], &gold_name[b]));
        let of = |ids: &[u32], all: &[u32]| {
            let mut ids: Vec<u32> = ids.iter().map(|n| all[*n as usize]).collect();
            ids.sort_unstable();
            ids
        };
        let ladder: Ladder = bitext.beads.iter().map(|x| (of(&x.source, &ids_a), of(&x.target, &ids_b))).collect();
        let file = |x: &str, y: &str| corpus(&format!("gold/beads/{}--{}.beads", gold_name[x], gold_name[y]));
        let (path, ladder) = if file(a, b).exists() {
            (file(a, b), ladder)
        } else {
            (file(b, a), ladder.into_iter().map(|(s, t)| (t, s)).collect())
        };
        total += score(&parse_ladder(&fs::read_to_string(path).unwrap()).unwrap(), &ladder);
    }
    assert_eq!(found, wanted);
    let f1 = total.strict().f1;
    assert!(f1 >= FLOOR, "strict F1 of sentence beads {f1:.4}, the floor is {FLOOR}");
}

#[test]
fn the_gold_is_the_one_the_floor_was_set_on() {
    let mut files: Vec<PathBuf> = fs::read_dir(corpus("gold/beads")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(file.file_name().unwrap().as_encoded_bytes());
        hasher.update(&fs::read(file).unwrap());
    }
    assert_eq!(hasher.finalize().to_hex().as_str(), GOLD, "the gold changed: measure the floor anew and note its hash");
}
