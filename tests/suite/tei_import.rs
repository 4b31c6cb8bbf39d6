//! TEI of others through `korpu import`: in the shapes of the Guidelines, in several files, and hostile.

use crate::desk::korpu;
use korpu::pipeline::{self, Format, Options};
use korpu::store::Store;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Imports `a.xml` of a folder into a new store.
fn import(folder: &Path) -> Output {
    let arguments = ["import", "a.xml", "-o", "a.korpu", "--strict"];
    Command::new(korpu()).current_dir(folder).args(arguments).output().unwrap()
}

fn put(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// The language and the text of every document of the store.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let store = Store::open_existing(folder.join("a.korpu")).unwrap();
    let document = |id: &String| store.document(id).unwrap().unwrap();
    let mut texts: Vec<_> = store
        .document_ids()
        .unwrap()
        .iter()
        .map(document)
        .map(|d| (d.language.lang.as_str().to_owned(), d.text))
        .collect();
    texts.sort();
    texts
}

fn pairs(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(lang, text)| ((*lang).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_spoken_text_loses_nothing_and_what_is_lost_has_its_line() {
    let spoken = "<TEI xml:lang='en'><text><body>\n<div><u who='#a'>Is it far?</u><u who='#b'>No.</u></div>\n\
        <p>You take <list><item>the bridge</item></list> and go on.</p></body></text></TEI>";
    let folder = put(&[("a.xml", spoken)]);
    let output = import(folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = "Is it far?\n\nNo.\n\nYou take\n\nthe bridge\n\nand go on.";
    assert_eq!(texts(folder.path()), pairs(&[("en", text)]));

    let folder = put(&[("a.xml", &spoken.replace("the bridge", "the <del>ford</del> <add>bridge</add>"))]);
    let output = import(folder.path());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("not kept (1, first on line 3): deleted text is not kept"), "{told}");
    assert_eq!(texts(folder.path()), pairs(&[("en", text)]));
}

#[test]
fn files_are_included_from_the_folder_of_the_file_that_names_them() {
    let text = |lang: &str, text: &str| format!("<TEI xml:lang='{lang}'><text><body><p>{text}</p></body></text></TEI>");
    let folder = put(&[
        ("a.xml", "<teiCorpus><xi:include xmlns:xi='x' href='./texts/all%20texts.xml'/></teiCorpus>"),
        ("texts/all texts.xml", "<teiCorpus><include href='en.xml'/><include href='../ru.xml'/></teiCorpus>"),
        ("texts/en.xml", &text("en", "One.")),
        ("ru.xml", &text("ru", "Раз.")),
    ]);
    let output = import(folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(texts(folder.path()), pairs(&[("en", "One."), ("ru", "Раз.")]));
}

#[test]
fn files_that_include_each_other_twice_end_and_none_outside_is_read() {
    let mut files: Vec<(String, String)> = (0..23)
        .map(|n| {
            let include = format!("<include href='f{}.xml'/>", n + 1);
            (format!("in/f{n}.xml"), format!("<teiCorpus>{include}{include}<include href='f{n}.xml'/></teiCorpus>"))
        })
        .collect();
    let text = "<TEI xml:lang='en'><text><body><p>In.</p></body></text></TEI>";
    let own = format!("<teiCorpus><include href='f0.xml'/>\n<include href='../out.xml'/>{text}</teiCorpus>");
    files.push(("in/a.xml".to_owned(), own));
    files.push(("out.xml".to_owned(), text.replace("In.", "Out.")));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = put(&files);
    let folder = folder.path().join("in");
    let output = import(&folder);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!(texts(&folder), pairs(&[("en", "In.")]));
    let losses = Store::open_existing(folder.join("a.korpu")).unwrap().losses("a.xml").unwrap();
    let outside = (2, "a file that cannot be included: ../out.xml: its name leads out of the folder".to_owned());
    assert!(losses.contains(&outside) && losses.len() < 99, "{losses:?}");
}

fn export(store: &Store, out: &Path) -> BTreeMap<String, String> {
    fs::create_dir_all(out).unwrap();
    pipeline::export(store, out, &[Format::Tei], &Options::default(), &()).unwrap();
    crate::desk::texts(&out.join("tei"))
}

#[test]
fn tei_of_others_is_the_same_from_the_first_export_on() {
    let text = "<TEI><teiHeader><fileDesc><titleStmt><title>Two tongues</title></titleStmt></fileDesc></teiHeader><text><group>\
        <text xml:lang='en'><body><head>Road</head><p xml:id='e'>Is it far? No.</p></body></text>\
        <text xml:lang='ru'><body><div><u xml:id='r'>Далеко ли? Нет.</u></div></body></text></group><back>\
        <linkGrp><link target='#e #r'/></linkGrp></back></text></TEI>";
    let folder = put(&[("a.xml", text)]);
    assert_eq!(import(folder.path()).status.code(), Some(0));
    let first = export(&Store::open_existing(folder.path().join("a.korpu")).unwrap(), &folder.path().join("first"));
    let mut again = Store::open(folder.path().join("again.korpu")).unwrap();
    let corpus = folder.path().join("first/tei/corpus.xml");
    let (imported, refused) = pipeline::import(&mut again, &[corpus], None, &()).unwrap();
    assert!(refused.is_empty() && imported[0].losses.is_empty(), "{imported:?} {refused:?}");
    assert_eq!(first.len(), 3);
    assert_eq!(export(&again, &folder.path().join("second")), first);
}
