//! Translation memories: a file for each pair of languages, or one for all, in parts where that is wanted.

use super::{Options, begin, document, finish, quotes, remove_others};
use crate::error::{Error, Result};
use crate::export::tmx::{Header, Joint, Text, Unit, Writer, are_apart, joined, rendering, renderings, units};
use crate::export::{Filter, Length, Sieve, rendered, rendered_in_all};
use crate::language::Lang;
use crate::model::{Bitext, Document, Level, Moment, PairKind};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Which units are wanted, for every export of units, and in which translation memories.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memories {
    /// How long their units are; `None`: sentences, and paragraphs where there are no sentences, as in many memories that were
    /// imported.
    pub length: Option<Length>,
    /// Which units are worth it.
    pub filter: Filter,
    /// Whether units join all languages in which a work says the same. There is a file for every set of languages that units have.
    pub multilingual: bool,
    /// Whether there are also memories between two scripts or regions of one language.
    pub monolingual: bool,
    /// A file ends with the unit that reaches so many bytes; the next begins.
    pub split: Option<u64>,
}

/// With this the names of files of joined units begin; the languages follow.
const MULTILINGUAL: &str = "multilingual";

/// So many files of joined units are open at a time: systems grant a process some hundreds.
const OPEN: usize = 64;

pub(super) fn write(store: &Store, folder: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    let mut written = BTreeSet::new();
    let length = options.memories.length;
    if options.memories.multilingual {
        // Sets of languages for which there was no room get their files the next time round.
        let mut sets = Sets { folder, created, options, files: BTreeMap::new(), ended: BTreeSet::new(), waits: true };
        while std::mem::take(&mut sets.waits) {
            match length.map(Length::level) {
                Some(None) => write_said_in_all(store, &mut sets)?,
                level => write_joined(store, level.flatten(), &mut sets)?,
            }
            written.extend(sets.finish()?);
        }
        return remove_others(folder, &written);
    }
    if length == Some(Length::Quote) {
        for (source, target) in quotes::languages(store)? {
            let stem = format!("{source}-{target}");
            let header = header(&stem, Some((source.clone(), target.clone())), Length::Quote, created, options);
            let mut files = Files::new(folder, stem, header, options);
            quotes::for_each_group(store, Some((&source, &target)), |group, documents| {
                rendered(group, documents).into_iter().try_for_each(|row| files.unit(&rendering(row)))
            })?;
            written.extend(files.finish_with_one()?);
        }
        return remove_others(folder, &written);
    }
    let level = length.and_then(Length::level);
    // Of a pair with bitexts of sentences the file is one of sentences.
    let mut pairs: BTreeMap<(Lang, Lang), Level> = BTreeMap::new();
    for level in level.map_or(vec![Level::Paragraph, Level::Sentence], |level| vec![level]) {
        for (source, target, _) in store.language_pairs(level)? {
            // A memory between two scripts of one language is no translation memory.
            let are_apart = are_apart(&source, &target, options.memories.monolingual);
            if are_apart && !source.is_unknown() && !target.is_unknown() {
                pairs.insert((source, target), level);
            }
        }
    }
    for ((source, target), main) in pairs {
        let stem = format!("{source}-{target}");
        let header = header(&stem, Some((source.clone(), target.clone())), main.into(), created, options);
        let mut files = Files::new(folder, stem, header, options);
        store.for_each_bitext(main, &source, &target, |bitext| {
            write_bitext(store, &bitext, &mut |unit| files.unit(unit))
        })?;
        if level.is_none() && main == Level::Sentence {
            store.for_each_bitext(Level::Paragraph, &source, &target, |bitext| {
                match store.bitext(&bitext.source, &bitext.target, Level::Sentence)? {
                    Some(_) => Ok(()),
                    None => write_bitext(store, &bitext, &mut |unit| files.unit(unit)),
                }
            })?;
        }
        written.extend(files.finish_with_one()?);
    }
    remove_others(folder, &written)
}

