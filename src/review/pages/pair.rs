use super::super::answer::{Answer, Frame, web};
use super::super::visit::Visit;
use super::segments::{Segment, segments};
use super::{Named, document};
use crate::decide::{self, verdict};
use crate::error::Result;
use crate::export::{Surety, moved};
use crate::model::{Bead, Bitext, Decision, Document, Held, Level, Mark, Pair};
use crate::store::{Listed, Store};
use askama::Template;

/// Two documents side by side, bead by bead, to look at and to correct.
#[derive(Template)]
#[template(path = "pair.html")]
struct Page<'a> {
    frame: Frame<'a>,
    heads: Vec<Head>,
    level: Level,
    post: String,
    /// Of the pair, where the two are one.
    pair: Option<Found>,
    note: String,
    grid: Grid<'a>,
    work: Option<String>,
}

/// The head of a column.
struct Head {
    document: Named,
    url: Option<String>,
}

/// Why two documents are a pair.
struct Found {
    kind: String,
    score: String,
    evidence: String,
}

/// The beads of two documents, in the order of the source.
#[derive(Template)]
#[template(path = "grid.html")]
pub(in super::super) struct Grid<'a> {
    w: &'a super::super::words::Words,
    rows: Vec<Row>,
    /// The number of the latest decision on the two.
    pub seen: u64,
    pub undo: bool,
    pub redo: bool,
    tally: [usize; 3],
    ladder: Vec<Rung>,
    ladder_height: usize,
    history: Vec<Entry>,
}

/// A bead.
struct Row {
    position: usize,
    /// The places of its segments, parted by commas.
    ids: [String; 2],
    /// How sure it is, as a class and as a sign.
    surety: &'static str,
    sign: &'static str,
    percent: String,
    shape: String,
    moved: bool,
    sides: [Vec<Segment>; 2],
    /// Who decided, and on which day.
    by: Option<(String, String)>,
    note: String,
}

impl Row {
    fn is_alone(&self) -> bool {
        self.sides.iter().any(Vec::is_empty)
    }
}

/// A line from a source segment to a target segment.
struct Rung {
    position: usize,
    from: usize,
    to: usize,
    moved: bool,
}

/// A decision in the history.
struct Entry {
    number: u64,
    reviewer: String,
    made: String,
    what: String,
    active: bool,
}

/// From one segment to the next on the ladder.
const STEP: usize = 7;
/// The history shows the latest.
const HISTORY: usize = 30;

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let (source, target) = (visit.param("source"), visit.param("target"));
    let (Some(a), Some(b)) = (store.document(source)?, store.document(target)?) else { return Ok(Answer::Nothing) };
    let level = if visit.asked("level") == Some("paragraph") { Level::Paragraph } else { Level::Sentence };
    let documents = [a, b];
    let decisions = store.decisions_on(source, target)?;
    let grid = grid(visit, store, &documents, level, &decisions)?;
    let mut heads = Vec::new();
    for document in &documents {
        let Some(listed) = store.listed(&document.id)? else { return Ok(Answer::Nothing) };
        let url = document.metadata.url.as_deref().or(document.provenance.url.as_deref());
        heads.push(Head { document: Named::new(listed), url: web(url) });
    }
    let pair = store.pairs_from(source)?.into_iter().find(|pair| pair.target == target);
    let found = |pair: Pair| Found {
        kind: document::kind(visit, &pair).to_owned(),
        score: format!("{:.2}", pair.score),
        evidence: pair.evidence.iter().map(|e| super::clean(e)).collect::<Vec<_>>().join(", "),
    };
    let note = verdict(&decisions).notes.into_iter().find(|(bead, _)| bead.is_none()).map(|(_, text)| text);
    let title = format!("{} | {}", heads[0].document.title, heads[1].document.title);
    let work = heads[0].document.work.clone().filter(|_| heads[0].document.work == heads[1].document.work);
    Answer::page(&Page {
        frame: visit.frame(title, "works"),
        heads,
        level,
        post: format!("/pairs/{source}/{target}/decisions"),
        pair: pair.map(found),
        note: note.unwrap_or_default(),
        grid,
        work,
    })
}

