//! Fits the weights of the aligner by maximum likelihood and writes them as TOML.
//!
//! cargo run --release --example fit_alignment -- [--cv K] [--out FILE] [--ridge R] [--unknown] [--model DIR] [--start FILE] FOLDER...
//!
//! A FOLDER is searched for gold ladders `x.gold` beside `x.<lang>` files, one segment a line. `--cv K` reports the
//! strict F1 by K-fold cross-validation over documents (the same document in any language and level is in one fold)
//! before fitting on everything. `--unknown` forgets the languages: what is fitted is for those without lexicon and vectors.
//! `--model DIR` embeds with a sentence encoder (feature `model`): what is fitted is for use with one.
//! `--start FILE` begins with these weights, and with what they say is missing, in place of the bundled ones.

use korpu::align::{self, Example, Weights};
use korpu::evaluate::{Ladder, Score, parse_ladder, score};
use korpu::language::Languages;
use korpu::model::Bead;
use korpu::pipeline::Embedder;
use korpu::represent::{Lexicon, represent};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

struct Job {
    example: Example,
    gold: Ladder,
    group: String,
    document: String,
}

fn main() {
    let mut folders = Vec::new();
    let (mut folds, mut out, mut ridge, mut unknown, mut model) = (0usize, None, 1.0f64, false, None);
    let mut bundled = Weights::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap_or_else(|| panic!("{arg} needs a value"));
        match arg.as_str() {
            "--cv" => folds = value().parse().expect("--cv takes a number"),
            "--ridge" => ridge = value().parse().expect("--ridge takes a number"),
            "--out" => out = Some(value()),
            "--unknown" => unknown = true,
            "--start" => bundled = parse_weights(&value()),
            "--model" => model = Some(Embedder::open(Path::new(&value())).unwrap_or_else(|e| panic!("{e}"))),
            _ => folders.push(PathBuf::from(&arg)),
        }
    }
    let mut golds = Vec::new();
    folders.iter().for_each(|f| find(f, &mut golds));
    golds.sort();
    let mut jobs: Vec<Job> = golds.par_iter().filter_map(|g| job(g, unknown, model.as_ref())).collect();
    eprintln!("{} alignments", jobs.len());
    let features = match (unknown, model.is_some()) {
        (false, false) => bundled.features,
        (true, false) => bundled.unknown,
        (false, true) => bundled.model,
        (true, true) => bundled.unknown_model,
    };
    let start = Weights { features, ..bundled.clone() };
    jobs.par_iter_mut().for_each(|j| j.example.estimate(&start));
    report("bundled weights", &jobs.iter().map(|j| (j, &start)).collect::<Vec<_>>());
    if folds > 1 {
        let mut names: Vec<&str> = jobs.iter().map(|j| j.document.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let fold = |job: &Job| names.binary_search(&job.document.as_str()).unwrap_or(0) % folds;
        let fits: Vec<Weights> = (0..folds)
            .map(|k| train(&start, &jobs.iter().filter(|j| fold(j) != k).collect::<Vec<_>>(), ridge))
            .collect();
        report("cross-validated", &jobs.iter().map(|j| (j, &fits[fold(j)])).collect::<Vec<_>>());
        reliability(&jobs.iter().map(|j| (j, &fits[fold(j)])).collect::<Vec<_>>());
    }
    let weights = train(&start, &jobs.iter().collect::<Vec<_>>(), ridge);
    report("fitted on all", &jobs.iter().map(|j| (j, &weights)).collect::<Vec<_>>());
    jobs.par_iter_mut().for_each(|j| j.example.estimate(&weights));
    report("with what is missing estimated anew", &jobs.iter().map(|j| (j, &weights)).collect::<Vec<_>>());
    let weights = match (unknown, model.is_some()) {
        (false, false) => weights,
        (true, false) => Weights { unknown: weights.features, ..bundled },
        (false, true) => Weights { model: weights.features, ..bundled },
        (true, true) => Weights { unknown_model: weights.features, ..bundled },
    };
    print!("{}", weights.to_toml());
    if let Some(out) = out {
        std::fs::write(&out, weights.to_toml()).unwrap_or_else(|e| panic!("{out}: {e}"));
    }
}

/// How sure beads are, and how many of those are right.
fn reliability(jobs: &[(&Job, &Weights)]) {
    let mut buckets = [(0, 0); 11];
    for (job, weights) in jobs {
        for bead in job.example.align(weights).into_iter().filter(Bead::is_aligned) {
            let bucket = &mut buckets[(bead.confidence * 10.0).round() as usize];
            bucket.0 += 1;
            bucket.1 += usize::from(job.gold.contains(&(bead.source, bead.target)));
        }
    }
    eprintln!("confidence, beads, share right");
    for (n, (count, right)) in buckets.into_iter().enumerate() {
        eprintln!("  {:.1} {count:6} {:.3}", n as f32 / 10.0, right as f32 / count.max(1) as f32);
    }
}

fn parse_weights(path: &str) -> Weights {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    Weights::parse(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn find(folder: &Path, golds: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, golds);
        } else if path.extension().is_some_and(|e| e == "gold") {
            golds.push(path);
        }
    }
}

