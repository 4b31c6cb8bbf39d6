//! Exports for the tools of others: tables, Moses pairs, XLIFF, vertical text, the reading edition. Golden files, each
//! format read back by a reader of its own, and `korpu export` as a user calls it.

use crate::desk::{Desk, korpu, same};
use crate::export::{azerbaijani, bitexts, golden, russian, spoken};
use crate::news;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::RowAccessor;
use korpu::export::delimited::{self, Dialect, unguarded};
use korpu::export::statement::Statement;
use korpu::export::table::{Beads, RenderingRow, Renderings};
use korpu::export::{LangMap, edition, moses, parquet, rows, vertical, xliff};
use korpu::language::Lang;
use korpu::model::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

fn lang(tag: &str) -> Lang {
    Lang::parse(tag).unwrap()
}

fn words(text: &str) -> Vec<Span> {
    korpu::segment::words(text).into_iter().map(|word| word.span).collect()
}

/// Writes a bitext of sentences in every text format into a folder; returns the names of the files.
fn write(folder: &Path, source: &Document, target: &Document, bitext: &Bitext) -> Vec<String> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut file = |name: &str, write: &mut dyn FnMut(&mut dyn Write)| {
        let mut out = Vec::new();
        write(&mut out);
        files.push((name.into(), out));
    };
    for (name, dialect) in [("sentences.tsv", Dialect::Tsv), ("sentences.csv", Dialect::Csv)] {
        file(name, &mut |out| {
            let mut table = delimited::Writer::<Beads>::new(out, dialect).unwrap();
            rows(bitext, source, target).for_each(|row| table.row(&row).unwrap());
            table.finish().unwrap();
        });
    }
    let (mut sources, mut targets, mut origin) = (Vec::new(), Vec::new(), Vec::new());
    let languages = (source.language.lang.clone(), target.language.lang.clone());
    let mut pairs = moses::Writer::new(languages.clone(), &mut sources, &mut targets, &mut origin);
    rows(bitext, source, target).for_each(|row| assert!(pairs.row(&row).is_ok()));
    pairs.finish().unwrap();
    for (name, text) in [("az-ru.az", sources), ("az-ru.ru", targets), ("az-ru.origin.tsv", origin)] {
        file(name, &mut |out| out.write_all(&text).unwrap());
    }
    file("az-ru.xlf", &mut |out| {
        let languages = LangMap::parse("az=az-Latn-AZ").unwrap();
        let header = xliff::Header { source: lang("az"), target: lang("ru"), languages };
        let mut writer = xliff::Writer::new(out, &header).unwrap();
        rows(bitext, source, target).for_each(|row| assert!(writer.row(&row).is_ok()));
        writer.finish().unwrap();
    });
    let mut corpora = Vec::new();
    for (name, document) in [("az.vrt", source), ("ru.vrt", target)] {
        file(name, &mut |out| {
            let mut writer = vertical::Writer::new(out);
            writer.document(document, &words).unwrap();
            corpora.push(writer.finish().unwrap());
        });
    }
    let mut table = vertical::Table::new(&corpora[0], &corpora[1]);
    table.add(bitext);
    file("az-ru.align", &mut |out| table.manatee(out).unwrap());
    file("ru-az.cwb", &mut |out| table.reversed().cwb(out, "korpu_ru", "korpu_az").unwrap());
    file("az.registry", &mut |out| vertical::manatee_registry(out, &lang("az"), &["ru".into()]).unwrap());
    let documents = [source.clone(), target.clone()];
    let bitexts = [bitext.clone(), Bitext { source: target.id.clone(), target: source.id.clone(), ..bitext.clone() }];
    let work = edition::Work::new(&bitexts, &documents, &[], &[]);
    file("page.html", &mut |out| edition::page(out, &work, 0).unwrap());
    file("index.html", &mut |out| {
        let mut index = edition::Index::new(out, "Liman & <yol>").unwrap();
        index.work(&work).unwrap();
        index.finish().unwrap();
    });
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
    files.into_iter().map(|(name, _)| name).collect()
}

/// Two documents with texts and metadata that mean something to some format.
fn hostile() -> (Document, Document, Bitext) {
    let (mut az, ru) = (azerbaijani(), russian());
    az.metadata.outlet = Some("=HYPERLINK(\"https://evil.example\")".into());
    az.metadata.licence = Some("a\tb\r\nc,\"d\"".into());
    let [sentences, _] = bitexts(&az, &ru);
    (az, ru, sentences)
}