/// The header of a file.
fn header(
    stem: &str,
    between: Option<(Lang, Lang)>,
    length: Length,
    created: Option<Moment>,
    options: &Options,
) -> Header {
    let name = format!("{} {stem}", options.title.as_deref().unwrap_or("korpu"));
    let monolingual = options.memories.monolingual;
    Header { between, length, created, languages: options.lang_map.clone(), name: Some(name), monolingual }
}

fn write_bitext(store: &Store, bitext: &Bitext, write: &mut impl FnMut(&Unit) -> Result<()>) -> Result<()> {
    let (source, target) = (document(store, &bitext.source)?, document(store, &bitext.target)?);
    let said = store.units_between(&bitext.source, &bitext.target)?;
    let marks = store.marks(&bitext.source, &bitext.target, bitext.level)?;
    let (source, target) = (Text::new(&source, bitext.level), Text::new(&target, bitext.level));
    units(bitext, &source, &target, &said, &marks).try_for_each(|unit| write(&unit))
}

/// What was said, each statement once.
fn write_said_in_all(store: &Store, sets: &mut Sets) -> Result<()> {
    quotes::for_each_group(store, None, |group, documents| {
        let sides = rendered_in_all(group, documents);
        if sides.is_empty() { Ok(()) } else { sets.unit(&renderings(&group.id, sides)) }
    })
}

/// Works one after the other, then the reports of events, which are of no work together.
fn write_joined(store: &Store, wanted: Option<Level>, sets: &mut Sets) -> Result<()> {
    let levels = wanted.map_or(vec![Level::Sentence, Level::Paragraph], |level| vec![level]);
    let mut works: BTreeMap<String, String> = BTreeMap::new();
    store.for_each_work(|work| {
        works.extend(work.documents.iter().map(|id| (id.clone(), work.id.clone())));
        let mut documents = Vec::with_capacity(work.documents.len());
        for id in &work.documents {
            documents.push(document(store, id)?);
        }
        documents.sort_by(|a, b| (&a.language.lang, &a.id).cmp(&(&b.language.lang, &b.id)));
        for level in &levels {
            let bitexts = bitexts(store, &documents, *level, sets.options.memories.filter)?;
            if !bitexts.is_empty() {
                let texts: Vec<Text> = documents.iter().map(|document| Text::new(document, *level)).collect();
                return joined(*level, &texts, &bitexts).iter().try_for_each(|unit| sets.unit(unit));
            }
        }
        Ok(())
    })?;
    store.for_each_pair(|pair| {
        // Two documents of one work may report it so freely that they were paired as an event: the work has their units.
        let apart = works.get(&pair.source).is_none_or(|work| works.get(&pair.target) != Some(work));
        for level in levels.iter().filter(|_| pair.kind == PairKind::Event && apart) {
            if let Some(bitext) = store.bitext(&pair.source, &pair.target, *level)? {
                return write_bitext(store, &bitext, &mut |unit| sets.unit(unit));
            }
        }
        Ok(())
    })
}

/// The bitexts among some documents, with all that is known of them. Where only reviewed units are wanted, beads that are not join
/// nothing: what was reviewed between two of the languages is a unit without the third.
fn bitexts(store: &Store, documents: &[Document], level: Level, filter: Filter) -> Result<Vec<Joint>> {
    let mut bitexts = Vec::new();
    for (source, Document { id, .. }) in documents.iter().enumerate() {
        for pair in store.pairs_from(id)? {
            let Some(target) = documents.iter().position(|other| other.id == pair.target) else { continue };
            if let Some(mut bitext) = store.bitext(id, &pair.target, level)? {
                let mut marks = store.marks(id, &pair.target, level)?;
                if filter.reviewed {
                    let mut kept = marks.iter().map(Option::is_some);
                    bitext.beads.retain(|_| kept.next().unwrap_or_default());
                    marks.retain(Option::is_some);
                }
                bitexts.push(Joint { source, target, bitext, said: store.units_between(id, &pair.target)?, marks });
            }
        }
    }
    Ok(bitexts)
}

