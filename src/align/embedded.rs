//! The evidence of sentence embeddings: how much closer two blocks are in meaning than texts that have nothing to do with each other.

use super::{
    band::Band,
    evidence::{LARGEST, SHAPES},
    nearest::Nearest,
    pooled::{dot, lengths},
    weights::{COUNT, at},
};
use crate::represent::Representation;

/// The vectors of a document's blocks, from any encoder: what is alike in meaning points the same way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embedded {
    /// How many numbers a vector has.
    pub dimensions: usize,
    /// By number of segments less 1: the vectors, of unit length, of all blocks of so many consecutive segments, one after the
    /// other. Of larger blocks than there are here the sum over their segments is taken.
    pub blocks: Vec<Vec<f32>>,
}

/// How many segments a block should have at most to be encoded as one text. Two take thrice the time of one, and help only where the
/// words of a language are not known: then edited news gain .004 and German-French prose .006 strict F1; else nothing.
pub fn largest_encoded(source: &Representation, target: &Representation) -> usize {
    if source.is_known() && target.is_known() { 1 } else { 2 }
}

/// How close every block of one side is to every block of the other.
pub(super) struct Meaning<'a> {
    band: &'a Band,
    /// By shape, by cell: 0 as close as any two blocks, 1 the same.
    closeness: Vec<Vec<f32>>,
    nearest: Nearest,
}

/// Beyond this, closeness counts anew.
const CLOSE: f32 = 0.5;

impl<'a> Meaning<'a> {
    pub fn new(source: &Embedded, target: &Embedded, band: &'a Band) -> Option<Meaning<'a>> {
        let dimensions = source.dimensions;
        let (a, b) = (source.blocks.first()?, target.blocks.first()?);
        if dimensions == 0 || dimensions != target.dimensions {
            return None;
        }
        let (n, m) = (a.len() / dimensions, b.len() / dimensions);
        let sums = Sums::new(a, b, dimensions, band);
        let closeness: Vec<Vec<f32>> = SHAPES
            .into_iter()
            .map(|(p, q)| {
                let measured = source.blocks.get(p - 1).zip(target.blocks.get(q - 1)).filter(|_| (p, q) != (1, 1));
                let mut cosines = vec![0.0; band.cells()];
                for_each(band, (n, m), (p, q), |i, j, cell| {
                    cosines[cell] = match measured {
                        Some((a, b)) => dot(&a[i * dimensions..][..dimensions], &b[j * dimensions..][..dimensions]),
                        None => sums.cosine(i, j, (p, q)),
                    };
                });
                relative(&mut cosines, band, (n, m), (p, q));
                cosines
            })
            .collect();
        let nearest = Nearest::new(band, m, |i, j| band.cell(i, j).map_or(0.0, |cell| closeness[0][cell]));
        Some(Meaning { band, closeness, nearest })
    }

    /// Sets the features of a bead.
    pub fn bead(&self, i: usize, j: usize, shape: usize, features: &mut [f32; COUNT]) {
        let (p, q) = SHAPES[shape];
        let Some(close) = self.close(i, j, (p, q)) else { return };
        let segments = (p + q) as f32 / 2.0;
        let rival = close - self.nearest.rival(i, j, (p, q));
        features[at::MEANING] = close * segments;
        features[at::MEANING + 1] = (close - CLOSE).max(0.0) * segments;
        features[at::MEANING_BETTER] = rival.max(0.0) * segments;
        features[at::MEANING_WORSE] = rival.min(0.0) * segments;
        if p + q > 2 {
            let part = |x, y, size: (usize, usize)| if size.0 * size.1 > 0 { self.close(x, y, size) } else { None };
            let sources = (i..i + p).filter_map(|x| self.close(x, j, (1, q)));
            let targets = (j..j + q).filter_map(|y| self.close(i, y, (p, 1)));
            features[at::WEAKEST] = sources.chain(targets).fold(1.0, f32::min);
            let parts = [
                part(i, j, (p - 1, q)),
                part(i + 1, j, (p - 1, q)),
                part(i, j, (p, q - 1)),
                part(i, j + 1, (p, q - 1)),
            ];
            let best = parts.into_iter().flatten().fold(f32::MIN, f32::max);
            features[at::JOINED] = if best > f32::MIN { close - best } else { 0.0 };
        }
    }

    /// The closeness of segments to the nearest on the other side.
    pub fn nearest(&self) -> &Nearest {
        &self.nearest
    }

    fn close(&self, i: usize, j: usize, size: (usize, usize)) -> Option<f32> {
        let shape = SHAPES.iter().position(|s| *s == size)?;
        self.band.cell(i, j).map(|cell| self.closeness[shape][cell])
    }
}

/// Every cell of the band where a bead of a size fits.
fn for_each(band: &Band, (n, m): (usize, usize), (p, q): (usize, usize), mut each: impl FnMut(usize, usize, usize)) {
    for i in 0..(n + 1).saturating_sub(p) {
        for j in band.row(i).start..band.row(i).end.min((m + 1).saturating_sub(q)) {
            if let Some(cell) = band.cell(i, j) {
                each(i, j, cell);
            }
        }
    }
}

/// Turns cosines into closeness. Encoders differ in how alike they make what has nothing in common, and so do texts: what is
/// usual for the blocks of a bead, the mean of their cosines with all others but the nearest, becomes 0 (after vecalign, Thompson and
/// Koehn 2019, which divides by it).
fn relative(cosines: &mut [f32], band: &Band, size: (usize, usize), shape: (usize, usize)) {
    let mut rows = vec![Usual::default(); size.0];
    let mut columns = vec![Usual::default(); size.1];
    for_each(band, size, shape, |i, j, cell| {
        rows[i].add(cosines[cell]);
        columns[j].add(cosines[cell]);
    });
    for_each(band, size, shape, |i, j, cell| {
        let usual = match (rows[i].mean(), columns[j].mean()) {
            (Some(row), Some(column)) => (row + column) / 2.0,
            (row, column) => row.or(column).unwrap_or(0.0),
        };
        cosines[cell] = ((cosines[cell] - usual) / (1.0 - usual).max(0.01)).clamp(-1.0, 1.0);
    });
}

/// The mean of cosines without the largest.
#[derive(Clone, Copy, Debug, Default)]
struct Usual {
    sum: f32,
    count: u32,
    largest: f32,
}

impl Usual {
    fn add(&mut self, cosine: f32) {
        self.sum += cosine;
        self.count += 1;
        self.largest = if self.count == 1 { cosine } else { self.largest.max(cosine) };
    }

