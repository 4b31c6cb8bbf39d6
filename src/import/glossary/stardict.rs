//! Dictionaries of StarDict: `x.ifo` that describes them, `x.idx` of headwords and `x.dict` or `x.dict.dz` of bodies.

use super::gloss::{self, BODY};
use super::{Format, Glossary, Languages, file, form, markup};
use std::path::Path;

/// How a description begins.
const BEGINNING: &str = "StarDict's dict ifo file";

/// Whether a text is the description of a dictionary.
pub(super) fn is_info(text: &str) -> bool {
    text.starts_with(BEGINNING)
}

/// The glossary in the dictionary of which a file is named.
pub(super) fn open(path: &Path, languages: Languages) -> crate::error::Result<Glossary> {
    let info = file::text(file::beside(path, &["ifo"])?);
    if !is_info(&info) {
        let reason = format!("its .ifo does not begin with {BEGINNING:?}");
        return Err(super::no_lexicon(path, &reason));
    }
    let index = file::beside(path, &["idx", "idx.gz"])?;
    let bodies = file::beside(path, &["dict.dz", "dict", "dict.gz"])?;
    Ok(read(&info, &index, &bodies, &languages))
}

/// The glossary in a description, an index and bodies.
pub(super) fn read(info: &str, mut index: &[u8], bodies: &[u8], languages: &Languages) -> Glossary {
    let value = |key: &str| {
        let mut pairs = info.lines().filter_map(|line| line.split_once('='));
        pairs.find(|(k, _)| k.trim() == key).map(|(_, value)| value.trim())
    };
    let types = value("sametypesequence").unwrap_or_default().as_bytes();
    let is_wide = value("idxoffsetbits") == Some("64");
    let mut glossary = Glossary::new(Format::StarDict);
    while !index.is_empty() && !glossary.is_full() {
        let Some((headword, offset, length)) = next(&mut index, is_wide) else {
            glossary.skip("the end of the index", "it ends in the middle of an entry");
            break;
        };
        let headword = String::from_utf8_lossy(headword);
        let place = || format!("headword {}", form::quoted(&headword));
        match offset.checked_add(length).and_then(|end| bodies.get(offset..end)) {
            None => glossary.skip(place(), "its body is beyond the end of the dictionary"),
            Some(data) if data.len() > BODY => glossary.skip(place(), "its body is longer than 16 KB"),
            Some(data) => match body(types, data) {
                Some(body) => gloss::add(&mut glossary, languages, &headword, &body),
                None => glossary.skip(place(), "it has no body of text (types m, l, g, h and x are read)"),
            },
        }
    }
    glossary
}

/// The next entry of an index: its headword, and the offset and length of its body.
fn next<'a>(index: &mut &'a [u8], is_wide: bool) -> Option<(&'a [u8], usize, usize)> {
    let end = index.iter().position(|b| *b == 0)?;
    let (headword, rest) = index.split_at_checked(end)?;
    let (offset, rest) = match is_wide {
        true => rest.get(1..)?.split_first_chunk().map(|(n, rest)| (u64::from_be_bytes(*n), rest))?,
        false => rest.get(1..)?.split_first_chunk().map(|(n, rest)| (u64::from(u32::from_be_bytes(*n)), rest))?,
    };
    let (length, rest) = rest.split_first_chunk()?;
    *index = rest;
    // What does not fit is beyond the end of any dictionary.
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Some((headword, size(offset), size(u64::from(u32::from_be_bytes(*length)))))
}

/// The text of a body, of the first of its fields that has text. Types are a letter a field; where none are given the
/// letter stands before each field.
fn body(types: &[u8], mut data: &[u8]) -> Option<String> {
    let mut types = types.iter().copied().peekable();
    let each_has_a_type = types.peek().is_none();
    while !data.is_empty() {
        let kind = match each_has_a_type {
            true => {
                let (kind, rest) = data.split_first()?;
                data = rest;
                *kind
            }
            false => types.next()?,
        };
        let is_last = !each_has_a_type && types.peek().is_none();
        let (field, rest) = if is_last { (data, [].as_slice()) } else { field(kind, data)? };
        data = rest;
        let text = String::from_utf8_lossy(field);
        match kind {
            b'm' | b'l' => return Some(text.into_owned()),
            b'g' | b'h' | b'x' => return Some(markup::text(&text, kind == b'x')),
            _ => {}
        }
    }
    None
}

