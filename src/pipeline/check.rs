//! Files of others are checked: what programs refuse, what is wrong, and what is doubtful, each with its line.

use super::Knowledge;
use super::import::stream;
use crate::error::{Error, Result};
use crate::import::{self, Fault, Format, Item, Severity, tei::rules};
use crate::language::{Lang, codes};
use crate::model::{Unit, Variant};
use crate::represent::{Meaning, figures};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::path::Path;

/// So many items are in memory at a time, or fewer where they hold more text than so many bytes.
const ITEMS: usize = 512;
const BYTES: usize = 1 << 20;

/// A text of fewer letters does not show its language: a name, a title.
const LETTERS: usize = 24;

/// From this confidence on a text is doubtful that seems to be in another language, and from that on, with so many letters, wrong.
const DOUBTFUL: f32 = 0.9;
const WRONG: (f32, usize) = (0.995, 60);

/// The longest text of a unit has no more than so many times as many characters as the shortest, and so many more: translations
/// between Latin, Cyrillic and Arabic scripts keep well below.
const LENGTHS: (usize, usize) = (3, 20);

/// What a file that was checked is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// A file of units, and how many could be read.
    Units(Format, u64),
    /// A TEI file, and how many elements it has.
    Tei(u64),
}

/// Checks a file, `-` for standard input, and hands every fault to `visit` in the order of the file; those that only its end
/// shows come last. In memory are some units, and sixteen bytes of each of the file.
///
/// Fails where the file cannot be read, or is of no known format.
pub fn check(file: &Path, knowledge: Knowledge, mut visit: impl FnMut(Fault)) -> Result<Checked> {
    let at = |error| Error::io(file, error);
    let (head, stream) = import::peek(stream(file)?).map_err(at)?;
    if rules::is_tei(&head) {
        let mut reader = rules::Reader::new(stream).map_err(at)?;
        reader.by_ref().for_each(visit);
        return Ok(Checked::Tei(reader.elements()));
    }
    let Some(format) = import::recognise(&head) else {
        let reason = "it is of no format that can be checked. Name a TMX, TEI, XLIFF 2 or XCES, or a table whose first line names languages";
        return Err(Error::input(file.to_string_lossy(), reason));
    };
    let known: BTreeSet<String> = known(knowledge);
    let folder = file.parent().unwrap_or(Path::new(""));
    let open = |name: &str| import::open_below(folder, name);
    let items = import::read(format, stream, &open).map_err(at)?;
    let (mut units, mut seen) = (0, FxHashSet::default());
    let mut items = items.peekable();
    while items.peek().is_some() {
        let found: Vec<Found> =
            handful(&mut items).into_par_iter().map(|item| found(item, &known, knowledge)).collect();
        for Found { texts, faults } in found {
            if let Some((line, texts)) = texts {
                units += 1;
                if !seen.insert(texts) {
                    visit(doubtful(line, "a unit with the same texts as another", String::new()));
                }
            }
            faults.into_iter().for_each(&mut visit);
        }
    }
    Ok(Checked::Units(format, units))
}

/// The next items, to be looked at side by side: not too many, and not much more of text than so many bytes.
fn handful(items: &mut impl Iterator<Item = Item>) -> Vec<Item> {
    let mut handful = Vec::with_capacity(ITEMS);
    let mut bytes = 0usize;
    for item in items {
        if let Item::Unit(unit) = &item {
            let sizes = unit.variants.iter().map(|variant| variant.text.len().saturating_add(variant.said.size()));
            bytes = sizes.fold(bytes.saturating_add(unit.said.size()), usize::saturating_add);
        }
        handful.push(item);
        if handful.len() >= ITEMS || bytes >= BYTES {
            break;
        }
    }
    handful
}

/// What is found in an item.
#[derive(Default)]
struct Found {
    /// The line of a unit, and the beginning of the hash of its texts.
    texts: Option<(u64, [u8; 16])>,
    faults: Vec<Fault>,
}

fn doubtful(line: u64, what: &'static str, detail: String) -> Fault {
    Fault { line, severity: Severity::Doubtful, loss: false, what, detail }
}

/// The languages, without script and region, that can be told from others.
fn known(knowledge: Knowledge) -> BTreeSet<String> {
    let own = knowledge.languages.iter().map(|language| language.tag.as_str());
    let tags = own.chain(knowledge.languages.neighbours().iter().map(|neighbour| neighbour.tag.as_str()));
    tags.filter_map(|tag| tag.split('-').next()).map(str::to_owned).collect()
}

