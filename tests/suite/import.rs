//! `korpu import`: files of others into a store.

use crate::desk::{korpu, seen};
use korpu::language::Lang;
use korpu::model::{BlockKind, Document, Form, Level, Quote, Remark};
use korpu::store::Store;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn call(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(korpu()).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

fn tmx(units: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx version=\"1.4\">\n\
         <header creationtool=\"CAT\" creationtoolversion=\"2\" segtype=\"sentence\" o-tmf=\"CAT\" adminlang=\"en\" \
         srclang=\"ru\" datatype=\"plaintext\" creationdate=\"20200102T030405Z\"><note>Bakı</note></header>\n<body>\n{units}\n\
         </body>\n</tmx>\n"
    )
}

const UNITS: &str = "<tu tuid=\"1\" creationid=\"Aydın\"><prop type=\"client\">Liman</prop><note>yoxla</note>\
    <tuv xml:lang=\"az\"><seg>Terminal <bpt i=\"1\">&lt;b&gt;</bpt>açılıb<ept i=\"1\">&lt;/b&gt;</ept>.</seg></tuv>\
    <tuv xml:lang=\"ru\" changeid=\"x\"><seg>Терминал открыт.</seg></tuv></tu>\n\
    <tu tuid=\"2\"><tuv xml:lang=\"az\"><seg>İki.</seg></tuv><tuv xml:lang=\"ru\"><seg>Два.</seg></tuv>\
    <tuv xml:lang=\"en\"><seg>Two.</seg></tuv></tu>\n\
    <tu tuid=\"3\"><tuv xml:lang=\"az\"><seg>Tək.</seg></tuv></tu>";

#[test]
fn a_translation_memory_becomes_documents_with_bitexts_and_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("memory"), tmx(UNITS)).unwrap();
    let output = call(folder.path(), &["import", "memory", "-o", "a.korpu"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "memory: TMX, 2 units in 3 documents, 3 of them new\n  \
         not kept (1, first on line 8): a unit without texts in two languages (3)\n"
    );
    let store = Store::open_existing(folder.path().join("a.korpu")).unwrap();
    let lang = |tag| Lang::parse(tag).unwrap();
    let pairs = store.language_pairs(Level::Sentence).unwrap();
    // Russian is what the file was translated from.
    assert_eq!(pairs, [("az", "en"), ("ru", "az"), ("ru", "en")].map(|(a, b)| (lang(a), lang(b), 1)));
    let mut seen = Vec::new();
    let visit = |bitext: korpu::model::Bitext| {
        let (source, target) = (store.document(&bitext.source)?.unwrap(), store.document(&bitext.target)?.unwrap());
        let of = |n: &[u32], d: &korpu::model::Document| {
            n.iter()
                .map(|n| d.segments(Level::Sentence)[*n as usize].of(&d.text).to_owned())
                .collect::<Vec<_>>()
                .join("|")
        };
        seen.extend(bitext.beads.iter().map(|b| format!("{}={}", of(&b.source, &source), of(&b.target, &target))));
        let said = store.units_between(&bitext.source, &bitext.target)?;
        let first = &said[&(0, 0)];
        assert_eq!(first.unit.id.as_deref(), Some("1"));
        assert_eq!(first.unit.attributes, [("creationid".to_owned(), "Aydın".to_owned())]);
        assert_eq!(first.unit.remarks, [Remark::Prop("client".into(), "Liman".into()), Remark::Note("yoxla".into())]);
        assert_eq!(first.source.attributes, [("changeid".to_owned(), "x".to_owned())]);
        let places: Vec<_> = first.target.inline.iter().map(|i| (i.at, i.code.as_str())).collect();
        assert_eq!(places, [(9, "<b>"), (18, "</b>")]);
        Ok(())
    };
    store.for_each_bitext(Level::Sentence, &lang("ru"), &lang("az"), visit).unwrap();
    assert_eq!(seen, ["Терминал открыт.=Terminal açılıb.", "Два.=İki."]);
    assert_eq!(store.imports().unwrap()[0].said.remarks, [Remark::Note("Bakı".into())]);
    // The aligner leaves alone what the file says.
    let mut store = store;
    store.unalign().unwrap();
    assert_eq!(store.unaligned(9).unwrap(), []);
}

