//! TEI P5: one `<TEI>` file for each document, and a root that joins them by XInclude and holds the alignments.
//!
//! Every sentence is an `<s>` and every paragraph a `<p>` (or head, item) with an `xml:id`; the alignments are
//! stand-off links between those. What we write is the subset of TEI that `schemas/korpu-tei.rng` describes, and is
//! valid TEI.

mod alignment;
mod corpus;
mod extent;
mod header;
mod source;
mod text;

pub use corpus::Root;
pub use extent::Extent;

use super::xml::{self, Xml};
use crate::model::{Document, Moment};
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
}

/// The namespaces of TEI and of XInclude.
const TEI: &str = "http://www.tei-c.org/ns/1.0";
const XINCLUDE: &str = "http://www.w3.org/2001/XInclude";

/// Writes the file of a document.
///
/// Fails with `InvalidInput` where the document's id is no XML name of ASCII letters: ids of segments are made from it.
pub fn document(out: &mut dyn Write, document: &Document, context: &Context) -> io::Result<()> {
    check_id(&document.id)?;
    let lang = document.language.lang.as_str();
    let mut xml = Xml::new(out, None)?;
    xml.open("TEI", &[("xmlns", TEI), ("xml:id", &document.id), ("xml:lang", lang)])?;
    header::document(&mut xml, document, context)?;
    text::text(&mut xml, document)?;
    xml.finish()
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
