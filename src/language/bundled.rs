/// The bundled languages: one line each.
pub(super) const LANGUAGES: &[(&str, &str)] = &[
    ("languages/az/language.toml", include_str!("../../languages/az/language.toml")),
    ("languages/en/language.toml", include_str!("../../languages/en/language.toml")),
    ("languages/ru/language.toml", include_str!("../../languages/ru/language.toml")),
    ("languages/tr/language.toml", include_str!("../../languages/tr/language.toml")),
];
