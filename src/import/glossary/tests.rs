//! Glossaries as users give them: by the name of a file.

use super::file::tests::dictzip;
use super::*;
use std::fs;
use std::io::BufReader;

pub(super) fn pair(source: &str, target: &str) -> Languages {
    Some((source.to_owned(), target.to_owned()))
}

/// A glossary in a line: `format unread: languages source=target, ... (first unread)`.
pub(super) fn told(glossary: &Glossary) -> String {
    let entry = |e: &Entry| {
        let languages = e.languages.as_ref().map(|(a, b)| format!("{a}-{b} ")).unwrap_or_default();
        format!("{languages}{}={}", e.source, e.target)
    };
    let entries: Vec<String> = glossary.entries.iter().map(entry).collect();
    let unread = glossary.first_unread.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{} {}: {}{unread}", glossary.format, glossary.unread, entries.join(", "))
}

/// What is read of the first of some files in a folder; `FOLDER` for the folder in messages.
fn check(files: &[(&str, &[u8])], expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let found = match read(&folder.path().join(files[0].0)) {
        Ok(glossary) => told(&glossary),
        Err(error) => error.to_string().replace(&*folder.path().to_string_lossy(), "FOLDER"),
    };
    assert!(found.starts_with(expected), "{found}\n{expected}");
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

const DIX: &str = "<dictionary><section><e><p><l>it</l><r>köpek</r></p></e></section></dictionary>";
const TMX: &str = "<tmx version=\"1.4\"><body><tu><tuv xml:lang=\"en\"><seg>dog</seg></tuv><tuv xml:lang=\"az\">\
    <seg>it</seg></tuv></tu></body></tmx>";
const IFO: &[u8] = b"StarDict's dict ifo file\nversion=2.4.2\nsametypesequence=m\n";
const INDEX: &[u8] = b"00-database-short\tA\tA\nhund\tA\tO\n";
const DICT: &[u8] = b"Hund <n>\nchien";

#[test]
fn a_file_is_what_its_content_says() {
    check(&[("list.txt", b"en\taz\ndog\tit\n")], "TSV 0: en-az dog=it");
    check(&[("list.txt", &utf16("en\taz\r\ndog\tit"))], "TSV 0: en-az dog=it");
    check(&[("en-az.txt.gz", &dictzip(b"dog it\n"))], "MUSE 0: en-az dog=it");
    check(&[("list", b"dog it\n")], "MUSE 0: dog=it");
    check(&[("apertium-aze-tur.aze-tur.dix", DIX.as_bytes())], "Apertium 0: az-tr it=köpek");
    check(&[("memory.xml", TMX.as_bytes())], "TMX 0: en-az dog=it");
    check(&[("memory.tmx", &utf16(TMX))], "TMX 0: en-az dog=it");
    check(&[("list.dict", b"dog\tit\n")], "TSV 0: dog=it");
}

#[test]
fn any_file_of_a_dictionary_names_it() {
    let packed = dictzip(DICT);
    let expected = "dictd 0: de-fr Hund=chien";
    check(&[("deu-fra.index", INDEX), ("deu-fra.dict.dz", &packed)], expected);
    check(&[("deu-fra.dict.dz", &packed), ("deu-fra.index", INDEX)], expected);
    check(&[("freedict-deu-fra.dict", DICT), ("freedict-deu-fra.index", INDEX)], expected);
    let (index, bodies) = stardict::tests::files(&[("dog", b"it")], false);
    let expected = "StarDict 0: en-az dog=it";
    check(&[("en-az.ifo", IFO), ("en-az.idx", &index), ("en-az.dict", &bodies)], expected);
    check(&[("en-az.idx.gz", &dictzip(&index)), ("en-az.ifo", IFO), ("en-az.dict.dz", &dictzip(&bodies))], expected);
    check(&[("en-az.dict", &bodies), ("en-az.ifo", IFO), ("en-az.idx", &index)], expected);
}

#[test]
fn what_gives_no_glossary_says_why() {
    check(&[("a.txt", b"")], "FOLDER/a.txt: no lexicon: there are no entries in it. Give");
    check(&[("a.png", b"\x89PNG\0\0")], "FOLDER/a.png: no lexicon: it is not text");
    check(&[("a.html", b"<html><p>x")], "FOLDER/a.html: no lexicon: it is XML, but neither");
    check(&[("a.txt", b"Once upon a time.")], "FOLDER/a.txt: no lexicon: line 1: more than two words");
    check(&[("a.gz", &dictzip(DICT)[..20])], "FOLDER/a.gz: ");
    check(&[("a.index", INDEX)], "FOLDER/a.index: the dictionary has another file, FOLDER/a.dict.dz, which is missing");
    check(&[("a.dict.dz", &dictzip(DICT))], "FOLDER/a.dict.dz: the dictionary has another file, FOLDER/a.index");
    check(&[("a.ifo", IFO)], "FOLDER/a.ifo: the dictionary has another file, FOLDER/a.idx");
    check(&[("a.ifo", b"x"), ("a.idx", b""), ("a.dict", b"")], "FOLDER/a.ifo: no lexicon: its .ifo does not");
}

#[test]
fn no_glossary_has_more_entries_than_the_limit() {
    let mut glossary = Glossary::new(Format::Tsv);
    for _ in 0..ENTRIES + 10 {
        glossary.add(&None, "a", "b");
    }
    assert_eq!(glossary.entries.len(), ENTRIES + 1);
    assert!(glossary.is_full());
}

/// The bytes cut at every place, and with every bit of them turned.
fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let cut = (0..=bytes.len()).map(|n| bytes[..n].to_vec());
    cut.chain((0..bytes.len() * 8).map(|n| {
        let mut turned = bytes.to_vec();
        turned[n / 8] ^= 1 << (n % 8);
        turned
    }))
}

