//! A bitext side by side, for a terminal: source, bond and target in columns of a given width.
//!
//! How sure a bead is shows by colour and by form alike: the rule along it, a gauge, a figure. A segment without a
//! counterpart stands in its place with a dash opposite. Whatever comes from a text is shown, never obeyed: control
//! characters appear as pictures of themselves (U+2400), and marks that would turn the direction of a line are left out.

use super::{
    bond::{self, Surety},
    direction::{Direction, direction, is_rtl},
    segment::{self, Segment},
};
use crate::model::{Bead, Bitext, Document};
use anstyle::{AnsiColor, Style};
use icu_segmenter::{GraphemeClusterSegmenter, LineSegmenter, LineSegmenterBorrowed, options::LineBreakOptions};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// What the output can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Columns of a line. At least [`NARROWEST`] are used.
    pub width: usize,
    /// Whether it takes ANSI colours.
    pub colour: bool,
}

/// Fewer columns than this hold no text worth reading.
pub const NARROWEST: usize = 24;

/// From this width on there are two columns of text; below, the target stands under the source.
const TWO_COLUMNS: usize = 60;

/// The columns of the bond: rule, space, and room for `unaligned`.
const BOND: usize = 11;

/// The gauge has so many characters, each in eight steps.
const GAUGE: usize = 4;

/// Writes a bitext, its source on the left. Segments are numbered from 1, as in the report, TEI and JSONL.
///
/// ```
/// use korpu::export::side_by_side::{View, bitext};
/// use korpu::model::{Bead, Bitext, Block, BlockKind, Document, Level, Span};
/// let document = |id: &str, text: &str| {
///     let span = Span::new(0, text.len());
///     let block = Block { sentences: vec![span], ..Block::new(BlockKind::Paragraph, span) };
///     Document { id: id.into(), text: text.into(), blocks: vec![block], ..Document::default() }
/// };
/// let (source, target) = (document("a.az", "Salam, dünya!"), document("a.en", "Hello, world!"));
/// let beads = vec![Bead { source: vec![0], target: vec![0], score: 1.0, confidence: 0.97 }];
/// let of = Bitext { source: "a.az".into(), target: "a.en".into(), level: Level::Sentence, beads };
/// let mut out = Vec::new();
/// bitext(&mut out, &of, &source, &target, View { width: 60, colour: false }).unwrap();
/// let text = String::from_utf8(out).unwrap();
/// assert!(text.contains("1 Salam, dünya!         │ ███▉  97%  1 Hello, world!\n"), "{text}");
/// ```
pub fn bitext(
    out: &mut dyn Write,
    bitext: &Bitext,
    source: &Document,
    target: &Document,
    view: View,
) -> io::Result<()> {
    let page = Page::new(view, [source, target], bitext);
    page.head(out, [source, target])?;
    for (n, (bead, moved)) in bitext.beads.iter().zip(bond::moved(&bitext.beads)).enumerate() {
        if n > 0 && page.parts(bead) {
            writeln!(out)?;
        }
        page.bead(out, bead, moved)?;
    }
    writeln!(out, "\n{}", page.paint(&bond::tally(bitext), SOFT))
}

const PLAIN: Style = Style::new();
const SOFT: Style = Style::new().dimmed();
const HEAD: Style = Style::new().bold();
const ALONE: Style = AnsiColor::Magenta.on_default();

/// How the surety of a bead is drawn: its colour, and the rule beside it.
fn dress(surety: Surety) -> (Style, char) {
    match surety {
        Surety::Sure => (AnsiColor::Green.on_default(), '│'),
        Surety::Fair => (AnsiColor::Yellow.on_default(), '╎'),
        Surety::Doubtful => (AnsiColor::Red.on_default(), '┊'),
        Surety::Alone => (ALONE, '║'),
    }
}

/// A line of a column: its text, and how many columns that takes.
#[derive(Clone, Debug, Default)]
struct Line {
    text: String,
    width: usize,
}

/// What all beads of a bitext have in common.
struct Page<'a> {
    view: View,
    /// Columns for the text of a side, numbers included.
    side: usize,
    /// Columns for the number of a segment.
    number: usize,
    segments: [Vec<Segment<'a>>; 2],
    breaks: LineSegmenterBorrowed<'static>,
}

impl<'a> Page<'a> {
    fn new(view: View, documents: [&'a Document; 2], bitext: &Bitext) -> Self {
        let width = view.width.max(NARROWEST);
        let segments = documents.map(|document| segment::segments(document, bitext.level));
        let number = segments.iter().map(|side| side.len().to_string().len()).max().unwrap_or(1);
        Page {
            view: View { width, ..view },
            side: if width < TWO_COLUMNS { width } else { (width - BOND - 3) / 2 },
            number,
            segments,
            breaks: LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()),
        }
    }

