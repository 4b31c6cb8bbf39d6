//! `korpu check`: will programs accept a file, and is what it says right?

use crate::desk::korpu;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// What the check of a file prints, and its exit code.
fn told(name: &str, bytes: &[u8], arguments: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let output =
        Command::new(korpu()).current_dir(folder.path()).args(["check", name]).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.code())
}

const HEADER: &str = "<header creationtool=\"x\" creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"x\" adminlang=\"en\" srclang=\"az\" datatype=\"plaintext\"/>";

fn tmx(units: &str) -> String {
    format!("<tmx version=\"1.4\">\n{HEADER}\n<body>\n{units}\n</body>\n</tmx>")
}

fn unit(az: &str, ru: &str) -> String {
    format!("<tu><tuv xml:lang=\"az\"><seg>{az}</seg></tuv><tuv xml:lang=\"ru\"><seg>{ru}</seg></tuv></tu>")
}

#[track_caller]
fn check(text: &str, code: i32, expected: &[&str]) {
    let (told, found) = told("a.tmx", text.as_bytes(), &[]);
    let mut lines: Vec<&str> = told.lines().collect();
    lines.pop();
    assert_eq!(lines, expected, "{text}");
    assert_eq!(found, Some(code), "{told}");
}

const GOOD: [&str; 2] = ["Terminal 2024-cü ildə açılıb.", "Терминал открыт в 2024 году."];

#[test]
fn a_right_file_passes_with_nothing_said() {
    check(&tmx(&unit(GOOD[0], GOOD[1])), 0, &[]);
    let (told, code) = told("a.tmx", tmx(&unit(GOOD[0], GOOD[1])).as_bytes(), &["--json"]);
    assert_eq!(code, Some(0));
    assert_eq!(told, "{\"faults\":[],\"file\":\"a.tmx\",\"format\":\"TMX\",\"holds\":\"1 units\"}\n");
}

#[test]
fn what_programs_refuse_is_wrong_and_has_its_line() {
    let good = unit(GOOD[0], GOOD[1]);
    let wrong = |from: &str, to: &str, expected: &str| {
        let text = tmx(&good);
        assert!(text.contains(from));
        check(&text.replacen(from, to, 1), 1, &[expected]);
    };
    wrong("srclang=\"az\" ", "", "a.tmx:2: wrong: <header> lacks an attribute that it must have: srclang");
    wrong("o-tmf=\"x\" ", "", "a.tmx:2: wrong: <header> lacks an attribute that it must have: o-tmf");
    wrong(
        "\"sentence\"",
        "\"quote\"",
        "a.tmx:2: wrong: a segtype that is none of block, paragraph, sentence, phrase: quote",
    );
    wrong("\"1.4\"", "\"1.4b\"", "a.tmx:1: wrong: the version of TMX 1.4b is written 1.4");
    wrong("xml:lang=\"ru\"", "lang=\"ru\"", "a.tmx:4: wrong: a <tuv> with lang in place of xml:lang");
    wrong("xml:lang=\"ru\"", "xml:lang=\"ru_RU\"", "a.tmx:4: wrong: a language with _ where BCP 47 has -: ru_RU");
    wrong(
        "<tu>",
        "<tu creationdate=\"2017-11-20T19:18:00Z\">",
        "a.tmx:4: wrong: a date that is not YYYYMMDDThhmmssZ: creationdate=2017-11-20T19:18:00Z",
    );
    wrong("<tu>", "<tu who=\"me\">", "a.tmx:4: wrong: an attribute that TMX does not have: who");
    wrong(
        "</seg></tuv></tu>",
        "</seg><prop type=\"x\">y</prop></tuv></tu>",
        "a.tmx:4: wrong: a <prop> or <note> after the text: they stand before it",
    );
    wrong("Terminal", "Terminal & liman", "a.tmx:4: wrong: a bare & (write &amp;)");
    wrong("Terminal", "Terminal&#8;", "a.tmx:4: wrong: a control character that XML forbids");
    wrong("Terminal", "<b>Terminal</b>", "a.tmx:4: wrong: an element that TMX does not have: b");
    wrong(
        "Terminal",
        "<bpt>x</bpt>Terminal",
        "a.tmx:4: wrong: an inline element without an attribute that it must have: i",
    );
    let no_language = tmx(&format!("{good}\n{}", good.replace(" xml:lang=\"ru\"", "").replace("2024", "2025")));
    check(
        &no_language,
        1,
        &[
            "a.tmx:5: wrong: a <tuv> without xml:lang",
            "a.tmx:5: doubtful: a unit without texts in two languages: Terminal 2025-cü ildə açılıb.",
        ],
    );
}

