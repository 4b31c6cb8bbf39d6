//! Prints the keys of a transducer and their values, read as the bits of floating-point numbers: `dump_fst FILE`.

use fst::{Map, Streamer};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("dump_fst FILE")?;
    let map = Map::new(std::fs::read(path)?)?;
    let mut entries = map.stream();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    while let Some((key, value)) = entries.next() {
        writeln!(out, "{}\t{}", std::str::from_utf8(key)?, f64::from_bits(value))?;
    }
    Ok(out.flush()?)
}
