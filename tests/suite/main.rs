//! The parts together, as a user meets them: one module for each verb.

mod again;
mod bad_input;
mod desk;
mod export;
mod identify;
mod interrupted;
mod json_schema;
mod knowledge;
mod lexicon;
mod model;
mod news;
mod report;
mod sample;
