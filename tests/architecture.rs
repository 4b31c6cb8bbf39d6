//! The rules of the house (ARCHITECTURE.md), held against the text of every file in `src`: who may know whom, who may
//! touch the world, what no algorithm may name, and what no file may be called.
//!
//! A rule looks at one [`File`] and gives its faults in words. Whoever breaks a rule on purpose changes the table here,
//! in a commit that says why.

#[path = "architecture/source.rs"]
mod source;

use source::Source;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// Every room of the crate and the rooms that it may know besides itself and `error`. A new room is entered here.
const ROOMS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("language", &[]),
    ("model", &["language"]),
    ("ingest", &["language", "model"]),
    ("identify", &["language", "model"]),
    ("segment", &["language", "model"]),
    // Words and figures are of segments, and every representation begins with them.
    ("represent", &["language", "model", "segment"]),
    // Cues and clauses stand in sentences.
    ("quote", &["language", "model", "segment"]),
    ("pair", &["language", "model", "represent"]),
    ("align", &["language", "model", "represent"]),
    ("learn", &["model", "represent"]),
    // Names are compared by the letters and endings of their languages.
    ("link", &["language", "model", "represent"]),
    // Shades are words.
    ("compare", &["language", "model", "segment", "represent"]),
    ("embed", &[]),
    ("export", &["language", "model"]),
    ("evaluate", &["language", "model"]),
    ("import", &["language", "model"]),
    ("decide", &["model"]),
    // It marks the beads that hold by a decision.
    ("store", &["language", "model", "decide"]),
    (
        "pipeline",
        &[
            "language",
            "model",
            "ingest",
            "identify",
            "segment",
            "represent",
            "pair",
            "align",
            "learn",
            "embed",
            "quote",
            "link",
            "compare",
            "export",
            "decide",
            "import",
            "store",
        ],
    ),
    // A driver, as `cli` is.
    ("review", &["language", "model", "segment", "export", "decide", "store", "pipeline"]),
    (
        "cli",
        &[
            "language",
            "model",
            "ingest",
            "identify",
            "segment",
            "represent",
            "pair",
            "align",
            "learn",
            "export",
            "evaluate",
            "import",
            "store",
            "pipeline",
            "review",
        ],
    ),
    ("main", &["cli"]),
];

/// What reaches out of the process or has a life of its own, and the rooms, or single files, that may name it. A glob
/// would hide it.
const WORLD: &[(&str, &[&str])] = &[
    ("rayon", &["pipeline", "cli"]),
    ("std::thread", &["pipeline", "cli", "review/app.rs"]),
    ("rusqlite", &["store"]),
    // Besides the drivers: a linguist's folder of languages is read by `Languages::with_folder`, a model by `Encoder::open`.
    (
        "std::fs",
        &["pipeline", "cli", "store", "import", "language/resources.rs", "embed/directory.rs", "embed/tensors.rs"],
    ),
    ("candle_core", &["embed"]),
    ("candle_nn", &["embed"]),
    ("tokenizers", &["embed"]),
    ("tempfile", &["pipeline", "cli"]),
    ("std::*", &[]),
    ("std::time::*", &[]),
    ("std::io::*", &[]),
    ("std::time::SystemTime", &["pipeline", "cli", "review/app.rs"]),
    ("std::time::Instant", &["pipeline", "cli"]),
    ("std::env", &["pipeline", "cli"]),
    ("std::io::stdin", &["pipeline", "cli"]),
    ("std::io::stdout", &["cli"]),
    ("std::io::stderr", &["cli"]),
    ("std::process", &["cli", "main"]),
    ("std::net", &["review", "cli/review.rs"]),
    ("anyhow", &["cli"]),
    ("axum", &["review"]),
    ("tokio", &["review"]),
    ("askama", &["review"]),
    ("getrandom", &["review"]),
    ("clap", &["cli"]),
    ("console", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
];

/// Macros that print, and those that leave something for later, with the rooms that may call them.
const MACROS: &[(&str, &[&str])] = &[
    ("print", &["cli"]),
    ("println", &["cli"]),
    ("eprint", &["cli"]),
    ("eprintln", &["cli"]),
    ("dbg", &[]),
    ("todo", &[]),
    ("unimplemented", &[]),
];

/// Files that are tables of languages: the bundled ones, and the codes that the registries have for one language.
const TABLES: &[&str] = &["language/bundled.rs", "language/lang.rs"];

/// Literals that look like a bundled language to an algorithm, and are none.
const NO_LANGUAGE: &[(&str, &str)] = &[
    // A row of a table in HTML, and a transcription in XDXF.
    ("import/glossary/markup.rs", "tr"),
    ("export/mod.rs", "en-GB"), // The language of the words that korpu itself writes into headers.
    ("ingest/content.rs", "tr"), // The row of a table in HTML.
    ("ingest/tree.rs", "tr"),
];

/// Names of rooms where things live that belong to nobody.
const NOBODY: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc"];

/// A file of more lines has more than one subject, unless it stands in [`LONG`].
const LINES: usize = 600;

/// Files that may be longer, each with the reason.
const LONG: &[(&str, &str)] = &[];

/// A file of `src`.
struct File {
    /// Its path in `src`, `/` between the parts.
    path: String,
    text: String,
    source: Source,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        File { path: path.to_owned(), text: text.to_owned(), source: Source::new(text) }
    }

    /// Its place in the crate: `["store", "open"]` for `store/open.rs`, `["store"]` for `store/mod.rs`.
    fn module(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.path.trim_end_matches(".rs").split('/').collect();
        if matches!(parts[..], [.., "mod"] | ["lib"]) {
            parts.pop();
        }
        parts
    }

    /// The room it is in; `lib.rs`, which lists the rooms, is in none.
    fn room(&self) -> Option<&str> {
        self.module().first().copied()
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| *place == self.path || Some(*place) == self.room())
    }

    fn fault(&self, line: usize, what: &str) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }
}

