//! The Schematron rules of TEI that apply to what korpu writes, over every golden file: RELAX NG does not see them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::fs;
use std::path::{Path, PathBuf};

/// What breaks a rule: its name in the TEI Guidelines, and the element.
fn faults(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let (mut path, mut faults): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                let name = element.name().as_ref().to_owned();
                let broken = rules(&name, &path, &element);
                faults.extend(broken.into_iter().map(|rule| format!("{rule}: {}/{name}", path.join("/"))));
                path.push(name);
            }
            Event::End(_) => drop(path.pop()),
            Event::Eof => return faults,
            _ => {}
        }
    }
}

fn rules(name: &str, path: &[String], element: &BytesStart) -> Vec<&'static str> {
    let value = |wanted: &str| {
        let found = element.attributes().map(Result::unwrap).find(|a| a.key.as_ref() == wanted);
        found.map(|a| a.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned())
    };
    let words = |wanted: &str| value(wanted).map(|value| value.split_whitespace().count());
    let is_in = |wanted: &[&str]| path.iter().any(|own| wanted.contains(&own.as_str()));
    // From the nearest of what may hold paragraphs anew.
    let holders = ["floatingText", "note", "item", "q", "quote", "said", "figure", "cell", "TEI", "teiCorpus"];
    let since = path.iter().rposition(|own| holders.contains(&own.as_str())).map_or(0, |at| at + 1);
    let directly_in = |wanted: &[&str]| path[since..].iter().any(|own| wanted.contains(&own.as_str()));
    let checks = [
        ("linkTargets3", name == "link" && words("target").unwrap_or(0) < 2),
        ("one target", name == "ptr" && words("target") != Some(1)),
        ("domains of two", name == "linkGrp" && words("domains").is_some_and(|count| count < 2)),
        ("noNestedS", name == "s" && is_in(&["s"])),
        ("abstractModel-structure-p", matches!(name, "p" | "ab") && directly_in(&["p", "ab", "l", "s", "head"])),
        ("abstractModel-structure-div", name == "div" && is_in(&["p", "ab", "l", "s", "q"])),
        ("subtypeTyped", value("subtype").is_some() && value("type").is_none()),
        ("duplicate pointers", value("next").is_some() && value("next") == value("prev")),
        ("calendar", value("when").is_some_and(|when| !when.starts_with(|c: char| c.is_ascii_digit()))),
    ];
    checks.into_iter().filter(|(_, broken)| *broken).map(|(rule, _)| rule).collect()
}

/// The golden files of TEI.
fn golden() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/export");
    let folders = fs::read_dir(folder).unwrap().map(|case| fs::read_dir(case.unwrap().path()).unwrap());
    let files = folders.flatten().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|ending| ending == "xml")).collect()
}

#[test]
fn no_golden_file_breaks_a_rule_that_schemas_do_not_see() {
    let files = golden();
    assert!(files.len() >= 7, "{files:?}");
    for file in files {
        assert_eq!(faults(&fs::read_to_string(&file).unwrap()), Vec::<String>::new(), "{}", file.display());
    }
}

#[test]
fn what_breaks_a_rule_is_found() {
    let check = |xml: &str, rule: &str| {
        let found = faults(xml);
        assert!(found.len() == 1 && found[0].starts_with(rule), "{xml}: {found:?}");
    };
    check("<linkGrp><link target=\"#a\"/></linkGrp>", "linkTargets3");
    check("<linkGrp><ptr target=\"#a #b\"/></linkGrp>", "one target");
    check("<linkGrp domains=\"#a\"/>", "domains of two");
    check("<p><s>a<hi><s>b</s></hi></s></p>", "noNestedS");
    check("<p><hi><p>a</p></hi></p>", "abstractModel-structure-p");
    check("<p><s><div/></s></p>", "abstractModel-structure-div");
    check("<idno subtype=\"x\"/>", "subtypeTyped");
    check("<date when=\"autumn\"/>", "calendar");
    assert!(faults("<item><p>a</p><list><item><p>b</p></item></list></item>").is_empty());
}
