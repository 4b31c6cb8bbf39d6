//! A WARC (ISO 28500, 1.0 and 1.1) is a row of records, each a header and a body; what a server answered is a record.
//! This module reads the pages of a WARC as wget, Browsertrix and ArchiveWeb.page write them.
//!
//! The records are read one after another: no body is held but that of a page. `response`, `resource` and `conversion`
//! records can be pages; a `revisit` says that a page had not changed, so it adds nothing.

use super::header::Header;
use super::http::{self, Payload};
use super::{BUFFER, Emit, line, page, plain, reason, refusal};
use crate::model::{Moment, Provenance, Refusal};
use flate2::bufread::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Take};
use std::ops::ControlFlow;

/// After so many damaged places the rest of a WARC is given up: it is not one.
const DAMAGE_LIMIT: usize = 100;

/// Whether bytes begin like a WARC.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"WARC/")
}

/// Gives out the pages of a WARC, `gzip` where its records are packed (one gzip member each, or all in one).
///
/// A page's provenance is that of `origin`, with the record's id as (or behind the) member, its WARC-Target-URI and its
/// WARC-Date. A WARC that is cut off gives the pages before the cut and one refusal; between damaged places, what can be
/// read is read.
pub fn pages(reader: impl Read, origin: &Provenance, gzip: bool, emit: &mut Emit) -> ControlFlow<()> {
    let count = Cell::new(0);
    let counted = BufReader::with_capacity(BUFFER, Counted { reader, count: &count });
    if gzip {
        records(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(counted)), &count, origin, emit)
    } else {
        records(counted, &count, origin, emit)
    }
}

fn records(mut input: impl BufRead, count: &Cell<u64>, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    let (mut ordinal, mut damages, mut in_damage) = (0, 0, false);
    loop {
        let record = match next(&mut input) {
            Ok(Next::Record(record)) => record,
            Ok(Next::End) => return ControlFlow::Continue(()),
            Ok(Next::Damage) if in_damage => continue,
            Ok(Next::Damage) if damages == DAMAGE_LIMIT => {
                let reason = format!("more than {DAMAGE_LIMIT} damaged places: the rest was not read");
                return emit(Err(refusal(origin, reason)));
            }
            Ok(Next::Damage) => {
                (in_damage, damages) = (true, damages + 1);
                let place = count.get();
                let reason =
                    format!("damaged near byte {place}: no WARC record where one should begin; read on from the next");
                emit(Err(refusal(origin, reason)))?;
                continue;
            }
            Err(error) => return emit(Err(stopped(&error, count, origin))),
        };
        in_damage = false;
        ordinal += 1;
        let mut body = input.by_ref().take(record.length);
        let payload = record.payload(&mut body);
        // Whether the page or the WARC is to blame for an error shows when the rest of the record is read.
        match io::copy(&mut body, &mut io::sink()) {
            Err(error) => return emit(Err(stopped(&error, count, origin))),
            Ok(_) if body.limit() > 0 => {
                return emit(Err(stopped(&io::ErrorKind::UnexpectedEof.into(), count, origin)));
            }
            Ok(_) => {}
        }
        let provenance = record.provenance(origin, ordinal);
        match payload {
            Ok(None) => {}
            Ok(Some(payload)) if payload.bytes.is_empty() => emit(Err(refusal(&provenance, "empty page")))?,
            Ok(Some(Payload { bytes, media_type, charset })) => emit(Ok(page(bytes, media_type, charset, provenance)))?,
            Err(error) => emit(Err(refusal(&provenance, reason(&error))))?,
        }
    }
}

/// The refusal that ends a WARC which cannot be read to its end.
fn stopped(error: &io::Error, count: &Cell<u64>, origin: &Provenance) -> Refusal {
    let place = count.get();
    let reason = match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            format!("truncated at byte {place}: the last record is cut off; the pages before it were read")
        }
        _ => format!("unreadable near byte {place}: {error}; the pages before it were read"),
    };
    refusal(origin, reason)
}

/// What stands next in a WARC.
enum Next {
    Record(Record),
    /// A line that begins no record, or a header without a length.
    Damage,
    End,
}

/// The header of a record.
struct Record {
    header: Header,
    length: u64,
}

fn next(input: &mut impl BufRead) -> io::Result<Next> {
    let start = loop {
        match line(input)? {
            None => return Ok(Next::End),
            Some(line) if line.iter().all(u8::is_ascii_whitespace) => {}
            Some(line) => break line,
        }
    };
    if !begins(&start) {
        // "WAR" and then nothing is a record cut off, not damage.
        let cut_off = b"WARC/".starts_with(&start) && input.fill_buf()?.is_empty();
        return if cut_off { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Next::Damage) };
    }
    let header = Header::read(input)?;
    Ok(match header.value("Content-Length").and_then(|length| length.parse().ok()) {
        Some(length) => Next::Record(Record { header, length }),
        None => Next::Damage,
    })
}

