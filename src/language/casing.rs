use serde::Deserialize;

/// How a language pairs its small and capital letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Casing {
    /// As Unicode says.
    #[default]
    Plain,
    /// `I` is the capital of `ı`, and `İ` of `i`.
    Turkic,
}

/// Lower case by the rules of a language; `İ` never becomes two characters.
///
/// ```
/// use korpu::language::{Casing, lower};
/// assert_eq!(lower("İSTANBUL IŞIK", Casing::Turkic), "istanbul ışık");
/// assert_eq!(lower("ISPARTA İzmir", Casing::Plain), "isparta izmir");
/// ```
pub fn lower(text: &str, casing: Casing) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'A'..='Z' if c != 'I' => out.push(c.to_ascii_lowercase()),
            'I' if casing == Casing::Turkic => out.push('ı'),
            'İ' => out.push('i'),
            _ if c.is_ascii() && c != 'I' => out.push(c),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}
