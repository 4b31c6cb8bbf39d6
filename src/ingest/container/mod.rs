//! A container is a stream of bytes that holds pages: a WARC, a ZIP, a gzip, or plainly one page. This module finds out
//! by the first bytes what a stream is and gives its pages out one at a time, so that memory is bounded by one page.
//!
//! What the user must know of a part that gave no page is a [`Refusal`]; the parts after it are still read. Names inside
//! containers are only ever text: nothing is written to disk, so a name such as `../../etc/passwd` leads nowhere.

mod header;
mod http;
mod media;
pub mod warc;
pub mod zip;

pub use media::{has_media_ending, is_asset, media_type};

use crate::model::{Page, Provenance, Refusal};
use flate2::bufread::{GzDecoder, MultiGzDecoder};
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::ops::ControlFlow;

/// The most bytes that one page may have, unpacked: the largest news pages are under 10 MB, and a page is held whole.
pub const PAGE_LIMIT: u64 = 64 << 20;

/// How many first bytes tell what a stream is: more than any signature, with room for the name in a gzip header.
pub const HEAD: u64 = 8 << 10;

/// Size of the read buffers. A WARC is read from end to end; 64 KB keeps the number of system calls low.
const BUFFER: usize = 64 << 10;

/// Takes the pages and refusals of a container; `Break` ends the reading at once (a full disk, an interrupted run).
pub type Emit<'a> = dyn FnMut(Result<Page, Refusal>) -> ControlFlow<()> + 'a;

/// What a stream is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A WARC.
    Warc {
        /// Whether its records are packed with gzip.
        gzip: bool,
    },
    /// A ZIP archive. Reading one needs `Seek`: see [`zip::pages`].
    Zip,
    /// Something else packed with gzip.
    Gzip,
    /// None of these: one page, or no page at all.
    Single,
}

/// What the stream that begins with `head` is. Names are not asked: downloads lose their endings.
///
/// ```
/// use korpu::ingest::container::{Form, form};
/// assert_eq!(form(b"WARC/1.1\r\n"), Form::Warc { gzip: false });
/// assert_eq!(form("Şəkidə festival başlayıb".as_bytes()), Form::Single);
/// ```
pub fn form(head: &[u8]) -> Form {
    // "PK\5\6" opens an archive without members.
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Form::Zip
    } else if warc::begins(head) {
        Form::Warc { gzip: false }
    } else if head.starts_with(&[0x1f, 0x8b]) {
        let mut start = Vec::new();
        // An error only means that the head ends inside the member; what came before it is in `start`.
        let _ = GzDecoder::new(head).take(16).read_to_end(&mut start);
        if warc::begins(&start) { Form::Warc { gzip: true } } else { Form::Gzip }
    } else {
        Form::Single
    }
}

/// Gives out the pages of a stream that need not be seekable: a WARC, a gzip or one page. A ZIP is refused here.
///
/// `origin` says what is known of the stream: its path, the member where it lies in an archive, the address and time of
/// fetching that hold unless the container knows better.
pub fn pages(reader: impl Read, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    let (head, reader) = match peek(reader, HEAD) {
        Ok(peeked) => peeked,
        Err(error) => return emit(Err(refusal(origin, reason(&error)))),
    };
    match form(&head) {
        Form::Warc { gzip } => warc::pages(reader, origin, gzip, emit),
        Form::Gzip => emit(unpacked(reader, origin)),
        Form::Single => emit(single(reader, origin.clone())),
        Form::Zip if origin.member.is_some() => emit(Err(refusal(
            origin,
            "a ZIP inside a ZIP: not opened. Unpack the outer archive and give its folder as input",
        ))),
        Form::Zip => emit(Err(refusal(origin, "a ZIP in a stream: not opened. Give the archive as a file"))),
    }
}

/// The one page inside a gzip.
fn unpacked(reader: impl Read, origin: &Provenance) -> Result<Page, Refusal> {
    let decoder = MultiGzDecoder::new(BufReader::with_capacity(BUFFER, reader));
    let (head, decoder) = peek(decoder, HEAD).map_err(|error| refusal(origin, reason(&error)))?;
    match form(&head) {
        Form::Single => single(decoder, origin.clone()),
        _ => Err(refusal(origin, "a container inside a gzip: not opened. Unpack it once and give what comes out")),
    }
}

/// A stream that is one page, with its media type by content and name, its size and its hash.
fn single(reader: impl Read, origin: Provenance) -> Result<Page, Refusal> {
    let bytes = held(reader).map_err(|error| refusal(&origin, reason(&error)))?;
    let name = origin.member.as_deref().unwrap_or(&origin.path);
    let Some(media_type) = media_type(name, &bytes) else {
        return Err(refusal(&origin, media::not_a_page(&bytes)));
    };
    Ok(page(bytes, media_type, None, origin))
}

/// A page of bytes; hash and size are filled in.
fn page(
    bytes: Vec<u8>,
    media_type: crate::model::MediaType,
    charset: Option<String>,
    mut provenance: Provenance,
) -> Page {
    provenance.blake3 = blake3::hash(&bytes).to_hex().to_string();
    provenance.bytes = bytes.len() as u64;
    Page { bytes, media_type, charset, provenance }
}

