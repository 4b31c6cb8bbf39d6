//! Files that others made -> what korpu works with.
//!
//! A file holds units: texts in several languages that say the same. Its reader is an iterator of [`Item`]s over a stream,
//! in constant memory, so that `korpu import`, `korpu check` and `--tm` read alike. [`Assembler`] makes documents and
//! bitexts of units. What a file says wrongly, and what cannot be kept of it, is a [`Fault`] with its line: nothing is lost
//! silently.
//!
//! ```
//! use korpu::import::{Item, read, recognise};
//! let file = "<tmx version='1.4'><header creationtool='x' creationtoolversion='1' segtype='sentence' o-tmf='x' adminlang='en' \
//!     srclang='az' datatype='plaintext'/><body><tu><tuv xml:lang='az'><seg>Salam.</seg></tuv>\
//!     <tuv xml:lang='ru'><seg>Привет.</seg></tuv></tu></body></tmx>";
//! let format = recognise(file.as_bytes()).unwrap();
//! let mut texts = Vec::new();
//! let none = |_: &str| Err("it names no other file".to_owned());
//! for item in read(format, file.as_bytes(), &none).unwrap() {
//!     match item {
//!         Item::Unit(unit) => texts.extend(unit.variants.into_iter().map(|v| v.text)),
//!         Item::Header(_) | Item::Part(_) => {}
//!         Item::Fault(fault) => panic!("line {}: {}", fault.line, fault.what),
//!     }
//! }
//! assert_eq!(texts, ["Salam.", "Привет."]);
//! ```

mod assemble;
mod encoding;
pub mod glossary;
pub mod ladder;
mod lines;
mod segment;
mod table;
pub mod tei;
mod tmx;
mod whole;
mod window;
mod xces;
mod xliff;
pub(crate) mod xml;

pub use assemble::Assembler;
pub use xces::Opener;
pub(crate) use xml::short;

use crate::error::{Error, Result};
use crate::language::Lang;
use crate::model::{Level, Moment, Part, Said, Unit};
use flate2::bufread::MultiGzDecoder;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Component, Path};

/// The kinds of files that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A translation memory, TMX 1.1 to 1.4b.
    Tmx,
    /// A text or a corpus with its alignments, TEI P5.
    Tei,
    /// What translators' tools exchange, XLIFF 2.
    Xliff,
    /// A table of tab-separated lines of which the first names the columns.
    Tsv,
    /// The same with commas and quotation marks.
    Csv,
    /// An alignment of documents that are files of their own, as OPUS has them.
    Xces,
    /// Two texts, of which a line translates a line.
    Lines,
    /// Two texts and a ladder between them.
    Ladder,
}

impl Format {
    /// Its name: `TMX`.
    pub fn name(self) -> &'static str {
        match self {
            Format::Tmx => "TMX",
            Format::Tei => "TEI",
            Format::Xliff => "XLIFF",
            Format::Tsv => "TSV",
            Format::Csv => "CSV",
            Format::Xces => "XCES",
            Format::Lines => "lines",
            Format::Ladder => "ladder",
        }
    }
}

/// A file on its way.
pub type Stream = Box<dyn BufRead>;

/// A file as a stream, out of its gzip where it is one.
pub fn open(path: &Path) -> Result<Stream> {
    let failed = |source| Error::io(path, source);
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    let is_packed = file.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) })
}

/// A file that another names, as a stream: only one below the folder, for a hostile file may name any. Where it is not there
/// under its name, that with or without `.gz` is taken.
pub fn open_below(folder: &Path, name: &str) -> std::result::Result<Stream, String> {
    let path = Path::new(name);
    if name.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err("its name leads out of the folder".to_owned());
    }
    let other = name.strip_suffix(".gz").map_or_else(|| format!("{name}.gz"), str::to_owned);
    let there = [name, &other].into_iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let path = there.ok_or_else(|| match folder.as_os_str().is_empty() {
        true => "it is not in this folder".to_owned(),
        false => format!("it is not in {}", folder.display()),
    })?;
    open(&path).map_err(|error| error.to_string())
}

