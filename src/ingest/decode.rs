//! Decoding: the bytes of a page become text.
//!
//! Pages lie about their encoding. The order of belief is: a byte order mark, UTF-8 that is valid, what the transport and
//! the page declare, and last what the bytes look like (`chardetng`, without a hint from the top-level domain, which
//! misleads it on Turkish). A declaration that is evidently wrong loses to detection.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1254};

/// How far into the page a declaration is looked for. The HTML standard says 1024; real pages exceed it.
const DECLARATION_WITHIN: usize = 4096;
/// How much of a page is looked at to tell text from binary, and UTF-16 without a mark from other encodings.
const SAMPLE: usize = 65_536;
/// How much of a page the detector is shown: it is sure of itself long before.
const DETECT_WITHIN: usize = 1 << 20;
/// Share of control characters above which bytes are no text.
const CONTROLS: f64 = 0.1;
/// Share of NUL bytes above which bytes are no text: a stray one is seen on real pages, and dropped later.
const NULS: f64 = 0.002;
/// Broken sequences among the multi-byte sequences of text that is still UTF-8: pages cut off, or pasted from two sources.
const BROKEN_UTF8: f64 = 0.1;
/// Share of odd words ([`oddity`]) above which a declared encoding is doubted.
const ODD: f64 = 0.3;

/// First bytes of files that people save among their pages, and what such a file is.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "an image, sound or video file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (b"\x7fELF", "an executable"),
    (b"MZ\x90\0", "an executable"),
    (b"\xcf\xfa\xed\xfe", "an executable"),
    (b"\xca\xfe\xba\xbe", "an executable"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"OggS", "a sound or video file"),
    (b"ID3\x03", "a sound file"),
    (b"ID3\x04", "a sound file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
];

/// The text of `bytes` and the encoding it was read with. `transport` is the label the transport named.
///
/// A byte order mark is no part of the text; what is not valid in the encoding (an unpaired surrogate, a cut sequence)
/// becomes U+FFFD. The error says why the bytes are no text and what to try.
pub(super) fn decode(bytes: &[u8], transport: Option<&str>) -> Result<(String, &'static Encoding), String> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("empty: there is nothing to read. Save the page again".into());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(read(bytes.get(mark..).unwrap_or_default(), encoding));
    }
    refuse_binary(bytes)?;
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(read(bytes, encoding));
    }
    let declared = transport.and_then(|label| Encoding::for_label(label.as_bytes())).or_else(|| declaration(bytes));
    Ok(read(bytes, choose(bytes, declared)))
}

fn read(bytes: &[u8], encoding: &'static Encoding) -> (String, &'static Encoding) {
    (encoding.decode_without_bom_handling(bytes).0.into_owned(), encoding)
}

/// Refuses what is no text by its first bytes, its NUL bytes or its control characters.
fn refuse_binary(bytes: &[u8]) -> Result<(), String> {
    let refusal = |what: &str| format!("not text: looks like {what}. Try saving the page as HTML or text");
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(refusal(what));
    }
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let share = |is: fn(u8) -> bool| sample.iter().filter(|b| is(**b)).count() as f64 / sample.len() as f64;
    if utf16_without_mark(bytes).is_some() {
        return Ok(());
    }
    // Escape belongs to ISO-2022-JP; the others are the white space of text files.
    if share(|b| b == 0) > NULS || share(|b| b < b' ' && !matches!(b, 9..=13 | 27)) > CONTROLS {
        return Err(refusal("a binary file"));
    }
    Ok(())
}

/// UTF-16 without a byte order mark: its ASCII (markup, spaces, digits) has a NUL in every pair, always on the same side.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in sample.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
    }
    // Running text has a space in ten characters; a tenth of that is enough, and far above stray NULs.
    let enough = |count: usize| count >= 2 && count * 100 >= sample.len() / 2;
    let encoding = match (even, odd) {
        (few, many) if enough(many) && few * 20 <= many => UTF_16LE,
        (many, few) if enough(many) && few * 20 <= many => UTF_16BE,
        _ => return None,
    };
    let (text, _) = read(sample, encoding);
    let strange = |c: &char| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace());
    (text.chars().filter(strange).count() * 50 <= text.chars().count()).then_some(encoding)
}

/// The encoding that the page declares in `<meta charset>`, `<meta http-equiv>` or its XML declaration.
///
/// As the HTML standard has it, a declared UTF-16 that could be read as ASCII is UTF-8.
fn declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..DECLARATION_WITHIN).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let xml = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let metas = head.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    let label = metas
        .filter_map(|tag| value_after(tag, "charset"))
        .find(|label| Encoding::for_label(label.as_bytes()).is_some())
        .or_else(|| xml.and_then(|declaration| value_after(declaration, "encoding")))?;
    match Encoding::for_label(label.as_bytes())? {
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => Some(UTF_8),
        encoding => Some(encoding),
    }
}

