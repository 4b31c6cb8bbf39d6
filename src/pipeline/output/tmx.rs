//! Translation memories: a file for each pair of languages, or one for all, in parts where that is wanted.

use super::{Options, begin, document, finish, quotes, remove_others};
use crate::error::{Error, Result};
use crate::export::tmx::{Header, Joint, Text, Unit, Writer, joined, rendering, renderings, units};
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
    /// Whether there is one file, whose units join all languages in which a work says the same; and one more for every script in
    /// which a language is not usually written.
    pub multilingual: bool,
    /// A file ends with the unit that reaches so many bytes; the next begins.
    pub split: Option<u64>,
}

/// The name of the file that joins all languages; of one with a language in another script than its usual one, the beginning.
const MULTILINGUAL: &str = "multilingual";

pub(super) fn write(store: &Store, folder: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    let mut written = BTreeSet::new();
    let length = options.memories.length;
    if options.memories.multilingual {
        let mut files = InAll { folder, created, options, files: BTreeMap::new() };
        match length.map(Length::level) {
            Some(None) => write_said_in_all(store, &mut files)?,
            level => write_joined(store, level.flatten(), &mut files)?,
        }
        written.extend(files.finish()?);
        return remove_others(folder, &[".tmx"], &written);
    }
    if length == Some(Length::Quote) {
        for (source, target) in quotes::languages(store)? {
            let stem = format!("{source}-{target}");
            let header = header(&stem, Some((source.clone(), target.clone())), Length::Quote, created, options);
            let mut files = Files::new(folder, stem, header, options);
            quotes::for_each_group(store, Some((&source, &target)), |group, documents| {
                rendered(group, documents).into_iter().try_for_each(|row| files.unit(&rendering(row)))
            })?;
            written.extend(files.finish()?);
        }
        return remove_others(folder, &[".tmx"], &written);
    }
    let level = length.and_then(Length::level);
    // Of a pair with bitexts of sentences the file is one of sentences.
    let mut pairs: BTreeMap<(Lang, Lang), Level> = BTreeMap::new();
    for level in level.map_or(vec![Level::Paragraph, Level::Sentence], |level| vec![level]) {
        for (source, target, _) in store.language_pairs(level)? {
            // A memory between two scripts of one language is no translation memory.
            if source.primary() != target.primary() && !source.is_unknown() && !target.is_unknown() {
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
        written.extend(files.finish()?);
    }
    remove_others(folder, &[".tmx"], &written)
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
    Header { between, length, created, languages: options.lang_map.clone(), name: Some(name) }
}

fn write_bitext(store: &Store, bitext: &Bitext, write: &mut impl FnMut(&Unit) -> Result<()>) -> Result<()> {
    let (source, target) = (document(store, &bitext.source)?, document(store, &bitext.target)?);
    let said = store.units_between(&bitext.source, &bitext.target)?;
    let marks = store.marks(&bitext.source, &bitext.target, bitext.level)?;
    let (source, target) = (Text::new(&source, bitext.level), Text::new(&target, bitext.level));
    units(bitext, &source, &target, &said, &marks).try_for_each(|unit| write(&unit))
}

/// What was said, each statement once.
fn write_said_in_all(store: &Store, files: &mut InAll) -> Result<()> {
    quotes::for_each_group(store, None, |group, documents| {
        let sides = rendered_in_all(group, documents);
        if sides.is_empty() { Ok(()) } else { files.unit(&renderings(&group.id, sides)) }
    })
}

/// Works one after the other, then the reports of events, which are of no work together.
fn write_joined(store: &Store, wanted: Option<Level>, files: &mut InAll) -> Result<()> {
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
            let bitexts = bitexts(store, &documents, *level, files.options.memories.filter)?;
            if !bitexts.is_empty() {
                let texts: Vec<Text> = documents.iter().map(|document| Text::new(document, *level)).collect();
                return joined(*level, &texts, &bitexts).iter().try_for_each(|unit| files.unit(unit));
            }
        }
        Ok(())
    })?;
    store.for_each_pair(|pair| {
        // Two documents of one work may report it so freely that they were paired as an event: the work has their units.
        let apart = works.get(&pair.source).is_none_or(|work| works.get(&pair.target) != Some(work));
        for level in levels.iter().filter(|_| pair.kind == PairKind::Event && apart) {
            if let Some(bitext) = store.bitext(&pair.source, &pair.target, *level)? {
                return write_bitext(store, &bitext, &mut |unit| files.unit(unit));
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

/// The memories that join all languages. In each a language has one script, as readers that are asked for a language know no
/// difference between `az` and `az-Cyrl`: units with another script than the usual one are a memory of their own.
struct InAll<'a> {
    folder: &'a Path,
    created: Option<Moment>,
    options: &'a Options,
    /// By their scripts, as the name of the file has them.
    files: BTreeMap<String, Files<'a>>,
}

impl<'a> InAll<'a> {
    fn unit(&mut self, unit: &Unit) -> Result<()> {
        let mut scripts: Vec<String> = unit
            .sides
            .iter()
            .filter_map(|side| Some(format!("-{}-{}", side.lang.primary(), side.lang.script()?)))
            .collect();
        scripts.sort_unstable();
        self.of(scripts.concat()).unit(unit)
    }

    fn of(&mut self, scripts: String) -> &mut Files<'a> {
        let (folder, created, options) = (self.folder, self.created, self.options);
        self.files.entry(scripts).or_insert_with_key(|scripts| {
            let stem = format!("{MULTILINGUAL}{scripts}");
            let length = options.memories.length.unwrap_or(Length::Sentence);
            let header = header(&stem, None, length, created, options);
            Files::new(folder, stem, header, options)
        })
    }

    /// Ends the files, of which the first may be empty; gives the names of all.
    fn finish(mut self) -> Result<Vec<String>> {
        self.of(String::new());
        let names = self.files.into_values().map(Files::finish).collect::<Result<Vec<_>>>()?;
        Ok(names.concat())
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
        if self.open.is_none() {
            self.open = Some(self.begin()?);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let texts: Vec<&str> = unit.sides.iter().map(|side| side.text.as_str()).collect();
        if open.writer.takes(unit) && self.sieve.takes(&texts, unit.confidence, unit.reviewed.is_some()) {
            open.writer.unit(unit).map_err(|e| Error::io(&open.path, e))?;
        }
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

    /// Ends the last file, which may be the only and empty one; gives the names of all.
    fn finish(mut self) -> Result<Vec<String>> {
        if self.written.is_empty() {
            self.open = Some(self.begin()?);
        }
        self.end()?;
        Ok(self.written)
    }
}
