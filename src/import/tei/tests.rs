//! What is read of TEI, in the shapes that the Guidelines show.

use super::*;
use crate::model::BlockKind;

fn read(text: &str) -> Vec<String> {
    let open = |name: &str| -> Result<crate::import::Stream, String> {
        match name {
            "b.xml" => Ok(Box::new(
                "<TEI xml:id='b' xml:lang='ru'><text><body><p><s xml:id='b1'>Раз.</s> <s xml:id='b2'>Два.</s></p></body>\
                 </text></TEI>"
                    .as_bytes(),
            )),
            "broken.xml" => Ok(Box::new("<TEI><text>".as_bytes())),
            "part.xml" => Ok(Box::new("<div><p>Два</p></div>".as_bytes())),
            "cycle.xml" => Ok(Box::new("<teiCorpus><include href='cycle.xml'/></teiCorpus>".as_bytes())),
            next if next.starts_with("next") => {
                let number: u32 = next[4..].trim_end_matches(".xml").parse().unwrap();
                let include = format!("<include href='next{}.xml'/>", number + 1);
                Ok(Box::new(std::io::Cursor::new(format!("<teiCorpus>{include}{include}</teiCorpus>").into_bytes())))
            }
            _ => Err("not there".to_owned()),
        }
    };
    let shown = Reader::new(text.as_bytes(), &open).unwrap().flat_map(|item| match item {
        Item::Part(part) => {
            let documents = part.documents.iter().map(|d| {
                let block = |b: &crate::model::Block| {
                    let kind = if b.kind == BlockKind::Paragraph { "" } else { b.kind.name() };
                    let lang = b.language.as_ref().map_or("", |language| language.lang.as_str());
                    format!("{kind}[{}]{}{lang}", b.span.of(&d.text), b.sentences.len())
                };
                let blocks: Vec<String> = d.blocks.iter().map(block).collect();
                format!("{} {}", d.language.lang, blocks.join(" "))
            });
            let beads = part.bitexts.iter().map(|b| {
                let bead = |b: &crate::model::Bead| format!("{:?}:{:?}:{}", b.source, b.target, b.confidence);
                format!("{} {}", b.level.name(), b.beads.iter().map(bead).collect::<Vec<_>>().join(" "))
            });
            documents.chain(beads).collect::<Vec<_>>()
        }
        // What a document is called without an id of ours says nothing.
        Item::Fault(fault) => match fault.to_string().split_once(" in d") {
            Some((what, _)) => vec![format!("{}: {what} in ID", fault.line)],
            None => vec![format!("{}: {fault}", fault.line)],
        },
        Item::Header(_) | Item::Unit(_) => vec![],
    });
    shown.collect()
}

#[test]
fn paragraphs_and_sentences_of_plain_tei_become_a_document() {
    let text = "<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc>\
        </teiHeader><text xml:lang='en'><front><p>Not here?</p></front><body><head>A  head</head>\n<p>One <hi>two</hi>\
        <note>no</note><lb/>three.</p><list><item>I</item><item><p>II</p></item></list><quote><p>Q</p></quote>\
        <p><choice><sic>mistak</sic><corr>mistake</corr></choice></p></body></text></TEI>";
    assert_eq!(
        read(text),
        [
            "2: notes are not kept: 1 in ID",
            "2: readings beside the edited one are not kept: 1 in ID",
            "en [Not here?]0 heading[A head]0 [One two three.]0 item[I]0 item[II]0 quote[Q]0 [mistake]0"
        ]
    );
}

#[test]
fn links_join_documents_of_several_files() {
    let text = "<teiCorpus xmlns:xi='x'><standOff><linkGrp type='translation'>\
        <link target='#a1 #b1' cert='0.5'/><link target='#a2 b.xml#b2'/><link target='#a1'/><link target='#a1 #zz'/>\
        <link target='#ap #b2'/></linkGrp></standOff>\
        <TEI xml:id='a' xml:lang='az'><text><body><p xml:id='ap'><s xml:id='a1'>Bir.</s><s xml:id='a2'>İki.</s> artıq</p>\
        <p><s xml:id='a3'>Üç.</s></p></body></text></TEI><xi:include href='b.xml'/><xi:include href='c.xml'/></teiCorpus>";
    assert_eq!(
        read(text),
        [
            "1: a link to fewer than two segments: #a1",
            "az [Bir. İki. artıq]2 [Üç.]1",
            "ru [Раз. Два.]2",
            "1: a file that cannot be included: c.xml: not there",
            "1: links that do not join sentences, or paragraphs, of two documents: 2",
            "sentence [0]:[0]:0.5 [1]:[1]:1 [2]:[]:1",
        ]
    );
}