/// Reads a page whole, up to [`PAGE_LIMIT`].
fn held(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(PAGE_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > PAGE_LIMIT {
        return Err(io::Error::other(too_large()));
    }
    Ok(bytes)
}

/// The reason for refusing a page over [`PAGE_LIMIT`].
pub fn too_large() -> String {
    format!("over {} MB, the most a page may have. Split it, or take the text out of it", PAGE_LIMIT >> 20)
}

/// A stream with the bytes that were peeked at put back before it.
pub type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first `count` bytes of a stream (fewer where it ends before), and the stream with them still in it.
pub fn peek<R: Read>(mut reader: R, count: u64) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut head = Vec::new();
    reader.by_ref().take(count).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// An error of reading in words for the user.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "truncated: the data ends in the middle. Fetch it again".to_owned(),
        _ => error.to_string(),
    }
}

fn refusal(origin: &Provenance, reason: impl Into<String>) -> Refusal {
    Refusal { place: origin.place(), reason: reason.into() }
}

/// A name out of a container as one line of text: control characters, which could steer a terminal, become U+FFFD.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// One line without its line end; `None` at the end of the stream. What goes beyond [`LINE_LIMIT`] is read past and not
/// held.
fn line<R: BufRead + ?Sized>(reader: &mut R) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut seen = false;
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            return Ok(seen.then_some(line));
        }
        seen = true;
        let part = buffer.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let ended = part.len() < buffer.len();
        line.extend(part.iter().take(LINE_LIMIT.saturating_sub(line.len())));
        let used = part.len() + usize::from(ended);
        reader.consume(used);
        if ended {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(Some(line));
        }
    }
}

/// The longest line of a header that is kept. Servers refuse longer ones (8 KB in nginx and Apache).
const LINE_LIMIT: usize = 64 << 10;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::MediaType;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub(crate) fn origin(path: &str) -> Provenance {
        Provenance { path: path.to_owned(), ..Provenance::default() }
    }

    /// What came out, a line each: `place [media type] bytes` of a page, `place: reason` of a refusal.
    pub(crate) fn told(out: &[Result<Page, Refusal>]) -> Vec<String> {
        out.iter()
            .map(|one| match one {
                Ok(page) => {
                    format!(
                        "{} [{:?}] {}",
                        page.provenance.place(),
                        page.media_type,
                        String::from_utf8_lossy(&page.bytes)
                    )
                }
                Err(refusal) => format!("{}: {}", refusal.place, refusal.reason),
            })
            .collect()
    }

    pub(crate) fn collected(
        read: impl FnOnce(&mut Emit) -> ControlFlow<()>,
    ) -> (Vec<Result<Page, Refusal>>, ControlFlow<()>) {
        let mut out = Vec::new();
        let flow = read(&mut |one| {
            out.push(one);
            ControlFlow::Continue(())
        });
        (out, flow)
    }

    fn check(path: &str, bytes: &[u8], expected: &str) {
        let (out, _) = collected(|emit| pages(bytes, &origin(path), emit));
        assert_eq!(told(&out), [expected]);
    }

    #[test]
    fn one_page_is_read_plain_or_out_of_a_gzip() {
        check("a/x.html", b"<p>Salam", "a/x.html [Html] <p>Salam");
        check("x.html.gz", &gzip(b"<p>Salam"), "x.html.gz [Html] <p>Salam");
        check("x.md.gz", &gzip(b"# Salam"), "x.md.gz [Markdown] # Salam");
        let two = [gzip("Bir, ".as_bytes()), gzip("iki.".as_bytes())].concat();
        check("x.gz", &two, "x.gz [Text] Bir, iki.");
    }

    #[test]
    fn what_is_no_page_is_refused_by_its_name_and_nature() {
        check("x.html", b"", "x.html: empty file");
        check("x.gz", &gzip(b""), "x.gz: empty file");
        let halved = gzip("Bakı küləklər şəhəridir. ".repeat(99).as_bytes());
        check("x.gz", &halved[..halved.len() / 2], "x.gz: truncated: the data ends in the middle. Fetch it again");
        check(
            "x.gz",
            &gzip(&gzip(b"Salam")),
            "x.gz: a container inside a gzip: not opened. Unpack it once and give what comes out",
        );
        check("x.zip", b"PK\x03\x04....", "x.zip: a ZIP in a stream: not opened. Give the archive as a file");
    }

    #[test]
    fn a_page_over_the_limit_is_refused_and_not_held() {
        let (out, _) = collected(|emit| pages(io::repeat(b'a'), &origin("endless.txt"), emit));
        assert_eq!(told(&out), [format!("endless.txt: {}", too_large())]);
    }

    #[test]
    fn a_page_knows_its_hash_and_size() {
        let (out, _) = collected(|emit| pages("Салам".as_bytes(), &origin("x.txt"), emit));
        let page = out[0].as_ref().unwrap();
        assert_eq!(page.media_type, MediaType::Text);
        assert_eq!(page.provenance.bytes, 10);
        assert_eq!(page.provenance.blake3, blake3::hash("Салам".as_bytes()).to_hex().to_string());
    }

    #[test]
    fn long_lines_are_read_past_and_not_held() {
        let mut bytes = vec![b'a'; 3 * LINE_LIMIT];
        bytes.extend(b"\r\nnext\nlast");
        let mut reader = BufReader::with_capacity(1000, &bytes[..]);
        assert_eq!(line(&mut reader).unwrap().map(|l| l.len()), Some(LINE_LIMIT));
        assert_eq!(line(&mut reader).unwrap().as_deref(), Some(&b"next"[..]));
        assert_eq!(line(&mut reader).unwrap().as_deref(), Some(&b"last"[..]));
        assert_eq!(line(&mut reader).unwrap(), None);
    }
}