/// The page of two documents, whichever is the source: that with the smaller tag, or in one language with the smaller id.
pub(in super::super) fn between(visit: &Visit, store: &Store) -> Result<Answer> {
    let listed = |name: &str| store.listed(visit.asked(name).unwrap_or_default());
    let (Some(one), Some(other)) = (listed("one")?, listed("other")?) else { return Ok(Answer::Nothing) };
    if one.id == other.id {
        return Ok(Answer::Nothing);
    }
    let key = |listed: &Listed| (listed.lang.clone(), listed.id.clone());
    let (source, target) = if key(&one) < key(&other) { (one, other) } else { (other, one) };
    Ok(Answer::Elsewhere { location: format!("/pairs/{}/{}", source.id, target.id), language: None })
}

/// The beads as they are now, with the decisions on the two.
pub(in super::super) fn grid<'a>(
    visit: &'a Visit,
    store: &Store,
    documents: &[Document; 2],
    level: Level,
    decisions: &[Decision],
) -> Result<Grid<'a>> {
    let [source, target] = documents;
    let beads = store.bitext(&source.id, &target.id, level)?.map(|Bitext { beads, .. }| beads).unwrap_or_default();
    let marks = store.marks(&source.id, &target.id, level)?;
    let sides =
        [segments(source, level, &store.quotes(&source.id)?), segments(target, level, &store.quotes(&target.id)?)];
    let spans = [source.segments(level), target.segments(level)];
    let verdict = verdict(decisions);
    let moved = moved(&beads);
    let mut rows: Vec<Row> = Vec::with_capacity(beads.len());
    for (position, bead) in beads.iter().enumerate() {
        let is_this = |noted: &Option<Held>| {
            let noted = noted.as_ref().and_then(|held| held.among([&spans[0], &spans[1]]));
            noted.is_some_and(|noted| (&noted.source, &noted.target) == (&bead.source, &bead.target))
        };
        let note = verdict.notes.iter().find(|(noted, _)| is_this(noted));
        let mark = marks.get(position).and_then(Option::as_ref);
        rows.push(row(position, bead, mark, moved[position], &sides, note.map(|(_, text)| text.clone())));
    }
    let mut ladder = Vec::new();
    for (position, bead) in beads.iter().enumerate() {
        for from in &bead.source {
            for to in &bead.target {
                let y = |n: &u32| *n as usize * STEP + STEP / 2;
                ladder.push(Rung { position, from: y(from), to: y(to), moved: moved[position] });
            }
        }
    }
    let of = |keep: fn(&Row) -> bool| rows.iter().filter(|row| keep(row)).count();
    let active: Vec<u64> = decide::active(decisions).map(|decision| decision.number).collect();
    let entry = |decision: &Decision| Entry {
        number: decision.number,
        reviewer: super::clean(&decision.reviewer),
        made: decision.made.to_string(),
        what: super::decisions::what(visit.words(), &decision.act),
        active: active.contains(&decision.number),
    };
    Ok(Grid {
        w: visit.words(),
        seen: store.latest_between(&source.id, &target.id)?,
        undo: decide::to_undo(decisions).is_some(),
        redo: decide::to_redo(decisions).is_some(),
        tally: [of(|row| !row.is_alone()), of(Row::is_alone), of(|row| row.by.is_some())],
        ladder,
        ladder_height: sides[0].len().max(sides[1].len()).max(1) * STEP,
        history: decisions.iter().rev().take(HISTORY).map(entry).collect(),
        rows,
    })
}

fn row(
    position: usize,
    bead: &Bead,
    mark: Option<&Mark>,
    moved: bool,
    sides: &[Vec<Segment>; 2],
    note: Option<String>,
) -> Row {
    let (surety, sign) = match (mark, Surety::of(bead)) {
        (Some(_), _) => ("held", "✓"),
        (None, Surety::Sure) => ("sure", "●"),
        (None, Surety::Fair) => ("fair", "◐"),
        (None, Surety::Doubtful) => ("doubtful", "○"),
        (None, Surety::Alone) => ("alone", "∅"),
    };
    let ids = |ids: &[u32]| ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let side = |n: usize, ids: &[u32]| ids.iter().filter_map(|id| sides[n].get(*id as usize).cloned()).collect();
    Row {
        position,
        ids: [ids(&bead.source), ids(&bead.target)],
        surety,
        sign,
        percent: format!("{:.0}", (bead.confidence * 100.0).clamp(0.0, 100.0)),
        shape: bead.shape(),
        moved,
        sides: [side(0, &bead.source), side(1, &bead.target)],
        by: mark.map(|mark| (super::clean(&mark.reviewer), super::day(&mark.made.to_string()))),
        note: note.unwrap_or_default(),
    }
}
