//! Files of units become one translation memory without a store: each unit is read, sifted and written before the next.

use super::import::{Loss, UNSEEN, name, stream};
use super::output::{begin, finish};
use crate::error::{Error, Result};
use crate::export::tmx::{self, Header, Side};
use crate::export::{Filter, LangMap, Line, Sieve};
use crate::import::{self, Format, Item, Severity};
use crate::language::Lang;
use crate::model::{Unit, Variant};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How files are cleaned.
#[derive(Clone, Debug, Default)]
pub struct Cleaning {
    /// Which units are worth it; a unit with the texts of another is one, whichever file it is in.
    pub filter: Filter,
    /// Whether units may have texts in any languages. Otherwise the first unit decides: one of two texts makes a file of their
    /// languages.
    pub multilingual: bool,
    /// Whether two texts of a unit may be in one language, in two scripts or regions of it.
    pub monolingual: bool,
    /// The tags to write for languages.
    pub languages: LangMap,
}

/// What a memory between languages does not take.
const UNTRANSLATED: &str = "units of which two texts are in one language, or one has nothing to see";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The file as the user named it.
    pub path: String,
    /// What it was.
    pub format: Format,
    /// How many units could be read.
    pub units: u64,
    /// How many of them were written.
    pub written: u64,
    /// What was left out, by kind.
    pub losses: BTreeMap<&'static str, Loss>,
}

impl Cleaned {
    fn lose(&mut self, what: &'static str, line: u64, detail: &str) {
        Loss::count(&mut self.losses, what, line, detail);
    }
}

/// Where a cleaned memory goes.
pub enum Out<'a> {
    /// Nowhere: what would be left out is told.
    Nowhere,
    /// To a file, which appears whole or not at all.
    File(&'a Path),
    /// To a stream.
    Stream(Box<dyn Write>),
}

/// Cleans files, `-` for standard input, into one TMX.
///
/// Fails where a file cannot be read, is no file of units, has none that can be read before it breaks, or is the one to write; and
/// where there is no unit to write.
pub fn clean(files: &[PathBuf], out: Out, cleaning: &Cleaning) -> Result<Vec<Cleaned>> {
    let canonical = |path: &Path| path.canonicalize().ok();
    let replaced = match &out {
        Out::File(path) => canonical(path),
        Out::Nowhere | Out::Stream(_) => None,
    };
    // A link stays, and what it leads to is replaced.
    let out = match (out, &replaced) {
        (Out::File(_), Some(there)) => Out::File(there),
        (out, _) => out,
    };
    if let Some(file) =
        replaced.as_ref().and_then(|path| files.iter().find(|file| canonical(file).as_ref() == Some(path)))
    {
        let reason = "it would be replaced by what is kept of it. Name another file to write";
        return Err(Error::input(file.to_string_lossy(), reason));
    }
    let sieve = Sieve::new(cleaning.filter);
    let mut memory = Memory { out, cleaning, sieve, open: None, units: 0, written: 0 };
    let cleaned = files.iter().map(|file| read(file, &mut memory)).collect::<Result<Vec<_>>>()?;
    memory.finish()?;
    Ok(cleaned)
}

fn read(file: &Path, memory: &mut Memory) -> Result<Cleaned> {
    let at = |error| Error::io(file, error);
    let path = name(file);
    let (head, stream) = import::peek(stream(file)?).map_err(at)?;
    let format = match import::recognise(&head) {
        Some(format @ (Format::Tmx | Format::Xliff | Format::Tsv | Format::Csv)) => format,
        Some(other) => {
            let reason = format!("{} holds whole texts. Use `korpu import` and `korpu export`", other.name());
            return Err(Error::input(path, reason));
        }
        None => {
            let reason = "it is no file of units. Name a TMX, an XLIFF 2, or a table whose first line names languages";
            return Err(Error::input(path, reason));
        }
    };
    let alone = |_: &str| Err("it names no other file".to_owned());
    let cleaned = Cleaned { path, format, units: 0, written: 0, losses: BTreeMap::new() };
    let items = import::read(format, stream, &alone).map_err(at)?;
    consume(items, cleaned, memory)
}

