//! `korpu align` as a user calls it: what it makes of bad files, what it shows where, and that threads change nothing.

use crate::desk::{Cost, Desk, failure, korpu, same, watched};
use crate::news;
use korpu::evaluate::{Ladder, parse_ladder, score};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

/// For a build without optimisation on a busy machine; what is expected takes a tenth of it.
const LIMIT: Duration = Duration::from_secs(120);

fn gold(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/gold/docs/{name}.txt"))).unwrap()
}

fn az() -> String {
    gold("w01-transit-talks.khazar.az")
}

fn en() -> String {
    gold("w01-transit-talks.khazar.en")
}

fn command(desk: &Desk, arguments: &[&str]) -> Command {
    let mut command = Command::new(korpu());
    command.current_dir(desk.path("in")).arg("align").args(arguments);
    command
}

fn desk(files: &[(&str, &[u8])]) -> Desk {
    let desk = Desk::new();
    for (name, bytes) in files {
        desk.put(name, bytes);
    }
    desk
}

/// Aligns two files and gives the ladder: every segment of either side is in one bead, in time and within `megabytes`.
#[track_caller]
fn ladder(source: (&str, &str), target: (&str, &str), arguments: &[&str], megabytes: u64) -> Ladder {
    let desk = desk(&[(source.0, source.1.as_bytes()), (target.0, target.1.as_bytes())]);
    let Cost { output, megabytes: peak } = watched(command(&desk, &[source.0, target.0]).args(arguments), LIMIT);
    let text = success(output);
    assert!(peak <= megabytes, "{peak} MB");
    let ladder = parse_ladder(&text).unwrap();
    let segments = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count() as u32;
    for (text, ids) in [
        (source.1, ladder.iter().flat_map(|bead| bead.0.clone()).collect::<Vec<_>>()),
        (target.1, ladder.iter().flat_map(|bead| bead.1.clone()).collect()),
    ] {
        let mut ids = ids;
        ids.sort_unstable();
        assert!(ids.into_iter().eq(0..segments(text)), "every segment once");
    }
    ladder
}

