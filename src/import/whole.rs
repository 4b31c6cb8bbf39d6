//! Whole texts of which a file says what the sentences are, and the beads between two of them.

use crate::language::Lang;
use crate::model::{
    Bead, Bitext, Block, BlockKind, Document, Identification, Level, Metadata, Pair, Part, Provenance, Span,
};

/// A text: its paragraphs, each a list of sentences.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Text {
    /// The file it is from, as the user or the alignment names it.
    pub(super) path: String,
    pub(super) lang: Lang,
    /// The encoding of the file, by its name in the WHATWG Encoding Standard.
    pub(super) encoding: String,
    pub(super) paragraphs: Vec<Vec<String>>,
}

impl Text {
    /// How many sentences it has.
    pub(super) fn sentences(&self) -> usize {
        self.paragraphs.iter().map(Vec::len).sum()
    }

    /// The document of the text. Its id is that of its path: the same text in two alignments is one document.
    pub(super) fn document(&self) -> Document {
        let hash = blake3::hash(self.path.as_bytes()).to_hex();
        let mut document = Document {
            id: format!("d{}", hash.get(..12).unwrap_or_default()),
            revision: 1,
            language: Identification { lang: self.lang.clone(), confidence: 1.0 },
            metadata: Metadata { declared_language: Some(self.lang.to_string()), ..Metadata::default() },
            ..Document::default()
        };
        for sentences in self.paragraphs.iter().filter(|sentences| !sentences.is_empty()) {
            if !document.text.is_empty() {
                document.text.push_str("\n\n");
            }
            let start = document.text.len();
            let mut spans = Vec::with_capacity(sentences.len());
            for sentence in sentences {
                if !spans.is_empty() {
                    document.text.push(' ');
                }
                let at = document.text.len();
                document.text.push_str(sentence);
                spans.push(Span::new(at, document.text.len()));
            }
            let span = Span::new(start, document.text.len());
            document.blocks.push(Block { sentences: spans, ..Block::new(BlockKind::Paragraph, span) });
        }
        document.provenance = Provenance {
            path: self.path.clone(),
            bytes: document.text.len() as u64,
            encoding: self.encoding.clone(),
            ..Provenance::default()
        };
        document
    }
}

/// Two texts with the beads between them, which name sentences by their numbers from 0, as [`complete`] has them.
pub(super) fn part(source: &Text, target: &Text, beads: Vec<Bead>) -> (Part, usize) {
    let (beads, left_out) = complete([source.sentences(), target.sentences()], beads);
    let documents = [source.document(), target.document()];
    let [source, target] = documents.each_ref().map(|document| document.id.clone());
    let pair = Pair::imported(&source, &target);
    let bitext = Bitext { source, target, level: Level::Sentence, beads };
    (Part { documents: documents.into(), pairs: vec![pair], bitexts: vec![bitext], ..Part::default() }, left_out)
}

/// Beads between so many segments of two texts, in the order of the source. Every segment is in one of them: one that no bead
/// has stands alone, and a bead is left out that names a segment that another has, or that is not there. Says how many were.
pub(super) fn complete(counts: [usize; 2], beads: Vec<Bead>) -> (Vec<Bead>, usize) {
    let mut free = counts.map(|count| vec![true; count]);
    let all = beads.len();
    let mut kept: Vec<Bead> = Vec::with_capacity(all);
    for mut bead in beads {
        bead.source.sort_unstable();
        bead.target.sort_unstable();
        let sides = [&bead.source, &bead.target];
        let distinct = sides.iter().all(|side| side.is_sorted_by(|a, b| a < b));
        let is_free =
            sides.iter().zip(&free).all(|(side, free)| side.iter().all(|n| free.get(*n as usize) == Some(&true)));
        if distinct && is_free {
            for (side, free) in sides.into_iter().zip(&mut free) {
                side.iter().for_each(|n| free.iter_mut().skip(*n as usize).take(1).for_each(|free| *free = false));
            }
            kept.push(bead);
        }
    }
    let left_out = all.saturating_sub(kept.len());
    kept.retain(|bead| !bead.source.is_empty() || !bead.target.is_empty());
    let alone = |source, target| Bead { source, target, score: 0.0, confidence: 1.0 };
    let [sources, targets] =
        free.map(|free| (0u32..).zip(free).filter(|(_, free)| *free).map(|(n, _)| n).collect::<Vec<_>>());
    kept.extend(sources.into_iter().map(|n| alone(vec![n], vec![])));
    kept.extend(targets.into_iter().map(|n| alone(vec![], vec![n])));
    // What only the target has follows what comes before it there.
    kept.sort_by_key(|bead| bead.target.first().copied());
    let mut place = 0;
    let mut placed: Vec<(u32, Bead)> = Vec::with_capacity(kept.len());
    for bead in kept {
        let own = bead.source.first().copied();
        place = own.filter(|_| !bead.target.is_empty()).unwrap_or(place);
        placed.push((own.unwrap_or(place), bead));
    }
    placed.sort_by_key(|(place, bead)| (*place, bead.source.is_empty()));
    (placed.into_iter().map(|(_, bead)| bead).collect(), left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_in_one_bead_in_the_end() {
        let text = |path: &str, count: usize| Text {
            path: path.into(),
            paragraphs: vec![vec!["Bir.".to_owned(); count], vec![]],
            ..Text::default()
        };
        let bead = |(source, target): &(&[u32], &[u32])| Bead {
            source: source.to_vec(),
            target: target.to_vec(),
            score: 0.0,
            confidence: 1.0,
        };
        let check = |beads: &[(&[u32], &[u32])], expected: &str, left_out: usize| {
            let (part, found) = part(&text("a", 3), &text("b", 3), beads.iter().map(bead).collect());
            let shown: Vec<String> =
                part.bitexts[0].beads.iter().map(|b| format!("{:?}:{:?}", b.source, b.target)).collect();
            assert_eq!((shown.join(" ").as_str(), found), (expected, left_out), "{beads:?}");
        };
        check(&[(&[0], &[0]), (&[1, 2], &[1, 2])], "[0]:[0] [1, 2]:[1, 2]", 0);
        check(&[(&[2], &[2]), (&[0], &[1])], "[0]:[1] []:[0] [1]:[] [2]:[2]", 0);
        check(
            &[(&[0], &[0]), (&[0, 1], &[1]), (&[9], &[2]), (&[1, 1], &[1])],
            "[0]:[0] []:[1] []:[2] [1]:[] [2]:[]",
            3,
        );
        check(&[(&[], &[])], "[0]:[] []:[0] []:[1] []:[2] [1]:[] [2]:[]", 0);
    }

    #[test]
    fn a_text_becomes_a_document_of_its_paragraphs_and_sentences() {
        let paragraphs = vec![vec!["Bir.".to_owned(), "İki.".to_owned()], vec![], vec!["Üç.".to_owned()]];
        let document = Text { path: "x/a.az".into(), paragraphs, ..Text::default() }.document();
        assert_eq!(document.text, "Bir. İki.\n\nÜç.");
        let sentences: Vec<&str> = document.sentences().map(|(_, span)| span.of(&document.text)).collect();
        assert_eq!(sentences, ["Bir.", "İki.", "Üç."]);
        assert_eq!(document.blocks.len(), 2);
    }
}
