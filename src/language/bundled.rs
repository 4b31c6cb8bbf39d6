/// The files of a bundled language.
pub(super) struct Bundled {
    pub place: &'static str,
    pub toml: &'static str,
    pub lexicon: &'static str,
}

macro_rules! language {
    ($tag:literal) => {
        Bundled {
            place: concat!("languages/", $tag, "/language.toml"),
            toml: include_str!(concat!("../../languages/", $tag, "/language.toml")),
            lexicon: include_str!(concat!("../../languages/", $tag, "/lexicon.tsv")),
        }
    };
}

/// The bundled languages: one line each.
pub(super) const LANGUAGES: &[Bundled] = &[language!("az"), language!("en"), language!("ru"), language!("tr")];
