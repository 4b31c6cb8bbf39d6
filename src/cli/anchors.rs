use super::output;
use crate::evaluate::parse_ladder;
use crate::model::{Bead, Document, Level};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::Path;

/// The beads in a file of anchors: a ladder, or lines of the source with those of the target they belong to.
pub(super) fn read(path: &Path, source: &Document, target: &Document) -> Result<Vec<Bead>> {
    let text = output::read_text(path)?;
    let beads = if text.trim_start().starts_with('[') {
        let ladder = parse_ladder(&text).map_err(anyhow::Error::msg).with_context(|| path.display().to_string())?;
        ladder.into_iter().enumerate().map(|(n, (s, t))| (n + 1, s, t)).collect()
    } else {
        lines(&text, path, source, target)?
    };
    let mut taken = [BTreeSet::new(), BTreeSet::new()];
    for (n, s, t) in &beads {
        for ((ids, document), taken) in [(s, source), (t, target)].into_iter().zip(&mut taken) {
            let count = document.segments(Level::Sentence).len();
            for id in ids {
                if *id as usize >= count {
                    bail!(
                        "{} anchor {n}: {} has no line {id}; it has {count}, counted from 0",
                        path.display(),
                        document.id
                    );
                }
                if !taken.insert(*id) {
                    bail!("{} anchor {n}: line {id} of {} stands in two anchors", path.display(), document.id);
                }
            }
        }
    }
    let bead = |(_, mut source, mut target): Numbered| {
        source.sort_unstable();
        target.sort_unstable();
        Bead { source, target, score: 0.0, confidence: 1.0 }
    };
    Ok(beads.into_iter().map(bead).collect())
}

/// The place of an anchor in its file, and its segments.
type Numbered = (usize, Vec<u32>, Vec<u32>);

/// Pairs of lines, each told by its text, which must be there once.
fn lines(text: &str, path: &Path, source: &Document, target: &Document) -> Result<Vec<Numbered>> {
    let place = |line: &str, document: &Document, n: usize| -> Result<u32> {
        let segments = document.segments(Level::Sentence);
        let mut found = (0..).zip(&segments).filter(|(_, span)| span.of(&document.text) == line.trim());
        match (found.next(), found.next()) {
            (Some((id, _)), None) => Ok(id),
            (None, _) => bail!("{} line {n}: {} has no line {:?}", path.display(), document.id, line.trim()),
            _ => bail!("{} line {n}: {} has the line {:?} more than once", path.display(), document.id, line.trim()),
        }
    };
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| {
            let Some((a, b)) = line.split_once('\t') else {
                bail!("{} line {n}: neither a bead like [0]:[0] nor two lines with a tab between", path.display());
            };
            Ok((n, vec![place(a, source, n)?], vec![place(b, target, n)?]))
        })
        .collect()
}
