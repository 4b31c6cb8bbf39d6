//! Documents and bitexts -> bytes; one file per format.
