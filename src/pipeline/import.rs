//! Files of others are imported, part by part, so that one part of a file is in memory.

use super::{Watch, regroup};
use crate::error::Result;
use crate::export::Line;
use crate::import::{self, Assembler, Format, Header, Item, Severity, ladder::Lines};
use crate::language::{Lang, Languages};
use crate::model::{Act, Change, Document, Held, Part, Refusal, Review};
use crate::segment;
use crate::store::{Import, Proposal, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read};
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

/// So many losses are written at once.
const LOSSES: usize = 1000;

/// What is lost of a text that our files hold otherwise.
pub(super) const UNSEEN: &str = "a text of which exports leave out characters that are not seen, or hold spaces of other widths as spaces, and its markup";

/// The name of standard input.
const STDIN: &str = "-";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The file as the user named it.
    pub path: String,
    /// What it was.
    pub format: Format,
    /// How many units were imported.
    pub units: u64,
    /// How many documents they make.
    pub documents: usize,
    /// How many of these are new, or other than they were.
    pub new: usize,
    /// What could not be kept, by kind; the store has each with its line.
    pub losses: BTreeMap<&'static str, Loss>,
}

/// Losses of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// How many.
    pub count: u64,
    /// The line of the first.
    pub line: u64,
    /// What of, for the first.
    pub detail: String,
}

impl Loss {
    /// Counts one more of a kind.
    pub(super) fn count(losses: &mut BTreeMap<&'static str, Loss>, what: &'static str, line: u64, detail: &str) {
        let loss = losses.entry(what).or_insert_with(|| Loss { count: 0, line, detail: detail.to_owned() });
        loss.count += 1;
    }
}

/// Two texts that belong together, a segment a line.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The source and its language.
    pub source: (PathBuf, Lang),
    /// The target and its language.
    pub target: (PathBuf, Lang),
    /// Which lines stand for which, where it is not line n for line n.
    pub ladder: Option<PathBuf>,
}

/// Why a file was refused, or what became of it.
type Outcome = std::result::Result<Imported, String>;

/// Imports files, `-` for standard input. A file that is of no known format is refused, and one that breaks is imported up
/// to there; the others go on. Documents that an alignment names are looked for below `documents`, else where it lies.
pub fn import(
    store: &mut Store,
    files: &[PathBuf],
    documents: Option<&Path>,
    watch: &impl Watch,
) -> Result<(Vec<Imported>, Vec<Refusal>)> {
    each(store, files, watch, |store, file| {
        let path = name(file);
        let outcome = read(store, file, &path, documents)?;
        Ok((path, outcome))
    })
}

/// Imports two texts; refused where one of them, or the ladder, cannot be read.
pub fn import_texts(store: &mut Store, texts: &Texts, watch: &impl Watch) -> Result<(Vec<Imported>, Vec<Refusal>)> {
    each(store, std::slice::from_ref(texts), watch, |store, texts| {
        let path = format!("{} {}", name(&texts.source.0), name(&texts.target.0));
        let outcome = match &texts.ladder {
            None => read_lines(store, texts, &path)?,
            Some(ladder) => read_ladder(store, texts, ladder)?,
        };
        Ok((path, outcome))
    })
}

/// Imports one after the other, and joins what is imported to works.
fn each<T>(
    store: &mut Store,
    inputs: &[T],
    watch: &impl Watch,
    import: impl Fn(&mut Store, &T) -> Result<(String, Outcome)>,
) -> Result<(Vec<Imported>, Vec<Refusal>)> {
    watch.stage("importing", Some(inputs.len() as u64));
    let (mut imported, mut refused) = (Vec::new(), Vec::new());
    for input in inputs {
        match import(store, input)? {
            (_, Ok(one)) => imported.push(one),
            (place, Err(reason)) => {
                let refusal = Refusal { place, reason };
                watch.refused(&refusal);
                refused.push(refusal);
            }
        }
        watch.done(1);
    }
    regroup(store)?;
    Ok((imported, refused))
}

/// A file as the user named it.
pub(super) fn name(file: &Path) -> String {
    file.to_string_lossy().replace(MAIN_SEPARATOR_STR, "/")
}

/// A file, `-` for standard input, as a stream.
pub(super) fn stream(file: &Path) -> Result<import::Stream> {
    if file == Path::new(STDIN) { Ok(Box::new(BufReader::new(std::io::stdin()))) } else { import::open(file) }
}