/// A field that others may follow: small letters end with a zero byte, capitals begin with their length.
fn field(kind: u8, data: &[u8]) -> Option<(&[u8], &[u8])> {
    if kind.is_ascii_uppercase() {
        let (length, rest) = data.split_first_chunk()?;
        return rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?);
    }
    let end = data.iter().position(|b| *b == 0).unwrap_or(data.len());
    let (field, rest) = data.split_at_checked(end)?;
    Some((field, rest.get(1..).unwrap_or_default()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{pair, told};
    use super::*;

    /// The index and the bodies of a dictionary.
    pub(in super::super) fn files(entries: &[(&str, &[u8])], is_wide: bool) -> (Vec<u8>, Vec<u8>) {
        let (mut index, mut bodies) = (Vec::new(), Vec::new());
        for (headword, body) in entries {
            index.extend(headword.as_bytes());
            index.push(0);
            let offset = (bodies.len() as u64).to_be_bytes();
            index.extend(if is_wide { &offset[..] } else { &offset[4..] });
            index.extend((body.len() as u32).to_be_bytes());
            bodies.extend(*body);
        }
        (index, bodies)
    }

    fn check(info: &str, entries: &[(&str, &[u8])], expected: &str) {
        let (index, bodies) = files(entries, info.contains("idxoffsetbits=64"));
        let info = format!("{BEGINNING}\nversion=3.0.0\n{info}\n");
        assert_eq!(told(&read(&info, &index, &bodies, &pair("en", "az"))), expected, "{info}");
    }

    #[test]
    fn bodies_of_text_are_read_whatever_their_type() {
        let both = "StarDict 0: en-az dog=it, en-az cat=pişik";
        check("sametypesequence=m", &[("dog", b"it"), ("cat", "pişik".as_bytes())], both);
        check("sametypesequence=m\nidxoffsetbits=64", &[("dog", b"it"), ("cat", "pişik".as_bytes())], both);
        check("sametypesequence=h", &[("dog", b"<b>it</b>")], "StarDict 0: en-az dog=it");
        check("sametypesequence=g", &[("dog", b"<i>&lt;n&gt;</i> it")], "StarDict 0: en-az dog=it");
        check("sametypesequence=x", &[("dog", b"<k>dog</k>\n<tr>dog</tr> it")], "StarDict 0: en-az dog=it");
        check("sametypesequence=tm", &[("dog", b"dog\0it")], "StarDict 0: en-az dog=it");
        check("sametypesequence=Wm", &[("dog", b"\0\0\0\x02xxit")], "StarDict 0: en-az dog=it");
        check("", &[("dog", b"tdog\0mit\0"), ("cat", b"W\0\0\0\x01xmit")], "StarDict 0: en-az dog=it, en-az cat=it");
    }

    #[test]
    fn what_is_no_text_is_counted() {
        let no_text = "it has no body of text (types m, l, g, h and x are read)";
        check("sametypesequence=W", &[("dog", b"RIFF")], &format!("StarDict 1:  (headword \"dog\": {no_text})"));
        check("", &[("dog", b"W\xff\xff\xff\xffx")], &format!("StarDict 1:  (headword \"dog\": {no_text})"));
        check("sametypesequence=m", &[("dog", b"\xff")], "StarDict 1:  (headword \"dog\": its body is not UTF-8)");
        let (index, bodies) = files(&[("dog", b"it")], false);
        let cut = read("sametypesequence=m", &index[..index.len() - 1], &bodies, &None);
        assert_eq!(told(&cut), "StarDict 1:  (the end of the index: it ends in the middle of an entry)");
        let beyond = read("sametypesequence=m", b"dog\0\xff\xff\xff\xff\xff\xff\xff\xff", &bodies, &None);
        assert_eq!(told(&beyond), "StarDict 1:  (headword \"dog\": its body is beyond the end of the dictionary)");
    }
}
