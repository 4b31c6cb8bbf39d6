use rustc_hash::FxHashSet;

/// Which units are worth exporting. Without more, all are.
///
/// ```
/// use korpu::export::{Filter, Sieve};
/// let mut sieve = Sieve::new(Filter { min_confidence: 0.5, once: true, ..Filter::default() });
/// assert!(sieve.takes(&["Salam.", "Привет."], 0.9, false));
/// assert!(!sieve.takes(&["Salam.", "Привет."], 0.9, false)); // a second time
/// assert!(!sieve.takes(&["Bəli.", "Да."], 0.4, false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filter {
    /// The least confidence, 0 to 1.
    pub min_confidence: f32,
    /// How many times as many characters the longest text may have as the shortest.
    pub max_length_ratio: f32,
    /// Whether units are left out of which two texts are the same.
    pub different: bool,
    /// Whether of units with the same texts only the first is taken.
    pub once: bool,
    /// Whether only units are taken that a reviewer confirmed or corrected.
    pub reviewed: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Filter { min_confidence: 0.0, max_length_ratio: f32::INFINITY, different: false, once: false, reviewed: false }
    }
}

/// A filter at work on a file. It remembers sixteen bytes of each unit where units are taken once, otherwise nothing.
#[derive(Clone, Debug)]
pub struct Sieve {
    filter: Filter,
    seen: FxHashSet<[u8; 16]>,
}

impl Sieve {
    /// For one file.
    pub fn new(filter: Filter) -> Self {
        Sieve { filter, seen: FxHashSet::default() }
    }

    /// Whether everything is taken.
    pub fn takes_all(&self) -> bool {
        self.filter == Filter::default()
    }

    /// Whether a unit with these texts is taken; `reviewed` says whether a reviewer decided on it.
    pub fn takes(&mut self, texts: &[&str], confidence: f32, reviewed: bool) -> bool {
        let Filter { min_confidence, max_length_ratio, different, once, reviewed: only_reviewed } = self.filter;
        if confidence < min_confidence || only_reviewed && !reviewed {
            return false;
        }
        if max_length_ratio.is_finite() {
            let lengths = texts.iter().map(|text| text.chars().count());
            let (longest, shortest) = (lengths.clone().max().unwrap_or(0), lengths.min().unwrap_or(0));
            if longest as f32 > shortest as f32 * max_length_ratio {
                return false;
            }
        }
        if different
            && texts.iter().enumerate().any(|(n, text)| texts.iter().skip(n.saturating_add(1)).any(|o| o == text))
        {
            return false;
        }
        if once {
            let mut hasher = blake3::Hasher::new();
            for text in texts {
                // No text has a line break, so that no two lists of texts hash the same bytes.
                hasher.update(text.as_bytes()).update(b"\n");
            }
            let mut short = [0; 16];
            hasher.finalize_xof().fill(&mut short);
            return self.seen.insert(short);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_taken_by_what_they_are() {
        let check = |filter: Filter, units: &[(&[&str], f32)], expected: &[bool]| {
            let mut sieve = Sieve::new(filter);
            let taken: Vec<bool> =
                units.iter().map(|(texts, confidence)| sieve.takes(texts, *confidence, *confidence == 1.0)).collect();
            assert_eq!(taken, expected, "{filter:?}");
        };
        let all = Filter::default();
        let units: &[(&[&str], f32)] =
            &[(&["ab", "ab"], 0.0), (&["ab", "абвг"], 0.5), (&["ab", "абвгд"], 1.0), (&["ab", "ab"], 1.0)];
        check(all, units, &[true; 4]);
        check(Filter { min_confidence: 0.5, ..all }, units, &[false, true, true, true]);
        check(Filter { max_length_ratio: 2.0, ..all }, units, &[true, true, false, true]);
        check(Filter { different: true, ..all }, units, &[false, true, true, false]);
        check(Filter { once: true, ..all }, units, &[true, true, true, false]);
        // Those of confidence 1 are reviewed; a unit that is left out is not the first of its kind.
        check(Filter { reviewed: true, once: true, ..all }, units, &[false, false, true, true]);
        check(Filter { once: true, min_confidence: 0.5, ..all }, units, &[false, true, true, true]);
        // The border between two texts counts.
        check(Filter { once: true, ..all }, &[(&["a", "bc"], 1.0), (&["ab", "c"], 1.0)], &[true, true]);
    }
}
