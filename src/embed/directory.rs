//! What the small files of a model directory say: the kind of model, how token vectors become one, what is put before a text.
//!
//! The layout is that of `sentence-transformers`: `config.json` of the model itself, `modules.json` with what follows it
//! (pooling, a dense layer), `sentence_bert_config.json` with the length, `config_sentence_transformers.json` with prompts. All but
//! the first may be absent.

use crate::error::{Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokenizers::{Tokenizer, TruncationParams};

/// The kinds of models, by `model_type` in `config.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Positions are counted from 0.
    Bert,
    /// Positions are counted from one after that of padding.
    Roberta,
    /// A table of token vectors, without any context (model2vec).
    Table,
}

/// How the vectors of tokens become that of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pooling {
    Mean,
    /// That of the first token.
    First,
}

/// `config.json`, as far as it matters here.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    #[serde(default)]
    pub model_type: String,
    #[serde(default)]
    pub hidden_size: usize,
    #[serde(default)]
    pub num_hidden_layers: usize,
    #[serde(default)]
    pub num_attention_heads: usize,
    #[serde(default = "gelu")]
    pub hidden_act: String,
    #[serde(default = "epsilon")]
    pub layer_norm_eps: f64,
    #[serde(default)]
    pub pad_token_id: usize,
    #[serde(default)]
    pub position_embedding_type: Option<String>,
    #[serde(default, rename = "_name_or_path")]
    pub name: String,
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn epsilon() -> f64 {
    1e-12
}

/// A dense layer after the pooling.
#[derive(Debug)]
pub(super) struct Dense {
    pub folder: PathBuf,
    /// Whether the hyperbolic tangent follows; otherwise nothing does.
    pub tanh: bool,
}

/// A model directory, read as far as it is small.
#[derive(Debug)]
pub(super) struct Directory {
    pub path: PathBuf,
    pub kind: Kind,
    pub config: Config,
    pub pooling: Pooling,
    pub dense: Vec<Dense>,
    /// What is put before every text.
    pub prompt: String,
    /// More tokens than these are cut off, if the directory says so.
    pub longest: Option<usize>,
}

impl Directory {
    pub fn read(path: &Path) -> Result<Directory> {
        if !path.is_dir() {
            return Err(Error::input(
                path.display().to_string(),
                "no such directory; a model is a directory with config.json",
            ));
        }
        let config: Config = needed(&path.join("config.json"))?;
        let kind = match config.model_type.as_str() {
            "bert" => Kind::Bert,
            "xlm-roberta" | "roberta" | "camembert" => Kind::Roberta,
            "model2vec" => Kind::Table,
            other => {
                let known = "known are bert, xlm-roberta, roberta, camembert and model2vec";
                return Err(fault(&path.join("config.json"), format!("model_type {other:?} is not known; {known}")));
            }
        };
        let (pooling, dense) = if kind == Kind::Table { (Pooling::Mean, Vec::new()) } else { after(path)? };
        let prompt = prompt(path, &config)?;
        Ok(Directory { path: path.to_owned(), kind, config, pooling, dense, prompt, longest: longest(path)? })
    }

    /// The tokenizer, which cuts texts at so many tokens.
    pub fn tokenizer(&self, longest: usize) -> Result<Tokenizer> {
        let path = self.path.join("tokenizer.json");
        let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|e| fault(&path, e.to_string()))?;
        tokenizer.with_padding(None);
        let cut = TruncationParams { max_length: longest, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(|e| fault(&path, e.to_string()))?;
        Ok(tokenizer)
    }

    /// The token that stands for what the tokenizer does not know.
    pub fn unknown(&self, tokenizer: &Tokenizer) -> Result<Option<u32>> {
        #[derive(Deserialize)]
        struct File {
            model: Model,
        }
        #[derive(Deserialize)]
        struct Model {
            unk_token: Option<String>,
            unk_id: Option<u32>,
        }
        let model = needed::<File>(&self.path.join("tokenizer.json"))?.model;
        Ok(model.unk_id.or_else(|| tokenizer.token_to_id(&model.unk_token?)))
    }
}

/// An error in a file.
pub(super) fn fault(path: &Path, reason: impl Into<String>) -> Error {
    Error::input(path.display().to_string(), reason)
}

