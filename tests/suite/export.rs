//! What export writes: golden files, and what the schemas, ours and the official ones, say of them.

use crate::desk::{Desk, korpu, seen};
use crate::json_schema;
use korpu::export::{LangMap, jsonl, tei, tmx};
use korpu::language::{Lang, Languages};
use korpu::link::{Called, Names};
use korpu::model::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A document from its blocks, each with its kind and its sentences.
fn document(id: &str, lang: &str, blocks: &[(BlockKind, &[&str])]) -> Document {
    let mut document = Document { id: id.into(), revision: 1, language: identified(lang), ..Document::default() };
    for (kind, sentences) in blocks {
        if !document.text.is_empty() {
            document.text.push_str("\n\n");
        }
        let start = document.text.len();
        let mut spans = Vec::new();
        for sentence in *sentences {
            if !spans.is_empty() {
                document.text.push(' ');
            }
            let at = document.text.len();
            document.text.push_str(sentence);
            spans.push(Span::new(at, document.text.len()));
        }
        let mut block = Block::new(*kind, Span::new(start, document.text.len()));
        block.sentences = spans;
        document.blocks.push(block);
    }
    document
}

fn identified(lang: &str) -> Identification {
    Identification { lang: Lang::parse(lang).unwrap(), confidence: 0.99 }
}

fn bead(source: &[u32], target: &[u32], score: f32, confidence: f32) -> Bead {
    Bead { source: source.to_vec(), target: target.to_vec(), score, confidence }
}

/// An article in Azerbaijani with everything that is awkward in XML.
pub fn azerbaijani() -> Document {
    use BlockKind::*;
    let mut document = document(
        "d0000000000a1",
        "az",
        &[
            (Title, &["Limanda yeni terminal: \"körpü\" & yol"]),
            (
                Paragraph,
                &["Bakı limanında yeni taxıl terminalı açılıb.", "Terminal ildə 20\u{A0}000 ton yük qəbul edəcək."],
            ),
            (Heading, &["Nə dəyişir?"]),
            (Item, &["Növbə <5 dəqiqə> olacaq, ]]> kimi işarələr olmayacaq."]),
            (Item, &["Gəmilər gecə də\u{0}\u{8} qəbul\u{AD} ediləcək 🚢."]),
            (Quote, &["«Мы ждали этого десять лет», — сказал капитан."]),
            (Caption, &["Terminalın görünüşü. شهر باکو"]),
            (Paragraph, &["\u{338}Bunu nazirlik bildirib.", "\u{FFFD}", "Əlavə məlumat verilməyib."]),
        ],
    );
    document.blocks[5].language = Some(identified("ru"));
    document.metadata = Metadata {
        title: Some("Limanda yeni terminal: \"körpü\" & yol".into()),
        outlet: Some("Xəzər Xəbər <Bakı>".into()),
        bylines: vec!["Aysel Quliyeva".into(), "Kamran Əliyev".into()],
        published: "2024-11-20T19:18:00+04:00".parse().ok(),
        modified: "2024-11-21".parse().ok(),
        url: Some("https://xezer.example/az/liman?id=1&x=\"2\"".into()),
        section: Some("İqtisadiyyat".into()),
        licence: Some("https://creativecommons.org/licenses/by/4.0/".into()),
        description: Some("Bakıda terminal açılıb".into()),
        declared_language: Some("az_AZ".into()),
        versions: vec![
            OfferedVersion { lang: Lang::parse("iw").unwrap(), source_tag: "Iw".into(), url: None },
            OfferedVersion {
                lang: Lang::parse("ru").unwrap(),
                source_tag: "Ru".into(),
                url: Some("https://xezer.example/ru/port".into()),
            },
        ],
        republished: Some(Republication {
            source: Some("Agentlik".into()),
            url: None,
            published: Moment::date(2024, 11, 19),
        }),
    };
    document.provenance = provenance("pages/liman.html", "https://xezer.example/az/liman");
    document.revision = 2;
    document
}

