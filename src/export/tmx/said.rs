//! What the file of an imported unit says of it, as far as TMX can hold it.

use super::super::xml::{Attribute, Line, Xml, visible};
use crate::model::{Inline, Remark, Said};
use std::io;

/// The attributes of a unit and of a text that are written again, besides its name and its language.
const BOTH: [&str; 11] = [
    "o-encoding",
    "datatype",
    "usagecount",
    "lastusagedate",
    "creationtool",
    "creationtoolversion",
    "creationdate",
    "creationid",
    "changedate",
    "changeid",
    "o-tmf",
];

/// The attributes of a unit. That of its source language is that of the file.
pub(super) fn of_unit(said: &Said) -> Vec<Attribute<'_>> {
    attributes(said, |name, value| match name {
        "segtype" => matches!(value, "block" | "paragraph" | "sentence" | "phrase"),
        _ => BOTH.contains(&name),
    })
}

/// The attributes of a text.
pub(super) fn of_variant(said: &Said) -> Vec<Attribute<'_>> {
    attributes(said, |name, _| BOTH.contains(&name))
}

/// Each once, dates only as TMX has them: the store may have been changed by other programs.
fn attributes(said: &Said, is_ours: impl Fn(&str, &str) -> bool) -> Vec<Attribute<'_>> {
    let mut kept: Vec<Attribute> = Vec::with_capacity(said.attributes.len());
    for (name, value) in &said.attributes {
        let is_right = !name.ends_with("date") || is_date(value);
        if is_ours(name, value) && is_right && !kept.iter().any(|(before, _)| before == name) {
            kept.push((name, value));
        }
    }
    kept
}

/// Whether a date has the form `YYYYMMDDThhmmssZ`.
fn is_date(text: &str) -> bool {
    let is_right = |(n, b): (usize, u8)| match n {
        8 => b == b'T',
        15 => b == b'Z',
        _ => b.is_ascii_digit(),
    };
    text.len() == 16 && text.bytes().enumerate().all(is_right)
}

/// A segment with the markup that stood in it. Places are those in the text as it was imported: where the text is another now it has
/// none, nor where the markup is none of TMX or lacks what it must have.
pub(super) fn segment(xml: &mut Xml, text: &Line, said: &Said) -> io::Result<()> {
    let Some(kept) = text.as_it_was() else { return xml.leaf_line("seg", &[], text) };
    xml.indent()?;
    xml.begin("seg", &[])?;
    // The highlights that are open, by where they end: none ends behind the one around it.
    let (mut at, mut open) = (0, Vec::new());
    let to = |xml: &mut Xml, at: &mut usize, place: usize| {
        let text = kept.get(*at..place).unwrap_or_default();
        *at = place.max(*at);
        if text.is_empty() { Ok(()) } else { xml.text(text) }
    };
    for inline in &said.inline {
        let (begin, end) = (inline.at as usize, inline.end as usize);
        let Some((element, attributes)) = markup(inline).filter(|_| kept.is_char_boundary(begin) && begin >= at) else {
            continue;
        };
        while open.len() > inline.depth as usize {
            let ends: usize = open.pop().unwrap_or_default();
            to(xml, &mut at, ends.min(begin))?;
            xml.end()?;
        }
        to(xml, &mut at, begin)?;
        xml.begin(element, &attributes)?;
        if element == "hi" && kept.is_char_boundary(end) {
            open.push(open.last().map_or(end, |around| end.min(*around)));
        } else {
            xml.text(&inline.code)?;
            xml.end()?;
        }
    }
    while let Some(ends) = open.pop() {
        to(xml, &mut at, ends)?;
        xml.end()?;
    }
    to(xml, &mut at, kept.len())?;
    xml.end()?;
    xml.newline()
}

/// The element of TMX for some markup, with the attributes that it may have; `None` where it is none or lacks one that it must have.
fn markup(inline: &Inline) -> Option<(&'static str, Vec<Attribute<'_>>)> {
    let (element, may, must): (_, &[&str], _) = match inline.element.as_str() {
        "bpt" => ("bpt", &["i", "x", "type"], Some("i")),
        "ept" => ("ept", &["i"], Some("i")),
        "it" => ("it", &["pos", "x", "type"], Some("pos")),
        "ph" => ("ph", &["x", "assoc", "type"], None),
        "ut" => ("ut", &["x"], None),
        "hi" => ("hi", &["x", "type"], None),
        _ => return None,
    };
    let is_right = |name: &str, value: &str| match name {
        "pos" => matches!(value, "begin" | "end"),
        "assoc" => matches!(value, "p" | "f" | "b"),
        _ => visible(Some(value)).is_some(),
    };
    let mut attributes: Vec<Attribute> = Vec::new();
    for (name, value) in &inline.attributes {
        if may.contains(&name.as_str()) && is_right(name, value) && !attributes.iter().any(|(own, _)| own == name) {
            attributes.push((name, value));
        }
    }
    must.is_none_or(|must| attributes.iter().any(|(name, _)| *name == must)).then_some((element, attributes))
}

/// Its properties and notes, in their order.
pub(super) fn remarks(xml: &mut Xml, said: &Said) -> io::Result<()> {
    said.remarks.iter().try_for_each(|remark| match remark {
        Remark::Prop(kind, value) if visible(Some(kind)).is_some() => xml.leaf("prop", &[("type", kind)], value),
        Remark::Prop(..) => Ok(()),
        Remark::Note(text) => xml.leaf("note", &[], text),
    })
}
