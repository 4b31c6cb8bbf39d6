//! Units of what was said, from the groups of renderings in the store.

use super::document;
use crate::error::{Error, Result};
use crate::export::{Quoted, Row, rendered};
use crate::language::Lang;
use crate::model::Group;
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};

/// The languages of documents by their ids.
fn by_id(store: &Store) -> Result<BTreeMap<String, Lang>> {
    let mut languages = BTreeMap::new();
    store.for_each_summary(|summary| {
        languages.insert(summary.id, summary.lang);
        Ok(())
    })?;
    Ok(languages)
}

/// The pairs of languages, without their regions, in which there are renderings of one statement; the smaller tag first.
///
/// Fails where nothing is linked.
pub(super) fn languages(store: &Store) -> Result<Vec<(Lang, Lang)>> {
    let (of, mut pairs, mut linked) = (by_id(store)?, BTreeSet::new(), false);
    store.for_each_group(|group| {
        linked = true;
        let langs: BTreeSet<&Lang> = group.renderings.iter().filter_map(|r| of.get(&r.document)).collect();
        for (n, a) in langs.iter().enumerate() {
            let others = langs.iter().skip(n + 1).filter(|b| a.primary() != b.primary());
            pairs.extend(others.map(|b| ((*a).clone(), (*b).clone())));
        }
        Ok(())
    })?;
    pairs.retain(|(a, b)| !a.is_unknown() && !b.is_unknown());
    if linked {
        return Ok(pairs.into_iter().collect());
    }
    let reason = "there are no linked quotes in it. Link them with `korpu quotes STORE --link`, or `korpu run`";
    Err(Error::input(store.path().display().to_string(), reason))
}

/// Shows the groups in which there are renderings in both languages, or in two at all, with these documents.
pub(super) fn for_each_group(
    store: &Store,
    languages: Option<(&Lang, &Lang)>,
    mut visit: impl FnMut(&Group, &Quoted) -> Result<()>,
) -> Result<()> {
    let of = by_id(store)?;
    store.for_each_group(|group| {
        let is_wanted = |id: &str| {
            of.get(id).is_some_and(|lang| languages.is_none_or(|(source, target)| lang == source || lang == target))
        };
        let ids: BTreeSet<&String> = group.renderings.iter().map(|r| &r.document).filter(|id| is_wanted(id)).collect();
        let primaries: BTreeSet<&str> = ids.iter().filter_map(|id| of.get(*id)).map(Lang::primary).collect();
        if primaries.len() < 2 {
            return Ok(());
        }
        let mut documents = Quoted::new();
        for id in ids {
            documents.insert(id.clone(), (document(store, id)?, store.quotes(id)?));
        }
        visit(&group, &documents)
    })
}

/// Shows every two renderings of one statement in two languages: in these, or in any.
pub(super) fn for_each_row(
    store: &Store,
    languages: Option<(&Lang, &Lang)>,
    mut visit: impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    for_each_group(store, languages, |group, documents| rendered(group, documents).iter().try_for_each(&mut visit))
}
