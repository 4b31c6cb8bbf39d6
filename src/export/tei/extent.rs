use crate::export::xml;
use crate::language::Lang;
use crate::model::Document;
use std::collections::BTreeMap;

/// How much text there is in our files, for the headers: add the documents one by one. What XML keeps nothing of does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Number of documents.
    pub documents: u64,
    /// Number of paragraphs, headings, items and captions.
    pub paragraphs: u64,
    /// Number of sentences.
    pub sentences: u64,
    /// Number of words: what stands between white space.
    pub words: u64,
    /// Number of words of each language, by its tag.
    pub languages: BTreeMap<Lang, u64>,
}

impl Extent {
    /// The extent of one document.
    pub fn of(document: &Document) -> Self {
        let mut extent = Extent::default();
        extent.add(document);
        extent
    }

    /// Counts a document.
    pub fn add(&mut self, document: &Document) {
        self.documents += 1;
        // The document's own language is used even where every block is in another: it stands on the element.
        self.languages.entry(document.language.lang.clone()).or_default();
        for block in &document.blocks {
            let text = block.span.of(&document.text);
            if xml::is_blank(text) {
                continue;
            }
            let words = xml::clean(text).split_whitespace().count() as u64;
            let lang = &block.language.as_ref().unwrap_or(&document.language).lang;
            self.paragraphs += 1;
            let written = block.sentences.iter().filter(|span| !xml::is_blank(span.of(&document.text)));
            self.sentences += written.count() as u64;
            self.words += words;
            *self.languages.entry(lang.clone()).or_default() += words;
        }
    }

    /// The languages with their share of the words in whole percent.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&Lang, u64)> {
        let all = self.words.max(1);
        self.languages.iter().map(move |(lang, words)| (lang, (words * 100 + all / 2) / all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, Identification, Span};

    #[test]
    fn a_paragraph_in_another_language_counts_for_that_language() {
        let lang = |tag| Identification { lang: Lang::parse(tag).unwrap(), confidence: 1.0 };
        let text = "Salam, dünya, necəsən?\n\nПривет.";
        let mut blocks = vec![
            Block::new(BlockKind::Paragraph, Span::new(0, text.find('\n').unwrap())),
            Block::new(BlockKind::Quote, Span::new(text.find('П').unwrap(), text.len())),
        ];
        blocks[1].language = Some(lang("ru"));
        let document = Document { text: text.into(), blocks, language: lang("az"), ..Document::default() };
        let extent = Extent::of(&document);
        assert_eq!((extent.documents, extent.paragraphs, extent.sentences, extent.words), (1, 2, 0, 4));
        let shares: Vec<_> = extent.shares().map(|(lang, share)| (lang.as_str(), share)).collect();
        assert_eq!(shares, [("az", 75), ("ru", 25)]);
    }
}
