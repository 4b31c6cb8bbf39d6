//! What the store holds is written for others: TMX, TEI, JSONL and the report. Every file appears whole or not at all.

use super::{Knowledge, Options, Watch, compare_groups, handling};
use crate::error::{Error, Result};
use crate::export::statement::Statement;
use crate::export::{jsonl, report, tei, tmx};
use crate::model::{Bitext, Contrast, Document, Group, Handling, Level, Moment, Pair, PairKind, Quote};
use crate::store::Store;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Translation memories: `tmx/<source>-<target>.tmx`.
    Tmx,
    /// TEI P5: `tei/corpus.xml` and a file for each document.
    Tei,
    /// `jsonl/documents.jsonl` and `jsonl/bitexts.jsonl`.
    Jsonl,
    /// `report.html`.
    Report,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Tmx, Format::Tei, Format::Jsonl, Format::Report];
}

/// A report shows at most so many works and events in full.
const SHOWN: usize = 100;

/// It names at most so many refused inputs.
const REFUSALS: usize = 1000;

/// How the names of files begin that are not whole yet.
const PART: &str = ".korpu-";

/// Whether every format has been written to the folder.
pub(super) fn complete(out: &Path) -> bool {
    ["tmx", "tei/corpus.xml", "jsonl/documents.jsonl", "jsonl/bitexts.jsonl", "report.html"]
        .iter()
        .all(|path| out.join(path).exists())
}

/// Writes the formats into the folder `out`, side by side.
pub fn export(store: &Store, out: &Path, formats: &[Format], options: &Options, watch: &impl Watch) -> Result<()> {
    watch.stage("exporting", Some(formats.len() as u64));
    let created = created(store)?;
    remove_parts(out)?;
    let path = store.path();
    formats.par_iter().with_max_len(1).try_for_each(|format| write(*format, path, out, created, options))?;
    watch.done(formats.len() as u64);
    Ok(())
}

/// Writes one format, by a connection of its own, from the store as it is at one moment.
fn write(format: Format, store: &Path, out: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    Store::reader(store)?.snapshot(|store| match format {
        Format::Tmx => write_tmx(store, &folder(out, "tmx")?, created, options),
        Format::Tei => write_tei(store, &folder(out, "tei")?, created, options),
        Format::Jsonl => write_jsonl(store, &folder(out, "jsonl")?),
        Format::Report => write_report(store, out, created, options),
    })
}

/// The date of an export is that of the newest page in it, so that the same pages give the same bytes at any time;
/// `SOURCE_DATE_EPOCH` overrides it (reproducible-builds.org).
fn created(store: &Store) -> Result<Option<Moment>> {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok()).and_then(Moment::from_unix);
    if told.is_some() {
        return Ok(told);
    }
    store.newest_fetch()
}

fn folder(out: &Path, name: &str) -> Result<std::path::PathBuf> {
    let path = out.join(name);
    std::fs::create_dir_all(&path).map_err(|e| Error::io(&path, e))?;
    remove_parts(&path)?;
    Ok(path)
}

/// Writes a file under a temporary name and moves it in place when it is whole.
fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let at = |e: io::Error| Error::io(path, e);
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(PART).tempfile_in(folder).map_err(at)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write(&mut out)?;
    let file = out.into_inner().map_err(|e| at(e.into_error()))?;
    set_readable(file.as_file()).map_err(at)?;
    file.persist(path).map_err(|e| at(e.error))?;
    Ok(())
}

/// Temporary files are private; what takes their place is not.
#[cfg(unix)]
fn set_readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// Removes the files of an ending that an earlier run wrote and this one did not.
fn remove_others(folder: &Path, ending: &str, written: &BTreeSet<String>) -> Result<()> {
    remove(folder, |name| name.ends_with(ending) && !name.starts_with('.') && !written.contains(name))
}

/// Removes what a run that was killed left half written.
fn remove_parts(folder: &Path) -> Result<()> {
    remove(folder, |name| name.starts_with(PART))
}

fn remove(folder: &Path, is_old: impl Fn(&str) -> bool) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|e| Error::io(folder, e))?.flatten() {
        if is_old(&entry.file_name().to_string_lossy()) {
            std::fs::remove_file(entry.path()).map_err(|e| Error::io(entry.path(), e))?;
        }
    }
    Ok(())
}

fn document(store: &Store, id: &str) -> Result<Document> {
    Ok(store.document(id)?.unwrap_or_default())
}

