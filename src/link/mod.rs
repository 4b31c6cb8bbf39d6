//! A group: the renderings of one statement in several documents, whatever their languages, directly or in reported speech.
//!
//! The quotes of a document are cut into segments ([`speech`]). Those of two documents are compared by what their words say, who
//! speaks, and how the sentences around them are aligned ([`evidence`]). What is linked is clustered ([`cluster`]), and what belongs
//! together in every document becomes a group ([`group`]).

mod cluster;
mod evidence;
mod group;
mod speech;
mod weights;

pub use cluster::{Compared, clusters};
pub use evidence::{Evidence, LEAST, Pairing};
pub use group::{Member, groups};
pub use speech::{SEGMENTS, Segment, Speech, mentions, segments, speakers, words};
pub use weights::{FEATURES, Feature, Weights};
