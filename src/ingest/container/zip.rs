//! A ZIP archive holds pages as members: files in a folder, packed. A WACZ (Web Archive Collection Zipped 1.1, what
//! ArchiveWeb.page and Browsertrix give out) is a ZIP whose pages lie in the WARCs of its `archive/` folder.
//!
//! Members are read like files of a folder, with limits against archives made to fill memory or disk.

use super::{Emit, is_asset, plain, refusal};
use crate::model::{Moment, Provenance};
use ::zip::{DateTime, ZipArchive, read::ZipFile, result::ZipError};
use std::io::{self, Read, Seek};
use std::ops::ControlFlow;

/// What an archive may unpack to.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The most bytes of all members together. (One page has at most `PAGE_LIMIT`; a WARC is a stream of pages.)
    total: u64,
    /// How many times its packed size a member may have: HTML packs 5 to 20 times, a bomb 1,000 times.
    ratio: u64,
    /// Up to here the ratio does not count: a short file of blanks is no bomb.
    ratio_from: u64,
}

const LIMITS: Limits = Limits { total: 4 << 30, ratio: 200, ratio_from: 1 << 20 };

impl Limits {
    /// Refuses what unpacks to too many times its packed size.
    fn allow(self, unpacked: u64, packed: u64) -> io::Result<()> {
        let Limits { ratio, ratio_from, .. } = self;
        if unpacked > ratio_from && unpacked > packed.saturating_mul(ratio) {
            return Err(io::Error::other(format!("unpacks to over {ratio} times its packed size, as ZIP bombs do")));
        }
        Ok(())
    }
}

/// Gives out the pages of a ZIP archive in the order of its directory.
///
/// A page's provenance is that of `origin`, with the member's name as the archive writes it and the member's time.
/// Encrypted members, archives inside the archive and what goes over the limits are refusals that name the member.
pub fn pages(reader: impl Read + Seek, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    within(LIMITS, reader, origin, emit)
}

fn within(limits: Limits, reader: impl Read + Seek, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    let mut archive = match ZipArchive::new(reader) {
        Ok(archive) => archive,
        Err(error) => {
            let reason = format!("not a whole ZIP archive ({}). Fetch or pack it again", words(&error));
            return emit(Err(refusal(origin, reason)));
        }
    };
    if let Some((_, what)) = DOCUMENTS.iter().find(|(member, _)| archive.index_for_name(member).is_some()) {
        return emit(Err(refusal(origin, format!("not a page: {what}. Save it as HTML or plain text"))));
    }
    let is_wacz = archive.index_for_name("datapackage.json").is_some();
    let mut total = 0;
    for index in 0..archive.len() {
        let Some(name) = archive.name_for_index(index) else { continue };
        if name.ends_with(['/', '\\']) || is_asset(name) || (is_wacz && !is_warc_of_wacz(name)) {
            continue;
        }
        let member = Provenance { member: Some(plain(name)), ..origin.clone() };
        match archive.by_index(index) {
            Ok(file) => read(file, member, limits, &mut total, emit)?,
            Err(error) => emit(Err(refusal(&member, words(&error))))?,
        }
        if total > limits.total {
            let left = archive.len() - index - 1;
            let reason = format!("{left} members after the limit of {} GB were not read", limits.total >> 30);
            return emit(Err(refusal(origin, reason)));
        }
    }
    ControlFlow::Continue(())
}

/// Reads one member, counting it in `total`.
fn read<R: Read>(
    file: ZipFile<'_, R>,
    mut origin: Provenance,
    limits: Limits,
    total: &mut u64,
    emit: &mut Emit,
) -> ControlFlow<()> {
    origin.fetched = file.last_modified().and_then(moment).or(origin.fetched);
    let packed = file.compressed_size();
    // The sizes the archive states are enough against honest bombs; `Metered` holds against those that lie.
    if let Err(error) = limits.allow(file.size(), packed) {
        return emit(Err(refusal(&origin, error.to_string())));
    }
    super::pages(Metered { member: file, packed, read: 0, total, limits }, &origin, emit)
}

/// A member that stops with an error when it unpacks to more than the limits allow.
struct Metered<'a, R> {
    member: R,
    packed: u64,
    read: u64,
    total: &'a mut u64,
    limits: Limits,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.limits.allow(self.read, self.packed)?;
        let total = self.limits.total;
        if *self.total > total {
            let reason = format!(
                "over {} GB with the members before it, the most an archive may have. Unpack it and give its folder",
                total >> 30
            );
            return Err(io::Error::other(reason));
        }
        let read = self.member.read(buffer)?;
        self.read += read as u64;
        *self.total += read as u64;
        Ok(read)
    }
}

