//! A media type says what the bytes of a page are. It is told by content first, then by the ending of the name: saved
//! pages carry wrong endings, or none.

use crate::model::MediaType;

/// How far into a file tags are looked for. Browsers decide within as much (WHATWG MIME Sniffing: 1445 bytes).
const SNIFFED: usize = 1024;

/// The media type of a page called `name` (a path, a member, an address); `None` where it is no page.
///
/// ```
/// use korpu::{ingest::container::media_type, model::MediaType};
/// assert_eq!(media_type("xeber.html", "<p>Bakı</p>".as_bytes()), Some(MediaType::Html));
/// assert_eq!(media_type("index.php?id=7", b"<!DOCTYPE html><title>x"), Some(MediaType::Html));
/// assert_eq!(media_type("новость", "Баку, 20 ноября.".as_bytes()), Some(MediaType::Text));
/// assert_eq!(media_type("hesabat.html", b"%PDF-1.7"), None);
/// ```
pub fn media_type(name: &str, bytes: &[u8]) -> Option<MediaType> {
    let head = bytes.get(..SNIFFED).unwrap_or(bytes);
    if head.is_empty() || signature(head).is_some() || !is_text(head) || is_mhtml(head) {
        return None;
    }
    // UTF-16 is searched as if it were ASCII.
    let ascii: Vec<u8> = head.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    if contains(&ascii, b"<!doctype html") || contains(&ascii, b"<html") {
        return Some(MediaType::Html);
    }
    let ending = ending(name);
    match ending.as_deref() {
        Some(ending) if of_ending(ending).is_some() => of_ending(ending),
        Some(ending) if DATA.contains(&ending) => None,
        _ if ascii.starts_with(b"<?xml") => None,
        _ if TAGS.iter().any(|tag| contains(&ascii, tag)) => Some(MediaType::Html),
        _ => Some(MediaType::Text),
    }
}

/// The media type that an ending of a file name says.
fn of_ending(ending: &str) -> Option<MediaType> {
    match ending {
        "html" | "htm" | "xhtml" | "xht" | "shtml" => Some(MediaType::Html),
        "txt" | "text" => Some(MediaType::Text),
        "md" | "markdown" => Some(MediaType::Markdown),
        _ => None,
    }
}

/// Whether the ending of a name says what is in the file (`x.txt`), so that it cannot say its language (`x.az`).
pub fn has_media_ending(name: &str) -> bool {
    ending(name).is_some_and(|ending| of_ending(&ending).is_some() || DATA.contains(&ending.as_str()))
}

/// The media type that a Content-Type header names, where it is one of a page.
pub(super) fn of_content_type(value: &str) -> Option<MediaType> {
    match value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => Some(MediaType::Html),
        "text/plain" => Some(MediaType::Text),
        "text/markdown" | "text/x-markdown" => Some(MediaType::Markdown),
        _ => None,
    }
}

/// Whether a file beside saved pages is only there to dress them (pictures, styles, scripts, fonts, hidden files,
/// anything in the `_files` folder that browsers make) or is a store of korpu: passed over without a word.
///
/// `name` is relative to the folder or archive, so that a folder the user names is always read.
///
/// ```
/// use korpu::ingest::container::is_asset;
/// assert!(is_asset("Xəbər_files/saved_resource.html"));
/// assert!(is_asset("logo.PNG?v=3"));
/// assert!(!is_asset("az/xeber.html"));
/// ```
pub fn is_asset(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| {
        part.ends_with("_files") || part == "__MACOSX" || (part.starts_with('.') && part != "." && part != "..")
    }) || ending(name).is_some_and(|ending| ASSETS.contains(&ending.as_str()))
}

/// Why [`media_type`] says `None`, for the user.
pub(super) fn not_a_page(bytes: &[u8]) -> String {
    let head = bytes.get(..SNIFFED).unwrap_or(bytes);
    if head.is_empty() {
        return "empty file".to_owned();
    }
    let what = match signature(head) {
        Some(what) => what,
        None if !is_text(head) => "binary data",
        None if is_mhtml(head) => "an MHTML file; save the page as HTML instead",
        None => "a data file",
    };
    format!("not a page: {what}. Pages are HTML, plain text and Markdown, alone or in WARC, ZIP and gzip")
}

/// The ending of a name in lower case, query and `.gz` aside: `a/x.HTML.gz?v=1` ends in `html`.
fn ending(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next()?.split('?').next()?.to_lowercase();
    let (_, ending) = name.strip_suffix(".gz").unwrap_or(&name).rsplit_once('.')?;
    Some(ending.to_owned())
}

/// Text in any encoding: hardly any control characters, and NUL as half of UTF-16, or as the stray byte that is seen on
/// real pages.
fn is_text(head: &[u8]) -> bool {
    if [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"].iter().any(|bom| head.starts_with(bom)) {
        return true;
    }
    let nul_at = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nul_at(0), nul_at(1));
    // Packed and compiled bytes have twice as many, and more.
    if (even + odd) * 500 <= head.len() {
        let control = |byte: &&u8| **byte < b' ' && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
        // One in ten is more than any damaged text has and less than packed or compiled bytes have (27 in 256).
        return head.iter().filter(control).count() * 10 <= head.len();
    }
    // The high bytes of UTF-16 stand on one side; in Cyrillic text only spaces, digits and marks have NUL there. On the
    // other side letters such as U+0100 and unpaired surrogates can have it.
    even.min(odd) * 20 <= even.max(odd) && even.max(odd) * 40 >= head.len()
}

