//! Quotes: golden cases, one a phenomenon, and floors on the quotes of the sample's gold. With `--no-capture` the figures are
//! printed, and what was missed. The gold was looked at while the rules were written: it guards them, and measures nothing.

use assert_cmd::Command;
use korpu::language::{Languages, lower};
use korpu::model::{Form, Quote, Span};
use korpu::quote::Finder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// BLAKE3 of the gold's quotes. The floors hold for this gold.
const GOLD: &str = "f44806ef96a99c807a254dfc399d74cf73e63f2263526ce8f95d0741e986a34a";

/// By form: the share of gold spans found, of those found with both ends right, and of speakers that are right.
const FLOORS: [(Form, f64, f64, f64); 4] = [
    (Form::Direct, 1.0, 0.99, 0.97),
    (Form::Mixed, 1.0, 0.97, 0.97),
    (Form::Indirect, 0.96, 0.91, 0.86),
    (Form::Headline, 1.0, 1.0, 1.0),
];

/// Of what is found, so much has no counterpart in the gold at most.
const FALSE: f64 = 0.06;

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn korpu() -> Command {
    Command::cargo_bin("korpu").unwrap()
}

#[test]
fn every_golden_case_is_found_as_it_was() {
    let cases = fs::read_dir(home().join("tests/golden/quotes")).unwrap().map(|entry| entry.unwrap().path());
    let mut seen = 0;
    for case in cases {
        let mut names = fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let text = names.find(|name| name.ends_with(".txt")).unwrap();
        let run = korpu().current_dir(&case).args(["quotes", "--format", "jsonl", &text]).assert().success();
        let found = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        let golden = case.join("quotes.jsonl");
        if env::var_os("BLESS").is_some() {
            fs::write(&golden, &found).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert!(found == expected, "{} differs; BLESS=1 cargo test, then read the diff", golden.display());
        seen += 1;
    }
    assert!(seen >= 19);
}

/// A statement of gold in one document.
struct Rendering {
    form: Form,
    /// The words: of a mixed one those in marks.
    spans: Vec<Span>,
    /// All of it.
    whole: Vec<Span>,
    speaker: String,
}

/// The renderings of each document of gold.
fn gold() -> BTreeMap<String, Vec<Rendering>> {
    let mut documents: BTreeMap<String, Vec<Rendering>> = BTreeMap::new();
    for line in fs::read_to_string(home().join("corpus/gold/quotes.jsonl")).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        for rendering in record["renderings"].as_array().unwrap() {
            let spans = |key: &str| -> Vec<Span> { serde_json::from_value(rendering[key].clone()).unwrap_or_default() };
            let (marked, whole) = (spans("marked"), spans("spans"));
            documents.entry(rendering["doc"].as_str().unwrap().to_owned()).or_default().push(Rendering {
                form: serde_json::from_value(rendering["form"].clone()).unwrap(),
                spans: if marked.is_empty() { whole.clone() } else { marked },
                whole,
                speaker: record["speaker"].as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    documents
}

/// The consonants of a name by their kind, the first three: alike in every spelling of it.
fn skeleton(name: &str) -> String {
    let word = name.split_whitespace().next_back().unwrap_or_default();
    let mut latin = String::new();
    for c in lower(word, Default::default()).chars() {
        match Languages::bundled().iter().find_map(|l| l.romanised(c)) {
            Some(letters) if !c.is_ascii() => latin.push_str(letters),
            _ => latin.push(c),
        }
    }
    let latin = latin.replace("dzh", "j");
    let kind = |c: char| match c {
        'b' | 'p' => Some('p'),
        'd' | 't' => Some('t'),
        'j' | 'z' | 's' | 'c' => Some('s'),
        'v' | 'w' | 'f' => Some('f'),
        'l' | 'm' | 'n' | 'r' => Some(c),
        _ => None,
    };
    let mut kinds: Vec<char> = latin.chars().filter_map(kind).collect();
    kinds.dedup();
    kinds.into_iter().take(3).collect()
}

fn shared(a: Span, b: Span) -> u32 {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

/// The words of a span without what may stand or not at its ends.
fn core(span: Span, text: &str) -> &str {
    span.of(text).trim_matches(|c: char| c.is_whitespace() || ",.;:!?…«»“”\"–—-".contains(c))
}

#[derive(Default)]
struct Tally {
    spans: usize,
    found: usize,
    exact: usize,
    speakers: usize,
}

#[test]
fn the_quotes_of_gold_are_found_with_their_speakers() {
    let mut tallies: BTreeMap<Form, Tally> = BTreeMap::new();
    let (mut all, mut wrong) = (0, 0);
    for (name, renderings) in gold() {
        let text = fs::read_to_string(home().join(format!("corpus/gold/docs/{name}.txt"))).unwrap();
        let lang = name.rsplit_once('.').unwrap().1;
        let quotes = Finder::new(Languages::bundled().get(lang)).quotes(&text);
        for rendering in &renderings {
            let tally = tallies.entry(rendering.form).or_default();
            for span in &rendering.spans {
                let half = |s: &Span| 2 * shared(*s, *span) as usize >= span.len();
                let by_part: Vec<(&Quote, &Span)> =
                    quotes.iter().flat_map(|q| q.spans.iter().map(move |s| (q, s))).filter(|(_, s)| half(s)).collect();
                tally.spans += 1;
                tally.found += usize::from(!by_part.is_empty());
                tally.exact += usize::from(by_part.iter().any(|(_, s)| core(**s, &text) == core(*span, &text)));
                let named = |q: &Quote| q.speaker.as_deref().map(skeleton) == Some(skeleton(&rendering.speaker));
                let right = by_part.iter().any(|(q, _)| named(q));
                tally.speakers += usize::from(right);
                if !right {
                    let speaker = by_part.first().map(|(q, _)| q.speaker.as_deref().unwrap_or("nobody"));
                    println!("{name}: {} by {}: {speaker:?}", span.of(&text), rendering.speaker);
                }
            }
        }
        let known = |s: &Span| renderings.iter().flat_map(|r| &r.whole).any(|g| shared(*s, *g) > 0);
        for quote in &quotes {
            all += 1;
            if !quote.spans.iter().any(known) {
                wrong += 1;
                println!("{name}: no quote: {}", quote.spans[0].of(&text));
            }
        }
    }
    for (form, found, exact, speakers) in FLOORS {
        let tally = &tallies[&form];
        let share = |n: usize| n as f64 / tally.spans as f64;
        println!(
            "{form:?}: {} spans, found {:.3}, exact {:.3}, speakers {:.3}",
            tally.spans,
            share(tally.found),
            share(tally.exact),
            share(tally.speakers)
        );
        assert!(share(tally.found) >= found, "{form:?}: found {:.3}", share(tally.found));
        assert!(share(tally.exact) >= exact, "{form:?}: exact {:.3}", share(tally.exact));
        assert!(share(tally.speakers) >= speakers, "{form:?}: speakers {:.3}", share(tally.speakers));
    }
    println!("{wrong} of {all} are none");
    assert!((wrong as f64) <= FALSE * all as f64, "{wrong} of {all} are no quotes");
    let hash = blake3::hash(&fs::read(home().join("corpus/gold/quotes.jsonl")).unwrap());
    assert_eq!(hash.to_hex().as_str(), GOLD, "the gold changed: measure the floors anew and note its hash");
}

#[test]
fn every_format_says_who_said_what() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talks.en.txt");
    fs::write(&file, "Mayor Ann Berg spoke.\n\n\"We agree,\" she said. \"It was time.\"\n").unwrap();
    let run = |format: &str| {
        let run = korpu().current_dir(folder.path()).args(["quotes", "--format", format, "talks.en.txt"]).assert();
        String::from_utf8(run.success().get_output().stdout.clone()).unwrap()
    };
    assert_eq!(run("text"), "Ann Berg (direct): We agree, … It was time.\n");
    assert_eq!(
        run("tsv"),
        "talks.en.txt\t24\t33\tdirect\tAnn Berg\t0.75\tWe agree,\ntalks.en.txt\t46\t58\tdirect\tAnn Berg\t0.75\tIt was time.\n"
    );
    let lines: Vec<Value> = run("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|l| l["quote"] == 0 && l["cue"] == "said" && l["mention"] == "she" && l["lang"] == "en"));
}

#[test]
fn quotes_of_a_store_name_their_document() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("my.korpu");
    let page = "corpus/sample/khezerxeber";
    korpu().args(["-q", "ingest", page, "--store", store.to_str().unwrap()]).assert().success();
    let run = korpu().args(["quotes", "--format", "tsv", "--store", store.to_str().unwrap()]).assert().success();
    let found = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(found.lines().count() > 10 && found.lines().all(|line| line.starts_with('d')), "{found}");
}
