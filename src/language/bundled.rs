/// The files of a bundled language.
pub(super) struct Bundled {
    pub place: &'static str,
    pub toml: &'static str,
    pub lexicon: &'static str,
    pub forms: &'static [u8],
    pub quotes: &'static str,
    pub interface: &'static str,
    pub shades: &'static str,
    pub vectors: &'static [u8],
    pub ngrams: &'static [u8],
    pub bare_ngrams: &'static [u8],
}

macro_rules! language {
    ($tag:literal) => {
        language!($tag, bare: b"")
    };
    // Also typed without its diacritics.
    ($tag:literal, bare) => {
        language!($tag, bare: include_bytes!(concat!("../../languages/", $tag, "/bare.bin")))
    };
    ($tag:literal, bare: $bare:expr) => {
        Bundled {
            place: concat!("languages/", $tag, "/language.toml"),
            toml: include_str!(concat!("../../languages/", $tag, "/language.toml")),
            lexicon: include_str!(concat!("../../languages/", $tag, "/lexicon.tsv")),
            forms: include_bytes!(concat!("../../languages/", $tag, "/forms.bin")),
            quotes: include_str!(concat!("../../languages/", $tag, "/quotes.toml")),
            interface: include_str!(concat!("../../languages/", $tag, "/interface.toml")),
            shades: include_str!(concat!("../../languages/", $tag, "/shades.toml")),
            vectors: include_bytes!(concat!("../../languages/", $tag, "/vectors.bin")),
            ngrams: include_bytes!(concat!("../../languages/", $tag, "/ngrams.bin")),
            bare_ngrams: $bare,
        }
    };
}

/// The bundled languages: one line each.
pub(super) const LANGUAGES: &[Bundled] =
    &[language!("az", bare), language!("en"), language!("ru"), language!("tr", bare)];

macro_rules! neighbours {
    ($($tag:literal)*) => {
        &[$(($tag, include_bytes!(concat!("../../languages/neighbours/", $tag, ".bin")))),*]
    };
}

/// Languages of which korpu knows no more than that a text is in them: tag, table of n-grams.
pub(super) const NEIGHBOURS: &[(&str, &[u8])] = neighbours! {
    "be" "bg" "crh" "cs" "de" "es" "fi" "fr" "gag" "hr" "hu" "id" "it" "kk" "ku" "ky" "mk" "mn" "nl" "pl" "pt" "ro" "sq" "sr" "sv" "tg" "tk" "tly" "tt" "uk" "uz" "uz-Cyrl"
};
