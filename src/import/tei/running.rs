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
    /// Where the block begins, and where the one before it ended.
    start: usize,
    before: usize,
    /// Whether white space is text, too: in our own files no layout stands among words.
    pub(super) verbatim: bool,
}

fn is_layout(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

impl Running {
    /// Begins a block, on a paragraph of its own.
    pub(super) fn begin(&mut self) -> usize {
        self.before = self.text.len();
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

    /// The white space that waits comes now; none at the beginning of a block, and none after white space.
    fn space(&mut self) {
        if std::mem::take(&mut self.gap) && self.touches() {
            self.raw.push(' ');
        }
    }

    /// Whether the block ends with a word by now.
    fn touches(&self) -> bool {
        let block = self.text.get(self.start..).unwrap_or_default();
        let last = self.raw.chars().next_back().or_else(|| block.chars().next_back());
        last.is_some_and(|c| !is_layout(c))
    }

    /// Where text that comes now begins. `apart` where it may not touch what is before it.
    pub(super) fn ahead(&mut self, apart: bool) -> usize {
        if !self.verbatim {
            self.gap |= apart;
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
        self.text.truncate(self.before);
        None
    }
}