#[test]
fn awkward_characters_reach_the_neighbours_unharmed() {
    let (az, ru, bitext) = hostile();
    let folder = tempfile::tempdir().unwrap();
    let names = write(folder.path(), &az, &ru, &bitext);
    golden("neighbours", folder.path(), &names);
}

#[test]
fn tables_read_back_as_what_was_written() {
    let (az, ru, bitext) = hostile();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &az, &ru, &bitext);
    let read = |name: &str, builder: &mut csv::ReaderBuilder| -> Vec<Vec<String>> {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        let mut reader = builder.has_headers(false).from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let tsv = read("sentences.tsv", csv::ReaderBuilder::new().delimiter(b'\t').quoting(false));
    let csv = read("sentences.csv", &mut csv::ReaderBuilder::new());
    assert_eq!(tsv.len(), bitext.beads.len() + 1);
    let column = |name: &str| tsv[0].iter().position(|n| n == name).unwrap();
    let (outlet, licence) = (column("source_outlet"), column("source_licence"));
    assert_eq!(
        (tsv[1][outlet].as_str(), tsv[1][licence].as_str()),
        ("=HYPERLINK(\"https://evil.example\")", "a b c,\"d\"")
    );
    assert!(csv[1][outlet].starts_with("'="));
    let figures = [column("confidence"), column("score")];
    for (tsv, csv) in tsv.iter().zip(&csv) {
        for (n, (tsv, csv)) in tsv.iter().zip(csv).enumerate() {
            assert_eq!(tsv, if figures.contains(&n) { csv } else { unguarded(csv) });
        }
    }

    let path = folder.path().join("sentences.parquet");
    let mut table = parquet::Writer::<_, Beads>::new(fs::File::create(&path).unwrap()).unwrap();
    rows(&bitext, &az, &ru).for_each(|row| table.row(&row).unwrap());
    table.finish().unwrap();
    let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let found: Vec<_> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap()).collect();
    assert_eq!(found.len(), bitext.beads.len());
    for (found, row) in found.iter().zip(rows(&bitext, &az, &ru)) {
        let text = |name: &str| found.get_string(column(name)).map_or("", |text| text);
        assert_eq!(text("id"), row.id);
        assert_eq!((text("source_text"), text("target_text")), (&*row.source.text, &*row.target.text));
        assert_eq!(text("source_licence"), "a\tb\r\nc,\"d\"");
        let confidence = found.get_float(column("confidence")).ok();
        assert_eq!(confidence, Some(row.confidence).filter(|c| c.is_finite()));
    }
    assert!(found.iter().any(|row| row.get_string(column("source_text")).is_ok_and(|text| text.contains('\0'))));
}

/// The numbers of a side of a table: `3`, `3,5`, nothing for -1.
fn numbers(field: &str) -> std::ops::Range<usize> {
    let mut ends = field.split(',').map(|n| n.parse::<i64>().unwrap());
    let first = ends.next().unwrap();
    let last = ends.next().unwrap_or(first);
    if first < 0 { 0..0 } else { first as usize..last as usize + 1 }
}

