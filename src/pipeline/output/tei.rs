//! TEI: a root with the links between documents, and the documents beside it or in it.

use super::super::speakers::{persons, speakers_of};
use super::{Layout, Options, document, remove_others, write_file};
use crate::error::{Error, Result};
use crate::export::tei::{self, Context, Extent, Parts, Root, Said};
use crate::link::Names;
use crate::model::{Document, Group, Level, Moment, Person, Quote, Speaker, Work};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The parts of the quotes of so many documents are kept for the next groups, which are of the same documents.
const KEPT: usize = 1000;

/// A document with what is said in it.
struct Quoted {
    document: Document,
    quotes: Vec<Quote>,
    speakers: Vec<Speaker>,
}

impl Quoted {
    fn said(&self) -> Said<'_> {
        Said { quotes: &self.quotes, speakers: &self.speakers }
    }
}

/// What all files are made from.
struct Source<'a> {
    store: &'a Store,
    names: Names<'a>,
    context: Context,
}

/// Writes the files of a layout into a folder, and removes those of another.
pub(super) fn write(store: &Store, folder: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    let context = Context {
        title: options.title.clone(),
        publisher: options.publisher.clone(),
        created,
        reviewers: store.reviewers()?,
        persons: persons(store, options.knowledge)?,
    };
    let mut source = Source { store, names: Names::new(options.knowledge.languages), context };
    let mut written = BTreeSet::new();
    match options.tei {
        Layout::Include => source.include(folder, &mut written)?,
        Layout::One => source.corpus(folder, &mut written, true)?,
        Layout::Works => {
            let persons = std::mem::take(&mut source.context.persons);
            let mut speak: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
            for (n, person) in persons.iter().enumerate() {
                for (id, _) in &person.speakers {
                    speak.entry(id).or_default().insert(n);
                }
            }
            store.for_each_work(|work| {
                // TEI has no empty corpus.
                if work.documents.is_empty() {
                    return Ok(());
                }
                let ids: BTreeSet<usize> =
                    work.documents.iter().filter_map(|id| speak.get(id.as_str())).flatten().copied().collect();
                let known = ids.into_iter().map(|n| persons[n].clone()).collect();
                source.work(folder, &work, known, &mut written)
            })?;
        }
    }
    remove_others(folder, &written)
}

impl Source<'_> {
    fn quoted(&self, id: &str) -> Result<Quoted> {
        let (document, quotes) = (document(self.store, id)?, self.store.quotes(id)?);
        let speakers = speakers_of(&document, &quotes, &self.names);
        Ok(Quoted { document, quotes, speakers })
    }

    /// A file for each document, and the root that includes them.
    fn include(&self, folder: &Path, written: &mut BTreeSet<String>) -> Result<()> {
        self.store.for_each_document_id(|id| {
            let quoted = self.quoted(id)?;
            let name = format!("{id}.xml");
            let path = folder.join(&name);
            written.insert(name);
            write_file(&path, |out| {
                tei::document(out, &quoted.document, quoted.said(), &self.context).map_err(|e| Error::io(&path, e))
            })
        })?;
        self.corpus(folder, written, false)
    }

    /// The root of all documents, which it holds or includes.
    fn corpus(&self, folder: &Path, written: &mut BTreeSet<String>, whole: bool) -> Result<()> {
        let store = self.store;
        let mut extent = Extent::default();
        store.for_each_document_id(|id| {
            extent.add(&document(store, id)?);
            Ok(())
        })?;
        // TEI has no empty corpus.
        if extent.documents == 0 {
            return Ok(());
        }
        let path = folder.join("corpus.xml");
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let mut root = Root::new(out, &extent, &self.context).map_err(at)?;
            for level in [Level::Paragraph, Level::Sentence] {
                for (source, target, _) in store.language_pairs(level)? {
                    store.for_each_bitext(level, &source, &target, |bitext| {
                        let (source, target) = (document(store, &bitext.source)?, document(store, &bitext.target)?);
                        let marks = store.marks(&bitext.source, &bitext.target, level)?;
                        root.reviewed(&bitext, &source, &target, &marks).map_err(at)
                    })?;
                }
            }
            let mut parts = BTreeMap::new();
            store.for_each_group(|group| {
                self.add_parts(&mut parts, &group)?;
                root.group(&group, &parts).map_err(at)
            })?;
            store.for_each_document_id(|id| {
                if !whole {
                    return root.include(&format!("{id}.xml")).map_err(at);
                }
                let quoted = self.quoted(id)?;
                root.document(&quoted.document, quoted.said(), &self.context).map_err(at)
            })?;
            root.finish().map_err(at)
        })?;
        written.insert("corpus.xml".to_owned());
        Ok(())
    }

    /// The corpus of a work, in which `persons` speak, among others.
    fn work(&self, folder: &Path, work: &Work, persons: Vec<Person>, written: &mut BTreeSet<String>) -> Result<()> {
        let store = self.store;
        let of_work = |id: &String| work.documents.contains(id);
        let quoted: Vec<Quoted> = work.documents.iter().map(|id| self.quoted(id)).collect::<Result<_>>()?;
        let mut extent = Extent::default();
        quoted.iter().for_each(|quoted| extent.add(&quoted.document));
        let by_id = |id: &str| quoted.iter().map(|quoted| &quoted.document).find(|document| document.id == id);
        let mut context = Context { persons, ..self.context.clone() };
        for person in &mut context.persons {
            person.speakers.retain(|(document, _)| of_work(document));
        }
        context.persons.retain(|person| person.speakers.len() > 1);
        let name = format!("{}.xml", work.id);
        let path = folder.join(&name);
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let mut root = Root::new(out, &extent, &context).map_err(at)?;
            for level in [Level::Paragraph, Level::Sentence] {
                for id in &work.documents {
                    for pair in store.pairs_from(id)? {
                        let (Some(source), Some(target)) = (by_id(&pair.source), by_id(&pair.target)) else { continue };
                        let Some(bitext) = store.bitext(&pair.source, &pair.target, level)? else { continue };
                        let marks = store.marks(&pair.source, &pair.target, level)?;
                        root.reviewed(&bitext, source, target, &marks).map_err(at)?;
                    }
                }
            }
            let mut parts = BTreeMap::new();
            for mut group in store.groups_of(&work.documents)? {
                group.renderings.retain(|rendering| of_work(&rendering.document));
                self.add_parts(&mut parts, &group)?;
                root.group(&group, &parts).map_err(at)?;
            }
            quoted.iter().try_for_each(|q| root.document(&q.document, q.said(), &context).map_err(at))?;
            root.finish().map_err(at)
        })?;
        written.insert(name);
        Ok(())
    }

    /// Sees to it that the parts of the documents of a group are there.
    fn add_parts(&self, parts: &mut BTreeMap<String, Parts>, group: &Group) -> Result<()> {
        if parts.len() > KEPT {
            parts.clear();
        }
        for rendering in &group.renderings {
            if !parts.contains_key(&rendering.document) {
                let quoted = self.quoted(&rendering.document)?;
                parts.insert(rendering.document.clone(), Parts::new(&quoted.document, quoted.said()));
            }
        }
        Ok(())
    }
}