/// `utf-8` after `charset`, in `charset=utf-8`, `charset = "utf-8"` and `content="text/html; charset=utf-8"`.
fn value_after<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(key)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end =
        value.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/' | '?')).unwrap_or(value.len());
    value.get(..end).filter(|label| !label.is_empty())
}

/// The encoding of bytes without a mark, given what is declared.
fn choose(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    if bytes.is_ascii() {
        return declared.filter(|encoding| !encoding.is_single_byte()).unwrap_or(UTF_8);
    }
    if is_utf8(bytes) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let sample = bytes.get(..DETECT_WITHIN).unwrap_or(bytes);
    detector.feed(sample, true);
    let detected = match detector.guess(None, Utf8Detection::Deny) {
        // KOI8-U is KOI8-R with four Ukrainian letters in place of line drawing: the detector knows only the wider one.
        encoding if encoding == KOI8_U && declared == Some(encoding_rs::KOI8_R) => encoding_rs::KOI8_R,
        encoding => encoding,
    };
    match declared {
        Some(declared) if declared != UTF_8 && !is_wrong(declared, detected, sample) => declared,
        _ => detected,
    }
}

/// Whether bytes with something above ASCII are UTF-8, a few broken sequences (a page cut off in a letter) aside.
/// Text in another encoding is practically never valid UTF-8 by chance.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut letters, mut broken) = (0usize, 0usize);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty() && chunks.peek().is_some());
    }
    letters > 0 && broken as f64 <= letters as f64 * BROKEN_UTF8
}

/// Whether the declared encoding is evidently wrong for these bytes, and the detected one evidently better.
fn is_wrong(declared: &'static Encoding, detected: &'static Encoding, sample: &[u8]) -> bool {
    if declared == detected {
        return false;
    }
    // windows-1252, which servers send by default, differs from windows-1254 in the six letters that only Icelandic and
    // Turkish have: no words look odd, but the detector knows their frequencies.
    if declared == WINDOWS_1252 && detected == WINDOWS_1254 {
        return true;
    }
    let (wrong, right) = (oddity(&read(sample, declared).0), oddity(&read(sample, detected).0));
    wrong > ODD && right < wrong / 2.0
}

