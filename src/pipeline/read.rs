//! Pages become documents in the store: ingested, identified, segmented, and signed for pairing.

use super::{Knowledge, Options, Summary, Watch, input::Inputs};
use crate::error::Result;
use crate::model::{Document, Level, Page, Refusal};
use crate::represent::represent;
use crate::store::{Entry, Outcome, Store};
use crate::{ingest, pair, segment};
use rayon::prelude::*;

/// A page, or why there is none.
type Read = std::result::Result<Page, Refusal>;

/// A batch is full with so many pages, or so many bytes of them.
const PAGES: usize = 128;
const BYTES: usize = 32 << 20;

/// Makes the document of a page: main text and metadata, languages, sentences.
pub fn document(page: &Page, knowledge: Knowledge) -> std::result::Result<Document, Refusal> {
    let mut document = ingest::document(page, knowledge.languages)?;
    knowledge.identifier.document(&mut document);
    segment::document(&mut document, knowledge.languages);
    Ok(document)
}

/// What the store gets for a page.
fn entry(page: Read, knowledge: Knowledge) -> Entry {
    let (page, blake3) = match page {
        Ok(page) => {
            let blake3 = page.provenance.blake3.clone();
            (page, blake3)
        }
        Err(refusal) => return Entry::Refusal { refusal, blake3: String::new() },
    };
    match document(&page, knowledge) {
        Ok(document) => {
            let texts: Vec<&str> = document.segments(Level::Paragraph).iter().map(|s| s.of(&document.text)).collect();
            let lang = document.language.lang.as_str();
            let terms = represent(&texts, lang, knowledge.languages, knowledge.lexicon);
            let signature = pair::signature(&terms, document.metadata.published);
            Entry::Document { document, signature }
        }
        Err(refusal) => Entry::Refusal { refusal, blake3 },
    }
}

/// Reads all inputs into the store. Pages it knows are skipped before anything is read from them.
///
/// While one batch of pages is worked on in parallel, the one before is written.
pub fn read(store: &mut Store, inputs: &Inputs, options: &Options, watch: &impl Watch) -> Result<Summary> {
    watch.stage("reading", inputs.expected());
    let mut reading =
        Reading { store, options, watch, summary: Summary::default(), pages: vec![], bytes: 0, ready: vec![] };
    inputs.for_each(&mut |page| reading.take(page))?;
    reading.work()?;
    reading.work()?;
    Ok(reading.summary)
}

struct Reading<'a, W> {
    store: &'a mut Store,
    options: &'a Options,
    watch: &'a W,
    summary: Summary,
    /// Pages to work on.
    pages: Vec<Read>,
    bytes: usize,
    /// Entries to write.
    ready: Vec<Entry>,
}

impl<W: Watch> Reading<'_, W> {
    fn take(&mut self, page: Read) -> Result<()> {
        if let Ok(page) = &page {
            if self.store.knows(&page.provenance)? {
                self.summary.known += 1;
                self.watch.done(1);
                return Ok(());
            }
            self.bytes += page.bytes.len();
        }
        self.pages.push(page);
        if self.pages.len() >= PAGES || self.bytes >= BYTES { self.work() } else { Ok(()) }
    }

    /// Writes what is ready while it works on the pages, which are ready then.
    fn work(&mut self) -> Result<()> {
        let pages = std::mem::take(&mut self.pages);
        self.bytes = 0;
        let ready = std::mem::take(&mut self.ready);
        let refusals: Vec<Refusal> = ready
            .iter()
            .filter_map(|entry| match entry {
                Entry::Refusal { refusal, .. } => Some(refusal.clone()),
                Entry::Document { .. } => None,
            })
            .collect();
        let knowledge = self.options.knowledge;
        let store = &mut *self.store;
        let (entries, outcomes) = rayon::join(
            || pages.into_par_iter().with_max_len(1).map(|page| entry(page, knowledge)).collect(),
            || store.add(ready),
        );
        self.ready = entries;
        let outcomes = outcomes?;
        for outcome in &outcomes {
            match outcome {
                Outcome::Added | Outcome::Revised(_) => self.summary.new += 1,
                Outcome::Unchanged => self.summary.known += 1,
                Outcome::Refused => {}
            }
        }
        refusals.iter().for_each(|refusal| self.watch.refused(refusal));
        self.summary.refused.extend(refusals);
        self.watch.done(outcomes.len() as u64);
        Ok(())
    }
}
