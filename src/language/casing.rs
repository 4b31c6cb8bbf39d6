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
    if text.is_ascii() && (casing == Casing::Plain || !text.contains('I')) {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'A'..='Z' if c != 'I' => out.push(c.to_ascii_lowercase()),
            'I' if casing == Casing::Turkic => out.push('ı'),
            'İ' => out.push('i'),
            _ if c.is_ascii() && c != 'I' => out.push(c),
            // Small letters already, as most are.
            'ß'..='ÿ' | 'а'..='џ' => out.push(c),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The capitals of a small-lettered text by the rules of a language.
    fn upper(text: &str, casing: Casing) -> String {
        let capital = |c: char| match (c, casing) {
            ('i', Casing::Turkic) => "İ".to_owned(),
            ('ı', _) => "I".to_owned(),
            _ => c.to_uppercase().collect(),
        };
        text.chars().map(capital).collect()
    }

    proptest! {
        #[test]
        fn small_letters_come_back_from_capitals(
            turkic in "[a-zçəğıöşüа-яёјҝғһҹәөү ]{0,40}",
            plain in "[a-zà-öø-þа-яёіїєґ ]{0,40}",
        ) {
            prop_assert_eq!(&lower(&upper(&turkic, Casing::Turkic), Casing::Turkic), &turkic);
            prop_assert_eq!(&lower(&upper(&plain, Casing::Plain), Casing::Plain), &plain);
        }

        #[test]
        fn what_is_lowered_stays(text in "\\PC{0,60}") {
            for casing in [Casing::Plain, Casing::Turkic] {
                let lowered = lower(&text, casing);
                prop_assert_eq!(&lower(&lowered, casing), &lowered);
            }
        }
    }
}
