use super::Moment;
use serde::{Deserialize, Serialize};

/// What the bytes of a page are, before anything is read from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// HTML or XHTML.
    Html,
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
}

/// A page: bytes as fetched from one address at one time, and what is known of how they came here.
#[derive(Clone, Debug)]
pub struct Page {
    /// The bytes, undecoded.
    pub bytes: Vec<u8>,
    /// What they are.
    pub media_type: MediaType,
    /// The character encoding that the transport named (the HTTP header in a WARC, `--encoding`), if any.
    pub charset: Option<String>,
    /// Where they came from.
    pub provenance: Provenance,
}

/// Where a document came from: enough to find the very bytes again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The file as the user named it, `/` between its parts; `-` for standard input.
    pub path: String,
    /// The member of a ZIP, or the record id of a WARC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The address it was fetched from, where the container says so (WARC-Target-URI, "saved from url").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was fetched: WARC-Date, else the time of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched: Option<Moment>,
    /// BLAKE3 of the page's bytes, 64 hexadecimal digits.
    pub blake3: String,
    /// Number of bytes.
    pub bytes: u64,
    /// The encoding it was decoded with, by its name in the WHATWG Encoding Standard.
    pub encoding: String,
}

impl Provenance {
    /// The place for messages: `folder/file.zip: member`.
    pub fn place(&self) -> String {
        match &self.member {
            Some(member) => format!("{}: {member}", self.path),
            None => self.path.clone(),
        }
    }
}

/// An input that gave no document, and why. A run records it and goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The file, with the member or record where there is one.
    pub place: String,
    /// Why, in words for the user.
    pub reason: String,
}
