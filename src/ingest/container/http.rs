//! A payload is what an HTTP message carries once its codings are undone: the bytes a browser would show.

use super::header::{Header, charset};
use super::media::{is_utf8, of_content_type};
use super::{HEAD, PAGE_LIMIT, held, line, media_type, peek, too_large};
use crate::model::MediaType;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, BufRead, BufReader, Read, Take};

/// The payload of a page.
#[derive(Debug)]
pub(super) struct Payload {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: MediaType,
    pub(super) charset: Option<String>,
}

/// The payload of an HTTP response stored as received; `None` where it is no page (another type, no success).
///
/// Only a page is held, and only up to [`PAGE_LIMIT`], packed and unpacked. Errors are the page's own or the stream's.
pub(super) fn response<R: BufRead>(message: &mut Take<R>, url: &str) -> io::Result<Option<Payload>> {
    let status = line(message)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let Some(status) = status_code(&status) else {
        return Err(invalid("an HTTP response without a status line"));
    };
    let header = Header::read(message)?;
    if !(200..300).contains(&status) {
        return Ok(None);
    }
    let content_type = header.value("Content-Type");
    if content_type.is_some_and(|value| of_content_type(value).is_none()) {
        return Ok(None);
    }
    if message.limit() > PAGE_LIMIT {
        return Err(io::Error::other(too_large()));
    }
    let codings: Vec<String> = ["Transfer-Encoding", "Content-Encoding"]
        .iter()
        .flat_map(|name| header.values(name))
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .collect();
    let bytes = if codings.iter().any(|coding| coding == "chunked") {
        unpacked(BufReader::new(Chunks::of(message)?), &codings)?
    } else {
        unpacked(message, &codings)?
    };
    Ok(payload(bytes, content_type, url))
}

/// The payload of a record that holds it bare; `None` where it is no page.
pub(super) fn bare<R: BufRead>(
    body: &mut Take<R>,
    content_type: Option<&str>,
    url: &str,
) -> io::Result<Option<Payload>> {
    if content_type.is_some_and(|value| of_content_type(value).is_none()) {
        return Ok(None);
    }
    if body.limit() > PAGE_LIMIT {
        return Err(io::Error::other(too_large()));
    }
    Ok(payload(held(body)?, content_type, url))
}

/// Without a Content-Type the bytes are asked what they are.
fn payload(bytes: Vec<u8>, content_type: Option<&str>, url: &str) -> Option<Payload> {
    let media_type = match content_type {
        Some(value) => of_content_type(value)?,
        None => media_type(url, &bytes)?,
    };
    Some(Payload { bytes, media_type, charset: content_type.and_then(charset) })
}