impl Record {
    /// The page in the record, read from its body.
    fn payload<R: BufRead>(&self, body: &mut Take<R>) -> io::Result<Option<Payload>> {
        let url = self.url();
        if !url.is_none_or(is_address_of_a_page) {
            return Ok(None);
        }
        let url = url.unwrap_or_default();
        let content_type = self.header.value("Content-Type");
        match self.header.value("WARC-Type").unwrap_or_default().to_ascii_lowercase().as_str() {
            "response" if content_type.is_none_or(is_http) => http::response(body, url),
            "resource" | "conversion" => http::bare(body, content_type, url),
            _ => Ok(None),
        }
    }

    /// WARC-Target-URI; wget 1.14 to 1.20 put it in `<>`.
    fn url(&self) -> Option<&str> {
        self.header.value("WARC-Target-URI").map(bare)
    }

    fn provenance(&self, origin: &Provenance, ordinal: u64) -> Provenance {
        let id = match self.header.value("WARC-Record-ID") {
            Some(id) => plain(bare(id)),
            None => format!("record {ordinal}"),
        };
        Provenance {
            member: Some(match &origin.member {
                Some(member) => format!("{member}: {id}"),
                None => id,
            }),
            url: self.url().map(plain).or_else(|| origin.url.clone()),
            fetched: self.header.value("WARC-Date").and_then(|date| date.parse::<Moment>().ok()).or(origin.fetched),
            ..origin.clone()
        }
    }
}

/// Without the `<>` around it.
fn bare(value: &str) -> &str {
    value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value).trim()
}

/// Whether a record can hold a page by its address. Crawlers keep notes of their own in records: wget its log
/// (`metadata://gnu.org/...`), Browsertrix the text of each page once more (`urn:text:https://...`). A robots.txt is plain
/// text, but no page.
fn is_address_of_a_page(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else { return true };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "file" | "ftp") && !path.ends_with("/robots.txt")
}

/// `application/http; msgtype=response`, in any spelling.
fn is_http(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/http")
}

