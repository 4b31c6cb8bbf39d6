//! Sentence embeddings: a text becomes a vector of unit length, so that texts that say the same in different languages
//! point the same way.
//!
//! [`Encoder::open`] reads a local directory in the layout of Hugging Face; nothing is downloaded. The cargo feature `model`
//! brings it in. Without it the room is the same, but no directory can be opened.

#[cfg(not(feature = "model"))]
mod absent;
#[cfg(feature = "model")]
mod directory;
#[cfg(feature = "model")]
mod encoder;
#[cfg(feature = "model")]
mod table;
#[cfg(feature = "model")]
mod tensors;
#[cfg(feature = "model")]
mod transformer;

#[cfg(not(feature = "model"))]
pub use absent::Encoder;
#[cfg(feature = "model")]
pub use encoder::Encoder;
