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
