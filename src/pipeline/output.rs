//! What the store holds is written for others, format by format. Every file appears whole or not at all.

mod edition;
mod parallel;
mod quotes;
mod table;
mod tmx;
mod vertical;

mod tei;

use super::{Knowledge, Options, Watch, compare_groups, handling};
use crate::error::{Error, Result};
use crate::export::statement::Statement;
use crate::export::{Filter, Length, Row, Sieve, delimited::Dialect, jsonl, report, rows};
use crate::language::Lang;
use crate::model::{Bitext, Contrast, Document, Group, Handling, Level, Moment, Pair, PairKind, Quote, Rendering};
use crate::store::Store;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::NamedTempFile;

pub use tmx::Memories;

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Translation memories: `tmx/<source>-<target>.tmx`.
    Tmx,
    /// TEI P5: `tei/corpus.xml` and, by [`Layout`], a file for each document.
    Tei,
    /// `jsonl/documents.jsonl`, `jsonl/bitexts.jsonl`, `jsonl/quotes.jsonl` and `jsonl/groups.jsonl`.
    Jsonl,
    /// `report.html`.
    Report,
    /// Tables: `tsv/sentences.tsv` and `tsv/paragraphs.tsv`.
    Tsv,
    /// The same for spreadsheets: `csv/sentences.csv` and `csv/paragraphs.csv`.
    Csv,
    /// The same, typed: `parquet/sentences.parquet` and `parquet/paragraphs.parquet`.
    Parquet,
    /// Pairs of texts: `moses/az-en.az`, `moses/az-en.en` and where their lines come from, `moses/az-en.origin.tsv`.
    Moses,
    /// XLIFF 2.0: `xliff/az-en.xlf`.
    Xliff,
    /// Corpora for query engines: `vertical/az.vrt` and tables between them.
    Vertical,
    /// `edition/index.html` and a page for each bitext.
    Edition,
}

impl Format {
    /// Its name, which is that of its folder, too.
    pub fn name(self) -> &'static str {
        match self {
            Format::Tmx => "tmx",
            Format::Tei => "tei",
            Format::Jsonl => "jsonl",
            Format::Report => "report",
            Format::Tsv => "tsv",
            Format::Csv => "csv",
            Format::Parquet => "parquet",
            Format::Moses => "moses",
            Format::Xliff => "xliff",
            Format::Vertical => "vertical",
            Format::Edition => "edition",
        }
    }

    /// What a run writes, and an export that names no format.
    pub const USUAL: [Format; 4] = [Format::Tmx, Format::Tei, Format::Jsonl, Format::Report];
}

/// How the files of TEI hang together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A file for each document, which `corpus.xml` includes (XInclude).
    #[default]
    Include,
    /// All in `corpus.xml`.
    One,
    /// A corpus for each work, named for it: its documents, with the links between them.
    Works,
}

/// A report shows at most so many works and events in full.
const SHOWN: usize = 100;

/// It names at most so many refused inputs.
const REFUSALS: usize = 1000;

/// How the names of files begin that are not whole yet.
const PART: &str = ".korpu-";

/// The list of the files that the last export wrote into a folder.
const WRITTEN: &str = ".written";

/// Whether every usual format has been written to the folder, and nothing was decided since, at the latest at that time.
pub(super) fn complete(out: &Path, decided: Option<Moment>) -> bool {
    let since = |modified: SystemTime| match (modified.duration_since(UNIX_EPOCH), decided) {
        (_, None) => true,
        (Ok(modified), Some(decided)) => decided.unix() < modified.as_secs() as i64,
        (Err(_), Some(_)) => false,
    };
    [
        "tmx",
        "tei/corpus.xml",
        "jsonl/documents.jsonl",
        "jsonl/bitexts.jsonl",
        "jsonl/quotes.jsonl",
        "jsonl/groups.jsonl",
        "report.html",
    ]
    .iter()
    .all(|path| out.join(path).metadata().and_then(|found| found.modified()).is_ok_and(since))
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
    let units = options.memories;
    Store::reader(store)?.snapshot(|store| match format {
        Format::Tmx => tmx::write(store, &folder(out, "tmx")?, created, options),
        Format::Tei => tei::write(store, &folder(out, "tei")?, created, options),
        Format::Jsonl => write_jsonl(store, &folder(out, "jsonl")?),
        Format::Report => write_report(store, out, created, options),
        Format::Tsv => table::write(store, &folder(out, "tsv")?, table::Kind::Delimited(Dialect::Tsv), options),
        Format::Csv => table::write(store, &folder(out, "csv")?, table::Kind::Delimited(Dialect::Csv), options),
        Format::Parquet => table::write(store, &folder(out, "parquet")?, table::Kind::Parquet, options),
        Format::Moses => parallel::write_moses(store, &folder(out, "moses")?, units),
        Format::Xliff => parallel::write_xliff(store, &folder(out, "xliff")?, units, &options.lang_map),
        Format::Vertical => vertical::write(store, &folder(out, "vertical")?),
        Format::Edition => edition::write(store, &folder(out, "edition")?, options),
    })
}

