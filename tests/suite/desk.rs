//! A desk is a folder with inputs in `in/`, where the binary is run as a user runs it, and what comes out is looked at.

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{fs, str};

/// The binary: that of the tests, or the one that KORPU_BINARY names, for long tests of what users get.
pub fn korpu() -> PathBuf {
    std::env::var_os("KORPU_BINARY").map_or_else(|| assert_cmd::cargo::cargo_bin!("korpu").to_owned(), PathBuf::from)
}

/// A file of the folder of development data beside the repository. Without it a test has nothing to hold korpu against:
/// that is told, and a failure in CI.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let path = std::env::var_os("KORPU_SHARED").map_or(beside, PathBuf::from).join(path);
    let there = path.exists();
    assert!(there || std::env::var_os("CI").is_none_or(|ci| ci.is_empty()), "{}: not there", path.display());
    if !there {
        eprintln!("skipped: {} is not there; set KORPU_SHARED to where shared is", path.display());
    }
    there.then_some(path)
}

/// A folder of its own, gone when dropped.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        fs::create_dir(desk.path("in")).unwrap();
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file below `in/`.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Desk {
        let path = self.path("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// `korpu run INPUTS -o OUT`, to be started here.
    pub fn command(&self, inputs: &[&str], out: &str) -> Command {
        let mut command = Command::new(korpu());
        command.current_dir(self.0.path()).args(["run", "--json", "-v", "-o", out]).args(inputs);
        command
    }

    /// Runs `korpu run in -o OUT` with more arguments; it must exit with 0.
    pub fn run(&self, out: &str, arguments: &[&str]) -> Run {
        Run::of(self.command(&["in"], out).args(arguments).output().unwrap())
    }

    /// Every document of the store in `out/`, by the end of its place, with its text.
    pub fn texts(&self, out: &str) -> BTreeMap<String, String> {
        let sql =
            "SELECT p.path || ifnull(': ' || p.member, ''), t.text FROM page p JOIN document d ON d.key = p.document
            JOIN text t ON t.document = d.key WHERE d.current";
        let db = open(&self.path(out));
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Every bead of the store in `out/`: its documents and level, its segments, its confidence.
    pub fn beads(&self, out: &str) -> Vec<(String, String, f64)> {
        let db = open(&self.path(out));
        let sql = "SELECT b.source || ' ' || b.target || ' ' || b.level, e.source || ' ' || e.target, e.confidence
            FROM bead AS e JOIN bitext AS b ON b.key = e.bitext ORDER BY 1, e.position";
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Every output of a run, the store as its [`dump`].
    pub fn outputs(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path(out);
        let mut outputs = BTreeMap::from([("the store".to_owned(), dump(&root).into_bytes())]);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if !name.starts_with("corpus.korpu") && !name.ends_with("/.written") {
                    outputs.insert(name, fs::read(path).unwrap());
                }
            }
        }
        outputs
    }
}

/// The files of a folder that are to be seen, by their names.
pub fn seen(folder: &Path) -> Vec<PathBuf> {
    let is_seen = |path: &PathBuf| !path.file_name().unwrap().to_string_lossy().starts_with('.');
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(is_seen).collect();
    files.sort();
    files
}

/// The texts of these files, by their names.
pub fn texts(folder: &Path) -> BTreeMap<String, String> {
    let read =
        |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap());
    seen(folder).into_iter().map(read).collect()
}

/// What a run printed, and its exit code 0.
#[derive(Debug)]
pub struct Run {
    summary: Json,
    messages: String,
}

impl Run {
    pub fn of(output: Output) -> Run {
        let messages = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{messages}");
        Run { summary: serde_json::from_slice(&output.stdout).unwrap(), messages }
    }

    pub fn count(&self, what: &str) -> u64 {
        self.summary[what].as_u64().unwrap()
    }

    /// Place and reason of each refusal. Each is told on standard error too.
    pub fn refused(&self) -> Vec<(&str, &str)> {
        let refused = self.summary["refused"].as_array().unwrap().iter();
        let refused: Vec<(&str, &str)> =
            refused.map(|r| (r["place"].as_str().unwrap(), r["reason"].as_str().unwrap())).collect();
        for (place, reason) in &refused {
            assert!(self.messages.contains(&format!("refused {place}: {reason}\n")), "{self:?}");
        }
        refused
    }
}