#[test]
fn where_nothing_can_be_read_any_more_is_told() {
    let good = tmx(&unit(GOOD[0], GOOD[1]));
    let broken = |text: &str, line: usize, reason: &str| {
        check(text, 1, &[&format!("a.tmx:{line}: broken: the file cannot be read from here on: {reason}")]);
    };
    broken(&good[..good.len() - 10], 5, "the file ends in the middle. Fetch it again");
    broken(&good.replace("</seg></tuv></tu>", "</seg></tu></tuv>"), 4, "</tu> ends where </tuv> should");
    let reason = "its document type declares entities or elements of its own, which may stand for anything in any amount, and are never read. Take out what is between [ and ]";
    broken(&format!("<!DOCTYPE tmx [\n<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">\n]>{good}"), 1, reason);
    broken(&format!("<!DOCTYPE tmx [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{good}"), 1, reason);
}

#[test]
fn what_is_doubtful_is_told_and_the_file_passes() {
    let units = [
        unit(GOOD[0], GOOD[1]),
        unit(GOOD[0], GOOD[1]),
        unit("Terminal 12 milyon manata başa gəlib.", "Терминал обошёлся в 13 миллионов манатов."),
        unit("Bəli.", "Да, разумеется, это именно так, и никто в этом никогда не сомневался."),
        unit(" Salam. ", "Привет."),
        unit("", "Привет."),
        "<tu><tuv xml:lang=\"az\"><seg>Üç.</seg></tuv><tuv xml:lang=\"en\"><seg>Three.</seg></tuv></tu>".to_owned(),
        unit("ABC Holding International MMC", "ABC Holding International MMC"),
    ];
    let (told, code) = told("a.tmx", tmx(&units.join("\n")).as_bytes(), &[]);
    for expected in [
        "a.tmx:5: doubtful: a unit with the same texts as another",
        "a.tmx:6: doubtful: numbers that differ: az-ru: 12000000 in one, 13000000 in the other",
        "a.tmx:7: doubtful: texts of very different lengths: 5 and 69 characters",
        "a.tmx:8: doubtful: white space at the edges of a text",
        "a.tmx:9: doubtful: an empty text",
        "a.tmx:10: doubtful: a unit without a text in a language that others have: ru",
        "a.tmx:11: doubtful: two texts that are the same: az-ru",
    ] {
        assert!(told.contains(expected), "{told}\n{expected}");
    }
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn names_languages_and_encodings_that_are_not_right_have_their_lines() {
    let named = |id: &str, n: u32| {
        unit(&format!("{} {n}", GOOD[0]), &format!("{} {n}", GOOD[1])).replace("<tu>", &format!("<tu tuid=\"{id}\">"))
    };
    check(
        &tmx(&[named("a", 1), named("b", 2), named("a", 3)].join("\n")),
        0,
        &["a.tmx:6: doubtful: a tuid that another unit has, too: a"],
    );
    let unknown =
        tmx(&format!("{}\n{}", unit(GOOD[0], GOOD[1]), unit("Bir.", "Раз.").replace("\"ru\"", "\"русский\"")));
    check(
        &unknown,
        1,
        &[
            "a.tmx:5: wrong: no language of BCP 47: русский",
            "a.tmx:5: doubtful: a unit without texts in two languages: Bir.",
        ],
    );
    // A language that is one, and that nobody has.
    check(&tmx(&unit(GOOD[0], GOOD[1]).replace("\"ru\"", "\"qaa\"")), 0, &[]);
    // One line in another encoding than the file says.
    let mut mixed = tmx(&[unit(GOOD[0], GOOD[1]), unit("XXX", "YYY")].join("\n")).into_bytes();
    let at = mixed.windows(3).position(|w| w == b"YYY").unwrap();
    mixed.splice(at..at + 3, *b"\xc4\xe0.");
    let (said, code) = told("a.tmx", &mixed, &[]);
    let expected = "a.tmx:5: broken: the file cannot be read from here on: bytes that are not UTF-8";
    assert!(said.contains(expected), "{said}");
    assert_eq!(code, Some(1));
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let mut mixed = wide(&tmx(&unit(GOOD[0], GOOD[1])).replace("</body>\n</tmx>", ""));
    mixed.extend(b"</body>\n</tmx>");
    assert_eq!(told("a.tmx", &mixed, &[]).1, Some(1));
    assert_eq!(told("a.tmx", &wide(&tmx(&unit(GOOD[0], GOOD[1]))), &[]).1, Some(0));
}

#[test]
fn an_attribute_of_any_length_and_text_without_end_are_refused() {
    let long = "x".repeat(9 << 20);
    let good = tmx(&unit(GOOD[0], GOOD[1]));
    let broken = |text: &str, line: usize| {
        let reason = "more than 8 MB without a tag or an end of one";
        check(text, 1, &[&format!("a.tmx:{line}: broken: the file cannot be read from here on: {reason}")]);
    };
    broken(&good.replace("<tu>", &format!("<tu tuid=\"{long}\">")), 4);
    broken(&good.replace("Terminal", &long), 4);
    broken(&good.replace("<tu>", &format!("<!-- {long} --><tu>")), 4);
}

#[test]
fn a_text_in_another_language_than_it_says_is_told() {
    let turkish =
        "Bakan, görüşmelerin 12 Nisan'da yapılacağını ve belgenin imzalanacağını söyledi, ancak ayrıntı vermedi.";
    let russian = "Министр сообщил, что переговоры пройдут 12 апреля и документ будет подписан.";
    let (told, code) = told("a.tmx", tmx(&unit(turkish, russian)).as_bytes(), &[]);
    assert!(told.contains("a.tmx:4: wrong: a text in another language than it says: az is tr, Bakan"), "{told}");
    assert_eq!(code, Some(1));
    check(
        &tmx(&unit("Nazir bildirib ki, danışıqlar aprelin 12-də keçiriləcək və sənəd imzalanacaq.", russian)),
        0,
        &[],
    );
}

#[test]
fn standard_input_is_a_file_like_others() {
    let mut child =
        Command::new(korpu()).args(["check", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(tmx(&unit(GOOD[0], GOOD[1])).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "-: TMX, 1 units: 0 wrong, 0 doubtful\n");
}

#[test]
fn tei_is_checked_by_its_own_rules() {
    let good = "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\"><text><p><s xml:id=\"a\"/></p></text></TEI>";
    let (said, code) = told("a.xml", good.as_bytes(), &[]);
    assert_eq!((said.as_str(), code), ("a.xml: TEI, 4 elements: 0 wrong, 0 doubtful\n", Some(0)));
    let (said, code) = told("a.xml", good.replace("<s ", "<link target=\"#a\"/>\n<s ").as_bytes(), &[]);
    assert!(said.starts_with("a.xml:1: wrong: a <link> without two targets: #a\n"), "{said}");
    assert_eq!(code, Some(1));
    let (said, code) = told("a.html", b"<html/>", &[]);
    assert!(said.contains("a.html: it is of no format that can be checked"), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn what_xml_parsers_refuse_and_what_begins_inside_of_itself_is_wrong() {
    let good = tmx(&unit(GOOD[0], GOOD[1]));
    let declared = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n{good}");
    check(&declared("klingon-8"), 1, &["a.tmx:1: wrong: an encoding that nobody knows"]);
    check(&declared("utf-16"), 1, &["a.tmx:1: wrong: it says that it is UTF-16 and is UTF-8"]);
    check(&declared("UTF-8"), 0, &[]);
    check(&format!("\n{}", declared("UTF-8")), 1, &["a.tmx:2: wrong: an XML declaration that is not at the beginning"]);
    check(&good.replace("<tu>", "<!-- a -- b -->\n<tu>"), 1, &["a.tmx:4: wrong: a comment with -- in it"]);
    check(&good.replace("<body>", "<body></body><body>"), 1, &["a.tmx:3: wrong: a second <body>"]);
    check(
        &good.replace("<tu>", "<tu tuid=\"a<b\">"),
        1,
        &["a.tmx:4: wrong: attributes that cannot be read: a bare < (write &lt;)"],
    );
    check(
        &good.replace("<tu>", "<tu tuid=\"a\"creationid=\"b\">"),
        1,
        &["a.tmx:4: wrong: attributes that cannot be read: no space between two"],
    );
    let broken = |reason: &str| format!("a.tmx:4: broken: the file cannot be read from here on: {reason}");
    check(&good.replace("<tu>", "<1tu>"), 1, &[&broken("no element can be called 1tu")]);
    check(&good.replace("<tu>", "<!-- \u{1} -->\n<tu>"), 1, &["a.tmx:4: wrong: a control character that XML forbids"]);
    check(
        &good.replace("<tu>", "<!DOCTYPE tmx><tu>"),
        1,
        &["a.tmx:4: wrong: a document type that is not before the outermost element"],
    );
    check(
        &format!("{good}<![CDATA[]]>"),
        1,
        &["a.tmx:6: broken: the file cannot be read from here on: text stands outside of all elements: this is no XML"],
    );
    // What never ends is told where it begins.
    check(&good.replace("Terminal", "Terminal <ph x='>"), 1, &[&broken("the file ends in the middle. Fetch it again")]);
    check(&format!("<!DOCTYPE tmx [<!-- c -->]>\n{good}"), 0, &[]);
    // A DTD whose address has a bracket declares nothing.
    check(&format!("<!DOCTYPE tmx SYSTEM \"http://x.test/[1].dtd\">\n{good}"), 0, &[]);
    // What a text held before and after is kept together.
    let nested = good.replace(GOOD[0], "Terminal <seg>2024-cü</seg> ildə açılıb.");
    check(&nested, 1, &["a.tmx:4: wrong: an element in the wrong place: seg"]);
    // A tag is where it begins, also where it goes on.
    let long = good.replace("<tu>", "<tu\n who=\"me\"\n>");
    check(&long, 1, &["a.tmx:4: wrong: an attribute that TMX does not have: who"]);
}

#[test]
fn what_costs_a_byte_to_write_is_counted() {
    let good = tmx(&unit(GOOD[0], GOOD[1]));
    let reason = "a.tmx:4: broken: the file cannot be read from here on: a unit of more than 16 MB";
    check(&good.replace("Terminal", &"<ph/>".repeat(300_000)), 1, &[reason]);
    let attributes: String = (0..300).map(|n| format!(" a{n}=\"\"")).collect();
    let many = good.replace("<tu>", &format!("<tu{attributes}>"));
    check(&many, 1, &["a.tmx:4: wrong: attributes that cannot be read: more than 256"]);
}

#[test]
fn languages_that_nobody_registered_and_short_texts_that_are_the_same_are_told() {
    let of = |lang: &str| tmx(&unit("Bakı", "Bakı").replace("\"ru\"", &format!("\"{lang}\"")));
    let what = "a language or region without a code of ISO 639-1 or 3166-1";
    check(
        &of("jp"),
        0,
        &[&format!("a.tmx:4: doubtful: {what}: jp of jp"), "a.tmx:4: doubtful: two texts that are the same: az-jp"],
    );
    check(
        &of("en-UK"),
        0,
        &[
            &format!("a.tmx:4: doubtful: {what}: UK of en-UK"),
            "a.tmx:4: doubtful: two texts that are the same: az-en-UK",
        ],
    );
}

#[test]
fn tables_have_the_lines_of_an_editor_and_a_file_that_cannot_be_read_does_not_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "az,ru\r\nBir.,Один.\r\nBir.,Один.\r\n\"Terminal\r\n12.\",Терминал 12.\r\nİki.,Два.,Üç.\r\n";
    fs::write(folder.path().join("a.csv"), rows).unwrap();
    let output =
        Command::new(korpu()).current_dir(folder.path()).args(["check", "none.tmx", "a.csv"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    for expected in [
        "a.csv:3: doubtful: a unit with the same texts as another",
        "a.csv:6: wrong: a line with another number of fields than the first: 3 and not 2",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    assert!(String::from_utf8_lossy(&output.stderr).contains("none.tmx"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_right_xliff_of_which_something_is_not_kept_is_not_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let xliff = |target: &str| {
        format!(
            "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"az\" trgLang=\"ru\">\n<file id=\"f\">\n\
             <unit id=\"u\"><originalData><data id=\"d\">&lt;br/&gt;</data></originalData>\n<segment><source>Bir <ph id=\"1\" dataRef=\"d\"/>.</source>\n\
             <target{target}>Один.</target></segment></unit></file></xliff>"
        )
    };
    let check = |text: String| {
        fs::write(folder.path().join("a.xlf"), text).unwrap();
        let output = Command::new(korpu()).current_dir(folder.path()).args(["check", "a.xlf"]).output().unwrap();
        (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
    };
    let (said, code) = check(xliff(""));
    assert!(said.contains("a.xlf:3: doubtful: the original data of codes is not kept") && code == Some(0), "{said}");
    let (said, code) = check(xliff(" xml:lang=\"fr\""));
    assert!(said.contains("a.xlf:5: wrong: a text in another language than its file says: target"), "{said}");
    assert_eq!(code, Some(1));
}
