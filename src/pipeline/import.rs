//! Files of others are imported, part by part, so that one part of a file is in memory.

use super::{Watch, pair::renew_works};
use crate::error::Result;
use crate::import::{self, Assembler, Format, Header, Item, Severity};
use crate::model::{Part, Refusal};
use crate::store::{Import, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

/// So many losses are written at once.
const LOSSES: usize = 1000;

/// The name of standard input.
const STDIN: &str = "-";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The file as the user named it.
    pub path: String,
    /// What it was.
    pub format: Format,
    /// How many units were imported.
    pub units: u64,
    /// How many documents they make.
    pub documents: usize,
    /// How many of these are new, or other than they were.
    pub new: usize,
    /// What could not be kept, by kind; the store has each with its line.
    pub losses: BTreeMap<&'static str, Loss>,
}

/// Losses of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// How many.
    pub count: u64,
    /// The line of the first.
    pub line: u64,
    /// What of, for the first.
    pub detail: String,
}

/// Imports files, `-` for standard input. A file that is of no known format is refused, and one that breaks is imported up
/// to there; the others go on.
pub fn import(store: &mut Store, files: &[PathBuf], watch: &impl Watch) -> Result<(Vec<Imported>, Vec<Refusal>)> {
    watch.stage("importing", Some(files.len() as u64));
    let (mut imported, mut refused) = (Vec::new(), Vec::new());
    for file in files {
        let path = file.to_string_lossy().replace(MAIN_SEPARATOR_STR, "/");
        match read(store, file, &path) {
            Ok(Ok(one)) => imported.push(one),
            Ok(Err(reason)) => {
                let refusal = Refusal { place: path, reason };
                watch.refused(&refusal);
                refused.push(refusal);
            }
            Err(error) => return Err(error),
        }
        watch.done(1);
    }
    renew_works(store)?;
    Ok((imported, refused))
}

/// Imports a file, or says why nothing of it can be.
fn read(store: &mut Store, file: &Path, path: &str) -> Result<std::result::Result<Imported, String>> {
    let stream: Result<Box<dyn BufRead>> =
        if path == STDIN { Ok(Box::new(BufReader::new(std::io::stdin()))) } else { import::open(file) };
    let (head, stream) = match stream.map(import::peek) {
        Ok(Ok(peeked)) => peeked,
        Ok(Err(error)) => return Ok(Err(error.to_string())),
        Err(crate::Error::Io { source, .. }) => return Ok(Err(source.to_string())),
        Err(error) => return Err(error),
    };
    let Some(format) = import::recognise(&head) else {
        return Ok(Err("it is of no format that can be imported. Give a TMX".to_owned()));
    };
    let items = match import::read(format, stream) {
        Ok(items) => items,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let imported = Imported { path: path.to_owned(), format, units: 0, documents: 0, new: 0, losses: BTreeMap::new() };
    let mut importing = Importing { store, imported, assembler: None, ids: BTreeSet::new(), losses: Vec::new() };
    for item in items {
        match item {
            Item::Header(header) => importing.begin(header)?,
            Item::Unit(unit) => {
                if importing.assembler.is_none() {
                    importing.begin(Header::default())?;
                }
                importing.imported.units += 1;
                if let Some(part) = importing.assembler.as_mut().and_then(|assembler| assembler.add(unit)) {
                    importing.write(&part)?;
                }
            }
            Item::Fault(fault) if fault.severity == Severity::Broken && importing.imported.units == 0 => {
                return Ok(Err(format!("line {}: {}", fault.line, fault.detail)));
            }
            Item::Fault(fault) if fault.loss => {
                importing.losses.push((fault.line, fault.to_string()));
                let loss = importing.imported.losses.entry(fault.what).or_default();
                if loss.count == 0 {
                    *loss = Loss { count: 0, line: fault.line, detail: fault.detail };
                }
                loss.count += 1;
                if importing.losses.len() >= LOSSES && importing.assembler.is_some() {
                    importing.write(&Part::default())?;
                }
            }
            Item::Fault(_) => {}
        }
    }
    if importing.imported.units == 0 {
        return Ok(Err("there are no units in two languages in it".to_owned()));
    }
    Ok(Ok(importing.finish()?))
}

struct Importing<'a> {
    store: &'a mut Store,
    imported: Imported,
    /// Makes documents, from the header on.
    assembler: Option<Assembler>,
    /// The documents that the file gives.
    ids: BTreeSet<String>,
    losses: Vec<(u64, String)>,
}

impl Importing<'_> {
    fn begin(&mut self, header: Header) -> Result<()> {
        if self.assembler.is_some() {
            return Ok(());
        }
        let (path, format) = (self.imported.path.clone(), self.imported.format.name().to_owned());
        self.store.begin_import(&Import { path, format, said: header.said.clone() })?;
        self.assembler = Some(Assembler::new(&self.imported.path, header));
        Ok(())
    }

    fn write(&mut self, part: &Part) -> Result<()> {
        let losses = std::mem::take(&mut self.losses);
        self.imported.new += self.store.add_part(&self.imported.path, part, &losses)?;
        self.imported.documents += part.documents.len();
        self.ids.extend(part.documents.iter().map(|document| document.id.clone()));
        Ok(())
    }

    fn finish(mut self) -> Result<Imported> {
        for part in self.assembler.take().map(Assembler::finish).unwrap_or_default() {
            self.write(&part)?;
        }
        if !self.losses.is_empty() {
            self.write(&Part::default())?;
        }
        self.store.end_import(&self.imported.path, &self.ids)?;
        Ok(self.imported)
    }
}
