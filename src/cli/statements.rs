//! Statements as `korpu quotes --compare` prints them: the renderings of each group, and what differs.

use super::{Global, output, terminal};
use crate::Error;
use crate::export::statement::Statement;
use crate::export::{report, statement};
use crate::model::{Contrast, Document, Group, Handling, Quote};
use crate::pipeline::{self, Knowledge};
use crate::store::Store;
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Jsonl,
    Html,
}

/// A document with its quotes.
type Quoted = (Document, Vec<Quote>);

/// Prints what differs in groups of documents that are all at hand, and what each document makes of the others'.
pub(super) fn print(
    documents: &[Quoted],
    groups: &[Group],
    knowledge: Knowledge,
    format: Format,
    global: &Global,
) -> Result<()> {
    let contrasts = pipeline::compare_groups(documents, groups, knowledge);
    let handlings = pipeline::handling(documents, groups, &contrasts);
    let statements = statements(documents, groups, &contrasts);
    output::print(|out| {
        match format {
            Format::Html => {
                let by_id = by_id(documents);
                let named: Vec<(&Document, Handling)> =
                    handlings.into_iter().filter_map(|h| Some((&by_id.get(h.document.as_str())?.0, h))).collect();
                report::statements(out, "Statements", &statements, &named)?;
            }
            Format::Text => {
                let colour = terminal::view(global).colour;
                for (n, one) in statements.iter().enumerate() {
                    statement::text(out, n + 1, one, colour)?;
                }
                statement::handlings(out, &handlings)?;
            }
            Format::Jsonl => statements.iter().try_for_each(|one| statement::line(out, one))?,
        }
        Ok(())
    })
}

/// Prints what differs in the groups of a store, one at a time.
pub(super) fn print_store(store: &Store, knowledge: Knowledge, format: Format, global: &Global) -> Result<()> {
    if format == Format::Html {
        bail!("--format html shows files; of a store, `korpu export` writes report.html, which shows the same");
    }
    let colour = terminal::view(global).colour;
    output::print(|out| {
        let mut number = 0;
        store.for_each_group(|group| {
            number += 1;
            let mut ids: Vec<&str> = group.renderings.iter().map(|r| r.document.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            let load = |id: &&str| Ok((store.document(id)?.unwrap_or_default(), store.quotes(id)?));
            let documents: Vec<Quoted> = ids.iter().map(load).collect::<crate::Result<_>>()?;
            let groups = [group.clone()];
            let contrasts = pipeline::compare_groups(&documents, &groups, knowledge);
            let print = |out: &mut dyn Write| -> io::Result<()> {
                for one in statements(&documents, &groups, &contrasts) {
                    match format {
                        Format::Jsonl => statement::line(out, &one)?,
                        _ => statement::text(out, number, &one, colour)?,
                    }
                }
                Ok(())
            };
            print(out).map_err(|e| Error::io("standard output", e))
        })?;
        Ok(())
    })
}

fn by_id(documents: &[Quoted]) -> BTreeMap<&str, &Quoted> {
    documents.iter().map(|quoted| (quoted.0.id.as_str(), quoted)).collect()
}

fn statements<'a>(documents: &'a [Quoted], groups: &'a [Group], contrasts: &'a [Vec<Contrast>]) -> Vec<Statement<'a>> {
    let by_id = by_id(documents);
    let find = |id: &str| by_id.get(id).copied().map(|(document, quotes)| (document, quotes.as_slice()));
    groups.iter().zip(contrasts).filter_map(|(group, contrasts)| Statement::new(group, contrasts, find)).collect()
}