    fn mean(self) -> Option<f32> {
        (self.count > 1).then(|| (self.sum - self.largest) / (self.count - 1) as f32)
    }
}

/// The cosines of sums of segments.
struct Sums<'a> {
    band: &'a Band,
    /// Running sums of the dot products along each row of the band: one more than a row has cells.
    dots: Vec<f32>,
    /// By segment, by number of segments less 1: the length of the block's sum.
    lengths: (Vec<[f32; LARGEST]>, Vec<[f32; LARGEST]>),
}

impl<'a> Sums<'a> {
    fn new(a: &[f32], b: &[f32], dimensions: usize, band: &'a Band) -> Sums<'a> {
        let mut dots = Vec::with_capacity(band.cells() + band.sources());
        for (i, x) in a.chunks_exact(dimensions).enumerate() {
            let mut sum = 0.0;
            dots.push(sum);
            for j in band.row(i) {
                sum += dot(x, &b[j * dimensions..][..dimensions]);
                dots.push(sum);
            }
        }
        Sums { band, dots, lengths: (lengths(a, dimensions), lengths(b, dimensions)) }
    }

    /// What lies outside the band counts nothing.
    fn cosine(&self, i: usize, j: usize, (p, q): (usize, usize)) -> f32 {
        let mut dot = 0.0;
        for x in i..i + p {
            let row = self.band.row(x);
            let (from, to) = (j.clamp(row.start, row.end) - row.start, (j + q).clamp(row.start, row.end) - row.start);
            let at = self.band.offset(x) + x;
            dot += self.dots[at + to] - self.dots[at + from];
        }
        let lengths = self.lengths.0[i][p - 1] * self.lengths.1[j][q - 1];
        if lengths > 1e-6 { dot / lengths } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Completeness, Config, Known, align};
    use crate::language::Languages;
    use crate::represent::{Lexicon, represent};

    /// The shapes found between texts that say nothing, whose vectors are these (each made longer by a common part, as encoders do).
    fn check(source: &[[f32; 4]], target: &[[f32; 4]], expected: &[(&[u32], &[u32])]) {
        let side = |vectors: &[[f32; 4]], texts: [&'static str; 4]| {
            let texts = &texts[..vectors.len()];
            let vectors = vectors.iter().flat_map(|v| {
                let length = (1.0 + v.iter().map(|x| x * x).sum::<f32>()).sqrt();
                [1.0, v[0], v[1], v[2], v[3]].map(|x| x / length)
            });
            let embedded = Embedded { dimensions: 5, blocks: vec![vectors.collect()] };
            (represent(texts, "und", Languages::bundled(), Lexicon::bundled()), embedded)
        };
        let ((a, source), (b, target)) = (side(source, NOTHING), side(target, NO_MORE));
        let config = Config { completeness: Completeness::Partial, ..Config::default() };
        let known = Known { embedded: Some([&source, &target]), ..Known::default() };
        let beads = align(&a, &b, &config, known);
        let found: Vec<(&[u32], &[u32])> = beads.iter().map(|b| (&b.source[..], &b.target[..])).collect();
        assert_eq!(found, expected);
    }

    const NOTHING: [&str; 4] = [
        "Bado kefu limo ranu sipo teva.",
        "Gulo nami pesk ruda hofe jila.",
        "Vosa dreb kimu falo nuti zegi.",
        "Moru sako pilde wefi nabu goti.",
    ];
    const NO_MORE: [&str; 4] = [
        "Xyrt qwol phind vurs thock elm.",
        "Chux oaven briyt skwad nolph um.",
        "Yeld squa thrimp jorv uckle ibb.",
        "Wrok zhenn plux yothe quib ast.",
    ];

    const ONE: [f32; 4] = [1.0, 0.0, 0.0, 0.0];
    const TWO: [f32; 4] = [0.0, 1.0, 0.0, 0.0];
    const THREE: [f32; 4] = [0.0, 0.0, 1.0, 0.0];
    const FOUR: [f32; 4] = [0.0, 0.0, 0.0, 1.0];

    #[test]
    fn what_vectors_say_decides_where_words_say_nothing() {
        check(&[ONE, TWO, THREE], &[ONE, TWO, THREE], &[(&[0], &[0]), (&[1], &[1]), (&[2], &[2])]);
        let four = [ONE, TWO, THREE, FOUR];
        check(&four, &[ONE, TWO, FOUR], &[(&[0], &[0]), (&[1], &[1]), (&[2], &[]), (&[3], &[2])]);
        check(&[ONE, TWO, FOUR], &four, &[(&[0], &[0]), (&[1], &[1]), (&[], &[2]), (&[2], &[3])]);
    }

    #[test]
    fn a_bead_of_the_meaning_of_both_its_segments_is_joined() {
        let both = [0.0, 0.7, 0.7, 0.0];
        check(&[ONE, both, FOUR], &[ONE, TWO, THREE, FOUR], &[(&[0], &[0]), (&[1], &[1, 2]), (&[2], &[3])]);
    }

    #[test]
    fn closeness_does_not_depend_on_how_alike_everything_is() {
        let mut cosines = vec![0.9, 0.8, 0.8, 0.9];
        let band = crate::align::band::Band::from_rows([(0, 2), (0, 2)].into_iter());
        relative(&mut cosines, &band, (2, 2), (1, 1));
        assert!((cosines[0] - 0.5).abs() < 1e-5 && cosines[1].abs() < 1e-5, "{cosines:?}");
    }
}
