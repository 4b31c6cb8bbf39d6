//! What korpu writes as TEI, it reads again: store -> TEI -> import -> TEI gives the same bytes, whatever the texts are.

use crate::roundtrip::text;
use korpu::language::Lang;
use korpu::model::*;
use korpu::pipeline::{self, Format, Layout, Options};
use korpu::store::{Decided, Entry, Proposal, Store};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const NAMES: [&str; 7] =
    ["Sergey Lavrov", "Сергей Лавров", "TASS", "Xarici İşlər Nazirliyi", "O'Brien & <Co>", "محمود عباس", "nazir"];

/// A block: its kind, whether it is in another language, and its sentences; of no sentences the text stands alone.
type Paragraph = (u8, bool, bool, Vec<String>);

fn paragraph() -> impl Strategy<Value = Paragraph> {
    (0u8..6, any::<bool>(), prop::bool::weighted(0.8), prop::collection::vec(text(), 1..4))
}

/// A quote by numbers: where its words, its clause and what belongs to it stand, and what else is known of it.
#[derive(Clone, Debug)]
struct Spoken {
    places: Vec<(prop::sample::Index, usize)>,
    belongs: Vec<(prop::sample::Index, usize)>,
    form: u8,
    speaker: Option<usize>,
    others: Vec<usize>,
    confidence: f32,
    earlier: bool,
    recovered: u8,
}

fn spoken() -> impl Strategy<Value = Spoken> {
    let place = || (any::<prop::sample::Index>(), 1usize..40);
    let who = || prop::option::of(0..NAMES.len());
    (
        prop::collection::vec(place(), 1..4),
        prop::collection::vec(place(), 4),
        0u8..4,
        who(),
        prop::collection::vec(0..NAMES.len(), 0..2),
        0f32..=1.0,
        any::<bool>(),
        0u8..6,
    )
        .prop_map(|(places, belongs, form, speaker, others, confidence, earlier, recovered)| Spoken {
            places,
            belongs,
            form,
            speaker,
            others,
            confidence,
            earlier,
            recovered,
        })
}

/// What is said of a document outside of its text.
type Told = (Option<String>, Vec<String>, Option<String>, Option<String>, bool, u32);

fn told() -> impl Strategy<Value = Told> {
    let words = || prop::option::of(text());
    (words(), prop::collection::vec(text(), 0..3), words(), words(), any::<bool>(), 0u32..4)
}

type Source = (Vec<Paragraph>, Vec<Spoken>, Told);

fn document(n: usize, lang: &str, (paragraphs, _, told): &Source) -> Document {
    use BlockKind::*;
    let identified = |tag: &str| Identification { lang: Lang::parse(tag).unwrap(), confidence: 1.0 };
    let mut document = Document { id: format!("d{n:012x}"), language: identified(lang), ..Document::default() };
    for (kind, other, segmented, sentences) in paragraphs {
        let start = document.text.len();
        let mut spans = Vec::new();
        for sentence in sentences {
            let at = document.text.len();
            document.text.push_str(sentence);
            spans.push(Span::new(at, document.text.len()));
            document.text.push_str("  ");
        }
        let kind = [Title, Heading, Paragraph, Item, Quote, Caption][usize::from(*kind)];
        let mut block = Block::new(kind, Span::new(start, document.text.len()));
        block.sentences = if *segmented { spans } else { Vec::new() };
        block.language = other.then(|| identified("ru"));
        document.blocks.push(block);
        document.text.push_str("\n\n");
    }
    let (title, bylines, outlet, licence, republished, revision) = told.clone();
    let url = |what: &str| Some(format!("https://example.com/{what}{n}?a=1&b=\"2\""));
    document.revision = revision;
    document.metadata = Metadata {
        title,
        bylines,
        licence: licence.clone().or_else(|| republished.then(|| "https://creativecommons.org/licenses/by/4.0".into())),
        description: licence.clone(),
        section: outlet.clone(),
        declared_language: republished.then(|| "az_AZ".into()),
        published: republished.then(|| "2024-11-20T19:18:00+04:00".parse().unwrap()),
        modified: (!republished).then(|| "2024-11-21".parse().unwrap()),
        url: republished.then(|| url("page")).flatten(),
        versions: Vec::from_iter(republished.then(|| OfferedVersion {
            lang: Lang::parse("iw").unwrap(),
            source_tag: "Iw".into(),
            url: url("he"),
        })),
        republished: republished.then(|| Republication {
            source: outlet.clone(),
            url: None,
            published: Moment::date(2024, 11, 19),
        }),
        outlet,
    };
    document.provenance = Provenance {
        path: format!("pages/{n}.html"),
        member: republished.then(|| "urn:uuid:1".into()),
        url: url("fetched"),
        fetched: "2024-12-01T08:00:00Z".parse().ok(),
        blake3: format!("{n:064x}"),
        bytes: 9,
        encoding: "UTF-8".into(),
    };
    document
}

