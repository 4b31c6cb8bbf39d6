//! The text of a document on its way.

use icu_normalizer::ComposingNormalizerBorrowed;

/// A text that grows, in normal form C; white space that is layout is one space, or stays as it is.
#[derive(Default)]
pub(super) struct Running {
    pub(super) text: String,
    /// What follows the last place that was asked for: letters and their accents may come one by one.
    raw: String,
    /// White space waits for the next word.
    gap: bool,
    /// Where the block begins.
    start: usize,
    /// Whether white space is text, too: in our own files no layout stands among words.
    pub(super) verbatim: bool,
}

fn is_layout(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

impl Running {
    /// Begins a block, on a paragraph of its own.
    pub(super) fn begin(&mut self) -> usize {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.start = self.text.len();
        self.start
    }

    pub(super) fn push(&mut self, text: &str) {
        if self.verbatim {
            return self.raw.push_str(text);
        }
        let mut first = true;
        for word in text.split(is_layout) {
            if !std::mem::take(&mut first) {
                self.gap = true;
            }
            if !word.is_empty() {
                self.space();
                self.raw.push_str(word);
            }
        }
    }

    /// The white space that waits comes now; none at the beginning of a block.
    fn space(&mut self) {
        if std::mem::take(&mut self.gap) && (!self.raw.is_empty() || self.text.len() > self.start) {
            self.raw.push(' ');
        }
    }

    /// Where text that comes now begins. `apart` where it may not touch what is before it.
    pub(super) fn ahead(&mut self, apart: bool) -> usize {
        if !self.verbatim {
            let touches = |text: &str| text.chars().next_back().is_some_and(|c| !is_layout(c));
            self.gap |= apart && (touches(&self.raw) || self.raw.is_empty() && touches(&self.text));
            self.space();
        }
        self.here()
    }

    /// Where the text ends by now.
    pub(super) fn here(&mut self) -> usize {
        self.text.push_str(&ComposingNormalizerBorrowed::new_nfc().normalize(&self.raw));
        self.raw.clear();
        self.text.len()
    }

    /// Ends the block; gives its end, or `None` where there is nothing in it.
    pub(super) fn end(&mut self) -> Option<usize> {
        let end = self.here();
        self.gap = false;
        if end > self.start {
            return Some(end);
        }
        let before = self.text.trim_end_matches("\n\n").len();
        self.text.truncate(before);
        None
    }
}
