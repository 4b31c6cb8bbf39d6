//! Documents get the vectors of their blocks. What was encoded is remembered: a document is aligned with several others, and at
//! two levels.

use crate::align::Embedded;
use crate::embed::Encoder;
use crate::error::Result;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

/// Vectors of so many bytes are remembered; then all are forgotten.
const REMEMBERED: usize = 256 << 20;

/// A sentence encoder with what it has encoded.
pub struct Embedder {
    encoder: Encoder,
    known: RwLock<FxHashMap<[u8; 16], Arc<[f32]>>>,
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedder").field("dimensions", &self.encoder.dimensions()).finish_non_exhaustive()
    }
}

impl Embedder {
    /// Opens the encoder in a directory.
    pub fn open(directory: &Path) -> Result<Embedder> {
        Ok(Embedder { encoder: Encoder::open(directory)?, known: RwLock::default() })
    }

    /// The vectors of the blocks of a document's segments, of up to so many segments each.
    pub fn embedded(&self, segments: &[&str], largest: usize) -> Result<Embedded> {
        let dimensions = self.encoder.dimensions();
        let texts: Vec<Vec<String>> =
            (1..=largest).map(|size| segments.windows(size).map(|block| block.join(" ")).collect()).collect();
        let vectors = self.vectors(&texts.iter().flatten().map(String::as_str).collect::<Vec<_>>())?;
        let mut rest = vectors.iter();
        let block =
            |texts: &Vec<String>| rest.by_ref().take(texts.len()).flat_map(|vector| vector.iter().copied()).collect();
        Ok(Embedded { dimensions, blocks: texts.iter().map(block).collect() })
    }

    /// The vectors of texts, encoded or remembered. No lock is held while they are encoded: the encoder has threads of its own,
    /// which may take up other work.
    fn vectors(&self, texts: &[&str]) -> Result<Vec<Arc<[f32]>>> {
        let key = |text: &str| {
            let mut key = [0; 16];
            key.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
            key
        };
        let keys: Vec<[u8; 16]> = texts.iter().map(|text| key(text)).collect();
        let mut found: FxHashMap<[u8; 16], Option<Arc<[f32]>>> = FxHashMap::default();
        let mut new = Vec::new();
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            for (key, text) in keys.iter().zip(texts) {
                if let Entry::Vacant(place) = found.entry(*key) {
                    let vector = place.insert(known.get(key).cloned());
                    if vector.is_none() {
                        new.push((*key, *text));
                    }
                }
            }
        }
        let dimensions = self.encoder.dimensions();
        let vectors = self.encoder.encode(&new.iter().map(|(_, text)| *text).collect::<Vec<_>>())?;
        let new = new.iter().zip(vectors.chunks_exact(dimensions)).map(|((key, _), vector)| (*key, Arc::from(vector)));
        let new: Vec<([u8; 16], Arc<[f32]>)> = new.collect();
        if !new.is_empty() {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if (known.len() + new.len()) * dimensions * size_of::<f32>() > REMEMBERED {
                known.clear();
            }
            known.extend(new.iter().cloned());
        }
        found.extend(new.into_iter().map(|(key, vector)| (key, Some(vector))));
        Ok(keys.iter().filter_map(|key| found.get(key).cloned().flatten()).collect())
    }
}
