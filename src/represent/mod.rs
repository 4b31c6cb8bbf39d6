//! Text -> a language-neutral representation: the shared ground of pair and align.