/// What a process came to, and what it took.
pub struct Cost {
    pub output: Output,
    /// The most memory it had at once; 0 where the system does not tell.
    pub megabytes: u64,
}

/// Runs a process and watches it; one that takes longer than `limit` is ended, and the test fails.
pub fn watched(command: &mut Command, limit: Duration) -> Cost {
    let folder = tempfile::tempdir().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    // Files, since nobody empties a pipe meanwhile.
    command.stdout(fs::File::create(&out).unwrap()).stderr(fs::File::create(&err).unwrap());
    let (begin, mut megabytes) = (Instant::now(), 0);
    let mut child = command.spawn().unwrap();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let told = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        megabytes = megabytes.max(kilobytes.unwrap_or(0) / 1024);
        if begin.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} takes longer than {limit:?}, and {megabytes} MB");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let output = Output { status, stdout: fs::read(out).unwrap(), stderr: fs::read(err).unwrap() };
    Cost { output, megabytes }
}

/// The code and the message of a run that must fail, with nothing on standard output.
pub fn failure(output: Output) -> String {
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert_eq!(str::from_utf8(&output.stdout), Ok(""));
    message
}

/// The store of an output folder.
pub fn open(out: &Path) -> Connection {
    let path = out.join("corpus.korpu");
    Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

/// All that a store holds: every row of every table, and every posting of the full-text index. How SQLite arranges it in
/// the file is left out.
fn dump(out: &Path) -> String {
    let db = open(out);
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    db.execute_batch("CREATE VIRTUAL TABLE temp.postings USING fts5vocab('main', 'search', 'instance')").unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name";
    let mut names = db.prepare(sql).unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut dump = String::new();
    for name in names.iter().map(String::as_str).chain(["postings"]) {
        let mut rows = db.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = rows.column_count();
        let rows =
            rows.query_map([], |row| (0..columns).map(|n| row.get(n)).collect::<Result<Vec<Value>, _>>()).unwrap();
        let mut lines: Vec<String> = rows.map(|row| format!("{name} {:?}\n", row.unwrap())).collect();
        lines.sort_unstable();
        dump.extend(lines);
    }
    dump
}

/// Fails where two runs did not put out the same, and says which file differs and where.
pub fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        if let Some(at) = bytes.iter().zip(&b[name]).position(|(a, b)| a != b) {
            let near = |bytes: &[u8]| {
                String::from_utf8_lossy(&bytes[at.saturating_sub(80)..bytes.len().min(at + 80)]).into_owned()
            };
            panic!("{name} differs at byte {at}:\n{}\n{}", near(bytes), near(&b[name]));
        }
        assert_eq!(bytes.len(), b[name].len(), "{name}");
    }
}

/// Fails where an export is not well-formed: XML and JSON that parse, and no character that XML forbids in any of them.
pub fn well_formed(outputs: &BTreeMap<String, Vec<u8>>) {
    let exports = outputs.iter().filter(|(name, _)| *name != "the store");
    assert!(exports.clone().count() >= 5, "{:?}", outputs.keys());
    for (name, bytes) in exports {
        let text = str::from_utf8(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..) && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
        assert!(text.chars().all(allowed), "{name}: a character that XML forbids");
        match Path::new(name).extension().and_then(OsStr::to_str) {
            Some("xml" | "tmx") => parse_xml(name, text),
            Some("jsonl") => text.lines().for_each(|line| drop(serde_json::from_str::<Json>(line).expect(name))),
            Some("html") => assert!(text.trim_end().ends_with("</html>"), "{name}"),
            _ => panic!("{name}: what is this?"),
        }
    }
}

fn parse_xml(name: &str, text: &str) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::GeneralRef(reference) => {
                let c = reference.resolve_char_ref().unwrap_or_else(|e| panic!("{name}: {e}"));
                assert!(c.is_none_or(|c| c >= ' ' || matches!(c, '\t' | '\n' | '\r')), "{name}: {reference:?}");
            }
            Event::Eof => return assert_eq!(depth, 0, "{name}"),
            _ => {}
        }
    }
}