/// Puts the units that a reader found into the file, and tells what became of them.
fn consume(items: impl Iterator<Item = Item>, mut cleaned: Cleaned, memory: &mut Memory) -> Result<Cleaned> {
    let mut header = import::Header::default();
    for item in items {
        match item {
            Item::Header(said) => {
                for _ in &said.said.remarks {
                    cleaned.lose("properties and notes of the file as a whole", 1, "");
                }
                header = said;
            }
            Item::Unit(unit) => {
                cleaned.units += 1;
                memory.add(&unit, &header, &mut cleaned)?;
            }
            Item::Fault(fault) if fault.severity == Severity::Broken && cleaned.units == 0 => {
                return Err(Error::input(cleaned.path, format!("line {}: {}", fault.line, fault.detail)));
            }
            Item::Fault(fault) if fault.loss => cleaned.lose(fault.what, fault.line, &fault.detail),
            Item::Fault(_) | Item::Part(_) => {}
        }
    }
    Ok(cleaned)
}

/// The file on its way.
struct Memory<'a> {
    out: Out<'a>,
    cleaning: &'a Cleaning,
    sieve: Sieve,
    /// It begins with the first unit, which says between which languages it is.
    open: Option<Open>,
    /// So many units were read, and so many written.
    units: u64,
    written: u64,
}

struct Open {
    header: Header,
    /// Where it is written; standard output is no file.
    to: Option<(Option<NamedTempFile>, tmx::Writer<'static>)>,
}

impl Memory<'_> {
    /// Writes a unit where it is wanted, and says what is left out of it.
    fn add(&mut self, unit: &Unit, header: &import::Header, cleaned: &mut Cleaned) -> Result<()> {
        self.units += 1;
        if self.open.is_none() {
            self.open = self.begin(unit, header)?;
        }
        let Some(open) = &mut self.open else {
            let id = unit.said.id.clone().unwrap_or_else(|| self.units.to_string());
            cleaned.lose(UNTRANSLATED, unit.line, &id);
            return Ok(());
        };
        let sides = sides(unit, open.header.between.as_ref(), header.source.as_ref());
        let texts: Vec<&str> = sides.iter().map(|side| side.text.as_str()).collect();
        let id = unit.said.id.clone().unwrap_or_else(|| self.units.to_string());
        let confidence = unit.confidence().unwrap_or(1.0);
        let lose = |cleaned: &mut Cleaned, what, id: &str| cleaned.lose(what, unit.line, id);
        if sides.len() < 2 {
            lose(cleaned, "units without a text in both languages of the first", &id);
            return Ok(());
        }
        if !self.sieve.takes(&texts, confidence, false) {
            lose(cleaned, "units that are not wanted", &id);
            return Ok(());
        }
        if sides.len() < unit.variants.len() {
            lose(cleaned, "texts in other languages than the first unit (--multilingual keeps them)", &id);
        }
        if cleaned.format != Format::Tmx && unit.variants.iter().any(|variant| !variant.said.inline.is_empty()) {
            lose(cleaned, "markup inside of texts", &id);
        }
        if sides.iter().any(|side| side.text.as_it_was().is_none()) {
            lose(cleaned, UNSEEN, &id);
        }
        let unit = tmx::Unit {
            // What is written is what its file says, which is no bead of ours.
            bead: String::new(),
            tuid: id,
            sides,
            length: unit.level.into(),
            score: f32::NAN,
            confidence,
            reviewed: None,
            before: None,
            after: None,
            said: Some(&unit.said),
        };
        let at = |error| Error::io(self.out.place(), error);
        let taken = match &mut open.to {
            Some((_, writer)) => writer.unit(&unit).map_err(at)?,
            None => open.header.takes(&unit),
        };
        match taken {
            true => (cleaned.written, self.written) = (cleaned.written + 1, self.written + 1),
            false => lose(cleaned, UNTRANSLATED, &unit.tuid),
        }
        Ok(())
    }

