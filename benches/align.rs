//! What two documents of the sample cost to align: their representation, the paragraphs, the sentences; and how the cost
//! grows with length, with the sentences of both told several times over.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use korpu::align::{self, Config, Known};
use korpu::language::Languages;
use korpu::represent::{Lexicon, Representation, represent};
use std::hint::black_box;

const SOURCE: &str = include_str!("../corpus/gold/docs/w01-transit-talks.khazar.az.txt");
const TARGET: &str = include_str!("../corpus/gold/docs/w01-transit-talks.khazar.ru.txt");

fn sentences(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").collect()
}

fn terms(segments: &[&str], lang: &str) -> Representation {
    represent(segments, lang, Languages::bundled(), Lexicon::bundled())
}

fn representation(c: &mut Criterion) {
    let (source, target) = (sentences(SOURCE), sentences(TARGET));
    Lexicon::bundled();
    c.bench_function("represent/az", |b| b.iter(|| terms(black_box(&source), "az")));
    c.bench_function("represent/ru", |b| b.iter(|| terms(black_box(&target), "ru")));
}

fn alignment(c: &mut Criterion) {
    let config = Config::default();
    let mut check = |name: &str, source: &[&str], target: &[&str]| {
        let (source, target) = (terms(source, "az"), terms(target, "ru"));
        c.bench_function(name, |b| {
            b.iter(|| align::align(black_box(&source), black_box(&target), &config, Known::default()))
        });
    };
    check("align/paragraphs", &paragraphs(SOURCE), &paragraphs(TARGET));
    check("align/sentences", &sentences(SOURCE), &sentences(TARGET));
}

fn length(c: &mut Criterion) {
    let config = Config::default();
    let mut group = c.benchmark_group("align/times");
    group.sample_size(10);
    for times in [1, 4, 16] {
        let source = terms(&sentences(SOURCE).repeat(times), "az");
        let target = terms(&sentences(TARGET).repeat(times), "ru");
        group.bench_function(BenchmarkId::from_parameter(times), |b| {
            b.iter(|| align::align(black_box(&source), black_box(&target), &config, Known::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, representation, alignment, length);
criterion_main!(benches);
