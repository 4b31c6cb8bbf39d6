//! The one error type that leaves the crate: what went wrong, where, and what to do next.

use std::path::{Path, PathBuf};

/// The result of anything in korpu that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong and where.
///
/// A bad page is not an `Error` of a run: it becomes a [`crate::model::Refusal`] and the run goes on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An input that korpu cannot use; `reason` says why and what to try.
    #[error("{place}: {reason}")]
    Input {
        /// The file, with the record, member or line where one is known.
        place: String,
        /// Why, and what next.
        reason: String,
    },
    /// The store said no.
    #[error("{}: {reason}", path.display())]
    Store {
        /// The store file.
        path: PathBuf,
        /// Why, and what next.
        reason: String,
    },
    /// A store written by a later release, in a format this one does not know.
    #[error(
        "{}: the store has format version {found}, this release of korpu knows up to {known}; \
         use a newer korpu, or build the store anew with `korpu run`",
        path.display()
    )]
    NewerStore {
        /// The store file.
        path: PathBuf,
        /// The format version in the file.
        found: i64,
        /// The newest format version this release reads.
        known: i64,
    },
}

impl Error {
    /// An input/output error at `path`.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Error::Io { path: path.as_ref().to_owned(), source }
    }

    /// An input that cannot be used.
    pub fn input(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Error::Input { place: place.into(), reason: reason.into() }
    }
}
