//! The parts together, as a user meets them: one module for each verb.

mod again;
mod align;
mod bad_input;
mod check;
mod clean;
mod compare;
mod desk;
mod evaluate;
mod exchange;
mod export;
mod gold;
mod identify;
mod import;
mod interrupted;
mod json_schema;
mod knowledge;
mod learn;
mod lexicon;
mod model;
mod neighbours;
mod news;
mod quotes;
mod report;
mod review;
mod roundtrip;
mod sample;
