//! Files that others made -> what korpu works with.

pub mod glossary;
