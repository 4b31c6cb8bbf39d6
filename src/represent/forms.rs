//! The table of forms of one language: which concepts a form may mean. It lies in one piece of memory as it lies in the file, so that
//! nothing is unpacked when a language is met.

use std::borrow::Cow;

/// What stands before a table: the letters of its format, the number of bits that choose a bucket, of forms, and of concepts.
///
/// After it come the buckets (where each begins among the forms, and where the last ends), for each form the lower half of its chain,
/// for each form where its concepts begin with how long forms become that begin with it (and where the last end), and the concepts.
/// All are numbers of four bytes, little-endian.
const MAGIC: &[u8; 4] = b"KFT1";
const HEADER: usize = 16;

/// The upper bits of a place are the number of words of the longest form that begins so.
const PLACE_BITS: u32 = 28;

/// No form has more words.
pub(super) const LONGEST: usize = 9;

/// The hash of some stems, or words, with one more (FNV-1a); of the first, `before` is [`STEMS`] or [`WORDS`].
pub(super) fn chain(before: u64, stem: &str) -> u64 {
    let hash = stem.bytes().fold(before, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ 0xff).wrapping_mul(0x0100_0000_01b3)
}

pub(super) const STEMS: u64 = 0xcbf2_9ce4_8422_2325;
pub(super) const WORDS: u64 = 0x84f8_35c5_c131_9bd3;

/// A table of forms, by the chain of their stems and by the chain of their words ([`chain`]).
#[derive(Debug)]
pub(super) struct Table {
    bytes: Cow<'static, [u8]>,
    bits: u32,
    /// Where each part begins.
    keys: usize,
    entries: usize,
    concepts: usize,
}

/// A form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Between which places its concepts are.
    from: u32,
    to: u32,
    /// How many words the longest form has that begins with it; kept of single words only.
    pub longest: u8,
}

impl Form {
    /// Whether it means something, and is not only the beginning of others.
    pub fn means(self) -> bool {
        self.from < self.to
    }
}

impl Default for Table {
    /// A table without a form.
    fn default() -> Self {
        Table { bytes: Cow::Borrowed(&[]), bits: 1, keys: 0, entries: 0, concepts: 0 }
    }
}

impl Table {
    /// Reads a table; `None` where it is none.
    pub fn read(bytes: Cow<'static, [u8]>) -> Option<Table> {
        let header = bytes.strip_prefix(MAGIC)?;
        let number = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
        let (bits, forms, concepts) = (number(0)?, number(4)? as usize, number(8)? as usize);
        if !(1..=PLACE_BITS).contains(&bits) {
            return None;
        }
        let keys = HEADER + 4 * ((1 << bits) + 1);
        let entries = keys.checked_add(forms.checked_mul(4)?)?;
        let first = entries.checked_add(forms.checked_add(1)?.checked_mul(4)?)?;
        let whole = bytes.len() == first.checked_add(concepts.checked_mul(4)?)?;
        whole.then_some(Table { bits, keys, entries, concepts: first, bytes })
    }

    /// A number of one of the parts; 0 where there is none, which is nowhere in a sound table.
    fn number(&self, part: usize, at: u32) -> u32 {
        let from = part + 4 * at as usize;
        self.bytes.get(from..from + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
    }

    /// The form of a chain. Another chain has its place once in four thousand million times, and is then taken for it.
    pub fn find(&self, chain: u64) -> Option<Form> {
        let bucket = (chain >> (u64::BITS - self.bits)) as u32;
        let (from, to) = (self.number(HEADER, bucket), self.number(HEADER, bucket + 1));
        let count = ((self.entries - self.keys) / 4) as u32;
        let form = (from..to.min(count)).find(|form| self.number(self.keys, *form) == chain as u32)?;
        let (this, next) = (self.number(self.entries, form), self.number(self.entries, form + 1));
        let place = |entry: u32| entry & ((1 << PLACE_BITS) - 1);
        Some(Form { from: place(this), to: place(next), longest: (this >> PLACE_BITS) as u8 })
    }

    /// What a form may mean, in ascending order, each once.
    pub fn concepts(&self, form: Form) -> impl Iterator<Item = u32> {
        (form.from..form.to).map(|place| self.number(self.concepts, place))
    }
}

/// A table on its way.
#[derive(Default)]
pub(super) struct Builder {
    /// By chain: the concepts, and the number of words of the longest form that begins so.
    concepts: Vec<(u64, u32)>,
    longest: Vec<(u64, u8)>,
}

impl Builder {
    /// Adds what a chain may mean.
    pub fn add(&mut self, chain: u64, concept: u32) {
        self.concepts.push((chain, concept));
    }

