//! The parts together, as a user meets them: one module for each verb.

mod again;
mod align;
mod bad_input;
mod compare;
mod desk;
mod evaluate;
mod export;
mod gold;
mod identify;
mod interrupted;
mod json_schema;
mod knowledge;
mod learn;
mod lexicon;
mod model;
mod news;
mod quotes;
mod report;
mod sample;