fn write_tmx(store: &Store, folder: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    let mut written = BTreeSet::new();
    for (source, target, _) in store.language_pairs(Level::Sentence)? {
        // A memory between two scripts of one language is no translation memory.
        if source.primary() == target.primary() || source.is_unknown() || target.is_unknown() {
            continue;
        }
        let name = format!("{source}-{target}.tmx");
        let path = folder.join(&name);
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let header = tmx::Header {
                source: source.clone(),
                target: target.clone(),
                level: Level::Sentence,
                created,
                languages: options.lang_map.clone(),
            };
            let mut writer = tmx::Writer::new(out, &header).map_err(at)?;
            store.for_each_bitext(Level::Sentence, &source, &target, |bitext| {
                let (source, target) = (document(store, &bitext.source)?, document(store, &bitext.target)?);
                let marks = store.marks(&bitext.source, &bitext.target, Level::Sentence)?;
                let aligned = bitext.beads.iter().enumerate().filter(|(_, bead)| bead.is_aligned()).map(|(n, _)| n);
                tmx::units(&bitext, &source, &target).zip(aligned).try_for_each(|(unit, n)| {
                    let reviewed = marks.get(n).cloned().flatten();
                    writer.unit(&tmx::Unit { reviewed, ..unit }).map(drop).map_err(at)
                })
            })?;
            writer.finish().map(drop).map_err(at)
        })?;
        written.insert(name);
    }
    remove_others(folder, ".tmx", &written)
}

fn write_tei(store: &Store, folder: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    let context =
        tei::Context { title: options.title.clone(), publisher: None, created, reviewers: store.reviewers()? };
    let mut extent = tei::Extent::default();
    let mut written = BTreeSet::new();
    store.for_each_document_id(|id| {
        let document = document(store, id)?;
        extent.add(&document);
        let name = format!("{id}.xml");
        let path = folder.join(&name);
        written.insert(name);
        write_file(&path, |out| tei::document(out, &document, &context).map_err(|e| Error::io(&path, e)))
    })?;
    let path = folder.join("corpus.xml");
    if written.is_empty() {
        return Ok(());
    }
    write_file(&path, |out| {
        let at = |e| Error::io(&path, e);
        let mut root = tei::Root::new(out, &extent, &context).map_err(at)?;
        for level in [Level::Paragraph, Level::Sentence] {
            for (source, target, _) in store.language_pairs(level)? {
                store.for_each_bitext(level, &source, &target, |bitext| {
                    let (source, target) = (document(store, &bitext.source)?, document(store, &bitext.target)?);
                    let marks = store.marks(&bitext.source, &bitext.target, level)?;
                    root.reviewed(&bitext, &source, &target, &marks).map_err(at)
                })?;
            }
        }
        for name in &written {
            root.include(name).map_err(at)?;
        }
        root.finish().map_err(at)
    })?;
    written.insert("corpus.xml".to_owned());
    remove_others(folder, ".xml", &written)
}

fn write_jsonl(store: &Store, folder: &Path) -> Result<()> {
    let path = folder.join("documents.jsonl");
    write_file(&path, |out| {
        store.for_each_document_id(|id| jsonl::document(out, &document(store, id)?).map_err(|e| Error::io(&path, e)))
    })?;
    let path = folder.join("bitexts.jsonl");
    write_file(&path, |out| {
        for level in [Level::Paragraph, Level::Sentence] {
            for (source, target, _) in store.language_pairs(level)? {
                store.for_each_bitext(level, &source, &target, |bitext| {
                    let (source, target) = (document(store, &bitext.source)?, document(store, &bitext.target)?);
                    jsonl::bitext(out, &bitext, &source, &target).map_err(|e| Error::io(&path, e))
                })?;
            }
        }
        Ok(())
    })
}

/// One part of the report: a work, or an event that two documents report.
struct Part {
    heading: report::Heading,
    id: String,
    documents: Vec<String>,
}

/// How many works and events there are, and those that the report shows: works of several documents, then events, then
/// works of one document, no more than [`SHOWN`].
fn parts(store: &Store) -> Result<(usize, usize, Vec<Part>)> {
    let (mut works, mut several, mut single) = (0, Vec::new(), Vec::new());
    store.for_each_work(|work| {
        works += 1;
        let alike = if work.documents.len() > 1 { &mut several } else { &mut single };
        if alike.len() < SHOWN {
            alike.push(Part { heading: report::Heading::Work, id: work.id, documents: work.documents });
        }
        Ok(())
    })?;
    let (mut events, mut told) = (0, Vec::new());
    store.for_each_pair(|pair| {
        // Two documents of one work may report it so freely that they were paired as an event: the work shows them.
        let within = |part: &Part| [&pair.source, &pair.target].iter().all(|id| part.documents.contains(id));
        if pair.kind == PairKind::Event && !several.iter().any(within) {
            events += 1;
            if told.len() < SHOWN {
                let id = format!("{}--{}", pair.source, pair.target);
                told.push(Part { heading: report::Heading::Event, id, documents: vec![pair.source, pair.target] });
            }
        }
        Ok(())
    })?;
    Ok((works, events, several.into_iter().chain(told).chain(single).take(SHOWN).collect()))
}