#[test]
fn a_broken_include_costs_itself_and_a_broken_file_its_rest() {
    let include = "<teiCorpus><include href='broken.xml'/><include href='b.xml'/></teiCorpus>";
    let expected = [
        "1: the file cannot be read any further: broken.xml: the file ends in the middle. Fetch it again",
        "ru [Раз. Два.]2",
    ];
    assert_eq!(read(include), expected);
    assert_eq!(
        read("<TEI><text><p>x"),
        ["1: the file cannot be read any further: the file ends in the middle. Fetch it again"]
    );
}

#[test]
fn every_visible_text_is_in_a_block() {
    let check = |body: &str, expected: &[&str]| {
        let text = format!("<TEI xml:lang='en'><text><body>{body}</body></text></TEI>");
        assert_eq!(read(&text), expected, "{body}");
    };
    // Spoken texts, sentences and segments without paragraphs.
    check("<div><u who='#a'>Hello.</u><u><s>Hi.</s><s>You?</s></u></div>", &["en [Hello.]0 [Hi. You?]2"]);
    check(
        "<div><s>One.</s><s>Two.</s></div>\n<div><seg>Three</seg> <seg>four</seg></div>",
        &["en [One. Two.]2 [Three four]0"],
    );
    check("<div>Bare <hi>words</hi>\n<p>P</p> after</div>", &["en [Bare words]0 [P]0 [after]0"]);
    check("<table><head>T</head><row><cell>a</cell><cell>b</cell></row></table>", &["en heading[T]0 [a]0 [b]0"]);
    check(
        "<sp><speaker>ANN</speaker><stage>Enter.</stage><l>Who <stage>aside</stage> goes?</l></sp>",
        &["en [ANN]0 [Enter.]0 [Who aside goes?]0"],
    );
    check(
        "<div><opener><dateline>Baku, <date>May</date></dateline><salute>Sir,</salute></opener><p>P</p>\
         <closer>Yours <signed>A</signed></closer><trailer>End</trailer><byline>By B</byline></div>",
        &["en [Baku, May]0 [Sir,]0 [P]0 [Yours A]0 [End]0 [By B]0"],
    );
    check("<list><label>1</label><item>one</item></list>", &["en item[1]0 item[one]0"]);
    check(
        "<titlePage><docTitle><titlePart>T</titlePart></docTitle><docAuthor>A</docAuthor></titlePage>",
        &["en heading[T]0 [A]0"],
    );
    // A paragraph goes on behind what stands in it.
    check("<p>INTRO <list><item>A</item></list> TAIL</p>", &["en [INTRO]0 item[A]0 [TAIL]0"]);
    check("<p>A <figure><figDesc>D</figDesc></figure> B</p>", &["en [A]0 caption[D]0 [B]0"]);
    check("<p><s>A <list><item>I</item></list> b.</s> <s>C.</s></p>", &["en [A]1 item[I]0 [b. C.]2"]);
    check("<p>He: <quote><l>A</l><l>B</l></quote> so.</p>", &["en [He:]0 quote[A]0 quote[B]0 [so.]0"]);
    check("<item>I <p>P</p> J</item>", &["en item[I]0 item[P]0 item[J]0"]);
    // Words of two elements do not touch.
    check("<cit><quote>Q</quote><bibl>B</bibl></cit>", &["en quote[Q]0 [B]0"]);
    check(
        "<p>\u{201c}<quote>Q</quote>\u{201d}, <quote>Q</quote><bibl>(B)</bibl>.</p>",
        &["en [\u{201c}Q\u{201d}, Q (B).]0"],
    );
    check("<quote>Q</quote><bibl>B</bibl>", &["en quote[Q]0 [B]0"]);
}

