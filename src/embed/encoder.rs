use super::directory::{Directory, Kind, fault};
use super::table::{self, Table};
use super::transformer::Transformer;
use crate::error::{Error, Result};
use std::path::Path;
use tokenizers::Tokenizer;

/// So many tokens go through a transformer at a time: enough to fill its matrices, little enough to bound memory.
const TOKENS: usize = 2048;

/// A sentence encoder, read from a directory.
///
/// | model | `config.json` | known directories |
/// | --- | --- | --- |
/// | BERT | `model_type` `bert` | LaBSE, multilingual-e5-small, paraphrase-multilingual-MiniLM |
/// | XLM-R | `xlm-roberta`, `roberta`, `camembert` | multilingual-e5-base and -large, bge-m3, paraphrase-multilingual-mpnet |
/// | model2vec | `model2vec` | potion-multilingual-128M, M2V_multilingual_output |
///
/// Beside `config.json` there are `tokenizer.json` and `model.safetensors` (of a dense layer, too), 16- or 32-bit floats. Pooling is
/// by the mean or the first token as `1_Pooling/config.json` says, else by the mean; a text begins with the default prompt in
/// `config_sentence_transformers.json`, or with `query: ` where the name of the model says E5. Longer texts are cut at
/// `max_seq_length` of `sentence_bert_config.json`, and where positions end.
pub struct Encoder {
    directory: Directory,
    tokenizer: Tokenizer,
    /// The token that stands for what is not known, where the model leaves it out.
    unknown: Option<u32>,
    model: Model,
}

enum Model {
    Transformer(Box<Transformer>),
    Table(Table),
}

impl Encoder {
    /// Reads a directory. An error names the file that is missing, damaged or not of a known kind.
    pub fn open(directory: &Path) -> Result<Encoder> {
        let directory = Directory::read(directory)?;
        let (model, longest, vocabulary) = match directory.kind {
            Kind::Table => {
                let table = Table::read(&directory)?;
                let (longest, vocabulary) = (directory.longest.unwrap_or(table::LONGEST), table.vocabulary());
                (Model::Table(table), longest, vocabulary)
            }
            Kind::Bert | Kind::Roberta => {
                let transformer = Transformer::read(&directory)?;
                let (longest, vocabulary) = (transformer.longest, transformer.vocabulary());
                (Model::Transformer(Box::new(transformer)), longest, vocabulary)
            }
        };
        let tokenizer = directory.tokenizer(longest)?;
        let known = tokenizer.get_vocab(true).into_values().max().map_or(0, |id| id as usize + 1);
        if known > vocabulary {
            let reason = format!("it knows {known} tokens, model.safetensors only {vocabulary}: files of two models?");
            return Err(fault(&directory.path.join("tokenizer.json"), reason));
        }
        let unknown = if directory.kind == Kind::Table { directory.unknown(&tokenizer)? } else { None };
        Ok(Encoder { directory, tokenizer, unknown, model })
    }

    /// How many numbers a vector has.
    pub fn dimensions(&self) -> usize {
        match &self.model {
            Model::Transformer(transformer) => transformer.dimensions,
            Model::Table(table) => table.dimensions,
        }
    }

    /// The vectors of texts, one after the other, each of unit length (or zero, where a table knows no token of a text).
    pub fn encode(&self, texts: &[&str]) -> Result<Vec<f32>> {
        let tokens = texts.iter().map(|text| self.tokens(text)).collect::<Result<Vec<Vec<u32>>>>()?;
        let size = self.dimensions();
        let mut vectors = vec![0.0; texts.len() * size];
        let mut put = |n: usize, vector: &[f32]| {
            let length = vector.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>().sqrt();
            if !length.is_finite() {
                let place = self.directory.path.join("model.safetensors");
                return Err(fault(&place, "the numbers it computes are not finite: damaged weights?"));
            }
            let scale = if length > 1e-12 { (1.0 / length) as f32 } else { 0.0 };
            vectors[n * size..(n + 1) * size].iter_mut().zip(vector).for_each(|(to, v)| *to = v * scale);
            Ok(())
        };
        match &self.model {
            Model::Table(table) => {
                for (n, tokens) in tokens.iter().enumerate() {
                    put(n, &table.encode(tokens))?;
                }
            }
            Model::Transformer(transformer) => {
                let mut order: Vec<usize> = (0..texts.len()).filter(|n| !tokens[*n].is_empty()).collect();
                order.sort_by_key(|n| tokens[*n].len());
                let mut rest = order.as_slice();
                while let Some(first) = rest.first() {
                    let mut sum = 0;
                    let fits = |n: &&usize| {
                        sum += tokens[**n].len();
                        sum <= TOKENS
                    };
                    let count = rest.iter().take_while(fits).count().max(1);
                    let batch: Vec<&[u32]> = rest[..count].iter().map(|n| tokens[*n].as_slice()).collect();
                    let found = transformer.encode(&batch).map_err(|e| {
                        fault(&self.directory.path, format!("{e} (a text of {} tokens)", tokens[*first].len()))
                    })?;
                    for (n, vector) in rest[..count].iter().zip(found) {
                        put(*n, &vector)?;
                    }
                    rest = &rest[count..];
                }
            }
        }
        Ok(vectors)
    }

    /// The tokens of a text with the prompt before it.
    fn tokens(&self, text: &str) -> Result<Vec<u32>> {
        let special = matches!(self.model, Model::Transformer(_));
        let text = format!("{}{text}", self.directory.prompt);
        let encoding = self.tokenizer.encode_fast(text, special).map_err(|e| {
            Error::input(self.directory.path.join("tokenizer.json").display().to_string(), e.to_string())
        })?;
        let mut tokens = encoding.get_ids().to_vec();
        tokens.retain(|token| Some(*token) != self.unknown);
        Ok(tokens)
    }
}

#[cfg(test)]
mod tests;
