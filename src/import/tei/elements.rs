//! The elements within a `<text>`: which hold blocks, which are blocks, which stand among words, and which are no running text.

use crate::model::BlockKind;

/// What an element does to the blocks of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It holds blocks: text that stands in it by itself is a block from one of its elements to the next.
    Holder,
    /// It is a block.
    Block,
    /// A block where it stands among blocks; among words it is one of them.
    Either,
    /// It stands among words.
    Words,
}

/// What an element does.
pub(super) fn role(name: &str) -> Role {
    match name {
        "text" | "front" | "body" | "back" | "group" | "div" | "div0" | "div1" | "div2" | "div3" | "div4" | "div5"
        | "div6" | "div7" | "floatingText" | "lg" | "sp" | "spGrp" | "annotationBlock" | "list" | "table" | "row"
        | "opener" | "closer" | "postscript" | "titlePage" | "docTitle" | "epigraph" | "argument" | "castList"
        | "castGroup" | "set" | "prologue" | "epilogue" | "performance" | "listBibl" | "listPerson" | "listPlace"
        | "listOrg" | "listEvent" | "superEntry" => Role::Holder,
        "p" | "ab" | "head" | "item" | "l" | "figDesc" | "u" | "cell" | "speaker" | "trailer" | "titlePart"
        | "castItem" | "imprimatur" | "docImprint" | "docEdition" | "headItem" | "headLabel" | "entry"
        | "entryFree" => Role::Block,
        "quote" | "q" | "said" | "cit" | "bibl" | "biblStruct" | "biblFull" | "stage" | "label" | "byline"
        | "dateline" | "salute" | "signed" | "meeting" | "docAuthor" | "docDate" | "addrLine" | "writing" | "form"
        | "gramGrp" | "sense" | "def" | "etym" => Role::Either,
        _ => Role::Words,
    }
}

/// What is lost with an element that is no running text.
pub(super) fn left_out(name: &str) -> Option<&'static str> {
    match name {
        "note" | "witDetail" | "wit" => Some("notes are not kept"),
        "del" => Some("deleted text is not kept"),
        "fw" => Some("headers and footers of pages are not kept"),
        "graphic" | "media" | "binaryObject" => Some("pictures and recordings are not kept"),
        "desc" => Some("descriptions of what is no text are not kept"),
        "index" | "interp" | "interpGrp" | "span" | "spanGrp" | "fs" => Some("annotations are not kept"),
        _ => None,
    }
}

/// Whether the children of an element are readings of the same text.
pub(super) fn is_choice(name: &str) -> bool {
    matches!(name, "choice" | "app")
}

/// Whether a reading is left out where there is another: the edited one is read.
pub(super) fn is_spare(name: &str) -> bool {
    matches!(name, "sic" | "orig" | "abbr" | "rdg")
}

/// The kind of the block that an element, or text in it, is.
pub(super) fn kind(path: &[String], name: &str, kind: Option<&str>) -> BlockKind {
    let is_in = |wanted: &str| name == wanted || path.iter().any(|own| own == wanted);
    match name {
        "head" if kind == Some("title") => BlockKind::Title,
        "head" | "titlePart" => BlockKind::Heading,
        "bibl" | "biblStruct" | "biblFull" => BlockKind::Paragraph,
        _ if is_in("figure") => BlockKind::Caption,
        _ if is_in("quote") || is_in("cit") => BlockKind::Quote,
        "label" if path.last().is_some_and(|own| own == "list") => BlockKind::Item,
        _ if is_in("item") => BlockKind::Item,
        _ => BlockKind::Paragraph,
    }
}
