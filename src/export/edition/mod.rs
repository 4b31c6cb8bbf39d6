//! A reading edition: two texts side by side in one HTML file, as in a book with facing pages, and a list of such files.
//!
//! A file holds one bitext and not a whole work: two columns are what a reader reads at a time, and such a file opens at
//! once on a telephone and can be sent by itself. [`page`] names the others of its work, and links what is said in the passages to
//! the page of its [`statements`], where the renderings of each stand side by side, with what differs; these link back.
//!
//! Reading needs no script. One searches in the page; its content security policy allows that one alone, by its hash, and
//! nothing is loaded from anywhere.
//!
//! ```
//! use korpu::export::edition;
//! use korpu::model::{Bitext, Document, Level};
//! let documents = ["a.az", "a.en"].map(|id| Document { id: id.into(), ..Document::default() });
//! let bitexts = [Bitext { source: "a.az".into(), target: "a.en".into(), level: Level::Sentence, beads: vec![] }];
//! let work = edition::Work::new(&bitexts, &documents, &[], &[]);
//! let mut out = Vec::new();
//! edition::page(&mut out, &work, 0).unwrap();
//! assert!(String::from_utf8(out).unwrap().contains("a.az"));
//! ```

mod index;
mod page;
mod script;
mod statements;
mod work;

pub use index::Index;
pub use page::page;
pub use statements::statements;
pub use work::Work;

use super::release;
use super::report::{html, statements::STYLE as STATEMENTS};
use std::io::{self, Write};

/// Where the list stands, beside the pages.
pub const INDEX: &str = "index.html";

/// The name of the file of a bitext, safe as a file name and in a link.
pub fn file_name(source: &str, target: &str) -> String {
    format!("{}.html", html::anchor(&[source, target]))
}

/// The head of a file up to its title.
fn begin(out: &mut dyn Write, title: &str) -> io::Result<()> {
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src '{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"korpu {}\">\n<title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n",
        script::HASH,
        release(),
        html::text(title),
        include_str!("edition.css"),
        STATEMENTS,
    )
}

/// What a reader of aligned texts should bear in mind.
const ALIGNED: &str = "Pairs and alignments are made by machine and not reviewed.";

/// The search box, which the script shows; without it there is nothing to see.
const SEARCH: &str = "<search hidden>\n<label>Search <input type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label> \
                      <output></output>\n</search>\n";

/// The foot of a file, with what a reader should bear in mind, and the script.
fn end(out: &mut dyn Write, caution: &str) -> io::Result<()> {
    write!(
        out,
        "<footer><p>Made by korpu {}. {caution}</p></footer>\n\
         <script>{}</script>\n</body>\n</html>\n",
        release(),
        script::SEARCH,
    )?;
    out.flush()
}
