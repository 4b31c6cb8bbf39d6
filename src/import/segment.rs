//! The text of a segment on its way: white space as one line has it, normal form C, and the places of its markup.

use crate::model::Inline;
use icu_normalizer::ComposingNormalizerBorrowed;

/// A text that grows.
#[derive(Debug, Default)]
pub(super) struct Segment {
    text: String,
    /// White space waits for the next word.
    gap: bool,
    squeezed: bool,
    /// The markup, in its order.
    inline: Vec<Inline>,
    /// The markup that is open: its place in `inline`, and whether it holds text.
    open: Vec<(usize, bool)>,
}

/// So far back what a place stands behind is normalised anew.
const FAR: usize = 4096;

/// A text without markup, as a segment has it: white space as one line has it, in normal form C.
pub(super) fn line(text: &str) -> String {
    let mut segment = Segment::default();
    segment.push(text);
    segment.finish().0
}

/// White space that is layout. No-break spaces and the like are text.
fn is_layout(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a text has single spaces between words and no other layout, as nearly all have. Told by pairs of bytes, which processors
/// compare by the dozen; a space at either end waits for what stands beside it, so it is `false` there.
fn is_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let is_layout = |a: u8, b: u8| {
        (b <= b'\r')
            | ((a == b' ') & (b == b' '))
            | ((a == 0xC2) & (b == 0x85))
            | ((a == 0x80) & ((b == 0xA8) | (b == 0xA9)))
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let any = pairs.fold(false, |any, (a, b)| any | is_layout(*a, *b));
    !any && *first > b' ' && *last != b' '
}

/// Whether a text is in normal form C because all of it stands below U+0300, from U+0400 to U+047F, or among the dashes and
/// quotation marks from U+2010 to U+203F, as in most languages of ours. Told by pairs of bytes.
fn is_composed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_other = |a: u8, b: u8| {
        (b > 0xCB) & (b != 0xD0) & (b != 0xD1) & (b != 0xE2)
            | (a == 0xE2) & (b != 0x80)
            | (a == 0x80) & (0x80..0x90).contains(&b)
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    bytes.first().is_none_or(|first| !is_other(0, *first)) && !pairs.fold(false, |any, (a, b)| any | is_other(*a, *b))
}

impl Segment {
    /// Adds text: to the segment, or to the markup that is open.
    pub(super) fn push(&mut self, text: &str) {
        if let Some((n, _)) = self.open.last().filter(|(_, is_text)| !is_text) {
            if let Some(inline) = self.inline.get_mut(*n) {
                inline.code.push_str(text);
            }
            return;
        }
        if is_spaced(text) {
            self.word(text);
            return;
        }
        let mut first = true;
        for word in text.split(is_layout) {
            if !std::mem::take(&mut first) {
                self.squeezed |= self.gap || self.text.is_empty();
                self.gap = true;
            }
            if !word.is_empty() {
                self.word(word);
            }
        }
    }

    /// Adds a word, or several, after the white space that waits.
    fn word(&mut self, word: &str) {
        if std::mem::take(&mut self.gap) && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    /// Markup begins; `is_text` where what it holds is text of the segment (a highlight).
    pub(super) fn begin(&mut self, element: &str, attributes: Vec<(String, String)>, is_text: bool) {
        // A space that waits comes before.
        let space = usize::from(self.gap && !self.text.is_empty());
        let at = u32::try_from(self.text.len().saturating_add(space)).unwrap_or(u32::MAX);
        let depth = u32::try_from(self.open.iter().filter(|(_, is_text)| *is_text).count()).unwrap_or(u32::MAX);
        let is_text = is_text && self.open.last().is_none_or(|(_, is_text)| *is_text);
        self.open.push((self.inline.len(), is_text));
        self.inline.push(Inline { at, end: at, depth, element: element.to_owned(), attributes, code: String::new() });
    }

    /// The innermost markup ends.
    pub(super) fn end(&mut self) {
        let ended = self.open.pop().filter(|(_, is_text)| *is_text);
        if let Some(inline) = ended.and_then(|(n, _)| self.inline.get_mut(n)) {
            inline.end = inline.at.max(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// The text in normal form C, and the markup with its places in it.
    pub(super) fn finish(mut self) -> (String, Vec<Inline>) {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        for inline in &mut self.inline {
            (inline.at, inline.end) = (inline.at.min(end), inline.end.min(end));
        }
        let nfc = ComposingNormalizerBorrowed::new_nfc();
        if is_composed(&self.text) || nfc.is_normalized(&self.text) {
            return (self.text, self.inline);
        }
        let text = nfc.normalize(&self.text).into_owned();
        let mut places: Vec<usize> = self.inline.iter().flat_map(|i| [i.at as usize, i.end as usize]).collect();
        places.sort_unstable();
        places.dedup();
        // A place goes where the text before it ends in normal form. Before a letter of ASCII nothing changes any more; a letter and its
        // accent on both sides of a place come behind it.
        let (mut sure, mut sure_length) = (0, 0);
        let mut moved = Vec::with_capacity(places.len());
        for place in &places {
            let before = self.text.get(sure..*place).unwrap_or_default();
            let length = sure_length + nfc.normalize(before).len();
            let fresh = match before.bytes().rposition(|b| b.is_ascii()) {
                // A text without any is not normalised from its beginning for every place.
                None if before.len() > FAR => before.len(),
                fresh => fresh.unwrap_or_default(),
            };
            sure_length += nfc.normalize(before.get(..fresh).unwrap_or_default()).len();
            sure += fresh;
            let at = (0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            moved.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        let to = |place: u32| places.binary_search(&(place as usize)).ok().and_then(|n| moved.get(n).copied());
        for inline in &mut self.inline {
            inline.at = to(inline.at).unwrap_or_default();
            inline.end = to(inline.end).unwrap_or_default();
        }
        (text, self.inline)
    }

    /// Whether white space was left out: at an edge, or all but one space of a run.
    pub(super) fn is_squeezed(&self) -> bool {
        self.squeezed || self.gap
    }

    /// How many bytes of text there are.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a segment from text and, between braces, markup: `{bpt code}`; `{hi:` opens a highlight, `}` ends it.
    fn check(pieces: &[&str], expected: &str, places: &[(u32, u32, &str)], squeezed: bool) {
        let mut segment = Segment::default();
        for piece in pieces {
            match *piece {
                "{hi" => segment.begin("hi", vec![], true),
                "{ph" => segment.begin("ph", vec![], false),
                "}" => segment.end(),
                text => segment.push(text),
            }
        }
        assert_eq!(segment.is_squeezed(), squeezed, "{pieces:?}");
        let (text, inline) = segment.finish();
        let found: Vec<_> = inline.iter().map(|i| (i.at, i.end, i.code.as_str())).collect();
        assert_eq!((text.as_str(), found.as_slice()), (expected, places), "{pieces:?}");
    }

    #[test]
    fn white_space_is_one_space_and_none_at_the_edges() {
        check(&["Salam, ", "dünya."], "Salam, dünya.", &[], false);
        check(&["Salam,\n dünya."], "Salam, dünya.", &[], true);
        check(&[" Salam."], "Salam.", &[], true);
        check(&["20\u{A0}000 \u{2028}\u{202F}x"], "20\u{A0}000 \u{202F}x", &[], true);
        check(&["", ""], "", &[], false);
        check(&["Ш", "a\u{85}b", "«c» — d"], "Шa b«c» — d", &[], false);
        check(&["a\tb", " c"], "a b c", &[], false);
        check(&["a\u{2029}b"], "a b", &[], false);
        check(&["a  b"], "a b", &[], true);
    }

    #[test]
    fn what_bytes_tell_is_what_the_tables_tell() {
        let nfc = ComposingNormalizerBorrowed::new_nfc();
        for c in '\0'..=char::MAX {
            for text in
                [format!("{c}"), format!("a{c}"), format!("é{c}b"), format!("\u{2010}{c}"), format!("\u{440}{c}")]
            {
                assert!(!is_composed(&text) || nfc.is_normalized(&text), "{text:?}");
                let is_plain = !text.contains(|c| c != ' ' && is_layout(c)) && text.trim_matches(' ') == text;
                assert!(!is_spaced(&text) || is_plain, "{text:?}");
            }
        }
        assert!(is_composed("Şəhər — «город» “it’s”…") && is_spaced("Şəhər — «город» “it’s”…"));
        assert!(!is_composed("\u{2000}") && !is_composed("e\u{301}") && !is_spaced("a  b") && !is_spaced(""));
    }

    #[test]
    fn markup_is_no_text_but_has_its_place() {
        check(&["a ", "{ph", "<b>", "}", "c"], "a c", &[(2, 2, "<b>")], false);
        check(&["a ", "{ph", "}"], "a", &[(1, 1, "")], true);
        check(&["a", "{hi", "şə", "}", "c"], "aşəc", &[(1, 5, "")], false);
        check(&["{ph", "x", "{hi", "y", "}", "}", "c"], "c", &[(0, 0, "x"), (0, 0, "y")], false);
        // s and a cedilla become one letter of two bytes; the mark between them moves before it.
        check(&["s\u{327}", "{ph", "}", "e"], "şe", &[(2, 2, "")], false);
        check(&["as", "{ph", "}", "\u{327}e"], "aşe", &[(1, 1, "")], false);
    }
}
