//! What korpu writes, it reads again: store -> TMX -> import -> TMX gives the same bytes, whatever the texts are.

use korpu::language::Lang;
use korpu::model::*;
use korpu::pipeline::{self, Format, Memories, Options};
use korpu::store::{Entry, Store};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A text with something of every kind that XML, Unicode or a translation memory finds hard.
pub fn text() -> impl Strategy<Value = String> {
    let hard = prop_oneof![
        Just("]]>".to_owned()),
        Just("<b>&amp;&#1;</b>".to_owned()),
        Just("«Мы», — “said” 'he' \"x\"".to_owned()),
        Just("שלום عربي \u{200F}\u{202E}abc".to_owned()),
        Just("😀𐌰\u{1D11E}".to_owned()),
        Just("\u{338}\u{327}s\u{327}".to_owned()),
        Just("\u{0}\u{1}\u{FFFE}\u{FFFD}\u{AD}\u{200B}".to_owned()),
        Just(" \u{A0}\t\n\u{2028} ".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
        "[əışğçöüqx ]{1,20}",
    ];
    prop::collection::vec(hard, 1..4).prop_map(|parts| parts.concat())
}

/// A document whose paragraphs are lists of sentences.
fn document(id: &str, lang: &str, paragraphs: &[Vec<String>]) -> Document {
    let mut document = Document {
        id: id.into(),
        language: Identification { lang: Lang::parse(lang).unwrap(), confidence: 1.0 },
        ..Document::default()
    };
    for paragraph in paragraphs {
        let start = document.text.len();
        let mut sentences = Vec::new();
        for sentence in paragraph {
            let at = document.text.len();
            document.text.push_str(sentence);
            sentences.push(Span::new(at, document.text.len()));
            document.text.push(' ');
        }
        let block = Block::new(BlockKind::Paragraph, Span::new(start, document.text.len()));
        document.blocks.push(Block { sentences, ..block });
    }
    document.metadata.url = Some(format!("https://example.com/{id}?a=1&b=\"2\""));
    document.metadata.outlet = paragraphs.first().and_then(|p| p.first()).cloned();
    document.provenance.fetched = "2024-12-01T08:00:00Z".parse().ok();
    document
}

/// The beads of so many segments on both sides, by these lengths.
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

type Paragraphs = Vec<Vec<String>>;

fn paragraphs() -> impl Strategy<Value = Paragraphs> {
    prop::collection::vec(prop::collection::vec(text(), 1..4), 1..4)
}

/// A store with documents in three languages and bitexts of every two.
fn store(path: &Path, texts: &[[Paragraphs; 3]], lengths: &[(u32, u32, f32)]) -> Store {
    let mut store = Store::open(path).unwrap();
    for (n, versions) in texts.iter().enumerate() {
        let documents: Vec<Document> = versions
            .iter()
            .zip(["az", "ru", "en-GB"])
            .map(|(paragraphs, lang)| document(&format!("d{n}{}", &lang[..2]), lang, paragraphs))
            .collect();
        for level in [Level::Sentence, Level::Paragraph] {
            for (a, b) in [(0, 1), (0, 2), (2, 1)] {
                let count = |n: usize| documents[n].segments(level).len() as u32;
                let (source, target) = (documents[a].id.clone(), documents[b].id.clone());
                let beads = beads(count(a), count(b), lengths);
                store.add_bitexts(&[Bitext { source, target, level, beads }]).unwrap();
            }
        }
        let entry = |document| Entry::Document { document, signature: Signature::default() };
        store.add(documents.into_iter().map(entry).collect()).unwrap();
    }
    store
}

fn export(store: &Store, out: &Path, memories: Memories) -> BTreeMap<String, String> {
    fs::create_dir_all(out).unwrap();
    let options = Options { memories, ..Options::default() };
    pipeline::export(store, out, &[Format::Tmx], &options, &()).unwrap();
    crate::desk::texts(&out.join("tmx"))
}

fn import(store: &Path, folder: &Path) -> Store {
    let files = crate::desk::seen(folder);
    let mut store = Store::open(store).unwrap();
    // What holds no unit is refused, and is exported no more.
    let (imported, _) = pipeline::import(&mut store, &files, None, &()).unwrap();
    let lost: Vec<_> = imported.iter().filter(|one| !one.losses.is_empty()).collect();
    assert!(lost.is_empty(), "{lost:?}");
    store
}

/// The files that have units.
fn filled(files: &BTreeMap<String, String>) -> BTreeMap<&String, &String> {
    files.iter().filter(|(_, text)| text.contains("<tu ")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tmx_imported_and_exported_again_is_the_same(
        texts in prop::collection::vec([paragraphs(), paragraphs(), paragraphs()], 1..3),
        lengths in prop::collection::vec((0u32..3, 0u32..3, 0f32..=1.0), 1..9),
        paragraph in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let level = if paragraph { Level::Paragraph } else { Level::Sentence };
        let memories = Memories { length: Some(level.into()), ..Memories::default() };
        let first = export(&store(&at("a.korpu"), &texts, &lengths), &at("a"), memories);
        let second = export(&import(&at("b.korpu"), &at("a/tmx")), &at("b"), memories);
        prop_assert_eq!(filled(&first), filled(&second));
    }

    #[test]
    fn a_multilingual_file_imported_and_exported_again_has_the_same_units(
        texts in prop::collection::vec([paragraphs(), paragraphs(), paragraphs()], 1..3),
        lengths in prop::collection::vec((0u32..3, 0u32..3, 0f32..=1.0), 1..9),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let memories = Memories { multilingual: true, ..Memories::default() };
        let mut store = store(&at("a.korpu"), &texts, &lengths);
        let works = texts.iter().enumerate().map(|(n, _)| Work {
            id: format!("w{n}"),
            documents: ["az", "en", "ru"].map(|lang| format!("d{n}{lang}")).into(),
        });
        store.set_works(works.collect::<Vec<_>>()).unwrap();
        let pair = |source: String, target: String| Pair { source, target, kind: PairKind::Version, score: 1.0, evidence: vec![] };
        let pairs: Vec<Pair> = (0..texts.len())
            .flat_map(|n| [("az", "ru"), ("az", "en"), ("en", "ru")].map(|(a, b)| pair(format!("d{n}{a}"), format!("d{n}{b}"))))
            .collect();
        store.add_pairs(&pairs, &[]).unwrap();
        // By the file that they are in: each has the languages of its name.
        let units = |files: &BTreeMap<String, String>| {
            let mut units: Vec<(String, String)> = Vec::new();
            for (name, file) in files {
                let of = |unit: &str| (name.clone(), unit.replace(" </body>\n</tmx>\n", ""));
                units.extend(file.split("  <tu ").skip(1).map(of));
            }
            units.sort();
            units
        };
        let first = export(&store, &at("a"), memories);
        if !first.is_empty() {
            let second = export(&import(&at("b.korpu"), &at("a/tmx")), &at("b"), memories);
            prop_assert_eq!(units(&first), units(&second));
        }
    }
}
