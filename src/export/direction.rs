//! The direction of a text: from left to right or from right to left, by its letters.

/// The direction of most letters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ltr,
    Rtl,
    /// As many of one as of the other: mostly none at all.
    Neutral,
}

/// The direction of most letters. The first letter alone, which browsers and terminals go by, is wrong for an Arabic
/// sentence that opens with "BBC".
pub(super) fn direction(text: &str) -> Direction {
    let (mut rtl, mut ltr) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        *(if is_rtl(c) { &mut rtl } else { &mut ltr }) += 1;
    }
    match rtl.cmp(&ltr) {
        std::cmp::Ordering::Greater => Direction::Rtl,
        std::cmp::Ordering::Less => Direction::Ltr,
        std::cmp::Ordering::Equal => Direction::Neutral,
    }
}

/// Whether a character is of a script written from right to left: the blocks whose default is R or AL in Unicode's
/// `DerivedBidiClass.txt`.
pub(super) fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_runs_the_way_of_most_of_its_letters() {
        let check = |text: &str, expected| assert_eq!(direction(text), expected, "{text:?}");
        check("Bakıda forum açıldı", Direction::Ltr);
        check("BBC: منتدى باكو افتتح اليوم", Direction::Rtl);
        check("В статье сказано: «שלום»", Direction::Ltr);
        check("2025 — 40 %", Direction::Neutral);
    }
}
