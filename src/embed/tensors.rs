//! The weights of a model: a file of safetensors, read one tensor at a time, so that the file is never in memory as a whole.
//!
//! Layout (<https://github.com/huggingface/safetensors>): the length of the header in 8 bytes, little end first; the header, JSON: by
//! name `dtype`, `shape` and `data_offsets`, bytes counted from its end; the numbers.

use super::directory::fault;
use crate::error::{Error, Result};
use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// A header of more bytes is damaged.
const HEADER: u64 = 64 << 20;

/// An open file of tensors.
pub(super) struct Tensors {
    pub path: PathBuf,
    file: File,
    /// Where the numbers begin, and where the file ends.
    start: u64,
    end: u64,
    entries: HashMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

impl Tensors {
    pub fn open(path: &Path) -> Result<Tensors> {
        let io = |e| Error::io(path, e);
        let mut file = File::open(path).map_err(io)?;
        let end = file.metadata().map_err(io)?.len();
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(io)?;
        let length = u64::from_le_bytes(length);
        if length > HEADER || length + 8 > end {
            return Err(fault(path, "no file of safetensors, or cut short"));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header).map_err(io)?;
        let mut all: HashMap<String, serde_json::Value> =
            serde_json::from_slice(&header).map_err(|e| fault(path, format!("the header cannot be read: {e}")))?;
        all.remove("__metadata__");
        let mut entries = HashMap::new();
        for (name, value) in all {
            let entry = serde_json::from_value(value).map_err(|e| fault(path, format!("{name}: {e}")))?;
            entries.insert(name, entry);
        }
        Ok(Tensors { path: path.to_owned(), file, start: 8 + length, end, entries })
    }

    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The shape of a tensor.
    pub fn shape(&self, name: &str) -> Result<&[usize]> {
        self.entries.get(name).map(|e| e.shape.as_slice()).ok_or_else(|| fault(&self.path, format!("no tensor {name}")))
    }

    /// A tensor of a shape, with numbers as they lie in the file.
    pub fn as_stored(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let found = self.shape(name)?;
        if found != shape {
            return Err(fault(&self.path, format!("{name} has the shape {found:?}, not {shape:?}")));
        }
        let Some(entry) = self.entries.get(name) else { return Err(fault(&self.path, format!("no tensor {name}"))) };
        let dtype = match entry.dtype.as_str() {
            "F32" => DType::F32,
            "F16" => DType::F16,
            "BF16" => DType::BF16,
            "F64" => DType::F64,
            "I64" => DType::I64,
            other => return Err(fault(&self.path, format!("{name} is of the type {other}, which is not known"))),
        };
        let [from, to] = entry.data_offsets;
        let bytes = shape.iter().try_fold(dtype.size_in_bytes(), |all, n| all.checked_mul(*n));
        if to.checked_sub(from) != bytes.map(|b| b as u64) || to > self.end - self.start {
            return Err(fault(&self.path, format!("{name} is cut short")));
        }
        let mut numbers = vec![0; (to - from) as usize];
        let io = |e| Error::io(&self.path, e);
        self.file.seek(SeekFrom::Start(self.start + from)).map_err(io)?;
        self.file.read_exact(&mut numbers).map_err(io)?;
        Tensor::from_raw_buffer(&numbers, dtype, shape, &Device::Cpu)
            .map_err(|e| fault(&self.path, format!("{name}: {e}")))
    }

    /// A tensor of a shape, as 32-bit floats.
    pub fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let stored = self.as_stored(name, shape)?;
        stored.to_dtype(DType::F32).map_err(|e| fault(&self.path, format!("{name}: {e}")))
    }
}
