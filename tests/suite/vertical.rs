//! Vertical text against its documented format, strictly: CWB's Corpus Encoding Manual (input format, `cwb-align-import` and
//! `.align` files) and Sketch Engine's "Preparing a text corpus" (vertical, `mkalign`, registry). Neither engine can be had from
//! the registries at hand, so this reader stands in for them: it refuses what either manual does not describe.

use crate::desk::{Desk, korpu};
use crate::news;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The structures with their attributes, as `cwb-encode -S` is told them in the README.
const STRUCTURES: [(&str, &[&str]); 3] = [
    ("text", &["id", "lang", "title", "outlet", "date", "url", "licence"]),
    ("p", &["id", "kind", "lang"]),
    ("s", &["id"]),
];

/// A corpus: of each sentence the first and the last token, by their positions.
#[derive(Default)]
struct Corpus {
    sentences: Vec<(usize, usize)>,
    tokens: usize,
}

/// Reads vertical text; or says on which line it is none.
fn corpus(text: &str) -> Result<Corpus, String> {
    let mut corpus = Corpus::default();
    let mut open: Vec<&str> = Vec::new();
    let mut glued = false;
    let mut ids: Vec<&str> = Vec::new();
    if !text.ends_with('\n') {
        return Err("the last line does not end".into());
    }
    for (n, line) in text.lines().enumerate() {
        let fault = |what: &str| Err(format!("{}: {what}: {line}", n + 1));
        if let Some(name) = line.strip_prefix("</").and_then(|rest| rest.strip_suffix('>')) {
            if glued || open.pop() != Some(name) {
                return fault("an end of what is not open");
            }
            if name == "s" {
                let first = corpus.sentences.last().map_or(0, |(first, _)| *first);
                if corpus.tokens == first {
                    return fault("a sentence without tokens");
                }
                corpus.sentences.last_mut().unwrap().1 = corpus.tokens - 1;
            }
        } else if line == "<g/>" {
            let first = corpus.sentences.last().map_or(0, |(first, _)| *first);
            if glued || open.last() != Some(&"s") || corpus.tokens == first {
                return fault("glue that is not between two tokens");
            }
            glued = true;
        } else if line.starts_with('<') {
            let level = open.len();
            let Some((name, attributes)) = STRUCTURES.get(level) else { return fault("a structure too deep") };
            if tag(line, name, attributes).is_none() {
                return fault("no tag of the structure that is due, with its attributes in order");
            }
            let id = tag(line, name, attributes).unwrap_or_default();
            if ids.contains(&id) {
                return fault("an id twice");
            }
            ids.push(id);
            open.push(name);
            if *name == "s" {
                corpus.sentences.push((corpus.tokens, corpus.tokens));
            }
        } else {
            if open.last() != Some(&"s") {
                return fault("a token outside of a sentence");
            }
            if line.is_empty() || line.contains(['\t', '>', '\r']) || line.trim() != line || !entities(line) {
                return fault("no token");
            }
            corpus.tokens += 1;
            glued = false;
        }
    }
    if open.is_empty() { Ok(corpus) } else { Err(format!("{open:?} does not end")) }
}

/// The id in a tag that has these attributes, in this order and no others.
fn tag<'t>(line: &'t str, name: &str, attributes: &[&str]) -> Option<&'t str> {
    let mut rest = line.strip_prefix('<')?.strip_prefix(name)?;
    let mut id = None;
    for attribute in attributes {
        rest = rest.strip_prefix(' ')?.strip_prefix(attribute)?.strip_prefix("=\"")?;
        let (value, after) = rest.split_once('"')?;
        if value.contains(['<', '>', '\t']) || !entities(value) {
            return None;
        }
        id = id.or(Some(value).filter(|_| *attribute == "id"));
        rest = after;
    }
    id.filter(|_| rest == ">")
}

/// Whether every & begins an entity that both engines know.
fn entities(text: &str) -> bool {
    text.split('&').skip(1).all(|rest| ["amp;", "lt;", "gt;", "quot;"].iter().any(|entity| rest.starts_with(entity)))
}

/// The ranges of a field of `mkalign`: `3`, `3,5`, none for -1.
fn range(field: &str) -> Option<Vec<usize>> {
    let ends: Vec<&str> = field.split(',').collect();
    match ends.as_slice() {
        ["-1"] => Some(Vec::new()),
        [one] => Some(vec![one.parse().ok()?]),
        [first, last] => {
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            (first < last).then(|| (first..=last).collect())
        }
        _ => None,
    }
}

/// Holds a table of Manatee to its corpora: every sentence once, in order.
fn manatee(table: &str, corpora: [&Corpus; 2]) -> Result<(), String> {
    let mut next = [0, 0];
    for line in table.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [source, target] = fields[..] else { return Err(format!("not two fields: {line}")) };
        for (field, next) in [source, target].into_iter().zip(&mut next) {
            for n in range(field).ok_or_else(|| format!("no range: {line}"))? {
                if n != *next {
                    return Err(format!("{n} where {next} is due: {line}"));
                }
                *next += 1;
            }
        }
    }
    let all = corpora.map(|corpus| corpus.sentences.len());
    if next == all { Ok(()) } else { Err(format!("{next:?} of {all:?} sentences")) }
}