/// The title of the corpus.
fn title(options: &Options) -> &str {
    options.title.as_deref().unwrap_or("Corpus")
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
fn write_file<T>(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>) -> Result<T> {
    let file = begin(path)?;
    let mut out = BufWriter::with_capacity(1 << 16, file.as_file());
    let written = write(&mut out)?;
    out.flush().map_err(|e| Error::io(path, e))?;
    drop(out);
    finish(file, path)?;
    Ok(written)
}

/// A temporary file beside the one that it is to become.
pub(super) fn begin(path: &Path) -> Result<NamedTempFile> {
    // Of a bare name the parent is empty, and means the folder where the program is.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(PART).tempfile_in(folder).map_err(|e| Error::io(path, e))
}

/// Moves a file that is whole in place.
pub(super) fn finish(file: NamedTempFile, path: &Path) -> Result<()> {
    match path.metadata() {
        Ok(before) => file.as_file().set_permissions(before.permissions()),
        Err(_) => set_readable(file.as_file()),
    }
    .map_err(|e| Error::io(path, e))?;
    file.persist(path).map(drop).map_err(|e| Error::io(path, e.error))
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

/// Removes the files of a folder that an earlier export wrote and this one did not; those of others stay. Which were written stands
/// in a list beside them.
fn remove_others(folder: &Path, written: &BTreeSet<String>) -> Result<()> {
    let list = folder.join(WRITTEN);
    let before = std::fs::read_to_string(&list).unwrap_or_default();
    // No list leads out of the folder.
    let is_name = |name: &&str| Path::new(name).file_name().is_some_and(|own| own == *name);
    let is_file = |name: &&str| folder.join(name).symlink_metadata().is_ok_and(|there| there.is_file());
    for name in before.lines().filter(is_name).filter(is_file).filter(|name| !written.contains(*name)) {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::io(folder.join(name), error)),
            _ => {}
        }
    }
    let names: String = written.iter().flat_map(|name| [name, "\n"]).collect();
    write_file(&list, |out| out.write_all(names.as_bytes()).map_err(|e| Error::io(&list, e)))
}

/// Removes what a run that was killed left half written.
fn remove_parts(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|e| Error::io(folder, e))?.flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(PART));
        let is_ours = rest.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            std::fs::remove_file(entry.path()).map_err(|e| Error::io(entry.path(), e))?;
        }
    }
    Ok(())
}

fn document(store: &Store, id: &str) -> Result<Document> {
    Ok(store.document(id)?.unwrap_or_default())
}

/// Shows the bitexts of a level with their documents: by languages, then by ids.
fn for_each_bitext(
    store: &Store,
    level: Level,
    mut visit: impl FnMut(&Bitext, &Document, &Document) -> Result<()>,
) -> Result<()> {
    for (source, target, _) in store.language_pairs(level)? {
        for_each_bitext_between(store, level, (&source, &target), &mut visit)?;
    }
    Ok(())
}

/// Shows the bitexts of a level between documents in two languages, by ids.
fn for_each_bitext_between(
    store: &Store,
    level: Level,
    (source, target): (&Lang, &Lang),
    mut visit: impl FnMut(&Bitext, &Document, &Document) -> Result<()>,
) -> Result<()> {
    store.for_each_bitext(level, source, target, |bitext| {
        visit(&bitext, &document(store, &bitext.source)?, &document(store, &bitext.target)?)
    })
}

/// Shows the units of a length with their documents, as rows: between two languages, or all; those that are wanted.
fn for_each_row(
    store: &Store,
    length: Length,
    languages: Option<(&Lang, &Lang)>,
    filter: Filter,
    mut visit: impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    let mut sieve = Sieve::new(filter);
    let Some(level) = length.level() else {
        return quotes::for_each_row(
            store,
            languages,
            |row| {
                if row.passes(&mut sieve, false) { visit(row) } else { Ok(()) }
            },
        );
    };
    let visit = |bitext: &Bitext, source: &Document, target: &Document| {
        let marks =
            if filter.reviewed { store.marks(&bitext.source, &bitext.target, bitext.level)? } else { Vec::new() };
        let mut marks = marks.iter().map(Option::is_some);
        let wanted = |row: &Row| row.passes(&mut sieve, marks.next().unwrap_or_default());
        rows(bitext, source, target).filter(wanted).try_for_each(|row| visit(&row))
    };
    match languages {
        Some(languages) => for_each_bitext_between(store, level, languages, visit),
        None => for_each_bitext(store, level, visit),
    }
}

/// The pairs of languages of which there is a file with units of a length: of quotes those that have rows, otherwise as
/// [`translations`] says.
fn languages(store: &Store, length: Length) -> Result<Vec<(Lang, Lang)>> {
    match length.level() {
        Some(level) => translations(store, level),
        None => quotes::languages(store),
    }
}

