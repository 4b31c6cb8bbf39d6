//! Tables as a stream of units: tab-separated lines or CSV, of which the first line names the columns.
//!
//! A column named by a language (`az`, `en-GB`) holds texts in it. Those that korpu writes name the language of each text in
//! `source_lang` and `target_lang` and hold it in `source_text` and `target_text`; `level` says how long the texts are.
//! `id` is the name of a unit (Indonesian is `id-ID`), every other column a property of it (`x-` and its name): nothing is left out.

use super::encoding::Source;
use super::xml::{is_forbidden, short};
use super::{Fault, Header, Item, Severity, segment};
use crate::language::Lang;
use crate::model::{Level, Remark, Said, Unit, Variant};
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A line has no more bytes.
const LINE: u64 = 8 << 20;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    /// Texts in one language.
    Text(Lang),
    /// Texts of one side, each in a language of its own.
    Side(usize),
    /// The language of that side.
    SideLang(usize),
    Id,
    Level,
    Property(String),
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Tabs, and no quotation.
    Tsv,
    /// Commas, and quotation marks.
    Csv,
}

/// What a table is whose first line is this; `None` where it names no two texts.
pub(super) fn dialect(line: &str) -> Option<Dialect> {
    let line = line.lines().next()?;
    let dialect = if line.contains('\t') { Dialect::Tsv } else { Dialect::Csv };
    let mut reader = reader(line.as_bytes(), dialect);
    let mut names = csv::StringRecord::new();
    reader.read_record(&mut names).ok()?;
    columns(&names).is_ok().then_some(dialect)
}

fn reader<R: io::Read>(stream: R, dialect: Dialect) -> csv::Reader<R> {
    let mut builder = csv::ReaderBuilder::new();
    if dialect == Dialect::Tsv {
        builder.delimiter(b'\t').quoting(false);
    }
    builder.has_headers(false).flexible(true).from_reader(stream)
}

/// What the columns of these names hold; or why they hold no two texts.
fn columns(names: &csv::StringRecord) -> Result<Vec<Column>, &'static str> {
    let named = |name: &str| names.iter().any(|own| own.trim() == name);
    let sided = ["source_text", "target_text", "source_lang", "target_lang"].iter().all(|name| named(name));
    // "url" and "tag" are well-formed tags, too: three letters alone are no language here.
    let is_lang = |lang: &Lang| lang.primary().len() == 2 || lang.primary().len() == 3 && lang.as_str().len() > 3;
    let column = |name: &str| match name.trim() {
        "source_text" if sided => Column::Side(0),
        "target_text" if sided => Column::Side(1),
        "source_lang" if sided => Column::SideLang(0),
        "target_lang" if sided => Column::SideLang(1),
        "id" => Column::Id,
        "level" => Column::Level,
        other => match Lang::parse(other).filter(|lang| !sided && is_lang(lang)) {
            Some(lang) => Column::Text(lang),
            None => Column::Property(format!("x-{}", other.replace('_', "-"))),
        },
    };
    let columns: Vec<Column> = names.iter().map(column).collect();
    let mut langs: Vec<&Lang> = Vec::new();
    for column in &columns {
        if let Column::Text(lang) = column {
            if langs.contains(&lang) {
                return Err("two columns are of one language");
            }
            langs.push(lang);
        }
    }
    if sided || langs.len() > 1 { Ok(columns) } else { Err("the first line names no two languages") }
}

/// A reader of a table: an iterator over what is in it.
pub(super) struct Reader<R: BufRead> {
    table: csv::Reader<Source<R>>,
    /// Whether lines end with CR and LF: between the two a line is over, but its LF is not counted yet.
    is_crlf: bool,
    dialect: Dialect,
    columns: Vec<Column>,
    found: VecDeque<Item>,
    ended: bool,
    units: u64,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(stream: R, dialect: Dialect) -> io::Result<Self> {
        let mut source = Source::new(stream, LINE)?;
        let encoding = source.encoding();
        // What cannot be read is told when the first line is.
        let first = source.fill_buf().ok().and_then(|block| block.split_inclusive(|b| *b == b'\n').next());
        let is_crlf = first.is_some_and(|line| line.ends_with(b"\r\n"));
        let mut reader = Reader {
            table: reader(source, dialect),
            is_crlf,
            dialect,
            columns: Vec::new(),
            found: VecDeque::new(),
            ended: false,
            units: 0,
        };
        let mut names = csv::StringRecord::new();
        let read = reader.table.read_record(&mut names).map_err(|error| explain(&error));
        match read.and_then(|_| columns(&names).map_err(str::to_owned)) {
            Ok(columns) => {
                let header = Header { encoding, level: Some(Level::Sentence), ..Header::default() };
                reader.found.push_back(Item::Header(header));
                reader.columns = columns;
            }
            Err(reason) => reader.broken(1, &reason),
        }
        Ok(reader)
    }

    fn broken(&mut self, line: u64, reason: &str) {
        self.ended = true;
        let what = "the file cannot be read any further";
        self.found.push_back(Item::Fault(Fault {
            line,
            severity: Severity::Broken,
            loss: true,
            what,
            detail: short(reason),
        }));
    }

    fn lost(&mut self, line: u64, what: &'static str, detail: &str) {
        let fault = Fault { line, severity: Severity::Wrong, loss: true, what, detail: short(detail) };
        self.found.push_back(Item::Fault(fault));
    }

