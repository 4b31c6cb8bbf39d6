//! Text -> language and confidence, or unknown.
