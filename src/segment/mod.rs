//! Text -> spans of sentences and words.
