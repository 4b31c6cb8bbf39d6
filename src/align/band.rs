use crate::represent::{Representation, Similarity};

/// The cells (source position, target position) that an alignment may pass through: for each source segment a range of
/// target segments. Short documents have all of them.
#[derive(Debug)]
pub(super) struct Band {
    /// First target segment of each row.
    low: Vec<u32>,
    /// One past the last target segment of each row.
    high: Vec<u32>,
    /// Where each row begins in storage; one more than there are rows.
    offset: Vec<usize>,
    /// The rows that reach each target segment: the first, and one past the last.
    columns: Vec<(u32, u32)>,
}

/// Documents with at most so many cells are aligned exactly.
const EXACT: usize = 250_000;

/// Half the width of the band of a long document, in target segments; of a very long one what keeps it to so many cells, but not less than
/// the least: a cell takes 190 bytes.
const REACH: usize = 96;
const LEAST_REACH: usize = 24;
const CELLS: usize = 4_000_000;

impl Band {
    pub fn new(source: &Representation, target: &Representation, similarity: &Similarity) -> Band {
        let (n, m) = (source.segments.len(), target.segments.len());
        if n * m <= EXACT {
            return Band::from_rows((0..n).map(|_| (0, m)));
        }
        let reach = (CELLS / 2 / n).clamp(LEAST_REACH, REACH);
        let centre = course(source, target, similarity);
        Band::from_rows((0..n).map(|i| {
            let (a, b) = (centre[i], centre[i + 1]);
            (a.min(b).saturating_sub(reach), (a.max(b) + reach + 1).min(m))
        }))
    }

    pub fn from_rows(rows: impl Iterator<Item = (usize, usize)>) -> Band {
        let mut band = Band { low: vec![], high: vec![], offset: vec![0], columns: vec![] };
        for (low, high) in rows {
            band.low.push(low as u32);
            band.high.push(high as u32);
            band.offset.push(band.offset[band.offset.len() - 1] + high - low);
            let row = band.low.len() as u32 - 1;
            let reached = band.columns.len().max(high);
            band.columns.resize(reached, (u32::MAX, 0));
            for (first, last) in &mut band.columns[low..high] {
                (*first, *last) = ((*first).min(row), row + 1);
            }
        }
        band
    }

    /// The band with its sides exchanged. Where it bends, it has cells more.
    pub fn transposed(&self) -> Band {
        Band::from_rows(
            (0..self.columns.len()).map(|j| (self.column(j).start.min(self.column(j).end), self.column(j).end)),
        )
    }

    /// What is kept by the cells of the band with its sides exchanged, by the cells of this one.
    pub fn turned<T: Copy>(&self, other: &Band, values: &[T], none: T) -> Vec<T> {
        let mut turned = vec![none; self.cells()];
        for i in 0..self.sources() {
            for (j, value) in self.row(i).zip(&mut turned[self.offset[i]..]) {
                *value = other.cell(j, i).map_or(none, |cell| values[cell]);
            }
        }
        turned
    }

    /// How many cells it has.
    pub fn cells(&self) -> usize {
        self.offset[self.low.len()]
    }

    /// How many cells there are before a row.
    #[inline]
    pub fn offset(&self, i: usize) -> usize {
        self.offset[i]
    }

    /// How many source segments.
    pub fn sources(&self) -> usize {
        self.low.len()
    }

    /// Where the cell of two segments is stored, if it is in the band.
    #[inline]
    pub fn cell(&self, i: usize, j: usize) -> Option<usize> {
        let (low, high) = (*self.low.get(i)? as usize, self.high[i] as usize);
        (low <= j && j < high).then(|| self.offset[i] + j - low)
    }

    /// The rows between which all that reach a target segment lie.
    #[inline]
    pub fn column(&self, j: usize) -> std::ops::Range<usize> {
        self.columns.get(j).map_or(0..0, |c| c.0 as usize..c.1 as usize)
    }

    /// The target segments of a row.
    #[inline]
    pub fn row(&self, i: usize) -> std::ops::Range<usize> {
        self.low[i] as usize..self.high[i] as usize
    }
}

/// The likely course of the alignment of long documents: for each source position a target position.
///
/// Terms that are rare on both sides vote for a pair of segments; the heaviest increasing chain of the pairs with most
/// votes gives fixed points (longest increasing subsequence by weight, over a Fenwick tree), and the course runs
/// straight between them.
fn course(source: &Representation, target: &Representation, similarity: &Similarity) -> Vec<usize> {
    let (n, m) = (source.segments.len(), target.segments.len());
    let (places_a, places_b) = (&source.places, &target.places);
    let mut votes: Vec<(u32, u32, f32)> = Vec::new();
    for (a, row) in similarity.rows.iter().enumerate() {
        for &(b, s) in row {
            let (pa, pb) = (places_a.of(a), places_b.of(b as usize));
            let pairs = pa.len() * pb.len();
            if s >= 0.5 && pairs > 0 && pairs <= 16 {
                votes.extend(pa.iter().flat_map(|i| pb.iter().map(move |j| (*i, *j, s / pairs as f32))));
            }
        }
    }
    votes.sort_unstable_by_key(|v| (v.0, v.1));
    votes.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 += next.2;
        }
        same
    });
    votes.retain(|v| v.2 >= 1.0);
    let chain = heaviest_chain(&votes, m);
    let mut centre = Vec::with_capacity(n + 1);
    let mut before = (0, 0);
    for point in chain.into_iter().chain([(n, m)]) {
        let (rows, columns) = (point.0 - before.0, point.1 - before.1);
        centre.extend((0..rows).map(|k| before.1 + columns * k / rows.max(1)));
        before = point;
    }
    centre.push(m);
    centre
}

/// The chain of points, increasing on both sides, with the largest sum of weights. Points are sorted by row, then column.
fn heaviest_chain(points: &[(u32, u32, f32)], columns: usize) -> Vec<(usize, usize)> {
    // best[c]: the heaviest chain that ends in a column before c, as (weight, point); a Fenwick tree of maxima.
    let mut best = vec![(0.0f32, usize::MAX); columns + 2];
    let mut back = vec![usize::MAX; points.len()];
    let mut start = 0;
    while start < points.len() {
        let end = start + points[start..].iter().take_while(|p| p.0 == points[start].0).count();
        let found: Vec<(f32, usize)> = (start..end)
            .map(|k| {
                let (mut top, mut c) = ((0.0, usize::MAX), points[k].1 as usize);
                while c > 0 {
                    if best[c].0 > top.0 {
                        top = best[c];
                    }
                    c &= c - 1;
                }
                back[k] = top.1;
                (top.0 + points[k].2, k)
            })
            .collect();
        for (weight, k) in found {
            let mut c = points[k].1 as usize + 1;
            while c < best.len() {
                if weight > best[c].0 {
                    best[c] = (weight, k);
                }
                c += c & c.wrapping_neg();
            }
        }
        start = end;
    }
    let mut at = best.iter().fold((0.0, usize::MAX), |top, b| if b.0 > top.0 { *b } else { top }).1;
    let mut chain = Vec::new();
    while let Some(point) = points.get(at) {
        chain.push((point.0 as usize, point.1 as usize));
        at = back[at];
    }
    chain.reverse();
    chain
}
