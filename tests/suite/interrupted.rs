//! Runs that are stopped from outside: a full disk, a limit on files, `kill -9`. What was committed stays, and the next run
//! goes on to the same end as one that nothing had stopped.

use crate::desk::{Desk, failure, korpu, same, well_formed};
use crate::news;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

/// Stories of the first day, which every run here finds in its store, and of the second, during which it is stopped.
const FIRST: usize = 20;
const SECOND: usize = 90;

/// The pages of two days in `first/` and `second/`, and the store of the first in `out/`.
fn two_days() -> Desk {
    let desk = Desk::new();
    for (name, page) in news::pages(0..FIRST) {
        desk.put(&format!("first/{name}"), page);
    }
    assert_eq!(desk.run("out", &[]).count("new"), 2 * FIRST as u64);
    for (name, page) in news::pages(FIRST..FIRST + SECOND) {
        desk.put(&format!("second/{name}"), page);
    }
    desk
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The bytes of a file, or of all files in a folder.
fn size(path: &Path) -> u64 {
    if path.is_dir() {
        fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum()
    } else {
        fs::metadata(path).unwrap().len()
    }
}

#[test]
fn a_run_killed_at_any_moment_goes_on_to_the_same_end() {
    let desk = two_days();
    copy(&desk.path("out"), &desk.path("undisturbed"));
    let start = Instant::now();
    desk.run("undisturbed", &[]);
    let whole = start.elapsed();
    let expected = desk.outputs("undisturbed");
    well_formed(&expected);
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_micros();
    for fifth in 0..5 {
        // A moment in each fifth of the run, so that every stage has its turn.
        let moment = whole.mul_f64((f64::from(fifth) + f64::from(seed % 1009) / 1009.0) / 5.0);
        let out = format!("killed-{fifth}");
        copy(&desk.path("out"), &desk.path(&out));
        let mut child = desk.command(&["in"], &out).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        eprintln!("killed after {moment:?} of {whole:?}");
        desk.run(&out, &[]);
        same(&expected, &desk.outputs(&out));
    }
}

#[test]
fn a_run_killed_among_its_outputs_writes_them_all_anew() {
    // All pages are in the store by then, and every output of the first day is there: nothing but the mark of the run
    // that was killed tells that they are old.
    let desk = two_days();
    copy(&desk.path("out"), &desk.path("undisturbed"));
    desk.run("undisturbed", &[]);
    let documents = || fs::read_dir(desk.path("out/tei")).unwrap().count();
    let before = documents();
    let mut child = desk.command(&["in"], "out").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while documents() < before + 5 && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What the temporary file of an output leaves, should the moment not have hit one.
    fs::write(desk.path("out/tei/.korpu-x1y2z3"), "<TEI>").unwrap();
    assert_eq!(desk.run("out", &[]).count("new"), 0);
    same(&desk.outputs("undisturbed"), &desk.outputs("out"));
}

/// A full disk: a file system of so many KB in a mount namespace of its own, which ends with its processes. The first
/// run fills it, then it grows, and the second run goes on.
const FULL_DISK: &str = r#"
    mkdir small && mount -t tmpfs -o size=$1k tmpfs small || exit 77
    cp -r out/. small || exit 78
    "$0" run in -o small --json -v > failed.out 2> failed.err; echo $? > failed.code
    cp -r small at-failure
    mount -o remount,size=200m small || exit 79
    "$0" run in -o small --json -v > resumed.out 2> resumed.err || exit 80
    cp -r small resumed
"#;

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_named_and_loses_nothing() {
    let desk = two_days();
    // Room for what is there, and for a part of what comes.
    let kilobytes = size(&desk.path("out")) / 1024 + 1500;
    let script = Command::new("unshare")
        .args(["--mount", "sh", "-c", FULL_DISK])
        .arg(korpu())
        .arg(kilobytes.to_string())
        .current_dir(desk.path(""))
        .output();
    let code = script.as_ref().ok().and_then(|output| output.status.code());
    if code.is_none_or(|code| code == 1 || code == 77) {
        return eprintln!("skipped: no file system can be mounted here ({script:?})");
    }
    assert_eq!(code, Some(0), "{script:?}");
    let message = fs::read_to_string(desk.path("failed.err")).unwrap();
    assert_eq!(fs::read_to_string(desk.path("failed.code")).unwrap().trim(), "1", "{message}");
    assert!(message.contains("small/") && message.contains("disk is full"), "{message}");
    goes_on(&desk, "at-failure", "resumed");
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_grow_is_named_and_nothing_is_lost() {
    let desk = two_days();
    copy(&desk.path("out"), &desk.path("limited"));
    // Ignored, the signal becomes an error of the write.
    let script = r#"trap "" XFSZ; ulimit -f "$1"; exec "$0" run in -o limited --json -v"#;
    let blocks = size(&desk.path("out/corpus.korpu")) / 512 + 500;
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(korpu())
        .arg(blocks.to_string())
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    let message = failure(output);
    assert!(
        message.contains("limited/corpus.korpu: ") && message.contains("disk is full or cannot be written"),
        "{message}"
    );
    copy(&desk.path("limited"), &desk.path("at-failure"));
    desk.run("limited", &[]);
    goes_on(&desk, "at-failure", "limited");
}

/// The store holds the first day where a run failed, and what an undisturbed run gives where it went on.
fn goes_on(desk: &Desk, failed: &str, resumed: &str) {
    let texts = desk.texts(failed);
    assert!(texts.keys().filter(|place| place.starts_with("in/first/")).count() == 2 * FIRST, "{:?}", texts.keys());
    copy(&desk.path("out"), &desk.path("undisturbed"));
    desk.run("undisturbed", &[]);
    same(&desk.outputs("undisturbed"), &desk.outputs(resumed));
}