fn job(gold: &Path, unknown: bool, model: Option<&Embedder>) -> Option<Job> {
    let stem = gold.file_stem()?.to_str()?.to_owned();
    let mut sides: Vec<PathBuf> = std::fs::read_dir(gold.parent()?)
        .ok()?
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.file_stem().is_some_and(|s| s == stem.as_str()) && p != gold)
        .collect();
    sides.sort();
    let [source, target] = sides.as_slice() else { return None };
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let ladder = parse_ladder(&read(gold)).unwrap_or_else(|e| panic!("{}: {e}", gold.display()));
    let (source_text, target_text) = (read(source), read(target));
    let segments = |text: &'static str| text.lines().filter(|l| !l.trim().is_empty()).collect::<Vec<&str>>();
    let (a, b) = (segments(source_text.leak()), segments(target_text.leak()));
    let (b, ladder) = monotone(&b, ladder);
    let side = |path: &Path, texts: &[&str]| {
        let lang = if unknown { "und" } else { path.extension()?.to_str()? };
        Some(represent(texts, lang, Languages::bundled(), Lexicon::bundled()))
    };
    let (source_terms, target_terms) = (side(source, &a)?, side(target, &b)?);
    let largest = align::largest_encoded(&source_terms, &target_terms);
    let embed = |texts: &[&str]| Some(model?.embedded(texts, largest).unwrap_or_else(|e| panic!("{e}")));
    let embedded = embed(&a).zip(embed(&b));
    let embedded = embedded.as_ref().map(|(source, target)| [source, target]);
    let beads: Vec<Bead> = ladder
        .iter()
        .map(|(s, t)| Bead { source: s.clone(), target: t.clone(), score: 0.0, confidence: 1.0 })
        .collect();
    let group = gold.parent()?.to_string_lossy().split('/').rev().take(2).collect::<Vec<_>>().join(" ");
    Some(Job {
        example: Example::new(&source_terms, &target_terms, embedded, &beads)?,
        gold: ladder,
        group,
        document: stem,
    })
}

/// Puts the target segments in the order of their gold beads: the chain that is fitted does not cross. What crosses is
/// found by passages, which the fit leaves alone.
fn monotone<'t>(target: &[&'t str], ladder: Ladder) -> (Vec<&'t str>, Ladder) {
    let mut order: Vec<u32> = Vec::with_capacity(target.len());
    let mut taken = vec![false; target.len()];
    let mut beads: Vec<&(Vec<u32>, Vec<u32>)> = ladder.iter().filter(|b| !b.0.is_empty()).collect();
    beads.sort_by_key(|b| b.0[0]);
    let alone: Vec<bool> = {
        let mut alone = vec![true; target.len()];
        beads.iter().flat_map(|b| &b.1).for_each(|j| alone[*j as usize] = false);
        alone
    };
    let mut take = |j: u32, order: &mut Vec<u32>| {
        if !std::mem::replace(&mut taken[j as usize], true) {
            order.push(j);
        }
    };
    for bead in &beads {
        for &j in &bead.1 {
            take(j, &mut order);
        }
        let mut next = bead.1.last().map_or(u32::MAX, |j| j + 1);
        while alone.get(next as usize).copied().unwrap_or(false) {
            take(next, &mut order);
            next += 1;
        }
    }
    (0..target.len() as u32).for_each(|j| take(j, &mut order));
    let mut place = vec![0; target.len()];
    order.iter().enumerate().for_each(|(n, j)| place[*j as usize] = n as u32);
    let moved = ladder.iter().map(|(s, t)| {
        let mut t: Vec<u32> = t.iter().map(|j| place[*j as usize]).collect();
        t.sort_unstable();
        (s.clone(), t)
    });
    (order.iter().map(|j| target[*j as usize]).collect(), moved.collect())
}

fn train(start: &Weights, jobs: &[&Job], ridge: f64) -> Weights {
    let fit = align::fit(start, ridge, 200, |weights| {
        let parts: Vec<(f64, Vec<f64>)> = jobs.par_iter().map(|j| j.example.loss(weights)).collect();
        parts.into_iter().fold((0.0, vec![0.0; weights.features.len()]), |(f, mut g), (f2, g2)| {
            g.iter_mut().zip(g2).for_each(|(a, b)| *a += b);
            (f + f2, g)
        })
    });
    eprintln!("loss {:.1} after {} steps", fit.loss, fit.iterations);
    fit.weights
}

fn report(title: &str, jobs: &[(&Job, &Weights)]) {
    let scores: Vec<(&str, Score)> = jobs
        .par_iter()
        .map(|(job, weights)| {
            let found: Ladder = job.example.align(weights).into_iter().map(|b| (b.source, b.target)).collect();
            (job.group.as_str(), score(&job.gold, &found))
        })
        .collect();
    let mut groups: BTreeMap<&str, Score> = BTreeMap::new();
    for (group, score) in scores {
        *groups.entry(group).or_default() += score;
    }
    let mut levels: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (group, score) in &groups {
        levels.entry(group.split(' ').next_back().unwrap_or(group)).or_default().push(score.strict().f1);
    }
    eprintln!("{title}");
    for (level, f) in levels {
        let all: Vec<String> = f.iter().map(|f| format!("{f:.3}")).collect();
        eprintln!("  {level:10} mean {:.4}  {}", f.iter().sum::<f64>() / f.len() as f64, all.join(" "));
    }
}