/// Share of odd words among the words with letters above ASCII: words as they look when read in a wrong encoding.
///
/// Cyrillic read as Latin is nothing but accented letters (Ïðåçèäåíò), Latin read as Cyrillic mixes scripts (Tьrkiye), and
/// KOI8 read as windows-1251, or the reverse, turns small letters into capitals (рТЕЪЙДЕОФ).
fn oddity(text: &str) -> f64 {
    let (mut words, mut odd) = (0usize, 0usize);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\u{fffd}' && !('\u{80}'..'\u{a0}').contains(&c)) {
        let Some(last) = word.chars().rev().find(|c| !c.is_ascii()) else { continue };
        let count = word.chars().count();
        let cyrillic = word.chars().filter(|c| is_cyrillic(*c)).count();
        let accented = word.chars().filter(|c| !c.is_ascii()).count() - cyrillic;
        let rises = word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
        let capitals = count >= 3 && word.chars().all(char::is_uppercase);
        let is_odd =
            if cyrillic > 0 { cyrillic < count || rises || capitals } else { count >= 3 && accented == count || rises };
        words += 1;
        odd += usize::from(is_odd || last == '\u{fffd}' || last.is_control());
    }
    odd as f64 / words.max(1) as f64
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{KOI8_R, WINDOWS_1251};

    const RUSSIAN: &str = "Президент Азербайджана принял министра иностранных дел России. На встрече обсуждались вопросы \
                           двустороннего сотрудничества, говорится в сообщении пресс-службы.";
    const TURKISH: &str = "Cumhurbaşkanı, Dışişleri Bakanı'nı kabul etti. Görüşmede iki ülke arasındaki işbirliği ele \
                           alındı, dedi. Toplantı öğleden sonra başladı ve yaklaşık iki saat sürdü.";
    const AZERBAIJANI: &str = "Azərbaycan Prezidenti Rusiyanın xarici işlər nazirini qəbul edib.";

    fn page(declared: &str, text: &str) -> String {
        format!("<html><head><meta charset=\"{declared}\"></head><body><p>{text}</p></body></html>")
    }

    fn check(bytes: &[u8], transport: Option<&str>, text: &str, name: &str) {
        let (decoded, encoding) = decode(bytes, transport).unwrap();
        assert!(decoded.contains(text), "{} instead of {name}: {decoded}", encoding.name());
        assert_eq!(encoding.name(), name);
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn a_right_declaration_is_believed() {
        check(&WINDOWS_1251.encode(&page("windows-1251", RUSSIAN)).0, None, RUSSIAN, "windows-1251");
        check(&WINDOWS_1254.encode(&page("windows-1254", TURKISH)).0, None, TURKISH, "windows-1254");
        check(&WINDOWS_1254.encode(&page("ISO-8859-9", TURKISH)).0, None, TURKISH, "windows-1254");
        check(&KOI8_R.encode(&page("koi8-r", RUSSIAN)).0, None, RUSSIAN, "KOI8-R");
        check(page("utf-8", AZERBAIJANI).as_bytes(), None, AZERBAIJANI, "UTF-8");
    }

    #[test]
    fn the_transport_and_other_forms_of_declaration_are_read() {
        let bytes = KOI8_R.encode(RUSSIAN).0;
        check(&bytes, Some("KOI8-R"), RUSSIAN, "KOI8-R");
        let equiv = format!("<META HTTP-EQUIV=Content-Type CONTENT='text/html; Charset=Windows-1251'>{RUSSIAN}");
        check(&WINDOWS_1251.encode(&equiv).0, None, RUSSIAN, "windows-1251");
        let xml = format!("<?xml version='1.0' encoding='windows-1251'?><html>{RUSSIAN}</html>");
        check(&WINDOWS_1251.encode(&xml).0, None, RUSSIAN, "windows-1251");
    }

    #[test]
    fn a_wrong_declaration_loses_to_detection() {
        check(&WINDOWS_1251.encode(&page("utf-8", RUSSIAN)).0, None, RUSSIAN, "windows-1251");
        check(page("windows-1251", AZERBAIJANI).as_bytes(), None, AZERBAIJANI, "UTF-8");
        check(&WINDOWS_1251.encode(&page("iso-8859-1", RUSSIAN)).0, None, RUSSIAN, "windows-1251");
        check(&WINDOWS_1254.encode(&page("latin1", TURKISH)).0, None, TURKISH, "windows-1254");
        check(&WINDOWS_1254.encode(&page("windows-1251", TURKISH)).0, None, TURKISH, "windows-1254");
        check(&KOI8_R.encode(&page("windows-1252", RUSSIAN)).0, None, RUSSIAN, "KOI8-U");
        check(&KOI8_R.encode(&page("windows-1251", RUSSIAN)).0, None, RUSSIAN, "KOI8-U");
        check(&WINDOWS_1251.encode(&page("koi8-r", RUSSIAN)).0, None, RUSSIAN, "windows-1251");
    }

    #[test]
    fn without_a_declaration_the_bytes_decide() {
        check(&WINDOWS_1251.encode(RUSSIAN).0, None, RUSSIAN, "windows-1251");
        check(&WINDOWS_1254.encode(TURKISH).0, None, TURKISH, "windows-1254");
        check(AZERBAIJANI.as_bytes(), None, AZERBAIJANI, "UTF-8");
        check(b"plain ASCII", None, "plain ASCII", "UTF-8");
    }

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        for text in [page("utf-16", AZERBAIJANI), RUSSIAN.to_owned()] {
            for (big, name) in [(false, "UTF-16LE"), (true, "UTF-16BE")] {
                check(&utf16(&text, big), None, &text, name);
                check(&utf16(&format!("\u{feff}{text}"), big), Some("utf-8"), &text, name);
            }
        }
    }

    #[test]
    fn an_unpaired_surrogate_becomes_the_replacement_character() {
        let mut bytes = utf16("\u{feff}ab", false);
        bytes.extend([0x00, 0xd8]);
        bytes.extend(utf16("cd", false));
        assert_eq!(decode(&bytes, None).unwrap().0, "ab\u{fffd}cd");
    }

    #[test]
    fn utf8_cut_off_in_a_letter_stays_utf8() {
        let text = page("utf-8", AZERBAIJANI);
        let cut = text.find("qə").unwrap() + 2;
        check(&text.as_bytes()[..cut], None, "nazirini q\u{fffd}", "UTF-8");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_kind() {
        for (bytes, what) in [
            (b"%PDF-1.7 ...".as_slice(), "a PDF file"),
            (b"\x89PNG\r\n\x1a\n....", "a PNG image"),
            (b"PK\x03\x04....", "a ZIP archive"),
            (b"\x7fELF\x02\x01\x01\0\0\0", "an executable"),
            (b"\x01\x02\x03\x04\x05\x06\x07\x08 abc", "a binary file"),
            (b"text\0with\0\0\0\0NUL bytes\0\0\0\0\0", "a binary file"),
            (b"  \r\n", "empty"),
            (b"", "empty"),
        ] {
            let reason = decode(bytes, None).unwrap_err();
            assert!(reason.contains(what), "{reason}");
        }
    }
}
