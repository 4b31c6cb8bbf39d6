use super::{
    Global, Outcome,
    knowledge::{Additions, Model},
    learning::Learning,
    output,
    progress::Progress,
};
use crate::export::LangMap;
use crate::pipeline::{self, Options, Summary, input};
use anyhow::Result;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// The whole path: pages in; store, TMX, TEI, JSONL and a report out.
///
/// Reads HTML in any encoding, plain text, Markdown, WARC, and ZIPs of those. OUT gets corpus.korpu (the store), tmx/,
/// tei/, jsonl/ and report.html. Run it again and only what is new is done; a run that was killed goes on.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  korpu run corpus/sample -o out\n  korpu run pages/ crawl.warc.gz -o out --jobs 4\n  \
                        cat page.html | korpu run - -o out\n  korpu run pages -o out --lang-map az=az-Latn-AZ,ru=ru-RU"
)]
pub(super) struct Args {
    /// Files, folders (with all below them), or - for standard input.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The folder for the outputs; made where it is missing.
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Language tags for the TMX files: az=az-Latn-AZ,ru=ru-RU.
    #[arg(long, value_name = "MAP", value_parser = LangMap::parse)]
    lang_map: Option<LangMap>,
    /// The title of the corpus, for the TEI header and the report.
    #[arg(long)]
    title: Option<String>,
    /// Exit with 3 where some input was refused.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    learning: Learning,
    #[command(flatten)]
    additions: Additions,
    #[command(flatten)]
    model: Model,
}

/// How inputs are read.
#[derive(Debug, clap::Args)]
pub(super) struct Reading {
    /// The encoding of all pages, whatever they say: windows-1251, koi8-r, ...
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<String>,
}

impl Reading {
    /// The options for inputs, with a folder to leave out.
    pub fn options(&self, skip: Option<&PathBuf>) -> input::Options {
        input::Options { encoding: self.encoding.clone(), skip: skip.into_iter().cloned().collect() }
    }
}

fn encoding(name: &str) -> Result<String, String> {
    if let Some(encoding) = encoding_rs::Encoding::for_label(name.as_bytes()) {
        return Ok(encoding.name().to_owned());
    }
    let name = name.to_lowercase();
    let alike = |known: &&&str| strsim::jaro_winkler(&name, known);
    let nearest = ENCODINGS.iter().max_by(|a, b| alike(a).total_cmp(&alike(b))).unwrap_or(&"utf-8");
    Err(format!("no encoding of the WHATWG Encoding Standard; did you mean {nearest}?"))
}

/// The encodings that pages of the bundled languages come in.
const ENCODINGS: [&str; 9] = [
    "utf-8",
    "windows-1251",
    "windows-1254",
    "windows-1252",
    "koi8-r",
    "iso-8859-5",
    "iso-8859-9",
    "utf-16le",
    "ibm866",
];

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let inputs = input::Inputs::new(&self.inputs, self.reading.options(Some(&self.out)))?;
        let knowledge = self.additions.knowledge(global)?;
        let lang_map = self.lang_map.unwrap_or_default();
        let model = self.model.open()?;
        let mut options = Options { knowledge, model, lang_map, title: self.title, ..Options::default() };
        self.learning.tell(&mut options, global)?;
        let progress = Progress::new(global);
        let summary = pipeline::run(&inputs, &self.out, &options, &progress)?;
        drop(progress);
        output::print(|out| {
            if global.json {
                writeln!(out, "{}", as_json(&summary))?;
            } else if !global.quiet {
                print(out, &summary, &self.out)?;
            }
            Ok(())
        })?;
        Ok(if self.strict && !summary.refused.is_empty() { Outcome::Refused } else { Outcome::Done })
    }
}

fn as_json(summary: &Summary) -> serde_json::Value {
    let counts = &summary.counts;
    let languages: serde_json::Map<String, serde_json::Value> =
        counts.languages.iter().map(|(l, n)| (l.to_string(), json!(n))).collect();
    json!({
        "new": summary.new, "known": summary.known, "paired": summary.paired, "aligned": summary.aligned,
        "quoted": summary.quoted, "linked": summary.linked,
        "refused": summary.refused,
        "store": {
            "documents": counts.documents, "languages": languages, "refusals": counts.refusals, "pairs": counts.pairs,
            "works": counts.works, "bitexts": counts.bitexts, "beads": counts.beads, "sentences": counts.sentences,
            "quotes": counts.quotes, "groups": counts.groups,
        },
    })
}

fn print(out: &mut dyn Write, summary: &Summary, folder: &std::path::Path) -> Result<()> {
    let counts = &summary.counts;
    let languages: Vec<String> = counts.languages.iter().map(|(lang, n)| format!("{lang} {n}")).collect();
    let sum = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    writeln!(out, "{} new, {} known, {} refused", sum(summary.new, "document"), summary.known, summary.refused.len())?;
    for refusal in summary.refused.iter().take(5) {
        writeln!(out, "  refused {}: {}", refusal.place, refusal.reason)?;
    }
    if summary.refused.len() > 5 {
        writeln!(out, "  and {} more: see report.html", summary.refused.len() - 5)?;
    }
    writeln!(
        out,
        "the store holds {} ({}), {}, {}, {}, {}, {} of renderings",
        sum(counts.documents, "document"),
        languages.join(", "),
        sum(counts.works, "work"),
        sum(counts.pairs, "pair"),
        sum(counts.beads, "bead"),
        sum(counts.quotes, "quote"),
        sum(counts.groups, "group"),
    )?;
    writeln!(out, "look at {}", folder.join("report.html").display())?;
    Ok(())
}
