//! Files go out and come back: what `korpu export` writes for other tools, and what others write, through `korpu import`.

use crate::desk::{Desk, korpu};
use crate::news;
use korpu::import::{read, recognise};
use korpu::language::Lang;
use korpu::model::{Bead, Level};
use korpu::store::Store;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn call(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(korpu()).current_dir(folder).args(arguments).output().unwrap()
}

/// What a call prints that must not fail.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = call(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every aligned bead of a store between two languages as its texts, its confidence and its shape, in order.
fn beads(store: &Path, source: &str, target: &str) -> Vec<(String, String, f32, String)> {
    let store = Store::open_existing(store).unwrap();
    let mut found = Vec::new();
    let visit = |bitext: korpu::model::Bitext| {
        let documents = [&bitext.source, &bitext.target].map(|id| store.document(id).unwrap().unwrap());
        let [source, target] = documents.each_ref().map(|document| {
            let of = |span: korpu::model::Span| span.of(&document.text).to_owned();
            document.segments(Level::Sentence).into_iter().map(of).collect::<Vec<_>>()
        });
        let text = |side: &[String], numbers: &[u32]| {
            numbers.iter().map(|n| side[*n as usize].as_str()).collect::<Vec<_>>().join(" ")
        };
        let row =
            |bead: &Bead| (text(&source, &bead.source), text(&target, &bead.target), bead.confidence, bead.shape());
        found.extend(bitext.beads.iter().filter(|bead| bead.is_aligned()).map(row));
        Ok(())
    };
    let lang = |tag| Lang::parse(tag).unwrap();
    store.for_each_bitext(Level::Sentence, &lang(source), &lang(target), visit).unwrap();
    found
}

#[test]
fn what_is_exported_comes_back_with_the_same_units() {
    let desk = Desk::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/sample");
    assert!(desk.command(&[sample], "out").output().unwrap().status.success());
    let folder = desk.path("");
    done(&folder, &["export", "out/corpus.korpu", "-o", "ex", "--format", "tsv,csv,moses,xliff"]);
    // Formats have three decimals.
    let units = |store: &str, sure: bool| -> Vec<String> {
        let confidence = |c: f32| if sure { format!("{c:.3}") } else { String::new() };
        let beads = beads(&desk.path(store), "az", "en");
        beads.iter().map(|(source, target, c, _)| format!("{source} = {target} {}", confidence(*c))).collect()
    };
    let before = beads(&desk.path("out/corpus.korpu"), "az", "en");
    assert!(before.len() > 200 && before.iter().any(|bead| bead.3 != "1-1"));
    let check = |arguments: &[&str], sure: bool| {
        let _ = fs::remove_file(desk.path("back.korpu"));
        done(&folder, &[&["import", "-o", "back.korpu"], arguments].concat());
        assert_eq!(units("back.korpu", sure), units("out/corpus.korpu", sure), "{arguments:?}");
    };
    check(&["ex/tsv/sentences.tsv"], true);
    check(&["ex/csv/sentences.csv"], true);
    check(&["ex/xliff/az-en.xlf", "--strict"], true);
    check(&["--texts", "ex/moses/az-en.az", "ex/moses/az-en.en", "--strict"], false);
    // And once more: byte for byte.
    done(&folder, &["export", "back.korpu", "-o", "again", "--format", "moses"]);
    for name in ["moses/az-en.az", "moses/az-en.en"] {
        assert_eq!(fs::read(desk.path("again").join(name)).unwrap(), fs::read(desk.path("ex").join(name)).unwrap());
    }
}

