//! TEI P5: one `<TEI>` for each document, and a root that joins them by XInclude or holds them, with the alignments.
//!
//! Every sentence is an `<s>` and every paragraph a `<p>` (or head, item) with an `xml:id`; the alignments are
//! stand-off links between those. Quotes are `<said>` in the sentences, their groups stand-off links, too. What we write is the subset of TEI that `schemas/korpu-tei.rng` describes, and is
//! valid TEI.

mod alignment;
mod corpus;
mod extent;
mod header;
mod said;
mod source;
mod text;

pub use corpus::Root;
pub use extent::Extent;
pub use said::{Parts, Said};

use super::xml::{self, Attribute, Xml};
use crate::model::{Document, Moment, Person};
use said::Marked;
use std::io::{self, Write};

/// What the headers say of the making of the corpus, beside what the documents say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The title of the corpus.
    pub title: Option<String>,
    /// Who publishes the files; absent where nobody does yet.
    pub publisher: Option<String>,
    /// When the files are made.
    pub created: Option<Moment>,
    /// Who has reviewed alignments, with the time of their latest decision.
    pub reviewers: Vec<(String, Moment)>,
    /// Who speaks in several documents.
    pub persons: Vec<Person>,
}

/// The namespaces of TEI and of XInclude.
const TEI: &str = "http://www.tei-c.org/ns/1.0";
const XINCLUDE: &str = "http://www.w3.org/2001/XInclude";

/// Writes the file of a document with what is said in it.
///
/// Fails with `InvalidInput` where the document's id is no XML name of ASCII letters: ids of segments are made from it.
pub fn document(out: &mut dyn Write, document: &Document, said: Said, context: &Context) -> io::Result<()> {
    let mut xml = Xml::new(out, None)?;
    element(&mut xml, &[("xmlns", TEI)], document, said, context)?;
    xml.finish()
}

/// Writes `<TEI>`, with some attributes before its own.
fn element(
    xml: &mut Xml,
    attributes: &[Attribute],
    document: &Document,
    said: Said,
    context: &Context,
) -> io::Result<()> {
    check_id(&document.id)?;
    let own: [Attribute; 2] = [("xml:id", &document.id), ("xml:lang", document.language.lang.as_str())];
    xml.open("TEI", &[attributes, &own].concat())?;
    let marked = Marked::new(document, said);
    header::document(xml, document, said, &marked, context)?;
    text::text(xml, document, &marked)?;
    xml.close()
}

fn check_id(id: &str) -> io::Result<()> {
    match xml::is_id(id) {
        true => Ok(()),
        false => {
            Err(invalid(format!("the document id {id:?} is no XML name; use ASCII letters, digits, `.`, `_`, `-`")))
        }
    }
}

fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason.into())
}
