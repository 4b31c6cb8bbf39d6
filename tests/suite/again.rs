//! The same run once more: with another number of threads, with nothing new, with a page that has changed.

use crate::desk::{Desk, open, same, well_formed};
use crate::news;

fn desk(stories: usize) -> Desk {
    let desk = Desk::new();
    for (name, page) in news::pages(0..stories) {
        desk.put(&name, page);
    }
    desk
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    // More than one batch of pages.
    let desk = desk(70);
    desk.put("empty.html", "").put("notes.bin", [0, 1, 2, 0, 0, 9]);
    let (one, two) = (desk.run("one", &["--jobs", "1"]), desk.run("two", &["--jobs", "2"]));
    assert_eq!((one.count("new"), one.count("paired")), (two.count("new"), two.count("paired")));
    assert_eq!((one.count("new"), one.refused()), (140, two.refused()));
    assert!(one.count("paired") >= 70);
    let (one, two) = (desk.outputs("one"), desk.outputs("two"));
    same(&one, &two);
    well_formed(&one);
}

#[test]
fn a_second_run_changes_nothing() {
    let desk = desk(3);
    desk.put("empty.html", "");
    desk.run("out", &[]);
    let before = desk.outputs("out");
    let again = desk.run("out", &[]);
    assert_eq!((again.count("new"), again.count("known"), again.count("aligned")), (0, 6, 0));
    same(&before, &desk.outputs("out"));
}

#[test]
fn a_changed_page_is_a_new_revision_and_the_old_one_stays_in_the_store() {
    let desk = desk(3);
    desk.run("out", &[]);
    let page = news::azerbaijani(1).replace("İtaliyadan", "Norveçdən");
    desk.put("001.az.html", &page);
    let again = desk.run("out", &[]);
    assert_eq!((again.count("new"), again.count("known")), (1, 5));
    let revisions: Vec<(u32, bool, bool)> = open(&desk.path("out"))
        .prepare(
            "SELECT revision, current, text LIKE '%Norveçdən%' FROM document JOIN text ON document = key
            WHERE id IN (SELECT id FROM document WHERE revision = 2) ORDER BY revision",
        )
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(revisions, [(1, false, false), (2, true, true)]);
    let outputs = desk.outputs("out");
    well_formed(&outputs);
    for name in ["tmx/az-en.tmx", "jsonl/documents.jsonl", "report.html"] {
        let text = String::from_utf8_lossy(&outputs[name]);
        assert!(text.contains("Norveçdən"), "{name}");
        assert_eq!(
            text.matches("avadanlıq İtaliyadan").count(),
            text.matches("avadanlıq ").count() - text.matches("Norveçdən").count(),
            "{name}"
        );
    }
}

#[test]
fn versions_that_come_one_by_one_are_aligned_as_if_they_came_together() {
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/sample");
    let pages = [
        "khezerxeber/w01-transit-talks.az.html",
        "khezerxeber/w01-transit-talks.en.html",
        "bogazhaber/w01-transit-talks.tr.html",
    ];
    let desk = Desk::new();
    let put = |page: &str| {
        desk.put(page, std::fs::read(sample.join(page)).unwrap());
    };
    for page in pages {
        put(page);
        desk.run("out", &[]);
    }
    desk.run("together", &[]);
    assert!(desk.beads("out").len() > 100);
    assert!(desk.beads("out") == desk.beads("together"), "the beads differ");
}
