//! `korpu import`: files of others into a store.

use crate::desk::korpu;
use korpu::language::Lang;
use korpu::model::{Level, Remark};
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
         not kept, 1 times, first on line 8: a unit without texts in two languages (3)\n"
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
    let mut mixed = tmx(UNITS).into_bytes();
    mixed.extend(b"\xff\xfe");
    check("mixed.tmx", &mixed, 3, "bytes that are not UTF-8");
}