/// The quotes of a document that have a letter somewhere in its blocks: of others XML may keep nothing.
fn quotes(document: &Document, spoken: &[Spoken]) -> Vec<Quote> {
    let places: Vec<usize> = document.text.char_indices().map(|(at, _)| at).chain([document.text.len()]).collect();
    let span = |(index, length): &(prop::sample::Index, usize)| {
        let start = index.index(places.len());
        Span::new(places[start], places[(start + length).min(places.len() - 1)])
    };
    let name = |n: &usize| NAMES[*n].to_owned();
    let visible =
        |quote: &Quote| quote.spans.iter().all(|span| span.of(&document.text).chars().any(char::is_alphanumeric));
    // The stretches of one quote follow each other.
    let spans = |places: &[(prop::sample::Index, usize)]| {
        let mut spans: Vec<Span> = places.iter().map(span).collect();
        spans.sort_unstable();
        spans.dedup_by(|next, last| next.start < last.end);
        spans
    };
    let quote = |one: &Spoken| Quote {
        spans: spans(&one.places),
        clause: (one.form == 1 && one.recovered < 4).then(|| span(&one.belongs[0])),
        form: [Form::Direct, Form::Mixed, Form::Indirect, Form::Headline][usize::from(one.form)],
        cue: one.earlier.then(|| span(&one.belongs[1])),
        mention: one.speaker.map(|_| span(&one.belongs[2])),
        speaker: one.speaker.as_ref().map(name),
        alternatives: one.others.iter().map(name).collect(),
        confidence: one.confidence,
        earlier: one.earlier,
        insertions: Vec::from_iter((one.recovered > 2).then(|| span(&one.belongs[3]))),
        recovered: [Some(Recovery::Reopened), Some(Recovery::Unclosed), Some(Recovery::Misplaced), None, None, None]
            [usize::from(one.recovered)],
    };
    spoken.iter().map(quote).filter(visible).collect()
}

fn beads(mut source: u32, mut target: u32, lengths: &[(u32, u32, f32)]) -> Vec<Bead> {
    let (all, mut beads) = ((source, target), Vec::new());
    for (m, n, confidence) in lengths {
        let (m, n) = ((*m).min(source), (*n).min(target));
        if m + n > 0 {
            let (a, b) = (all.0 - source, all.1 - target);
            let (source, target) = ((a..a + m).collect(), (b..b + n).collect());
            beads.push(Bead { source, target, score: confidence * 3.0, confidence: *confidence });
        }
        (source, target) = (source - m, target - n);
    }
    beads
}

