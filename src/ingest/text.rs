//! A plain text file is a page without marks. Its outlet, title, dates, language versions and source stand on lines of
//! their own at its head and foot; this module finds them there, and keeps all else as blocks.

use super::lines::{Mark, Passage, ends_sentence, passages, starts_small};
use super::{clean, date, labels, markdown, versions};
use crate::language::Languages;
use crate::model::{BlockKind, Metadata, Moment};

/// Longest line, in characters, that can be a title.
const LONGEST_TITLE: usize = 250;

/// Longest line, in characters, that can be a heading without a mark.
const LONGEST_HEADING: usize = 120;

/// Most words of the name of an outlet in capitals above a title ("KANAL 24", "SAHİL XƏBƏR AGENTLİYİ").
const OUTLET_WORDS: usize = 3;

/// Reads a text file: its blocks in order, the title first if there is one, and what the file says of itself.
///
/// Nothing is left out but the lines that become metadata: outlet, switcher, dates, byline, source.
pub(super) fn read(text: &str, is_markdown: bool, languages: &Languages) -> (Vec<(BlockKind, String)>, Metadata) {
    let (text, metadata) = match is_markdown {
        true => markdown::front_matter(text, languages),
        false => (text, Metadata::default()),
    };
    let is_furniture = |line: &str| furniture(line, languages).is_some();
    let mut passages = passages(text, is_markdown, is_furniture);
    let found: Vec<Option<Furniture>> = passages.iter().map(|p| furniture_of(p, languages)).collect();
    let mut file = File { metadata, blocks: Vec::new(), languages };
    // A file that begins with running text has no head, one that ends with it no foot.
    let is_body = |passage: &Passage| !is_furniture(&passage.text) && !is_title(passage);
    let head = passages.iter().position(is_body).unwrap_or(passages.len());
    let foot = passages.iter().rposition(is_body).map_or(passages.len(), |last| last + 1);
    let first = if is_outlet(&passages, &found, head) {
        file.metadata.outlet = passages.first().and_then(|passage| clean::words(&passage.text, clean::TITLE));
        1
    } else {
        0
    };
    let title = file.title(&passages, &found, first, head);
    let mut headlines = 0;
    for (n, (passage, furniture)) in passages.iter().zip(&found).enumerate().skip(first) {
        let is_edge = n < head || n >= foot;
        let taken = furniture.as_ref().is_some_and(|furniture| file.take(furniture, is_edge, n >= foot, headlines));
        if taken {
            continue;
        }
        let kind = match passage.mark {
            _ if Some(n) == title => BlockKind::Title,
            Mark::Heading => BlockKind::Heading,
            Mark::Item => BlockKind::Item,
            Mark::Quote => BlockKind::Quote,
            Mark::Plain if is_heading(&passages, &found, n) => BlockKind::Heading,
            Mark::Plain | Mark::Furniture => BlockKind::Paragraph,
        };
        headlines += usize::from(matches!(kind, BlockKind::Title | BlockKind::Heading));
        file.blocks.push((n, kind));
    }
    let mut blocks: Vec<(BlockKind, String)> = Vec::new();
    if let Some(stated) = file.metadata.title.clone().filter(|_| title.is_none()) {
        blocks.push((BlockKind::Title, stated));
    }
    let text = |n: usize| passages.get_mut(n).map(|passage| std::mem::take(&mut passage.text)).unwrap_or_default();
    let (places, kinds): (Vec<usize>, Vec<BlockKind>) = file.blocks.into_iter().unzip();
    blocks.extend(kinds.into_iter().zip(places.into_iter().map(text)));
    (blocks, file.metadata)
}

/// A line that says something of the text and is not part of it.
enum Furniture {
    Switcher(Vec<crate::model::OfferedVersion>),
    Source(crate::model::Republication),
    Date(Moment, bool),
    Byline(Vec<String>),
}

fn furniture(line: &str, languages: &Languages) -> Option<Furniture> {
    if let Some(versions) = versions::line(line, languages) {
        return Some(Furniture::Switcher(versions));
    }
    if let Some(source) = labels::source(line, languages) {
        return Some(Furniture::Source(source));
    }
    if let Some((moment, update)) = date::alone(line, languages) {
        return Some(Furniture::Date(moment, update));
    }
    let names = labels::byline(line, languages).map(|_| clean::names(line, languages))?;
    (!names.is_empty()).then_some(Furniture::Byline(names))
}

/// The furniture that a passage is, read again from its text; a heading or an item is none.
fn furniture_of(passage: &Passage, languages: &Languages) -> Option<Furniture> {
    (passage.mark == Mark::Furniture).then(|| furniture(&passage.text, languages))?
}

struct File<'l> {
    metadata: Metadata,
    /// The passages kept, and what each is.
    blocks: Vec<(usize, BlockKind)>,
    languages: &'l Languages,
}