/// The memories of joined units, one for every set of languages that units have: readers that are asked for a language take
/// another where a unit does not have it, and know no difference between `az` and `az-Cyrl`.
struct Sets<'a> {
    folder: &'a Path,
    created: Option<Moment>,
    options: &'a Options,
    /// By the languages, in order.
    files: BTreeMap<Vec<Lang>, Files<'a>>,
    /// The sets whose files are written.
    ended: BTreeSet<Vec<Lang>>,
    /// Whether there were units for which there was no room.
    waits: bool,
}

impl Sets<'_> {
    fn unit(&mut self, unit: &Unit) -> Result<()> {
        let mut languages: Vec<Lang> = unit.sides.iter().map(|side| side.lang.clone()).collect();
        languages.sort_unstable();
        if self.ended.contains(&languages) {
            return Ok(());
        }
        if !self.files.contains_key(&languages) && self.files.len() >= OPEN {
            self.waits = true;
            return Ok(());
        }
        let (folder, created, options) = (self.folder, self.created, self.options);
        let files = self.files.entry(languages).or_insert_with_key(|languages| {
            let stem = languages.iter().fold(MULTILINGUAL.to_owned(), |stem, lang| format!("{stem}-{lang}"));
            let length = options.memories.length.unwrap_or(Length::Sentence);
            let header = header(&stem, None, length, created, options);
            Files::new(folder, stem, header, options)
        });
        files.unit(unit)
    }

    /// Ends the files and gives their names; a set of which no unit is wanted has none.
    fn finish(&mut self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for (languages, files) in std::mem::take(&mut self.files) {
            names.extend(files.finish()?);
            self.ended.insert(languages);
        }
        Ok(names)
    }
}

/// The files of one memory: one, or several where it is split.
struct Files<'a> {
    folder: &'a Path,
    stem: String,
    header: Header,
    split: Option<u64>,
    sieve: Sieve,
    open: Option<Open>,
    written: Vec<String>,
}

/// A file on its way.
struct Open {
    file: NamedTempFile,
    path: PathBuf,
    writer: Writer<'static>,
}

impl<'a> Files<'a> {
    fn new(folder: &'a Path, stem: String, header: Header, options: &Options) -> Self {
        let Memories { filter, split, .. } = options.memories;
        Files { folder, stem, header, split, sieve: Sieve::new(filter), open: None, written: Vec::new() }
    }

    fn unit(&mut self, unit: &Unit) -> Result<()> {
        let texts: Vec<&str> = unit.sides.iter().map(|side| side.text.as_str()).collect();
        let is_reviewed = unit.reviewed.is_some();
        if !self.header.takes(unit) || !self.sieve.takes(&texts, unit.confidence, is_reviewed) {
            return Ok(());
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let begun = self.begin()?;
                self.open.insert(begun)
            }
        };
        open.writer.unit(unit).map_err(|e| Error::io(&open.path, e))?;
        match self.split {
            Some(limit) if open.writer.bytes() >= limit => self.end(),
            _ => Ok(()),
        }
    }

    fn begin(&mut self) -> Result<Open> {
        let name = match self.split {
            Some(_) => format!("{}-{:03}.tmx", self.stem, self.written.len() + 1),
            None => format!("{}.tmx", self.stem),
        };
        let path = self.folder.join(&name);
        self.written.push(name);
        let file = begin(&path)?;
        let out: io::Result<File> = file.as_file().try_clone();
        let writer = out.and_then(|out| Writer::new(out, &self.header)).map_err(|e| Error::io(&path, e))?;
        Ok(Open { file, path, writer })
    }

    /// Ends the file on its way, if there is one.
    fn end(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.writer.finish().map_err(|e| Error::io(&open.path, e))?;
        finish(open.file, &open.path)
    }

    /// Ends the last file; gives the names of all.
    fn finish(mut self) -> Result<Vec<String>> {
        self.end()?;
        Ok(self.written)
    }

    /// The same, but where no unit was wanted there is one file all the same, an empty one.
    fn finish_with_one(mut self) -> Result<Vec<String>> {
        if self.written.is_empty() {
            self.open = Some(self.begin()?);
        }
        self.finish()
    }
}