fn store(path: &Path, sources: &[Source], lengths: &[(u32, u32, f32)]) -> Store {
    let mut store = Store::open(path).unwrap();
    let langs = ["az", "ru", "az", "fa"];
    let documents: Vec<Document> =
        sources.iter().zip(langs).enumerate().map(|(n, (source, lang))| document(n, lang, source)).collect();
    let entry = |document: &Document| Entry::Document { document: document.clone(), signature: Signature::default() };
    store.add(documents.iter().map(entry).collect()).unwrap();
    for (a, b) in [(0, 1), (0, 2), (2, 1), (1, 3)] {
        let (Some(source), Some(target)) = (documents.get(a), documents.get(b)) else { continue };
        let pair = Pair::imported(&source.id, &target.id);
        store.add_pairs(&[pair], &[]).unwrap();
        for level in [Level::Sentence, Level::Paragraph] {
            let count = |document: &Document| document.segments(level).len() as u32;
            let beads = beads(count(source), count(target), lengths);
            let bitext = Bitext { source: source.id.clone(), target: target.id.clone(), level, beads };
            store.add_bitexts(std::slice::from_ref(&bitext)).unwrap();
            // Of a side of which XML keeps nothing there is no link, and so nobody who reviewed it.
            let shows = |document: &Document, side: &[u32]| {
                let segments = document.segments(level);
                side.iter().any(|n| segments[*n as usize].of(&document.text).chars().any(char::is_alphanumeric))
            };
            let both = |bead: &&Bead| shows(source, &bead.source) && shows(target, &bead.target);
            let Some(bead) = bitext.beads.iter().find(both) else { continue };
            if level == Level::Sentence && a == 0 {
                let segments = [source.segments(level), target.segments(level)];
                let held = Held::of([&bead.source, &bead.target], [&segments[0], &segments[1]]).unwrap();
                let act = Act::Hold { change: Change::Accept, beads: vec![held] };
                let subject = store.subject(&source.id, Some(&target.id)).unwrap().unwrap();
                let made = format!("2026-11-2{b}T10:00:00Z").parse().unwrap();
                let proposal =
                    Proposal { subject: &subject, seen: 0, reviewer: ["Leyla & <Co>", "Əli"][b - 1], made, act: &act };
                assert!(matches!(store.decide(&proposal, &[bitext]).unwrap(), Decided::Done(_)));
            }
        }
    }
    let said: Vec<(String, Vec<Quote>)> =
        documents.iter().zip(sources).map(|(d, (_, spoken, _))| (d.id.clone(), quotes(d, spoken))).collect();
    store.add_quotes(&said).unwrap();
    // The nth quotes of all documents say the same.
    let most = said.iter().map(|(_, quotes)| quotes.len()).max().unwrap_or(0);
    let groups: Vec<Group> = (0..most)
        .map(|n| {
            let rendering = |(document, quotes): &(String, Vec<Quote>)| {
                let spans = quotes.get(n)?.spans.iter().take(n + 1).copied().collect();
                Some(Rendering { document: document.clone(), quote: n as u32, spans, confidence: 0.5 })
            };
            Group {
                id: format!("g{n:012x}"),
                renderings: said.iter().filter_map(rendering).collect(),
                confidence: 0.875,
            }
        })
        .filter(|group| group.renderings.len() > 1)
        .collect();
    let ids: BTreeSet<String> = documents.iter().map(|document| document.id.clone()).collect();
    store.set_groups([(&ids, groups.as_slice())]).unwrap();
    store
}

fn export(store: &Store, out: &Path, layout: Layout) -> BTreeMap<String, String> {
    fs::create_dir_all(out).unwrap();
    pipeline::export(store, out, &[Format::Tei], &Options { tei: layout, ..Options::default() }, &()).unwrap();
    crate::desk::texts(&out.join("tei"))
}

/// The first place where two files differ, with what stands before it.
fn difference(a: &str, b: &str) -> String {
    let at = a.bytes().zip(b.bytes()).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    let around = |text: &str| {
        let edge = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text[edge(at.saturating_sub(400))..edge(at + 100)].to_owned()
    };
    format!("\n{}\n--- became\n{}", around(a), around(b))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn tei_imported_and_exported_again_is_the_same(
        sources in prop::collection::vec(
            (prop::collection::vec(paragraph(), 1..5), prop::collection::vec(spoken(), 0..5), told()), 2..5),
        lengths in prop::collection::vec((0u32..3, 0u32..3, 0f32..=1.0), 1..12),
        layout in prop::sample::select(vec![Layout::One, Layout::Include, Layout::Works]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let first = export(&store(&at("a.korpu"), &sources, &lengths), &at("a"), layout);
        let files = match layout {
            Layout::Works => crate::desk::seen(&at("a/tei")),
            Layout::One | Layout::Include => vec![at("a/tei/corpus.xml")],
        };
        let mut copy = Store::open(at("b.korpu")).unwrap();
        let (imported, refused) = pipeline::import(&mut copy, &files, None, &()).unwrap();
        prop_assert!(refused.is_empty(), "{:?}", refused);
        prop_assert!(imported.iter().all(|one| one.losses.is_empty()), "{:?}", imported);
        let second = export(&copy, &at("b"), layout);
        for (name, text) in &first {
            let other = second.get(name).map_or("", String::as_str);
            prop_assert!(text == other, "{}: {}", name, difference(text, other));
        }
        prop_assert_eq!(first.len(), second.len());
    }
}