/// A reader that counts what is read from it, so that a refusal can say where the file ends.
struct Counted<'a, R> {
    reader: R,
    count: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{collected, gzip, origin, told};
    use super::super::{PAGE_LIMIT, pages as any};
    use super::*;
    use crate::model::{MediaType, Page};

    /// A record as the standard has it.
    fn record(kind: &str, url: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
        let id = blake3::hash(url.as_bytes()).to_hex();
        let header = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: 2026-03-14T09:26:53Z\r\n\
             WARC-Target-URI: {url}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            id.get(..4).unwrap(),
            body.len()
        );
        [header.as_bytes(), body, b"\r\n\r\n"].concat()
    }

    fn response(url: &str, content_type: &str, body: &str) -> Vec<u8> {
        let message = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n{body}");
        record("response", url, "application/http; msgtype=response", message.as_bytes())
    }

    fn bodies(warc: &[u8]) -> Vec<String> {
        let (out, _) = collected(|emit| any(warc, &origin("x.warc"), emit));
        out.into_iter()
            .map(|one| match one {
                Ok(page) => String::from_utf8(page.bytes).unwrap(),
                Err(refusal) => refusal.reason,
            })
            .collect()
    }

    fn first(warc: &[u8]) -> Page {
        let (out, _) = collected(|emit| any(warc, &origin("x.warc.gz"), emit));
        out.into_iter().next().unwrap().unwrap()
    }

    #[test]
    fn a_record_of_wget_is_read() {
        // The layout of `wget --warc-file` 1.20, addresses in <>, the body as it came over the wire.
        let message = "HTTP/1.1 200 OK\r\nServer: nginx\r\ncontent-type: text/html; charset=windows-1254\r\n\
                       Transfer-Encoding: chunked\r\n\r\n8\r\n<p>Salam\r\n0\r\n\r\n";
        let info = "software: Wget/1.20.1 (linux-gnu)\r\nformat: WARC File Format 1.0\r\n";
        let warc = [
            format!(
                "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\n\
                 WARC-Date: 2026-03-14T09:26:53Z\r\nWARC-Record-ID: <urn:uuid:a>\r\nWARC-Filename: x.warc.gz\r\n\
                 Content-Length: {}\r\n\r\n{info}\r\n\r\n",
                info.len()
            ),
            "WARC/1.0\r\nWARC-Type: request\r\nWARC-Target-URI: <http://x.az/a>\r\n\
             Content-Type: application/http;msgtype=request\r\nContent-Length: 17\r\n\r\nGET /a HTTP/1.1\r\n\r\n\r\n"
                .to_owned(),
            format!(
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:b>\r\n\
                 WARC-Warcinfo-ID: <urn:uuid:a>\r\nWARC-Concurrent-To: <urn:uuid:c>\r\n\
                 WARC-Target-URI: <http://x.az/a>\r\nWARC-Date: 2026-03-14T09:26:53Z\r\nWARC-IP-Address: 192.0.2.1\r\n\
                 WARC-Block-Digest: sha1:X\r\nContent-Type: application/http;msgtype=response\r\n\
                 Content-Length: {}\r\n\r\n{message}\r\n\r\n",
                message.len()
            ),
        ];
        let packed: Vec<u8> = warc.iter().flat_map(|record| gzip(record.as_bytes())).collect();
        let page = first(&packed);
        assert_eq!(page.bytes, b"<p>Salam");
        assert_eq!(page.charset.as_deref(), Some("windows-1254"));
        assert_eq!(page.provenance.path, "x.warc.gz");
        assert_eq!(page.provenance.member.as_deref(), Some("urn:uuid:b"));
        assert_eq!(page.provenance.url.as_deref(), Some("http://x.az/a"));
        assert_eq!(page.provenance.fetched.unwrap().to_string(), "2026-03-14T09:26:53Z");
        assert_eq!(page.provenance.blake3, blake3::hash(b"<p>Salam").to_hex().to_string());
        assert_eq!(bodies(&warc.concat().into_bytes()), ["<p>Salam"]);
        // gzipped as one member, and nothing but LF.
        assert_eq!(bodies(&gzip(warc.concat().as_bytes())), ["<p>Salam"]);
    }

    #[test]
    fn a_record_of_browsertrix_is_read_and_its_notes_are_not() {
        // WARC 1.1 by warcio.js: fractions of seconds, lower-case HTTP headers, wire codings renamed, notes in `urn:`.
        let message =
            "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=UTF-8\r\nx-orig-content-encoding: br\r\n\r\n<p>Bakı";
        let page = format!(
            "WARC/1.1\r\nWARC-Page-ID: 7\r\nWARC-Resource-Type: document\r\n\
             WARC-JSON-Metadata: {{\"ipType\":\"Public\"}}\r\nWARC-Record-ID: <urn:uuid:d>\r\n\
             WARC-Target-URI: https://x.az/ru/?a=b\r\nWARC-Date: 2026-03-14T09:26:53.589Z\r\nWARC-Type: response\r\n\
             Content-Type: application/http; msgtype=response\r\nWARC-Payload-Digest: sha256:X\r\n\
             Content-Length: {}\r\n\r\n{message}\r\n\r\n",
            message.len()
        );
        let warc: Vec<u8> = [
            record(
                "response",
                "https://x.az/logo.png",
                "application/http; msgtype=response",
                b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n\x89PNG",
            ),
            page.into_bytes(),
            record("resource", "urn:text:https://x.az/ru/", "text/plain", b"once more"),
            record("resource", "metadata://gnu.org/software/wget/warc/wget.log", "text/plain", b"log"),
            record("metadata", "https://x.az/ru/", "application/warc-fields", b"fetchTimeMs: 9"),
            response("https://x.az/robots.txt", "text/plain", "User-agent: *"),
            record(
                "revisit",
                "https://x.az/",
                "application/http; msgtype=response",
                b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n",
            ),
        ]
        .iter()
        .flat_map(|record| gzip(record))
        .collect();
        assert_eq!(bodies(&warc), ["<p>Bakı"]);
        let page = first(&warc);
        assert_eq!(page.provenance.url.as_deref(), Some("https://x.az/ru/?a=b"));
        assert_eq!(page.provenance.fetched.unwrap().to_string(), "2026-03-14T09:26:53Z");
    }

    #[test]
    fn pages_that_crawlers_store_bare_are_read() {
        let warc = [
            record("resource", "file:///a/x.html", "text/html", b"<p>resource"),
            record("conversion", "http://x.az/", "text/plain; charset=utf-8", b"conversion"),
            record("resource", "http://x.az/x.css", "text/css", b"p {}"),
        ]
        .concat();
        assert_eq!(bodies(&warc), ["<p>resource", "conversion"]);
        assert_eq!(first(&warc).media_type, MediaType::Html);
    }

    #[test]
    fn headers_are_read_as_they_come() {
        let body = "HTTP/1.0 200 OK\ncontent-TYPE:text/html\n\n<p>x";
        let warc = format!(
            "WARC/1.0\nwarc-type:response\nWARC-Target-URI:<http://x.az/\n  long>\ncontent-type:APPLICATION/HTTP\n\
             content-length:{}\n\n{body}\n\n",
            body.len()
        );
        let page = first(warc.as_bytes());
        assert_eq!(page.bytes, b"<p>x");
        assert_eq!(page.provenance.url.as_deref(), Some("http://x.az/ long"));
        assert_eq!(page.provenance.member.as_deref(), Some("record 1"));
    }

    #[test]
    fn a_warc_cut_off_anywhere_gives_the_pages_before_the_cut_and_one_refusal() {
        let records =
            [response("http://x.az/1", "text/html", "<p>bir"), response("http://x.az/2", "text/html", "<p>iki")];
        for packed in [false, true] {
            let [one, two] = records.clone().map(|record| if packed { gzip(&record) } else { record });
            let whole = [one.clone(), two].concat();
            // The last 4 bytes of a plain record are its empty lines: without them it is whole.
            let end = if packed { whole.len() } else { whole.len() - 4 };
            for cut in one.len() + 1..end {
                let expected =
                    format!("truncated at byte {cut}: the last record is cut off; the pages before it were read");
                let found = bodies(&whole[..cut]);
                // In gzip the body may be whole before its checksum is.
                let (last, before) = found.split_last().unwrap();
                assert_eq!(last, &expected, "{packed} {cut}");
                assert!(before == ["<p>bir"] || (packed && before == ["<p>bir", "<p>iki"]), "{before:?}");
            }
        }
    }

    #[test]
    fn a_damaged_record_costs_only_itself() {
        let lost = b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>no length\r\n\r\n".to_vec();
        let mut long = response("http://x.az/2", "text/html", "<p>iki");
        long.splice(
            ..,
            String::from_utf8(long.clone()).unwrap().replace("Content-Length: 5", "Content-Length: 9").into_bytes(),
        );
        let warc =
            [response("http://x.az/1", "text/html", "<p>bir"), lost, response("http://x.az/3", "text/html", "<p>üç")];
        let found = bodies(&warc.concat());
        assert_eq!((found.len(), &*found[0], &*found[2]), (3, "<p>bir", "<p>üç"));
        assert!(found[1].contains("no WARC record where one should begin"), "{}", found[1]);
        let nonsense =
            "WARC/1.0\n\n".repeat(DAMAGE_LIMIT * 3) + &"x\nWARC/1.0\nContent-Length: 0\n\n".repeat(DAMAGE_LIMIT * 3);
        assert_eq!(bodies(nonsense.as_bytes()).len(), DAMAGE_LIMIT + 1);
        let gzip_then_noise = [gzip(&warc[0]), b"noise".to_vec()].concat();
        let found = bodies(&gzip_then_noise);
        assert_eq!((found.len(), &*found[0]), (2, "<p>bir"));
        assert!(found[1].contains("the pages before it were read"), "{}", found[1]);
    }

    #[test]
    fn a_page_that_cannot_be_read_is_refused_by_its_record() {
        let message = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n\x1b\xff\xff";
        let warc = [
            record("response", "http://x.az/1", "application/http", message),
            response("http://x.az/2", "text/html", ""),
            response("http://x.az/3", "text/html", "<p>üç"),
        ];
        let (out, _) = collected(|emit| any(&*warc.concat(), &origin("x.warc"), emit));
        let found = told(&out);
        assert!(found[0].starts_with("x.warc: urn:uuid:") && found[0].contains("Content-Encoding br is not read"));
        assert!(found[1].ends_with("empty page"), "{}", found[1]);
        assert!(found[2].ends_with("<p>üç"), "{}", found[2]);
    }

    #[test]
    fn a_large_body_is_read_past_and_not_held() {
        let length = PAGE_LIMIT + 1000;
        let header = |content_type: &str| {
            format!(
                "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
            )
        };
        let film = header("video/mp4");
        let page = header("text/html");
        let last = response("http://x.az/3", "text/html", "<p>üç");
        let body = || io::repeat(b'a').take(length);
        let warc = film.as_bytes().chain(body()).chain(&b"\r\n\r\n"[..]).chain(page.as_bytes()).chain(body());
        let (out, _) = collected(|emit| any(warc.chain(&b"\r\n\r\n"[..]).chain(&*last), &origin("x.warc"), emit));
        let found = told(&out);
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("x.warc: record 2: over 64 MB"), "{}", found[0]);
    }

    #[test]
    fn the_reading_ends_when_it_is_told_to() {
        let warc = response("http://x.az/1", "text/html", "<p>bir").repeat(3);
        let mut count = 0;
        let flow = any(&*warc, &origin("x.warc"), &mut |_| {
            count += 1;
            ControlFlow::Break(())
        });
        assert_eq!((count, flow), (1, ControlFlow::Break(())));
    }
}