#[test]
fn what_is_no_running_text_is_told_with_the_line_of_the_first() {
    let check = |body: &str, expected: &[&str]| {
        let text = format!("<TEI xml:lang='en'><text>\n<body>{body}</body></text></TEI>");
        assert_eq!(read(&text), expected, "{body}");
    };
    let readings = "2: readings beside the edited one are not kept: 1 in ID";
    check("<p><app><lem>A</lem><rdg>B</rdg></app></p>", &[readings, "en [A]0"]);
    check("<p><app><rdgGrp><rdg>A</rdg><rdg>B</rdg></rdgGrp></app> c</p>", &[readings, "en [A c]0"]);
    check("<p><choice><orig>v</orig><reg>u</reg></choice></p>", &[readings, "en [u]0"]);
    check("<p><choice><expan>Mister</expan><abbr>Mr</abbr></choice></p>", &[readings, "en [Mister]0"]);
    check("<p>a <choice><sic>teh</sic></choice> b</p>", &["en [a teh b]0"]);
    check("<p><choice><unclear>a</unclear><unclear>b</unclear></choice></p>", &[readings, "en [a]0"]);
    check("<p><subst><del>a</del><add>b</add></subst></p>", &["2: deleted text is not kept: 1 in ID", "en [b]0"]);
    check("<fw>page 1</fw>\n<p>P</p><fw>2</fw>", &["2: headers and footers of pages are not kept: 2 in ID", "en [P]0"]);
    check(
        "<p>P<figure>\n<graphic url='a.png'/></figure> Q</p>",
        &["3: pictures and recordings are not kept: 1 in ID", "en [P Q]0"],
    );
    check(
        "<p><s corresp='#b'>P</s></p>",
        &["2: alignments by corresp or synch are not read: only those by link: 1 in ID", "en [P]1"],
    );
    check(
        "<p>a\n<seg next='#b'>P</seg></p>",
        &["3: segments that next or prev join are not joined: 1 in ID", "en [a P]0"],
    );
    check(
        "<p>a <foreign xml:lang='la'>et</foreign></p>",
        &["2: the language of words within a paragraph is not kept: 1 in ID", "en [a et]0"],
    );
}

