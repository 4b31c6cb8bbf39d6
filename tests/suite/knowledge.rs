//! Languages and lexicons of the user: a folder is a language, and files that others made are lexicons.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn korpu() -> Command {
    Command::new(env!("CARGO_BIN_EXE_korpu"))
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// A tiny Esperanto.
fn esperanto(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let toml = r#"
        tag = "eo"
        name = "Esperanto"
        native = "Esperanto"
        scripts = ["Latn"]
        abbreviations = ["ktp", "s-ro"]
        common = ["la", "kaj", "en", "estas", "de"]
        endings = ["n", "j", "jn"]
        ending_rounds = 1
        [numbers]
        decimal_mark = ","
        [numbers.cardinals]
        "naŭ" = 9
        "dek" = 10
    "#;
    fs::write(folder.join("language.toml"), toml).unwrap();
    let lexicon = "minister\tministro\nwheat\ttritiko\nriver\trivero\nschool\tlernejo\nvillage\tvilaĝo\n";
    fs::write(folder.join("lexicon.tsv"), lexicon).unwrap();
}

#[test]
fn a_fifth_language_is_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let language = folder.path().join("eo");
    esperanto(&language);
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    // Its abbreviations are no ends of sentences.
    let text = write("text.txt", "S-ro. Petro venis ktp. Nu bone. Adiaŭ.");
    let of = |with: bool| {
        let mut command = korpu();
        command.args(["segment", "--lang", "eo"]).arg(&text);
        if with {
            command.arg("--language").arg(&language);
        }
        stdout(&mut command).lines().count()
    };
    assert_eq!((of(true), of(false)), (2, 4));
    // Its lexicon and its numbers align it with the bundled languages, though the order is another.
    let a = write(
        "a.eo",
        "Nova lernejo estas en la vilaĝo.\nLa ministroj aĉetis naŭ tunojn de tritiko.\nLa rivero superakvis.\n",
    );
    let b =
        write("b.en", "Ministers bought 9 tons of wheat.\nThe river flooded.\nThere is a new school in the village.\n");
    let beads = stdout(korpu().arg("align").args([&a, &b]).arg("--language").arg(&language));
    for bead in ["[1]:[0]:", "[2]:[1]:"] {
        assert!(beads.lines().any(|line| line.starts_with(bead)), "{bead} is not in\n{beads}");
    }
    // What a run makes of it carries its tag.
    let page =
        write("page.txt", "La ministroj kaj la rivero\n\nNova lernejo estas en la vilaĝo kaj la rivero estas longa.\n");
    let out = folder.path().join("out");
    korpu().arg("run").arg(&page).arg("-o").arg(&out).arg("--language").arg(&language).assert().success();
}

#[test]
fn a_folder_without_a_language_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let error = |toml: Option<&str>| {
        if let Some(toml) = toml {
            fs::write(folder.path().join("language.toml"), toml).unwrap();
        }
        let output =
            korpu().args(["identify", "-", "--language"]).arg(folder.path()).assert().failure().get_output().clone();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error(None).contains("language.toml"));
    assert!(error(Some("tag = 3")).contains("language.toml"));
    assert!(error(Some("tag = \"eo\"\nname = \"\"\nnative = \"\"\nscripts = []")).contains("scripts"));
}

/// Two texts of which only a lexicon shows that they belong together crosswise.
fn align(folder: &Path, arguments: &[&str]) -> (String, String) {
    fs::write(folder.join("a.fi"), "Talo paloi.\nKoira haukkui.\n").unwrap();
    fs::write(folder.join("b.hu"), "Kiraboltak egy üzletet.\nA kutya ugatott.\n").unwrap();
    let mut command = korpu();
    command.current_dir(folder).args(["align", "a.fi", "b.hu", "--format", "tsv"]).args(arguments);
    let output = command.assert().success().get_output().clone();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn lexicons_of_others_are_read_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("fi-hu.tsv", "koira\tkutya\nhaukkui\tugatott\nvain yksi sarake\n");
    let (_, said) = align(folder.path(), &["--lexicon", "fi-hu.tsv"]);
    assert!(said.contains("2 entries of TSV taken, 1 could not be read, the first at line 3"), "{said}");
    write("words.txt", "koira kutya\nhaukkui ugatott\n");
    let (with, said) = align(folder.path(), &["--lexicon", "fi-hu=words.txt"]);
    assert!(said.contains("2 entries of MUSE taken"), "{said}");
    let (without, _) = align(folder.path(), &[]);
    let confidence = |table: &str| -> f32 {
        let row =
            table.lines().find(|line| line.contains("Koira") && line.contains("kutya")).expect("the dogs are aligned");
        row.split('\t').nth(1).unwrap().parse().unwrap()
    };
    assert!(confidence(&with) > confidence(&without), "{with}\n{without}");
}

#[test]
fn a_lexicon_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("words.tsv", b"koira\tkutya\n");
    write("binary.tsv", &[0, 159, 146, 150, 0]);
    write("a.fi", b"Koira.\n");
    write("b.hu", b"Kutya.\n");
    for (name, told) in
        [("words.tsv", "its languages are not known"), ("binary.tsv", "no lexicon"), ("none.tsv", "none.tsv")]
    {
        let mut command = korpu();
        command.current_dir(folder.path()).args(["align", "a.fi", "b.hu", "--lexicon", name]);
        let said = String::from_utf8(command.assert().failure().get_output().stderr.clone()).unwrap();
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn the_ending_of_a_text_file_is_no_language() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.txt", "Nazir Bakıda çıxış edib və bildirib ki, bu məsələ həll olunacaq.\n");
    write("b.txt", "The minister said in Baku that the question would be solved soon.\n");
    let tmx = stdout(korpu().current_dir(folder.path()).args(["align", "a.txt", "b.txt", "--format", "tmx"]));
    assert!(tmx.contains("srclang=\"az\"") && tmx.contains("xml:lang=\"en\"") && !tmx.contains("\"txt\""), "{tmx}");
}
