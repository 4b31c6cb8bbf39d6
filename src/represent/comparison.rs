use super::{Representation, Similarity};

/// How much segments of two documents say the same, by all that their representations hold.
///
/// ```
/// use korpu::{language::Languages, represent::{Comparison, Lexicon, represent}};
/// let r = |segments: &[&str], lang| represent(segments, lang, Languages::bundled(), Lexicon::bundled());
/// let az = r(&["Bakıda 60 nəfər seçildi."], "az");
/// let en = r(&["The minister held talks in Tehran.", "In Baku 60 people were elected."], "en");
/// let comparison = Comparison::new(&az, &en);
/// let scores = comparison.scores(0);
/// assert!(scores[1] > scores[0] && scores[1] > 0.5);
/// ```
#[derive(Debug)]
pub struct Comparison<'a> {
    source: &'a Representation,
    target: &'a Representation,
    similarity: Similarity,
    directions: (Vec<f32>, Vec<f32>),
    /// The sum of the weights of each target segment.
    totals: Vec<f32>,
}

/// How much the cosine of the pooled vectors counts beside what the words cover.
const DIRECTION: f32 = 0.35;

impl<'a> Comparison<'a> {
    /// Prepares to compare the segments of two documents.
    pub fn new(source: &'a Representation, target: &'a Representation) -> Self {
        Comparison {
            similarity: Similarity::new(source, target, None),
            directions: (source.directions(), target.directions()),
            totals: target.segments.iter().map(|s| s.distinct().map(|t| target.weights[t as usize]).sum()).collect(),
            source,
            target,
        }
    }

    /// How much a source segment has in common with each target segment: what share of the weight of the words of either is
    /// found on the other side, and the cosine of the pooled vectors. About 0 for segments that have nothing to do with each
    /// other, towards 1 and a little beyond for translations.
    pub fn scores(&self, source: usize) -> Vec<f32> {
        let targets = self.target.segments.len();
        let Some(segment) = self.source.segments.get(source) else { return vec![0.0; targets] };
        let mut covered = vec![0.0f32; targets];
        let mut best = vec![0.0f32; targets];
        let mut total = 0.0;
        // By target term the best similarity of any word of the source segment.
        let mut facing: Vec<(u32, f32)> = Vec::new();
        for term in segment.distinct() {
            let weight = self.source.weights[term as usize];
            total += weight;
            let row = self.similarity.rows.of(term as usize);
            facing.extend_from_slice(row);
            let mut touched = Vec::new();
            for (other, s) in row {
                for place in self.target.places.of(*other as usize) {
                    let best = &mut best[*place as usize];
                    if *best == 0.0 {
                        touched.push(*place as usize);
                    }
                    *best = best.max(*s);
                }
            }
            touched.into_iter().for_each(|place| covered[place] += weight * std::mem::take(&mut best[place]));
        }
        let mut facing_covered = vec![0.0f32; targets];
        facing.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        facing.dedup_by_key(|f| f.0);
        for (other, s) in facing {
            for place in self.target.places.of(other as usize) {
                facing_covered[*place as usize] += self.target.weights[other as usize] * s;
            }
        }
        let share = |part: f32, whole: f32| if whole > 0.0 { part / whole } else { 0.0 };
        let score = |j: usize| {
            let shares = (share(covered[j], total), share(facing_covered[j], self.totals[j]));
            (shares.0 * shares.1).sqrt() * (1.0 - DIRECTION) + DIRECTION * self.cosine(source, j)
        };
        (0..targets).map(score).collect()
    }

    /// The cosine of the pooled vectors of two segments; 0 where one has none.
    fn cosine(&self, source: usize, target: usize) -> f32 {
        let dimensions = self.source.vectors.dimensions;
        if dimensions != self.target.vectors.dimensions {
            return 0.0;
        }
        let (a, b) = (&self.directions.0[source * dimensions..], &self.directions.1[target * dimensions..]);
        a[..dimensions].iter().zip(&b[..dimensions]).map(|(a, b)| a * b).sum()
    }
}