    /// Begins with the first unit that is a translation.
    fn begin(&mut self, unit: &Unit, header: &import::Header) -> Result<Option<Open>> {
        let ordered = sides(unit, None, header.source.as_ref());
        let between = match ordered.as_slice() {
            [source, target] if !self.cleaning.multilingual => Some((source.lang.clone(), target.lang.clone())),
            _ => None,
        };
        let are_apart = |a: &Side, b: &Side| tmx::are_apart(&a.lang, &b.lang, self.cleaning.monolingual);
        let is_apart = |(n, side): (usize, &Side)| ordered.iter().skip(n + 1).all(|other| are_apart(side, other));
        if ordered.len() < 2 || !ordered.iter().enumerate().all(is_apart) {
            return Ok(None);
        }
        let header = Header {
            between,
            length: header.level.unwrap_or(unit.level).into(),
            created: header.created,
            languages: self.cleaning.languages.clone(),
            name: None,
            monolingual: self.cleaning.monolingual,
        };
        let place = self.out.place().to_owned();
        let at = |error| Error::io(&place, error);
        let to = match &mut self.out {
            Out::Nowhere => None,
            Out::Stream(stream) => {
                let stream = std::mem::replace(stream, Box::new(std::io::sink()));
                Some((None, tmx::Writer::new(stream, &header).map_err(at)?))
            }
            Out::File(path) if path.metadata().is_ok_and(|there| !there.is_file()) => {
                // A pipe or a device is written to, not replaced.
                let device = File::create(*path).map_err(at)?;
                Some((None, tmx::Writer::new(device, &header).map_err(at)?))
            }
            Out::File(path) => {
                let file = begin(path)?;
                let out: std::io::Result<File> = file.as_file().try_clone();
                Some((Some(file), out.and_then(|out| tmx::Writer::new(out, &header)).map_err(at)?))
            }
        };
        Ok(Some(Open { header, to }))
    }

    fn finish(self) -> Result<()> {
        if matches!(self.out, Out::Nowhere) {
            return Ok(());
        }
        let place = self.out.place();
        let Some(Open { to: Some((file, writer)), .. }) = self.open.filter(|_| self.written > 0) else {
            // What was there before stays.
            return Err(Error::input(place.to_string_lossy(), "there are no units to write"));
        };
        writer.finish().map_err(|e| Error::io(place, e))?;
        file.map_or(Ok(()), |file| finish(file, place))
    }
}

impl Out<'_> {
    /// What a message calls it.
    fn place(&self) -> &Path {
        match self {
            Out::File(path) => path,
            Out::Nowhere | Out::Stream(_) => Path::new("-"),
        }
    }
}

/// The texts of a unit, that of the source first; between two languages only those.
fn sides<'a>(unit: &'a Unit, between: Option<&(Lang, Lang)>, source: Option<&Lang>) -> Vec<Side<'a>> {
    let find = |lang: &Lang| unit.variants.iter().find(|variant| variant.lang == *lang);
    let variants: Vec<_> = match between {
        Some((source, target)) => [find(source), find(target)].into_iter().flatten().collect(),
        None => {
            let mut all: Vec<_> = unit.variants.iter().collect();
            all.sort_by_key(|variant| source != Some(&variant.lang));
            all
        }
    };
    let side = |variant: &'a Variant| Side {
        document: "",
        lang: variant.lang.clone(),
        text: Line::from(variant.text.as_str()),
        url: None,
        outlet: None,
        licence: None,
        form: None,
        speaker: None,
        said: Some(&variant.said),
    };
    variants.into_iter().map(side).collect()
}