#[test]
fn an_alignment_table_holds_every_sentence_once_and_in_order() {
    let (az, ru, mut bitext) = hostile();
    let crossing = bitext.beads.len();
    bitext.beads.retain(|bead| bead.is_aligned());
    assert!(bitext.beads.len() < crossing);
    // Told elsewhere by the target; and of sentences that do not follow one another.
    bitext.beads[0].target = vec![7];
    bitext.beads[1].source = vec![1, 7];
    let (mut corpora, mut sink) = (Vec::new(), Vec::new());
    for document in [&az, &ru] {
        let mut writer = vertical::Writer::new(&mut sink);
        writer.document(document, &words).unwrap();
        corpora.push(writer.finish().unwrap());
    }
    let mut table = vertical::Table::new(&corpora[0], &corpora[1]);
    table.add(&bitext);
    // What comes again rises no more.
    table.add(&bitext);
    let mut out = Vec::new();
    table.manatee(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<(&str, &str)> = text.lines().map(|line| line.split_once('\t').unwrap()).collect();
    let all = |side: fn(&(&str, &str)) -> std::ops::Range<usize>| lines.iter().flat_map(side).collect::<Vec<usize>>();
    // One sentence of the source is U+FFFD alone, which no file of ours holds.
    assert_eq!(all(|line| numbers(line.0)), (0..10).collect::<Vec<_>>());
    assert_eq!(all(|line| numbers(line.1)), (0..8).collect::<Vec<_>>());
    let aligned: Vec<_> = lines.iter().filter(|(s, t)| *s != "-1" && *t != "-1").collect();
    assert_eq!(aligned, [&("3", "2"), &("4", "3"), &("5", "4"), &("6", "5"), &("8", "6")]);
}

#[test]
fn an_edition_runs_no_script_of_a_page_and_names_its_own_by_hash() {
    let attack = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";
    let (mut az, ru, bitext) = hostile();
    az.metadata.title = Some(attack.into());
    az.metadata.url = Some("javascript:alert(3)".into());
    az.id = "../\"><script>".into();
    let mut out = Vec::new();
    let bitext = Bitext { source: az.id.clone(), ..bitext };
    let (bitexts, documents) = ([bitext.clone()], [az.clone(), ru.clone()]);
    edition::page(&mut out, &edition::Work::new(&bitexts, &documents, &[], &[]), 0).unwrap();
    let html = scraper::Html::parse_document(&String::from_utf8(out).unwrap());
    let count = |selector: &str| html.select(&scraper::Selector::parse(selector).unwrap()).count();
    assert_eq!(count("img, iframe, link, form, base, [src], [onerror], [onclick]"), 0);
    assert_eq!(count("script"), 1);
    assert_eq!(count("[data-row]"), bitext.beads.len());
    assert_eq!(count("a[href^=javascript]"), 0);
    assert!(!edition::file_name(&az.id, &ru.id).contains(['/', '"', '<']));
}

/// Where the links of a page go, those to the web aside.
fn links(html: &str) -> Vec<&str> {
    let all = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|link| !link.starts_with("http")).collect()
}

/// Every link of the pages goes to one of them, and to an element that it has.
fn all_arrive(pages: &BTreeMap<String, String>) -> usize {
    let mut count = 0;
    for (name, html) in pages {
        for link in links(html) {
            let (file, id) = link.split_once('#').unwrap_or((link, ""));
            if file == edition::INDEX && !pages.contains_key(file) {
                continue;
            }
            let page = pages.get(file).unwrap_or_else(|| panic!("{name}: {link}"));
            assert!(id.is_empty() || page.contains(&format!(" id=\"{id}\"")), "{name}: {link}");
            count += 1;
        }
    }
    count
}

#[test]
fn statements_and_the_passages_they_stand_in_are_linked_both_ways() {
    let (spoken, groups) = spoken();
    let contrasts = korpu::pipeline::compare_groups(&spoken, &groups, korpu::pipeline::Options::default().knowledge);
    let find = |id: &str| spoken.iter().find(|(d, _)| d.id == id).map(|(d, quotes)| (d, quotes.as_slice()));
    let statements: Vec<Statement> =
        groups.iter().zip(&contrasts).filter_map(|(group, found)| Statement::new(group, found, find)).collect();
    let documents: Vec<Document> = spoken.iter().map(|(document, _)| document.clone()).collect();
    let bitext = |target: &Document| {
        let counts = [&documents[0], target].map(|document| document.sentences().count() as u32);
        let bead = |n: u32| {
            let side = |count: u32| Vec::from_iter((n < count).then_some(n));
            Bead { source: side(counts[0]), target: side(counts[1]), score: 0.0, confidence: 1.0 }
        };
        let beads = (0..counts[0].max(counts[1])).map(bead).collect();
        Bitext { source: documents[0].id.clone(), target: target.id.clone(), level: Level::Sentence, beads }
    };
    let bitexts = [bitext(&documents[1]), bitext(&documents[2])];
    let work = edition::Work::new(&bitexts, &documents, &statements, &[]);
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for (n, (name, _)) in work.pages().enumerate() {
        let mut out = Vec::new();
        edition::page(&mut out, &work, n).unwrap();
        pages.insert(name, String::from_utf8(out).unwrap());
    }
    let name = work.statements_file().unwrap();
    let mut out = Vec::new();
    edition::statements(&mut out, &work).unwrap();
    let list = String::from_utf8(out).unwrap();
    let html = scraper::Html::parse_document(&list);
    let count = |selector: &str| html.select(&scraper::Selector::parse(selector).unwrap()).count();
    assert_eq!(count(".statement"), groups.len());
    assert_eq!(count(".rendering a"), groups.iter().map(|group| group.renderings.len()).sum::<usize>());
    assert!(pages.values().all(|page| page.contains(&format!("href=\"{name}#said--"))), "no page links to a statement");
    pages.insert(name, list);
    assert!(all_arrive(&pages) > 8);
}

