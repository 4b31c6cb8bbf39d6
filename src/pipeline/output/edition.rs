//! The reading edition: a page for each bitext and for the statements of each work, and the list of them, newest first.

use super::{Options, remove_others, shown, title, write_file};
use crate::error::{Error, Result};
use crate::export::edition::{self, Work};
use crate::model::{Moment, PairKind};
use crate::store::Store;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) fn write(store: &Store, folder: &Path, options: &Options) -> Result<()> {
    let mut written = BTreeSet::from([edition::INDEX.to_owned()]);
    let index = folder.join(edition::INDEX);
    write_file(&index, |out| {
        let at = |e| Error::io(&index, e);
        let mut list = edition::Index::new(out, title(options)).map_err(at)?;
        for part in parts(store)? {
            let shown = shown(store, &part)?.with_statements(store, options.knowledge)?;
            let (statements, handlings) = (shown.statements(), shown.handlings());
            let work = Work::new(&shown.bitexts, &shown.documents, &statements, &handlings);
            for (n, (name, _)) in work.pages().enumerate() {
                let path = folder.join(&name);
                write_file(&path, |out| edition::page(out, &work, n).map_err(|e| Error::io(&path, e)))?;
                written.insert(name);
            }
            if let Some(name) = work.statements_file() {
                let path = folder.join(&name);
                write_file(&path, |out| edition::statements(out, &work).map_err(|e| Error::io(&path, e)))?;
                written.insert(name);
            }
            list.work(&work).map_err(at)?;
        }
        list.finish().map_err(at)
    })?;
    remove_others(folder, &written)
}

/// The documents of every work that has several, and of every event told by two works; those with the newest document
/// first. Ids only.
fn parts(store: &Store) -> Result<Vec<Vec<String>>> {
    let mut days = BTreeMap::new();
    store.for_each_summary(|summary| {
        days.insert(summary.id, summary.published.map(Moment::day_number));
        Ok(())
    })?;
    let (mut parts, mut works) = (Vec::new(), BTreeMap::new());
    store.for_each_work(|work| {
        works.extend(work.documents.iter().map(|document| (document.clone(), work.id.clone())));
        parts.extend(Some(work.documents).filter(|documents| documents.len() > 1));
        Ok(())
    })?;
    store.for_each_pair(|pair| {
        // Two documents of one work may report it so freely that they were paired as an event: the work has them.
        let apart = works.get(&pair.source) != works.get(&pair.target);
        if pair.kind == PairKind::Event && apart {
            parts.push(vec![pair.source, pair.target]);
        }
        Ok(())
    })?;
    parts.sort_by_key(|documents| Reverse(documents.iter().filter_map(|id| days.get(id)?.as_ref().copied()).max()));
    Ok(parts)
}