/// 200 in `HTTP/1.1 200 OK`, and in `HTTP/2 200`.
fn status_code(line: &[u8]) -> Option<u16> {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    words.next().filter(|word| word.to_ascii_uppercase().starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

/// Undoes the one packing among `codings`.
///
/// Crawlers that store bodies unpacked often leave the header as it was: a body that plainly is not packed is taken as
/// it is.
fn unpacked(body: impl BufRead, codings: &[String]) -> io::Result<Vec<u8>> {
    let packings: Vec<&str> =
        codings.iter().map(String::as_str).filter(|coding| !matches!(*coding, "" | "chunked" | "identity")).collect();
    let (head, body) = peek(body, HEAD)?;
    match packings.as_slice() {
        [] => held(body),
        ["gzip" | "x-gzip"] if head.starts_with(&[0x1f, 0x8b]) => held(MultiGzDecoder::new(body)),
        ["gzip" | "x-gzip"] => held(body),
        ["deflate"] if is_zlib(&head) => held(ZlibDecoder::new(body)),
        _ if is_utf8(&head) => held(body),
        // RFC 9110 asks for zlib, but servers have sent bare deflate for as long as browsers have read it.
        ["deflate"] => held(DeflateDecoder::new(body)),
        packings => Err(invalid(&format!(
            "Content-Encoding {} is not read (gzip, deflate and none are). Fetch the page without it",
            packings.join(", ")
        ))),
    }
}

/// Whether bytes begin with a zlib header (RFC 1950: method 8, and a checksum of the two bytes).
fn is_zlib(head: &[u8]) -> bool {
    match head {
        [method, flags, ..] => method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0,
        _ => false,
    }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// A chunked body (RFC 9112, 7.1) as the bytes it stands for.
///
/// A body cut off before its last chunk is given as far as it goes, as browsers show it.
struct Chunks<'a> {
    body: Box<dyn BufRead + 'a>,
    /// Bytes left of the current chunk; `None` once the last chunk is read.
    left: Option<u64>,
    /// Whether the body is not chunked after all: crawlers that store it joined often leave the header as it was.
    joined: bool,
}

impl<'a> Chunks<'a> {
    fn of(body: impl BufRead + 'a) -> io::Result<Self> {
        // 16 digits are the largest size; the rest is for an extension.
        let (head, mut body) = peek(body, 64)?;
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let joined = chunk_size(first).is_none();
        let left = if joined { None } else { next_size(&mut body)? };
        Ok(Chunks { body: Box::new(body), left, joined })
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.joined {
            return self.body.read(buffer);
        }
        let Some(left) = self.left.filter(|_| !buffer.is_empty()) else { return Ok(0) };
        let read = self.body.by_ref().take(left).read(buffer)?;
        self.left = match left.saturating_sub(read as u64) {
            _ if read == 0 => None,
            0 => {
                line(&mut self.body)?;
                next_size(&mut self.body)?
            }
            left => Some(left),
        };
        Ok(read)
    }
}

/// The size of the chunk that begins here; `None` at the last chunk and where the body is cut off.
fn next_size(body: &mut impl BufRead) -> io::Result<Option<u64>> {
    match line(body)? {
        None => Ok(None),
        Some(line) => match chunk_size(&line) {
            Some(size) => Ok(Some(size).filter(|size| *size > 0)),
            None => Err(invalid("a broken chunk in the HTTP body")),
        },
    }
}

/// The size in a chunk's first line: `1a; name=value`.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    let digits = line.split(';').next()?.trim();
    // `from_str_radix` alone would take a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u64::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::container::tests::gzip;
    use flate2::{Compression, write};
    use std::io::Write;

    const TEXT: &str = "<p>Şəki şəhərində festival başlayıb.</p>";

    fn read(header: &str, body: &[u8]) -> Result<Option<String>, String> {
        let message = [header.replace('\n', "\r\n").as_bytes(), b"\r\n\r\n", body].concat();
        let length = message.len() as u64;
        response(&mut message.as_slice().take(length), "http://x.az/")
            .map(|payload| payload.map(|payload| String::from_utf8_lossy(&payload.bytes).into_owned()))
            .map_err(|error| error.to_string())
    }

    fn check(header: &str, body: &[u8], expected: Option<&str>) {
        let header = format!("HTTP/1.1 200 OK\n{header}");
        assert_eq!(read(&header, body), Ok(expected.map(str::to_owned)), "{header}");
    }

    fn chunked(body: &[u8], size: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for chunk in body.chunks(size) {
            out.extend(format!("{:X};x=y\r\n", chunk.len()).bytes());
            out.extend(chunk);
            out.extend(b"\r\n");
        }
        out.extend(b"0\r\nTrailer: x\r\n\r\n");
        out
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = write::ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = write::DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn codings_are_undone() {
        let html = "Content-Type: text/html";
        check(html, TEXT.as_bytes(), Some(TEXT));
        check(&format!("{html}\nTransfer-Encoding: chunked"), &chunked(TEXT.as_bytes(), 7), Some(TEXT));
        check(&format!("{html}\nContent-Encoding: gzip"), &gzip(TEXT.as_bytes()), Some(TEXT));
        check(&format!("{html}\ncontent-encoding:x-gzip"), &gzip(TEXT.as_bytes()), Some(TEXT));
        check(&format!("{html}\nContent-Encoding: deflate"), &zlib(TEXT.as_bytes()), Some(TEXT));
        check(&format!("{html}\nContent-Encoding: deflate"), &deflate(TEXT.as_bytes()), Some(TEXT));
        let both = format!("{html}\nTransfer-Encoding: Chunked\nContent-Encoding: gzip");
        check(&both, &chunked(&gzip(TEXT.as_bytes()), 5), Some(TEXT));
    }

    #[test]
    fn a_header_left_over_from_the_wire_is_forgiven() {
        let html = "Content-Type: text/html";
        check(&format!("{html}\nTransfer-Encoding: chunked"), TEXT.as_bytes(), Some(TEXT));
        for coding in ["gzip", "deflate", "br", "zstd"] {
            check(&format!("{html}\nContent-Encoding: {coding}"), TEXT.as_bytes(), Some(TEXT));
        }
    }

    #[test]
    fn a_body_cut_off_between_chunks_is_given_as_far_as_it_goes() {
        // Each chunk is a line of 7 bytes, 10 bytes of text and 2 of line end.
        let whole = chunked(TEXT.as_bytes(), 10);
        check("Transfer-Encoding: chunked", &whole[..19], Some("<p>Şəki "));
        check("Transfer-Encoding: chunked", &whole[..19 + 7 + 2], Some("<p>Şəki ş"));
    }

    #[test]
    fn only_successful_pages_are_read() {
        check("Content-Type: image/png", b"\x89PNG", None);
        check("Content-Type: application/json", b"{}", None);
        check("Content-Type: TEXT/HTML ; charset=x", b"x", Some("x"));
        check("Content-Type: application/xhtml+xml", b"x", Some("x"));
        check("X: no type", b"<html>", Some("<html>"));
        check("X: no type", b"\x89PNG", None);
        assert_eq!(read("HTTP/1.1 404 Not Found\nContent-Type: text/html", b"x"), Ok(None));
        assert_eq!(read("HTTP/1.1 301 Moved\nContent-Type: text/html", b"x"), Ok(None));
        assert_eq!(read("HTTP/2 200\nContent-Type: text/html", b"x"), Ok(Some("x".to_owned())));
    }

    #[test]
    fn what_cannot_be_undone_is_named() {
        let check = |header: &str, body: &[u8], part: &str| {
            let error = read(&format!("HTTP/1.1 200 OK\nContent-Type: text/html\n{header}"), body).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check("Content-Encoding: br", b"\x1b\x03\xff\x80", "Content-Encoding br is not read");
        check("Content-Encoding: zstd", b"\x28\xb5\x2f\xfd\x80", "Content-Encoding zstd is not read");
        check("Content-Encoding: gzip, gzip", b"\x1f\x8b\x08", "Content-Encoding gzip, gzip is not read");
        check("Transfer-Encoding: chunked", b"3\r\nabc\r\nzz\r\n", "a broken chunk");
        let bomb = gzip(&vec![b'a'; PAGE_LIMIT as usize + 1]);
        check("Content-Encoding: gzip", &bomb, "over 64 MB");
        assert!(read("GET / HTTP/1.1", b"").unwrap_err().contains("without a status line"));
    }
}
