use crate::model::{Feature, Moment, Signature};
use crate::represent::{Representation, Term};
use rustc_hash::FxHashMap;

/// A signature holds no more features.
const MOST: usize = 256;

/// Values of a MinHash; the error of the resemblance is about 1 / sqrt(64).
const HASHES: usize = 64;

/// What kind a feature is of: told by the lowest bits of its hash, because each kind has its own rarity.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number = 0,
    Name = 1,
    Concept = 2,
}

impl Kind {
    fn of(hash: u64) -> Kind {
        match hash & 3 {
            0 => Kind::Number,
            1 => Kind::Name,
            _ => Kind::Concept,
        }
    }

    /// The share of documents that hold a feature of this kind, before any were seen. Small collections need it: two
    /// documents alone cannot show what is rare.
    fn prior(self) -> f32 {
        match self {
            Kind::Number => 0.04,
            Kind::Name => 0.02,
            Kind::Concept => 0.10,
        }
    }
}

/// The prior counts as much as so many documents.
const PRIOR_DOCUMENTS: f32 = 30.0;

/// The signature of a document, from its segments in terms and the day of its publication.
pub fn signature(document: &Representation, published: Option<Moment>) -> Signature {
    let mut counts = vec![0u32; document.terms.len()];
    for term in document.segments.iter().flat_map(|s| &s.terms) {
        counts[*term as usize] += 1;
    }
    let mut weights: FxHashMap<u64, f32> = FxHashMap::default();
    for (term, count) in document.terms.iter().zip(counts) {
        for hash in features(term) {
            *weights.entry(hash).or_default() += count as f32;
        }
    }
    let mut features: Vec<Feature> =
        weights.into_iter().map(|(hash, count)| Feature { hash, weight: 1.0 + count.ln() }).collect();
    // The rarest kinds first, then what the document says most often; the hash settles ties.
    let rank = |f: &Feature| f.weight * rarity(f.hash, 0, 0);
    features.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.hash.cmp(&b.hash)));
    features.truncate(MOST);
    features.sort_by_key(|f| f.hash);
    Signature { day: published.map(Moment::day_number), features, minhash: minhash(document) }
}

/// A word is no name, and its group says little, if it is among so many of the commonest.
const COMMON: f32 = 300.0;

/// The features of a term: a number of two digits or more; its concepts, or else the head of its skeleton; and its group.
fn features(term: &Term) -> Vec<u64> {
    if term.number {
        return if term.word.len() > 1 { vec![hash(&term.word, Kind::Number)] } else { Vec::new() };
    }
    let rare = term.rank >= COMMON;
    // A word of many meanings says little.
    let few = &term.concepts[..term.concepts.len().min(2)];
    let mut features: Vec<u64> = few.iter().map(|c| hash(&c.to_string(), Kind::Concept)).collect();
    if features.is_empty() && rare && term.skeleton.len() >= 4 {
        let head = term.skeleton.get(..term.skeleton.len().min(6)).unwrap_or_default();
        features.push(hash(head, Kind::Name));
    }
    features.extend(term.group.filter(|_| rare).map(|group| hash(&format!("~{group}"), Kind::Concept)));
    features
}

/// A stable hash with the kind in its lowest bits (FNV-1a).
fn hash(text: &str, kind: Kind) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    hash & !3 | kind as u64
}

/// How much it says that two documents share a feature: the logarithm of its inverse document frequency, with the prior
/// of its kind.
pub(super) fn rarity(feature: u64, frequency: u32, documents: usize) -> f32 {
    let holding = frequency as f32 + Kind::of(feature).prior() * PRIOR_DOCUMENTS;
    ((documents as f32 + PRIOR_DOCUMENTS) / holding).ln().max(0.0)
}

/// How alike two documents are, 0 to 1: the cosine of their features, each weighed by the square of its `rarity`
/// (hash -> weight), so that what few documents share counts most.
pub fn similarity(a: &Signature, b: &Signature, rarity: impl Fn(u64) -> f32) -> f32 {
    let weight = |f: &Feature| f.weight * rarity(f.hash).powi(2);
    let norm = |s: &Signature| s.features.iter().map(|f| weight(f).powi(2)).sum::<f32>().sqrt();
    let mut shared = 0.0;
    let mut others = b.features.iter().peekable();
    for f in &a.features {
        while others.next_if(|o| o.hash < f.hash).is_some() {}
        if let Some(o) = others.next_if(|o| o.hash == f.hash) {
            shared += weight(f) * weight(o);
        }
    }
    let norms = norm(a) * norm(b);
    if norms > 0.0 { (shared / norms).min(1.0) } else { 0.0 }
}

/// MinHash of the shingles of three words; empty where there are fewer than 20.
fn minhash(document: &Representation) -> Vec<u32> {
    let words: Vec<u64> = document
        .segments
        .iter()
        .flat_map(|s| &s.terms)
        .map(|t| hash(&document.terms[*t as usize].word, Kind::Concept))
        .collect();
    if words.len() < 22 {
        return Vec::new();
    }
    let mut least = vec![u32::MAX; HASHES];
    for shingle in words.windows(3) {
        let joined = shingle.iter().fold(0u64, |h, w| (h.rotate_left(21) ^ w).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for (k, least) in (1u64..).zip(&mut least) {
            let mixed = (joined ^ (joined >> 31)).wrapping_mul(k.wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1);
            *least = (*least).min((mixed >> 32) as u32);
        }
    }
    least
}

/// The share of shingles that two documents have in common, by their MinHashes; 0 where one is too short to tell.
pub(super) fn resemblance(a: &Signature, b: &Signature) -> f32 {
    if a.minhash.len() != b.minhash.len() || a.minhash.is_empty() {
        return 0.0;
    }
    let same = a.minhash.iter().zip(&b.minhash).filter(|(a, b)| a == b).count();
    same as f32 / a.minhash.len() as f32
}
