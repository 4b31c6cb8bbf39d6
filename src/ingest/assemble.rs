//! Assembling: blocks, metadata and provenance become a document with an identity.

use crate::model::{Block, BlockKind, Document, Metadata, Provenance, Span};
use icu_normalizer::ComposingNormalizerBorrowed;
use url::Url;

/// Text above which a document is refused: the longest novels are under 8 MB, and what is held for a document (sentences,
/// words, the rows that the store writes) is many times its text.
const TEXT_BYTES: usize = 16 << 20;

/// Query parameters that say where a reader came from, not what is read; `utm_*` besides.
const TRACKING: &[&str] = &["fbclid", "gclid", "yclid", "igshid", "mc_cid", "mc_eid"];

/// The document made of blocks in order, what the page says of itself and where it came from. The error says what is
/// missing.
pub(super) fn document(
    blocks: Vec<(BlockKind, String)>,
    mut metadata: Metadata,
    provenance: Provenance,
) -> Result<Document, String> {
    let mut blocks: Vec<_> = blocks.into_iter().map(|(kind, text)| (kind, plain(&text))).collect();
    blocks.retain(|(_, text)| text.contains(char::is_alphanumeric));
    if blocks.iter().all(|(kind, _)| matches!(kind, BlockKind::Title | BlockKind::Heading)) {
        return Err("no article text found. Try the page of one article, not a list or an empty page".into());
    }
    if blocks.iter().map(|(_, text)| text.len()).sum::<usize>() > TEXT_BYTES {
        let limit = TEXT_BYTES >> 20;
        return Err(format!("over {limit} MB of text, the most a document may have. Try splitting the file"));
    }
    metadata.title = metadata.title.as_deref().map(plain).filter(|title| !title.is_empty());
    lead_with_title(&mut blocks, metadata.title.as_deref());
    let (text, blocks) = join(blocks);
    let id = id(&identity(metadata.url.as_deref(), &provenance));
    Ok(Document { id, revision: 1, text, blocks, metadata, provenance, ..Document::default() })
}

/// Text as it stands in a document: normal form C, white space collapsed to single spaces, without the characters that
/// only steer display (soft hyphens, zero-width spaces, marks of byte order), control characters, replacement characters,
/// U+FFFE and U+FFFF, which are no characters, and those of private use.
///
/// Joiners stay: they are spelling in some scripts.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        let dropped = c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fffd}'..='\u{ffff}')
            || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
        if dropped {
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    match ComposingNormalizerBorrowed::new_nfc().normalize(&out) {
        std::borrow::Cow::Borrowed(_) => out,
        std::borrow::Cow::Owned(normal) => normal,
    }
}

/// Puts the title first, once: a heading that repeats it near the beginning goes.
fn lead_with_title(blocks: &mut Vec<(BlockKind, String)>, title: Option<&str>) {
    /// Blocks at the beginning among which the title may be repeated, below a dateline or a picture.
    const NEAR: usize = 4;
    let Some(title) = title else {
        if let Some((kind @ BlockKind::Heading, _)) = blocks.first_mut() {
            *kind = BlockKind::Title;
        }
        return;
    };
    let folded = fold(title);
    let repeated = blocks.iter().take(NEAR).position(|(_, text)| fold(text) == folded);
    if let Some(at) = repeated {
        blocks.remove(at);
    }
    for (kind, _) in blocks.iter_mut().filter(|(kind, _)| *kind == BlockKind::Title) {
        *kind = BlockKind::Heading;
    }
    blocks.insert(0, (BlockKind::Title, title.to_owned()));
}

/// Letters and digits only, in small letters: how a title is compared with a heading set in capitals.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Joins blocks by blank lines.
fn join(blocks: Vec<(BlockKind, String)>) -> (String, Vec<Block>) {
    let mut text = String::with_capacity(blocks.iter().map(|(_, text)| text.len() + 2).sum());
    let mut spans = Vec::with_capacity(blocks.len());
    for (kind, block) in blocks {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let start = text.len();
        text.push_str(&block);
        spans.push(Block::new(kind, Span::new(start, text.len())));
    }
    (text, spans)
}