#[test]
fn a_file_that_is_imported_again_takes_the_place_of_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let import = |units: &str| {
        fs::write(folder.path().join("memory"), tmx(units)).unwrap();
        let output = call(folder.path(), &["import", "memory", "-o", "a.korpu", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let one = &told["imported"][0];
        let store = Store::open_existing(folder.path().join("a.korpu")).unwrap();
        let counts = store.counts().unwrap();
        (one["units"].as_u64(), one["new"].as_u64(), counts.documents, counts.beads)
    };
    assert_eq!(import(UNITS), (Some(2), Some(3), 3, 6));
    assert_eq!(import(UNITS), (Some(2), Some(0), 3, 6));
    let fewer = "<tu><tuv xml:lang=\"az\"><seg>İki.</seg></tuv><tuv xml:lang=\"ru\"><seg>Два.</seg></tuv></tu>";
    assert_eq!(import(fewer), (Some(1), Some(2), 2, 1));
}

#[test]
fn what_cannot_be_imported_is_refused_with_its_line_and_the_rest_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, bytes: &[u8], code: i32, expected: &str| {
        fs::write(folder.path().join(name), bytes).unwrap();
        fs::write(folder.path().join("good.tmx"), tmx(UNITS)).unwrap();
        let output = call(folder.path(), &["import", name, "good.tmx", "-o", "a.korpu", "--strict", "-v"]);
        let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains(expected), "{told}\n{expected}");
        assert!(told.contains("good.tmx: TMX, 2 units"), "{told}");
    };
    check("page.html", b"<html><p>Salam", 3, "page.html: it is of no format that can be imported");
    check(
        "bomb.tmx",
        b"<!DOCTYPE tmx [<!ENTITY a \"b\">]>\n<tmx><body/></tmx>",
        3,
        "bomb.tmx: line 1: its document type declares",
    );
    check(
        "cut.tmx",
        &tmx(UNITS).as_bytes()[..760],
        3,
        "the file cannot be read from here on: the file ends in the middle",
    );
    let output = call(folder.path(), &["import", "page.html", "none.tmx", "-o", "b.korpu"]);
    let told = text(&output.stderr);
    assert!(
        told.contains("korpu: refused page.html: it is of no format")
            && told.contains("refused none.tmx: No such file"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(1), "{told}");
    let mut mixed = tmx(UNITS).into_bytes();
    mixed.extend(b"\xff\xfe");
    check("mixed.tmx", &mixed, 3, "bytes that are not UTF-8");
}

/// The units of a file as `az text=ru text`, with what it says of the unit and of the Russian, and what was lost.
fn read(bytes: &[u8]) -> Vec<String> {
    use korpu::import::{Item, read, recognise};
    let mut told = Vec::new();
    let alone = |name: &str| Err(format!("no other file: {name}"));
    for item in read(recognise(bytes).unwrap(), bytes, &alone).unwrap() {
        match item {
            Item::Part(part) => panic!("a memory has no documents: {part:?}"),
            Item::Header(header) => told.push(format!("{:?} {:?} {}", header.source, header.level, header.encoding)),
            Item::Unit(unit) => {
                let [az, ru] = &unit.variants[..] else { panic!("{unit:?}") };
                let codes: Vec<_> = ru.said.inline.iter().map(|i| format!("{}@{}", i.code, i.at)).collect();
                let by: Vec<_> = ru.said.attributes.iter().map(|(_, value)| value.as_str()).collect();
                let notes = &unit.said.remarks;
                told.push(format!("{}={} {codes:?} {by:?} {notes:?}", az.text, ru.text));
            }
            Item::Fault(fault) => told.push(format!("{}: {fault}", fault.line)),
        }
    }
    told
}