/// The members of a WACZ that hold its pages; the rest are indexes, logs and lists (WACZ 1.1, section 5).
fn is_warc_of_wacz(name: &str) -> bool {
    name.starts_with("archive/") && (name.ends_with(".warc") || name.ends_with(".warc.gz"))
}

/// The time of a member as its packer's clock showed it, without a zone: ZIP has none.
fn moment(time: DateTime) -> Option<Moment> {
    // 1980-01-01 00:00 is what packers write that know no time.
    if time == DateTime::default() {
        return None;
    }
    Moment::date(i16::try_from(time.year()).ok()?, time.month(), time.day())?.at(
        time.hour(),
        time.minute(),
        time.second(),
    )
}

fn words(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "encrypted: not read. Unpack it with its password and give the folder".to_owned()
        }
        ZipError::CompressionMethodNotSupported(method) => {
            format!("packed with method {method}, which is not read (deflate and none are). Pack it again with deflate")
        }
        ZipError::InvalidArchive(reason) => format!("damaged: {reason}"),
        other => other.to_string(),
    }
}

/// Documents that are ZIP archives, by a member that only they have.
const DOCUMENTS: &[(&str, &str)] = &[
    ("[Content_Types].xml", "an Office document (docx, xlsx, pptx)"),
    ("META-INF/container.xml", "an EPUB book"),
    ("mimetype", "an OpenDocument file or an EPUB book"),
];

