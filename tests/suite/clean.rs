//! `korpu clean`: memories of others become one that programs read, without a store.

use crate::desk::korpu;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a call prints on both streams, and its exit code.
fn call(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(korpu()).current_dir(folder).arg("clean").args(arguments).output().unwrap();
    (String::from_utf8([output.stdout, output.stderr].concat()).unwrap(), output.status.code())
}

fn tmx(units: &str) -> String {
    format!(
        "<tmx version=\"1.1\"><header creationtool=\"CAT\" segtype=\"sentence\" srclang=\"RU\" datatype=\"plaintext\" \
         creationdate=\"20200102T030405Z\"/><body>\n{units}\n</body></tmx>"
    )
}

fn unit(id: &str, az: &str, ru: &str) -> String {
    format!("<tu tuid=\"{id}\"><tuv lang=\"AZ\"><seg>{az}</seg></tuv><tuv lang=\"RU\"><seg>{ru}</seg></tuv></tu>")
}

fn units(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let texts = |unit: &str| -> Vec<String> {
        unit.split("<seg>").skip(1).map(|rest| rest.split("</seg>").next().unwrap().to_owned()).collect()
    };
    text.split("<tu ").skip(1).map(|unit| format!("{} {}", &unit[6..=6], texts(unit).join("="))).collect()
}

#[test]
fn a_memory_of_1_1_becomes_one_of_1_4_and_what_is_left_out_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = [
        unit("1", " Salam. ", "Привет."),
        unit("2", "Üç <ph>&lt;br/&gt;</ph>.", "Три."),
        "<tu tuid=\"3\" creationid=\"Aydın\" creationdate=\"yesterday\"><prop type=\"client\">Liman</prop>\
         <tuv lang=\"AZ\"><seg>Bir &amp; iki.</seg></tuv><tuv lang=\"RU\"><seg>Раз.</seg></tuv>\
         <tuv lang=\"en\"><seg>One.</seg></tuv></tu>"
            .to_owned(),
        "<tu tuid=\"4\"><tuv lang=\"AZ\"><seg>Tək.</seg></tuv></tu>".to_owned(),
        "<tu tuid=\"5\"><tuv lang=\"AZ\"><seg>Bir.</seg></tuv><tuv lang=\"en\"><seg>One.</seg></tuv></tu>".to_owned(),
    ];
    fs::write(folder.path().join("old.tmx"), tmx(&file.join("\n"))).unwrap();
    let told = "old.tmx: TMX, 3 of 4 units\n  \
        not kept (1, first on line 4): a date that is not YYYYMMDDThhmmssZ (creationdate=yesterday)\n  \
        not kept (1, first on line 5): a unit without texts in two languages (4)\n  \
        not kept (1, first on line 4): texts in other languages than the first unit (--multilingual keeps them) (3)\n  \
        not kept (1, first on line 6): units without a text in both languages of the first (5)\n  \
        not kept (1, first on line 2): white space at the edges of a text, or more than a space inside it\n";
    // Without a file to write it tells the same.
    for arguments in [&["old.tmx", "-o", "new.tmx"] as &[&str], &["old.tmx"]] {
        assert_eq!(call(folder.path(), arguments), (told.to_owned(), Some(0)));
    }
    assert_eq!(call(folder.path(), &["old.tmx", "--strict", "-q"]), (String::new(), Some(3)));
    let new = folder.path().join("new.tmx");
    // The header says that it was translated from Russian.
    assert_eq!(units(&new), ["1 Привет.=Salam.", "2 Три.=Üç <ph>&lt;br/&gt;</ph>.", "3 Раз.=Bir &amp; iki."]);
    let text = fs::read_to_string(&new).unwrap();
    for expected in [
        "<tmx version=\"1.4\">",
        "srclang=\"ru\" datatype=\"plaintext\" creationdate=\"20200102T030405Z\"",
        "<tu tuid=\"3\" creationid=\"Aydın\">\n   <prop type=\"client\">Liman</prop>\n",
        "<tuv xml:lang=\"az\">",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let check = Command::new(korpu()).current_dir(folder.path()).args(["check", "new.tmx"]).output().unwrap();
    assert_eq!(check.status.code(), Some(0), "{}", String::from_utf8_lossy(&check.stdout));
    // What is clean stays as it is.
    assert_eq!(
        call(folder.path(), &["new.tmx", "-o", "again.tmx"]).0,
        "new.tmx: TMX, 3 of 3 units\n  not kept (1, first on line 1): properties and notes of the file as a whole\n"
    );
    assert_eq!(fs::read_to_string(folder.path().join("again.tmx")).unwrap(), text);
    assert_eq!(call(folder.path(), &["old.tmx", "--multilingual", "-o", "all.tmx"]).1, Some(0));
    let all = ["1 Привет.=Salam.", "2 Три.=Üç <ph>&lt;br/&gt;</ph>.", "3 Раз.=Bir &amp; iki.=One.", "5 Bir.=One."];
    assert_eq!(units(&folder.path().join("all.tmx")), all);
}