/// What a part of the report shows.
#[derive(Default)]
struct Shown {
    documents: Vec<Document>,
    bitexts: Vec<Bitext>,
    pairs: Vec<Pair>,
    /// The quotes of each document.
    quotes: Vec<Vec<Quote>>,
    /// The groups of renderings among the documents, and what differs in each.
    groups: Vec<Group>,
    contrasts: Vec<Vec<Contrast>>,
    handlings: Vec<Handling>,
}

impl Shown {
    /// What is said of its groups.
    fn statements(&self) -> Vec<Statement<'_>> {
        let find = |id: &str| {
            let n = self.documents.iter().position(|d| d.id == id)?;
            Some((&self.documents[n], self.quotes[n].as_slice()))
        };
        let groups = self.groups.iter().zip(&self.contrasts);
        groups.filter_map(|(group, contrasts)| Statement::new(group, contrasts, &find)).collect()
    }
}

fn shown(store: &Store, part: &Part, knowledge: Knowledge) -> Result<Shown> {
    let within = |p: &Pair| part.documents.contains(&p.target);
    let mut pairs = Vec::new();
    for source in &part.documents {
        pairs.extend(store.pairs_from(source)?.into_iter().filter(within));
    }
    let mut bitexts = Vec::new();
    for pair in &pairs {
        bitexts.extend(store.bitext(&pair.source, &pair.target, Level::Sentence)?);
    }
    let quoted = part.documents.iter().map(|id| Ok((document(store, id)?, store.quotes(id)?)));
    let quoted: Vec<(Document, Vec<Quote>)> = quoted.collect::<Result<_>>()?;
    let mut groups = store.groups_of(&part.documents)?;
    // A group may reach into other works: here stands what these documents say.
    groups.iter_mut().for_each(|group| group.renderings.retain(|r| part.documents.contains(&r.document)));
    groups.retain(|group| group.renderings.len() > 1);
    let contrasts = compare_groups(&quoted, &groups, knowledge);
    let handlings = if groups.is_empty() { Vec::new() } else { handling(&quoted, &groups, &contrasts) };
    let (documents, quotes) = quoted.into_iter().unzip();
    Ok(Shown { documents, bitexts, pairs, quotes, groups, contrasts, handlings })
}

fn write_report(store: &Store, out: &Path, created: Option<Moment>, options: &Options) -> Result<()> {
    let path = out.join("report.html");
    let counts = store.counts()?;
    let (works, events, parts) = parts(store)?;
    let mut outlets = BTreeSet::new();
    store.for_each_summary(|summary| {
        outlets.extend(summary.outlet);
        Ok(())
    })?;
    let refusals = store.refusals()?;
    let languages: Vec<_> = counts.languages.iter().map(|(lang, n)| (lang.clone(), *n)).collect();
    let view = |part: &Part, shown: &Shown, then: &mut dyn FnMut(&report::WorkView) -> io::Result<()>| {
        let statements = shown.statements();
        let of = |h: &Handling| shown.documents.iter().find(|d| d.id == h.document);
        let handlings: Vec<(&Document, Handling)> =
            shown.handlings.iter().filter_map(|h| Some((of(h)?, h.clone()))).collect();
        let view = report::WorkView {
            heading: part.heading,
            id: &part.id,
            documents: &shown.documents,
            bitexts: &shown.bitexts,
            pairs: &shown.pairs,
            statements: &statements,
            handlings: &handlings,
        };
        then(&view).map_err(|e| Error::io(&path, e))
    };
    let mut contents = Vec::new();
    for part in &parts {
        let documents: Result<Vec<Document>> = part.documents.iter().map(|id| document(store, id)).collect();
        view(part, &Shown { documents: documents?, ..Shown::default() }, &mut |view| {
            contents.push(view.entry());
            Ok(())
        })?;
    }
    write_file(&path, |out| {
        let overview = report::Overview {
            title: options.title.as_deref().unwrap_or("Corpus"),
            created,
            documents: counts.documents,
            outlets: outlets.len(),
            works,
            pairs: counts.pairs,
            events,
            beads: counts.beads,
            refused: refusals.len(),
            languages: &languages,
            refusals: &refusals[..refusals.len().min(REFUSALS)],
            contents: &contents,
        };
        let mut report = report::Writer::new(out, &overview).map_err(|e| Error::io(&path, e))?;
        for part in &parts {
            view(part, &shown(store, part, options.knowledge)?, &mut |view| report.work(view))?;
        }
        report.finish().map_err(|e| Error::io(&path, e))
    })
}