#[test]
fn files_of_omegat_and_translate_toolkit_are_read_as_they_say() {
    let file =
        |name: &str| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import").join(name)).unwrap();
    // Written by OmegaT 3.6 for a page that it translated: to level 1, to level 2, and for the project itself.
    let by = r#"["aydin", "20170103T040506Z"]"#;
    let path = r#"Prop("file", "xeber.html"), Prop("prev", "Terminalın <a0>xəritəsi</a0> 20\u{a0}noyabrda çıxıb: a < b."), Prop("next", "Tərcüməsi yoxdur.")"#;
    let omegat = [
        r#"Some(Lang("az")) Some(Sentence) UTF-8"#.to_owned(),
        format!("Bəli.=Да. [] {by} []"),
        format!("Terminal açılıb & işləyir.=Терминал открыт & работает. [] {by} []"),
        format!("Terminalın xəritəsi 20\u{a0}noyabrda çıxıb: a < b.=Карта терминала вышла 20 ноября: a < b. [] {by} []"),
        r#"«Mənə» dedi.=Сказал: «мне». [] ["leyla", "20170103T040506Z", "aydin", "20170102T030405Z"] [Note("yoxla: «мне»?")]"#.to_owned(),
        format!("Ələt limanında yeni terminal=Новый терминал в порту Алят [] {by} []"),
        format!("Bəli.=Конечно. [] {by} [{path}]"),
    ];
    assert_eq!(read(&file("omegat-level1.tmx")), omegat);
    let level2 = omegat.clone().map(|line| {
        let line = line.replace("работает. []", "работает. [\"<b0>@17\", \"</b0>@29\"]");
        line.replace("20 ноября: a < b. []", "20 ноября: a < b. [\"<a0>@0\", \"</a0>@10\"]")
    });
    assert_eq!(read(&file("omegat-level2.tmx")), level2);
    // Those of a project have the tags of OmegaT as text.
    let project = omegat.map(|line| match line.split_once('=') {
        Some((az, ru)) => {
            let az = az.replace("açılıb", "<b0>açılıb</b0>").replace("xəritəsi", "<a0>xəritəsi</a0>");
            format!("{az}={}", ru.replace("открыт", "<b0>открыт</b0>").replace("Карта", "<a0>Карта</a0>"))
        }
        None => line,
    });
    assert_eq!(read(&file("omegat-project.tmx")), project);
    let toolkit = [
        "Some(Lang(\"az\")) Some(Sentence) UTF-8",
        "Terminal <açılıb> & işləyir.=Терминал открыт. [] [] [Note(\"yoxla\")]",
        "«Mənə» dedi.=Сказал: «мне». [] [] []",
    ];
    assert_eq!(read(&file("translate-toolkit.tmx")), toolkit);
    // The same by hand in UTF-16, as memoQ writes.
    let text = String::from_utf8(file("omegat-level2.tmx")).unwrap().replace("UTF-8", "UTF-16");
    let wide: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf16: Vec<String> = level2.iter().map(|line| line.replace("UTF-8", "UTF-16LE")).collect();
    assert_eq!(read(&wide), utf16);
}

#[test]
fn a_memory_of_paragraphs_is_exported_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import/omegat-level2.tmx");
    let file = fs::read_to_string(file).unwrap().replace("segtype=\"sentence\"", "segtype=\"paragraph\"");
    fs::write(folder.path().join("m.tmx"), file).unwrap();
    let imported = call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    assert!(call(folder.path(), &["export", "a.korpu", "--format", "tmx", "-o", "out"]).status.success());
    let exported = fs::read_to_string(folder.path().join("out/tmx/az-ru.tmx")).unwrap();
    assert!(exported.contains("segtype=\"paragraph\" o-tmf=\"korpu\""), "{exported}");
    assert!(exported.contains("<note>yoxla: «мне»?</note>"), "{exported}");
    let target = "<tuv xml:lang=\"ru\" changeid=\"aydin\" changedate=\"20170103T040506Z\">\n    <seg>Терминал <bpt i=\"0\" x=\"0\">&lt;b0&gt;</bpt>открыт<ept i=\"0\">&lt;/b0&gt;</ept> &amp; работает.</seg>";
    assert!(exported.contains(target), "{exported}");
}

