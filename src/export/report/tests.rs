use super::*;
use crate::model::{
    Bead, Block, BlockKind, Identification, Level, Metadata, OfferedVersion, PairKind, Republication, Span,
};
use scraper::{Html, Selector};

fn lang(tag: &str) -> Lang {
    Lang::parse(tag).unwrap()
}

/// A document of one block a sentence, the first its title.
fn document(id: &str, tag: &str, sentences: &[&str]) -> Document {
    let mut document = Document {
        id: id.into(),
        language: Identification { lang: lang(tag), confidence: 0.98 },
        metadata: Metadata { title: sentences.first().map(|s| s.to_string()), ..Metadata::default() },
        ..Document::default()
    };
    for (n, sentence) in sentences.iter().enumerate() {
        let start = document.text.len();
        document.text.push_str(sentence);
        let span = Span::new(start, document.text.len());
        let kind = if n == 0 { BlockKind::Title } else { BlockKind::Paragraph };
        document.blocks.push(Block { sentences: vec![span], ..Block::new(kind, span) });
        document.text.push_str("\n\n");
    }
    document
}

fn bead(source: &[u32], target: &[u32], confidence: f32) -> Bead {
    Bead { source: source.to_vec(), target: target.to_vec(), score: 0.0, confidence }
}

fn bitext(beads: Vec<Bead>) -> Bitext {
    Bitext { source: "d1".into(), target: "d2".into(), level: Level::Sentence, beads }
}

fn pair(kind: PairKind) -> Pair {
    Pair { source: "d1".into(), target: "d2".into(), kind, score: 0.93, evidence: vec!["names".into()] }
}

/// The report of one work, as a browser would parse it.
fn report(overview: &Overview, view: &WorkView) -> Html {
    let contents = [view.entry()];
    let overview = Overview { contents: &contents, ..overview.clone() };
    let mut out = Vec::new();
    let mut report = Writer::new(&mut out, &overview).unwrap();
    report.work(view).unwrap();
    report.finish().unwrap();
    Html::parse_document(&String::from_utf8(out).unwrap())
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    html.select(&Selector::parse(selector).unwrap()).map(|e| e.text().collect()).collect()
}

fn values(html: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).map(|e| e.attr(attribute).unwrap_or("absent").to_owned()).collect()
}

fn count(html: &Html, selector: &str) -> usize {
    html.select(&Selector::parse(selector).unwrap()).count()
}

#[test]
fn every_bead_is_a_row_and_every_segment_stands_in_one() {
    let source = document("d1", "az", &["Bir", "İki.", "Üç.", "Dörd."]);
    let target = document("d2", "ru", &["Раз", "Два.", "Четыре.", "Пять."]);
    let beads = vec![
        bead(&[0], &[0], 0.97),
        bead(&[1, 2], &[2], 0.6),
        bead(&[3], &[], 0.8),
        bead(&[], &[3], 0.8),
        bead(&[], &[1], f32::NAN),
    ];
    let (documents, bitexts) = ([source, target], [bitext(beads)]);
    let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
    let html = report(&Overview::default(), &view);
    assert_eq!(
        values(&html, "tr.bead", "class"),
        ["bead sure opens", "bead fair opens", "bead alone opens", "bead alone opens", "bead alone opens"]
    );
    assert_eq!(texts(&html, "td.source p"), ["Bir", "İki.", "Üç.", "Dörd.", "—", "—"]);
    assert_eq!(texts(&html, "td.target p"), ["Раз", "Четыре.", "—", "Пять.", "Два."]);
    assert_eq!(values(&html, "td.source p[lang]", "data-n"), ["1", "2", "3", "4"]);
    assert_eq!(texts(&html, "td.bond"), [" 97\u{A0}%", " 60\u{A0}% 2-1", "unaligned", "unaligned", "unaligned"]);
    assert_eq!(texts(&html, "summary .note"), ["2 sentence beads, 1 + 2 unaligned"]);
}

#[test]
fn the_fewest_beads_that_break_the_order_are_marked_as_moved() {
    let check = |targets: &[Option<u32>], expected: &[usize]| {
        let sentences = vec!["Bir."; targets.len()];
        let documents = [document("d1", "az", &sentences), document("d2", "tr", &sentences)];
        let beads = targets.iter().zip(0..).map(|(target, n)| bead(&[n], target.as_slice(), 0.9));
        let bitexts = [bitext(beads.collect())];
        let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
        let bonds = texts(&report(&Overview::default(), &view), "td.bond");
        let moved: Vec<usize> = (0..bonds.len()).filter(|n| bonds[*n].ends_with(" moved")).collect();
        assert_eq!(moved, expected, "{targets:?}");
    };
    check(&[], &[]);
    check(&[Some(0), Some(1), Some(2)], &[]);
    check(&[Some(3), Some(0), None, Some(1), Some(2)], &[0]);
    check(&[Some(0), Some(2), Some(3), Some(1), None, Some(4)], &[3]);
    check(&[Some(2), Some(1), Some(0)], &[0, 1]);
}

