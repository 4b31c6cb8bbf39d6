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
//! for item in read(format, file.as_bytes()).unwrap() {
//!     match item {
//!         Item::Unit(unit) => texts.extend(unit.variants.into_iter().map(|v| v.text)),
//!         Item::Header(_) => {}
//!         Item::Fault(fault) => panic!("line {}: {}", fault.line, fault.what),
//!     }
//! }
//! assert_eq!(texts, ["Salam.", "Привет."]);
//! ```

mod assemble;
mod encoding;
pub mod glossary;
mod segment;
mod tmx;
pub(crate) mod xml;

pub use assemble::Assembler;

use crate::error::{Error, Result};
use crate::language::Lang;
use crate::model::{Level, Moment, Said, Unit};
use flate2::bufread::MultiGzDecoder;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// The kinds of files that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A translation memory, TMX 1.1 to 1.4b.
    Tmx,
}

impl Format {
    /// Its name: `TMX`.
    pub fn name(self) -> &'static str {
        match self {
            Format::Tmx => "TMX",
        }
    }
}

/// A file as a stream, out of its gzip where it is one.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let failed = |source| Error::io(path, source);
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    let is_packed = file.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) })
}

/// What a file is, by its first bytes: a thousand are enough. Its name does not count.
pub fn recognise(head: &[u8]) -> Option<Format> {
    match xml::root(&encoding::head(head))? {
        "tmx" => Some(Format::Tmx),
        _ => None,
    }
}

/// The first bytes of a stream, for [`recognise`], and the whole stream again.
pub fn peek(stream: impl BufRead) -> io::Result<(Vec<u8>, impl BufRead)> {
    encoding::peek(stream)
}

/// Reads a file. After a fault that is [`Severity::Broken`] nothing comes.
///
/// Fails where the first bytes cannot be read.
pub fn read(format: Format, stream: impl BufRead) -> io::Result<impl Iterator<Item = Item>> {
    match format {
        Format::Tmx => tmx::Reader::new(stream),
    }
}

/// What a reader finds in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What it says of itself, before its units.
    Header(Header),
    /// A unit with texts in two languages at least.
    Unit(Unit),
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