#[test]
fn a_table_of_renderings_says_what_differs_from_the_fullest() {
    let (spoken, groups) = spoken();
    let contrasts = korpu::pipeline::compare_groups(&spoken, &groups, korpu::pipeline::Options::default().knowledge);
    let find = |id: &str| spoken.iter().find(|(d, _)| d.id == id).map(|(d, quotes)| (d, quotes.as_slice()));
    let mut out = Vec::new();
    let mut table = delimited::Writer::<Renderings>::new(&mut out, Dialect::Tsv).unwrap();
    for (group, contrasts) in groups.iter().zip(&contrasts) {
        let statement = Statement::new(group, contrasts, find).unwrap();
        RenderingRow::all(&statement, |_| Some("w1")).for_each(|row| table.row(&row).unwrap());
    }
    table.finish().unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let rows: Vec<BTreeMap<&str, &str>> = lines.map(|line| head.iter().copied().zip(line).collect()).collect();
    assert_eq!(rows.len(), groups.iter().map(|group| group.renderings.len()).sum::<usize>());
    for group in &groups {
        let own: Vec<_> = rows.iter().filter(|row| row["group"] == group.id).collect();
        assert_eq!((own[0]["against"], own[0]["differences"], own[0]["kept"]), ("", "", ""));
        for row in &own[1..] {
            assert_eq!(row["against"], own[0]["quote"]);
            assert!(row["kept"].parse::<f32>().is_ok_and(|kept| (0.0..=1.0).contains(&kept)));
            assert!(!row["text"].is_empty() && !row["form"].is_empty() && row["work"] == "w1", "{row:?}");
        }
    }
    assert!(rows.iter().any(|row| row["differences"].contains(": ")), "{text}");
}

const FORMATS: &str = "tsv,csv,parquet,moses,xliff,vertical,edition";

fn export(desk: &Desk, out: &str, arguments: &[&str]) {
    let mut command = Command::new(korpu());
    command.arg("export").arg(desk.path("out/corpus.korpu")).arg("-o").arg(desk.path(out));
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_format_is_exported_from_a_store_alike_by_any_number_of_threads() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..5) {
        desk.put(&name, page);
    }
    desk.run("out", &[]);
    for (out, jobs) in [("one", "1"), ("two", "2")] {
        fs::create_dir(desk.path(out)).unwrap();
        fs::copy(desk.path("out/corpus.korpu"), desk.path(out).join("corpus.korpu")).unwrap();
        export(&desk, out, &["--format", FORMATS, "--jobs", jobs]);
    }
    let one = desk.outputs("one");
    same(&one, &desk.outputs("two"));
    let folders: BTreeSet<&str> =
        one.keys().filter_map(|name| name.split_once('/')).map(|(folder, _)| folder).collect();
    assert_eq!(folders, FORMATS.split(',').collect());
    let text = |name: &str| String::from_utf8(one[name].clone()).unwrap();
    let beads = |level: &str| desk.beads("out").iter().filter(|(bitext, ..)| bitext.ends_with(level)).count();
    assert!(beads("sentence") > 20);
    assert_eq!(text("tsv/sentences.tsv").lines().count(), beads("sentence") + 1);
    assert_eq!(text("csv/paragraphs.csv").lines().count(), beads("paragraph") + 1);
    let units = text("xliff/az-en.xlf").matches("<target>").count();
    assert_eq!(text("moses/az-en.az").lines().count(), units);
    assert_eq!(text("moses/az-en.en").lines().count(), units);
    assert_eq!(text("moses/az-en.origin.tsv").lines().count(), units);
    assert!(units > 10);
    assert_eq!(text("vertical/az-en.cwb").lines().count(), text("vertical/en-az.cwb").lines().count());
    let pages: BTreeMap<String, String> =
        one.keys().filter_map(|name| Some((name.strip_prefix("edition/")?.to_owned(), text(name)))).collect();
    assert!(all_arrive(&pages) > 10);
    for name in ["quotes", "groups"] {
        let lines = |format: &str| text(&format!("{format}/{name}.{format}")).lines().count();
        assert!(lines("tsv") > 0 && lines("tsv") == lines("csv"), "{name}");
    }
}

