//! Vertical text: a corpus for each language, and the tables between them.
//!
//! The documents of all corpora stand in the order of their works, so that every table rises on both sides.

use super::{document, remove_others, write_file};
use crate::error::{Error, Result};
use crate::export::vertical::{Corpus, Table, Writer, manatee_registry};
use crate::language::Lang;
use crate::model::{Level, Span};
use crate::segment;
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The documents of a work by their languages.
type Versions = BTreeMap<Lang, Vec<String>>;

pub(super) fn write(store: &Store, folder: &Path) -> Result<()> {
    let mut written = BTreeSet::new();
    let works = works(store)?;
    let languages: BTreeSet<&Lang> = works.iter().flat_map(Versions::keys).collect();
    let mut corpora = Vec::new();
    for lang in languages {
        let name = format!("{lang}.vrt");
        corpora.push((lang, write_corpus(store, &folder.join(&name), &works, lang)?));
        written.insert(name);
    }
    let mut aligned: BTreeMap<&Lang, Vec<String>> = BTreeMap::new();
    for (n, (source, sources)) in corpora.iter().enumerate() {
        for (target, targets) in &corpora[n + 1..] {
            let mut table = Table::new(sources, targets);
            for work in &works {
                align(store, &mut table, work, (source, target))?;
            }
            if table.is_empty() {
                continue;
            }
            for (table, source, target) in [(&table, source, target), (&table.reversed(), target, source)] {
                let (manatee, cwb) = (format!("{source}-{target}.align"), format!("{source}-{target}.cwb"));
                let path = folder.join(&manatee);
                write_file(&path, |out| table.manatee(out).map_err(|e| Error::io(&path, e)))?;
                let path = folder.join(&cwb);
                write_file(&path, |out| table.cwb(out, &name(source), &name(target)).map_err(|e| Error::io(&path, e)))?;
                written.extend([manatee, cwb]);
                aligned.entry(source).or_default().push(target.to_string());
            }
        }
    }
    for (lang, _) in &corpora {
        let aligned = aligned.remove(*lang).unwrap_or_default();
        let name = format!("{lang}.registry");
        let path = folder.join(&name);
        write_file(&path, |out| manatee_registry(out, lang, &aligned).map_err(|e| Error::io(&path, e)))?;
        written.insert(name);
    }
    remove_others(folder, &written)
}

/// The name of a corpus in CWB: small letters of ASCII, digits, `_`.
fn name(lang: &Lang) -> String {
    format!("korpu_{}", lang.as_str().to_lowercase().replace('-', "_"))
}

/// All documents: by works in their order, then those of which no work is known yet. Ids and languages only.
fn works(store: &Store) -> Result<Vec<Versions>> {
    let mut languages = BTreeMap::new();
    store.for_each_summary(|summary| {
        languages.insert(summary.id, summary.lang);
        Ok(())
    })?;
    let mut works = Vec::new();
    store.for_each_work(|work| {
        let mut versions = Versions::new();
        for id in work.documents {
            if let Some(lang) = languages.remove(&id) {
                versions.entry(lang).or_default().push(id);
            }
        }
        works.push(versions);
        Ok(())
    })?;
    works.extend(languages.into_iter().map(|(id, lang)| Versions::from([(lang, vec![id])])));
    Ok(works)
}

fn write_corpus(store: &Store, path: &Path, works: &[Versions], lang: &Lang) -> Result<Corpus> {
    let words = |text: &str| -> Vec<Span> { segment::words(text).into_iter().map(|word| word.span).collect() };
    write_file(path, |out| {
        let at = |e| Error::io(path, e);
        let mut writer = Writer::new(out);
        for id in works.iter().filter_map(|work| work.get(lang)).flatten() {
            writer.document(&document(store, id)?, &words).map_err(at)?;
        }
        writer.finish().map_err(at)
    })
}

/// Adds the bitexts of a work between two languages that do not cross: for each document the first after those taken.
fn align(store: &Store, table: &mut Table, work: &Versions, (source, target): (&Lang, &Lang)) -> Result<()> {
    let (Some(sources), Some(targets)) = (work.get(source), work.get(target)) else { return Ok(()) };
    let mut left = targets.as_slice();
    for source in sources {
        for (n, target) in left.iter().enumerate() {
            if let Some(bitext) = store.bitext(source, target, Level::Sentence)? {
                table.add(&bitext);
                left = &left[n + 1..];
                break;
            }
        }
    }
    Ok(())
}
