//! A table of token vectors without context (model2vec, Tulkens and van Dongen 2024): the vector of a text is the mean of its tokens'.

use super::directory::{Directory, fault};
use super::tensors::Tensors;
use crate::error::Result;
use candle_core::DType;

/// As many tokens as model2vec reads of a text.
pub(super) const LONGEST: usize = 512;

/// The vectors of all tokens.
pub(super) struct Table {
    rows: Vec<f32>,
    /// The row of each token, where several share one.
    mapping: Option<Vec<u32>>,
    /// How much each token counts, where they do not count alike.
    weights: Option<Vec<f32>>,
    pub dimensions: usize,
}

impl Table {
    pub fn read(directory: &Directory) -> Result<Table> {
        let mut tensors = Tensors::open(&directory.path.join("model.safetensors"))?;
        let path = tensors.path.clone();
        let candle = |e: candle_core::Error| fault(&path, e.to_string());
        let &[count, dimensions] = tensors.shape("embeddings")? else {
            return Err(fault(&path, "embeddings is no table"));
        };
        if dimensions == 0 {
            return Err(fault(&path, "embeddings has no columns"));
        }
        let table = tensors.floats("embeddings", &[count, dimensions])?;
        let rows = table.flatten_all().and_then(|t| t.to_vec1()).map_err(candle)?;
        let length = |tensors: &Tensors, name: &str| Ok(tensors.shape(name)?.iter().product());
        let weights = match tensors.has("weights") {
            true => {
                let tokens = length(&tensors, "weights")?;
                Some(tensors.floats("weights", &[tokens])?.to_vec1().map_err(candle)?)
            }
            false => None,
        };
        let mapping = match tensors.has("mapping") {
            true => {
                let tokens = length(&tensors, "mapping")?;
                let mapping = tensors.as_stored("mapping", &[tokens])?;
                let mapping: Vec<u32> = mapping.to_dtype(DType::U32).and_then(|m| m.to_vec1()).map_err(candle)?;
                if mapping.iter().any(|row| *row as usize >= count) {
                    return Err(fault(&path, "mapping points beyond the rows of embeddings"));
                }
                Some(mapping)
            }
            false => None,
        };
        Ok(Table { rows, mapping, weights, dimensions })
    }

    /// How many tokens have a vector.
    pub fn vocabulary(&self) -> usize {
        let rows = self.mapping.as_ref().map_or(self.rows.len() / self.dimensions, Vec::len);
        self.weights.as_ref().map_or(rows, |weights| rows.min(weights.len()))
    }

    /// The mean of the vectors of tokens; nothing but zeros for none.
    pub fn encode(&self, tokens: &[u32]) -> Vec<f32> {
        let mut sum = vec![0.0; self.dimensions];
        for token in tokens {
            let token = *token as usize;
            let row = self.mapping.as_ref().map_or(token, |mapping| mapping[token] as usize);
            let weight = self.weights.as_ref().map_or(1.0, |weights| weights[token]);
            let row = &self.rows[row * self.dimensions..(row + 1) * self.dimensions];
            sum.iter_mut().zip(row).for_each(|(s, r)| *s += weight * r / tokens.len() as f32);
        }
        sum
    }
}
