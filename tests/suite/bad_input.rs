//! Bad input: each is refused with its name and the reason, or read as well as can be; what lies beside it is read; and
//! nothing is lost, unbounded, or written elsewhere.

use crate::desk::{Desk, Run, failure, korpu, open, same, watched, well_formed};
use crate::news;
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Runs over bad inputs with a good page before them and one behind. `expected` are the places refused, each with a part
/// of the reason, and then the places read besides the two.
fn check(inputs: &[(&str, &[u8])], refused: &[(&str, &str)], read: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.put("!good.html", news::azerbaijani(1)).put("~good.html", news::azerbaijani(2));
    for (name, bytes) in inputs {
        desk.put(name, bytes);
    }
    let run = desk.run("out", &[]);
    told(&run, refused);
    let mut places = vec!["in/!good.html"];
    places.extend(read);
    places.push("in/~good.html");
    let texts = desk.texts("out");
    assert_eq!(texts.keys().collect::<Vec<_>>(), places);
    let outputs = desk.outputs("out");
    well_formed(&outputs);
    let report = String::from_utf8_lossy(&outputs["report.html"]);
    for (place, reason) in refused {
        assert!(report.contains(place) && report.contains(reason), "{place}: not in the report");
    }
    desk.run("out", &[]);
    same(&outputs, &desk.outputs("out"));
    desk
}