#[test]
fn what_was_said_is_exported_as_units_of_every_two_linked_renderings() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..3) {
        desk.put(&name, page);
    }
    desk.run("out", &[]);
    let folder = desk.path("");
    let export = |out: &str, more: &[&str]| {
        let formats = [
            "export",
            "out/corpus.korpu",
            "--level",
            "quote",
            "--format",
            "tmx,tsv,csv,parquet,moses,xliff",
            "-o",
            out,
        ];
        done(&folder, &[&formats, more].concat());
        let name = if more.contains(&"--multilingual") { "multilingual-az-en.tmx" } else { "az-en.tmx" };
        fs::read_to_string(desk.path(out).join("tmx").join(name)).unwrap()
    };
    let tmx = export("ex", &[]);
    // In each story somebody says two things in both languages, one of them directly.
    let said = "<prop type=\"x-unit:SingleString\">quote</prop>";
    let direct = "<prop type=\"x-form\">direct</prop>\n   <prop type=\"x-speaker\">Rüfət Əsgərzadə</prop>";
    let units = tmx.matches("<tu ").count();
    assert!(units >= 3 && tmx.matches(said).count() == units && tmx.contains(direct), "{tmx}");
    assert!(tmx.contains("segtype=\"block\" o-tmf=\"korpu\""), "{tmx}");
    let words = "<seg>Biz bu günü çox gözləmişik</seg>\n   </tuv>\n   <tuv xml:lang=\"en\"";
    let translation = "<seg>We have waited a long time for this day";
    assert!(tmx.contains(words) && tmx.contains(translation), "{tmx}");
    // Every export of units has the same.
    let rows = fs::read_to_string(desk.path("ex/tsv/quote-pairs.tsv")).unwrap();
    let of_column = |name: &str| -> Vec<String> {
        let place = rows.lines().next().unwrap().split('\t').position(|column| column == name).unwrap();
        rows.lines().skip(1).map(|row| row.split('\t').nth(place).unwrap().to_owned()).collect()
    };
    let mut names = of_column("id");
    assert_eq!(names.len(), units);
    assert!(names.iter().all(|name| tmx.contains(&format!("<tu tuid=\"{name}\""))), "{names:?}");
    names.dedup();
    assert_eq!(names.len(), units);
    assert!(of_column("source_form").contains(&"direct".to_owned()));
    assert!(of_column("target_speaker").contains(&"Rüfət Əsgərzadə".to_owned()));
    assert!(!desk.path("ex/tsv/sentences.tsv").exists() && desk.path("ex/parquet/quote-pairs.parquet").exists());
    assert_eq!(fs::read_to_string(desk.path("ex/moses/az-en.en")).unwrap().lines().count(), units);
    let xliff = fs::read_to_string(desk.path("ex/xliff/az-en.xlf")).unwrap();
    assert_eq!((xliff.matches("<unit ").count(), xliff.matches("\"level\">quote<").count()), (units, units));
    assert!(xliff.contains("\"source-speaker\">Rüfət Əsgərzadə<"), "{xliff}");
    // Names stay, filters hold, and it comes back.
    assert_eq!(export("again", &[]), tmx);
    let sure = export("sure", &["--min-confidence", "1"]);
    assert!(sure.matches("<tu ").count() < units);
    let all = export("all", &["--multilingual"]);
    assert!(all.contains("<tu tuid=\"g") && all.matches("<tu ").count() <= units, "{all}");
    done(&folder, &["import", "ex/tmx/az-en.tmx", "-o", "back.korpu", "--strict"]);
    done(&folder, &["export", "back.korpu", "--format", "tmx", "-o", "back"]);
    let back = fs::read_to_string(desk.path("back/tmx/az-en.tmx")).unwrap();
    let body = |text: &str| text.split_once("<body>").unwrap().1.to_owned();
    assert_eq!(body(&back), body(&tmx));
    // Reviewers decide on beads; without links there is nothing.
    let refused = call(&folder, &["export", "out/corpus.korpu", "--level", "quote", "--only-reviewed", "-o", "x"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("reviewers decide on beads"));
    let refused = call(&folder, &["export", "back.korpu", "--level", "quote", "--format", "tmx", "-o", "x"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there are no linked quotes in it"));
}

#[test]
fn a_corpus_in_tei_comes_back_with_its_documents_and_alignments() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..3) {
        desk.put(&name, page);
    }
    desk.run("out", &[]);
    let folder = desk.path("");
    // Quotes are found anew: links between them are named as what is not kept, and nothing else is.
    let told = done(&folder, &["import", "out/tei/corpus.xml", "-o", "back.korpu"]);
    let lost: Vec<&str> = told.lines().filter(|line| line.contains("not kept")).collect();
    assert!(lost.iter().all(|line| line.contains("links between quotes are not kept")), "{told}");
    let [before, after] = ["out/corpus.korpu", "back.korpu"].map(|name| Store::open_existing(desk.path(name)).unwrap());
    assert_eq!(after.document_ids().unwrap(), before.document_ids().unwrap());
    for id in before.document_ids().unwrap() {
        let [before, after] = [&before, &after].map(|store| store.document(&id).unwrap().unwrap());
        assert_eq!((&after.text, &after.blocks), (&before.text, &before.blocks));
        let known = |d: &korpu::model::Document| {
            let m = d.metadata.clone();
            (m.title, m.outlet, m.bylines, m.published, m.url, m.licence, d.language.lang.clone())
        };
        assert_eq!(known(&after), known(&before));
    }
    let sides = |name: &str| -> Vec<_> {
        beads(&desk.path(name), "az", "en")
            .into_iter()
            .map(|(source, target, c, shape)| (source, target, format!("{c:.3}"), shape))
            .collect()
    };
    assert_eq!(sides("back.korpu"), sides("out/corpus.korpu"));
}

