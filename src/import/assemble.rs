use super::Header;
use crate::language::Lang;
use crate::model::{
    Bead, Bitext, Block, BlockKind, Document, Identification, Kept, Level, Metadata, Pair, Part, Provenance, Span, Unit,
};
use std::collections::BTreeSet;

/// A part has no more units: of a file of any size one part is in memory.
const UNITS: usize = 1000;

/// Nor more bytes of text, but for its last unit.
const BYTES: usize = 1 << 20;

/// Nor more beads: units in many languages have one for every two.
const BEADS: usize = 20_000;

/// Makes documents of the units of a file. A part of it, some hundred units that follow each other, is a document in each
/// language, with a bitext for every two: each unit says of all its texts that they translate each other.
///
/// The source of a bitext is the language that the file says it was translated from; without one, the smaller tag.
#[derive(Debug)]
pub struct Assembler {
    path: String,
    header: Header,
    /// The parts under way, one for each level: segments of a document are of one length.
    open: [Open; 2],
}

/// Units on their way to a part.
#[derive(Debug, Default)]
struct Open {
    /// How many parts came before.
    before: u32,
    units: Vec<Unit>,
    bytes: usize,
    langs: BTreeSet<Lang>,
}

impl Assembler {
    /// For a file of this name; the header is what it says of itself.
    pub fn new(path: &str, header: Header) -> Self {
        Assembler { path: path.to_owned(), header, open: Default::default() }
    }

    /// Takes a unit; gives a part where one is full.
    pub fn add(&mut self, unit: Unit) -> Option<Part> {
        let level = unit.level;
        let open = self.slot(level);
        open.bytes = open.bytes.saturating_add(unit.variants.iter().map(|v| v.text.len()).sum());
        for variant in &unit.variants {
            if !open.langs.contains(&variant.lang) {
                open.langs.insert(variant.lang.clone());
            }
        }
        open.units.push(unit);
        let (units, pairs) = (open.units.len(), open.langs.len().saturating_mul(open.langs.len()) / 2);
        (units >= UNITS || open.bytes >= BYTES || units.saturating_mul(pairs) >= BEADS).then(|| self.part(level))
    }

    /// The parts that are not full.
    pub fn finish(mut self) -> Vec<Part> {
        let levels = [Level::Sentence, Level::Paragraph].into_iter();
        let filled = levels.filter(|level| !self.slot(*level).units.is_empty()).collect::<Vec<_>>();
        filled.into_iter().map(|level| self.part(level)).collect()
    }

    fn slot(&mut self, level: Level) -> &mut Open {
        let [sentences, paragraphs] = &mut self.open;
        match level {
            Level::Sentence => sentences,
            Level::Paragraph => paragraphs,
        }
    }

    fn part(&mut self, level: Level) -> Part {
        let open = self.slot(level);
        let number = open.before;
        open.before = number.saturating_add(1);
        open.bytes = 0;
        let units = std::mem::take(&mut open.units);
        let mut langs: Vec<Lang> = std::mem::take(&mut open.langs).into_iter().collect();
        let mut part = Part::default();
        langs.sort_unstable_by(|a, b| self.order(a).cmp(&self.order(b)));
        part.documents = langs.iter().map(|lang| self.document(lang, level, number, &units)).collect();
        // Where each text of each unit stands: its document and its segment there.
        let mut ends = vec![0u32; langs.len()];
        for unit in units {
            let confidence = unit.confidence();
            let mut segments = Vec::with_capacity(unit.variants.len());
            let mut placed = vec![None; langs.len()];
            for variant in unit.variants {
                let Some(document) = langs.iter().position(|lang| *lang == variant.lang) else { continue };
                let (Some(end), Some(place)) = (ends.get_mut(document), placed.get_mut(document)) else { continue };
                *place = Some(*end);
                segments.push((document, *end, variant.said));
                *end = end.saturating_add(1);
            }
            bead(&mut part, &placed, confidence.unwrap_or(1.0), level);
            part.units.push(Kept { number: unit.number, said: unit.said, segments });
        }
        part.bitexts.retain(|bitext| bitext.beads.iter().any(Bead::is_aligned));
        let pair = |bitext: &Bitext| Pair::imported(&bitext.source, &bitext.target);
        part.pairs = part.bitexts.iter().map(pair).collect();
        part
    }

    /// Languages in the order of their documents: that which was translated first.
    fn order<'a>(&self, lang: &'a Lang) -> (bool, &'a Lang) {
        (self.header.source.as_ref() != Some(lang), lang)
    }

    /// The document of one language: its texts, a block each.
    fn document(&self, lang: &Lang, level: Level, number: u32, units: &[Unit]) -> Document {
        let mut document = Document { id: self.id(lang, level, number), revision: 1, ..Document::default() };
        for variant in units.iter().flat_map(|u| &u.variants).filter(|v| v.lang == *lang) {
            if !document.text.is_empty() {
                document.text.push_str("\n\n");
            }
            let start = document.text.len();
            document.text.push_str(&variant.text);
            let span = Span::new(start, document.text.len());
            let sentences = if level == Level::Sentence { vec![span] } else { vec![] };
            document.blocks.push(Block { sentences, ..Block::new(BlockKind::Paragraph, span) });
        }
        let (first, last) = (units.first().map_or(0, |u| u.number), units.last().map_or(0, |u| u.number));
        document.language = Identification { lang: lang.clone(), confidence: 1.0 };
        document.metadata = Metadata { declared_language: Some(lang.to_string()), ..Metadata::default() };
        // Not the hash of the file: it has parts, and bytes with one hash are one document to the store.
        document.provenance = Provenance {
            path: self.path.clone(),
            member: Some(format!("{lang} {}-{}", first.saturating_add(1), last.saturating_add(1))),
            fetched: self.header.created,
            bytes: document.text.len() as u64,
            encoding: self.header.encoding.to_owned(),
            ..Provenance::default()
        };
        document
    }

    /// A name by which the parts of a file come in their order: 8 digits for the file, the language and the level, 4 for the
    /// part.
    fn id(&self, lang: &Lang, level: Level, number: u32) -> String {
        let hash = blake3::hash(format!("{}\n{lang}\n{}", self.path, level.name()).as_bytes()).to_hex();
        format!("d{}{number:04x}", hash.get(..8).unwrap_or_default())
    }
}

/// Puts a unit into every bitext of which it has a side. `placed` is its segment in each document.
fn bead(part: &mut Part, placed: &[Option<u32>], confidence: f32, level: Level) {
    let mut bitexts = std::mem::take(&mut part.bitexts).into_iter();
    let count = placed.len();
    for source in 0..count {
        for target in source.saturating_add(1)..count {
            let name = |n: usize| part.documents.get(n).map(|d| d.id.clone()).unwrap_or_default();
            let mut bitext = bitexts.next().unwrap_or_else(|| Bitext {
                source: name(source),
                target: name(target),
                level,
                beads: Vec::new(),
            });
            let side = |n: usize| placed.get(n).copied().flatten().into_iter().collect::<Vec<u32>>();
            let (source, target) = (side(source), side(target));
            let is_aligned = !source.is_empty() && !target.is_empty();
            if !source.is_empty() || !target.is_empty() {
                let confidence = if is_aligned { confidence } else { 1.0 };
                bitext.beads.push(Bead { source, target, score: 0.0, confidence });
            }
            part.bitexts.push(bitext);
        }
    }
}
