//! The files that a file includes by XInclude, each read once, where it is included.

use super::super::{Opener, Stream};
use std::collections::BTreeSet;

/// So many files are open in each other.
const DEPTH: usize = 16;

/// The files that are open: `W` reads one.
pub(super) struct Includes<'a, W> {
    opener: &'a Opener<'a>,
    /// Those around the one that is read: their readers, its name, and how deep it begins.
    outer: Vec<(W, String, usize)>,
    /// The names of those that were included.
    seen: BTreeSet<String>,
    /// Whether the file that was to be included last is.
    included: bool,
    /// So many elements are open of what stands for a file that is included.
    skipped: usize,
}

impl<'a, W> Includes<'a, W> {
    pub(super) fn new(opener: &'a Opener<'a>) -> Self {
        Includes { opener, outer: Vec::new(), seen: BTreeSet::new(), included: false, skipped: 0 }
    }

    /// The name of the file that is read; empty for the first.
    pub(super) fn file(&self) -> &str {
        self.outer.last().map_or("", |(_, name, _)| name)
    }

    /// The file that an `<xi:include>` names, or why it is not read.
    pub(super) fn open<'v>(&mut self, value: &dyn Fn(&str) -> Option<&'v str>) -> Result<(String, Stream), String> {
        self.included = false;
        let href = value("href").unwrap_or_default();
        let name = resolve(self.file(), href);
        let failed = |reason: &str| Err(format!("{name}: {reason}"));
        if value("parse").is_some_and(|parse| parse != "xml") {
            return failed("it is not included as XML");
        }
        if value("xpointer").is_some() || href.contains('#') {
            return failed("parts of files are not included");
        }
        // A file is found under its name with or without this ending.
        let known = name.strip_suffix(".gz").unwrap_or(&name).to_owned();
        if self.seen.contains(&known) {
            return failed("it is included already");
        }
        if self.outer.len() >= DEPTH {
            return failed("files include each other too deep");
        }
        let stream = (self.opener)(&name).map_err(|reason| format!("{name}: {reason}"))?;
        self.seen.insert(known);
        Ok((name, stream))
    }

    /// Goes on in a file; `outer` reads the one around it.
    pub(super) fn enter(&mut self, name: String, outer: W, depth: usize) {
        self.outer.push((outer, name, depth));
    }

    /// Goes back to the file around the one that is read: its reader, and how deep what was included stood.
    pub(super) fn leave(&mut self) -> Option<(W, usize)> {
        let (outer, _, depth) = self.outer.pop()?;
        self.included = true;
        Some((outer, depth))
    }

    /// Whether what is read stands for a file that is included.
    pub(super) fn skips(&self) -> bool {
        self.skipped > 0
    }

    /// An element begins that is, or is in, what stands for a file that cannot be included.
    pub(super) fn begin_fallback(&mut self) {
        if self.included || self.skipped > 0 {
            self.skipped = self.skipped.saturating_add(1);
        }
    }

    /// An element ends in it.
    pub(super) fn end_fallback(&mut self) {
        self.skipped = self.skipped.saturating_sub(1);
    }
}

/// The name of a file that another names, from the folder of the first.
fn resolve(file: &str, href: &str) -> String {
    let href = decoded(href);
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut parts, folder) = if href.starts_with('/') { (vec![""], "") } else { (Vec::new(), folder) };
    for part in folder.split('/').chain(href.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, "" | "..")) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// An address with its escapes (`%20`) as what they stand for; as it is where that is no text.
fn decoded(href: &str) -> String {
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = escaped.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match byte.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| href.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_the_folder_of_the_file_that_names_them() {
        let check = |file: &str, href: &str, expected: &str| assert_eq!(resolve(file, href), expected, "{file} {href}");
        check("", "./b.xml", "b.xml");
        check("", "the%20text%C9%99.xml", "the textə.xml");
        check("texts/a.xml", "b.xml", "texts/b.xml");
        check("texts/a.xml", "../b.xml", "b.xml");
        check("texts/a.xml", "../../b.xml", "../b.xml");
        check("texts/a.xml", "/etc/passwd", "/etc/passwd");
        check("", "%2e%2e/b.xml", "../b.xml");
        check("", "100%.xml", "100%.xml");
        check("", "%FF.xml", "%FF.xml");
    }
}