#[test]
fn plain_tei_is_cut_into_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let text = "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\"><teiHeader><fileDesc><titleStmt><title>Liman</title></titleStmt>\
        <publicationStmt><p/></publicationStmt><sourceDesc><p/></sourceDesc></fileDesc></teiHeader><text xml:lang=\"az\"><body>\
        <p>Terminal açıldı. Bunu prof. Əliyev dedi.</p></body></text></TEI>";
    fs::write(folder.path().join("a.xml"), text).unwrap();
    assert_eq!(
        done(folder.path(), &["import", "a.xml", "-o", "a.korpu"]),
        "a.xml: TEI, 0 units in 1 documents, 1 of them new\n"
    );
    let store = Store::open_existing(folder.path().join("a.korpu")).unwrap();
    let document = store.document(&store.document_ids().unwrap()[0]).unwrap().unwrap();
    assert_eq!(document.metadata.title.as_deref(), Some("Liman"));
    assert_eq!(document.sentences().count(), 2);
}

#[test]
fn a_ladder_of_korpu_joins_the_texts_it_was_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let (az, en) = (
        "Limanda terminal açıldı.\nO, 20 000 ton qəbul edir.\n\nBunu nazirlik dedi.\n",
        "A terminal opened in the port.\n\
        It takes 20,000 tonnes.\n\nThe ministry said so.\n",
    );
    fs::write(folder.path().join("a.az"), az).unwrap();
    fs::write(folder.path().join("a.en"), en).unwrap();
    let ladder = done(folder.path(), &["align", "a.az", "a.en", "--format", "beads"]);
    fs::write(folder.path().join("a.beads"), &ladder).unwrap();
    let told = done(folder.path(), &["import", "--texts", "a.az", "a.en", "--ladder", "a.beads", "-o", "a.korpu"]);
    assert!(told.starts_with("a.beads: ladder, 3 units in 2 documents, 2 of them new"), "{told}");
    let store = Store::open_existing(folder.path().join("a.korpu")).unwrap();
    let texts: Vec<String> =
        store.document_ids().unwrap().iter().map(|id| store.document(id).unwrap().unwrap().text).collect();
    assert!(texts.contains(&"Limanda terminal açıldı. O, 20 000 ton qəbul edir.\n\nBunu nazirlik dedi.".to_owned()));
    assert_eq!(beads(&folder.path().join("a.korpu"), "az", "en").len(), 3);
}

#[test]
fn an_alignment_of_opus_is_read_with_its_documents_and_no_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("secret.xml", "<text><s id='1'>Sirr.</s></text>");
    put(
        "xml/az/a.xml",
        "<text><p><s id='s1.1'><w>Salam</w><w>,</w><w>dünya</w></s><s id='s1.2'>Necəsən?</s></p></text>",
    );
    put("xml/ru/a.xml", "<text><s id='1'>Привет, мир, как дела?</s></text>");
    put(
        "xml/az-ru.xml",
        "<cesAlign version='1.0'><linkGrp fromDoc='az/a.xml.gz' toDoc='ru/a.xml.gz'>\
         <link certainty='0.75' xtargets='s1.1 s1.2;1'/></linkGrp>\
         <linkGrp fromDoc='../secret.xml' toDoc='ru/a.xml.gz'><link xtargets='1;1'/></linkGrp></cesAlign>",
    );
    let told = done(folder.path(), &["import", "xml/az-ru.xml", "-o", "a.korpu"]);
    assert_eq!(
        told,
        "xml/az-ru.xml: XCES, 1 units in 2 documents, 2 of them new\n  not kept (1, first on line 1): a document that \
         cannot be read (../secret.xml: its name leads out of the folder)\n"
    );
    let found = beads(&folder.path().join("a.korpu"), "az", "ru");
    let expected = ("Salam , dünya Necəsən?", "Привет, мир, как дела?");
    assert_eq!(found, [(expected.0.to_owned(), expected.1.to_owned(), 0.75, "2-1".to_owned())]);
    assert_eq!(call(folder.path(), &["import", "xml/az-ru.xml", "-o", "a.korpu", "--strict"]).status.code(), Some(3));
}