/// What a file is, by its first bytes, as [`peek`] gives them. Its name does not count. Two files that belong together
/// ([`Format::Lines`], [`Format::Ladder`]) say nothing of themselves.
pub fn recognise(head: &[u8]) -> Option<Format> {
    let head = encoding::head(head);
    match xml::root(&head).map(xml::local) {
        Some("tmx") => Some(Format::Tmx),
        Some("xliff") => Some(Format::Xliff),
        Some("cesAlign") => Some(Format::Xces),
        Some("TEI" | "TEI.2" | "teiCorpus" | "teiCorpus.2") => Some(Format::Tei),
        Some(_) => None,
        None => table::dialect(&head).map(|dialect| match dialect {
            table::Dialect::Tsv => Format::Tsv,
            table::Dialect::Csv => Format::Csv,
        }),
    }
}

/// The first bytes of a stream, for [`recognise`], and the whole stream again.
pub fn peek<R: BufRead>(stream: R) -> io::Result<(Vec<u8>, impl BufRead)> {
    encoding::peek(stream)
}

/// What a reader gives.
pub type Items<'r> = Box<dyn Iterator<Item = Item> + 'r>;

/// Reads a file; `documents` opens those that it names. After a fault that is [`Severity::Broken`] nothing comes.
///
/// Fails where the first bytes cannot be read, and with `InvalidInput` for a format of several files.
pub fn read<'r>(format: Format, stream: impl BufRead + 'r, documents: &'r Opener<'r>) -> io::Result<Items<'r>> {
    Ok(match format {
        Format::Tmx => Box::new(tmx::Reader::new(stream)?),
        Format::Tei => Box::new(tei::Reader::new(stream, documents)?),
        Format::Xliff => Box::new(xliff::Reader::new(stream)?),
        Format::Tsv => Box::new(table::Reader::new(stream, table::Dialect::Tsv)?),
        Format::Csv => Box::new(table::Reader::new(stream, table::Dialect::Csv)?),
        Format::Xces => Box::new(xces::Reader::new(stream, documents)?),
        Format::Lines | Format::Ladder => {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "two files belong together: name both"));
        }
    })
}

/// Reads two texts of which a line translates a line, the source first.
pub fn read_lines<'r, R: BufRead + 'r>(source: (R, Lang), target: (R, Lang)) -> io::Result<Items<'r>> {
    Ok(Box::new(lines::Reader::new(source, target)?))
}

/// What a reader finds in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What it says of itself, before its units.
    Header(Header),
    /// A unit. One with a text in one language alone waits for a translation.
    Unit(Unit),
    /// Whole texts with the beads between them.
    Part(Box<Part>),
    /// What is wrong, or cannot be kept.
    Fault(Fault),
}

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// The language that its units were translated from, where it is one.
    pub source: Option<Lang>,
    /// How long the texts of its units are, where they do not say.
    pub level: Option<Level>,
    /// When it was made.
    pub created: Option<Moment>,
    /// The encoding, by its name in the WHATWG Encoding Standard.
    pub encoding: &'static str,
    /// Everything it says, as it is written.
    pub said: Said,
}

/// Something that is wrong with a file, or that cannot be kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// How bad it is.
    pub severity: Severity,
    /// Whether an import leaves something out, or changes it.
    pub loss: bool,
    /// What it is, in words for the user; the same words for all faults of a kind.
    pub what: &'static str,
    /// What of, as the file has it; may be empty.
    pub detail: String,
}

impl Display for Fault {
    /// What it is and what of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

impl From<xml::Broken> for Fault {
    fn from(xml::Broken { line, reason }: xml::Broken) -> Fault {
        let what = "the file cannot be read from here on";
        Fault { line, severity: Severity::Broken, loss: true, what, detail: reason }
    }
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Most programs read it, perhaps not as meant.
    Doubtful,
    /// It is against the format, and some programs refuse the file.
    Wrong,
    /// Nothing can be read from here on.
    Broken,
}
