use super::super::answer::{Answer, Frame, web};
use super::super::visit::Visit;
use super::Named;
use super::segments::{Segment, segments};
use crate::error::Result;
use crate::model::{Document, Level};
use crate::store::Store;
use askama::Template;

/// A work: its versions as columns, what says the same in one row.
#[derive(Template)]
#[template(path = "work.html")]
struct Page<'a> {
    frame: Frame<'a>,
    id: String,
    level: Level,
    /// All versions, with whether they are shown.
    versions: Vec<Version>,
    heads: Vec<Named>,
    rows: Vec<Vec<Cell>>,
    pairs: Vec<(String, String)>,
}

/// The segments of one version in a row.
struct Cell {
    segments: Vec<Segment>,
    /// Where its bead with another version is corrected.
    address: Option<String>,
}

struct Version {
    document: Named,
    shown: bool,
    url: Option<String>,
}

/// Columns stand beside each other while they can be read.
const COLUMNS: usize = 4;

/// A bead joins its sides in one row from this confidence on: below, it is as likely wrong as right.
const JOINED: f32 = 0.5;

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let id = visit.param("id");
    let ids = store.work(id)?;
    if ids.is_empty() {
        return Ok(Answer::Nothing);
    }
    let level = if visit.asked("level") == Some("paragraph") { Level::Paragraph } else { Level::Sentence };
    let chosen: Vec<&str> = visit.asked("show").map(|show| show.split(',').collect()).unwrap_or_default();
    let wanted = |n: usize, id: &String| if chosen.is_empty() { n < COLUMNS } else { chosen.contains(&id.as_str()) };
    let (mut versions, mut shown) = (Vec::new(), Vec::new());
    for (n, id) in ids.iter().enumerate() {
        let (Some(listed), Some(document)) = (store.listed(id)?, store.document(id)?) else { continue };
        let is_shown = wanted(n, id);
        let url = document.metadata.url.as_deref().or(document.provenance.url.as_deref());
        versions.push(Version { document: Named::new(listed), shown: is_shown, url: web(url) });
        shown.extend(is_shown.then_some(document));
    }
    let (rows, pairs_of) = rows(store, &shown, level)?;
    let head = |document: &Document| store.listed(&document.id);
    let heads: Vec<Named> =
        shown.iter().map(head).collect::<Result<Vec<_>>>()?.into_iter().flatten().map(Named::new).collect();
    let lang = |id: &String| {
        heads.iter().find(|h| h.id == *id).map(|h| format!("{} {}", h.lang, h.outlet)).unwrap_or_default()
    };
    let pairs =
        pairs_of.iter().map(|[a, b]| (format!("/pairs/{a}/{b}"), format!("{} – {}", lang(a), lang(b)))).collect();
    let rows = if level == Level::Sentence { cells(rows, &shown, &pairs_of) } else { cells(rows, &shown, &[]) };
    let title = versions.first().map(|version| version.document.title.clone()).unwrap_or_default();
    Answer::page(&Page { frame: visit.frame(title, "works"), id: id.to_owned(), level, versions, heads, rows, pairs })
}

/// The rows of a table of documents: segments that beads join, whichever two documents those are of, stand in one row. Rows are in the
/// order of the first document; what others have more follows what stands before it there. Also the pairs among the documents.
#[expect(clippy::type_complexity, reason = "rows of cells of segments")]
fn rows(store: &Store, documents: &[Document], level: Level) -> Result<(Vec<Vec<Vec<Segment>>>, Vec<[String; 2]>)> {
    let column = |document: &Document| Ok(segments(document, level, &store.quotes(&document.id)?));
    let columns: Vec<Vec<Segment>> = documents.iter().map(column).collect::<Result<_>>()?;
    let offsets: Vec<usize> =
        columns.iter().scan(0, |sum, column| Some(std::mem::replace(sum, *sum + column.len()))).collect();
    let total: usize = columns.iter().map(Vec::len).sum();
    let mut parent: Vec<usize> = (0..total).collect();
    let mut pairs = Vec::new();
    for (a, source) in documents.iter().enumerate() {
        for (b, target) in documents.iter().enumerate() {
            let Some(bitext) = store.bitext(&source.id, &target.id, level)? else { continue };
            pairs.push([bitext.source, bitext.target]);
            for bead in bitext.beads.iter().filter(|bead| bead.is_aligned() && bead.confidence >= JOINED) {
                let places = bead.source.iter().map(|n| (a, *n)).chain(bead.target.iter().map(|n| (b, *n)));
                let known = places.filter(|(column, n)| (*n as usize) < columns[*column].len());
                let places: Vec<usize> = known.map(|(column, n)| offsets[column] + n as usize).collect();
                for pair in places.windows(2) {
                    let (x, y) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
                    parent[x.max(y)] = x.min(y);
                }
            }
        }
    }
    // The first segment of a row is its smallest, so that a row stands where its first column has it.
    let mut rows: Vec<(usize, Vec<Vec<Segment>>)> = Vec::new();
    let mut row_of: Vec<Option<usize>> = vec![None; total];
    for (column, segments) in columns.into_iter().enumerate() {
        let mut before: Option<usize> = None;
        for (n, segment) in segments.into_iter().enumerate() {
            let first = root(&mut parent, offsets[column] + n);
            let at = match row_of[first] {
                Some(key) => rows.iter().position(|(k, _)| *k == key).unwrap_or(rows.len()),
                None => {
                    let at = before.and_then(|key| rows.iter().position(|(k, _)| *k == key)).map_or(0, |at| at + 1);
                    let at = if column == 0 { rows.len() } else { at };
                    rows.insert(at, (first, vec![Vec::new(); documents.len()]));
                    row_of[first] = Some(first);
                    at
                }
            };
            rows[at].1[column].push(segment);
            before = Some(first);
        }
    }
    Ok((rows.into_iter().map(|(_, row)| row).collect(), pairs))
}

/// The cells of rows. Each leads to the pair of its version with the first other one in the row that it was aligned with, or with any
/// where there is none.
fn cells(rows: Vec<Vec<Vec<Segment>>>, documents: &[Document], pairs: &[[String; 2]]) -> Vec<Vec<Cell>> {
    let address = |column: usize, row: &[Vec<Segment>]| -> Option<String> {
        let first = row[column].first()?;
        let with = |other: &usize| {
            let (a, b) = (&documents[column].id, &documents[*other].id);
            pairs.iter().find_map(|[source, target]| match (source == a && target == b, source == b && target == a) {
                (true, _) => Some(format!("/pairs/{a}/{b}?s={}", first.n)),
                (_, true) => Some(format!("/pairs/{b}/{a}?t={}", first.n)),
                _ => None,
            })
        };
        let (there, elsewhere): (Vec<usize>, Vec<usize>) =
            (0..documents.len()).filter(|n| *n != column).partition(|n| !row[*n].is_empty());
        there.iter().chain(&elsewhere).find_map(with)
    };
    let row = |row: Vec<Vec<Segment>>| {
        let addresses: Vec<Option<String>> = (0..row.len()).map(|column| address(column, &row)).collect();
        row.into_iter().zip(addresses).map(|(segments, address)| Cell { segments, address }).collect()
    };
    rows.into_iter().map(row).collect()
}

/// The smallest of those joined with a segment.
fn root(parent: &mut [usize], mut n: usize) -> usize {
    while parent[n] != n {
        parent[n] = parent[parent[n]];
        n = parent[n];
    }
    n
}
