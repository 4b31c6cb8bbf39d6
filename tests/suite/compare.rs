//! Renderings compared: the seeds where they are at hand, every difference in the sample's gold, and what the command prints.

use assert_cmd::Command;
use korpu::language::Lang;
use korpu::model::{Contrast, Document, Group, Identification, Quote, Rendering, Span};
use korpu::pipeline::{Knowledge, compare_groups};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn korpu() -> Command {
    Command::cargo_bin("korpu").unwrap()
}

fn compared(folder: &Path, files: &[&str], format: &str) -> String {
    let run = korpu()
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .args(["-q", "quotes", "--compare", "--format", format])
        .args(files)
        .assert();
    String::from_utf8(run.success().get_output().stdout.clone()).unwrap()
}

/// The name of each difference with its words on either side.
fn differences(jsonl: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in jsonl.lines() {
        let statement: Value = serde_json::from_str(line).unwrap();
        for contrast in statement["contrasts"].as_array().unwrap() {
            for d in contrast["differences"].as_array().unwrap() {
                let words = |side: &str| {
                    let words: Vec<&str> = d[side].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
                    words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
                };
                let name = |side: &str| d[side].as_str().unwrap_or_default().to_owned();
                all.push(format!(
                    "{}|{}|{}|{}|{}",
                    d["name"].as_str().unwrap(),
                    name("from"),
                    name("to"),
                    words("source_texts"),
                    words("target_texts")
                ));
            }
        }
    }
    all
}