/// UTF-8 without control characters. Unlike [`is_text`] it is certain: no packed bytes pass.
pub(super) fn is_utf8(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character cut off by the end of the head.
        Err(error) => error.error_len().is_none(),
    };
    whole && !head.iter().any(|byte| *byte < b' ' && !byte.is_ascii_whitespace())
}

/// MHTML (RFC 2557) is a mail message: its text is packed in parts.
fn is_mhtml(head: &[u8]) -> bool {
    let ascii = head.to_ascii_lowercase();
    contains(&ascii, b"mime-version:") && contains(&ascii, b"multipart/related")
}

/// What well-known bytes at the start of a file tell.
fn signature(head: &[u8]) -> Option<&'static str> {
    SIGNATURES.iter().find(|(bytes, _)| head.starts_with(bytes)).map(|(_, what)| *what)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF file (picture, sound or film)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1F\x8B", "gzip data"),
    (b"\xD0\xCF\x11\xE0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7FELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"7z\xBC\xAF", "a 7z archive; unpack it first"),
    (b"\xFD7zXZ", "xz data; unpack it first"),
    (b"BZh", "bzip2 data; unpack it first"),
    (b"\x28\xB5\x2F\xFD", "Zstandard data; unpack it first"),
    // The skippable frame with the dictionary that opens a .warc.zst (IIPC, WARC Zstandard 1.0).
    (b"\x5D\x2A\x4D\x18", "a WARC packed with Zstandard; unpack it first (zstd -d)"),
];

/// Endings of text files that hold data: read as a page they would be a document of braces.
const DATA: &[&str] = &[
    "json", "jsonl", "ndjson", "geojson", "xml", "rss", "atom", "tmx", "xliff", "csv", "tsv", "yaml", "yml", "toml",
    "ini", "log", "sql", "cdx", "cdxj", "mht", "mhtml", "eml", "sh", "py", "rs",
];

const ASSETS: &[&str] = &[
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "avif",
    "svg",
    "ico",
    "bmp",
    "tif",
    "tiff",
    "css",
    "js",
    "mjs",
    "map",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "mp3",
    "mp4",
    "m4a",
    "m4v",
    "webm",
    "ogg",
    "wav",
    "avi",
    "mov",
    "korpu",
    "korpu-wal",
    "korpu-shm",
];

/// Tags that a fragment of HTML without `<html>` begins with.
const TAGS: &[&[u8]] = &[
    b"<head",
    b"<title",
    b"<meta ",
    b"<body",
    b"<article",
    b"<main",
    b"<section",
    b"<div",
    b"<p>",
    b"<p ",
    b"<h1",
    b"<h2",
    b"<table",
    b"<br",
    b"<a ",
    b"<span",
    b"<ul",
    b"<script",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_speaks_before_the_name() {
        let check = |name: &str, bytes: &[u8], expected| assert_eq!(media_type(name, bytes), expected, "{name}");
        check("x.txt", b"<!doctype HTML>", Some(MediaType::Html));
        check("x.html", b"no tags", Some(MediaType::Html));
        check("x.xml", b"<?xml version='1.0'?><html xmlns='...'>", Some(MediaType::Html));
        check("x.xml", b"<?xml version='1.0'?><rss>", None);
        check("x", b"<?xml version='1.0'?><rss><p>", None);
        check("x.json", b"{}", None);
        check("x.md", b"<p>tags are fine in Markdown", Some(MediaType::Markdown));
        check("x.php", b"<div>", Some(MediaType::Html));
        check("x.HTM?a=b.png", b"x", Some(MediaType::Html));
        check("x", b"a < b", Some(MediaType::Text));
        check("x.html", b"\x89PNG\r\n", None);
        check("x.txt", b"", None);
        check("x.mht", b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;", None);
    }

    #[test]
    fn text_is_text_in_every_encoding() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let (koi8, _, _) = encoding_rs::KOI8_R.encode("В Баку открылась выставка.");
        assert_eq!(media_type("x", &koi8), Some(MediaType::Text));
        assert_eq!(media_type("x", &utf16("В Баку открылась выставка.")), Some(MediaType::Text));
        assert_eq!(media_type("x", &utf16("<html><p>Bakı")), Some(MediaType::Html));
        assert_eq!(media_type("x", &utf16("<html><body><p>Bakı, Āzar 7")), Some(MediaType::Html));
        assert_eq!(media_type("x", format!("<p>Ba\0kı</p>{}", " ".repeat(500)).as_bytes()), Some(MediaType::Html));
        assert_eq!(media_type("x", &[0, 0, 1, 0, 7, 9, 200]), None);
        assert_eq!(media_type("x.txt", &(0..=255).collect::<Vec<u8>>()), None);
    }

    #[test]
    fn what_dresses_pages_is_passed_over() {
        let check = |name: &str, expected| assert_eq!(is_asset(name), expected, "{name}");
        check("a/.git/config", true);
        check(".DS_Store", true);
        check("__MACOSX/._x.html", true);
        check("corpus.korpu", true);
        check("a\\b_files\\x.htm", true);
        check("../../x.html", false);
        check("files/x.html", false);
    }

    #[test]
    fn a_refusal_says_what_the_file_is() {
        let check = |bytes: &[u8], part: &str| assert!(not_a_page(bytes).contains(part), "{part}");
        check(b"%PDF-1.4", "a PDF file");
        check(&[0, 1, 2, 3, 0, 0, 0], "binary data");
        check(b"{}", "a data file");
    }
}
