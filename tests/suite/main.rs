//! The parts together, as a user meets them: one module for each verb.

mod export;
mod json_schema;
mod report;
