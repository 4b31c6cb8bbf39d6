//! What the file of an imported unit says of it, as far as TMX can hold it.

use super::super::xml::{Attribute, Xml, visible};
use crate::model::{Remark, Said};
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

/// Its properties and notes, in their order.
pub(super) fn remarks(xml: &mut Xml, said: &Said) -> io::Result<()> {
    said.remarks.iter().try_for_each(|remark| match remark {
        Remark::Prop(kind, value) if visible(Some(kind)).is_some() => xml.leaf("prop", &[("type", kind)], value),
        Remark::Prop(..) => Ok(()),
        Remark::Note(text) => xml.leaf("note", &[], text),
    })
}