#[cfg(test)]
mod tests {
    use super::super::tests::{collected, gzip, origin, told};
    use super::*;
    use ::zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};
    use std::io::{Cursor, Write};

    fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            let time = DateTime::from_date_and_time(2026, 3, 14, 9, 26, 52).unwrap();
            writer.start_file(*name, SimpleFileOptions::default().last_modified_time(time)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn found_within(limits: Limits, zip: &[u8]) -> Vec<String> {
        told(&collected(|emit| within(limits, Cursor::new(zip), &origin("x.zip"), emit)).0)
    }

    fn check(members: &[(&str, &[u8])], expected: &[&str]) {
        assert_eq!(found_within(LIMITS, &packed(members)), expected);
    }

    const WARC: &[u8] =
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:a>\r\nContent-Type: text/html\r\n\
        Content-Length: 4\r\n\r\n<p>x\r\n\r\n";

    #[test]
    fn pages_are_read_and_what_dresses_them_is_passed_over() {
        check(
            &[
                ("az/xəbər.html", "<p>Bakı".as_bytes()),
                ("az/xəbər_files/ad.html", b"<p>ad"),
                ("logo.png", b"\x89PNG"),
                ("b.md", b"# b"),
                ("c.txt", b"c"),
                ("d.html.gz", &gzip(b"<p>d")),
                ("e.bin", &[0, 1, 2, 0, 0]),
                ("f.html", b""),
            ],
            &[
                "x.zip: az/xəbər.html [Html] <p>Bakı",
                "x.zip: b.md [Markdown] # b",
                "x.zip: c.txt [Text] c",
                "x.zip: d.html.gz [Html] <p>d",
                "x.zip: e.bin: not a page: binary data. Pages are HTML, plain text and Markdown, alone or in WARC, ZIP and gzip",
                "x.zip: f.html: empty file",
            ],
        );
    }

    #[test]
    fn a_member_keeps_its_time() {
        let (out, _) = collected(|emit| pages(Cursor::new(packed(&[("a.txt", b"a")])), &origin("x.zip"), emit));
        assert_eq!(out[0].as_ref().unwrap().provenance.fetched.unwrap().to_string(), "2026-03-14T09:26:52");
    }

    #[test]
    fn the_pages_of_a_wacz_are_those_of_its_warcs() {
        check(
            &[
                ("datapackage.json", b"{}"),
                ("pages/pages.jsonl", b"{}"),
                ("indexes/index.cdx.gz", &gzip(b"az,x)/")),
                ("archive/data.warc.gz", &gzip(WARC)),
            ],
            &["x.zip: archive/data.warc.gz: urn:uuid:a [Html] <p>x"],
        );
        check(&[("x.warc", WARC)], &["x.zip: x.warc: urn:uuid:a [Html] <p>x"]);
        check(
            &[("x.warc", &WARC[..WARC.len() - 6]), ("y.txt", b"y")],
            &[
                "x.zip: x.warc: truncated at byte 109: the last record is cut off; the pages before it were read",
                "x.zip: y.txt [Text] y",
            ],
        );
    }

    #[test]
    fn names_that_lead_out_of_the_archive_are_only_text() {
        check(
            &[
                ("../../etc/passwd.txt", b"a"),
                ("/etc/shadow.html", b"<p>b"),
                ("..\\..\\c.txt", b"c"),
                ("d\x1b[31m.txt", b"d"),
            ],
            &[
                "x.zip: ../../etc/passwd.txt [Text] a",
                "x.zip: /etc/shadow.html [Html] <p>b",
                "x.zip: ..\\..\\c.txt [Text] c",
                "x.zip: d\u{FFFD}[31m.txt [Text] d",
            ],
        );
    }

    #[test]
    fn a_zip_bomb_is_refused_whether_it_tells_its_size_or_lies() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("bomb.txt", SimpleFileOptions::default()).unwrap();
        let megabyte = vec![b' '; 1 << 20];
        (0..1024).for_each(|_| writer.write_all(&megabyte).unwrap());
        writer.start_file("page.txt", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"page").unwrap();
        let mut zip = writer.finish().unwrap().into_inner();
        let bomb = "x.zip: bomb.txt: unpacks to over 200 times its packed size, as ZIP bombs do";
        assert_eq!(found_within(LIMITS, &zip), [bomb, "x.zip: page.txt [Text] page"]);
        let central = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        zip[central + 24..central + 28].copy_from_slice(&100_u32.to_le_bytes());
        let found = found_within(LIMITS, &zip);
        assert!(found[0].starts_with("x.zip: bomb.txt: over 64 MB"), "{}", found[0]);
        assert_eq!(found[1..], ["x.zip: page.txt [Text] page"]);
    }

    #[test]
    fn an_archive_has_a_limit_in_all() {
        let limits = Limits { total: 1000, ..LIMITS };
        let page = vec![b'a'; 800];
        let found = found_within(limits, &packed(&[("a.txt", &page), ("b.txt", &page), ("c.txt", &page)]));
        assert_eq!(found.len(), 3);
        assert!(found[1].starts_with("x.zip: b.txt: over 0 GB with the members before it"), "{}", found[1]);
        assert!(found[2].starts_with("x.zip: 1 members after the limit"), "{}", found[2]);
    }

    #[test]
    fn a_page_over_the_limit_is_refused_by_its_name() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file("long.txt", stored).unwrap();
        let megabyte = vec![b'a'; 1 << 20];
        (0..=super::super::PAGE_LIMIT >> 20).for_each(|_| writer.write_all(&megabyte).unwrap());
        let zip = writer.finish().unwrap().into_inner();
        assert_eq!(found_within(LIMITS, &zip), [format!("x.zip: long.txt: {}", super::super::too_large())]);
    }

    #[test]
    fn archives_in_archives_and_encrypted_members_are_refused() {
        let inner = packed(&[("a.html", b"<p>a")]);
        check(
            &[("inner.zip", &inner), ("b.txt", b"b")],
            &[
                "x.zip: inner.zip: a ZIP inside a ZIP: not opened. Unpack the outer archive and give its folder as input",
                "x.zip: b.txt [Text] b",
            ],
        );
        // Bit 0 of the flags, at byte 6 of the local and 8 of the central header, says "encrypted".
        let mut zip = packed(&[("secret.txt", b"x")]);
        let central = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        zip[6] |= 1;
        zip[central + 8] |= 1;
        assert_eq!(
            found_within(LIMITS, &zip),
            ["x.zip: secret.txt: encrypted: not read. Unpack it with its password and give the folder"]
        );
    }

    #[test]
    fn damage_is_told_and_the_other_members_are_read() {
        let mut zip = packed(&[("a.txt", "Salam, dünya".repeat(20).as_bytes()), ("b.txt", b"b")]);
        let checksum = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap() + 16;
        zip[checksum] ^= 1;
        assert_eq!(found_within(LIMITS, &zip), ["x.zip: a.txt: Invalid checksum", "x.zip: b.txt [Text] b"]);
        let half = &zip[..zip.len() / 2];
        let found = found_within(LIMITS, half);
        assert!(found.len() == 1 && found[0].starts_with("x.zip: not a whole ZIP archive"), "{found:?}");
    }

    #[test]
    fn documents_that_are_archives_inside_are_told_by_name() {
        check(
            &[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")],
            &["x.zip: not a page: an Office document (docx, xlsx, pptx). Save it as HTML or plain text"],
        );
    }
}