#[test]
fn a_confidence_shows_as_a_class_a_length_and_a_figure() {
    let check = |confidence: f32, class: &str, width: &[&str], words: &str| {
        let documents = [document("d1", "az", &["Bir"]), document("d2", "ru", &["Раз"])];
        let bitexts = [bitext(vec![bead(&[0], &[0], confidence)])];
        let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
        let html = report(&Overview::default(), &view);
        assert_eq!(values(&html, "tr.bead", "class"), [format!("bead {class} opens")]);
        assert_eq!(values(&html, ".gauge span", "style"), width);
        assert_eq!(texts(&html, "td.bond"), [words]);
    };
    check(0.97, "sure", &["width:97%"], " 97\u{A0}%");
    check(0.7, "fair", &["width:70%"], " 70\u{A0}%");
    check(0.2, "doubtful", &["width:20%"], " 20\u{A0}%");
    check(7.0, "sure", &["width:100%"], " 100\u{A0}%");
    check(f32::NAN, "doubtful", &[], "no confidence");
}

#[test]
fn hostile_pages_stay_text() {
    let attack = "\"><script>alert(1)</script><img src=https://evil.example/x onerror='alert(2)'>\u{0}";
    let mut source = document("d1\" onclick=\"x", "az", &[attack]);
    source.metadata = Metadata {
        title: Some(attack.into()),
        outlet: Some(attack.into()),
        bylines: vec![attack.into()],
        section: Some(attack.into()),
        licence: Some(attack.into()),
        declared_language: Some(attack.into()),
        url: Some("javascript:alert(3)".into()),
        versions: vec![OfferedVersion {
            lang: lang("ru"),
            source_tag: attack.into(),
            url: Some("data:text/html,<script>".into()),
        }],
        republished: Some(Republication {
            source: Some(attack.into()),
            url: Some(" java\nscript:alert(4)".into()),
            published: None,
        }),
        ..Metadata::default()
    };
    source.provenance.path = attack.into();
    source.provenance.encoding = attack.into();
    let documents = [source];
    let pairs = [Pair { evidence: vec![attack.into()], target: attack.into(), ..pair(PairKind::Version) }];
    let view = WorkView { id: attack, documents: &documents, pairs: &pairs, ..WorkView::default() };
    let refusals = [Refusal { place: attack.into(), reason: attack.into() }];
    let html = report(&Overview { title: attack, refusals: &refusals, refused: 1, ..Overview::default() }, &view);
    assert_eq!(count(&html, "script, img, iframe, object, embed, link, form, base, [src], [onclick], [onerror]"), 0);
    assert!(values(&html, "a", "href").iter().all(|href| href.starts_with('#')));
    let shown = attack.trim_end_matches('\0');
    assert_eq!(texts(&html, "title"), [shown]);
    assert_eq!(texts(&html, "h2 span:last-child"), [shown]);
    assert_eq!(texts(&html, ".refusals td"), [shown, shown]);
}

#[test]
fn links_inside_the_report_lead_somewhere_and_ids_are_distinct() {
    let documents = [document("d1", "az", &["Bir"]), document("d2", "ru", &["Раз"])];
    let work = WorkView { id: "w1", documents: &documents, ..WorkView::default() };
    let event = WorkView { heading: Heading::Event, id: "d1-d2", ..work };
    let contents = [work.entry(), event.entry()];
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, &Overview { contents: &contents, ..Overview::default() }).unwrap();
    writer.work(&work).unwrap();
    writer.work(&event).unwrap();
    writer.finish().unwrap();
    let html = Html::parse_document(&String::from_utf8(out).unwrap());
    assert_eq!(texts(&html, "nav li"), ["Bir az ru", "Bir ↔ Раз az ru"]);
    let mut ids = values(&html, "[id]", "id");
    let links = values(&html, "a", "href");
    assert_eq!(links.len(), 8, "{links:?}");
    assert!(links.iter().all(|link| ids.iter().any(|id| link.strip_prefix('#') == Some(id))), "{links:?} {ids:?}");
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
}

#[test]
fn every_text_says_its_language_and_its_direction() {
    let mut source = document("d1", "az", &["Bakıda forum", "BBC: منتدى باكو افتتح اليوم في المدينة"]);
    source.blocks[1].language = Some(Identification { lang: lang("ar"), confidence: 0.9 });
    let documents = [source, document("d2", "he", &["הפורום נפתח"])];
    let bitexts = [bitext(vec![bead(&[0], &[0], 0.9), bead(&[1], &[], 0.9)])];
    let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
    let html = report(&Overview::default(), &view);
    let check = |selector: &str, expected: &[&str]| {
        let (langs, directions) = (values(&html, selector, "lang"), values(&html, selector, "dir"));
        let found: Vec<String> = langs.into_iter().zip(directions).map(|(l, d)| format!("{l} {d}")).collect();
        assert_eq!(found, expected, "{selector}");
    };
    check("td p[data-n]", &["az ltr", "he rtl", "ar rtl"]);
    check("h2 span[dir], .title span[dir]", &["az ltr", "he rtl"]);
    check("nav li > a:first-child span", &["az ltr"]);
}

