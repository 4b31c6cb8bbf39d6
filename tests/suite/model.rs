//! `--model`: alignment by sentence embeddings.

use crate::desk::{Desk, korpu};
use std::process::{Command, Output};

fn align(desk: &Desk, arguments: &[&str]) -> Output {
    Command::new(korpu()).current_dir(desk.path("in")).arg("align").args(arguments).output().unwrap()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("a.de", "Der Minister sprach in Bern.\nDas Wetter war gut.\nDie Schule wurde gebaut.\n");
    desk.put("a.fr", "Le ministre a parlé à Berne.\nIl faisait beau.\nL'école a été construite.\n");
    desk
}

#[test]
#[cfg(not(feature = "model"))]
fn a_korpu_without_models_says_how_to_build_one_with() {
    let said = align(&desk(), &["a.de", "a.fr", "--model", "e5"]);
    assert_eq!(said.status.code(), Some(1));
    let error = String::from_utf8(said.stderr).unwrap();
    assert!(error.contains("built without models") && error.contains("--features model"), "{error}");
}

#[test]
#[cfg(feature = "model")]
fn a_directory_that_is_no_model_is_an_error() {
    let desk = desk();
    for (directory, expected) in [("nowhere", "no such directory"), (".", "config.json")] {
        let said = align(&desk, &["a.de", "a.fr", "--model", directory]);
        assert_eq!(said.status.code(), Some(1));
        let error = String::from_utf8(said.stderr).unwrap();
        assert!(error.contains(expected), "{error}");
    }
}

/// KORPU_MODEL names the directory of a multilingual encoder.
#[test]
#[cfg(feature = "model")]
fn a_real_model_aligns_the_same_with_any_number_of_threads() {
    let Some(model) = std::env::var_os("KORPU_MODEL") else { return };
    let desk = desk();
    desk.put("jobs.tsv", "a.de\ta.fr\t1.beads\na.fr\ta.de\t2.beads\n");
    let model = model.to_str().unwrap();
    let run = |jobs: &str| {
        let said = align(&desk, &["--batch", "jobs.tsv", "--model", model, "--jobs", jobs]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        ["1.beads", "2.beads"].map(|name| std::fs::read_to_string(desk.path("in").join(name)).unwrap())
    };
    let beads = run("1");
    assert_eq!(run("2"), beads);
    for beads in beads {
        let shapes: Vec<&str> = beads.lines().filter_map(|line| line.rsplit_once(':')).map(|(ids, _)| ids).collect();
        assert_eq!(shapes, ["[0]:[0]", "[1]:[1]", "[2]:[2]"]);
    }
}