/// The pairs of languages between which there are bitexts of a level, without those that are no translation: between
/// two scripts of one language, or of a language nobody knows.
fn translations(store: &Store, level: Level) -> Result<Vec<(Lang, Lang)>> {
    let translates = |(s, t): &(Lang, Lang)| s.primary() != t.primary() && !s.is_unknown() && !t.is_unknown();
    let pairs = store.language_pairs(level)?.into_iter().map(|(source, target, _)| (source, target));
    Ok(pairs.filter(translates).collect())
}

fn write_jsonl(store: &Store, folder: &Path) -> Result<()> {
    let path = folder.join("documents.jsonl");
    write_file(&path, |out| {
        store.for_each_document_id(|id| jsonl::document(out, &document(store, id)?).map_err(|e| Error::io(&path, e)))
    })?;
    let path = folder.join("bitexts.jsonl");
    write_file(&path, |out| {
        for level in [Level::Paragraph, Level::Sentence] {
            for_each_bitext(store, level, |bitext, source, target| {
                jsonl::bitext(out, bitext, source, target).map_err(|e| Error::io(&path, e))
            })?;
        }
        Ok(())
    })?;
    let path = folder.join("quotes.jsonl");
    write_file(&path, |out| {
        store.for_each_document_id(|id| {
            let quotes = store.quotes(id)?;
            if quotes.is_empty() {
                return Ok(());
            }
            let groups = store.groups_of(&[id.to_owned()])?;
            jsonl::quotes(out, &document(store, id)?, &quotes, &groups).map_err(|e| Error::io(&path, e))
        })
    })?;
    let path = folder.join("groups.jsonl");
    write_file(&path, |out| {
        store.for_each_group(|group| {
            let mut documents: BTreeMap<String, (Document, Vec<Quote>)> = BTreeMap::new();
            for Rendering { document: id, .. } in &group.renderings {
                if !documents.contains_key(id) {
                    documents.insert(id.clone(), (document(store, id)?, store.quotes(id)?));
                }
            }
            jsonl::group(out, &group, &documents).map_err(|e| Error::io(&path, e))
        })
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
    /// The same with what is said in it.
    fn with_statements(self, store: &Store, knowledge: Knowledge) -> Result<Shown> {
        let ids: Vec<String> = self.documents.iter().map(|document| document.id.clone()).collect();
        let mut quoted: Vec<(Document, Vec<Quote>)> = Vec::with_capacity(ids.len());
        for document in self.documents {
            let quotes = store.quotes(&document.id)?;
            quoted.push((document, quotes));
        }
        let mut groups = store.groups_of(&ids)?;
        // A group may reach into other works: here stands what these documents say.
        groups.iter_mut().for_each(|group| group.renderings.retain(|r| ids.contains(&r.document)));
        groups.retain(|group| group.renderings.len() > 1);
        let contrasts = compare_groups(&quoted, &groups, knowledge);
        let handlings = if groups.is_empty() { Vec::new() } else { handling(&quoted, &groups, &contrasts) };
        let (documents, quotes) = quoted.into_iter().unzip();
        Ok(Shown { documents, bitexts: self.bitexts, pairs: self.pairs, quotes, groups, contrasts, handlings })
    }

    /// What is said of its groups.
    fn statements(&self) -> Vec<Statement<'_>> {
        let find = |id: &str| {
            let n = self.documents.iter().position(|d| d.id == id)?;
            Some((&self.documents[n], self.quotes[n].as_slice()))
        };
        let groups = self.groups.iter().zip(&self.contrasts);
        groups.filter_map(|(group, contrasts)| Statement::new(group, contrasts, find)).collect()
    }

    /// What each of its documents makes of what the others quote.
    fn handlings(&self) -> Vec<(&Document, Handling)> {
        let of = |h: &Handling| self.documents.iter().find(|d| d.id == h.document);
        self.handlings.iter().filter_map(|h| Some((of(h)?, h.clone()))).collect()
    }
}

fn shown(store: &Store, documents: &[String]) -> Result<Shown> {
    let within = |p: &Pair| documents.contains(&p.target);
    let mut pairs = Vec::new();
    for source in documents {
        pairs.extend(store.pairs_from(source)?.into_iter().filter(within));
    }
    let mut bitexts = Vec::new();
    for pair in &pairs {
        bitexts.extend(store.bitext(&pair.source, &pair.target, Level::Sentence)?);
    }
    let documents: Result<Vec<Document>> = documents.iter().map(|id| document(store, id)).collect();
    Ok(Shown { documents: documents?, bitexts, pairs, ..Shown::default() })
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
        let (statements, handlings) = (shown.statements(), shown.handlings());
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
            title: title(options),
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
            view(part, &shown(store, &part.documents)?.with_statements(store, options.knowledge)?, &mut |view| {
                report.work(view)
            })?;
        }
        report.finish().map_err(|e| Error::io(&path, e))
    })
}
