//! What it costs to find the quotes of news in each language, in bytes a second, and to link those of two documents of the sample.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use korpu::language::{Lang, Languages};
use korpu::model::{Block, BlockKind, Document, Identification, Quote, Span};
use korpu::pipeline::{Options, link_documents};
use korpu::quote::Finder;
use korpu::segment;
use std::hint::black_box;

const NEWS: [(&str, &str); 4] = [
    ("az", include_str!("../corpus/gold/docs/w01-transit-talks.khazar.az.txt")),
    ("en", include_str!("../corpus/gold/docs/w01-transit-talks.khazar.en.txt")),
    ("ru", include_str!("../corpus/gold/docs/w01-transit-talks.khazar.ru.txt")),
    ("tr", include_str!("../corpus/gold/docs/w01-transit-talks.haber.tr.txt")),
];

/// A page of news is a few kilobytes long; what it costs to read one is not to weigh more than its text does.
fn extraction(c: &mut Criterion) {
    let mut group = c.benchmark_group("quotes");
    for (lang, text) in NEWS {
        let finder = Finder::new(Languages::bundled().get(lang));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(lang, |b| b.iter(|| finder.quotes(black_box(text))));
    }
    group.finish();
}

fn document(lang: &str, text: &str) -> (Document, Vec<Quote>) {
    let mut document = Document {
        id: lang.to_owned(),
        text: text.to_owned(),
        language: Identification { lang: Lang::parse(lang).expect("a tag"), confidence: 1.0 },
        ..Document::default()
    };
    let mut at = 0;
    for paragraph in text.split("\n\n") {
        document.blocks.push(Block::new(BlockKind::Paragraph, Span::new(at, at + paragraph.trim_end().len())));
        at += paragraph.len() + 2;
    }
    segment::document(&mut document, Languages::bundled());
    let quotes = Finder::new(Languages::bundled().get(lang)).quotes(text);
    (document, quotes)
}

/// Both are compared with each other and with themselves; their sentences are aligned for it.
fn linking(c: &mut Criterion) {
    let options = Options::default();
    let documents = NEWS.map(|(lang, text)| document(lang, text));
    for (name, a, b) in [("link/az-ru", 0, 2), ("link/en-tr", 1, 3)] {
        let pair = [documents[a].clone(), documents[b].clone()];
        c.bench_function(name, |b| b.iter(|| link_documents(black_box(&pair), &[(0, 1)], &options, &())));
    }
}

criterion_group!(benches, extraction, linking);
criterion_main!(benches);