/// The files of `src`, without those that are only for tests; read once.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
                files.push(File::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    without_test_files(files)
});

/// Leaves out the files of modules declared `#[cfg(test)]`.
fn without_test_files(files: Vec<File>) -> Vec<File> {
    let for_tests: BTreeSet<String> = files
        .iter()
        .flat_map(|file| {
            file.source.test_modules.iter().map(|name| [&file.module()[..], &[name.as_str()]].concat().join("::"))
        })
        .collect();
    files.into_iter().filter(|file| !for_tests.contains(&file.module().join("::"))).collect()
}

fn rooms(file: &File) -> Vec<String> {
    let Some(room) = file.room() else { return Vec::new() };
    let Some((_, known)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![file.fault(1, &format!("the room {room} is not in the table: say there whom it may know"))];
    };
    // `main.rs` is a crate of its own.
    let module = if room == "main" { Vec::new() } else { file.module() };
    let mut faults = Vec::new();
    for known_path in file.source.paths(&module) {
        let mut parts = known_path.path.split("::");
        if parts.next() != Some("crate") {
            continue;
        }
        match parts.next() {
            // What `lib.rs` gives out of `error`.
            Some("Error" | "Result") => {}
            Some(other) if other == room || other == "error" || known.contains(&other) => {}
            Some(other) if other != "*" => {
                faults.push(file.fault(known_path.line, &format!("{room} may not know {other} ({})", known_path.path)));
            }
            _ => faults.push(file.fault(known_path.line, "the whole crate is named: name the room")),
        }
    }
    faults
}

fn world(file: &File) -> Vec<String> {
    let mut faults = Vec::new();
    for known in file.source.paths(&file.module()) {
        for (path, places) in WORLD {
            let named = known.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
            if named && !file.is_in(places) {
                faults.push(file.fault(known.line, &format!("{} is not for this place", known.path)));
            }
        }
    }
    for (name, line) in file.source.macros() {
        if MACROS.iter().any(|(forbidden, places)| *forbidden == name && !file.is_in(places)) {
            faults.push(file.fault(line, &format!("{name}! is not for this place")));
        }
    }
    faults
}

fn languages(file: &File, tags: &[&str]) -> Vec<String> {
    if TABLES.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let named = |literal: &str| {
        let tag = literal.split(['-', '_']).next().unwrap_or_default();
        tags.iter().any(|known| tag.eq_ignore_ascii_case(known)) && !NO_LANGUAGE.contains(&(&file.path, literal))
    };
    let fault = |(literal, line)| file.fault(line, &format!("{literal:?} names a language: ask for a property"));
    file.source.literals().filter(|(literal, _)| named(literal)).map(fault).collect()
}

