//! Glossaries: bilingual lexicons that others made, read from their files as pairs of forms that mean the same.
//!
//! A file is what its content says; its name tells which files belong together (`x.index` and `x.dict.dz`) and, where the
//! content is silent, the languages (`deu-fra.index`). All are read plain or out of a gzip. A glossary is the work of
//! strangers: what cannot be read of it is counted, and no file makes the reader panic or hold more than its limits.

mod dictd;
mod dix;
mod file;
mod form;
mod gloss;
mod markup;
mod stardict;
mod tags;
mod tmx;
mod tsv;

use super::xml;
use crate::error::{Error, Result};
use std::fmt::{self, Display};
use std::path::Path;

/// Pairs of forms that mean the same in two languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glossary {
    /// What kind of file it came from.
    pub format: Format,
    /// The pairs, in the order of the file.
    pub entries: Vec<Entry>,
    /// How many entries of the file could not be read, or not in whole.
    pub unread: usize,
    /// Where the first of these is, and why.
    pub first_unread: Option<String>,
}

/// A pair of forms that mean the same. A form is one to five words with a space between; of a [`memory`] any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The tags of both languages where the file or its name says them, by BCP 47.
    pub languages: Option<(String, String)>,
    /// The form in the first language.
    pub source: String,
    /// The form in the second language.
    pub target: String,
}

/// The kinds of files that hold a glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Columns with a tab between, a language each.
    Tsv,
    /// Pairs of words with a space between, as in the dictionaries of MUSE.
    Muse,
    /// An index and a body for a dictd server, as FreeDict has them.
    Dictd,
    /// A dictionary of StarDict.
    StarDict,
    /// A bilingual dictionary of Apertium.
    Dix,
    /// A translation memory.
    Tmx,
}

impl Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Tsv => "TSV",
            Format::Muse => "MUSE",
            Format::Dictd => "dictd",
            Format::StarDict => "StarDict",
            Format::Dix => "Apertium",
            Format::Tmx => "TMX",
        })
    }
}

/// No glossary has more entries, read or unread. The largest of FreeDict and MUSE have some 500 000.
const ENTRIES: usize = 2_000_000;

/// The glossary in a file, or in the files of a dictionary of which it is one.
///
/// ```
/// let path = std::env::temp_dir().join(format!("{}-de-fr.txt", std::process::id()));
/// std::fs::write(&path, "Gletscher glacier\nBerg montagne\n").unwrap();
/// let glossary = korpu::import::glossary::read(&path).unwrap();
/// assert_eq!(glossary.entries[1].target, "montagne");
/// assert_eq!(glossary.entries[1].languages, Some(("de".to_owned(), "fr".to_owned())));
/// # std::fs::remove_file(path).unwrap();
/// ```
pub fn read(path: &Path) -> Result<Glossary> {
    let languages = path.file_name().and_then(|name| tags::languages(&name.to_string_lossy()));
    let glossary = match file::dictionary(path) {
        Some(Format::StarDict) => stardict::open(path, languages)?,
        Some(_) => dictd::open(path, languages)?,
        None => one_file(path, languages)?,
    };
    if glossary.is_full() {
        return Err(too_large(path, format!("more than {ENTRIES} entries")));
    }
    if glossary.entries.is_empty() {
        let reason = glossary.first_unread.unwrap_or_else(|| "there are no entries in it".to_owned());
        return Err(no_lexicon(path, &reason));
    }
    Ok(glossary)
}

/// The segments of a translation memory (TMX), of each unit the pairs in two languages: as [`read`], but a segment may be of any length.
///
/// ```
/// let path = std::env::temp_dir().join(format!("{}.tmx", std::process::id()));
/// let unit = "<tuv xml:lang='de'><seg>Der Gletscher wächst.</seg></tuv><tuv xml:lang='fr'><seg>Le glacier avance.</seg></tuv>";
/// std::fs::write(&path, format!("<tmx version='1.4'><body><tu>{unit}</tu></body></tmx>")).unwrap();
/// assert_eq!(korpu::import::glossary::memory(&path).unwrap().entries[0].target, "Le glacier avance.");
/// # std::fs::remove_file(path).unwrap();
/// ```
pub fn memory(path: &Path) -> Result<Glossary> {
    let failed = |source| Error::io(path, source);
    let (head, stream) = super::peek(super::open(path)?).map_err(failed)?;
    if super::recognise(&head) != Some(super::Format::Tmx) {
        return Err(Error::input(path.display().to_string(), "it is no TMX. Name a translation memory".to_owned()));
    }
    let memory = tmx::read(stream, tmx::segment);
    if memory.is_full() {
        return Err(too_large(path, format!("more than {ENTRIES} units")));
    }
    if memory.entries.is_empty() {
        let reason = memory.first_unread.unwrap_or_else(|| "there are no units in it".to_owned());
        return Err(Error::input(path.display().to_string(), format!("nothing to learn from: {reason}")));
    }
    Ok(memory)
}

/// The glossary in a file that stands alone.
fn one_file(path: &Path, languages: Languages) -> Result<Glossary> {
    let bytes = file::bytes(path)?;
    let text = file::text(bytes);
    if text.contains('\0') {
        return Err(no_lexicon(path, "it is not text"));
    }
    if stardict::is_info(&text) {
        return stardict::open(path, languages);
    }
    Ok(match xml::root(&text) {
        Some("tmx") => tmx::read(text.as_bytes(), form::form),
        Some("dictionary") => dix::read(&text, languages),
        Some(_) => return Err(no_lexicon(path, "it is XML, but neither a TMX nor a dictionary of Apertium")),
        None => tsv::read(&text, languages),
    })
}

/// That a file holds no pair of forms in any format that is known.
fn no_lexicon(path: &Path, reason: &str) -> Error {
    let known = "Give a TSV, MUSE pairs, or a file of dictd, StarDict, Apertium (.dix) or TMX";
    Error::input(path.display().to_string(), format!("no lexicon: {reason}. {known}"))
}

/// That a file is beyond what is held in memory.
fn too_large(path: &Path, reason: String) -> Error {
    Error::input(path.display().to_string(), format!("too large: {reason}. Split it and give the parts"))
}

/// The tags of two languages where they are known.
type Languages = Option<(String, String)>;

impl Glossary {
    fn new(format: Format) -> Glossary {
        Glossary { format, entries: Vec::new(), unread: 0, first_unread: None }
    }

    fn add(&mut self, languages: &Languages, source: &str, target: &str) {
        if !self.is_full() {
            let (source, target) = (source.to_owned(), target.to_owned());
            self.entries.push(Entry { languages: languages.clone(), source, target });
        }
    }

    /// Every form of one side with every form of the other.
    fn add_all(&mut self, languages: &Languages, sources: &[String], targets: &[String]) {
        for source in sources {
            targets.iter().for_each(|target| self.add(languages, source, target));
        }
    }

    /// Counts an entry that cannot be read.
    fn skip(&mut self, place: impl Display, reason: impl Display) {
        self.unread = self.unread.saturating_add(1);
        // Control characters of the file could steer a terminal.
        let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        self.first_unread.get_or_insert_with(|| format!("{place}: {reason}").chars().map(plain).collect());
    }

    /// Whether no more is taken.
    fn is_full(&self) -> bool {
        self.entries.len().saturating_add(self.unread) > ENTRIES
    }
}

#[cfg(test)]
mod tests;
