//! The aligner on the sample's gold segments, no error of an earlier step in the way: floors by kind of pair, for sentences
//! and for paragraphs. With `--no-capture` the figures are printed, and every bead of gold that was not found.

use korpu::align::{Config, Known, align, lift};
use korpu::evaluate::{Ladder, Score, parse_ladder, score};
use korpu::language::Languages;
use korpu::model::Bead;
use korpu::represent::{Lexicon, represent};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// BLAKE3 of the gold: pages, pairs, documents, beads. The floors hold for this gold.
const GOLD: &str = "e50037f59cd8bdd65c2c39aebd29bc8c5f554434753cf45a34492525ef0688e7";

/// Strict F1 on the gold of a kind, sentences and paragraphs. Floors rise freely; they fall only by a change that says why.
const FLOORS: [(&str, f64, f64); 5] = [
    ("translation", 0.985, 0.99),
    ("adaptation", 0.94, 0.94),
    ("version", 0.95, 0.95),
    ("retelling", 0.84, 0.86),
    ("witness", 0.98, 0.98),
];

fn gold(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/gold").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(gold(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every pair of gold with its kind, as the README of gold defines them: versions on one site are translations, others
/// adaptations, both of them the kind `version`; reports of an event are retellings; two pages in one language are witnesses.
fn pairs() -> Vec<[String; 3]> {
    let rows = |name: &str| -> Vec<Vec<String>> {
        read(name).lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    };
    let documents: BTreeMap<String, String> =
        rows("pages.tsv").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let site = |page: &str| page.split('/').next().unwrap().to_owned();
    let pair = |row: Vec<String>| {
        let kind = match row[2].as_str() {
            "version" if site(&row[0]) == site(&row[1]) => "translation",
            "version" => "adaptation",
            "event" => "retelling",
            kind => kind,
        };
        [documents[&row[0]].clone(), documents[&row[1]].clone(), kind.to_owned()]
    };
    rows("pairs.tsv").into_iter().map(pair).collect()
}

/// A document of gold.
struct Side {
    lang: String,
    sentences: Vec<String>,
    /// For each sentence, its paragraph.
    paragraph_of: Vec<usize>,
    paragraphs: Vec<String>,
}

fn side(name: &str) -> Side {
    let text = read(&format!("docs/{name}.txt"));
    let paragraphs: Vec<&str> = text.trim_end().split("\n\n").collect();
    let sentences = paragraphs.iter().enumerate().flat_map(|(n, p)| p.lines().map(move |line| (n, line.to_owned())));
    let (paragraph_of, sentences) = sentences.unzip();
    let lang = name.rsplit_once('.').unwrap().1.to_owned();
    Side { lang, sentences, paragraph_of, paragraphs: paragraphs.iter().map(|p| p.replace('\n', " ")).collect() }
}

fn found(source: &Side, target: &Side) -> Vec<Bead> {
    let terms = |side: &Side| {
        let texts: Vec<&str> = side.sentences.iter().map(String::as_str).collect();
        represent(&texts, &side.lang, Languages::bundled(), Lexicon::bundled())
    };
    align(&terms(source), &terms(target), &Config::default(), Known::default())
}

fn lifted(sentences: &[Bead], source: &Side, target: &Side) -> Vec<Bead> {
    let blocks = |side: &Side| side.paragraph_of.iter().map(|n| *n as u32).collect::<Vec<u32>>();
    let counts = (source.paragraphs.len(), target.paragraphs.len());
    lift(sentences, (&blocks(source), &blocks(target)), counts)
}

fn ladder_of(beads: Vec<Bead>) -> Ladder {
    beads.into_iter().map(|bead| (bead.source, bead.target)).collect()
}

/// The paragraphs that the gold beads of sentences join: a bead is a connected component.
fn paragraphs(sentences: &Ladder, source: &Side, target: &Side) -> BTreeSet<(Vec<u32>, Vec<u32>)> {
    let count = source.paragraphs.len();
    let mut group: Vec<usize> = (0..count + target.paragraphs.len()).collect();
    for (s, t) in sentences.iter().filter(|bead| !bead.0.is_empty() && !bead.1.is_empty()) {
        let mut nodes = s.iter().map(|n| source.paragraph_of[*n as usize]).collect::<Vec<_>>();
        nodes.extend(t.iter().map(|n| count + target.paragraph_of[*n as usize]));
        let joined: Vec<usize> = nodes.iter().map(|n| group[*n]).collect();
        for one in group.iter_mut().filter(|one| joined.contains(one)) {
            *one = joined[0];
        }
    }
    let mut beads: BTreeMap<usize, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for (node, group) in group.iter().enumerate() {
        let bead = beads.entry(*group).or_default();
        if node < count { bead.0.push(node as u32) } else { bead.1.push((node - count) as u32) }
    }
    beads.into_values().collect()
}

/// Says which gold beads of a pair were not found, with their beginnings.
fn told(name: &str, gold: &Ladder, found: &Ladder, source: &[String], target: &[String]) {
    let begin = |ids: &[u32], of: &[String]| -> Vec<String> {
        ids.iter().map(|n| of[*n as usize].chars().take(60).collect()).collect()
    };
    for (s, t) in gold.iter().filter(|bead| !found.contains(bead)) {
        let instead = found.iter().filter(|(a, b)| a.iter().any(|n| s.contains(n)) || b.iter().any(|n| t.contains(n)));
        let instead: Vec<String> = instead.map(|(a, b)| format!("{a:?}:{b:?}")).collect();
        println!("  {name} {s:?}:{t:?} found {}: {:?} | {:?}", instead.join(" "), begin(s, source), begin(t, target));
    }
}

#[test]
fn the_sentences_and_paragraphs_of_gold_are_aligned() {
    let mut totals: BTreeMap<String, [Score; 2]> = BTreeMap::new();
    for [source_name, target_name, kind] in pairs() {
        let (source, target) = (side(&source_name), side(&target_name));
        let name = format!("{source_name}--{target_name}");
        let ladder = |level: &str| parse_ladder(&read(&format!("beads/{name}{level}.beads"))).unwrap();
        let (wanted, of_paragraphs) = (ladder(""), ladder(".paragraphs"));
        let derived = paragraphs(&wanted, &source, &target);
        assert_eq!(of_paragraphs.iter().cloned().collect::<BTreeSet<_>>(), derived, "{name}");
        let sentences = found(&source, &target);
        let blocks = ladder_of(lifted(&sentences, &source, &target));
        let sentences = ladder_of(sentences);
        let scores = [score(&wanted, &sentences), score(&of_paragraphs, &blocks)];
        println!("{kind} {name}: {:.3} {:.3}", scores[0].strict().f1, scores[1].strict().f1);
        told("sentence", &wanted, &sentences, &source.sentences, &target.sentences);
        told("paragraph", &of_paragraphs, &blocks, &source.paragraphs, &target.paragraphs);
        let also = ["translation", "adaptation"].contains(&kind.as_str()).then(|| "version".to_owned());
        for kind in also.into_iter().chain([kind]) {
            let total = totals.entry(kind).or_default();
            total[0] += scores[0];
            total[1] += scores[1];
        }
    }
    for (kind, sentences, paragraphs) in FLOORS {
        let [s, p] = totals[kind].map(|total| total.strict().f1);
        println!("{kind}: strict F1 {s:.4} of sentences, {p:.4} of paragraphs");
        assert!(s >= sentences, "{kind}: strict F1 of sentences {s:.4}, the floor is {sentences}");
        assert!(p >= paragraphs, "{kind}: strict F1 of paragraphs {p:.4}, the floor is {paragraphs}");
    }
    assert_eq!(totals.len(), FLOORS.len());
}

#[test]
fn the_gold_is_the_one_the_floors_were_set_on() {
    let mut files: Vec<PathBuf> = vec![gold("pages.tsv"), gold("pairs.tsv")];
    for folder in ["docs", "beads"] {
        files.extend(fs::read_dir(gold(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(file.file_name().unwrap().as_encoded_bytes());
        hasher.update(&fs::read(file).unwrap());
    }
    assert_eq!(
        hasher.finalize().to_hex().as_str(),
        GOLD,
        "the gold changed: measure the floors anew and note its hash"
    );
}
