//! Words are learned: from the texts themselves, and from a translation memory.

use crate::desk::{Desk, korpu, same};
use crate::news;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn call(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(korpu()).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// The Azerbaijani and English documents of the gold under the tags of languages of which nothing is known, with a list of jobs. Gives
/// the gold ladder and the ladder to come of each.
fn forgotten(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/gold");
    let mut names: Vec<String> =
        fs::read_dir(gold.join("beads")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut jobs = String::new();
    let mut ladders = Vec::new();
    for name in names {
        let Some((source, target)) = name.strip_suffix(".beads").and_then(|n| n.split_once("--")) else { continue };
        if !(source.ends_with(".az") && target.ends_with(".en")) {
            continue;
        }
        let copy = |document: &str, tag: &str| {
            let copy = format!("{document}.{tag}");
            fs::copy(gold.join("docs").join(format!("{document}.txt")), folder.join(&copy)).unwrap();
            copy
        };
        let (a, b) = (copy(source, "qaa"), copy(target, "qab"));
        jobs.push_str(&format!("{a}\t{b}\t{name}\n"));
        ladders.push((gold.join("beads").join(&name), folder.join(&name)));
    }
    fs::write(folder.join("jobs.tsv"), jobs).unwrap();
    ladders
}

fn f1(folder: &Path, arguments: &[&str]) -> f64 {
    let ladders = forgotten(folder);
    let output = call(folder, &[&["align", "--batch", "jobs.tsv"], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let read = |path: &Path| korpu::evaluate::parse_ladder(&fs::read_to_string(path).unwrap()).unwrap();
    let mut all = korpu::evaluate::Score::default();
    ladders.iter().for_each(|(gold, found)| all += korpu::evaluate::score(&read(gold), &read(found)));
    all.strict().f1
}

#[test]
fn a_dozen_documents_teach_the_words_of_languages_that_nobody_knows() {
    let folder = tempfile::tempdir().unwrap();
    let (without, with) = (f1(folder.path(), &[]), f1(folder.path(), &["--learn"]));
    assert!(with > without + 0.01, "{with:.3} with --learn, {without:.3} without");
}

#[test]
fn what_is_learned_does_not_depend_on_the_number_of_threads() {
    let beads = |jobs: &str| {
        let folder = tempfile::tempdir().unwrap();
        f1(folder.path(), &["--learn", "--jobs", jobs]);
        forgotten(folder.path()).iter().map(|(_, found)| fs::read(found).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(beads("1"), beads("2"));
}

/// A translation memory in Finnish and Hungarian.
fn memory(units: &[(&str, &str)]) -> String {
    let unit = |(a, b): &(&str, &str)| {
        format!("<tu><tuv xml:lang=\"hu\"><seg>{b}</seg></tuv><tuv xml:lang=\"fi-FI\"><seg>{a}</seg></tuv></tu>")
    };
    format!("<tmx version=\"1.4\"><header/><body>{}</body></tmx>", units.iter().map(unit).collect::<String>())
}

#[test]
fn a_translation_memory_teaches_whichever_language_stands_first() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.fi", "Talo paloi eilen.\nKoira haukkui pihalla.\n");
    write("b.hu", "Kiraboltak egy üzletet.\nA kutya ugatott.\n");
    write(
        "m.tmx",
        &memory(&[
            ("Koira haukkui aina.", "A kutya mindig ugatott."),
            ("Missä koira on?", "Hol van a kutya?"),
            ("Naapurin koira haukkui.", "A szomszéd kutyája ugatott."),
            ("Koira söi.", "A kutya evett."),
        ]),
    );
    let confidence = |arguments: &[&str]| -> f32 {
        let output = call(folder.path(), &[&["align", "a.fi", "b.hu", "--format", "tsv"], arguments].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        let told = text(&output.stderr).contains("m.tmx: 4 pairs of segments taken");
        assert_eq!(told, !arguments.is_empty(), "{}", text(&output.stderr));
        let line = text(&output.stdout).lines().find(|l| l.contains("Koira") && l.contains("kutya")).map(str::to_owned);
        line.expect("the dogs are aligned").split('\t').nth(1).unwrap().parse().unwrap()
    };
    let (without, with) = (confidence(&[]), confidence(&["--tm", "m.tmx"]));
    assert!(with > without, "{with} with the memory, {without} without");
}

#[test]
fn what_is_no_translation_memory_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, content: &str, expected: &str| {
        fs::write(folder.path().join(name), content).unwrap();
        fs::write(folder.path().join("a.fi"), "Koira.\n").unwrap();
        fs::write(folder.path().join("b.hu"), "Kutya.\n").unwrap();
        let output = call(folder.path(), &["align", "a.fi", "b.hu", "--tm", name]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    };
    check("words.tsv", "koira\tkutya\n", "words.tsv: it is no TMX");
    check("empty.tmx", &memory(&[]), "empty.tmx: nothing to learn from");
    check("cut.tmx", "<tmx><body><tu>", "cut.tmx: nothing to learn from: line 1: the file ends in the middle");
}

#[test]
fn a_store_is_learned_from_and_aligned_anew() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..30) {
        desk.put(&name, page);
    }
    desk.run("one", &["--learn", "--jobs", "1"]);
    desk.run("two", &["--learn", "--jobs", "2"]);
    let one = desk.outputs("one");
    same(&one, &desk.outputs("two"));
    // Nothing is new: nothing is done.
    assert_eq!(desk.run("one", &["--learn"]).count("aligned"), 0);
    same(&one, &desk.outputs("one"));
    // First without, then with: the same beads.
    desk.run("three", &[]);
    let store = desk.path("three").join("corpus.korpu");
    let output = Command::new(korpu()).args(["align", "--learn", "--store"]).arg(&store).output().unwrap();
    assert!(output.status.success() && text(&output.stdout).contains("pairs aligned"), "{}", text(&output.stderr));
    assert!(desk.beads("one") == desk.beads("three"), "the beads differ");
}
