//! Files: their bytes out of a gzip or plain, their text, and which of them belong together.

use super::{Format, too_large};
use crate::error::{Error, Result};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// No file is larger, nor what comes out of its gzip, in bytes.
const LARGEST: u64 = 512 << 20;

/// The bytes of a file, out of its gzip where it is one. A dictzip is a gzip with a table for random access.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::io(path, source);
    let file = File::open(path).map_err(failed)?;
    match unpacked(BufReader::new(file), LARGEST).map_err(failed)? {
        Some(bytes) => Ok(bytes),
        None => Err(too_large(path, format!("more than {} MB", LARGEST >> 20))),
    }
}

/// The bytes of a stream, out of its gzip where it is one; `None` where there are more than the limit.
pub(super) fn unpacked(mut stream: impl BufRead, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    if stream.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(stream).take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    } else {
        stream.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// The text of some bytes: UTF-16 where a mark or the first letter says so, else UTF-8. What is neither becomes U+FFFD,
/// which no form may have.
pub(super) fn text(bytes: Vec<u8>) -> String {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(&bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(&bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Which dictionary of several files this is a file of, by its name and by the files beside it.
pub(super) fn dictionary(path: &Path) -> Option<Format> {
    let path = unpacked_name(path);
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "ifo" | "idx" => Some(Format::StarDict),
        "index" => Some(Format::Dictd),
        "dict" if path.with_extension("ifo").exists() => Some(Format::StarDict),
        "dict" if path.with_extension("index").exists() || !is_table(&path) => Some(Format::Dictd),
        _ => None,
    }
}

/// Whether a file has a tab in its first line: a list that is named like a dictionary.
fn is_table(path: &Path) -> bool {
    let mut first = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1 << 10).read_to_end(&mut first));
    read.is_ok() && first.split(|b| *b == b'\n').next().is_some_and(|line| line.contains(&b'\t'))
}

/// The first of these files of the dictionary that is there: the name of one of its files with another ending.
pub(super) fn beside(path: &Path, endings: &[&str]) -> Result<Vec<u8>> {
    let name = unpacked_name(path);
    let mut all = endings.iter().map(|ending| name.with_extension(ending));
    let missing = all.next().unwrap_or_default();
    match std::iter::once(missing.clone()).chain(all).find(|file| file.exists()) {
        Some(file) => bytes(&file),
        None => {
            let missing = missing.display();
            let reason =
                format!("the dictionary has another file, {missing}, which is missing. Put it beside this one");
            Err(Error::input(path.display().to_string(), reason))
        }
    }
}

/// The path without the ending of a gzip.
fn unpacked_name(path: &Path) -> PathBuf {
    match path.extension().and_then(|e| e.to_str()) {
        Some("gz" | "dz" | "GZ" | "DZ") => path.with_extension(""),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder};
    use std::io::Write;

    /// A gzip with an extra field, as dictzip writes it.
    pub(in super::super) fn dictzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder =
            GzBuilder::new().extra(b"RA\x06\0\x01\0\xcb\xe3\0\0".to_vec()).write(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn text_is_read_in_each_encoding() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(text(bytes.to_vec()), expected, "{bytes:?}");
        check(b"", "");
        check("şəhər".as_bytes(), "şəhər");
        check(b"\xef\xbb\xbfa", "a");
        check(b"a\xffb", "a\u{fffd}b");
        check(b"\xff\xfea\0Y\x02", "aə");
        check(b"\xfe\xff\0a\x02Y", "aə");
        check(b"<\0a\0", "<a");
        check(b"\0<\0a", "<a");
        check(b"\xff\xfea\0\0\xd8", "a\u{fffd}");
        check(b"\xff\xfea\0b", "a");
    }

    #[test]
    fn no_more_comes_out_of_a_gzip_than_the_limit() {
        let check = |bytes: &[u8], limit, expected: Option<usize>| {
            assert_eq!(unpacked(bytes, limit).unwrap().map(|b| b.len()), expected);
        };
        let packed = dictzip(&vec![b'a'; 1_000_000]);
        assert!(packed.len() < 10_000);
        check(&packed, 1_000_000, Some(1_000_000));
        check(&packed, 999_999, None);
        check(b"abc", 3, Some(3));
        check(b"abcd", 3, None);
        assert!(unpacked(&packed[..packed.len() / 2], 1_000_000).is_err(), "half a gzip");
    }
}