#[test]
fn units_of_one_set_of_languages_are_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let unit = |lang: &str, text: &str, n: u32| {
        format!(
            "<tu tuid=\"{n}\"><tuv xml:lang=\"{lang}\"><seg>{text}</seg></tuv><tuv xml:lang=\"ru\"><seg>Привет {n}.</seg></tuv></tu>"
        )
    };
    let units = [unit("az", "Salam.", 1), unit("az-Cyrl", "Салам.", 2), unit("az", "Sağ ol.", 3)].join("\n");
    fs::write(folder.path().join("m.tmx"), tmx(&units)).unwrap();
    assert!(call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]).status.success());
    let export = ["export", "a.korpu", "--format", "tmx", "--multilingual", "-o", "out"];
    assert!(call(folder.path(), &export).status.success());
    let tags = |name: &str| -> Vec<String> {
        let file = fs::read_to_string(folder.path().join("out/tmx").join(name)).unwrap();
        file.split("<tuv xml:lang=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    assert_eq!(tags("multilingual-az-ru.tmx"), ["az", "ru", "az", "ru"]);
    assert_eq!(tags("multilingual-az-Cyrl-ru.tmx"), ["az-Cyrl", "ru"]);
    // What is gone from the store is gone from the folder.
    fs::write(folder.path().join("m.tmx"), tmx(&unit("az", "Salam.", 1))).unwrap();
    assert!(call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]).status.success());
    assert!(call(folder.path(), &export).status.success());
    assert_eq!(seen(&folder.path().join("out/tmx")).len(), 1);
}

#[test]
fn more_sets_of_languages_than_files_that_may_be_open_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let languages = ["az", "be", "bg", "cs", "de", "en", "fr", "ka", "kk", "ru", "tr", "uk"];
    let mut units = Vec::new();
    for (n, one) in languages.iter().enumerate() {
        for other in &languages[n + 1..] {
            let side = |lang: &str| format!("<tuv xml:lang=\"{lang}\"><seg>{lang} {one}{other}</seg></tuv>");
            units.push(format!("<tu tuid=\"{one}-{other}\">{}{}</tu>", side(one), side(other)));
        }
    }
    fs::write(folder.path().join("m.tmx"), tmx(&units.join("\n"))).unwrap();
    assert!(call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]).status.success());
    let export = ["export", "a.korpu", "--format", "tmx", "--multilingual", "-o", "out"];
    assert!(call(folder.path(), &export).status.success());
    assert_eq!(seen(&folder.path().join("out/tmx")).len(), 66);
    for unit in &units {
        let name = unit.split('"').nth(1).unwrap();
        let file = fs::read_to_string(folder.path().join(format!("out/tmx/multilingual-{name}.tmx"))).unwrap();
        assert!(file.matches("<tu ").count() == 1 && file.contains(&format!("tuid=\"{name}\"")), "{file}");
    }
}