fn names(file: &File) -> Vec<String> {
    let path = file.path.trim_end_matches(".rs").split('/').map(|part| (part, 1));
    let fault =
        |(name, line)| file.fault(line, &format!("{name} is a room for nobody: a function lives with its noun"));
    path.chain(file.source.modules()).filter(|(name, _)| NOBODY.contains(name)).map(fault).collect()
}

fn openings(file: &File) -> Vec<String> {
    let of_a_room = file.path.ends_with("mod.rs") || file.module().len() < 2;
    if file.source.opens_with_its_noun(of_a_room) {
        return Vec::new();
    }
    let expected = if of_a_room { "`//!`" } else { "`//!`, or `///` on its first item" };
    vec![file.fault(1, &format!("does not open by saying what it is about: {expected}"))]
}

fn lengths(file: &File) -> Vec<String> {
    let (lines, allowed) = (file.text.lines().count(), LONG.iter().any(|(path, _)| *path == file.path));
    match (lines > LINES, allowed) {
        (true, false) => vec![file.fault(lines, &format!("more than {LINES} lines: has it one subject?"))],
        (false, true) => vec![file.fault(lines, "no longer long: take it off the list")],
        _ => Vec::new(),
    }
}

/// The tags of the bundled languages: the folders in `languages`.
fn tags() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("languages");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.path().join("language.toml").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

#[track_caller]
fn hold(rule: impl Fn(&File) -> Vec<String>) {
    let faults: Vec<String> = FILES.iter().flat_map(rule).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_room_knows_only_the_rooms_below_it() {
    hold(rooms);
}

#[test]
fn only_drivers_touch_the_world() {
    hold(world);
}

#[test]
fn no_language_is_named_in_an_algorithm() {
    let tags = tags();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    assert!(tags.len() >= 4, "{tags:?}");
    hold(|file| languages(file, &tags));
}

#[test]
fn no_room_is_for_nobody() {
    hold(names);
}

#[test]
fn a_file_opens_with_its_noun() {
    hold(openings);
}

#[test]
fn a_file_has_one_subject() {
    hold(lengths);
}

#[test]
fn every_exception_is_still_needed() {
    let unused = NO_LANGUAGE.iter().filter(|(path, literal)| {
        !FILES.iter().any(|file| file.path == *path && file.source.literals().any(|(found, _)| found == *literal))
    });
    let gone = LONG.iter().filter(|(path, _)| !FILES.iter().any(|file| file.path == *path));
    let left: Vec<_> = unused.chain(gone).collect();
    assert!(left.is_empty(), "take off the lists: {left:?}");
}

#[test]
fn every_room_and_every_dependency_has_its_place_in_the_architecture() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let architecture = read("ARCHITECTURE.md");
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    for (room, _) in ROOMS.iter().filter(|(room, _)| *room != "main") {
        assert!(architecture.contains(&format!("### {room}\n")), "ARCHITECTURE.md has no section on {room}");
    }
    for kind in ["dependencies", "dev-dependencies"] {
        for name in manifest[kind].as_table().unwrap().keys() {
            assert!(architecture.contains(&format!("`{name}`")), "ARCHITECTURE.md does not say what {name} is for");
        }
    }
}

/// Each rule on a small file that keeps or breaks it.
mod rules {
    use super::*;

    #[track_caller]
    fn check(rule: impl Fn(&File) -> Vec<String>, path: &str, text: &str, expected: &[&str]) {
        let faults = rule(&File::new(path, text));
        assert_eq!(faults, expected, "{path}: {text}");
    }

