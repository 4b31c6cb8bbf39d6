//! An encoder that cannot be, in a korpu built without the feature `model`: no code that takes one needs to ask.

use crate::error::{Error, Result};
use std::convert::Infallible;
use std::path::Path;

/// A sentence encoder; none can be opened in this build.
#[derive(Debug)]
pub struct Encoder(Infallible);

impl Encoder {
    /// An error that says how to build korpu with models.
    pub fn open(directory: &Path) -> Result<Encoder> {
        let reason = "this korpu was built without models; build one with `cargo build --release --features model`";
        Err(Error::input(directory.display().to_string(), reason))
    }

    /// How many numbers a vector has.
    pub fn dimensions(&self) -> usize {
        match self.0 {}
    }

    /// The vectors of texts, one after the other.
    pub fn encode(&self, _texts: &[&str]) -> Result<Vec<f32>> {
        match self.0 {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_to_build_with_models() {
        let error = Encoder::open(Path::new("e5")).unwrap_err().to_string();
        assert!(error.starts_with("e5: ") && error.contains("--features model"), "{error}");
    }
}