/// Imports a file, or says why nothing of it can be.
fn read(store: &mut Store, file: &Path, path: &str, documents: Option<&Path>) -> Result<Outcome> {
    let (head, stream) = match stream(file).map(import::peek) {
        Ok(Ok(peeked)) => peeked,
        Ok(Err(error)) => return Ok(Err(error.to_string())),
        Err(crate::Error::Io { source, .. }) => return Ok(Err(source.to_string())),
        Err(error) => return Err(error),
    };
    let Some(format) = import::recognise(&head) else {
        let known = "TMX, TEI, XLIFF 2, XCES, or a table whose first line names languages";
        return Ok(Err(format!("it is of no format that can be imported. Give {known}")));
    };
    // What comes by standard input has no name: another stream is another file, and the same again is the same.
    let named = (path == STDIN).then(|| format!("{STDIN}{}", &blake3::hash(&head).to_hex()[..8]));
    let path = named.as_deref().unwrap_or(path);
    let folder = documents.or(file.parent()).unwrap_or(Path::new(""));
    let open = |name: &str| import::open_below(folder, name);
    match import::read(format, stream, &open) {
        Ok(items) => consume(store, path, format, items),
        Err(error) => Ok(Err(error.to_string())),
    }
}

fn read_lines(store: &mut Store, texts: &Texts, path: &str) -> Result<Outcome> {
    let open = |(path, lang): &(PathBuf, Lang)| Ok::<_, crate::Error>((import::open(path)?, lang.clone()));
    match import::read_lines(open(&texts.source)?, open(&texts.target)?) {
        Ok(items) => consume(store, path, Format::Lines, items),
        Err(error) => Ok(Err(error.to_string())),
    }
}

/// A text of which a ladder names the lines has no more bytes: it is in memory.
const TEXT: u64 = 64 << 20;

fn read_ladder(store: &mut Store, texts: &Texts, ladder: &Path) -> Result<Outcome> {
    let read = |path: &Path| -> Result<String> {
        let at = |error| crate::Error::io(path, error);
        let mut text = String::new();
        let mut stream = import::open(path)?.take(TEXT + 1);
        stream.read_to_string(&mut text).map_err(at)?;
        if text.len() as u64 > TEXT {
            let place = path.display().to_string();
            return Err(crate::Error::input(place, "more than 64 MB of text. Cut it into documents"));
        }
        Ok(text)
    };
    let (source, target) = (read(&texts.source.0)?, read(&texts.target.0)?);
    let paths = (name(&texts.source.0), name(&texts.target.0));
    let source = Lines { path: &paths.0, lang: texts.source.1.clone(), text: &source };
    let target = Lines { path: &paths.1, lang: texts.target.1.clone(), text: &target };
    match import::ladder::read(&read(ladder)?, &source, &target) {
        Ok(part) => {
            let items = [Item::Header(Header::default()), Item::Part(Box::new(part))];
            consume(store, &name(ladder), Format::Ladder, items)
        }
        Err(reason) => Ok(Err(reason)),
    }
}

/// Puts what a reader gives into the store, or says why nothing of it can be.
fn consume(store: &mut Store, path: &str, format: Format, items: impl IntoIterator<Item = Item>) -> Result<Outcome> {
    let imported = Imported { path: path.to_owned(), format, units: 0, documents: 0, new: 0, losses: BTreeMap::new() };
    let mut importing = Importing { store, imported, assembler: None, ids: BTreeSet::new(), losses: Vec::new() };
    for item in items {
        match item {
            Item::Header(header) => importing.begin(header)?,
            Item::Unit(unit) => {
                importing.imported.units += 1;
                let mut changed = unit.variants.iter().map(|variant| variant.text.as_str());
                if let Some(text) = changed.find(|text| Line::from(*text).as_it_was().is_none()) {
                    importing.lose(unit.line, UNSEEN, &import::short(text));
                }
                if let Some(part) = importing.assembler()?.add(unit) {
                    importing.write(&part)?;
                }
            }
            Item::Part(mut part) => {
                importing.assembler()?;
                // Whose sentences a file does not say, we find.
                let is_whole = part.is_whole;
                let bare = |document: &&mut Document| {
                    !is_whole && document.blocks.iter().all(|block| block.sentences.is_empty())
                };
                part.documents.iter_mut().filter(bare).for_each(|d| segment::document(d, Languages::bundled()));
                let beads = part.bitexts.iter().flat_map(|bitext| &bitext.beads);
                importing.imported.units += beads.filter(|bead| bead.is_aligned()).count() as u64;
                importing.write(&part)?;
            }
            Item::Fault(fault)
                if fault.severity == Severity::Broken && importing.imported.units == 0 && importing.ids.is_empty() =>
            {
                return Ok(Err(format!("line {}: {}", fault.line, fault.detail)));
            }
            Item::Fault(fault) if fault.loss => {
                importing.lose(fault.line, fault.what, &fault.detail);
                if importing.losses.len() >= LOSSES && importing.assembler.is_some() {
                    importing.write(&Part::default())?;
                }
            }
            Item::Fault(_) => {}
        }
    }
    if importing.imported.units == 0 && importing.ids.is_empty() {
        let first = importing.imported.losses.iter().next();
        let why = first.map(|(what, loss)| format!("; line {}: {what}: {}", loss.line, loss.detail));
        return Ok(Err(format!("there are no units in two languages in it{}", why.unwrap_or_default())));
    }
    Ok(Ok(importing.finish()?))
}