#[test]
fn filters_and_parts_give_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let unit = |id: u32, confidence: &str, az: &str, ru: &str| {
        format!(
            "<tu tuid=\"{id}\"><prop type=\"x-confidence\">{confidence}</prop><tuv xml:lang=\"az\"><seg>{az}</seg></tuv>\
             <tuv xml:lang=\"ru\"><seg>{ru}</seg></tuv></tu>"
        )
    };
    let units = [
        unit(1, "0.9", "Bir.", "Один."),
        unit(2, "0.4", "İki.", "Два."),
        unit(3, "0.9", "Bir.", "Один."),
        unit(4, "0.9", "OK", "OK"),
        unit(5, "0.9", "Beş.", "Пять, и ещё пять."),
        unit(5, "0.9", "Altı.", "Шесть."),
    ];
    fs::write(folder.path().join("m.tmx"), tmx(&units.join("\n"))).unwrap();
    assert!(call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]).status.success());
    let check = |arguments: &[&str], expected: &str| {
        let _ = fs::remove_dir_all(folder.path().join("out"));
        let call = call(folder.path(), &[&["export", "a.korpu", "--format", "tmx", "-o", "out"], arguments].concat());
        assert!(call.status.success(), "{}", text(&call.stderr));
        let exported = fs::read_to_string(folder.path().join("out/tmx/ru-az.tmx")).unwrap();
        let ids: Vec<&str> = exported.split("tuid=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(ids.join(" "), expected, "{arguments:?}");
    };
    check(&[], "1 2 3 4 5 5.2");
    check(&["--min-confidence", "0.5"], "1 3 4 5 5.2");
    check(&["--dedupe"], "1 2 4 5 5.2");
    check(&["--skip-same"], "1 2 3 5 5.2");
    check(&["--max-length-ratio", "2"], "1 2 3 4 5");
    check(&["--level", "sentence"], "1 2 3 4 5 5.2");
    let split = call(folder.path(), &["export", "a.korpu", "--format", "tmx", "-o", "out", "--split-size", "1"]);
    assert!(split.status.success());
    assert_eq!(seen(&folder.path().join("out/tmx")), [folder.path().join("out/tmx/ru-az-001.tmx")]);
}