    fn paint(&self, text: &str, style: Style) -> String {
        if !self.view.colour || text.is_empty() || style.is_plain() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }

    /// Whether a paragraph begins with the bead on either side.
    fn parts(&self, bead: &Bead) -> bool {
        segment::opens_block(&self.segments[0], &bead.source) || segment::opens_block(&self.segments[1], &bead.target)
    }

    /// The names of the two sides.
    fn head(&self, out: &mut dyn Write, documents: [&Document; 2]) -> io::Result<()> {
        let [source, target] = documents.map(|document| {
            let name = document.metadata.outlet.as_deref().unwrap_or(&document.id);
            let name = shown(&format!("{} {name}", document.language.lang));
            self.wrap(&name, self.side).into_iter().map(|line| self.painted(line, HEAD)).collect::<Vec<_>>()
        });
        self.rows(out, &source, &[], &target)?;
        writeln!(out)
    }

    fn bead(&self, out: &mut dyn Write, bead: &Bead, moved: bool) -> io::Result<()> {
        let (source, target) = (self.cell(0, &bead.source, bead), self.cell(1, &bead.target, bead));
        let surety = Surety::of(bead);
        let (style, rule) = dress(surety);
        let mut words = match surety {
            Surety::Alone => vec!["unaligned".to_owned()],
            _ => vec![gauge(bead.confidence)],
        };
        let shape = if (bead.source.len(), bead.target.len()) == (1, 1) { String::new() } else { bead.shape() };
        let unusual = match (surety, shape.as_str(), moved) {
            (Surety::Alone, ..) | (_, "", false) => None,
            (_, "", true) => Some("moved".to_owned()),
            (_, shape, false) => Some(shape.to_owned()),
            (_, shape, true) => Some(format!("{shape} moved")),
        };
        words.extend(unusual);
        let height = source.len().max(target.len()).max(words.len());
        let bond: Vec<Line> = (0..height)
            .map(|n| {
                let text = words.get(n).map_or_else(|| rule.to_string(), |words| format!("{rule} {words}"));
                self.painted(Line { width: text.width(), text }, style)
            })
            .collect();
        if self.side == self.view.width {
            let words = words.join(" ");
            let text = format!("{:1$}{rule} {words}", "", self.number + 1);
            let bond = self.painted(Line { width: text.width(), text }, style);
            return [source, vec![bond], target].iter().flatten().try_for_each(|line| writeln!(out, "{}", line.text));
        }
        self.rows(out, &source, &bond, &target)
    }

    /// Lines of the columns beside each other, no white space at their ends.
    fn rows(&self, out: &mut dyn Write, source: &[Line], bond: &[Line], target: &[Line]) -> io::Result<()> {
        if self.side == self.view.width {
            return source.iter().chain(target).try_for_each(|line| writeln!(out, "{}", line.text));
        }
        let columns = [(source, self.side + 1), (bond, BOND + 2), (target, 0)];
        for n in 0..source.len().max(bond.len()).max(target.len()) {
            let mut gap = 0;
            for (lines, width) in columns {
                let line = lines.get(n).filter(|line| line.width > 0);
                if let Some(line) = line {
                    write!(out, "{:gap$}{}", "", line.text)?;
                    gap = 0;
                }
                gap += width.saturating_sub(line.map_or(0, |line| line.width));
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// The segments of one side of a bead, each with its number; a dash where there are none.
    fn cell(&self, side: usize, indices: &[u32], bead: &Bead) -> Vec<Line> {
        let indent = self.number + 1;
        if indices.is_empty() {
            let text = format!("{:indent$}—", "");
            return vec![self.painted(Line { width: indent + 1, text }, ALONE)];
        }
        let style = if bead.is_aligned() { PLAIN } else { ALONE };
        let mut lines = Vec::new();
        for index in indices {
            let segment = self.segments[side].get(*index as usize).filter(|segment| !segment.is_blank());
            let (text, style) = segment.map_or(("no text".to_owned(), SOFT), |s| (shown(s.text), style));
            let turn = direction(&text);
            for (n, line) in self.wrap(&text, self.side.saturating_sub(indent)).into_iter().enumerate() {
                let width = indent + line.width;
                let number = match n {
                    0 => self.paint(&format!("{:>1$}", u64::from(*index) + 1, self.number), SOFT),
                    _ => " ".repeat(self.number),
                };
                let text = self.paint(&isolated(&line.text, turn), style);
                lines.push(Line { text: format!("{number} {text}"), width });
            }
        }
        lines
    }

    fn painted(&self, line: Line, style: Style) -> Line {
        Line { text: self.paint(&line.text, style), width: line.width }
    }

    /// Breaks a text into lines of at most so many columns, where Unicode (UAX 14) allows it; a word longer than a line
    /// between any two of its characters as a reader sees them (UAX 29).
    fn wrap(&self, text: &str, width: usize) -> Vec<Line> {
        let mut lines = vec![Line::default()];
        let mut add = |piece: &str| {
            let word = piece.trim_end();
            let fits = |line: &Line| line.width + word.width() <= width;
            if lines.last().is_some_and(|line| line.width > 0 && !fits(line)) {
                lines.push(Line::default());
            }
            if let Some(line) = lines.last_mut() {
                line.text.push_str(piece);
                line.width += piece.width();
            }
        };
        let mut start = 0;
        for end in self.breaks.segment_str(text).filter(|end| *end > 0) {
            let piece = &text[start..end];
            start = end;
            if piece.trim_end().width() <= width {
                add(piece);
                continue;
            }
            let mut start = 0;
            for end in GraphemeClusterSegmenter::new().segment_str(piece).filter(|end| *end > 0) {
                add(&piece[start..end]);
                start = end;
            }
        }
        for line in &mut lines {
            line.text.truncate(line.text.trim_end().len());
            line.width = line.text.width();
        }
        lines
    }
}

/// A confidence as a gauge and a figure: `███▉  97%`.
fn gauge(confidence: f32) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let Some(percent) = bond::percent(confidence) else { return "no figure".to_owned() };
    let eighths = (confidence.clamp(0.0, 1.0) * (GAUGE * 8) as f32).round() as usize;
    let bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    format!("{bar:GAUGE$} {:>4}", percent.replace('\u{A0}', ""))
}

/// A text on one line that cannot steer a terminal: white space is a space; a control character is its picture; marks that
/// embed, override or isolate a direction are left out.
fn shown(text: &str) -> String {
    let shown = |c: char| match c {
        c if c.is_whitespace() && c != '\u{A0}' && c != '\u{202F}' => Some(' '),
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7F}' => Some('\u{2421}'),
        '\u{80}'..='\u{9F}' => Some('\u{FFFD}'),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}' => None,
        c => Some(c),
    };
    text.chars().filter_map(shown).collect()
}