    #[test]
    fn a_step_that_knows_another_step_is_found_however_it_names_it() {
        let check = |text: &str, line: usize, path: &str| {
            let fault = format!("src/align/band.rs:{line}: align may not know pair ({path})");
            check(rooms, "align/band.rs", text, &[&fault]);
        };
        check("use crate::pair;", 1, "crate::pair");
        check("use crate::{model::Bead, pair::works as w};", 1, "crate::pair::works");
        check("use crate::{\n    model::Bead,\n    pair::{self},\n};", 3, "crate::pair");
        check("use super::super::pair::works;", 1, "crate::pair::works");
        check("pub use super::super::pair::*;", 1, "crate::pair::*");
        check("fn f() {\n    let x = crate::pair::works(&[]);\n}", 2, "crate::pair::works");
        check("fn f(x: &[crate::pair::Index]) {}", 1, "crate::pair::Index");
        check("impl From<u8> for crate::pair::Index {}", 1, "crate::pair::Index");
        check("macro_rules! m { () => { $crate::pair::works() } }", 1, "crate::pair::works");
        check("mod inner {\n    use super::super::super::pair::works;\n}", 2, "crate::pair::works");
        check("use korpu::pair::works;", 1, "crate::pair::works");
    }

    #[test]
    fn a_step_may_know_what_is_below_it() {
        let check = |text: &str| check(rooms, "align/band.rs", text, &[]);
        check("use crate::language::Lang;\nuse crate::model::{Bead, Span};\nuse crate::represent::Term;");
        check("use super::lattice;\nuse crate::align::weights;\nuse crate::{Error, Result};");
        check("pub(in crate::align) fn f() -> crate::error::Result<()> { pair::works() }");
        check("/// Like [`crate::pair::works`].\n// crate::pair\n/* crate::pair /* crate::pair */ */ fn f() {}");
        check("const PATH: &str = \"crate::pair\"; const RAW: &str = r#\"\"crate::pair\"#; const C: char = '\"';");
        check("fn f<'a>(x: &'a str) {}\n#[cfg(test)]\nmod tests { use crate::pair::works; }");
        check("#[cfg(all(test, unix))]\n#[allow(dead_code)]\nfn f() -> [u8; 2] { crate::pair::works() }");
    }

    #[test]
    fn code_that_is_not_for_tests_stays_in_sight() {
        let expected = &["src/model/pair.rs:3: model may not know store (crate::store)"][..];
        check(rooms, "model/pair.rs", "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::store;", expected);
        check(rooms, "model/pair.rs", "#[cfg(test)]\nmod samples;\nuse crate::store;", expected);
        check(rooms, "model/pair.rs", "#[cfg(unix)]\n#[allow(x)]\nuse crate::store;", expected);
        check(rooms, "model/pair.rs", "#[cfg(not(test))]\n\nuse crate::store;", expected);
    }

    #[test]
    fn the_rooms_stand_one_above_the_other() {
        let check = |path: &str, text: &str, expected: &str| check(rooms, path, text, &[expected]);
        check(
            "language/lang.rs",
            "use crate::model::Span;",
            "src/language/lang.rs:1: language may not know model (crate::model::Span)",
        );
        check("store/open.rs", "use crate::ingest;", "src/store/open.rs:1: store may not know ingest (crate::ingest)");
        check("pipeline.rs", "use crate::cli;", "src/pipeline.rs:1: pipeline may not know cli (crate::cli)");
        check("main.rs", "use korpu::store;", "src/main.rs:1: main may not know store (crate::store)");
        check("attic/mod.rs", "", "src/attic/mod.rs:1: the room attic is not in the table: say there whom it may know");
        check("pair/mod.rs", "use super::*;", "src/pair/mod.rs:1: the whole crate is named: name the room");
        check("pair/mod.rs", "use crate as c;", "src/pair/mod.rs:1: the whole crate is named: name the room");
    }

    #[test]
    fn a_step_that_touches_the_world_is_found() {
        let check = |text: &str, what: &str| {
            let fault = format!("src/ingest/date.rs:1: {what} is not for this place");
            check(world, "ingest/date.rs", text, &[&fault]);
        };
        check("fn f() { rayon::join(a, b); }", "rayon::join");
        check("fn f() { ::rusqlite::Connection::open(x); }", "rusqlite::Connection::open");
        check("use std::time::{Duration, SystemTime as Clock};", "std::time::SystemTime");
        check("use std::time::*;", "std::time::*");
        check("use std::time; fn f() { time::Instant::now(); }", "std::time::Instant::now");
        check("use std::io; fn f() { io::stdin(); }", "std::io::stdin");
        check("use std::{fs, io::Read};", "std::fs");
        check("fn f() { println!(\"x\"); }", "println!");
        check("fn f() { todo!() }", "todo!");
    }