#[test]
fn a_card_tells_where_a_document_came_from() {
    let mut one = document("d1", "az", &["Bir"]);
    one.metadata.outlet = Some("Xəzər Xəbər".into());
    one.metadata.published = Some("2025-09-20T19:30:00+04:00".parse().unwrap());
    one.metadata.declared_language = Some("ru-RU".into());
    one.metadata.url = Some("https://khezerxeber.example/az/1.html?a=1&b=2".into());
    one.metadata.versions = vec![
        OfferedVersion { lang: lang("iw"), source_tag: "iw".into(), url: None },
        OfferedVersion { lang: lang("en"), source_tag: "En".into(), url: Some("http://khezerxeber.example/en".into()) },
    ];
    one.metadata.republished = Some(Republication::default());
    one.provenance.path = "a.zip".into();
    one.provenance.member = Some("1.html".into());
    one.provenance.bytes = 41_234;
    one.provenance.encoding = "windows-1254".into();
    let documents = [one];
    let html = report(&Overview::default(), &WorkView { id: "w1", documents: &documents, ..WorkView::default() });
    assert_eq!(
        texts(&html, "dl div"),
        [
            "LanguageAzerbaijani, 98\u{A0}% sure; the page says ru-RU",
            "Published2025-09-20 19:30 +04:00",
            "Republishedfrom a source it does not name",
            "Addresshttps://khezerxeber.example/az/1.html?a=1&b=2",
            "Versionshe (as iw), en",
            "Filea.zip: 1.html",
            "Bytes41,234, windows-1254",
            "Documentd1",
        ]
    );
    let links = ["https://khezerxeber.example/az/1.html?a=1&b=2", "http://khezerxeber.example/en"];
    assert_eq!(values(&html, "dd a", "href"), links);
    assert_eq!(values(&html, "dd a", "rel"), ["noreferrer", "noreferrer"]);
}

#[test]
fn an_overview_says_what_it_leaves_out() {
    let refusals = [Refusal { place: "a.html".into(), reason: "empty file".into() }];
    let languages = [(lang("az"), 3000), (lang("xx"), 30), (Lang::UNKNOWN, 0)];
    let overview =
        Overview { works: 1200, refused: 12, refusals: &refusals, languages: &languages, ..Overview::default() };
    let html = report(&overview, &WorkView { id: "w1", ..WorkView::default() });
    let more = ["11 more; the store holds them all.", "Shown here: 1 of 1,200; the store holds them all."];
    assert_eq!(texts(&html, ".more"), more);
    assert_eq!(texts(&html, ".languages th"), ["Azerbaijani az", " xx", "Unknown und"]);
    assert_eq!(values(&html, ".bar span", "style"), ["width:100.0%", "width:1.0%", "width:0.0%"]);
    assert_eq!(count(&html, ".refusals[open]"), 0);
}

#[test]
fn what_is_paired_but_not_aligned_is_listed_and_its_text_shown() {
    let documents = [document("d1", "en", &["One", "Two."]), document("d2", "en", &["One", "Two."])];
    let pairs = [pair(PairKind::Witness)];
    let view = WorkView { id: "w1", documents: &documents, pairs: &pairs, ..WorkView::default() };
    let html = report(&Overview::default(), &view);
    assert_eq!(texts(&html, ".pairs li"), ["en d1 ↔ en d2: witnesses of one text (names; score 0.93)"]);
    assert_eq!(texts(&html, ".text p"), ["One", "Two.", "One", "Two."]);
    assert_eq!(count(&html, ".title"), 0, "one title, shown once");
}

#[test]
fn segments_that_are_not_there_and_bitexts_of_strangers_do_no_harm() {
    let documents = [document("d1", "az", &["Bir"]), document("d2", "ru", &["\u{0}"])];
    let bitexts = [bitext(vec![bead(&[0], &[0], 0.9), bead(&[7], &[u32::MAX], 0.9)])];
    let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
    let html = report(&Overview::default(), &view);
    assert_eq!(texts(&html, "td p"), ["Bir", "no text", "no text", "no text"]);

    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, &Overview::default()).unwrap();
    let error = writer.work(&WorkView { documents: &documents[..1], ..view }).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "a bitext of work \"w1\" is of \"d2\", which is not among its documents");
}