    /// Reads a line.
    fn advance(&mut self) {
        self.table.get_mut().renew();
        let line = self.table.position().line().saturating_add(u64::from(self.is_crlf));
        let mut record = csv::StringRecord::new();
        match self.table.read_record(&mut record) {
            Ok(true) => self.unit(line, &record),
            Ok(false) => self.ended = true,
            Err(error) => self.broken(line, &explain(&error)),
        }
    }

    fn unit(&mut self, line: u64, record: &csv::StringRecord) {
        if record.len() != self.columns.len() {
            let detail = format!("{} and not {}", record.len(), self.columns.len());
            return self.lost(line, "a line with another number of fields than the first", &detail);
        }
        let mut said = Said::default();
        let (mut level, mut langs) = (Level::Sentence, [None, None]);
        let mut texts: Vec<(Option<Lang>, usize, String)> = Vec::new();
        let mut faults = Vec::new();
        for (column, field) in self.columns.iter().zip(record) {
            let field = if self.dialect == Dialect::Csv { unguarded(field) } else { field };
            if field.contains(is_forbidden) {
                faults.push(("a control character that XML forbids", String::new()));
            }
            let text = segment::line(&field.replace(is_forbidden, ""));
            match column {
                _ if text.is_empty() => {}
                Column::Text(lang) => texts.push((Some(lang.clone()), 0, text)),
                Column::Side(side) => texts.push((None, *side, text)),
                Column::SideLang(side) => match (Lang::parse(&text), langs.get_mut(*side)) {
                    (Some(lang), Some(place)) => *place = Some(lang),
                    _ => faults.push(("no language of BCP 47", text)),
                },
                Column::Id => said.id = Some(text),
                // What somebody said may be several sentences.
                Column::Level if text == Level::Paragraph.name() || text == "quote" => level = Level::Paragraph,
                Column::Level => {}
                Column::Property(name) => said.remarks.push(Remark::Prop(name.clone(), text)),
            }
        }
        for (what, detail) in faults {
            self.lost(line, what, &detail);
        }
        let mut variants: Vec<Variant> = Vec::new();
        for (lang, side, text) in texts {
            let lang = lang.or_else(|| langs.get(side).cloned().flatten()).unwrap_or(Lang::UNKNOWN);
            if variants.iter().any(|variant| variant.lang == lang) {
                self.lost(line, "a second text in one language", &text);
            } else {
                variants.push(Variant { lang, text, said: Said::default() });
            }
        }
        if !variants.is_empty() {
            self.found.push_back(Item::Unit(Unit { number: self.units, line, level, said, variants }));
            self.units = self.units.saturating_add(1);
        }
    }
}

/// Why a line cannot be read, in words for the user.
fn explain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "bytes that are not UTF-8. Convert the file".to_owned(),
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

/// A field without the apostrophe that our CSV puts before what a spreadsheet would calculate.
fn unguarded(field: &str) -> &str {
    let is_formula = |rest: &&str| rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@']);
    field.strip_prefix('\'').filter(is_formula).unwrap_or(field)
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.found.is_empty() && !self.ended {
            self.advance();
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, an item a line.
    fn read(text: &str) -> Vec<String> {
        let Some(dialect) = dialect(text) else { return vec!["no table".to_owned()] };
        let shown = Reader::new(text.as_bytes(), dialect).unwrap().filter_map(|item| match item {
            Item::Header(_) | Item::Part(_) => None,
            Item::Unit(unit) => {
                let texts: Vec<String> = unit.variants.iter().map(|v| format!("{}:{}", v.lang, v.text)).collect();
                let remarks: Vec<String> = unit.said.remarks.iter().map(|r| format!("{r:?}")).collect();
                let id = unit.said.id.unwrap_or_default();
                Some(format!("{}: {id} {} {}", unit.line, texts.join(" = "), remarks.join(" ")).trim_end().to_owned())
            }
            Item::Fault(fault) => Some(format!("{}: {fault}", fault.line)),
        });
        shown.collect()
    }

    #[test]
    fn columns_named_by_languages_hold_texts_and_all_others_properties() {
        let check = |text: &str, expected: &[&str]| assert_eq!(read(text), expected, "{text:?}");
        check(
            "az\tru\tid\turl\n\"Bir\"  iki\tРаз\t7\thttps://a.example\nÜç\t\t\t\nDörd\n",
            &[
                "2: 7 az:\"Bir\" iki = ru:Раз Prop(\"x-url\", \"https://a.example\")",
                "3:  az:Üç",
                "4: a line with another number of fields than the first: 1 and not 4",
            ],
        );
        check("az,en-GB,ru\n\"a,\"\"b\"\"\n c\",x,\n", &["2:  az:a,\"b\" c = en-GB:x"]);
        check(
            "source_lang,target_lang,source_text,target_text,level\naz,az-Cyrl,'- Bir,'iki',paragraph\nru,ru,а,б,sentence\n",
            &["2:  az:- Bir = az-Cyrl:'iki'", "3: a second text in one language: б", "3:  ru:а"],
        );
        check("az\taz\nx\ty\n", &["no table"]);
        check("Salam\tПривет\n", &["no table"]);
        check("az\nx\n", &["no table"]);
        check("", &["no table"]);
    }

    #[test]
    fn a_line_without_end_is_refused_and_bytes_that_are_no_utf_8_too() {
        let endless = format!("az\tru\n{}", "x".repeat(9 << 20));
        assert_eq!(read(&endless).len(), 1);
        let bytes = b"az\tru\n\xff\tx\n";
        let items: Vec<Item> = Reader::new(&bytes[..], Dialect::Tsv).unwrap().collect();
        assert!(
            matches!(items.last(), Some(Item::Fault(fault)) if fault.severity == Severity::Broken && fault.line == 2)
        );
    }
}