/// A file of others among our golden files, imported.
fn imported(name: &str) -> (tempfile::TempDir, Store, Document, Vec<Quote>) {
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import").join(name);
    fs::copy(file, folder.path().join(name)).unwrap();
    let output = call(folder.path(), &["import", name, "-o", "a.korpu"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let store = Store::open_existing(folder.path().join("a.korpu")).unwrap();
    let id = store.document_ids().unwrap().remove(0);
    let (document, quotes) = (store.document(&id).unwrap().unwrap(), store.quotes(&id).unwrap());
    (folder, store, document, quotes)
}

#[test]
fn an_edition_of_a_newspaper_in_plain_tei_is_read_as_an_editor_meant_it() {
    let (_folder, store, document, quotes) = imported("newspaper.xml");
    let blocks: Vec<(&str, usize, &str)> = document
        .blocks
        .iter()
        .map(|block| (block.kind.name(), block.sentences.len(), block.span.of(&document.text)))
        .collect();
    let expected = [
        (BlockKind::Heading, 0, "Harbour works begun"),
        (BlockKind::Paragraph, 2, "The works at Lenkeran began on Monday. Of the old mole nothing is left."),
        (
            BlockKind::Paragraph,
            0,
            "We have waited ten years, said Mr Melikov & laughed; the next mole would be of stone.",
        ),
        (BlockKind::Heading, 0, "The contract"),
        (BlockKind::Item, 0, "two moles"),
        (BlockKind::Item, 0, "a lamp of the 3rd order"),
        (BlockKind::Quote, 0, "Stone will outlive wood."),
        (BlockKind::Caption, 0, "The old mole from the east"),
    ];
    assert_eq!(blocks, expected.map(|(kind, sentences, text)| (kind.name(), sentences, text)));
    let metadata = &document.metadata;
    assert_eq!(metadata.title.as_deref(), Some("The Harbour of Lenkeran"));
    assert_eq!(metadata.outlet.as_deref(), Some("The Caspian Gazette"));
    assert_eq!(metadata.bylines, ["A. Correspondent"]);
    assert_eq!(metadata.published, "1903-05-17".parse().ok());
    assert_eq!(metadata.licence.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    let said: Vec<(Form, &str, Option<&str>)> =
        quotes.iter().map(|q| (q.form, q.spans[0].of(&document.text), q.speaker.as_deref())).collect();
    let by = Some("Hasan Melikov");
    assert_eq!(
        said,
        [(Form::Direct, "We have waited ten years", by), (Form::Indirect, "the next mole would be of stone", by)]
    );
    let losses: Vec<String> = store.losses("newspaper.xml").unwrap().into_iter().map(|(_, what)| what).collect();
    let expected = ["notes are not kept", "readings beside the edited one are not kept"];
    assert_eq!(losses, expected.map(|what| format!("{what}: 1 in {}", document.id)));
}

#[test]
fn markup_inside_of_texts_comes_back_where_it_stood() {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        (
            "Terminal <bpt i=\"1\" x=\"1\">&lt;b&gt;</bpt>açılıb<ept i=\"1\">&lt;/b&gt;</ept>.",
            "<ph x=\"2\">&lt;br/&gt;</ph>Открыт <it pos=\"begin\">&lt;i&gt;</it>терминал.<ph>{0}</ph>",
        ),
        ("<hi type=\"b\">Bir <hi>iki</hi> üç</hi> dörd", "Раз <hi><ph>x</ph>два</hi><hi>три</hi>"),
        ("şə<ut>&amp;</ut>hər", "город"),
        ("<hi>w<ph>a</ph></hi>q<hi></hi>", "<hi><hi></hi><ph>b</ph></hi>x <hi>y<hi>z</hi></hi>"),
    ];
    let units: String = texts.iter().enumerate().map(|(n, (az, ru))| {
        format!("<tu tuid=\"{n}\"><tuv xml:lang=\"ru\"><seg>{ru}</seg></tuv><tuv xml:lang=\"az\"><seg>{az}</seg></tuv></tu>\n")
    }).collect();
    fs::write(folder.path().join("m.tmx"), tmx(&units)).unwrap();
    let imported = call(folder.path(), &["import", "m.tmx", "-o", "a.korpu", "--strict"]);
    assert!(imported.status.success(), "{}", text(&imported.stdout));
    let exported = call(folder.path(), &["export", "a.korpu", "--format", "tmx,xliff", "-o", "out"]);
    assert!(
        text(&exported.stderr)
            .contains("korpu: not in xliff: the markup inside of 7 imported texts; tmx has that of TMX")
    );
    assert!(
        text(&exported.stderr)
            .contains("korpu: not in tmx, xliff: notes and properties of 1 imported files as a whole")
    );
    let written = fs::read_to_string(folder.path().join("out/tmx/ru-az.tmx")).unwrap();
    for (az, ru) in texts {
        assert!(
            written.contains(&format!("<seg>{az}</seg>")) && written.contains(&format!("<seg>{ru}</seg>")),
            "{written}"
        );
    }
    crate::export::valid_by_dtd(&folder.path().join("out/tmx/ru-az.tmx"));
    // And what is written is read the same.
    assert!(call(folder.path(), &["import", "out/tmx/ru-az.tmx", "-o", "b.korpu"]).status.success());
    assert!(call(folder.path(), &["export", "b.korpu", "--format", "tmx", "-o", "again"]).status.success());
    assert_eq!(fs::read_to_string(folder.path().join("again/tmx/ru-az.tmx")).unwrap(), written);
}

#[test]
fn texts_of_one_language_are_a_memory_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let unit = "<tu tuid=\"1\"><tuv xml:lang=\"en-GB\"><seg>Colour.</seg></tuv><tuv xml:lang=\"en-US\"><seg>Color.</seg></tuv></tu>";
    fs::write(folder.path().join("m.tmx"), tmx(unit)).unwrap();
    assert!(call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]).status.success());
    let export = |more: &[&str]| {
        let output = call(folder.path(), &[&["export", "a.korpu", "--format", "tmx", "-o", "out"], more].concat());
        (text(&output.stderr).to_owned(), seen(&folder.path().join("out/tmx")).len())
    };
    let (said, files) = export(&[]);
    assert!(
        said.contains("not in tmx: what is paired in one language, en-GB and en-US; --allow-monolingual writes"),
        "{said}"
    );
    assert_eq!(files, 0);
    let (said, files) = export(&["--allow-monolingual"]);
    assert!(!said.contains("one language") && files == 1, "{said}");
    let written = fs::read_to_string(folder.path().join("out/tmx/en-GB-en-US.tmx")).unwrap();
    assert!(written.contains("<seg>Colour.</seg>") && written.contains("<seg>Color.</seg>"), "{written}");
}

