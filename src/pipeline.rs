//! The whole path in order, over a store. The file to read first.

pub mod input;
