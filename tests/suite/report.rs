//! The report of the sample's gold: what a reader sees when everything went right.
//!
//! The file stays in the target folder (its name is on stderr with `--no-capture`), to be looked at in a browser.

use korpu::evaluate::parse_ladder;
use korpu::export::report::{Heading, Overview, WorkView, Writer};
use korpu::language::Lang;
use korpu::model::*;
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn gold(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/gold").join(file);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Splits a table into rows without the line of column names.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

/// The document of a row of `pages.tsv`. Line breaks within a block are spaces: offsets stay.
fn document(row: &[&str]) -> Document {
    let lang = |tag: &str| Lang::parse(tag).unwrap();
    let lines = gold(&format!("docs/{}.txt", row[1]));
    let mut document = Document {
        id: row[1].into(),
        revision: 1,
        language: Identification { lang: lang(row[3]), confidence: 0.97 },
        metadata: Metadata {
            title: Some(row[6].into()),
            outlet: Some(row[4].into()),
            published: row[5].parse().ok(),
            declared_language: Some(row[7].into()),
            url: Some(row[9].into()),
            versions: row[8]
                .split(',')
                .filter(|tag| !tag.is_empty())
                .map(|tag| OfferedVersion { lang: lang(tag), source_tag: tag.into(), url: None })
                .collect(),
            ..Metadata::default()
        },
        provenance: Provenance {
            path: row[0].into(),
            bytes: lines.len() as u64,
            encoding: "UTF-8".into(),
            ..Provenance::default()
        },
        ..Document::default()
    };
    for block in lines.trim_end().split("\n\n") {
        let start = block.as_ptr() as usize - lines.as_ptr() as usize;
        let kind = if start == 0 { BlockKind::Title } else { BlockKind::Paragraph };
        let mut at = start;
        let sentences = block.split_inclusive('\n').map(|line| {
            let span = Span::new(at, at + line.trim_end().len());
            at += line.len();
            span
        });
        let sentences = sentences.collect();
        document.blocks.push(Block { sentences, ..Block::new(kind, Span::new(start, start + block.len())) });
    }
    document.text = lines.trim_end().split("\n\n").map(|b| b.replace('\n', " ")).collect::<Vec<_>>().join("\n\n");
    document
}

/// The sentence beads of a pair, with a confidence that falls with their size so that every kind is to be seen.
fn bitext(pair: &Pair) -> Bitext {
    let ladder = parse_ladder(&gold(&format!("beads/{}--{}.beads", pair.source, pair.target))).unwrap();
    let bead = |(source, target): (Vec<u32>, Vec<u32>)| {
        let confidence = [1.0, 1.0, 0.98, 0.81, 0.42].get(source.len() + target.len()).copied().unwrap_or(0.2);
        Bead { source, target, score: 1.0, confidence }
    };
    Bitext {
        source: pair.source.clone(),
        target: pair.target.clone(),
        level: Level::Sentence,
        beads: ladder.into_iter().map(bead).collect(),
    }
}

/// The sample by its gold.
struct Sample {
    documents: Vec<Document>,
    pairs: Vec<Pair>,
}

impl Sample {
    fn new() -> Sample {
        let pages = gold("pages.tsv");
        let pages = rows(&pages);
        let id: BTreeMap<&str, &str> = pages.iter().map(|row| (row[0], row[1])).collect();
        let pair = |row: &Vec<&str>| {
            let (kind, evidence) = match row[2] {
                "version" => (PairKind::Version, ["hreflang", "names"]),
                "witness" => (PairKind::Witness, ["text", "day"]),
                _ => (PairKind::Event, ["names", "numbers"]),
            };
            let evidence = evidence.map(str::to_owned).to_vec();
            Pair { source: id[row[0]].into(), target: id[row[1]].into(), kind, score: 0.93, evidence }
        };
        Sample {
            documents: pages.iter().map(|row| document(row)).collect(),
            pairs: rows(&gold("pairs.tsv")).iter().map(pair).collect(),
        }
    }

    /// A work is what is not told freely: a document that is in event pairs alone is a work of its own.
    fn works(&self) -> BTreeMap<String, Vec<Document>> {
        let mut works: BTreeMap<String, Vec<Document>> = BTreeMap::new();
        for document in &self.documents {
            let of = |p: &&Pair| p.source == document.id || p.target == document.id;
            let free = self.pairs.iter().filter(of).all(|p| p.kind == PairKind::Event);
            let work = document.id.split('.').next().unwrap_or_default();
            works.entry(format!("{work}{}", if free { "-free" } else { "" })).or_default().push(document.clone());
        }
        works
    }

    fn report(&self, out: &mut dyn io::Write) {
        let works = self.works();
        let works: Vec<(&str, &[Document], Vec<Pair>)> = works
            .iter()
            .map(|(id, documents)| {
                let of = |p: &&Pair| [&p.source, &p.target].iter().all(|id| documents.iter().any(|d| d.id == **id));
                (id.as_str(), documents.as_slice(), self.pairs.iter().filter(of).cloned().collect())
            })
            .collect();
        let events: Vec<&Pair> = self.pairs.iter().filter(|p| p.kind == PairKind::Event).collect();
        let of = |pair: &Pair| -> Vec<Document> {
            let is_of = |d: &&Document| d.id == pair.source || d.id == pair.target;
            self.documents.iter().filter(is_of).cloned().collect()
        };
        let events: Vec<(String, Vec<Document>, &Pair)> =
            events.into_iter().map(|p| (format!("{}--{}", p.source, p.target), of(p), p)).collect();
        let bitexts: Vec<Vec<Bitext>> = works.iter().map(|(_, _, pairs)| pairs.iter().map(bitext).collect()).collect();
        let event_bitexts: Vec<[Bitext; 1]> = events.iter().map(|(_, _, pair)| [bitext(pair)]).collect();
        let work_views = works.iter().zip(&bitexts).map(|((id, documents, pairs), bitexts)| WorkView {
            heading: Heading::Work,
            id,
            documents,
            bitexts,
            pairs,
            ..WorkView::default()
        });
        let event_views = events.iter().zip(&event_bitexts).map(|((id, documents, pair), bitexts)| WorkView {
            heading: Heading::Event,
            id,
            documents,
            bitexts,
            pairs: std::slice::from_ref(*pair),
            ..WorkView::default()
        });
        let views: Vec<WorkView> = work_views.chain(event_views).collect();
        let mut languages: BTreeMap<Lang, usize> = BTreeMap::new();
        for document in &self.documents {
            *languages.entry(document.language.lang.clone()).or_default() += 1;
        }
        let refusals =
            [("pages/empty.html", "an empty file"), ("crawl.zip: ../x.html", "its name leads out of the ZIP")]
                .map(|(place, reason)| Refusal { place: place.into(), reason: reason.into() });
        let overview = Overview {
            title: "Sample corpus — Nümunə korpusu",
            created: "2025-11-23T08:00:00Z".parse().ok(),
            documents: self.documents.len(),
            outlets: self.documents.iter().map(|d| &d.metadata.outlet).collect::<BTreeSet<_>>().len(),
            works: works.len(),
            pairs: self.pairs.len(),
            events: events.len(),
            beads: bitexts.iter().flatten().chain(event_bitexts.iter().flatten()).map(|b| b.beads.len()).sum(),
            refused: refusals.len(),
            languages: &languages.into_iter().collect::<Vec<_>>(),
            refusals: &refusals,
            contents: &views.iter().map(WorkView::entry).collect::<Vec<_>>(),
        };
        let mut report = Writer::new(out, &overview).unwrap();
        views.iter().for_each(|view| report.work(view).unwrap());
        report.finish().unwrap();
    }
}

#[test]
fn the_report_of_the_sample_shows_every_document_pair_and_bead() {
    let sample = Sample::new();
    let mut bytes = Vec::new();
    sample.report(&mut bytes);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report.html");
    fs::write(&path, &bytes).unwrap();
    eprintln!("{}", path.display());

    let html = Html::parse_document(&String::from_utf8(bytes).unwrap());
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let count = |selector: &str| html.select(&Selector::parse(selector).unwrap()).count();
    let bitexts: Vec<Bitext> = sample.pairs.iter().map(bitext).collect();
    let beads = |wanted: bool| bitexts.iter().flat_map(|b| &b.beads).filter(|b| b.is_aligned() == wanted).count();
    assert_eq!(count("article.event"), sample.pairs.iter().filter(|p| p.kind == PairKind::Event).count());
    assert_eq!(count("article.work .card"), sample.documents.len());
    assert_eq!(count("details.bitext"), sample.pairs.len());
    assert_eq!(count("tr.bead"), beads(true) + beads(false));
    assert_eq!(count("tr.alone td.none"), beads(false));
    assert_eq!(count("script, img, link, iframe, [src]"), 0);
}