pub fn russian() -> Document {
    use BlockKind::*;
    let mut document = document(
        "d0000000000b2",
        "ru",
        &[
            (Title, &["Новый терминал в порту: «мост» и дорога"]),
            (
                Paragraph,
                &["В бакинском порту открыт новый зерновой терминал, который будет принимать 20\u{A0}000 тонн в год."],
            ),
            (Heading, &["Что изменится?"]),
            (Item, &["Очередь составит <5 минут>, знаков вроде ]]> не будет."]),
            (Item, &["Суда будут принимать и ночью 🚢."]),
            (Quote, &["«Мы ждали этого десять лет», — сказал капитан."]),
            (Paragraph, &["Об этом сообщило министерство.", "Погода в этот день была ясной."]),
        ],
    );
    document.metadata = Metadata {
        title: Some("Новый терминал в порту".into()),
        outlet: Some("Вестник".into()),
        published: "2024-11-20".parse().ok(),
        url: Some("https://vestnik.example/port".into()),
        ..Metadata::default()
    };
    document.provenance = provenance("pages/port.warc.gz", "https://vestnik.example/port");
    document.provenance.member = Some("urn:uuid:1d3e6c4e-0000-4000-8000-000000000001".into());
    document
}

fn provenance(path: &str, url: &str) -> Provenance {
    Provenance {
        path: path.into(),
        url: Some(url.into()),
        fetched: "2024-12-01T08:00:00Z".parse().ok(),
        blake3: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262".into(),
        bytes: 4096,
        encoding: "UTF-8".into(),
        ..Provenance::default()
    }
}

fn bitext(source: &Document, target: &Document, level: Level, beads: Vec<Bead>) -> Bitext {
    Bitext { source: source.id.clone(), target: target.id.clone(), level, beads }
}

/// The alignments of the two: a 2-1 bead, one within a Russian quotation, segments alone on both sides.
pub fn bitexts(az: &Document, ru: &Document) -> [Bitext; 2] {
    let sentences = vec![
        bead(&[0], &[0], 4.5, 0.97),
        bead(&[1, 2], &[1], 3.25, 0.875),
        bead(&[3], &[2], 2.0, 0.9),
        bead(&[4], &[3], 2.0, 0.9),
        bead(&[5], &[4], 2.0, 0.9),
        bead(&[6], &[5], 9.0, 1.0),
        bead(&[7], &[], 0.0, 0.6),
        bead(&[8], &[6], 1.0, 0.75),
        bead(&[9], &[], 0.0, 0.9),
        bead(&[10], &[], 0.0, f32::NAN),
        bead(&[], &[7], 0.0, 0.8),
    ];
    let mut paragraphs: Vec<Bead> = (0..6).map(|n| bead(&[n], &[n], 2.0, 0.9)).collect();
    paragraphs.extend([bead(&[6], &[], 0.0, 0.5), bead(&[7], &[6], 1.5, 0.8)]);
    [bitext(az, ru, Level::Sentence, sentences), bitext(az, ru, Level::Paragraph, paragraphs)]
}

fn context() -> tei::Context {
    tei::Context {
        title: Some("Liman".into()),
        created: "2025-01-02T03:04:05Z".parse().ok(),
        ..tei::Context::default()
    }
}

/// Writes a corpus in which nobody speaks in every format into a folder; returns the names of the files.
fn write(folder: &Path, documents: &[Document], bitexts: &[Bitext]) -> Vec<String> {
    let silent: Vec<(Document, Vec<Quote>)> = documents.iter().map(|d| (d.clone(), Vec::new())).collect();
    write_spoken(folder, &silent, bitexts, &[])
}

