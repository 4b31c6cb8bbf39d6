//! The text behind the bytes of a file, as a stream: decoded by its byte order mark or its XML declaration, and no piece of it longer
//! than a limit.

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, Chain, Cursor, ErrorKind, Read};

/// In so many bytes the declaration of a file is looked for.
const HEAD: u64 = 16 << 10;

/// So much is decoded at a time.
const BLOCK: usize = 64 << 10;

/// A stream of bytes with its beginning read ahead.
type Input<R> = Chain<Cursor<Vec<u8>>, R>;

/// A stream of UTF-8. Where the file says that it is UTF-8, the reader looks whether it is.
pub(crate) struct Source<R> {
    input: Input<R>,
    encoding: &'static Encoding,
    misnamed: Option<&'static str>,
    /// What decodes; `None` for UTF-8.
    decoder: Option<Decoder>,
    /// A block of the text, of which `at` bytes are read.
    block: Vec<u8>,
    at: usize,
    /// So many bytes may yet be read of the piece under way.
    left: u64,
    limit: u64,
}

/// The first bytes of a stream and the whole stream again.
pub(super) fn peek<R: BufRead>(mut stream: R) -> io::Result<(Vec<u8>, Input<R>)> {
    let mut head = Vec::new();
    stream.by_ref().take(HEAD).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(stream)))
}

/// The encoding of a file that begins with these bytes, and the length of its byte order mark.
fn encoding(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some((encoding, length)) = Encoding::for_bom(head) {
        return (encoding, length);
    }
    match head {
        [b'<', 0, ..] => (UTF_16LE, 0),
        [0, b'<', ..] => (UTF_16BE, 0),
        // Bytes that can be read as ASCII are not UTF-16, whatever they say.
        _ => (declared(head).filter(|e| *e != UTF_16LE && *e != UTF_16BE).unwrap_or(UTF_8), 0),
    }
}

/// What an XML declaration says of the encoding that cannot be.
fn misnamed(head: &[u8]) -> Option<&'static str> {
    let label = label(head)?;
    match Encoding::for_label(label) {
        None => Some("an encoding that nobody knows"),
        Some(named) if (named == UTF_16LE || named == UTF_16BE) && encoding(head).0 == UTF_8 => {
            Some("it says that it is UTF-16 and is UTF-8")
        }
        Some(_) => None,
    }
}

/// The encoding that an XML declaration names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_label(label(head)?)
}

/// What an XML declaration calls the encoding, in a file that can be read as ASCII.
fn label(head: &[u8]) -> Option<&[u8]> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let declaration = head.strip_prefix(b"<?xml")?.split(|b| *b == b'>').next()?;
    let at = declaration.windows(8).position(|w| w == b"encoding")?;
    let rest = declaration.get(at.saturating_add(8)..)?;
    rest.split(|b| matches!(b, b'"' | b'\'')).nth(1)
}

/// The beginning of a file as text, whatever of it is not.
pub(super) fn head(bytes: &[u8]) -> String {
    encoding(bytes).0.decode_with_bom_removal(bytes).0.into_owned()
}

impl<R: BufRead> Source<R> {
    /// The text of a stream. More than `limit` bytes between two calls of [`Source::renew`] are an error.
    pub(super) fn new(stream: R, limit: u64) -> io::Result<Self> {
        let (head, mut input) = peek(stream)?;
        let (encoding, mark) = encoding(&head);
        let misnamed = misnamed(&head);
        input.consume(mark);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Source { input, encoding, misnamed, decoder, block: Vec::new(), at: 0, left: limit, limit })
    }

    /// The encoding, by its name in the WHATWG Encoding Standard.
    pub(super) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// What is wrong with the encoding that the file says it has; it is read all the same.
    pub(super) fn misnamed(&self) -> Option<&'static str> {
        self.misnamed
    }

    /// Begins a new piece.
    pub(super) fn renew(&mut self) {
        self.left = self.limit;
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            let reason = format!("more than {} MB without a tag or an end of one", self.limit >> 20);
            return Err(io::Error::new(ErrorKind::FileTooLarge, reason));
        }
        if self.at >= self.block.len() {
            self.at = 0;
            match &mut self.decoder {
                None => fill(&mut self.input, &mut self.block)?,
                Some(decoder) => decode(&mut self.input, decoder, &mut self.block)?,
            }
        }
        let bytes = self.block.get(self.at..).unwrap_or_default();
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        Ok(bytes.get(..left).unwrap_or(bytes))
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.at = self.at.saturating_add(count);
    }
}

/// Reads the next block; it is empty at the end.
fn fill(input: &mut impl Read, block: &mut Vec<u8>) -> io::Result<()> {
    block.resize(BLOCK, 0);
    let count = loop {
        match input.read(block) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    // After an error nothing is left to read of what was there before.
    block.truncate(*count.as_ref().unwrap_or(&0));
    count.map(drop)
}

/// Decodes the next block, until there is some text or the end.
fn decode(input: &mut impl BufRead, decoder: &mut Decoder, out: &mut Vec<u8>) -> io::Result<()> {
    out.clear();
    while out.is_empty() {
        let bytes = input.fill_buf()?;
        let last = bytes.is_empty();
        out.resize(BLOCK, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, out, last);
        input.consume(read);
        out.truncate(written);
        if let DecoderResult::Malformed(..) = result {
            let reason = "bytes that are not of the encoding the file says it has";
            return Err(io::Error::new(ErrorKind::InvalidData, reason));
        }
        if last && result == DecoderResult::InputEmpty {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let mut text = String::new();
        // A reader of one byte at a time, so that every boundary is met.
        let stream = io::BufReader::with_capacity(1, bytes);
        let read = Source::new(stream, 1 << 20).and_then(|mut source| source.read_to_string(&mut text));
        assert_eq!(
            read.map(|_| text.as_str()).map_err(|e| e.to_string()),
            expected.map_err(str::to_owned),
            "{bytes:?}"
        );
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn text_is_read_in_each_encoding() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>şəhər 😀</a>";
        check(&utf16(text, u16::to_le_bytes), Ok(text));
        check(&utf16(text, u16::to_be_bytes), Ok(text));
        check(&utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes), Ok(text));
        check(text.as_bytes(), Ok(text));
        check(format!("\u{FEFF}{text}").as_bytes(), Ok(text));
        check(b"", Ok(""));
        check(
            b"<?xml version='1.0' encoding='windows-1254'?>\xfe",
            Ok("<?xml version='1.0' encoding='windows-1254'?>ş"),
        );
        let mut broken = utf16("<a>", u16::to_le_bytes);
        broken.extend([0x00, 0xd8]);
        check(&broken, Err("bytes that are not of the encoding the file says it has"));
        // Longer than what is read ahead, and than a block.
        let long = "ə\n".repeat(20_000);
        check(&utf16(&format!("\u{FEFF}{long}"), u16::to_le_bytes), Ok(&long));
    }

    #[test]
    fn a_piece_has_a_limit() {
        let mut source = Source::new("a\nb\nc".as_bytes(), 4).unwrap();
        let mut four = [0; 4];
        source.read_exact(&mut four).unwrap();
        assert!(source.fill_buf().is_err());
        source.renew();
        assert_eq!(source.fill_buf().unwrap(), b"c");
    }
}
