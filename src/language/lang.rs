use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// A language tag of BCP 47 in canonical form: `az`, `az-Cyrl`, `en-US`; `und` where unknown.
///
/// ```
/// use korpu::language::Lang;
/// assert_eq!(Lang::parse("AZ_latn_az").unwrap().as_str(), "az-Latn-AZ");
/// assert_eq!(Lang::parse("iw").unwrap().as_str(), "he"); // deprecated in 1989, still on pages
/// assert_eq!(Lang::parse("aze").unwrap().as_str(), "az");
/// assert!(Lang::parse("not a tag").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang(Cow<'static, str>);

/// Deprecated codes and three-letter codes with a two-letter one, by the IANA language subtag registry and ISO 639.
const CANONICAL: &[(&str, &str)] = &[
    ("iw", "he"),
    ("in", "id"),
    ("ji", "yi"),
    ("jw", "jv"),
    ("mo", "ro"),
    ("sh", "sr-Latn"),
    ("no", "nb"),
    ("tl", "fil"),
    ("tgl", "fil"),
    ("aze", "az"),
    ("azj", "az"),
    ("eng", "en"),
    ("rus", "ru"),
    ("tur", "tr"),
    ("deu", "de"),
    ("ger", "de"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ukr", "uk"),
    ("bel", "be"),
    ("bul", "bg"),
    ("kat", "ka"),
    ("geo", "ka"),
    ("hye", "hy"),
    ("arm", "hy"),
    ("heb", "he"),
    ("fas", "fa"),
    ("per", "fa"),
    ("ara", "ar"),
    ("kaz", "kk"),
    ("kir", "ky"),
    ("uzb", "uz"),
    ("tuk", "tk"),
    ("tat", "tt"),
    ("spa", "es"),
    ("ita", "it"),
    ("por", "pt"),
    ("pol", "pl"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("ell", "el"),
    ("gre", "el"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("ind", "id"),
    ("yid", "yi"),
    ("srp", "sr"),
    ("hrv", "hr"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("swe", "sv"),
    ("nob", "nb"),
    ("dan", "da"),
    ("fin", "fi"),
    ("hun", "hu"),
    ("ces", "cs"),
    ("cze", "cs"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ben", "bn"),
    ("cat", "ca"),
    ("cmn", "zh"),
    ("epo", "eo"),
    ("guj", "gu"),
    ("hin", "hi"),
    ("jav", "jv"),
    ("kan", "kn"),
    ("khm", "km"),
    ("lat", "la"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mac", "mk"),
    ("mya", "my"),
    ("bur", "my"),
    ("nep", "ne"),
    ("ori", "or"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("sin", "si"),
    ("sna", "sn"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tha", "th"),
    ("urd", "ur"),
    ("vie", "vi"),
    ("zul", "zu"),
    ("cym", "cy"),
    ("wel", "cy"),
    ("eus", "eu"),
    ("baq", "eu"),
    ("glg", "gl"),
    ("gle", "ga"),
    ("isl", "is"),
    ("ice", "is"),
    ("sqi", "sq"),
    ("alb", "sq"),
    ("bos", "bs"),
    ("mlt", "mt"),
    ("oss", "os"),
    ("che", "ce"),
    ("ava", "av"),
    ("abk", "ab"),
    ("tgk", "tg"),
    ("mon", "mn"),
    ("kur", "ku"),
    ("pus", "ps"),
    ("snd", "sd"),
    ("uig", "ug"),
    ("bak", "ba"),
    ("chv", "cv"),
    ("kom", "kv"),
    ("msa", "ms"),
    ("may", "ms"),
    ("swa", "sw"),
    ("hau", "ha"),
    ("ibo", "ig"),
    ("yor", "yo"),
    ("xho", "xh"),
    ("som", "so"),
    ("orm", "om"),
    ("hat", "ht"),
    ("mlg", "mg"),
];

impl Lang {
    /// `und`: the language is not known.
    pub const UNKNOWN: Lang = Lang(Cow::Borrowed("und"));

    /// Reads a tag as people write it: any case, `_` for `-`, deprecated and three-letter codes. `None` if it is none.
    pub fn parse(tag: &str) -> Option<Lang> {
        let mut out = String::with_capacity(tag.len());
        for (n, part) in tag.trim().split(['-', '_']).enumerate() {
            if part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return None;
            }
            if n == 0 {
                if !(2..=3).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphabetic()) {
                    return None;
                }
                let lower = part.to_ascii_lowercase();
                let canonical = CANONICAL.iter().find(|(from, _)| *from == lower).map(|(_, to)| *to);
                out.push_str(canonical.unwrap_or(&lower));
                continue;
            }
            out.push('-');
            match part.len() {
                2 if part.bytes().all(|b| b.is_ascii_alphabetic()) => out.push_str(&part.to_ascii_uppercase()),
                4 if part.as_bytes()[0].is_ascii_alphabetic() => {
                    out.push_str(&part[..1].to_ascii_uppercase());
                    out.push_str(&part[1..].to_ascii_lowercase());
                }
                _ => out.push_str(&part.to_ascii_lowercase()),
            }
        }
        Some(Lang(Cow::Owned(out)))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone: `az` of `az-Cyrl`.
    pub fn primary(&self) -> &str {
        let end = self.0.bytes().position(|b| b == b'-').unwrap_or(self.0.len());
        self.0.get(..end).unwrap_or("und")
    }

    /// The script where the tag names one: `Cyrl` of `az-Cyrl`.
    pub fn script(&self) -> Option<&str> {
        self.0.split('-').skip(1).find(|part| part.len() == 4 && part.as_bytes()[0].is_ascii_alphabetic())
    }

    /// Whether it is `und`.
    pub fn is_unknown(&self) -> bool {
        self.0 == "und"
    }
}

impl Default for Lang {
    fn default() -> Self {
        Lang::UNKNOWN
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Lang {
    type Error = String;
    fn try_from(tag: String) -> Result<Self, String> {
        Lang::parse(&tag).ok_or_else(|| format!("{tag:?} is no language tag of BCP 47"))
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> String {
        lang.0.into_owned()
    }
}

impl std::str::FromStr for Lang {
    type Err = String;
    fn from_str(tag: &str) -> Result<Self, String> {
        Lang::try_from(tag.to_owned())
    }
}