/// The same with quotes and their groups.
fn write_spoken(folder: &Path, spoken: &[(Document, Vec<Quote>)], bitexts: &[Bitext], groups: &[Group]) -> Vec<String> {
    let documents: Vec<&Document> = spoken.iter().map(|(document, _)| document).collect();
    let names = Names::new(Languages::bundled());
    let (mut quoted, mut parts, mut speech) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut context = context();
    context.persons = persons(spoken, groups, &names);
    for (document, quotes) in spoken {
        let lang = &document.language.lang;
        let speaker = |name: &str| Speaker { kind: names.kind(lang, name), name: name.into() };
        speech.push(speakers(quotes).into_iter().map(speaker).collect::<Vec<_>>());
        jsonl::quotes(&mut quoted, document, quotes, groups).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let (mut lines, mut extent) = (Vec::new(), tei::Extent::default());
    for ((document, quotes), speakers) in spoken.iter().zip(&speech) {
        let mut out = Vec::new();
        let said = tei::Said { quotes, speakers };
        tei::document(&mut out, document, said, &context).unwrap();
        parts.insert(document.id.clone(), tei::Parts::new(document, said));
        files.push((format!("{}.xml", document.id), out));
        jsonl::document(&mut lines, document).unwrap();
        extent.add(document);
    }
    files.push(("documents.jsonl".into(), lines));
    let find = |id: &str| documents.iter().find(|d| d.id == id).unwrap();
    let (mut corpus, mut beads) = (Vec::new(), Vec::new());
    let mut root = tei::Root::new(&mut corpus, &extent, &context).unwrap();
    for bitext in bitexts {
        let (source, target) = (find(&bitext.source), find(&bitext.target));
        root.bitext(bitext, source, target).unwrap();
        jsonl::bitext(&mut beads, bitext, source, target).unwrap();
        let header = tmx::Header {
            between: Some((source.language.lang.clone(), target.language.lang.clone())),
            length: bitext.level.into(),
            created: context.created,
            languages: LangMap::parse("az=az-Latn-AZ").unwrap(),
            name: Some("Liman".into()),
            monolingual: false,
        };
        let mut out = Vec::new();
        let mut memory = tmx::Writer::new(&mut out, &header).unwrap();
        let texts = [tmx::Text::new(source, bitext.level), tmx::Text::new(target, bitext.level)];
        for unit in tmx::units(bitext, &texts[0], &texts[1], &Default::default(), &[]) {
            memory.unit(&unit).unwrap();
        }
        memory.finish().unwrap();
        let (source, target) = (&source.language.lang, &target.language.lang);
        files.push((format!("{source}-{target}-{}.tmx", bitext.level.name()), out));
    }
    groups.iter().for_each(|group| root.group(group, &parts).unwrap());
    documents.iter().for_each(|d| root.include(&format!("{}.xml", d.id)).unwrap());
    root.finish().unwrap();
    files.extend([("corpus.xml".into(), corpus), ("bitexts.jsonl".into(), beads)]);
    if !groups.is_empty() {
        let by_id = spoken.iter().map(|quoted| (quoted.0.id.clone(), quoted.clone())).collect();
        let mut lines = Vec::new();
        groups.iter().for_each(|group| jsonl::group(&mut lines, group, &by_id).unwrap());
        files.extend([("quotes.jsonl".into(), quoted), ("groups.jsonl".into(), lines)]);
    }
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
    files.into_iter().map(|(name, _)| name).collect()
}

fn persons(spoken: &[(Document, Vec<Quote>)], groups: &[Group], names: &Names) -> Vec<Person> {
    let mut called = Vec::new();
    for (document, quotes) in spoken {
        let lang = &document.language.lang;
        let of =
            (0..).zip(speakers(quotes)).map(|(speaker, name)| Called { document: &document.id, speaker, lang, name });
        called.extend(of);
    }
    let speaks = |rendering: &Rendering| {
        let (document, quotes) = spoken.iter().find(|(document, _)| document.id == rendering.document)?;
        let name = quotes[rendering.quote as usize].speaker.as_deref()?;
        called.iter().position(|c| c.document == document.id && c.name == name).map(|n| n as u32)
    };
    let statements: Vec<Vec<u32>> = groups.iter().map(|g| g.renderings.iter().filter_map(speaks).collect()).collect();
    names.persons(&called, &statements)
}

fn spot(document: &Document, part: &str) -> Span {
    let start = document.text.find(part).unwrap_or_else(|| panic!("{part} is not in {}", document.id));
    Span::new(start, start + part.len())
}

fn quote(document: &Document, form: Form, parts: &[&str], speaker: &str, cue: &str, mention: &str) -> Quote {
    Quote {
        spans: parts.iter().map(|part| spot(document, part)).collect(),
        clause: None,
        form,
        cue: (!cue.is_empty()).then(|| spot(document, cue)),
        mention: (!mention.is_empty()).then(|| spot(document, mention)),
        speaker: (!speaker.is_empty()).then(|| speaker.into()),
        alternatives: Vec::new(),
        confidence: 0.9,
        earlier: false,
        insertions: Vec::new(),
        recovered: None,
    }
}

/// One statement in three languages: direct over two sentences, mixed, and indirect with half of it; beside it a headline, a quote
/// nobody says, and one within another.
pub fn spoken() -> (Vec<(Document, Vec<Quote>)>, Vec<Group>) {
    use BlockKind::{Paragraph, Title};
    let az = document(
        "d0000000000a5",
        "az",
        &[
            (Title, &["Sergey Lavrov: Danışıqlar davam edir"]),
            (Paragraph, &["“Biz <çox> razıyıq & şadıq.", "Danışıqlar (- TASS) davam edəcək”, - Lavrov deyib."]),
            (Paragraph, &["TASS xəbər verir ki, “o, “hə” dedi”."]),
        ],
    );
    let ru =
        document("d0000000000b5", "ru", &[(Paragraph, &["Сергей Лавров заявил, что они «очень довольны и рады»."])]);
    let en = document("d0000000000c5", "en", &[(Paragraph, &["Talks will go on, Sergei Lavrov said earlier."])]);
    let azs = vec![
        quote(&az, Form::Headline, &["Danışıqlar davam edir"], "Sergey Lavrov", "", "Sergey Lavrov"),
        Quote {
            insertions: vec![spot(&az, "(- TASS)")],
            alternatives: vec!["TASS".into()],
            recovered: Some(Recovery::Unclosed),
            ..quote(
                &az,
                Form::Direct,
                &["Biz <çox> razıyıq & şadıq. Danışıqlar (- TASS) davam edəcək"],
                "Sergey Lavrov",
                "deyib",
                "Lavrov deyib",
            )
        },
        quote(&az, Form::Direct, &["o, “hə” dedi"], "TASS", "xəbər verir", "TASS xəbər"),
        quote(&az, Form::Direct, &["hə"], "", "dedi", ""),
    ];
    let clause = Some(spot(&ru, "они «очень довольны и рады»"));
    let mixed = quote(&ru, Form::Mixed, &["очень довольны и рады"], "Сергей Лавров", "заявил", "Сергей Лавров");
    let indirect = quote(&en, Form::Indirect, &["Talks will go on"], "Sergei Lavrov", "said", "Sergei Lavrov");
    let rendering = |document: &Document, quote: u32, spans: Vec<Span>| Rendering {
        document: document.id.clone(),
        quote,
        spans,
        confidence: 0.95,
    };
    let pleased = vec![
        rendering(&az, 1, vec![spot(&az, "Biz <çox> razıyıq & şadıq.")]),
        rendering(&ru, 0, vec![spot(&ru, "очень довольны и рады")]),
    ];
    let talks = vec![
        rendering(&az, 1, vec![spot(&az, "Danışıqlar (- TASS) davam edəcək")]),
        rendering(&en, 0, vec![spot(&en, "Talks will go on")]),
    ];
    let group = |id: &str, renderings| Group { id: id.into(), renderings, confidence: 0.94 };
    let spoken =
        vec![(az, azs), (ru, vec![Quote { clause, ..mixed }]), (en, vec![Quote { earlier: true, ..indirect }])];
    (spoken, vec![group("g0000000000a1", pleased), group("g0000000000a2", talks)])
}

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Holds files against those of a folder in `tests/golden/export`; with BLESS they are written there.
pub fn golden(case: &str, folder: &Path, names: &[String]) {
    let golden = home().join("tests/golden/export").join(case);
    if env::var_os("BLESS").is_some() {
        fs::create_dir_all(&golden).unwrap();
        for name in names {
            fs::copy(folder.join(name), golden.join(name)).unwrap();
        }
    }
    for name in names {
        let found = fs::read_to_string(folder.join(name)).unwrap();
        // The release changes with every release: the golden files do not follow it.
        let (release, first) = (env!("CARGO_PKG_VERSION"), "0.1.0");
        let found = found.replace(&format!("ersion=\"{release}\""), &format!("ersion=\"{first}\""));
        let found = found.replace(&format!("korpu {release}"), &format!("korpu {first}"));
        let expected = fs::read_to_string(golden.join(name)).unwrap_or_default();
        assert!(found == expected, "{name} differs from {}; BLESS=1 cargo test, then read the diff", golden.display());
    }
}

#[test]
fn awkward_characters_reach_every_format_unharmed() {
    let (az, ru) = (azerbaijani(), russian());
    let bitexts = bitexts(&az, &ru);
    let folder = tempfile::tempdir().unwrap();
    let names = write(folder.path(), &[az, ru], &bitexts);
    golden("awkward-characters", folder.path(), &names);
}

#[test]
fn quotes_and_their_groups_reach_tei_and_jsonl() {
    let (spoken, groups) = spoken();
    let folder = tempfile::tempdir().unwrap();
    let mut names = write_spoken(folder.path(), &spoken, &[], &groups);
    names.retain(|name| name.ends_with(".xml") || name == "quotes.jsonl" || name == "groups.jsonl");
    golden("quotes-and-groups", folder.path(), &names);
}

#[test]
fn a_document_of_jsonl_reads_back_as_it_was() {
    let az = azerbaijani();
    let mut line = Vec::new();
    jsonl::document(&mut line, &az).unwrap();
    assert_eq!(serde_json::from_slice::<Document>(&line).unwrap(), az);
}

#[test]
fn every_line_of_jsonl_is_as_its_schema_says() {
    let (az, ru) = (azerbaijani(), russian());
    let bitexts = bitexts(&az, &ru);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[az, ru, Document { id: "d1".into(), ..Document::default() }], &bitexts);
    let check = |name: &str, schema: &str, expected: usize| {
        let schema = fs::read_to_string(home().join("schemas").join(schema)).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        let lines = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(lines.lines().count(), expected, "{name}");
        for line in lines.lines() {
            let errors = json_schema::errors(&serde_json::from_str(line).unwrap(), &schema);
            assert!(errors.is_empty(), "{name}: {errors:?} in {line}");
        }
    };
    check("documents.jsonl", "document.schema.json", 3);
    check("bitexts.jsonl", "bitext.schema.json", 19);
    let (spoken, groups) = spoken();
    write_spoken(folder.path(), &spoken, &[], &groups);
    check("quotes.jsonl", "quote.schema.json", 6);
    check("groups.jsonl", "group.schema.json", 2);
}

