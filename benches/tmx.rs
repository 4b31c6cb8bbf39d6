//! What a translation memory costs to write and to read: ten thousand units, as documents in memory and as bytes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use korpu::export::{LangMap, Length, tmx};
use korpu::import::{self, Format};
use korpu::language::Lang;
use korpu::model::{Bead, Bitext, Block, BlockKind, Document, Identification, Level, Span};
use std::hint::black_box;

const UNITS: u32 = 10_000;

/// A document with a sentence for each unit, all different.
fn document(id: &str, lang: &str, sentence: &str) -> Document {
    let mut document = Document {
        id: id.into(),
        language: Identification { lang: Lang::parse(lang).expect("a tag"), confidence: 1.0 },
        ..Document::default()
    };
    let mut sentences = Vec::new();
    for n in 0..UNITS {
        let start = document.text.len();
        document.text.push_str(&format!("{sentence} ({n})."));
        sentences.push(Span::new(start, document.text.len()));
        document.text.push(' ');
    }
    let block = Block::new(BlockKind::Paragraph, Span::new(0, document.text.len()));
    document.blocks.push(Block { sentences, ..block });
    document
}

fn write(source: &tmx::Text, target: &tmx::Text, bitext: &Bitext, header: &tmx::Header) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = tmx::Writer::new(&mut out, header).expect("a vector takes all");
    for unit in tmx::units(bitext, source, target, &Default::default(), &[]) {
        writer.unit(&unit).expect("a vector takes all");
    }
    writer.finish().expect("a vector takes all");
    out
}

fn memory(c: &mut Criterion) {
    let source = document("d1", "az", "Limanda yeni taxıl terminalı açılıb və ildə iyirmi min ton yük qəbul edəcək");
    let target = document(
        "d2",
        "ru",
        "В порту открыт новый зерновой терминал, который будет принимать двадцать тысяч тонн в год",
    );
    let bead = |n| Bead { source: vec![n], target: vec![n], score: 1.5, confidence: 0.97 };
    let (a, b) = (source.id.clone(), target.id.clone());
    let bitext = Bitext { source: a, target: b, level: Level::Sentence, beads: (0..UNITS).map(bead).collect() };
    let header = tmx::Header {
        between: Some((source.language.lang.clone(), target.language.lang.clone())),
        length: Length::Sentence,
        created: None,
        languages: LangMap::default(),
        name: None,
        monolingual: false,
    };
    let texts = || (tmx::Text::new(&source, Level::Sentence), tmx::Text::new(&target, Level::Sentence));
    let (a, b) = texts();
    let bytes = write(&a, &b, &bitext, &header);
    let mut group = c.benchmark_group("tmx");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("write", |bench| {
        bench.iter(|| {
            let (a, b) = texts();
            black_box(write(&a, &b, &bitext, &header))
        })
    });
    group.bench_function("read", |bench| {
        let alone = |name: &str| Err(format!("no other file: {name}"));
        bench
            .iter(|| import::read(Format::Tmx, black_box(bytes.as_slice()), &alone).expect("bytes can be read").count())
    });
    group.finish();
}

criterion_group!(benches, memory);
criterion_main!(benches);
