//! What export writes: golden files, and what the schemas, ours and the official ones, say of them.

use crate::json_schema;
use korpu::export::{LangMap, jsonl, tei, tmx};
use korpu::language::Lang;
use korpu::model::*;
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

/// Writes a corpus in every format into a folder; returns the names of the files.
fn write(folder: &Path, documents: &[Document], bitexts: &[Bitext]) -> Vec<String> {
    fs::create_dir_all(folder).unwrap();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let (mut lines, mut extent) = (Vec::new(), tei::Extent::default());
    for document in documents {
        let mut out = Vec::new();
        tei::document(&mut out, document, &context()).unwrap();
        files.push((format!("{}.xml", document.id), out));
        jsonl::document(&mut lines, document).unwrap();
        extent.add(document);
    }
    files.push(("documents.jsonl".into(), lines));
    let find = |id: &str| documents.iter().find(|d| d.id == id).unwrap();
    let (mut corpus, mut beads) = (Vec::new(), Vec::new());
    let mut root = tei::Root::new(&mut corpus, &extent, &context()).unwrap();
    for bitext in bitexts {
        let (source, target) = (find(&bitext.source), find(&bitext.target));
        root.bitext(bitext, source, target).unwrap();
        jsonl::bitext(&mut beads, bitext, source, target).unwrap();
        let header = tmx::Header {
            between: Some((source.language.lang.clone(), target.language.lang.clone())),
            level: bitext.level,
            created: context().created,
            languages: LangMap::parse("az=az-Latn-AZ").unwrap(),
            name: Some("Liman".into()),
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
    documents.iter().for_each(|d| root.include(&format!("{}.xml", d.id)).unwrap());
    root.finish().unwrap();
    files.extend([("corpus.xml".into(), corpus), ("bitexts.jsonl".into(), beads)]);
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
    files.into_iter().map(|(name, _)| name).collect()
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
    let names = write(folder.path(), &[az, ru, plain, nothing], &bitexts);
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
fn tmx_is_valid_by_our_schema_and_the_official_one() {
    let (az, ru) = (azerbaijani(), russian());
    let bitexts = bitexts(&az, &ru);
    let folder = tempfile::tempdir().unwrap();
    let names = write(folder.path(), &[az, ru], &bitexts);
    let ours = home().join("schemas/korpu-tmx.rng");
    for name in names.iter().filter(|name| name.ends_with(".tmx")) {
        let file = folder.path().join(name);
        // jing would look for tmx14.dtd beside the file: the schema is for a file without its document type.
        let text = fs::read_to_string(&file).unwrap();
        let bare = folder.path().join(format!("{name}.xml"));
        fs::write(&bare, text.replace("<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n", "")).unwrap();
        relaxng(std::slice::from_ref(&ours), &bare);
        if let Some(dtd) = official("tmx14.dtd") {
            validate("xmllint", &["--noout", "--nonet", "--dtdvalid", dtd.to_str().unwrap(), file.to_str().unwrap()]);
        }
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
    let tmx = |right, wrong| check("az-ru-sentence.tmx", "korpu-tmx.rng", right, wrong);
    tmx("xml:lang=\"ru\"", "lang=\"ru\"");
    tmx("xml:lang=\"ru\"", "xml:lang=\"ru_RU\"");
    tmx("creationdate=\"20250102T030405Z\"", "creationdate=\"2025-01-02T03:04:05Z\"");
    tmx("<seg>Limanda", "<seg> Limanda");
    tmx("x-bead:SingleString", "x-shape");
}
