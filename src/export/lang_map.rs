use crate::error::{Error, Result};
use crate::language::Lang;

/// Which tag to write for which language, for tools that want a script or a region.
///
/// Only the very tag is replaced: `az` in the map leaves `az-Cyrl` alone, which is another script.
///
/// ```
/// use korpu::{export::LangMap, language::Lang};
/// let map = LangMap::parse("az=az-Latn-AZ,ru=ru-RU").unwrap();
/// assert_eq!(map.apply(&Lang::parse("az").unwrap()).as_str(), "az-Latn-AZ");
/// assert_eq!(map.apply(&Lang::parse("az-Cyrl").unwrap()).as_str(), "az-Cyrl");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LangMap(Vec<(Lang, Lang)>);

impl LangMap {
    /// Reads `from=to` pairs between commas. Errors name the pair that is wrong.
    pub fn parse(map: &str) -> Result<LangMap> {
        let mut pairs: Vec<(Lang, Lang)> = Vec::new();
        for pair in map.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let wrong = |reason: &str| Error::input(format!("language map {pair:?}"), reason);
            let (from, to) =
                pair.split_once('=').ok_or_else(|| wrong("no `=`; write it as in `az=az-Latn-AZ,ru=ru-RU`"))?;
            let lang = |tag| Lang::parse(tag).ok_or_else(|| wrong("a side is no language tag of BCP 47"));
            let (from, to) = (lang(from)?, lang(to)?);
            if to.is_unknown() {
                return Err(wrong("`und` names no language"));
            }
            if pairs.iter().any(|(known, _)| *known == from) {
                return Err(wrong("the same language was given before; give each once"));
            }
            pairs.push((from, to));
        }
        Ok(LangMap(pairs))
    }

    /// The tag to write for a language.
    pub fn apply(&self, lang: &Lang) -> Lang {
        self.0.iter().find(|(from, _)| from == lang).map_or_else(|| lang.clone(), |(_, to)| to.clone())
    }
}

impl std::str::FromStr for LangMap {
    type Err = Error;
    fn from_str(map: &str) -> Result<Self> {
        LangMap::parse(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_map_says_which_pair_is_wrong() {
        let check = |map: &str, expected: &str| {
            let error = LangMap::parse(map).expect_err(map).to_string();
            assert!(error.contains(expected), "{map}: {error}");
        };
        check("az=az-AZ,ru", "\"ru\"");
        check("az=", "no language tag");
        check("az=und", "names no language");
        check("az=az-AZ,aze=az-Latn", "given before");
        assert_eq!(LangMap::parse("").unwrap(), LangMap::default());
    }
}
