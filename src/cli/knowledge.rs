use super::Global;
use crate::identify::Identifier;
use crate::import::glossary::{self, Glossary};
use crate::language::{Lang, Languages};
use crate::pipeline::{Embedder, Knowledge};
use crate::represent::Lexicon;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::str::FromStr;

/// Languages of the user.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Folders {
    /// Know the language in this folder, too: language.toml, and lexicon.tsv, quotes.toml, shades.toml, ngrams.bin, vectors.bin where there are any
    /// (languages/README.md).
    #[arg(long = "language", value_name = "FOLDER")]
    folders: Vec<PathBuf>,
}

/// Languages and lexicons of the user.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Additions {
    #[command(flatten)]
    languages: Folders,
    /// Use these translations, too: TSV, MUSE pairs, dictd (FreeDict), StarDict, Apertium .dix or TMX. The languages are those
    /// that the file says or its name (az-en.tsv), else name them: az-en=words.tsv.
    #[arg(long = "lexicon", value_name = "[SOURCE-TARGET=]FILE")]
    lexicons: Vec<Named>,
}

/// A lexicon and its languages, where the user names them.
#[derive(Clone, Debug)]
struct Named {
    languages: Option<(Lang, Lang)>,
    path: PathBuf,
}

/// A sentence encoder of the user.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Model {
    /// Align by sentence embeddings, too: the directory of an encoder in the layout of Hugging Face (config.json, tokenizer.json,
    /// model.safetensors): BERT or XLM-R, such as LaBSE or multilingual-e5, or model2vec. Needs a korpu built with models.
    #[arg(long = "model", value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl Model {
    pub fn open(&self) -> Result<Option<Embedder>> {
        Ok(self.directory.as_deref().map(Embedder::open).transpose()?)
    }
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Named, String> {
        let named = text.split_once('=').and_then(|(pair, path)| {
            // The tags are parted by any of their hyphens: az-Cyrl-en.
            let mut parts = pair.rmatch_indices('-').map(|(at, _)| (&pair[..at], &pair[at + 1..]));
            let languages = parts.find_map(|(a, b)| Lang::parse(a).zip(Lang::parse(b)))?;
            Some(Named { languages: Some(languages), path: path.into() })
        });
        match named {
            Some(named) => Ok(named),
            None if text.is_empty() => Err("no file is named".to_owned()),
            None => Ok(Named { languages: None, path: text.into() }),
        }
    }
}

/// What a message says of the entries that could not be read.
pub(super) fn unread(glossary: &Glossary) -> String {
    match &glossary.first_unread {
        Some(first) if glossary.unread > 0 => format!(", {} could not be read, the first at {first}", glossary.unread),
        _ => String::new(),
    }
}

impl Folders {
    /// The bundled languages and these.
    pub fn knowledge(&self) -> Result<Knowledge> {
        if self.folders.is_empty() {
            return Ok(Knowledge::default());
        }
        let mut languages = Languages::bundled().clone();
        for folder in &self.folders {
            languages = languages.with_folder(folder)?;
        }
        // They are known until the process ends.
        let languages: &'static Languages = Box::leak(Box::new(languages));
        let identifier = Box::leak(Box::new(Identifier::new(languages)));
        Ok(Knowledge { languages, identifier, lexicon: Box::leak(Box::new(Lexicon::new(languages))) })
    }
}

impl Additions {
    /// The bundled languages and lexicon, and these. Says what it took of each lexicon.
    pub fn knowledge(&self, global: &Global) -> Result<Knowledge> {
        let knowledge = self.languages.knowledge()?;
        if self.lexicons.is_empty() {
            return Ok(knowledge);
        }
        let mut lexicon = Lexicon::new(knowledge.languages);
        for Named { languages, path } in &self.lexicons {
            let glossary = glossary::read(path)?;
            let named = languages.as_ref().map(|(a, b)| (a.as_str().to_owned(), b.as_str().to_owned()));
            let mut unnamed = 0;
            let mut pairs: std::collections::BTreeMap<(&str, &str), Vec<(&str, &str)>> = Default::default();
            for entry in &glossary.entries {
                match named.as_ref().or(entry.languages.as_ref()) {
                    Some((a, b)) => pairs.entry((a, b)).or_default().push((&entry.source, &entry.target)),
                    None => unnamed += 1,
                }
            }
            if unnamed > 0 {
                bail!("{}: its languages are not known; name them: --lexicon az-en={}", path.display(), path.display());
            }
            for ((source, target), pairs) in pairs {
                lexicon.add(source, target, pairs);
            }
            if !global.quiet {
                let taken = glossary.entries.len();
                eprintln!(
                    "korpu: {}: {} entries of {} taken{}",
                    path.display(),
                    taken,
                    glossary.format,
                    unread(&glossary)
                );
            }
        }
        Ok(Knowledge { lexicon: Box::leak(Box::new(lexicon)), ..knowledge })
    }
}
