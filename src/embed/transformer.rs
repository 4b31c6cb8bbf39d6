//! The encoder of BERT (Devlin et al. 2019), which is also that of RoBERTa and XLM-R (Conneau et al. 2020) but for where positions
//! begin.
//!
//! Texts are not padded: the tokens of all lie in one matrix, and attention runs over texts of one length at a time. So a text's vector
//! does not depend on its company.

use super::directory::{Directory, Kind, Pooling, fault};
use super::tensors::Tensors;
use crate::error::Result;
use candle_core::{CpuStorage, D, DType, Device, InplaceOp1, Layout, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

/// Names of the model within a larger one, as tensors may bear them in front.
const PREFIXES: [&str; 4] = ["", "bert.", "roberta.", "xlm_roberta."];

/// A matrix, transposed so that rows of tokens are multiplied from the left, and what is added.
struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn read(tensors: &mut Tensors, name: &str, (inputs, outputs): (usize, usize)) -> Result<Linear> {
        let weight = tensors.floats(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = tensors.floats(&format!("{name}.bias"), &[outputs])?;
        let weight = weight.t().map_err(|e| fault(&tensors.path, e.to_string()))?;
        Ok(Linear { weight, bias })
    }

    /// Several of one input side by side: one product in place of three.
    fn beside(all: &[Linear]) -> candle_core::Result<Linear> {
        let weights: Vec<Tensor> = all.iter().map(|l| l.weight.t()).collect::<candle_core::Result<_>>()?;
        let biases: Vec<&Tensor> = all.iter().map(|l| &l.bias).collect();
        Ok(Linear { weight: Tensor::cat(&weights, 0)?.t()?, bias: Tensor::cat(&biases, 0)? })
    }

    fn apply(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        rows.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f32,
}

impl Norm {
    fn read(tensors: &mut Tensors, name: &str, size: usize, epsilon: f64) -> Result<Norm> {
        Ok(Norm {
            weight: tensors.floats(&format!("{name}.weight"), &[size])?,
            bias: tensors.floats(&format!("{name}.bias"), &[size])?,
            epsilon: epsilon as f32,
        })
    }

    fn apply(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        layer_norm(rows, &self.weight, &self.bias, self.epsilon)
    }
}

struct Layer {
    /// Queries, keys and values side by side; queries come scaled.
    attention: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

#[derive(Clone, Copy)]
enum Activation {
    Gelu,
    GeluTanh,
    Relu,
}

/// The exact GELU, by an error function that compilers turn into vector instructions: a fifth faster in all than
/// [`Tensor::gelu_erf`], which calls that of the C library number by number.
struct Gelu;

impl InplaceOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(numbers) = storage else {
            return Err(candle_core::Error::Msg("gelu is of 32-bit floats".to_owned()));
        };
        let (from, to) = layout.contiguous_offsets().unwrap_or((0, numbers.len()));
        for x in &mut numbers[from..to] {
            *x = 0.5 * *x * (1.0 + erf(*x * std::f32::consts::FRAC_1_SQRT_2));
        }
        Ok(())
    }
}

/// The error function to 4e-7, as a quotient of polynomials (Eigen, `generic_fast_erf_float`).
#[inline]
fn erf(x: f32) -> f32 {
    const ABOVE: [f32; 7] =
        [-2.726_142_3e-10, 2.770_681_4e-8, -2.101_024e-6, -5.692_506_5e-5, -7.349_906e-4, -2.954_6e-3, -1.609_603_3e-2];
    const BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    // Beyond, it is 1 in 32 bits.
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let above = ABOVE.iter().fold(0.0, |sum, c| sum * square + c);
    let below = BELOW.iter().fold(0.0, |sum, c| sum * square + c);
    x * above / below
}

/// A transformer with its pooling and dense layers.
pub(super) struct Transformer {
    /// As stored: the largest of all, and few rows of it are read.
    words: Tensor,
    /// Positions, with the one kind of tokens there is already added.
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    size: usize,
    activation: Activation,
    pooling: Pooling,
    dense: Vec<(Linear, bool)>,
    /// The dimensions of the vectors of texts.
    pub dimensions: usize,
    /// How many tokens a text may have.
    pub longest: usize,
}

impl Transformer {
    pub fn read(directory: &Directory) -> Result<Transformer> {
        let config = &directory.config;
        let wrong = |reason: String| fault(&directory.path.join("config.json"), reason);
        let (size, heads) = (config.hidden_size, config.num_attention_heads);
        if size == 0 || heads == 0 || !size.is_multiple_of(heads) || config.num_hidden_layers == 0 {
            let layers = config.num_hidden_layers;
            return Err(wrong(format!("{layers} layers of hidden_size {size} with {heads} heads: no transformer")));
        }
        if let Some(other) = config.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            return Err(wrong(format!("position_embedding_type {other:?} is not known, only \"absolute\"")));
        }
        let activation = match config.hidden_act.as_str() {
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" => Activation::GeluTanh,
            "relu" => Activation::Relu,
            other => return Err(wrong(format!("hidden_act {other:?} is not known, only gelu and relu"))),
        };
        let mut tensors = Tensors::open(&directory.path.join("model.safetensors"))?;
        let prefix = PREFIXES.into_iter().find(|p| tensors.has(&format!("{p}embeddings.word_embeddings.weight")));
        let prefix = prefix.unwrap_or_default();
        let name = |name: &str| format!("{prefix}{name}");
        let path = tensors.path.clone();
        let candle = |e: candle_core::Error| fault(&path, e.to_string());
        let rows = |tensors: &Tensors, name: &str| Ok(tensors.shape(name)?.first().copied().unwrap_or(0));

        let table = name("embeddings.word_embeddings.weight");
        let count = rows(&tensors, &table)?;
        let words = tensors.as_stored(&table, &[count, size])?;
        let table = name("embeddings.position_embeddings.weight");
        let count = rows(&tensors, &table)?;
        let positions = tensors.floats(&table, &[count, size])?;
        let table = name("embeddings.token_type_embeddings.weight");
        let types = rows(&tensors, &table)?;
        let types = tensors.floats(&table, &[types, size])?;
        let first = match directory.kind {
            Kind::Roberta => config.pad_token_id + 1,
            Kind::Bert | Kind::Table => 0,
        };
        let longest = count.saturating_sub(first).min(directory.longest.unwrap_or(usize::MAX));
        if longest < 3 {
            return Err(wrong(format!("texts of {longest} tokens at most are too short")));
        }
        let positions = positions.narrow(0, first, longest).map_err(candle)?;
        let positions = types.narrow(0, 0, 1).and_then(|kind| positions.broadcast_add(&kind)).map_err(candle)?;

        let layers = (0..config.num_hidden_layers).map(|n| {
            let at = |part: &str| name(&format!("encoder.layer.{n}.{part}"));
            let square = |tensors: &mut Tensors, part: &str| Linear::read(tensors, &at(part), (size, size));
            let scale = 1.0 / ((size / heads) as f64).sqrt();
            let query = square(&mut tensors, "attention.self.query")?;
            let query =
                Linear { weight: (query.weight * scale).map_err(candle)?, bias: (query.bias * scale).map_err(candle)? };
            let all =
                [query, square(&mut tensors, "attention.self.key")?, square(&mut tensors, "attention.self.value")?];
            let inner = rows(&tensors, &at("intermediate.dense.weight"))?;
            Ok(Layer {
                attention: Linear::beside(&all).map_err(candle)?,
                attended: square(&mut tensors, "attention.output.dense")?,
                attended_norm: Norm::read(
                    &mut tensors,
                    &at("attention.output.LayerNorm"),
                    size,
                    config.layer_norm_eps,
                )?,
                inner: Linear::read(&mut tensors, &at("intermediate.dense"), (size, inner))?,
                outer: Linear::read(&mut tensors, &at("output.dense"), (inner, size))?,
                outer_norm: Norm::read(&mut tensors, &at("output.LayerNorm"), size, config.layer_norm_eps)?,
            })
        });
        let layers = layers.collect::<Result<Vec<Layer>>>()?;
        let norm = Norm::read(&mut tensors, &name("embeddings.LayerNorm"), size, config.layer_norm_eps)?;
        let mut dimensions = size;
        let mut dense = Vec::new();
        for layer in &directory.dense {
            let mut tensors = Tensors::open(&layer.folder.join("model.safetensors"))?;
            let outputs = rows(&tensors, "linear.weight")?;
            if outputs == 0 {
                return Err(fault(&tensors.path, "linear.weight has no rows"));
            }
            dense.push((Linear::read(&mut tensors, "linear", (dimensions, outputs))?, layer.tanh));
            dimensions = outputs;
        }
        let pooling = directory.pooling;
        Ok(Transformer { words, positions, norm, layers, heads, size, activation, pooling, dense, dimensions, longest })
    }

    /// How many tokens have a vector.
    pub fn vocabulary(&self) -> usize {
        self.words.dim(0).unwrap_or(0)
    }

    /// The vectors of texts, a row each: their tokens, of which there is at least one in each and no shorter text comes after
    /// a longer one.
    pub fn encode(&self, texts: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let tokens: Vec<u32> = texts.concat();
        let places: Vec<u32> = texts.iter().flat_map(|text| 0..text.len() as u32).collect();
        let lengths: Vec<(usize, usize)> =
            texts.chunk_by(|a, b| a.len() == b.len()).map(|alike| (alike.len(), alike[0].len())).collect();
        let index = |ids: Vec<u32>| Tensor::new(ids, &Device::Cpu);
        let words = self.words.index_select(&index(tokens)?, 0)?.to_dtype(DType::F32)?;
        let mut rows = self.norm.apply(&(words + self.positions.index_select(&index(places)?, 0)?)?)?;
        for layer in &self.layers {
            let attended = self.attend(&layer.attention.apply(&rows)?, &lengths)?;
            rows = layer.attended_norm.apply(&(layer.attended.apply(&attended)? + rows)?)?;
            let inner = layer.inner.apply(&rows)?;
            let inner = match self.activation {
                Activation::Gelu => {
                    inner.inplace_op1(&Gelu)?;
                    inner
                }
                Activation::GeluTanh => inner.gelu()?,
                Activation::Relu => inner.relu()?,
            };
            rows = layer.outer_norm.apply(&(layer.outer.apply(&inner)? + rows)?)?;
        }
        let mut pooled = self.each(&rows, &lengths, |rows, count, length| {
            let rows = rows.reshape((count, length, self.size))?;
            match self.pooling {
                Pooling::Mean => rows.mean(1),
                Pooling::First => rows.narrow(1, 0, 1)?.squeeze(1),
            }
        })?;
        for (layer, tanh) in &self.dense {
            pooled = layer.apply(&pooled)?;
            if *tanh {
                pooled = pooled.tanh()?;
            }
        }
        pooled.to_vec2()
    }

    /// Attention within each text, of rows of queries, keys and values side by side.
    fn attend(&self, rows: &Tensor, lengths: &[(usize, usize)]) -> candle_core::Result<Tensor> {
        self.each(rows, lengths, |rows, count, length| {
            let rows = rows.reshape((count, length, 3, self.heads, self.size / self.heads))?;
            let part = |n: usize| rows.narrow(2, n, 1)?.squeeze(2)?.transpose(1, 2)?.contiguous();
            let (queries, keys, values) = (part(0)?, part(1)?, part(2)?);
            let shares = softmax_last_dim(&queries.matmul(&keys.transpose(D::Minus2, D::Minus1)?)?)?;
            shares.matmul(&values)?.transpose(1, 2)?.contiguous()?.reshape((count * length, self.size))
        })
    }

    /// Does something with the rows of so many texts of one length after the other, and joins what comes of it.
    fn each(
        &self,
        rows: &Tensor,
        lengths: &[(usize, usize)],
        of: impl Fn(Tensor, usize, usize) -> candle_core::Result<Tensor>,
    ) -> candle_core::Result<Tensor> {
        let mut start = 0;
        let mut all = Vec::with_capacity(lengths.len());
        for &(count, length) in lengths {
            all.push(of(rows.narrow(0, start, count * length)?, count, length)?);
            start += count * length;
        }
        Tensor::cat(&all, 0)
    }
}