/// What makes a document the same document when it is seen again: its address, else its place.
fn identity(canonical: Option<&str>, provenance: &Provenance) -> String {
    // Broken templates give the address of the site as that of every page.
    let canonical =
        canonical.filter(|url| Url::parse(url).is_ok_and(|url| url.path().len() > 1 || url.query().is_some()));
    match canonical.or(provenance.url.as_deref()) {
        Some(url) => address(url),
        None => provenance.place(),
    }
}

/// An address without what does not change the page: scheme, `www.`, fragment, last slash, tracking parameters.
fn address(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return url.to_owned() };
    let host = url.host_str().unwrap_or_default();
    let mut out = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        out.push_str(&format!(":{port}"));
    }
    out.push_str(url.path().trim_end_matches('/'));
    let kept = url.query().into_iter().flat_map(|query| query.split('&')).filter(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        !key.is_empty() && !key.starts_with("utm_") && !TRACKING.contains(&key)
    });
    for (n, pair) in kept.enumerate() {
        out.push(if n == 0 { '?' } else { '&' });
        out.push_str(pair);
    }
    out
}

fn id(identity: &str) -> String {
    let hash = blake3::hash(identity.as_bytes()).to_hex();
    format!("d{}", hash.get(..12).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Heading, Paragraph, Title};

    fn assemble(title: Option<&str>, blocks: &[(BlockKind, &str)]) -> Result<Document, String> {
        let blocks = blocks.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect();
        let metadata = Metadata { title: title.map(str::to_owned), ..Metadata::default() };
        document(blocks, metadata, Provenance { path: "page.html".into(), ..Provenance::default() })
    }

    fn check(title: Option<&str>, blocks: &[(BlockKind, &str)], expected: &[(BlockKind, &str)]) {
        let document = assemble(title, blocks).unwrap();
        let found: Vec<_> = document.blocks.iter().map(|block| (block.kind, block.span.of(&document.text))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_title_comes_first_and_once() {
        let text = (Paragraph, "Mətn.");
        check(Some("Başlıq"), &[text], &[(Title, "Başlıq"), text]);
        check(Some("Lavrov: görüş"), &[(Heading, "LAVROV – GÖRÜŞ"), text], &[(Title, "Lavrov: görüş"), text]);
        check(Some("Yeni"), &[(Title, "Köhnə"), text], &[(Title, "Yeni"), (Heading, "Köhnə"), text]);
        check(None, &[(Heading, "Başlıq"), text], &[(Title, "Başlıq"), text]);
        check(None, &[text], &[text]);
    }

    #[test]
    fn blocks_stand_apart_by_a_blank_line() {
        let document =
            assemble(Some("A"), &[(Paragraph, " b\n\nc "), (Paragraph, "\u{200b} – "), (Paragraph, "d")]).unwrap();
        assert_eq!(document.text, "A\n\nb c\n\nd");
        assert_eq!(document.revision, 1);
    }

    #[test]
    fn a_page_without_text_is_refused() {
        assert!(assemble(Some("A"), &[(Heading, "B")]).unwrap_err().contains("no article text found"));
        assert!(assemble(None, &[]).is_err());
    }

    #[test]
    fn what_does_not_change_the_page_does_not_change_its_address() {
        for same in [
            "https://www.korpu.example/az/1",
            "http://korpu.example/az/1/?utm_source=x&fbclid=y#top",
            "https://KORPU.example:443/az/1",
        ] {
            assert_eq!(address(same), "korpu.example/az/1", "{same}");
        }
        assert_eq!(address("https://korpu.example/?id=1&utm_medium=x&lang=az"), "korpu.example?id=1&lang=az");
    }

    #[test]
    fn a_document_is_known_by_its_own_address_then_by_where_it_was_fetched_then_by_its_place() {
        let fetched = Provenance { path: "a".into(), url: Some("https://b.example/1".into()), ..Provenance::default() };
        let file = Provenance { path: "a".into(), member: Some("m".into()), ..Provenance::default() };
        assert_eq!(identity(Some("https://c.example/2"), &fetched), "c.example/2");
        assert_eq!(identity(Some("https://c.example/"), &fetched), "b.example/1");
        assert_eq!(identity(Some("not an address"), &file), "a: m");
        let id = id("a");
        assert!(id.len() == 13 && id.starts_with('d'), "{id}");
    }
}