#[test]
fn a_corpus_that_breaks_is_imported_up_to_there() {
    let folder = tempfile::tempdir().unwrap();
    let document = |n: u32| {
        format!("<TEI xml:id=\"d{n}\" xml:lang=\"en\"><text><body><p>Text {n} of the corpus.</p></body></text></TEI>\n")
    };
    let corpus =
        format!("<teiCorpus xmlns=\"http://www.tei-c.org/ns/1.0\">\n{}{}<TEI><text>", document(1), document(2));
    fs::write(folder.path().join("c.xml"), corpus).unwrap();
    let output = call(folder.path(), &["import", "c.xml", "-o", "a.korpu"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("2 documents") && said.contains("the file ends in the middle"), "{said}");
    assert_eq!(Store::open_existing(folder.path().join("a.korpu")).unwrap().counts().unwrap().documents, 2);
}

#[test]
fn what_comes_by_standard_input_does_not_replace_another_stream() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let pipe = |words: &str| {
        let mut child = Command::new(korpu())
            .current_dir(folder.path())
            .args(["import", "-", "-o", "a.korpu"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(format!("az\tru\n{words}\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        text(&output.stdout).to_owned()
    };
    pipe("Bir.\tОдин.");
    pipe("İki.\tДва.");
    assert!(pipe("Bir.\tОдин.").contains("0 of them new"));
    assert_eq!(Store::open_existing(folder.path().join("a.korpu")).unwrap().counts().unwrap().documents, 4);
}

#[test]
fn places_of_markup_hold_where_letters_and_accents_compose() {
    let folder = tempfile::tempdir().unwrap();
    let unit = "<tu tuid=\"1\"><tuv xml:lang=\"ru\"><seg>Da e<ph x=\"1\"/>\u{301} abc <bpt i=\"1\">B</bpt>def<ept i=\"1\">E</ept> ghi</seg></tuv>\
        <tuv xml:lang=\"az\"><seg>И\u{306}од<ph x=\"1\"/> и\u{306}<ph x=\"2\"/> x</seg></tuv></tu>";
    fs::write(folder.path().join("m.tmx"), tmx(unit)).unwrap();
    for (file, store, out) in [("m.tmx", "a.korpu", "out"), ("out/tmx/ru-az.tmx", "b.korpu", "again")] {
        assert!(call(folder.path(), &["import", file, "-o", store]).status.success());
        assert!(call(folder.path(), &["export", store, "--format", "tmx", "-o", out]).status.success());
        let written = fs::read_to_string(folder.path().join(out).join("tmx/ru-az.tmx")).unwrap();
        let expected = "<seg>Da <ph x=\"1\"></ph>é abc <bpt i=\"1\">B</bpt>def<ept i=\"1\">E</ept> ghi</seg>";
        assert!(written.contains(expected), "{written}");
        assert!(written.contains("<seg>Йод<ph x=\"1\"></ph> й<ph x=\"2\"></ph> x</seg>"), "{written}");
    }
}

#[test]
fn two_scripts_of_a_language_do_not_keep_each_other_from_a_third() {
    let folder = tempfile::tempdir().unwrap();
    let side = |lang: &str, text: &str| format!("<tuv xml:lang=\"{lang}\"><seg>{text}</seg></tuv>");
    let unit = format!("<tu tuid=\"1\">{}{}{}</tu>", side("az", "Bir."), side("az-Cyrl", "Бир."), side("en", "One."));
    fs::write(folder.path().join("m.tmx"), tmx(&unit)).unwrap();
    assert!(call(folder.path(), &["import", "m.tmx", "-o", "a.korpu"]).status.success());
    assert!(
        call(folder.path(), &["export", "a.korpu", "--format", "tmx", "--multilingual", "-o", "out"]).status.success()
    );
    let names: Vec<String> = crate::desk::texts(&folder.path().join("out/tmx")).into_keys().collect();
    assert_eq!(names, ["multilingual-az-Cyrl-en.tmx", "multilingual-az-en.tmx"]);
}
