use super::super::answer::{Answer, Frame, clean, figure, web};
use super::super::visit::Visit;
use super::Named;
use crate::error::Result;
use crate::model::{BlockKind, Pair};
use crate::store::Store;
use askama::Template;

/// A document: what it says, what is known of it, and what it is paired with.
#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    frame: Frame<'a>,
    document: Named,
    facts: Vec<(&'static str, String)>,
    url: Option<String>,
    blocks: Vec<Block>,
    pairs: Vec<Paired>,
}

struct Block {
    heading: bool,
    lang: String,
    text: String,
}

/// A document that this one is paired with.
struct Paired {
    document: Named,
    address: String,
    kind: String,
    score: String,
    evidence: String,
}

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let id = visit.param("id");
    let (Some(document), Some(listed)) = (store.document(id)?, store.listed(id)?) else { return Ok(Answer::Nothing) };
    let w = visit.words();
    let mut pairs = Vec::new();
    for pair in store.pairs_of(id)? {
        let other = if pair.source == id { &pair.target } else { &pair.source };
        let Some(other) = store.listed(other)? else { continue };
        let Pair { source, target, .. } = &pair;
        pairs.push(Paired {
            address: format!("/pairs/{source}/{target}"),
            kind: kind(visit, &pair).to_owned(),
            score: format!("{:.2}", pair.score),
            evidence: pair.evidence.iter().map(|e| clean(e)).collect::<Vec<_>>().join(", "),
            document: Named::new(other),
        });
    }
    let (metadata, page) = (&document.metadata, &document.provenance);
    let moment = |moment: Option<crate::model::Moment>| moment.map(|m| m.to_string()).unwrap_or_default();
    let facts = [
        ("language", format!("{} ({:.0} %)", document.language.lang, document.language.confidence * 100.0)),
        ("outlet", metadata.outlet.clone().unwrap_or_default()),
        ("authors", metadata.bylines.join(", ")),
        ("published", moment(metadata.published)),
        ("changed", moment(metadata.modified)),
        ("licence", metadata.licence.clone().unwrap_or_default()),
        ("file", page.place()),
        ("fetched", moment(page.fetched)),
        ("encoding", page.encoding.clone()),
        ("bytes", figure(page.bytes as usize)),
        ("revision", document.revision.to_string()),
        ("hash", page.blake3.clone()),
    ];
    let block = |block: &crate::model::Block| Block {
        heading: matches!(block.kind, BlockKind::Title | BlockKind::Heading),
        lang: block.language.as_ref().unwrap_or(&document.language).lang.to_string(),
        text: clean(block.span.of(&document.text)),
    };
    let title = document.name().to_owned();
    Answer::page(&Page {
        facts: facts
            .into_iter()
            .map(|(name, fact)| (name, clean(&fact)))
            .filter(|(_, fact)| !fact.is_empty())
            .collect(),
        url: web(metadata.url.as_deref().or(page.url.as_deref())),
        blocks: document.blocks.iter().map(block).collect(),
        pairs,
        document: Named::new(listed),
        frame: visit.frame(if title.is_empty() { w.t("document").to_owned() } else { title }, "documents"),
    })
}

/// Why two documents belong together, in words.
pub(super) fn kind<'a>(visit: &'a Visit, pair: &Pair) -> &'a str {
    use crate::model::PairKind;
    match pair.kind {
        PairKind::Version => visit.words().t("version"),
        PairKind::Witness => visit.words().t("witness"),
        PairKind::Event => visit.words().t("event"),
    }
}
