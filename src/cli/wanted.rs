//! Which units are worth it: arguments of every subcommand that writes some.

use crate::export::Filter;

/// Which units are wanted.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Leave out units that are less sure than this, 0 to 1.
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_confidence: f32,
    /// Leave out units of which one text has so many times as many characters as another.
    #[arg(long, value_name = "N", value_parser = ratio)]
    max_length_ratio: Option<f32>,
    /// Leave out units of which two texts are the same.
    #[arg(long)]
    skip_same: bool,
    /// Of units with the same texts keep the first.
    #[arg(long)]
    dedupe: bool,
}

fn probability(text: &str) -> Result<f32, String> {
    let number: f32 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("it is not between 0 and 1".to_owned()) }
}

fn ratio(text: &str) -> Result<f32, String> {
    let number: f32 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if number >= 1.0 { Ok(number) } else { Err("it is below 1".to_owned()) }
}

impl From<Wanted> for Filter {
    fn from(wanted: Wanted) -> Self {
        Filter {
            min_confidence: wanted.min_confidence,
            max_length_ratio: wanted.max_length_ratio.unwrap_or(f32::INFINITY),
            different: wanted.skip_same,
            once: wanted.dedupe,
            reviewed: false,
        }
    }
}
