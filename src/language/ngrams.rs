/// A table of character n-grams: how likely each letter is after up to three letters before it in its word.
///
/// `languages/tools/ngrams.py` makes such tables and describes the format.
#[derive(Clone, Copy, Debug)]
pub struct Ngrams<'a> {
    letters: &'a str,
    nodes: &'a [u8],
}

/// The most letters of an n-gram.
pub const ORDER: usize = 4;

/// An n-gram as a number below 2^48: 12 bits a letter, the first one in the highest. Latin letters with more than one
/// mark (U+1E00 to U+1EFF) and ligatures take the place of letters that no table has, all others beyond U+0FFF are one.
///
/// ```
/// use korpu::language::ngram_key;
/// assert_eq!(ngram_key(&['a', 'b']), 0x061_062_000_000);
/// ```
pub fn ngram_key(letters: &[char]) -> u64 {
    let letter = |c: char| match c as u32 {
        marked @ 0x1E00..=0x1EFF => marked - 0x1000,
        ligature @ 0xFB00..=0xFB0E => ligature - 0xFB00 + 0xFF0,
        other => other.min(0xFFF),
    };
    letters.iter().zip([36, 24, 12, 0]).fold(0, |key, (c, place)| key | u64::from(letter(*c)) << place)
}

impl<'a> Ngrams<'a> {
    /// Reads a table; `None` where it is none.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"KNG1")?;
        let (count, rest) = rest.split_first()?;
        let mut at = 0;
        for _ in 0..*count {
            // The first byte of UTF-8 tells how many there are.
            at += [1, 2, 3, 4][(rest.get(at)?.leading_ones() as usize).saturating_sub(1).min(3)];
        }
        let letters = std::str::from_utf8(rest.get(..at)?).ok()?;
        Some(Ngrams { letters, nodes: &rest[at..] })
    }

    /// Its first letter.
    pub fn first(&self) -> Option<char> {
        self.letters.chars().next()
    }

    /// Calls `each` with every n-gram, as letters and as the log probability of the last of them after the others. N-grams come
    /// in the order of their letters' code points, an n-gram before those it begins.
    pub fn for_each(&self, mut each: impl FnMut(&[char], f32)) {
        let alphabet: Vec<char> = self.letters.chars().collect();
        let mut ngram: Vec<char> = Vec::with_capacity(ORDER);
        for node in self.nodes.chunks_exact(2) {
            ngram.truncate((node[0] >> 6) as usize);
            if let Some(letter) = alphabet.get((node[0] & 63) as usize) {
                ngram.push(*letter);
                each(&ngram, f32::from(node[1]) / -16.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Languages;

    #[test]
    fn every_bundled_table_is_a_model() {
        let languages = Languages::bundled();
        let tables = languages.iter().map(|l| (&l.tag, &l.ngrams));
        for (tag, bytes) in tables.chain(languages.neighbours().iter().map(|n| (&n.tag, &n.ngrams))) {
            let mut first = 0.0;
            let mut before = 0;
            Ngrams::read(bytes).unwrap_or_else(|| panic!("{tag}")).for_each(|ngram, p| {
                let key = ngram_key(ngram);
                assert!(before < key, "{tag}: {ngram:?} out of order");
                before = key;
                first += if ngram.len() == 1 { p.exp() } else { 0.0 };
            });
            assert!((0.9..=1.1).contains(&first), "{tag}: probabilities of single letters sum to {first}");
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for bytes in [&b""[..], b"KNG", b"KNG1", b"KNG1\x02a", b"KNG1\x01\xd0", b"KNG1\x01\xff"] {
            assert!(Ngrams::read(bytes).is_none(), "{bytes:?}");
        }
        let mut seen = 0;
        Ngrams::read(b"KNG1\x01a\xff\x00\x00\x00").unwrap().for_each(|_, _| seen += 1);
        assert_eq!(seen, 1);
    }
}
