use std::cmp::Ordering;

/// A table of word vectors: for the commonest words of a language a vector each, such that words of all languages that mean much
/// the same point in much the same direction.
///
/// `languages/tools/vectors.py` makes such tables and describes the format. Nothing is unpacked: a word is found by binary search
/// over the table as it lies in the file.
#[derive(Clone, Copy, Debug)]
pub struct Vectors<'a> {
    dimensions: usize,
    count: usize,
    /// Where each block of words begins, little-endian.
    blocks: &'a [u8],
    words: &'a [u8],
    /// For each word 20 times the logarithm of its place among the commonest.
    ranks: &'a [u8],
    /// For each word the number of its group, little-endian.
    groups: &'a [u8],
    /// Four bits a dimension, two's complement, the lower ones first.
    values: &'a [u8],
}

/// So many words share their heads.
const BLOCK: usize = 16;

/// A word of a table, by its place in alphabetical order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Row(u32);

/// Where a word was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The word itself, or the one that stands for it.
    pub row: Row,
    /// Whether it is the word itself.
    pub exact: bool,
}

impl<'a> Vectors<'a> {
    /// Reads a table; `None` where it is none.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"KWV1")?;
        let number = |at: usize| Some(u32::from_le_bytes(rest.get(at..at + 4)?.try_into().ok()?) as usize);
        let (dimensions, count, length) = (number(0)?, number(4)?, number(8)?);
        let rest = rest.get(12..)?;
        let (blocks, rest) = rest.split_at_checked(count.div_ceil(BLOCK).checked_mul(4)?)?;
        let (words, rest) = rest.split_at_checked(length)?;
        let (ranks, rest) = rest.split_at_checked(count)?;
        let (groups, values) = rest.split_at_checked(count.checked_mul(2)?)?;
        let whole = dimensions % 2 == 0 && values.len() == count.checked_mul(dimensions / 2)?;
        let table = Vectors { dimensions, count, blocks, words, ranks, groups, values };
        (whole && count > 0).then_some(table)
    }

    /// Whether all words can be read, in order. A table that is not sound gives wrong words, and does no other harm.
    pub fn is_sound(&self) -> bool {
        let mut before = Vec::new();
        (0..self.count.div_ceil(BLOCK)).all(|block| {
            let mut word = Vec::new();
            let mut at = self.block(block);
            (block * BLOCK..self.count.min((block + 1) * BLOCK)).all(|_| {
                let read = self.next(&mut at, &mut word).is_some() && before < word;
                before.clone_from(&word);
                read && std::str::from_utf8(&word).is_ok()
            })
        })
    }

    fn block(&self, block: usize) -> usize {
        let bytes = self.blocks.get(block * 4..block * 4 + 4).and_then(|b| b.try_into().ok());
        bytes.map_or(usize::MAX, |b| u32::from_le_bytes(b) as usize)
    }

    /// How many bytes the word at a place has in common with the one before it, and what follows them.
    fn entry(&self, at: usize) -> Option<(usize, &'a [u8])> {
        let (shared, length) = (*self.words.get(at)? as usize, *self.words.get(at.checked_add(1)?)? as usize);
        Some((shared, self.words.get(at + 2..at + 2 + length)?))
    }

    /// Reads the word at `at` over the one before it.
    fn next(&self, at: &mut usize, word: &mut Vec<u8>) -> Option<()> {
        let (shared, tail) = self.entry(*at)?;
        if shared > word.len() {
            return None;
        }
        word.truncate(shared);
        word.extend_from_slice(tail);
        *at += 2 + tail.len();
        Some(())
    }

    /// How many numbers a vector has.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none; no table is empty.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The place of a word among the commonest of the language, 0 the commonest; to within a twentieth.
    pub fn rank(&self, row: Row) -> f32 {
        self.ranks.get(row.0 as usize).map_or(f32::MAX, |r| (f32::from(*r) / 20.0).exp() - 1.0)
    }

    /// The group of a word: words of all languages in one group mean much the same.
    pub fn group(&self, row: Row) -> Option<u16> {
        let at = row.0 as usize * 2;
        Some(u16::from_le_bytes(self.groups.get(at..at + 2)?.try_into().ok()?))
    }

    /// Adds the vector of a word to `out`, its numbers from -8 to 7; their length says nothing.
    pub fn vector(&self, row: Row, out: &mut Vec<i8>) {
        let (half, start) = (self.dimensions / 2, out.len());
        let bytes = self.values.get(row.0 as usize * half..(row.0 as usize + 1) * half).unwrap_or_default();
        out.resize(start + self.dimensions, 0);
        let (pairs, _) = out[start..].as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(bytes) {
            // Shifted as signed numbers, so that many are unpacked at once.
            *pair = [(byte << 4) as i8 >> 4, *byte as i8 >> 4];
        }
    }

    /// A lower-cased word, or the word that stands for it: the one with the longest head in common, if it is long enough
    /// to be a form of the same.
    ///
    /// ```
    /// use korpu::language::Languages;
    /// let az = Languages::bundled().get("az").unwrap();
    /// let vectors = az.vectors().unwrap();
    /// assert!(vectors.find("nazir").unwrap().exact);
    /// assert!(vectors.find("nazirliklərdə").is_some_and(|found| !found.exact));
    /// assert!(vectors.find("xyzzy").is_none());
    /// ```
    pub fn find(&self, word: &str) -> Option<Found> {
        // The last block whose first word is not after this one.
        let (mut low, mut high) = (0, self.count.div_ceil(BLOCK));
        while high - low > 1 {
            let middle = (low + high) / 2;
            if self.first(middle)? <= word.as_bytes() { low = middle } else { high = middle }
        }
        // The words before and after it in alphabetical order have the longest heads in common with it.
        let bytes = word.as_bytes();
        let mut best: Option<(usize, u32)> = None;
        // A word of the table that may stand for this one, as long as heads and tails can be.
        let (mut found, mut length) = ([0; 2 * u8::MAX as usize], 0);
        // How many bytes the word before has in common with this one, and whether more than the best.
        let (mut same, mut better) = (0, false);
        let mut at = self.block(low);
        for row in low * BLOCK..self.count {
            let (shared, tail) = self.entry(at)?;
            at += 2 + tail.len();
            let mut order = Ordering::Less;
            // All that come are before this one until one is after it: where they have more in common with each other than with it,
            // they part from it at the same place.
            if shared <= same {
                let both = tail.iter().zip(&bytes[shared..]);
                same = shared + both.take_while(|(a, b)| a == b).count();
                order = tail.get(same - shared).cmp(&bytes.get(same));
                better = same >= HEAD && best.is_none_or(|best| word.floor_char_boundary(same) > best.0);
                if better {
                    found[..shared].copy_from_slice(&bytes[..shared]);
                    length = shared;
                }
            }
            if order == Ordering::Equal {
                return Some(Found { row: Row(row as u32), exact: true });
            }
            if better {
                let shared = shared.min(length);
                length = shared + tail.len();
                found[shared..length].copy_from_slice(tail);
                let head = word.floor_char_boundary(same);
                if stands_for(&found[..length], head, word) {
                    (best, better) = (Some((head, row as u32)), false);
                }
            }
            if order == Ordering::Greater {
                break;
            }
        }
        best.map(|(_, row)| Found { row: Row(row), exact: false })
    }

    /// The first word of a block, which shares its head with none.
    fn first(&self, block: usize) -> Option<&'a [u8]> {
        self.entry(self.block(block)).map(|(_, word)| word)
    }
}

/// The letters that two words must have in common, and how many of either may follow.
const HEAD: usize = 4;
const TAILS: (usize, usize) = (3, 7);

/// Whether a word of the table with so many bytes in common may stand for another.
fn stands_for(other: &[u8], shared: usize, word: &str) -> bool {
    let letters = |bytes: &[u8]| bytes.iter().filter(|b| **b & 0xC0 != 0x80).count();
    let (head, tail) = word.split_at(shared);
    let (head, tail, other) = (letters(head.as_bytes()), letters(tail.as_bytes()), letters(&other[shared..]));
    head >= HEAD && other <= TAILS.0 && tail <= TAILS.1 && other.max(tail) <= head
}