impl File<'_> {
    /// Where the title stands: the first line of the head that looks like one, if running text follows it soon.
    fn title(&mut self, passages: &[Passage], found: &[Option<Furniture>], first: usize, head: usize) -> Option<usize> {
        let at = (first..head).find(|n| found.get(*n).is_some_and(Option::is_none))?;
        let passage = passages.get(at)?;
        // After the title a second headline may stand, hardly a third.
        let lines = (at..head).filter(|n| found.get(*n).is_some_and(Option::is_none)).count();
        let is_followed = head < passages.len() && lines <= 2;
        let text = clean::words(&passage.text, clean::TITLE)?;
        match &self.metadata.title {
            Some(stated) => (clean::key(stated) == clean::key(&text)).then_some(at),
            None if passage.mark == Mark::Heading || is_followed => {
                self.metadata.title = Some(text);
                Some(at)
            }
            None => None,
        }
    }

    /// Takes a line of furniture into the metadata; `false` where it is part of the text after all. `is_edge`: it
    /// stands in the head or the foot; `headlines`: how many titles and headings stand before it.
    fn take(&mut self, furniture: &Furniture, is_edge: bool, in_foot: bool, headlines: usize) -> bool {
        let metadata = &mut self.metadata;
        match furniture {
            Furniture::Source(source) => {
                let known = metadata.republished.get_or_insert_default();
                known.source = known.source.take().or_else(|| source.source.clone());
                known.url = known.url.take().or_else(|| source.url.clone());
                known.published = known.published.or(source.published);
                true
            }
            _ if !is_edge => false,
            Furniture::Switcher(versions) => {
                let is_new = metadata.versions.is_empty();
                metadata.versions.extend(versions.iter().filter(|_| is_new).cloned());
                true
            }
            Furniture::Byline(names) => {
                metadata.bylines.extend(names.iter().cloned());
                true
            }
            Furniture::Date(moment, true) => metadata.modified.replace(*moment).is_none(),
            Furniture::Date(moment, false) => match metadata.published {
                None => metadata.published.replace(*moment).is_none(),
                // Under a second headline it is the dateline of the item that this one reprints.
                Some(_) if headlines >= 2 && !in_foot => {
                    let known = metadata.republished.get_or_insert_default();
                    let is_new = known.published.is_none();
                    known.published = known.published.or(Some(*moment));
                    is_new
                }
                Some(known) if known.day_number() == moment.day_number() => {
                    metadata.published = Some(if known.time.is_none() { *moment } else { known });
                    true
                }
                Some(_) => false,
            },
        }
    }
}

/// Whether the first line names the outlet and not the text: a domain, a line above a switcher or above a marked
/// title, or a few words in capitals above a longer line.
fn is_outlet(passages: &[Passage], found: &[Option<Furniture>], head: usize) -> bool {
    let (Some(first), Some(None)) = (passages.first(), found.first()) else { return false };
    if head == 0 || first.mark != Mark::Plain {
        return false;
    }
    let words = |text: &str| text.split_whitespace().count();
    let next = passages.get(1).filter(|next| head > 1 && next.mark != Mark::Furniture);
    let above_switcher = matches!(found.get(1), Some(Some(Furniture::Switcher(_))));
    let above_heading = next.is_some_and(|next| next.mark == Mark::Heading);
    let is_capital = !first.text.chars().any(char::is_lowercase) && words(&first.text) <= OUTLET_WORDS;
    let above_longer = next.is_some_and(|next| words(&next.text) > words(&first.text));
    is_domain(&first.text) || above_switcher || above_heading || (is_capital && above_longer)
}

/// `KANAL24.AZ`: one word with a dot inside and letters after the last one.
fn is_domain(text: &str) -> bool {
    let is_host = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
    text.chars().all(is_host)
        && text.rsplit_once('.').is_some_and(|(name, top)| {
            name.chars().any(char::is_alphanumeric) && top.len() >= 2 && top.chars().all(char::is_alphabetic)
        })
}

/// Whether a passage can be a title: marked as one, or one short line that does not end as a sentence of a text.
fn is_title(passage: &Passage) -> bool {
    let is_line = is_headline(passage, LONGEST_TITLE) || {
        let is_question = passage.text.trim_end_matches(['"', '»', '”']).ends_with(['?', '!']);
        passage.mark == Mark::Plain && is_question && passage.text.chars().count() <= LONGEST_HEADING
    };
    passage.mark == Mark::Heading || (is_line && passage.gap_after)
}

fn is_headline(passage: &Passage, longest: usize) -> bool {
    let is_open = ends_sentence(&passage.text) || passage.text.ends_with(',');
    passage.mark == Mark::Plain && !is_open && !starts_small(&passage.text) && passage.text.chars().count() <= longest
}

/// Whether a passage without a mark is a heading: short, no final stop, a blank line on one side, and a paragraph after
/// it that is none. Lines of a poem or a list of names are not headings of each other.
fn is_heading(passages: &[Passage], found: &[Option<Furniture>], at: usize) -> bool {
    let Some(passage) = passages.get(at) else { return false };
    let mut after = passages.iter().zip(found).skip(at + 1).filter(|(_, furniture)| furniture.is_none());
    let is_followed = after.next().is_some_and(|(next, _)| {
        matches!(next.mark, Mark::Item | Mark::Quote)
            || (next.mark == Mark::Plain && !is_headline(next, LONGEST_HEADING))
    });
    is_followed && (passage.gap_before || passage.gap_after) && is_headline(passage, LONGEST_HEADING)
}