#[test]
fn no_damage_makes_a_reader_panic() {
    let table = "en\taz\tru\ndog|hound\tit; köpək\tсобака\n# x\n";
    for bytes in damaged(table.as_bytes()).chain(damaged(&utf16(table))).chain(damaged("dog it\n".as_bytes())) {
        tsv::read(&file::text(bytes), None);
    }
    for bytes in damaged(TMX.as_bytes()).chain(damaged(&utf16(TMX))) {
        let text = file::text(bytes);
        xml::root(&text);
        tmx::read(text.as_bytes(), super::form::form);
        dix::read(&text, None);
    }
    let dix = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"&a;&a;\">]><dictionary><section><e r=\"LR\"><p><l>a<b/>&a;\
        </l><r>&#x259;<![CDATA[b]]></r></p></e><!-- c --><e><re>x</re></e></section></dictionary>";
    for bytes in damaged(dix.as_bytes()) {
        let text = file::text(bytes);
        xml::root(&text);
        dix::read(&text, None);
        tmx::read(text.as_bytes(), super::form::form);
    }
    let body = "Hund /hʊnt/ <n>\n1. chien (m), 2) clébard [fam]\n\"x\" - \"y\"\n".as_bytes();
    for bytes in damaged(b"hund\tA\tBC\nh\tB\tC\tH\n") {
        dictd::read(&file::text(bytes), body, &None);
    }
    for bytes in damaged(body) {
        dictd::read("hund\tA\t8\nhund\tA\tBC\n", &bytes, &None);
    }
    let fields: &[u8] = b"tdog\0W\0\0\0\x01xh<div><ex>a</ex>it<br/>k&#246;&lt;n&gt; <!-- x --></div>\0";
    for is_wide in [false, true] {
        let (index, bodies) = stardict::tests::files(&[("dog", fields), ("cat", b"mit")], is_wide);
        let info = if is_wide { "idxoffsetbits=64" } else { "" };
        damaged(&index).for_each(|index| drop(stardict::read(info, &index, &bodies, &None)));
        damaged(&bodies).for_each(|bodies| drop(stardict::read(info, &index, &bodies, &None)));
        for types in ["m", "tWh", "x", "W", "mmmm", "g"] {
            let info = format!("{info}\nsametypesequence={types}\n");
            damaged(&bodies).for_each(|bodies| drop(stardict::read(&info, &index, &bodies, &None)));
        }
    }
    for bytes in damaged(&dictzip(DICT)) {
        file::unpacked(BufReader::new(&bytes[..]), 1 << 20).ok();
    }
    damaged("apertium-tur-aze.ə tur_aze.dix".as_bytes())
        .for_each(|name| drop(tags::languages(&String::from_utf8_lossy(&name))));
}
