//! What one page costs on its way to a document: all of it, and in the steps it is made of.

use criterion::{Criterion, criterion_group, criterion_main};
use korpu::language::Languages;
use korpu::model::{MediaType, Page, Provenance};
use korpu::{identify::Identifier, ingest, pipeline, segment};
use std::hint::black_box;

const PAGES: [(&str, &[u8]); 3] = [
    ("az", include_bytes!("../corpus/sample/khezerxeber/w01-transit-talks.az.html")),
    ("ru-windows-1251", include_bytes!("../corpus/sample/vestnik-kaspiya/w02-grain-port.ru.html")),
    ("tr-windows-1254", include_bytes!("../corpus/sample/haberkulesi/w04-cup-final.tr.html")),
];

fn page(bytes: &[u8]) -> Page {
    let provenance = Provenance { path: "page.html".into(), ..Provenance::default() };
    Page { provenance, bytes: bytes.into(), media_type: MediaType::Html, charset: None }
}

fn one_page(c: &mut Criterion) {
    let languages = Languages::bundled();
    for (name, bytes) in PAGES {
        let page = page(bytes);
        c.bench_function(&format!("page/{name}"), |b| {
            b.iter(|| pipeline::document(black_box(&page), pipeline::Knowledge::default()))
        });
    }
    let page = page(PAGES[0].1);
    c.bench_function("page/az/ingest", |b| b.iter(|| ingest::document(black_box(&page), languages)));
    let document = ingest::document(&page, languages).expect("a sample page gives a document");
    c.bench_function("page/az/identify", |b| {
        b.iter_with_setup(|| document.clone(), |mut document| Identifier::bundled().document(&mut document));
    });
    c.bench_function("page/az/segment", |b| {
        b.iter_with_setup(|| document.clone(), |mut document| segment::document(&mut document, languages));
    });
}

criterion_group!(benches, one_page);
criterion_main!(benches);