#[test]
fn several_files_become_one_and_filters_hold_for_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.tmx"), tmx(&[unit("1", "Bir.", "Один."), unit("2", "OK", "OK")].join("\n")))
        .unwrap();
    fs::write(folder.path().join("b.tsv"), "ru\taz\nОдин.\tBir.\nДа, разумеется.\tBəli.\nДва.\tİki.\n").unwrap();
    let arguments = ["a.tmx", "b.tsv", "--dedupe", "--skip-same", "--max-length-ratio", "2", "-o", "c.tmx", "--json"];
    let (told, code) = call(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{told}");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let counts: Vec<_> =
        (0..2).map(|n| ["units", "written"].map(|name| told["cleaned"][n][name].as_u64().unwrap())).collect();
    assert_eq!(counts, [[2, 1], [3, 1]]);
    assert_eq!(told["cleaned"][0]["losses"][0]["what"], "units that are not wanted");
    assert_eq!(units(&folder.path().join("c.tmx")), ["1 Один.=Bir.", "5 Два.=İki."]);
}

#[test]
fn what_cannot_be_read_ends_it_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let good = tmx(&unit("1", "Bir.", "Один."));
    let check = |text: &str, expected: &str| {
        fs::write(folder.path().join("a.tmx"), text).unwrap();
        let (told, code) = call(folder.path(), &["a.tmx", "-o", "b.tmx"]);
        assert_eq!((told.contains(expected), code), (true, Some(1)), "{told}\n{expected}");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["a.tmx"]);
    };
    check("<html>", "a.tmx: it is no file of units");
    check("<TEI xmlns=\"http://www.tei-c.org/ns/1.0\"/>", "a.tmx: TEI holds whole texts");
    check(&good.replace("</tuv></tu>", "</tu></tuv>"), "a.tmx: line 2: </tu> ends where </tuv> should");
    check(&tmx(""), "b.tmx: there are no units to write");
    // Broken after a unit, what stands before is written, and that is told.
    fs::write(folder.path().join("a.tmx"), &good[..good.len() - 10]).unwrap();
    let (told, code) = call(folder.path(), &["a.tmx", "-o", "b.tmx"]);
    assert!(told.contains("the file cannot be read from here on (the file ends in the middle"), "{told}");
    assert_eq!((units(&folder.path().join("b.tmx")), code), (vec!["1 Один.=Bir.".to_owned()], Some(0)));
}

