//! Files of two languages, made of the units that are translations: Moses pairs and XLIFF.

use super::{Memories, for_each_row, languages, remove_others, write_file};
use crate::error::{Error, Result};
use crate::export::{LangMap, Length, moses, xliff};
use crate::language::Lang;
use crate::store::Store;
use std::collections::BTreeSet;
use std::path::Path;

/// How long their texts are: sentences, where nothing else is wanted.
fn length(units: Memories) -> Length {
    units.length.unwrap_or(Length::Sentence)
}

/// `az-en.az`, `az-en.en` and `az-en.origin.tsv` for each pair of languages.
pub(super) fn write_moses(store: &Store, folder: &Path, units: Memories) -> Result<()> {
    let mut written = BTreeSet::new();
    for (source, target) in languages(store, length(units))? {
        let pair = format!("{source}-{target}");
        let names = [format!("{pair}.{source}"), format!("{pair}.{target}"), format!("{pair}.origin.tsv")];
        let [sources, targets, origin] = names.each_ref().map(|name| folder.join(name));
        write_file(&sources, |sources| {
            write_file(&targets, |targets| {
                write_file(&origin, |out| {
                    let at = |e| Error::io(&origin, e);
                    let mut writer = moses::Writer::new((source.clone(), target.clone()), sources, targets, out);
                    for_each_row(store, length(units), Some((&source, &target)), units.filter, |row| {
                        writer.row(row).map(drop).map_err(at)
                    })?;
                    writer.finish().map_err(at)
                })
            })
        })?;
        written.extend(names);
    }
    remove_others(folder, &written)
}

/// `az-en.xlf` for each pair of languages that has a unit.
pub(super) fn write_xliff(store: &Store, folder: &Path, units: Memories, tags: &LangMap) -> Result<()> {
    let mut written = BTreeSet::new();
    for (source, target) in languages(store, length(units))? {
        let name = format!("{source}-{target}.xlf");
        let path = folder.join(&name);
        let count = write_between(store, &path, (&source, &target), units, tags)?;
        // Without a unit it is no XLIFF: such a file goes with those of earlier runs.
        if count > 0 {
            written.insert(name);
        }
    }
    remove_others(folder, &written)
}

fn write_between(store: &Store, path: &Path, pair: (&Lang, &Lang), units: Memories, tags: &LangMap) -> Result<u64> {
    write_file(path, |out| {
        let at = |e| Error::io(path, e);
        let (source, target, languages) = (pair.0.clone(), pair.1.clone(), tags.clone());
        let mut writer = xliff::Writer::new(out, &xliff::Header { source, target, languages }).map_err(at)?;
        for_each_row(store, length(units), Some(pair), units.filter, |row| writer.row(row).map(drop).map_err(at))?;
        writer.finish().map_err(at)
    })
}