fn success(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Aligns two files, which must fail with a message that names what is expected.
#[track_caller]
fn refused(files: &[(&str, &[u8])], arguments: &[&str], expected: &[&str]) {
    let desk = desk(files);
    let message = failure(watched(&mut command(&desk, arguments), LIMIT).output);
    assert!(message.starts_with("korpu: ") && !message.contains("panicked"), "{message}");
    assert!(expected.iter().all(|part| message.contains(part)), "{message}");
}

#[test]
fn against_an_empty_side_every_segment_stands_alone() {
    let found = ladder(("a.az", ""), ("a.en", &en()), &[], 100);
    assert!(found.iter().all(|bead| bead.0.is_empty() && bead.1.len() == 1));
    let found = ladder(("a.az", &az()), ("a.en", "\n \n\t\n\u{feff}"), &[], 100);
    assert!(found.iter().filter(|bead| bead.1.is_empty()).count() + 1 >= found.len());
    assert_eq!(ladder(("a.az", "\n\n"), ("a.en", ""), &[], 100), []);
    // Every form of output is whole.
    let desk = desk(&[("a.az", b""), ("a.en", b"")]);
    for (format, part) in
        [("tsv", ""), ("jsonl", ""), ("tmx", "</tmx>"), ("html", "</html>"), ("side-by-side", "0 sentence beads")]
    {
        let text = success(command(&desk, &["a.az", "a.en", "--format", format]).output().unwrap());
        assert!(text.contains(part), "{format}: {text}");
    }
}

#[test]
fn one_segment_faces_5000() {
    let many: String = (0..5000).map(|n| format!("Sentence {n} of the long side.\n")).collect();
    let there = many.replacen("Sentence 3000 of the long side.", "In 2017 growth in Baku was 60 percent.", 1);
    let one = "2017-ci ildə Bakıda 60 faiz artım olub.\n";
    let found = ladder(("a.az", one), ("a.en", &there), &[], 200);
    assert!(found.contains(&(vec![0], vec![3000])), "{:?}", found.iter().find(|bead| !bead.0.is_empty()));
    let found = ladder(("a.en", &there), ("a.az", one), &[], 200);
    assert!(found.contains(&(vec![3000], vec![0])), "{:?}", found.iter().find(|bead| !bead.1.is_empty()));
}

#[test]
fn identical_sides_are_aligned_each_to_itself() {
    for text in [az(), en()] {
        let found = ladder(("a.az", &text), ("b.az", &text), &[], 100);
        assert!(found.iter().enumerate().all(|(n, bead)| *bead == (vec![n as u32], vec![n as u32])), "{found:?}");
    }
}

/// What holds: translations on one site come out mirrored, bead for bead. Elsewhere ties between equal chains and the
/// search for passages, which goes along the source, may fall differently: at least nine beads in ten are the same.
#[test]
fn swapped_sides_give_mirrored_beads() {
    let mirrored = |ladder: &Ladder| ladder.iter().cloned().map(|(s, t)| (t, s)).collect::<Ladder>();
    let both = |source: &str, target: &str| {
        let (a, b) = ((source, gold(source)), (target, gold(target)));
        let there = ladder((a.0, &a.1), (b.0, &b.1), &[], 100);
        let back = ladder((b.0, &b.1), (a.0, &a.1), &[], 100);
        score(&there, &mirrored(&back)).strict().f1
    };
    for (source, target) in [
        ("w01-transit-talks.khazar.az", "w01-transit-talks.khazar.en"),
        ("w05-caspian-level.agency.az", "w05-caspian-level.agency.ru"),
        ("w08-school-law.agency.en", "w08-school-law.agency.ru"),
    ] {
        assert_eq!(both(source, target), 1.0, "{source} {target}");
    }
    for (source, target) in [
        ("w06-key-rate.khazar.az", "w06-key-rate.gazete.en"),
        ("w09-flood-rescue.lent.ru", "w09-flood-rescue.haber.tr"),
    ] {
        let f1 = both(source, target);
        assert!(f1 >= 0.9, "{source} {target}: {f1}");
    }
}

#[test]
fn wrong_languages_named_cost_quality_and_nothing_else() {
    let right = ladder(("a.az", &az()), ("a.en", &en()), &[], 100);
    for (source, target) in [("en", "az"), ("ru", "tr"), ("und", "und"), ("ar", "zxx"), ("az", "az")] {
        let wrong = ["--source-lang", source, "--target-lang", target];
        let found = ladder(("a.az", &az()), ("a.en", &en()), &wrong, 100);
        let f1 = score(&right, &found).strict().f1;
        assert!(f1 >= 0.75, "{source} {target}: {f1}");
    }
    let desk = desk(&[("a.az", az().as_bytes()), ("a.en", en().as_bytes())]);
    let output = command(&desk, &["a.az", "a.en", "--source-lang", "not a tag"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--source-lang"));
}

#[test]
fn segments_of_a_megabyte_are_aligned() {
    let of = |sentence: &str, last: &str| format!("{}\n{last}\n", sentence.repeat((1 << 20) / sentence.len() + 1));
    let az = of("Bakıda bu gün yağış yağıb, nazir danışıqlar apardı. ", "Salam, dünya!");
    let en = of("It rained in Baku today, the minister held talks. ", "Hello, world!");
    let found = ladder(("a.az", &az), ("a.en", &en), &[], 400);
    assert_eq!(found, [(vec![0], vec![0]), (vec![1], vec![1])]);
    // One word of a megabyte.
    let word = format!("{}\nSalam, dünya!\n", "a".repeat(1 << 20));
    ladder(("a.az", &word), ("a.en", &en), &[], 400);
    ladder(("a.az", &word), ("a.en", &word), &["--format", "beads"], 400);
}

#[test]
fn a_file_of_50000_times_one_word_is_aligned() {
    let many = "Salam\n".repeat(50_000);
    ladder(("a.az", &many), ("a.en", &en()), &[], 1000);
    ladder(("a.az", &"Salam\n".repeat(2_000)), ("a.en", &"Hello\n".repeat(2_000)), &[], 1000);
    // Anything may face anything.
    ladder(("a.az", &many), ("a.en", &"Hello\n".repeat(5_000)), &[], 1000);
}

#[test]
fn nul_bytes_and_control_characters_are_read_and_never_reach_a_view() {
    let source = format!("{}Naz\u{0}ir \u{1b}[31mgəldi.\u{7}\n\0\0\n", az());
    let target = format!("{}The min\u{0}ister \u{9b}2Jarrived.\n", en());
    let found = ladder(("a.az", &source), ("a.en", &target), &[], 100);
    let right = ladder(("a.az", &az()), ("a.en", &en()), &[], 100);
    assert!(score(&right, &found).strict().recall >= 0.9, "{found:?}");
    let desk = desk(&[("a.az", source.as_bytes()), ("a.en", target.as_bytes())]);
    for format in ["side-by-side", "html", "tmx"] {
        let text = success(command(&desk, &["a.az", "a.en", "--format", format]).output().unwrap());
        assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{format}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_name_and_the_reason() {
    let (az, bad) = (az().into_bytes(), b"Salam.\nBak\xfd\xff.\n");
    refused(&[("a.az", bad), ("a.en", &az)], &["a.az", "a.en"], &["a.az: not UTF-8 at byte 10", "iconv"]);
    refused(&[("a.az", &az), ("a.en", bad)], &["a.az", "a.en"], &["a.en: not UTF-8 at byte 10", "iconv"]);
    refused(&[("a.az", &az)], &["a.az", "none.en"], &["none.en: No such file"]);
    refused(&[("a.az", &az), ("folder/x", b"")], &["folder", "a.az"], &["folder: Is a directory"]);
    refused(&[("list", b"a.az\ta.en\n")], &["--batch", "list"], &["list line 1: not SOURCE, TARGET and OUTPUT"]);
    refused(&[("list", b"none.az\ta.en\tout\n")], &["--batch", "list"], &["none.az: No such file"]);
    refused(&[("a.az", &az)], &["a.az", "a.az", "--weights", "a.az"], &["a.az"]);
    let desk = desk(&[("a.az", &az)]);
    assert_eq!(command(&desk, &["a.az"]).output().unwrap().status.code(), Some(2));
}

/// The documents of the sample's gold as a list of all pairs of them that share a work.
fn batch(desk: &Desk, out: &str) -> String {
    fs::create_dir_all(desk.path("in").join(out)).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/gold");
    let mut list = String::new();
    for entry in fs::read_dir(folder.join("beads")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some((source, target)) = name.trim_end_matches(".beads").split_once("--")
            && !target.ends_with(".paragraphs")
        {
            let side = |name: &str| folder.join(format!("docs/{name}.txt")).display().to_string();
            list += &format!("{}\t{}\t{out}/{name}\n", side(source), side(target));
        }
    }
    desk.put(&format!("{out}.list"), &list);
    format!("{out}.list")
}

#[test]
fn the_number_of_threads_changes_no_ladder_of_a_batch() {
    let desk = Desk::new();
    let read = |jobs: &str| {
        let list = batch(&desk, jobs);
        success(command(&desk, &["--batch", &list, "--jobs", jobs]).output().unwrap());
        let files = fs::read_dir(desk.path("in").join(jobs)).unwrap().map(|entry| entry.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        files.map(|path| (name(&path), fs::read(path).unwrap())).collect::<BTreeMap<_, _>>()
    };
    let one = read("1");
    assert_eq!(one.len(), 62);
    for jobs in ["2", "3", "16"] {
        same(&one, &read(jobs));
    }
}

#[test]
fn the_number_of_threads_changes_no_bead_of_a_store() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..20) {
        desk.put(&name, page);
    }
    // A store where the pairs still wait for their beads.
    let prepare = |jobs: &str| {
        let store = format!("{jobs}/corpus.korpu");
        fs::create_dir(desk.path("in").join(jobs)).unwrap();
        for step in [&["ingest", "--store", &store, "."][..], &["pair", "--store", &store]] {
            let mut command = Command::new(korpu());
            success(command.current_dir(desk.path("in")).args(step).output().unwrap());
        }
        let printed = success(command(&desk, &["--store", &store, "--jobs", jobs]).output().unwrap());
        fs::create_dir(desk.path(jobs)).unwrap();
        fs::rename(desk.path("in").join(&store), desk.path(jobs).join("corpus.korpu")).unwrap();
        fs::remove_dir(desk.path("in").join(jobs)).unwrap();
        (printed, desk.outputs(jobs))
    };
    let (printed, one) = prepare("1");
    let pairs: u32 = printed.split(' ').next().unwrap().parse().unwrap();
    assert!(pairs >= 20, "{printed}");
    for jobs in ["2", "5"] {
        let (told, many) = prepare(jobs);
        assert_eq!(told, printed);
        same(&one, &many);
    }
}

#[test]
fn a_pipe_gets_a_ladder_and_no_colour_unless_asked() {
    let desk = desk(&[("a.az", az().as_bytes()), ("a.en", en().as_bytes())]);
    let piped = |arguments: &[&str], variable: (&str, &str)| {
        let mut command = command(&desk, &["a.az", "a.en"]);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        success(command.args(arguments).env(variable.0, variable.1).output().unwrap())
    };
    let none = ("KORPU_NONE", "");
    assert!(piped(&[], none).starts_with("[0]:[0]:"));
    assert!(piped(&["--color", "always"], none).starts_with("[0]:[0]:"));
    let side = ["--format", "side-by-side"];
    let plain = piped(&side, none);
    assert!(!plain.contains('\u{1b}') && plain.contains(" │ "), "{plain}");
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!((95..=100).contains(&widest(&plain)), "{}", widest(&plain));
    let narrow = piped(&side, ("COLUMNS", "80"));
    assert!((75..=80).contains(&widest(&narrow)), "{}", widest(&narrow));
    let coloured =
        |arguments: &[&str], variable| piped(&[&side[..], arguments].concat(), variable).contains("\u{1b}[32m");
    assert!(coloured(&["--color", "always"], none));
    assert!(coloured(&[], ("CLICOLOR_FORCE", "1")));
    assert!(!coloured(&[], ("NO_COLOR", "1")));
    assert!(!coloured(&["--color", "never"], ("CLICOLOR_FORCE", "1")));
    assert!(coloured(&["--color", "always"], ("NO_COLOR", "1")));
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_gets_two_columns_of_its_width() {
    let desk = desk(&[("a.az", az().as_bytes()), ("a.en", en().as_bytes())]);
    let shown = |columns: usize, before: &str| {
        let line = format!("stty rows 40 cols {columns}; {before} {} align a.az a.en", korpu().display());
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(desk.path("in")).env("TERM", "xterm");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            script.env_remove(name);
        }
        script.stdin(std::process::Stdio::null()).output().ok().map(success)
    };
    let Some(text) = shown(90, "") else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci.is_empty()), "script (Debian: bsdutils) is not there");
        return eprintln!("skipped: script (Debian: bsdutils) is not there");
    };
    assert!(text.contains("\u{1b}[32m│ ") && text.contains("sentence beads"), "{text}");
    let text = shown(90, "NO_COLOR=1").unwrap();
    assert!(!text.contains('\u{1b}') && text.contains(" │ "), "{text}");
    let widest = text.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
    assert!((85..=90).contains(&widest), "{widest}");
}

#[test]
fn anchors_hold_whether_told_by_number_or_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.az", "Giriş\nNazir Bakıda 60 nəfərlə görüşüb.\nNəticə\nPrezident Tehrana səfər edib.\n");
    write("a.en", "Preface\nThe minister met 60 people in Baku.\nSummary\nThe president visited Tehran.\n");
    let run = |anchors: &str| {
        write("anchors", anchors);
        let mut command = Command::new(korpu());
        command.current_dir(folder.path()).args(["align", "a.az", "a.en", "--anchors", "anchors", "--format", "beads"]);
        let output = command.output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code())
    };
    for anchors in ["[2]:[2]\n", "Nəticə\tSummary\n"] {
        let (beads, ..) = run(anchors);
        assert_eq!(beads.lines().count(), 4, "{beads}");
        assert!(
            beads.contains("[2]:[2]:1.0000") && beads.contains("[1]:[1]:") && beads.contains("[3]:[3]:"),
            "{beads}"
        );
    }
    let (beads, ..) = run("[1]:[3]\n");
    assert!(beads.contains("[1]:[3]:1.0000"), "also against all evidence: {beads}");
    for (anchors, error) in [
        ("[9]:[0]\n", "anchor 1: a.az has no line 9; it has 4, counted from 0"),
        ("[0]:[0]\n[1]:[0]\n", "anchor 2: line 0 of a.en stands in two anchors"),
        ("Nəticə\n", "line 1: neither a bead like [0]:[0] nor two lines"),
        ("Nəticə\tOutcome\n", "a.en has no line \"Outcome\""),
    ] {
        let (_, told, code) = run(anchors);
        assert!(told.contains(error) && code == Some(1), "{told}");
    }
}