#[test]
fn what_an_earlier_export_left_is_removed_and_nothing_else() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..1) {
        desk.put(&name, page);
    }
    desk.run("out", &[]);
    let folders = ["tmx", "tei", "moses", "xliff", "vertical", "edition"];
    export(&desk, "ex", &["--format", "tmx,tei,moses,xliff,vertical,edition", "--tei", "works"]);
    let written = |folder: &str| crate::desk::seen(&desk.path("ex").join(folder));
    let before: Vec<_> = folders.iter().flat_map(|folder| written(folder)).collect();
    assert!(before.len() > 12, "{before:?}");
    // What others put there stays, however it is called.
    let others = ["tmx/one.tmx", "tmx/az-ka.tmx", "tei/my.xml", "moses/az-ka.ka", "xliff/my.xlf", "edition/notes.html"];
    others.iter().for_each(|name| fs::write(desk.path("ex").join(name), "mine").unwrap());
    // A corpus of other languages: nothing of the first is in it.
    let memory = "az\tuk\nTerminal açılıb.\tТермінал відкрито.\n";
    fs::write(desk.path("other.tsv"), memory).unwrap();
    let call = |arguments: &[&str]| {
        let output = Command::new(korpu()).current_dir(desk.path("")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    call(&["import", "other.tsv", "-o", "other.korpu"]);
    call(&["export", "other.korpu", "-o", "ex", "--format", "tmx,tei,moses,xliff,vertical,edition"]);
    for name in others {
        assert_eq!(fs::read_to_string(desk.path("ex").join(name)).unwrap(), "mine", "{name}");
    }
    let gone = |path: &std::path::PathBuf| !path.exists();
    let stay: Vec<_> = before.iter().filter(|path| !gone(path)).map(|path| path.file_name().unwrap()).collect();
    assert!(
        stay.iter().all(|name| ["index.html", "az.vrt", "az.cwb", "az.registry"].contains(&name.to_str().unwrap())),
        "{stay:?}"
    );
    assert!(desk.path("ex/tmx/az-uk.tmx").exists() && desk.path("ex/moses/az-uk.uk").exists());
    // A list that leads out of the folder removes nothing there.
    let list = format!("../../other.tsv\n..\n{}\n", desk.path("other.tsv").display());
    fs::write(desk.path("ex/tmx/.written"), list).unwrap();
    call(&["export", "other.korpu", "-o", "ex", "--format", "tmx"]);
    assert!(desk.path("other.tsv").exists());
}

#[test]
fn a_filter_holds_for_every_format_of_units_alike() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..5) {
        desk.put(&name, page);
    }
    desk.run("out", &[]);
    export(&desk, "all", &["--format", "tsv,csv,moses,xliff"]);
    export(&desk, "once", &["--format", "tsv,csv,moses,xliff", "--dedupe", "--min-confidence", "0.01"]);
    let text = |name: &str| fs::read_to_string(desk.path(name)).unwrap();
    let lines = |out: &str| text(&format!("{out}/moses/az-en.az")).lines().count();
    let pairs: BTreeSet<(String, String)> = {
        let (az, en) = (text("all/moses/az-en.az"), text("all/moses/az-en.en"));
        az.lines().map(str::to_owned).zip(en.lines().map(str::to_owned)).collect()
    };
    assert!(pairs.len() < lines("all"));
    assert_eq!(lines("once"), pairs.len());
    for name in ["once/tsv/sentences.tsv", "once/csv/sentences.csv"] {
        assert_eq!(text(name).lines().count(), pairs.len() + 1, "{name}");
    }
    assert_eq!(text("once/xliff/az-en.xlf").matches("<unit ").count(), pairs.len());
}
