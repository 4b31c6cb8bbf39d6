//! A plain text file is a page without marks. Its outlet, title, dates, language versions and source stand on lines of
//! their own at its head and foot; this module finds them there, and keeps all else as blocks.

use super::lines::{Mark, Passage, ends_sentence, passages, starts_small};
use super::versions::Names;
use super::{clean, date, labels, markdown};
use crate::language::Languages;
use crate::model::{BlockKind, Metadata, Moment, OfferedVersion, Republication};

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
    let reader = Reader { languages, names: Names::of(languages) };
    let mut passages = passages(text, is_markdown, |line| reader.furniture(line).is_some());
    let is_marked = |passage: &Passage| passage.mark == Mark::Furniture;
    let found: Vec<Option<Furniture>> =
        passages.iter().map(|p| is_marked(p).then(|| reader.furniture(&p.text))?).collect();
    let mut file = File { metadata, blocks: Vec::new() };
    // A file that begins with running text has no head, one that ends with it no foot.
    let is_body = |passage: &Passage| !is_marked(passage) && !is_title(passage);
    let head = passages.iter().position(is_body).unwrap_or(passages.len());
    let foot = passages.iter().rposition(is_body).map_or(passages.len(), |last| last + 1);
    let first = usize::from(is_outlet(&passages, &found, head));
    if let Some(outlet) = passages.first().filter(|_| first == 1) {
        file.metadata.outlet = clean::words(&outlet.text, clean::TITLE);
    }
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
    // Above a marked title something may stand that is not; the title is still the first block.
    file.blocks.sort_by_key(|(_, kind)| *kind != BlockKind::Title);
    let text = |n: usize| passages.get_mut(n).map(|passage| std::mem::take(&mut passage.text)).unwrap_or_default();
    let (places, kinds): (Vec<usize>, Vec<BlockKind>) = file.blocks.into_iter().unzip();
    blocks.extend(kinds.into_iter().zip(places.into_iter().map(text)));
    (blocks, file.metadata)
}

/// A line that says something of the text and is not part of it.
enum Furniture {
    Switcher(Vec<OfferedVersion>),
    Source(Republication),
    Date(Moment, bool),
    Byline(Vec<String>),
}

struct Reader<'l> {
    languages: &'l Languages,
    names: Names,
}

impl Reader<'_> {
    /// What a line says, if it is furniture.
    fn furniture(&self, line: &str) -> Option<Furniture> {
        let switcher = self.names.line(line).map(Furniture::Switcher);
        let source = || labels::source(line, self.languages).map(Furniture::Source);
        let date = || date::alone(line, self.languages).map(|(moment, update)| Furniture::Date(moment, update));
        let byline = || {
            let names = labels::byline(line, self.languages).map(|_| clean::names(line, self.languages))?;
            (!names.is_empty()).then_some(Furniture::Byline(names))
        };
        switcher.or_else(source).or_else(date).or_else(byline)
    }
}

struct File {
    metadata: Metadata,
    /// The passages kept, and what each is.
    blocks: Vec<(usize, BlockKind)>,
}