    /// Tells that a form of so many words, at most [`LONGEST`], begins with a chain.
    pub fn lengthen(&mut self, chain: u64, words: u8) {
        self.longest.push((chain, words));
    }

    /// The table as it lies in a file.
    pub fn finish(mut self) -> Vec<u8> {
        self.concepts.sort_unstable();
        self.concepts.dedup();
        self.longest.sort_unstable();
        let mut forms: Vec<u64> = self.concepts.iter().map(|c| c.0).chain(self.longest.iter().map(|l| l.0)).collect();
        forms.sort_unstable();
        forms.dedup();
        // Some two forms a bucket.
        let bits = (forms.len() / 2).max(2).ilog2().min(PLACE_BITS);
        let counts = [bits, forms.len() as u32, self.concepts.len() as u32];
        let bucket = |chain: &u64| (chain >> (u64::BITS - bits)) as usize;
        let mut buckets = vec![0u32; (1 << bits) + 1];
        forms.iter().for_each(|form| buckets[bucket(form) + 1] += 1);
        let mut sum = 0;
        for end in &mut buckets {
            sum += *end;
            *end = sum;
        }
        let (mut concepts, mut longest) = (self.concepts.iter().peekable(), self.longest.iter().peekable());
        let (mut place, mut entries) = (0u32, Vec::with_capacity(forms.len() + 1));
        for form in &forms {
            let mut most = 1;
            while let Some((_, words)) = longest.next_if(|l| l.0 == *form) {
                most = u32::from(*words);
            }
            entries.push(most << PLACE_BITS | place);
            while concepts.next_if(|c| c.0 == *form).is_some() {
                place += 1;
            }
        }
        entries.push(place);
        let numbers = counts
            .into_iter()
            .chain(buckets)
            .chain(forms.iter().map(|form| *form as u32))
            .chain(entries)
            .chain(self.concepts.iter().map(|c| c.1));
        MAGIC.iter().copied().chain(numbers.flat_map(u32::to_le_bytes)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn what_was_added_is_found(
            added in prop::collection::vec((any::<u64>(), 0u32..50), 0..200),
            lengthened in prop::collection::vec((any::<u64>(), 2u8..=LONGEST as u8), 0..20),
        ) {
            let mut builder = Builder::default();
            let mut meant: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
            let mut longest: BTreeMap<u64, u8> = BTreeMap::new();
            for (chain, concept) in added {
                builder.add(chain, concept);
                meant.entry(chain).or_default().insert(concept);
            }
            for (chain, words) in lengthened {
                builder.lengthen(chain, words);
                let most = longest.entry(chain).or_default();
                *most = words.max(*most);
                meant.entry(chain).or_default();
            }
            let table = Table::read(builder.finish().into()).unwrap();
            for (chain, concepts) in &meant {
                let form = table.find(*chain).unwrap();
                prop_assert_eq!(form.means(), !concepts.is_empty());
                prop_assert!(table.concepts(form).eq(concepts.iter().copied()));
                prop_assert_eq!(form.longest, longest.get(chain).copied().unwrap_or(1));
                prop_assert!(table.find(!chain).is_none() || meant.contains_key(&!chain));
            }
        }

        #[test]
        fn what_is_no_table_does_no_harm(mut bytes in prop::collection::vec(any::<u8>(), 0..400), chain in any::<u64>()) {
            prop_assert!(Table::read(bytes.clone().into()).is_none());
            let mut builder = Builder::default();
            (0..30).for_each(|n| builder.add(n << 58 | n, n as u32));
            let whole = builder.finish();
            prop_assert!(Table::read(whole[..whole.len() - 1].to_vec().into()).is_none());
            // A table whose numbers are wrong: wrong answers, no panic.
            bytes.resize(whole.len() - HEADER, 0xff);
            let damaged = [&whole[..HEADER], &bytes].concat();
            let table = Table::read(damaged.into()).unwrap();
            if let Some(form) = table.find(chain) {
                let _ = table.concepts(form).take(10).count();
            }
        }
    }
}