    #[test]
    fn a_driver_may_touch_its_part_of_the_world() {
        check(world, "pipeline/read.rs", "use rayon::prelude::*; use std::fs; use std::time::Instant;", &[]);
        check(world, "store/open.rs", "use rusqlite::Connection; use std::time::Duration;", &[]);
        check(world, "language/resources.rs", "fn f() { std::fs::read(x); }", &[]);
        check(world, "cli/run.rs", "fn f() { eprintln!(); }", &[]);
        check(world, "align/mod.rs", "use std::io::Write; use std::fmt; fn print() { dbg(clap); }", &[]);
        check(world, "language/lang.rs", "use std::fs;", &["src/language/lang.rs:1: std::fs is not for this place"]);
        check(world, "cli/run.rs", "use rusqlite;", &["src/cli/run.rs:1: rusqlite is not for this place"]);
    }

    #[test]
    fn a_language_in_an_algorithm_is_found() {
        let rule = |file: &File| languages(file, &["az", "tr"]);
        let fault = |literal: &str| format!("src/pair/works.rs:1: {literal:?} names a language: ask for a property");
        for literal in ["az", "tr", "TR", "az-Cyrl", "az_AZ"] {
            check(rule, "pair/works.rs", &format!("if lang == \"{literal}\" {{}}"), &[&fault(literal)]);
            check(rule, "pair/works.rs", &format!("let x = r#\"{literal}\"#;"), &[&fault(literal)]);
        }
        check(
            rule,
            "pair/works.rs",
            "/// \"az\"\nlet x = \"azure\"; // \"az\"\n#[cfg(test)] mod tests { fn f() { \"az\"; } }",
            &[],
        );
        check(rule, "ingest/tree.rs", "const ROW: &str = \"tr\";", &[]);
        check(rule, "language/bundled.rs", "language!(\"az\")", &[]);
    }

    #[test]
    fn a_room_for_nobody_is_found() {
        let nobody = |path: &str, name: &str| {
            format!("src/{path}:1: {name} is a room for nobody: a function lives with its noun")
        };
        for path in ["pair/util.rs", "utils/mod.rs", "helpers.rs", "cli/misc/x.rs"] {
            let name = path.split(['/', '.']).find(|part| NOBODY.contains(part)).unwrap();
            check(names, path, "", &[&nobody(path, name)]);
        }
        check(names, "pair/mod.rs", "mod common { }", &[&nobody("pair/mod.rs", "common")]);
        check(names, "pair/commonality.rs", "mod works;", &[]);
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_about_is_found() {
        let silent =
            |path: &str, expected: &str| format!("src/{path}:1: does not open by saying what it is about: {expected}");
        let anywhere = "`//!`, or `///` on its first item";
        check(openings, "pair/mod.rs", "//! Pairs.\nmod works;", &[]);
        check(openings, "pair/works.rs", "use a::{b, c};\nmod d;\n\n/// A work.\nstruct Work;", &[]);
        check(openings, "pair/mod.rs", "mod works;\n/// A pair.\nstruct Pair;", &[&silent("pair/mod.rs", "`//!`")]);
        check(openings, "error.rs", "/// An error.\nstruct Error;", &[&silent("error.rs", "`//!`")]);
        check(openings, "pair/works.rs", "use a::b;\nstruct Work;", &[&silent("pair/works.rs", anywhere)]);
        check(openings, "pair/works.rs", "", &[&silent("pair/works.rs", anywhere)]);
    }

    #[test]
    fn a_file_with_too_many_lines_is_found() {
        check(lengths, "pair/works.rs", &"\n".repeat(LINES), &[]);
        let fault = "src/pair/works.rs:601: more than 600 lines: has it one subject?";
        check(lengths, "pair/works.rs", &"\n".repeat(LINES + 1), &[fault]);
    }

    #[test]
    fn files_of_test_modules_are_left_out() {
        let files = ["store/mod.rs", "store/samples.rs", "pair/samples.rs"].map(|path| {
            File::new(path, if path == "store/mod.rs" { "#[cfg(test)]\npub(crate) mod samples;" } else { "" })
        });
        let left: Vec<String> = without_test_files(files.into()).into_iter().map(|file| file.path).collect();
        assert_eq!(left, ["store/mod.rs", "pair/samples.rs"]);
    }
}