fn told(run: &Run, refused: &[(&str, &str)]) {
    let found = run.refused();
    assert_eq!(found.iter().map(|r| r.0).collect::<Vec<_>>(), refused.iter().map(|r| r.0).collect::<Vec<_>>());
    for ((place, found), (_, expected)) in found.iter().zip(refused) {
        assert!(found.contains(expected), "{place}: {found}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A WARC with a response for each body, on a site of its own.
fn warc(site: &str, bodies: &[&str]) -> Vec<u8> {
    let mut warc = Vec::new();
    for (n, body) in bodies.iter().enumerate() {
        let length = body.len() + 44;
        write!(
            warc,
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{n}>\r\nWARC-Date: 2026-03-14T09:26:53Z\r\n\
             WARC-Target-URI: https://{site}.example/{n}\r\nContent-Type: application/http; msgtype=response\r\n\
             Content-Length: {length}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}\r\n\r\n"
        )
        .unwrap();
    }
    warc
}

/// Bytes that look random and are the same every time.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn an_empty_file_is_refused() {
    check(
        &[("a.html", b""), ("b.txt", b" \r\n\n ")],
        &[("in/a.html", "empty file"), ("in/b.txt", "empty: there is nothing to read")],
        &[],
    );
}

#[test]
fn a_binary_file_is_refused_whatever_its_name() {
    let late = [b"<p>Salam".repeat(200), noise(100_000)].concat();
    check(
        &[("a.html", &noise(100_000)), ("b", &noise(100_000)), ("c.html", b"%PDF-1.7 ..."), ("d.html", &late)],
        &[
            ("in/a.html", "binary data"),
            ("in/b", "binary data"),
            ("in/c.html", "a PDF file"),
            ("in/d.html", "looks like a binary file"),
        ],
        &[],
    );
}

#[test]
#[cfg(target_os = "linux")]
fn lines_of_200_and_of_60_megabytes_are_refused_in_bounded_memory() {
    let desk = Desk::new();
    let megabyte = "Bakıda bu gün yağış yağıb. ".repeat(30_000).into_bytes();
    let write = |name: &str, megabytes: usize| {
        let mut file = fs::File::create(desk.path("in").join(name)).unwrap();
        (0..megabytes).for_each(|_| file.write_all(&megabyte).unwrap());
    };
    desk.put("good.html", news::azerbaijani(1));
    write("line-200.txt", 210);
    write("line-60.txt", 60);
    fs::write(desk.path("in/packed.txt.gz"), gzip(&megabyte.repeat(210))).unwrap();
    let cost = watched(&mut desk.command(&["in"], "out"), Duration::from_secs(300));
    let (run, peak) = (Run::of(cost.output), cost.megabytes);
    told(
        &run,
        &[
            ("in/line-200.txt", "over 64 MB, the most a page may have"),
            ("in/line-60.txt", "over 16 MB of text, the most a document may have"),
            ("in/packed.txt.gz", "over 64 MB, the most a page may have"),
        ],
    );
    assert_eq!(run.count("new"), 1);
    assert!((10..500).contains(&peak), "{peak} MB");
}

#[test]
fn html_nested_100_000_deep_is_read_to_its_end() {
    for (open, close) in [("<div>", "</div>"), ("<b>", ""), ("<ul><li>", "</ul>"), ("<blockquote>", "")] {
        let inner = news::azerbaijani(3);
        let page = format!("<html lang=az><body>{}{inner}{}", open.repeat(100_000), close.repeat(100_000));
        let desk = check(&[("deep.html", page.as_bytes())], &[], &["in/deep.html"]);
        let text = &desk.texts("out")["in/deep.html"];
        assert!(text.contains("xarici bazarlara göndəriləcək"), "{open}: {text}");
    }
}

#[test]
fn a_truncated_gzip_is_refused() {
    let whole = gzip(news::azerbaijani(3).as_bytes());
    let cut = whole.len() / 2;
    check(
        &[("a.html.gz", &whole[..cut]), ("b.html.gz", &whole[..5]), ("c.html.gz", &whole[..whole.len() - 4])],
        &[("in/a.html.gz", "truncated"), ("in/b.html.gz", "truncated"), ("in/c.html.gz", "truncated")],
        &[],
    );
}

#[test]
fn a_truncated_warc_gives_the_pages_before_the_cut() {
    let pages: Vec<String> = (3..7).map(news::azerbaijani).collect();
    let first = warc("arxiv", &[&pages[0], &pages[1]]);
    let second = warc("ocaq", &[&pages[2], &pages[3]]);
    let packed = gzip(&second);
    check(
        &[
            ("a.warc", &first[..first.len() - 300]),
            ("b.warc.gz", &packed[..packed.len() - 30]),
            ("c.warc", &first[..40]),
        ],
        &[
            ("in/a.warc", "the last record is cut off; the pages before it were read"),
            ("in/b.warc.gz", "the last record is cut off; the pages before it were read"),
            ("in/c.warc", "truncated at byte 40"),
        ],
        &["in/a.warc: urn:uuid:0", "in/b.warc.gz: urn:uuid:0"],
    );
}

#[test]
fn a_wrong_charset_label_does_not_spoil_the_text() {
    let page = |label: &str| {
        let text =
            "Президент сообщил, что переговоры завершились успешно и стороны подписали соглашение о сотрудничестве.";
        format!(
            "<html><head>{label}<title>Переговоры в Баку</title></head><body><article><p>{text}</p><p>{text}</p></article></body>"
        )
    };
    let in_encoding =
        |encoding: &'static encoding_rs::Encoding, label: &str| encoding.encode(&page(label)).0.into_owned();
    let (cp1251, koi8) = (encoding_rs::WINDOWS_1251, encoding_rs::KOI8_R);
    let desk = check(
        &[
            ("a.html", &in_encoding(cp1251, "<meta charset=utf-8>")),
            ("b.html", page("<meta charset=windows-1251>").as_bytes()),
            ("c.html", &in_encoding(koi8, "<meta charset=windows-1251>")),
            ("d.html", &in_encoding(cp1251, "<meta charset=x-nonsense>")),
        ],
        &[],
        &["in/a.html", "in/b.html", "in/c.html", "in/d.html"],
    );
    for (place, text) in desk.texts("out").iter().filter(|(place, _)| !place.contains("good")) {
        assert!(text.contains("переговоры завершились успешно"), "{place}: {text}");
    }
}

#[test]
fn a_zip_bomb_is_refused_and_its_neighbours_in_the_archive_read() {
    let archive = zip(&[("bomb.html", &vec![b'0'; 100 << 20]), ("page.html", news::azerbaijani(3).as_bytes())]);
    check(
        &[("x.zip", &archive), ("y.html.gz", &gzip(&vec![b'0'; 100 << 20]))],
        &[("in/x.zip: bomb.html", "as ZIP bombs do"), ("in/y.html.gz", "over 64 MB, the most a page may have")],
        &["in/x.zip: page.html"],
    );
}

#[test]
fn names_in_a_zip_lead_nowhere() {
    let absolute = "/tmp/korpu-path-traversal.html";
    let names = ["../../../evil.html", absolute, "..\\..\\evil.html", "a/../../evil.html"];
    let pages: Vec<String> = (3..7).map(news::azerbaijani).collect();
    let members: Vec<(&str, &[u8])> = names.iter().copied().zip(pages.iter().map(|page| page.as_bytes())).collect();
    let places: Vec<String> = names.iter().map(|name| format!("in/x.zip: {name}")).collect();
    let mut places: Vec<&str> = places.iter().map(String::as_str).collect();
    places.sort_unstable();
    let desk = check(&[("x.zip", &zip(&members))], &[], &places);
    let mut found: Vec<_> = fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    found.sort_unstable();
    assert_eq!(found, ["in", "out"]);
    assert_eq!(fs::read_dir(desk.path("in")).unwrap().count(), 3);
    let above = desk.path("").join("../evil.html");
    assert!(!above.exists() && !Path::new(absolute).exists());
}

#[test]
fn control_characters_never_reach_an_export() {
    let page = news::azerbaijani(3)
        .replace("<title>", "<title>\u{2}&#3;\u{FFFE}")
        .replace("ton meyvə", "ton\0 \u{1}\u{b}\u{1b}[31m mey&#1;&#x1F;&#0;&#xFFFE;\u{FFFF}və");
    let text = "Ba\u{1}şlıq burada\u{1b}[2J\n\nBirinci\u{0} cümlə burada\u{8} dayanır.\u{7f}\n\n\u{c}İkinci abzas da burada.\u{FFFE}\n";
    let long = format!("{text}{}", "\nÜçüncü abzas da burada dayanır.\n".repeat(20));
    let desk = check(&[("a.html", page.as_bytes()), ("b.txt", long.as_bytes())], &[], &["in/a.html", "in/b.txt"]);
    let texts = desk.texts("out");
    assert!(texts.values().all(|text| !text.contains(|c: char| c.is_control() && c != '\n')), "{texts:?}");
    assert!(texts["in/b.txt"].contains("Birinci cümlə burada dayanır."), "{texts:?}");
}

#[test]
fn unpaired_surrogates_are_left_out() {
    let utf16 = |mark: &str| {
        let page = format!("{mark}{}", news::azerbaijani(3).replace("<meta charset=\"utf-8\">", ""));
        let mut units: Vec<u16> = page.encode_utf16().collect();
        let at =
            String::from_utf16_lossy(&units).find("rayonunda ildə").map(|_| page.find("ton meyvə").unwrap()).unwrap();
        let at = page[..at].encode_utf16().count();
        units.splice(at..at, [0xD800, u16::from(b' '), 0xDC00]);
        units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let escaped = news::azerbaijani(3).replace("ton meyvə", "&#xD800; ton meyvə").replace(
        "</head>",
        r#"<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"A\ud800li\udc00 M"}}</script></head>"#,
    );
    let desk = check(
        &[("a.html", &utf16("\u{FEFF}")), ("b.html", &utf16("")), ("c.html", escaped.as_bytes())],
        &[],
        &["in/a.html", "in/b.html", "in/c.html"],
    );
    for (place, text) in desk.texts("out").iter().filter(|(place, _)| !place.contains("good")) {
        assert!(text.contains(" ton meyvə emal edən") && !text.contains('\u{FFFD}'), "{place}: {text}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_and_a_file_without_read_permission_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.put("good.html", news::azerbaijani(1)).put("file.html", news::azerbaijani(2)).put("folder/a.html", "x");
    let allow = |name: &str, mode| fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
    fs::create_dir(desk.path("out")).unwrap();
    allow("in/file.html", 0o000);
    allow("in/folder", 0o000);
    let output = if fs::read_dir(desk.path("in/folder")).is_err() {
        desk.command(&["in"], "out").output().unwrap()
    } else {
        // Root may read everything: somebody else has to run a copy, for whom the way to the target folder may be shut.
        fs::copy(korpu(), desk.path("korpu")).unwrap();
        allow("", 0o755);
        allow("out", 0o777);
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let run = ["./korpu", "run", "in", "-o", "out", "--json", "-v"];
        match Command::new("setpriv").args(nobody).args(run).current_dir(desk.path("")).output() {
            Ok(output) => output,
            Err(error) => return eprintln!("skipped: root may read everything, and there is no setpriv ({error})"),
        }
    };
    allow("in/folder", 0o755);
    let run = Run::of(output);
    told(
        &run,
        &[
            ("in/file.html", "the file cannot be read: Permission denied (os error 13). Allow yourself to read it"),
            ("in/folder", "the folder cannot be read: Permission denied (os error 13). Allow yourself to read it"),
        ],
    );
    assert_eq!(run.count("new"), 1);
    well_formed(&desk.outputs("out"));
}

#[test]
fn a_store_of_a_newer_format_is_refused_and_left_as_it_is() {
    let desk = Desk::new();
    desk.put("good.html", news::azerbaijani(1)).run("out", &[]);
    let db = open(&desk.path("out"));
    db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99").unwrap();
    drop(db);
    let before = fs::read(desk.path("out/corpus.korpu")).unwrap();
    desk.put("new.html", news::azerbaijani(2));
    let message = failure(desk.command(&["in"], "out").output().unwrap());
    assert!(message.contains("out/corpus.korpu: the store has format version 99"), "{message}");
    assert!(message.contains("use a newer korpu"), "{message}");
    assert!(fs::read(desk.path("out/corpus.korpu")).unwrap() == before);
}

#[test]
fn a_wrong_set_up_stops_the_run_before_any_work() {
    let desk = Desk::new();
    desk.put("good.html", news::azerbaijani(1)).put("a-file", "x");
    let message = failure(desk.command(&["in", "nowhere"], "out").output().unwrap());
    assert!(message.contains("nowhere: no such file or folder"), "{message}");
    assert!(!desk.path("out").exists());
    let message = failure(desk.command(&["in/good.html"], "in/a-file").output().unwrap());
    assert!(message.contains("in/a-file: "), "{message}");
}

#[test]
fn refusals_change_the_exit_code_only_where_asked() {
    let desk = Desk::new();
    desk.put("empty.html", "").put("good.html", news::azerbaijani(1));
    assert_eq!(desk.command(&["in"], "lax").status().unwrap().code(), Some(0));
    assert_eq!(desk.command(&["in"], "strict").arg("--strict").status().unwrap().code(), Some(3));
}