/// A JSON file that must be there.
fn needed<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    serde_json::from_slice(&bytes).map_err(|e| fault(path, e.to_string()))
}

/// A JSON file that may be absent.
fn optional<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    if path.is_file() { needed(path).map(Some) } else { Ok(None) }
}

/// What follows the model: its pooling, and its dense layers.
fn after(path: &Path) -> Result<(Pooling, Vec<Dense>)> {
    #[derive(Deserialize)]
    struct Module {
        path: String,
        r#type: String,
    }
    #[derive(Deserialize)]
    struct DenseConfig {
        activation_function: String,
    }
    let Some(modules) = optional::<Vec<Module>>(&path.join("modules.json"))? else {
        return Ok((pooling(&path.join("1_Pooling"))?, Vec::new()));
    };
    let (mut how, mut dense) = (Pooling::Mean, Vec::new());
    for module in modules {
        // Only names: a path must not lead out of the directory.
        let folder = path.join(Path::new(&module.path).file_name().unwrap_or_default());
        match module.r#type.rsplit('.').next().unwrap_or_default() {
            "Transformer" | "Normalize" => {}
            "Pooling" => how = pooling(&folder)?,
            "Dense" => {
                let config: DenseConfig = needed(&folder.join("config.json"))?;
                let tanh = match config.activation_function.rsplit('.').next().unwrap_or_default() {
                    "Tanh" => true,
                    "Identity" => false,
                    other => {
                        return Err(fault(&folder.join("config.json"), format!("the activation {other} is not known")));
                    }
                };
                dense.push(Dense { folder, tanh });
            }
            other => return Err(fault(&path.join("modules.json"), format!("the module {other} is not known"))),
        }
    }
    Ok((how, dense))
}

/// The pooling that a folder describes; the mean where it says nothing.
fn pooling(folder: &Path) -> Result<Pooling> {
    let path = folder.join("config.json");
    let Some(config) = optional::<BTreeMap<String, serde_json::Value>>(&path)? else { return Ok(Pooling::Mean) };
    let mode = config.get("pooling_mode").and_then(|mode| mode.as_str());
    let chosen = config.iter().filter(|(key, value)| key.starts_with("pooling_mode_") && value.as_bool() == Some(true));
    let names: Vec<&str> = chosen.map(|(key, _)| key.as_str()).chain(mode).collect();
    match names.as_slice() {
        [] | ["pooling_mode_mean_tokens" | "mean"] => Ok(Pooling::Mean),
        ["pooling_mode_cls_token" | "cls"] => Ok(Pooling::First),
        other => Err(fault(&path, format!("the pooling {} is not known, only mean and cls", other.join(" with ")))),
    }
}

/// What the directory wants before every text: its default prompt. Models of the E5 family were trained with `query: ` and
/// `passage: `, and their authors advise the first for texts that are compared with their like; older directories of theirs do not
/// say so, and are known by their names.
fn prompt(path: &Path, config: &Config) -> Result<String> {
    #[derive(Deserialize)]
    struct Prompts {
        #[serde(default)]
        prompts: BTreeMap<String, String>,
        default_prompt_name: Option<String>,
    }
    let file = path.join("config_sentence_transformers.json");
    let named = optional::<Prompts>(&file)?;
    if let Some(prompts) = &named
        && let Some(name) = &prompts.default_prompt_name
    {
        let prompt = prompts.prompts.get(name).cloned();
        return prompt.ok_or_else(|| fault(&file, format!("the default prompt {name:?} is not among the prompts")));
    }
    let folder = path.file_name().unwrap_or_default().to_string_lossy();
    let parts = |name: &str| name.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case("e5"));
    Ok(if parts(&config.name) || parts(&folder) { "query: ".to_owned() } else { String::new() })
}

/// The length in tokens that the directory names.
fn longest(path: &Path) -> Result<Option<usize>> {
    #[derive(Deserialize)]
    struct Length {
        max_seq_length: Option<usize>,
    }
    let length = optional::<Length>(&path.join("sentence_bert_config.json"))?;
    Ok(length.and_then(|l| l.max_seq_length))
}