#[test]
fn a_said_without_paragraphs_is_a_quote() {
    let text = "<TEI xml:lang='en'><text><body><said>A</said><said><p>B</p></said></body></text></TEI>";
    let open = |_: &str| -> Result<crate::import::Stream, String> { Err(String::new()) };
    let quotes = Reader::new(text.as_bytes(), &open).unwrap().find_map(|item| match item {
        Item::Part(part) => Some(part.quotes[0].1.iter().map(|q| q.spans.clone()).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(quotes.unwrap(), [[crate::model::Span::new(0, 1)]]);
    assert_eq!(read(text), ["1: quotes around whole paragraphs are not kept: 1 in ID", "en [A]0 [B]0"]);
    let text = "<TEI xml:lang='en'><text><body><p><said>A <list><item>B</item></list> C</said></p></body></text></TEI>";
    assert_eq!(read(text), ["1: quotes end where another block stands in them: 1 in ID", "en [A]0 item[B]0 [C]0"]);
}

#[test]
fn languages_are_those_of_the_elements_around() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(read(&format!("<TEI>{text}</TEI>")), expected, "{text}");
    };
    check(
        "<text><body><div xml:lang='ru'><p>Раз</p></div><div xml:lang='ru'><p>Два</p></div></body></text>",
        &["ru [Раз]0 [Два]0"],
    );
    check(
        "<text><body><div xml:lang='en'><p>One, two</p></div><div xml:lang='ru'><p>Раз</p></div></body></text>",
        &["en [One, two]0 [Раз]0ru"],
    );
    check(
        "<text xml:lang='en'><body><p>A</p><div xml:lang='ru'><p>Раз <hi>два</hi> три</p></div></body></text>",
        &["en [A]0 [Раз два три]0ru"],
    );
    let header = "<teiHeader><profileDesc><langUsage><language ident='en'/><language ident='ru'/></langUsage></profileDesc></teiHeader>";
    check(&format!("{header}<text xml:lang='ru'><body><p>Раз</p></body></text>"), &["ru [Раз]0"]);
    check(&format!("{header}<text><body><p>One</p></body></text>"), &["en [One]0"]);
}

#[test]
fn texts_of_a_group_in_other_languages_are_documents_that_links_join() {
    let text = "<TEI><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc></teiHeader><text><front><p>F</p>\
        </front><group><text xml:lang='en'><body><p><s xml:id='e1'>One.</s></p></body></text><text xml:lang='en'><body><p>\
        <s xml:id='e2'>Two.</s></p></body></text><text xml:lang='ru'><body><p><s xml:id='r1'>Раз.</s></p></body></text></group>\
        <back><p>Конец</p><linkGrp><link target='#e1 #r1'/></linkGrp></back></text></TEI>";
    assert_eq!(read(text), ["en [F]0 [One.]1 [Two.]1", "ru [Раз.]1 [Конец]0", "sentence [0]:[0]:1 [1]:[]:1"]);
}

#[test]
fn links_without_a_group_join_languages() {
    let text = "<teiCorpus>\n<standOff><link target='#a1 #b1'/>\n<link target='#a1 #c1'/></standOff>\
        <TEI xml:lang='az'><text><body><p xml:id='a1'>A</p></body></text></TEI>\
        <TEI xml:lang='az'><text><body><p xml:id='c1'>C</p></body></text></TEI>\
        <TEI xml:lang='ru'><text><body><p xml:id='b1'>B</p></body></text></TEI></teiCorpus>";
    let lost = "3: links that do not join sentences, or paragraphs, of two documents: 1";
    assert_eq!(read(text), ["az [A]0", "az [C]0", "ru [B]0", lost, "paragraph [0]:[0]:1"]);
}

#[test]
fn a_file_is_included_once_and_where_it_stands() {
    let part = "<TEI xml:lang='ru'><text><body>\n<p>Раз</p><xi:include href='part.xml'/>\n<p>Три</p><include href='part.xml'/>\
        <include href='none.xml'><fallback><p>Нет</p></fallback></include></body></text></TEI>";
    assert_eq!(
        read(part),
        [
            "3: a file that cannot be included: part.xml: it is included already",
            "3: a file that cannot be included: none.xml: not there",
            "ru [Раз]0 [Два]0 [Три]0 [Нет]0"
        ]
    );
    // Files that include themselves, each other, or the next twice end.
    let cycle = "<teiCorpus><include href='cycle.xml'/></teiCorpus>";
    assert_eq!(read(cycle), ["1: a file that cannot be included: cycle.xml: cycle.xml: it is included already"]);
    let told = read("<teiCorpus><include href='next0.xml'/></teiCorpus>");
    let deep = |line: &&String| line.ends_with("files include each other too deep");
    assert!(told.len() < 40 && told.iter().filter(deep).count() == 2, "{told:?}");
    let [text, part] = ["<include href='b.xml' parse='text'/>", "<include href='b.xml' xpointer='b1'/>"]
        .map(|include| read(&format!("<teiCorpus>{include}</teiCorpus>")));
    assert_eq!(text, ["1: a file that cannot be included: b.xml: it is not included as XML"]);
    assert_eq!(part, ["1: a file that cannot be included: b.xml: parts of files are not included"]);
}

#[test]
fn repairs_are_told() {
    let text = "<TEI xml:lang='en'><text><body>\n<p>R & B</p>\n<p>a\u{1}b</p>\n<p xml:id='a' xml:id='b'>c</p></body></text></TEI>";
    let told = read(text);
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(told[0], "2: a bare & (write &amp;)");
    assert_eq!(told[1], "3: a control character that XML forbids");
    assert!(told[2].starts_with("4: attributes that cannot be read: p: "), "{told:?}");
    assert_eq!(told[3], "en [R & B]0 [ab]0 [c]0");
}

#[test]
fn a_document_in_another_is_one_of_its_own() {
    let text = "<TEI xml:lang='en'><teiHeader/><TEI><text xml:lang='ru'><body><p>Раз</p></body></text></TEI><text><body><p>A</p>\
        </body></text></TEI>";
    assert_eq!(read(text), ["ru [Раз]0", "en [A]0"]);
}