#[test]
fn what_cannot_be_imported_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("a.txt", "Salam.\n");
    put("b.txt", "Привет.\n");
    put("c.ru", "Привет.\n");
    put("old.xlf", "<xliff version='1.2'><file/></xliff>");
    put("long.beads", "[0]:[7]\n");
    let check = |arguments: &[&str], expected: &str| {
        let output = call(folder.path(), &[&["import", "-o", "a.korpu"], arguments].concat());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(expected), "{arguments:?}: {message}");
    };
    check(&["a.txt"], "Give TMX, TEI, XLIFF 2, XCES, or a table whose first line names languages");
    check(&["old.xlf"], "XLIFF 1.2 is not read. Save it as XLIFF 2, or as TMX");
    check(&["--texts", "a.txt", "b.txt"], "a.txt: its ending names no language. Say --languages az,en");
    check(&["--texts", "c.ru", "c.ru"], "both texts are in ru");
    check(&["--texts", "a.txt", "none.txt", "--languages", "az,ru"], "none.txt");
    check(
        &["--texts", "a.txt", "b.txt", "--languages", "az,ru", "--ladder", "long.beads"],
        "the ladder counts 8 lines",
    );
    check(&[], "required");
}

#[test]
fn languages_are_told_where_names_do_not() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Salam.\nBəli.\n").unwrap();
    fs::write(folder.path().join("b.txt"), "Привет.\nДа.\n").unwrap();
    done(folder.path(), &["import", "--texts", "a.txt", "b.txt", "--languages", "az,ru", "-o", "a.korpu"]);
    let store = Store::open_existing(folder.path().join("a.korpu")).unwrap();
    let lang = |tag| Lang::parse(tag).unwrap();
    assert_eq!(store.language_pairs(Level::Sentence).unwrap(), [(lang("az"), lang("ru"), 1)]);
}

/// A file of every format that says itself what it is.
const FILES: [&str; 5] = [
    "<xliff xmlns='urn:oasis:names:tc:xliff:document:2.0' version='2.0' srcLang='az' trgLang='ru'><file id='f'><unit id='u'>\
     <notes><note>n</note></notes><segment state='final'><source>Bir <pc id='1'>iki</pc>.</source><target>Раз<ph id='2'/></target>\
     </segment></unit></file></xliff>",
    "<teiCorpus><standOff><linkGrp><link target='#a1 #b1' cert='0.5'/></linkGrp></standOff><TEI xml:id='a' xml:lang='az'><teiHeader>\
     <date when='2024-01-01'/></teiHeader><text><body><p><s xml:id='a1'>Bir.</s><note>x</note></p></body></text></TEI>\
     <TEI xml:id='b' xml:lang='ru'><text><body><item><p><s xml:id='b1'>Раз.</s></p></item></body></text></TEI></teiCorpus>",
    "<cesAlign><linkGrp fromDoc='az/a' toDoc='ru/a'><link certainty='0.5' xtargets='1 2;1'/></linkGrp></cesAlign>",
    "az\tru\tid\nBir.\tРаз.\t1\nİki.\t\t2\n",
    "source_lang,target_lang,source_text,target_text\naz,ru,\"Bir, \"\"iki\"\"\",'-Раз\n",
];

proptest::proptest! {
    #[test]
    fn a_damaged_file_is_read_to_an_end(
        which in 0..FILES.len(),
        at in 0..1000_usize,
        length in 0..40_usize,
        put in proptest::collection::vec(proptest::num::u8::ANY, 0..8),
    ) {
        let mut bytes = FILES[which].as_bytes().to_vec();
        let (start, end) = (at % bytes.len(), (at % bytes.len() + length).min(bytes.len()));
        bytes.splice(start..end, put);
        let document = |_: &str| -> Result<korpu::import::Stream, String> {
            Ok(Box::new("<text><s id='1'>Bir.</s><s id='2'>İki.</s></text>".as_bytes()))
        };
        if let Some(format) = recognise(&bytes) {
            let items = read(format, &bytes[..], &document).unwrap();
            proptest::prop_assert!(items.take(1000).count() < 1000);
        }
    }
}