struct Importing<'a> {
    store: &'a mut Store,
    imported: Imported,
    /// Makes documents, from the header on.
    assembler: Option<Assembler>,
    /// The documents that the file gives.
    ids: BTreeSet<String>,
    losses: Vec<(u64, String)>,
}

impl Importing<'_> {
    /// What makes documents of units; begins where the file said nothing of itself.
    fn assembler(&mut self) -> Result<&mut Assembler> {
        if self.assembler.is_none() {
            self.begin(Header::default())?;
        }
        let path = &self.imported.path;
        Ok(self.assembler.get_or_insert_with(|| Assembler::new(path, Header::default())))
    }

    /// Notes that something is not kept.
    fn lose(&mut self, line: u64, what: &'static str, detail: &str) {
        let of = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        self.losses.push((line, format!("{what}{of}")));
        Loss::count(&mut self.imported.losses, what, line, detail);
    }

    fn begin(&mut self, header: Header) -> Result<()> {
        if self.assembler.is_some() {
            return Ok(());
        }
        let (path, format) = (self.imported.path.clone(), self.imported.format.name().to_owned());
        self.store.begin_import(&Import { path, format, said: header.said.clone() })?;
        self.assembler = Some(Assembler::new(&self.imported.path, header));
        Ok(())
    }

    fn write(&mut self, part: &Part) -> Result<()> {
        let losses = std::mem::take(&mut self.losses);
        self.imported.new += self.store.add_part(&self.imported.path, part, &losses)?;
        self.imported.documents += part.documents.len();
        self.ids.extend(part.documents.iter().map(|document| document.id.clone()));
        part.reviews.iter().try_for_each(|review| self.review(review, part))
    }

    /// Decides what a reviewer has decided of beads, once: the same file may come again.
    fn review(&mut self, review: &Review, part: &Part) -> Result<()> {
        let Some(bitext) = part.bitexts.get(review.bitext) else { return Ok(()) };
        let Some(subject) = self.store.subject(&bitext.source, Some(&bitext.target))? else { return Ok(()) };
        let (Some(source), Some(target)) = (self.store.document(&bitext.source)?, self.store.document(&bitext.target)?)
        else {
            return Ok(());
        };
        let segments = [source.segments(bitext.level), target.segments(bitext.level)];
        let held = |n: &usize| {
            let bead = bitext.beads.get(*n)?;
            Held::of([&bead.source, &bead.target], [&segments[0], &segments[1]])
        };
        let act = Act::Hold { change: Change::Accept, beads: review.beads.iter().filter_map(held).collect() };
        let before = self.store.decisions(&subject)?;
        if before.iter().any(|decision| decision.reviewer == review.reviewer && decision.act == act) {
            return Ok(());
        }
        let seen = before.last().map_or(0, |decision| decision.number);
        let (reviewer, made) = (review.reviewer.as_str(), review.made);
        let proposal = Proposal { subject: &subject, seen, reviewer, made, act: &act };
        self.store.decide(&proposal, std::slice::from_ref(bitext)).map(drop)
    }

    fn finish(mut self) -> Result<Imported> {
        for part in self.assembler.take().map(Assembler::finish).unwrap_or_default() {
            self.write(&part)?;
        }
        if !self.losses.is_empty() {
            self.write(&Part::default())?;
        }
        self.store.end_import(&self.imported.path, &self.ids)?;
        Ok(self.imported)
    }
}