#[test]
fn a_reader_of_the_seeds_sees_what_each_outlet_made_of_the_statements() {
    let shared = env::var_os("KORPU_SHARED").map_or_else(|| home().join("../shared"), PathBuf::from);
    let seeds = shared.join("data/seeds");
    if !seeds.exists() {
        assert!(env::var("CI").is_err(), "{} is not there", seeds.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [("a.en.txt", "000_e633b9a43a37ef55.txt"), ("b.en.txt", "001_62c8e093c888456c.txt")] {
        fs::copy(seeds.join(seed), folder.path().join(name)).unwrap();
    }
    let found = differences(&compared(folder.path(), &["a.en.txt", "b.en.txt"], "jsonl"));
    let shown = found.join("\n");
    for expected in [
        "hedge-dropped|almost||almost all|all",
        "intensifier-dropped|strong||very satisfied|satisfied",
        "hedge-dropped|at-least||at least|",
        "hedge-dropped|source||according to our statistics|",
        "intensifier-softer|extreme|strong|extremely|very",
        "form-changed|direct|indirect||",
        "form-changed|direct|mixed||",
    ] {
        assert!(found.iter().any(|d| d == expected), "{expected} is not in:\n{shown}");
    }
    // 60% is 60 percent, nine is 9, this year is 2017, November 1 is Nov.1.
    assert!(!found.iter().any(|d| d.starts_with("number-")), "{shown}");
}

/// A document with its quotes.
type Quoted = (Document, Vec<Quote>);

/// The gold's statements as groups of one list of documents.
fn gold() -> (Vec<Quoted>, Vec<(String, Group)>) {
    let mut documents: Vec<(Document, Vec<Quote>)> = Vec::new();
    let mut groups = Vec::new();
    for line in fs::read_to_string(home().join("corpus/gold/quotes.jsonl")).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let mut renderings = Vec::new();
        for rendering in record["renderings"].as_array().unwrap() {
            let id = rendering["doc"].as_str().unwrap();
            let n = documents.iter().position(|(d, _)| d.id == id).unwrap_or_else(|| {
                let text = fs::read_to_string(home().join(format!("corpus/gold/docs/{id}.txt"))).unwrap();
                let lang: Lang = rendering["lang"].as_str().unwrap().parse().unwrap();
                let language = Identification { lang, confidence: 1.0 };
                documents.push((Document { id: id.into(), text, language, ..Document::default() }, Vec::new()));
                documents.len() - 1
            });
            let spans: Vec<Span> = serde_json::from_value(rendering["spans"].clone()).unwrap();
            let quotes = &mut documents[n].1;
            renderings.push(Rendering {
                document: id.into(),
                quote: quotes.len() as u32,
                spans: spans.clone(),
                confidence: 1.0,
            });
            quotes.push(Quote {
                spans,
                clause: None,
                form: serde_json::from_value(rendering["form"].clone()).unwrap(),
                cue: None,
                mention: None,
                speaker: Some(record["speaker"].as_str().unwrap().into()),
                alternatives: Vec::new(),
                confidence: 1.0,
                earlier: false,
                insertions: Vec::new(),
                recovered: None,
            });
        }
        let id = format!("{} {}", record["work"].as_str().unwrap(), record["id"].as_str().unwrap());
        groups.push((id.clone(), Group { id, renderings, confidence: 1.0 }));
    }
    (documents, groups)
}

/// What differs between the renderings of the gold: all of it was read by a person, and is kept to be read again when it changes.
/// Forms aside, of which the gold tells by itself.
#[test]
fn every_difference_in_gold_is_as_it_was_read() {
    let (documents, named) = gold();
    let groups: Vec<Group> = named.iter().map(|(_, group)| group.clone()).collect();
    let contrasts: Vec<Vec<Contrast>> = compare_groups(&documents, &groups, Knowledge::default());
    let text = |id: &str| documents.iter().find(|(d, _)| d.id == id).unwrap().0.text.as_str();
    let mut found = String::new();
    let mut pairs = 0;
    for ((id, group), contrasts) in named.iter().zip(&contrasts) {
        for contrast in contrasts {
            pairs += 1;
            let [a, b] = [contrast.source, contrast.target].map(|n| group.renderings[n as usize].document.as_str());
            let short = |document: &str| document.split_once('.').unwrap().1.to_owned();
            for d in contrast.differences.iter().filter(|d| d.name() != "form-changed") {
                let words = |id: &str, spans: &[Span]| {
                    spans.iter().map(|s| s.of(text(id))).collect::<Vec<_>>().join(" … ").replace('\n', " ")
                };
                let (source, target) = (words(a, &d.source), words(b, &d.target));
                found.push_str(&format!("{id}\t{}\t{}\t{}\t{source}\t{target}\n", short(a), short(b), d.name()));
            }
        }
    }
    assert!(pairs > 150, "{pairs}");
    let golden = home().join("tests/golden/compare/gold.tsv");
    if env::var_os("BLESS").is_some() {
        fs::create_dir_all(golden.parent().unwrap()).unwrap();
        fs::write(&golden, &found).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(found == expected, "{} differs; BLESS=1 cargo test, then read the diff", golden.display());
}

#[test]
fn differences_are_printed_as_text_as_json_and_as_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "one.en.txt",
        "Mayor Ann Berg spoke on Monday.\n\n\"We are very satisfied with almost all bridges of the city,\" Ann Berg said.\n",
    );
    write(
        "two.en.txt",
        "Mayor Ann Berg spoke on Monday.\n\nAnn Berg said that the city was satisfied with all bridges of the city.\n",
    );
    let files = ["one.en.txt", "two.en.txt"];
    let text = compared(folder.path(), &files, "text");
    for expected in [
        "1. Ann Berg",
        "a one.en.txt (direct, Ann Berg): We are very satisfied",
        "form: direct became indirect\n",
        "hedge dropped: “almost all” became “all”\n",
        "intensifier dropped: “very satisfied” became “satisfied”\n",
        "two.en.txt: of 1 statements that others quote",
        "1 turned indirect",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    let found = differences(&compared(folder.path(), &files, "jsonl"));
    assert!(found.contains(&"hedge-dropped|almost||almost all|all".to_owned()), "{found:?}");
    let page = compared(folder.path(), &files, "html");
    assert!(page.contains("<del>almost all</del>") && page.contains("<details class=\"wording\">"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    let refused =
        korpu().current_dir(folder.path()).args(["quotes", "--compare", "--format", "tsv"]).args(files).assert();
    refused.failure();
}