fn found(item: Item, known: &BTreeSet<String>, knowledge: Knowledge) -> Found {
    match item {
        // Whole texts are no units: what is wrong with them comes as faults.
        Item::Header(_) | Item::Part(_) => Found::default(),
        Item::Fault(fault) => Found { texts: None, faults: vec![fault] },
        Item::Unit(unit) => {
            let mut hasher = blake3::Hasher::new();
            for variant in &unit.variants {
                hasher.update(variant.lang.as_str().as_bytes()).update(b"\n");
                hasher.update(variant.text.as_bytes()).update(b"\n");
            }
            let mut hash = [0; 16];
            hasher.finalize_xof().fill(&mut hash);
            Found { texts: Some((unit.line, hash)), faults: faults(&unit, known, knowledge) }
        }
    }
}

/// What is wrong with the texts of a unit.
fn faults(unit: &Unit, known: &BTreeSet<String>, knowledge: Knowledge) -> Vec<Fault> {
    let mut faults: Vec<Fault> =
        unit.variants.iter().filter_map(|variant| language(unit.line, variant, known, knowledge)).collect();
    for Variant { lang, .. } in &unit.variants {
        if let Some(part) = codes::unregistered(lang) {
            let detail = format!("{part} of {lang}");
            faults.push(doubtful(unit.line, "a language or region without a code of ISO 639-1 or 3166-1", detail));
        }
    }
    let lengths = unit.variants.iter().map(|variant| variant.text.chars().count());
    let (longest, shortest) = (lengths.clone().max().unwrap_or(0), lengths.min().unwrap_or(0));
    if longest > shortest.saturating_mul(LENGTHS.0).saturating_add(LENGTHS.1) {
        faults.push(doubtful(
            unit.line,
            "texts of very different lengths",
            format!("{shortest} and {longest} characters"),
        ));
    }
    let Some((source, targets)) = unit.variants.split_first() else { return faults };
    let numbers = Numbers::of(source, knowledge);
    for target in targets {
        let pair = format!("{}-{}", source.lang, target.lang);
        if source.text == target.text && letters(&source.text) > 0 {
            faults.push(doubtful(unit.line, "two texts that are the same", pair));
            continue;
        }
        let (missing, other) = numbers.differ(&Numbers::of(target, knowledge));
        if !missing.is_empty() || !other.is_empty() {
            let detail = format!("{pair}: {} in one, {} in the other", list(&missing), list(&other));
            faults.push(doubtful(unit.line, "numbers that differ", detail));
        }
    }
    faults
}

fn list(numbers: &[String]) -> String {
    if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Whether a text is in the language that it is said to be in, as far as it can be told.
fn language(line: u64, variant: &Variant, known: &BTreeSet<String>, knowledge: Knowledge) -> Option<Fault> {
    let Variant { lang, text, .. } = variant;
    let letters = letters(text);
    if letters < LETTERS || !known.contains(lang.primary()) {
        return None;
    }
    let found = knowledge.identifier.identify(text, &[lang.as_str()]);
    let differs = |other: &Lang| !other.is_unknown() && other.primary() != lang.primary();
    if !differs(&found.lang) || found.confidence < DOUBTFUL {
        return None;
    }
    let is_sure = found.confidence >= WRONG.0 && letters >= WRONG.1;
    let severity = if is_sure { Severity::Wrong } else { Severity::Doubtful };
    let detail = format!("{lang} is {}, {}", found.lang, import::short(text));
    Some(Fault { severity, ..doubtful(line, "a text in another language than it says", detail) })
}

/// The numbers of a text.
struct Numbers {
    /// All, in digits or in words, and the parts of dates and times.
    all: BTreeSet<String>,
    /// Those in digits.
    digits: BTreeSet<String>,
}

impl Numbers {
    fn of(variant: &Variant, knowledge: Knowledge) -> Numbers {
        let language = knowledge.languages.get(variant.lang.as_str());
        let mut numbers = Numbers { all: BTreeSet::new(), digits: BTreeSet::new() };
        for figure in figures(&variant.text, language) {
            let parts: Vec<String> = match figure.meaning {
                Meaning::Number { amount, .. } => vec![amount.to_string()],
                Meaning::Date { year, day, .. } => {
                    [year.map(|y| y.to_string()), day.map(|d| d.to_string())].into_iter().flatten().collect()
                }
                Meaning::Time { hour, minute } => vec![hour.to_string(), minute.to_string()],
            };
            if figure.span.of(&variant.text).contains(|c: char| c.is_ascii_digit()) {
                numbers.digits.extend(parts.iter().cloned());
            }
            numbers.all.extend(parts);
        }
        numbers
    }

    /// What stands in digits on one side and not at all on the other, both ways.
    fn differ(&self, other: &Numbers) -> (Vec<String>, Vec<String>) {
        let missing = |a: &Numbers, b: &Numbers| a.digits.difference(&b.all).cloned().collect();
        (missing(self, other), missing(other, self))
    }
}