/// Runs a validator and tells whether it was content, and what it said; nothing where it is not installed, which in CI
/// is an error, since CI installs all of them.
fn validator(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    match Command::new(program).args(arguments).output() {
        Ok(run) => {
            let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
            Some((run.status.success(), said.into_owned()))
        }
        Err(e) if env::var("CI").is_ok_and(|ci| ci == "true") => panic!("{program}: {e}; install it in CI"),
        Err(e) => {
            eprintln!("{program}: {e}; {} is not validated", arguments.last().unwrap_or(&""));
            None
        }
    }
}

fn validate(program: &str, arguments: &[&str]) {
    if let Some((valid, said)) = validator(program, arguments) {
        assert!(valid, "{program} {arguments:?}: {said}");
    }
}

/// The official schemas, where the folder with them stands beside the project.
fn official(name: &str) -> Option<PathBuf> {
    let folder = env::var_os("KORPU_OFFICIAL").map_or_else(|| home().join("../shared/official"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("{} is not there: nothing is validated against it", path.display());
    }
    path.exists().then_some(path)
}

fn relaxng(schemas: &[PathBuf], file: &Path) {
    let file = file.to_str().unwrap();
    for schema in schemas {
        let schema = schema.to_str().unwrap();
        validate("xmllint", &["--noout", "--nonet", "--relaxng", schema, file]);
        validate("jing", &[schema, file]);
    }
}

#[test]
fn tei_is_valid_by_our_schema_and_the_official_one() {
    let (az, ru) = (azerbaijani(), russian());
    let mut bitexts = bitexts(&az, &ru).to_vec();
    // Documents of which little is known, and two of one language.
    let plain = document("d0000000000c3", "ru", &[(BlockKind::Paragraph, &["Открыт терминал."])]);
    let nothing = Document { id: "d0000000000d4".into(), ..Document::default() };
    bitexts.push(bitext(&ru, &plain, Level::Sentence, vec![bead(&[1], &[0], 1.0, 0.5)]));
    let folder = tempfile::tempdir().unwrap();
    let silent = [az, ru, plain, nothing].map(|document| (document, Vec::new()));
    let (spoken, groups) = spoken();
    let names = write_spoken(folder.path(), &[&silent[..], &spoken].concat(), &bitexts, &groups);
    let ours = home().join("schemas/korpu-tei.rng");
    for name in names.iter().filter(|name| name.ends_with(".xml") && *name != "corpus.xml") {
        relaxng(std::slice::from_ref(&ours), &folder.path().join(name));
    }
    // The official schema knows no XInclude, and takes validators long to read: it is for the whole alone.
    let root = folder.path().join("corpus.xml");
    relaxng(std::slice::from_ref(&ours), &root);
    let whole = folder.path().join("whole.xml");
    let expand = ["--nonet", "--xinclude", "--noxincludenode", "--nofixup-base-uris", "--output"];
    validate("xmllint", &[&expand[..], &[whole.to_str().unwrap(), root.to_str().unwrap()]].concat());
    if whole.exists() {
        relaxng(&[Some(ours), official("tei_all.rng")].into_iter().flatten().collect::<Vec<_>>(), &whole);
    }
}

#[test]
fn tei_in_one_file_is_what_the_files_are_together() {
    let desk = Desk::new();
    for page in ["khezerxeber/w01-transit-talks.az.html", "khezerxeber/w01-transit-talks.en.html"] {
        desk.put(page, fs::read(home().join("corpus/sample").join(page)).unwrap());
    }
    desk.run("out", &[]);
    let export = |layout: &str| {
        let arguments = ["export", "out/corpus.korpu", "--format", "tei", "-o", "one", "--tei", layout];
        let run = Command::new(korpu()).current_dir(desk.path("")).args(arguments).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        seen(&desk.path("one/tei"))
    };
    let together = export("xinclude");
    assert_eq!(together.len(), 3, "{together:?}");
    let speech = |text: &str| -> Vec<String> {
        let said = regex::Regex::new("<s xml:id=.*?</s>").unwrap();
        said.find_iter(text).map(|found| found.as_str().to_owned()).collect()
    };
    let texts: Vec<String> = together[1..].iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let parts: Vec<String> = texts.iter().flat_map(|text| speech(text)).collect();
    let one = export("one");
    assert_eq!(one, [desk.path("one/tei/corpus.xml")], "the files of the other layout are gone");
    let whole = fs::read_to_string(&one[0]).unwrap();
    assert_eq!(speech(&whole), parts);
    assert!(
        whole.contains("<said ") && whole.contains("type=\"quoteGroup\"") && whole.contains("<person xml:id=\"person.")
    );
    let work = export("works");
    assert_eq!(work.len(), 1, "one work of two versions: {work:?}");
    // A work has its documents by language.
    let sorted = |mut parts: Vec<String>| {
        parts.sort();
        parts
    };
    assert_eq!(sorted(speech(&fs::read_to_string(&work[0]).unwrap())), sorted(parts));
    relaxng(&[home().join("schemas/korpu-tei.rng")], &work[0]);
    export("one");
    let schemas = [Some(home().join("schemas/korpu-tei.rng")), official("tei_all.rng")];
    relaxng(&schemas.into_iter().flatten().collect::<Vec<_>>(), &one[0]);
}

/// The names that the attribute `name` of elements `element` has in a schema, without those of XInclude.
fn named(schema: &str, element: &str, name: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(home().join("schemas").join(schema)).unwrap();
    let tags = regex::Regex::new(&format!("<{element} [^>]*\\b{name}=\"([^\"]*)\"[^>]*>")).unwrap();
    let own = tags.captures_iter(&text).filter(|tag| !tag[0].contains("XInclude"));
    own.flat_map(|tag| tag[1].split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn the_odd_and_our_schema_name_the_same_elements() {
    assert_eq!(named("korpu-tei.odd", "moduleRef", "include"), named("korpu-tei.rng", "element", "name"));
    let described = named("korpu-tei.odd", "elementSpec", "ident");
    assert!(described.is_subset(&named("korpu-tei.odd", "moduleRef", "include")), "{described:?}");
    relaxng(&Vec::from_iter(official("tei_all.rng")), &home().join("schemas/korpu-tei.odd"));
}

#[test]
fn the_odd_and_our_schema_allow_the_same_kinds() {
    // By element the values of `@type`, where both list them.
    let rng = fs::read_to_string(home().join("schemas/korpu-tei.rng")).unwrap();
    let odd = fs::read_to_string(home().join("schemas/korpu-tei.odd")).unwrap();
    let value = regex::Regex::new("<value>([^<]*)</value>").unwrap();
    let listed = regex::Regex::new("<valItem ident=\"([^\"]*)\"").unwrap();
    for element in ["linkGrp", "ptr", "seg", "rs", "relatedItem", "note"] {
        let tag = format!("<element name=\"{element}\">");
        let mut ours = BTreeSet::new();
        for (at, _) in rng.match_indices(&tag) {
            let rest = &rng[at + tag.len()..];
            let kind = rest.split_once("<attribute name=\"type\">").unwrap().1.split_once("</attribute>").unwrap().0;
            ours.extend(value.captures_iter(kind).map(|c| c[1].to_owned()));
        }
        let spec = odd.split_once(&format!("<elementSpec ident=\"{element}\"")).unwrap().1;
        let spec = spec.split_once("</elementSpec>").unwrap().0;
        let theirs: BTreeSet<String> = listed.captures_iter(spec).map(|c| c[1].to_owned()).collect();
        assert_eq!(theirs, ours, "{element}");
    }
}

#[test]
fn tmx_is_valid_by_our_schema_and_the_official_one() {
    let (az, ru) = (azerbaijani(), russian());
    let bitexts = bitexts(&az, &ru);
    let folder = tempfile::tempdir().unwrap();
    let names = write(folder.path(), &[az, ru], &bitexts);
    names.iter().filter(|name| name.ends_with(".tmx")).for_each(|name| valid_tmx(&folder.path().join(name)));
}

/// Fails where a TMX is not valid by our schema, which is for units of ours, and the official one.
fn valid_tmx(file: &Path) {
    let ours = home().join("schemas/korpu-tmx.rng");
    // jing would look for tmx14.dtd beside the file: the schema is for a file without its document type.
    let text = fs::read_to_string(file).unwrap();
    let bare = file.with_extension("tmx.xml");
    fs::write(&bare, text.replace("<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n", "")).unwrap();
    relaxng(std::slice::from_ref(&ours), &bare);
    valid_by_dtd(file);
}

/// Fails where a TMX is not valid by the official document type.
pub fn valid_by_dtd(file: &Path) {
    if let Some(dtd) = official("tmx14.dtd") {
        validate("xmllint", &["--noout", "--nonet", "--dtdvalid", dtd.to_str().unwrap(), file.to_str().unwrap()]);
    }
}

#[test]
fn our_schemas_refuse_what_is_never_written() {
    let (az, ru) = (azerbaijani(), russian());
    let bitexts = bitexts(&az, &ru);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[az, ru], &bitexts);
    let check = |name: &str, schema: &str, right: &str, wrong: &str| {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        let text = text.replace("<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n", "");
        assert!(text.contains(right), "{name} has no {right}");
        let file = folder.path().join("wrong.xml");
        fs::write(&file, text.replacen(right, wrong, 1)).unwrap();
        let schema = home().join("schemas").join(schema);
        let (schema, file) = (schema.to_str().unwrap(), file.to_str().unwrap());
        for (program, arguments) in
            [("xmllint", &["--noout", "--nonet", "--relaxng", schema, file][..]), ("jing", &[schema, file])]
        {
            if let Some((valid, _)) = validator(program, arguments) {
                assert!(!valid, "{program} takes {wrong} for {right} in {name}");
            }
        }
    };
    let tei = |name, right, wrong| check(name, "korpu-tei.rng", right, wrong);
    tei("corpus.xml", "cert=\"0.970\"", "cert=\"1.970\"");
    tei("corpus.xml", "cert=\"0.970\"", "cert=\"high\"");
    tei("corpus.xml", "target=\"#d0000000000a1.s1 #d0000000000b2.s1\"", "target=\"#d0000000000a1.s1\"");
    tei("corpus.xml", "xml:id=\"d0000000000a1-d0000000000b2.s2\"", "xml:id=\"d0000000000a1-d0000000000b2.s1\"");
    tei("d0000000000a1.xml", "<text xml:lang=\"az\">", "<text>");
    tei("d0000000000a1.xml", "type=\"accessed\" when=\"2024-12-01T", "type=\"accessed\" when=\"2024-13-01T");
    tei("d0000000000a1.xml", "n=\"1\">", "n=\"1\"><s/>");
    let (spoken, groups) = spoken();
    write_spoken(folder.path(), &spoken, &[], &groups);
    tei("corpus.xml", "cert=\"0.940\"", "cert=\"0.94 or so\"");
    tei("corpus.xml", "<persName xml:lang=\"ru\">", "<persName>");
    tei("d0000000000a5.xml", "direct=\"unknown\"", "direct=\"perhaps\"");
    tei("d0000000000a5.xml", "<seg type=\"cue\" corresp=\"#d0000000000a5.q2\">", "<seg corresp=\"#d0000000000a5.q2\">");
    tei("d0000000000a5.xml", "next=\"#d0000000000a5.q2.2\"", "next=\"d0000000000a5.q2.2\"");
    let tmx = |right, wrong| check("az-ru-sentence.tmx", "korpu-tmx.rng", right, wrong);
    tmx("xml:lang=\"ru\"", "lang=\"ru\"");
    tmx("xml:lang=\"ru\"", "xml:lang=\"ru_RU\"");
    tmx("creationdate=\"20250102T030405Z\"", "creationdate=\"2025-01-02T03:04:05Z\"");
    tmx("<seg>Limanda", "<seg> Limanda");
    tmx("x-bead:SingleString", "x-shape");
}
