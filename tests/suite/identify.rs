use assert_cmd::Command;
use korpu::identify::Identifier;
use korpu::language::search_key;
use std::fs;

/// The sentences of the sample in one language, as its gold has them, short ones aside.
fn sentences(lang: &str) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir("corpus/gold/docs").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let of_lang = files.iter().filter(|path| path.to_str().unwrap().ends_with(&format!(".{lang}.txt")));
    let lines =
        of_lang.flat_map(|path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>());
    lines.filter(|line| line.chars().count() >= 25).collect()
}

fn share(texts: &[String], lang: &str) -> f64 {
    let right = texts.iter().filter(|text| Identifier::bundled().identify(text, &[]).lang.as_str() == lang);
    right.count() as f64 / texts.len() as f64
}

#[test]
fn sentences_are_told_apart_though_none_of_them_was_learnt_from() {
    for lang in ["az", "az-Cyrl", "en", "ru", "tr"] {
        let found = share(&sentences(lang), lang);
        assert!(found >= 0.99, "{lang}: {found:.4}");
    }
}

#[test]
fn azerbaijani_without_diacritics_is_azerbaijani() {
    let bare: Vec<String> = sentences("az").iter().map(|text| search_key(text)).collect();
    assert!(bare.len() >= 200 && bare.iter().all(|text| !text.contains(['ə', 'ş', 'ç'])), "{}", bare.len());
    let found = share(&bare, "az");
    assert!(found >= 0.97, "{found:.4}");
}

#[test]
fn each_line_gets_a_tag_and_a_confidence() {
    let said = Command::cargo_bin("korpu")
        .unwrap()
        .args(["identify", "--lines", "-"])
        .write_stdin("Назир сәфәр едиб.\n\n12:30\nThe minister has left for Baku.\n")
        .output()
        .unwrap();
    let lines: Vec<String> = String::from_utf8(said.stdout).unwrap().lines().map(str::to_owned).collect();
    let tags: Vec<&str> = lines.iter().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(tags, ["az-Cyrl", "und", "und", "en"]);
}