impl File {
    /// Where the title stands: the first line of the head that looks like one, if running text follows it soon.
    fn title(&mut self, passages: &[Passage], found: &[Option<Furniture>], first: usize, head: usize) -> Option<usize> {
        let is_marked = |n: &usize| passages.get(*n).is_some_and(|passage| passage.mark == Mark::Heading);
        let is_line = |n: &usize| found.get(*n).is_some_and(Option::is_none);
        let at = (first..head).find(is_marked).or_else(|| (first..head).find(is_line))?;
        let passage = passages.get(at)?;
        // After the title a second headline may stand, hardly a third.
        let lines = (at..head).filter(is_line).count();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Metadata, then a blank line, then blocks with their kinds.
    fn check(text: &str, is_markdown: bool, expected: &str) {
        let (blocks, m) = read(text, is_markdown, Languages::bundled());
        let mut shown: Vec<String> = Vec::new();
        let mut say = |name: &str, value: Option<String>| shown.extend(value.map(|value| format!("{name} = {value}")));
        say("title", m.title);
        say("outlet", m.outlet);
        say("by", (!m.bylines.is_empty()).then(|| m.bylines.join("; ")));
        say("published", m.published.map(|p| p.to_string()));
        say("modified", m.modified.map(|p| p.to_string()));
        let versions: Vec<String> = m.versions.iter().map(|v| format!("{}({})", v.lang, v.source_tag)).collect();
        say("versions", (!versions.is_empty()).then(|| versions.join(" ")));
        say("source", m.republished.as_ref().map(|r| r.source.clone().unwrap_or_default()));
        say("original", m.republished.and_then(|r| r.published).map(|p| p.to_string()));
        shown.extend(blocks.iter().map(|(kind, text)| format!("{kind:?}: {text}")));
        let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let shown: Vec<&str> = shown.iter().map(|line| line.trim()).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_saved_page_has_outlet_switcher_title_headings_and_date() {
        check(
            "SAHİL24.EXAMPLE\nAz Iw En Ru\n\nMinister to open the new bridge over the bay\n\nThe minister will open the \
             bridge on Monday, his office said. It took six years to build.\n\nThe old one was closed in spring.\nSix \
             years of work\n\nWorkers told that the wind was the hardest part. The last cable was drawn in May.\n\nWhat \
             comes next\n\nA second bridge is planned.\nIt will be for trains.\n\n\n19:18 20.11.2017",
            false,
            "title = Minister to open the new bridge over the bay
             outlet = SAHİL24.EXAMPLE
             published = 2017-11-20T19:18:00
             versions = az(Az) en(En) he(Iw) ru(Ru)
             Title: Minister to open the new bridge over the bay
             Paragraph: The minister will open the bridge on Monday, his office said. It took six years to build.
             Paragraph: The old one was closed in spring.
             Heading: Six years of work
             Paragraph: Workers told that the wind was the hardest part. The last cable was drawn in May.
             Heading: What comes next
             Paragraph: A second bridge is planned.
             Paragraph: It will be for trains.",
        );
    }

    #[test]
    fn a_reprint_has_the_dateline_of_the_original_under_a_second_headline() {
        check(
            "\nDENİZ ARAŞTIRMALARI MERKEZİ CENTRE FOR SEA STUDIES\n\n## MINISTER: BRIDGE, BAY - NEW WAYS\n\n20.11.2017\n\n\
             Minister: The bridge is of great interest to both shores\n\n19 November 2017 19:32 (UTC+04:00)\n\nThe minister \
             has today received the builders, who gave him the warmest\n\ngreetings, and thanked them.\n\n\"We are pleased. \
             Come again.\n\nThere is more to build,\" he said.\n\nKaynak/Source:\n",
            false,
            "title = MINISTER: BRIDGE, BAY - NEW WAYS
             outlet = DENİZ ARAŞTIRMALARI MERKEZİ CENTRE FOR SEA STUDIES
             published = 2017-11-20
             source =
             original = 2017-11-19T19:32:00+04:00
             Title: MINISTER: BRIDGE, BAY - NEW WAYS
             Heading: Minister: The bridge is of great interest to both shores
             Paragraph: The minister has today received the builders, who gave him the warmest greetings, and thanked them.
             Paragraph: \"We are pleased. Come again.
             Paragraph: There is more to build,\" he said.",
        );
    }

    #[test]
    fn a_file_of_paragraphs_has_no_title_and_loses_nothing() {
        check(
            "Körpü bu gün açıldı.\n\nNazir 20 noyabr 2017 tarixində çıxış etdi.\nSonra hamı getdi.\n\n20 noyabr 2017\n\nGecə oldu.",
            false,
            "Paragraph: Körpü bu gün açıldı.
             Paragraph: Nazir 20 noyabr 2017 tarixində çıxış etdi.
             Paragraph: Sonra hamı getdi.
             Paragraph: 20 noyabr 2017
             Paragraph: Gecə oldu.",
        );
        check("", false, "");
        check("söz", false, "Paragraph: söz");
    }

    #[test]
    fn lines_broken_by_the_width_of_a_page_are_joined() {
        check(
            "Мост открыт\n\nМинистр открыл мост через залив в понедельник утром, сообщила\nпресс-служба. Строили его шесть \
             лет, и дважды работы стояли из-за\nНового года и шторма, который повредил опоры. Теперь по мосту ходят\nпоезда.\n\
             \nСтарый мост закрыли.",
            false,
            "title = Мост открыт
             Title: Мост открыт
             Paragraph: Министр открыл мост через залив в понедельник утром, сообщила пресс-служба. Строили его шесть лет, и \
             дважды работы стояли из-за Нового года и шторма, который повредил опоры. Теперь по мосту ходят поезда.
             Paragraph: Старый мост закрыли.",
        );
    }

    #[test]
    fn lines_with_bullets_in_a_row_are_a_list() {
        check(
            "Gəldilər.\n- nazir\n- memar\n\nSıra belədir.\n\n1. bir\n2. iki\n\n- Getdik, - dedi nazir.\n\n20. yüzyıl bitdi.",
            false,
            "Paragraph: Gəldilər.
             Item: nazir
             Item: memar
             Paragraph: Sıra belədir.
             Item: bir
             Item: iki
             Paragraph: - Getdik, - dedi nazir.
             Paragraph: 20. yüzyıl bitdi.",
        );
    }

    #[test]
    fn a_byline_and_a_named_source_become_metadata() {
        check(
            "Köprü açıldı\n\nYazar: Deniz Ay\n20 Kasım 2017 Pazartesi 19:18\nGüncelleme: 21.11.2017\n\nBakan köprüyü açtı.\n\n\
             Kaynak: Dalga Ajansı, 19.11.2017",
            false,
            "title = Köprü açıldı
             by = Deniz Ay
             published = 2017-11-20T19:18:00
             modified = 2017-11-21
             source = Dalga Ajansı
             original = 2017-11-19
             Title: Köprü açıldı
             Paragraph: Bakan köprüyü açtı.",
        );
    }

    #[test]
    fn markdown_marks_become_kinds() {
        check(
            "---\ntitle: Körpü açıldı\ndate: 2017-11-20\n---\n# Körpü açıldı\n\nNazir *bu gün*\n[körpünü](https://a.example) \
             açdı.\n\n```\nkod\n```\n\nSöz\n---\n\n> Gözəl\n> gündür.\n\n* bir\n* iki\n  davamı\n\n***\nSon.\n```\nqalan",
            true,
            "title = Körpü açıldı
             published = 2017-11-20
             Title: Körpü açıldı
             Paragraph: Nazir bu gün körpünü açdı.
             Heading: Söz
             Quote: Gözəl gündür.
             Item: bir
             Item: iki davamı
             Paragraph: Son.
             Paragraph: qalan",
        );
    }

    #[test]
    fn hostile_files_are_read_to_the_end() {
        for piece in
            ["# ", "- a\n", "1. \n2. ", "> ", "```\n", "20.11.2017\n", "Az En\n\n", "\u{0}\r\n", "Söz\n\n", "a:\n"]
        {
            for is_markdown in [false, true] {
                read(&piece.repeat(5000), is_markdown, Languages::bundled());
            }
        }
    }
}