#[test]
fn a_memory_is_written_to_a_pipe_but_never_over_its_source_nor_in_place_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = tmx(&[unit("1", "Bir.", "Один."), unit("2", "OK", "OK")].join("\n"));
    fs::write(folder.path().join("a.tmx"), &file).unwrap();
    let output = Command::new(korpu()).current_dir(folder.path()).args(["clean", "a.tmx", "-o", "-"]).output().unwrap();
    assert!(output.status.success());
    let (out, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(out.starts_with("<?xml") && out.ends_with("</tmx>\n") && out.matches("<tu ").count() == 2, "{out}");
    assert!(said.contains("a.tmx: TMX, 2 of 2 units") && !folder.path().join("-").exists(), "{said}");
    let (told, code) = call(folder.path(), &["a.tmx", "--skip-same", "-o", "a.tmx"]);
    assert!(told.contains("it would be replaced by what is kept of it") && code == Some(1), "{told}");
    assert_eq!(fs::read_to_string(folder.path().join("a.tmx")).unwrap(), file);
    // Where nothing is wanted, what was there stays.
    let (told, code) =
        call(folder.path(), &["a.tmx", "--min-confidence", "1", "--max-length-ratio", "1", "-o", "b.tmx"]);
    assert_eq!(code, Some(0), "{told}");
    let (told, code) = call(folder.path(), &["a.tmx", "--max-length-ratio", "0.5", "-o", "b.tmx"]);
    assert!(code != Some(0), "{told}");
    assert!(fs::read_to_string(folder.path().join("b.tmx")).unwrap().contains("<tu "));
}

#[test]
fn the_first_translation_decides_and_not_what_is_thrown_out() {
    let folder = tempfile::tempdir().unwrap();
    let first =
        "<tu tuid=\"0\"><tuv lang=\"en-GB\"><seg>Colour.</seg></tuv><tuv lang=\"en-US\"><seg>Color.</seg></tuv></tu>";
    fs::write(folder.path().join("a.tmx"), tmx(&format!("{first}\n{}", unit("1", "Bir.", "Один.")))).unwrap();
    let (told, _) = call(folder.path(), &["a.tmx", "-o", "b.tmx"]);
    assert!(told.contains("1 of 2 units") && told.contains("two texts are in one language"), "{told}");
    assert_eq!(units(&folder.path().join("b.tmx")), ["1 Один.=Bir."]);
    let (told, _) = call(folder.path(), &["a.tmx", "--allow-monolingual", "-o", "c.tmx"]);
    assert!(told.contains("1 of 2 units"), "{told}");
    assert_eq!(units(&folder.path().join("c.tmx")), ["0 Colour.=Color."]);
}

#[test]
fn characters_that_are_not_seen_are_left_out_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.tmx"), tmx(&unit("1", "Ter\u{AD}minal.", "Терминал."))).unwrap();
    let (told, _) = call(folder.path(), &["a.tmx", "-o", "b.tmx"]);
    assert!(told.contains("not kept (1, first on line 2): a text of which exports leave out characters"), "{told}");
    assert_eq!(units(&folder.path().join("b.tmx")), ["1 Терминал.=Terminal."]);
    let import = ["import", "a.tmx", "-o", "s.korpu", "--strict"];
    let output = Command::new(korpu()).current_dir(folder.path()).args(import).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stdout).contains("a text of which exports leave out characters"));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_to_and_not_replaced() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.tmx"), tmx(&unit("1", "Bir.", "Один."))).unwrap();
    let pipe = "mkfifo pipe && (cat pipe > got &) && \"$0\" clean a.tmx -o pipe -q && test -p pipe && sleep 0.3";
    assert!(Command::new("sh").current_dir(folder.path()).args(["-c", pipe]).arg(korpu()).status().unwrap().success());
    assert_eq!(units(&at("got")), ["1 Один.=Bir."]);
    // A link stays, and its file keeps who may read it.
    fs::write(at("private.tmx"), "old").unwrap();
    fs::set_permissions(at("private.tmx"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink("private.tmx", at("link.tmx")).unwrap();
    assert_eq!(call(folder.path(), &["a.tmx", "-o", "link.tmx"]).1, Some(0));
    assert!(at("link.tmx").is_symlink());
    assert_eq!(units(&at("private.tmx")), ["1 Один.=Bir."]);
    assert_eq!(fs::metadata(at("private.tmx")).unwrap().permissions().mode() & 0o777, 0o600);
}
