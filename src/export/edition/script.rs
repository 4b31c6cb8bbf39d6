//! The script of an edition, and the hash by which a page allows it and no other.

/// It hides what does not hold the words of the search box and marks what does.
pub(super) const SEARCH: &str = include_str!("search.js");

/// SHA-256 of [`SEARCH`] as a content security policy names it. A test computes it.
pub(super) const HASH: &str = "sha256-c6MNVvQWO7PcqoKj5YPkUhLZBp0mPL8IjfNjcrPNfSI=";

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_policy_allows_this_very_script() {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digest = Sha256::digest(SEARCH);
        let mut base64: String = digest
            .chunks(3)
            .flat_map(|bytes| {
                let bits = bytes.iter().chain([&0, &0]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
                (0..=bytes.len()).map(move |n| char::from(LETTERS[bits >> (18 - 6 * n) & 63]))
            })
            .collect();
        base64.push_str(&"=".repeat((3 - digest.len() % 3) % 3));
        assert_eq!(HASH, format!("sha256-{base64}"));
    }

    #[test]
    fn the_script_cannot_end_its_element() {
        assert!(!SEARCH.contains("</") && !SEARCH.contains("<!--"));
    }
}