/// A line of text that does not turn what stands beside it where a terminal writes from right to left. Lines without such
/// letters stay as they are.
fn isolated(line: &str, turn: Direction) -> String {
    const LEFT_TO_RIGHT: char = '\u{2066}';
    const RIGHT_TO_LEFT: char = '\u{2067}';
    const END: char = '\u{2069}';
    if !line.contains(is_rtl) {
        return line.to_owned();
    }
    let begin = if turn == Direction::Rtl { RIGHT_TO_LEFT } else { LEFT_TO_RIGHT };
    format!("{begin}{line}{END}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, Level, Span};

    fn document(id: &str, sentences: &[&str]) -> Document {
        let mut document = Document { id: id.into(), ..Document::default() };
        for sentence in sentences {
            let span = Span::new(document.text.len(), document.text.len() + sentence.len());
            document.text.push_str(sentence);
            match document.blocks.first_mut() {
                Some(block) => block.sentences.push(span),
                None => document.blocks.push(Block { sentences: vec![span], ..Block::new(BlockKind::Paragraph, span) }),
            }
        }
        document
    }

    fn bead(source: &[u32], target: &[u32], confidence: f32) -> Bead {
        Bead { source: source.to_vec(), target: target.to_vec(), score: 0.0, confidence }
    }

    fn view(source: &[&str], target: &[&str], beads: Vec<Bead>, view: View) -> String {
        let of = Bitext { source: "a".into(), target: "b".into(), level: Level::Sentence, beads };
        let mut out = Vec::new();
        bitext(&mut out, &of, &document("a", source), &document("b", target), view).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn plain(width: usize) -> View {
        View { width, colour: false }
    }

    #[test]
    fn beads_stand_side_by_side_and_tell_what_is_unusual() {
        let beads = vec![
            bead(&[0], &[2], 0.97),
            bead(&[1, 2], &[0], 0.6),
            bead(&[], &[1], 0.9),
            bead(&[3], &[], 0.9),
            bead(&[4], &[3], 0.25),
        ];
        let source = ["Birinci cümlə burada dayanır.", "İki.", "Üç.", "Dörd.", "Beş."];
        let expected = "\
und a                                und b

1 Birinci cümlə burada  │ ███▉  97%  3 The first sentence
  dayanır.              │ moved        stands here.

2 İki.                  ╎ ██▍   60%  1 Two and three.
3 Üç.                   ╎ 2-1
  —                     ║ unaligned  2 One more.
4 Dörd.                 ║ unaligned    —
5 Beş.                  ┊ █     25%  4 Five.

3 sentence beads, 1 + 1 unaligned
";
        let target = ["Two and three.", "One more.", "The first sentence stands here.", "Five."];
        assert_eq!(view(&source, &target, beads, plain(60)), expected);
    }

    #[test]
    fn where_there_is_no_room_the_target_stands_under_the_source() {
        let beads = vec![bead(&[0], &[0], 0.97), bead(&[1], &[], 0.9)];
        let expected = "\
und a
und b

1 Birinci cümlə burada
  dayanır.
  │ ███▉  97%
1 The first sentence
  stands here.
2 İki.
  ║ unaligned
  —

1 sentence bead, 1 + 0 unaligned
";
        let (source, target) = (["Birinci cümlə burada dayanır.", "İki."], ["The first sentence stands here."]);
        assert_eq!(view(&source, &target, beads.clone(), plain(24)), expected);
        assert_eq!(view(&source, &target, beads, plain(0)), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_whatever_the_script() {
        let texts = [
            "日本語の文章はどこでも折り返すことができますので長い行も問題ありません。",
            "🇦🇿🇹🇷👩‍👩‍👧‍👦 e\u{301}\u{301}\u{301} Ә\u{301} — https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "منتدى باكو افتتح اليوم في المدينة القديمة بحضور الوزراء",
            "หนังสือพิมพ์ไทยไม่มีช่องว่างระหว่างคำทำให้ตัดบรรทัดยาก",
            "\u{301}\u{301}",
        ];
        for width in [24, 59, 60, 61, 80, 100, 200] {
            let beads = (0..5).map(|n| bead(&[n], &[4 - n], 1.0)).collect();
            let shown = view(&texts, &texts, beads, plain(width));
            for line in shown.lines() {
                assert!(line.width() <= width, "{width}: {} {line:?}", line.width());
                assert_eq!(line, line.trim_end());
            }
        }
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        for text in texts {
            let shown = view(&[text], &[], vec![bead(&[0], &[], 1.0)], plain(24));
            let shown = squeezed(&shown.replace(['\u{2066}', '\u{2067}', '\u{2069}'], ""));
            assert!(shown.contains(&squeezed(text)), "{text}: {shown}");
        }
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let attack = "a\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}31m\rb\u{8}\0c\u{7f}\u{202e}d\u{2028}e\u{85}f\tg";
        let shown = view(&[attack], &[attack], vec![bead(&[0], &[0], 1.0)], plain(100));
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
        assert!(shown.contains("a␛]0;x␇␛[2J\u{FFFD}31m b␈␀c␡d e f g"), "{shown:?}");
        let coloured = view(&[attack], &[attack], vec![bead(&[0], &[], f32::NAN)], View { width: 100, colour: true });
        let sequences = coloured.split('\u{1b}').skip(1);
        assert!(sequences.clone().count() > 4);
        assert!(
            sequences.clone().all(|s| matches!(s.split_once('m').unwrap().0, "[0" | "[1" | "[2" | "[35")),
            "{coloured:?}"
        );
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let make = || vec![bead(&[0], &[0], 0.97), bead(&[1], &[1], 0.6), bead(&[2], &[2], 0.2), bead(&[3], &[], 1.0)];
        let texts = ["Bir.", "İki.", "Üç.", "Dörd."];
        let coloured = view(&texts, &texts, make(), View { width: 80, colour: true });
        for code in ["[32m", "[33m", "[31m", "[35m"] {
            assert!(coloured.contains(code), "{code}: {coloured:?}");
        }
        let bare = coloured.split('\u{1b}').enumerate();
        let bare: String = bare.map(|(n, s)| if n == 0 { s } else { s.split_once('m').unwrap().1 }).collect();
        assert_eq!(bare, view(&texts, &texts, make(), plain(80)));
    }

    #[test]
    fn a_line_from_right_to_left_is_isolated_from_its_neighbours() {
        let shown = view(&["BBC: منتدى باكو"], &["Bakı forumu"], vec![bead(&[0], &[0], 1.0)], plain(80));
        assert!(shown.contains("1 \u{2067}BBC: منتدى باكو\u{2069} "), "{shown:?}");
        assert_eq!(shown.matches(['\u{2066}', '\u{2067}']).count(), shown.matches('\u{2069}').count());
    }

    #[test]
    fn segments_that_are_not_there_do_no_harm() {
        let shown = view(&["Bir."], &["\u{0}"], vec![bead(&[0], &[0], 7.0), bead(&[9], &[u32::MAX], -1.0)], plain(80));
        assert_eq!(shown.matches("no text").count(), 3, "{shown}");
        assert!(shown.contains("100%") && shown.contains(" 0%"), "{shown}");
        assert_eq!(
            view(&[], &[], vec![], plain(80)),
            "und a                                          und b\n\n\n0 sentence beads\n"
        );
    }
}