/// Holds an alignment for `cwb-align-encode` to its corpora: a head, then positions that begin and end sentences and rise.
fn cwb(table: &str, names: [&str; 2], corpora: [&Corpus; 2]) -> Result<usize, String> {
    let mut lines = table.lines();
    let head = format!("{}\ts\t{}\ts", names[0], names[1]);
    if lines.next() != Some(&head) {
        return Err(format!("the head is not {head}"));
    }
    let (mut ends, mut count) = ([None, None], 0);
    for line in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let [a, b, c, d, shape] = fields[..] else { return Err(format!("not five fields: {line}")) };
        let numbers: Vec<usize> = [a, b, c, d].iter().filter_map(|field| field.parse().ok()).collect();
        let [a, b, c, d] = numbers[..] else { return Err(format!("no positions: {line}")) };
        let mut shapes = Vec::new();
        for ((corpus, end), (first, last)) in corpora.into_iter().zip(&mut ends).zip([(a, b), (c, d)]) {
            let from = corpus.sentences.binary_search_by_key(&first, |(first, _)| *first);
            let to = corpus.sentences.binary_search_by_key(&last, |(_, last)| *last);
            let (Ok(from), Ok(to)) = (from, to) else { return Err(format!("within a sentence: {line}")) };
            if to < from || end.is_some_and(|end| first <= end) {
                return Err(format!("does not rise: {line}"));
            }
            shapes.push((to - from + 1).to_string());
            *end = Some(last);
        }
        if shape != shapes.join(":") {
            return Err(format!("is {}: {line}", shapes.join(":")));
        }
        count += 1;
    }
    Ok(count)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn vertical_text_and_its_tables_are_what_the_manuals_describe() {
    let desk = Desk::new();
    for (name, page) in news::pages(0..5) {
        desk.put(&name, page);
    }
    desk.run("out", &[]);
    let mut command = Command::new(korpu());
    command.arg("export").arg(desk.path("out/corpus.korpu")).arg("-o").arg(desk.path("ex"));
    assert!(command.args(["--format", "vertical"]).output().unwrap().status.success());
    let names: Vec<String> = fs::read_dir(desk.path("ex/vertical"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let path = |name: &str| desk.path("ex/vertical").join(name);
    let mut corpora: BTreeMap<&str, Corpus> = BTreeMap::new();
    for name in &names {
        if let Some(lang) = name.strip_suffix(".vrt") {
            corpora.insert(lang, corpus(&read(&path(name))).unwrap_or_else(|fault| panic!("{name}: {fault}")));
            let registry = read(&path(&format!("{lang}.registry")));
            for (structure, attributes) in STRUCTURES {
                let declared =
                    attributes.iter().map(|attribute| format!("    ATTRIBUTE {attribute}\n")).collect::<String>();
                assert!(registry.contains(&format!("STRUCTURE {structure} {{\n{declared}}}")), "{registry}");
            }
            assert!(registry.contains(&format!("VERTICAL \"{name}\"\n")), "{registry}");
        }
    }
    assert!(corpora.len() > 1 && corpora.values().all(|corpus| corpus.tokens > 100));
    let mut beads = 0;
    for name in &names {
        let pair = |ending: &str| name.strip_suffix(ending).and_then(|pair| pair.split_once('-'));
        if let Some((a, b)) = pair(".align") {
            manatee(&read(&path(name)), [&corpora[a], &corpora[b]]).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let registry = read(&path(&format!("{a}.registry")));
            assert!(registry.contains(name.as_str()), "{name} is not in {registry}");
        }
        if let Some((a, b)) = pair(".cwb") {
            let engine = [a, b].map(|lang| format!("korpu_{lang}"));
            let found = cwb(&read(&path(name)), [&engine[0], &engine[1]], [&corpora[a], &corpora[b]]);
            beads += found.unwrap_or_else(|fault| panic!("{name}: {fault}"));
        }
    }
    assert!(beads > 20, "{beads}");
}

#[test]
fn what_the_manuals_do_not_describe_is_refused() {
    let text = |inside: &str| {
        format!(
            "<text id=\"d\" lang=\"az\" title=\"\" outlet=\"\" date=\"\" url=\"\" licence=\"\">\n\
             <p id=\"d.p1\" kind=\"paragraph\" lang=\"az\">\n<s id=\"d.s1\">\n{inside}</s>\n</p>\n</text>\n"
        )
    };
    let good = corpus(&text("Bakı\n<g/>\n.\n")).unwrap();
    assert_eq!((good.tokens, good.sentences.as_slice()), (2, &[(0, 1)][..]));
    for bad in ["", "\n", "a\tb\n", "a > b\n", "AT&T\n", "<g/>\na\n", "a\n<g/>\n", "<b>\n", "a \n"] {
        assert!(corpus(&text(bad)).is_err(), "{bad:?}");
    }
    assert!(corpus("a\n").is_err() && corpus(&text("a\n").replace(" lang=\"az\"", "")).is_err());
    let three = || Corpus { sentences: vec![(0, 1), (2, 4), (5, 5)], tokens: 6 };
    assert!(manatee("0\t0\n1,2\t-1\n-1\t1,2\n", [&three(), &three()]).is_ok());
    for bad in ["0\t0\n", "0,2\t1\n", "0\t0,2\n2\t-1\n", "0,2\t0,2\t\n", "2,0\t0,2\n"] {
        assert!(manatee(bad, [&three(), &three()]).is_err(), "{bad:?}");
    }
    let head = "a\ts\tb\ts\n";
    let check = |lines: &str| cwb(&format!("{head}{lines}"), ["a", "b"], [&three(), &three()]);
    assert_eq!(check("0\t1\t0\t4\t1:2\n5\t5\t5\t5\t1:1\n"), Ok(2));
    for bad in ["0\t2\t0\t1\t1:1\n", "0\t1\t0\t4\t1:1\n", "2\t4\t0\t1\t1:1\n0\t1\t2\t4\t1:1\n", "0\t1\t0\t1\n"] {
        assert!(check(bad).is_err(), "{bad:?}");
    }
}
