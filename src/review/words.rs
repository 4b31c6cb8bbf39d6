use super::answer::Answer;
use super::visit::Visit;
use crate::error::{Error, Result};
use crate::language::Languages;
use crate::store::Store;
use std::collections::BTreeMap;

/// The words of the interface in one language.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// The tag of the language.
    pub tag: String,
    /// Its own name.
    pub native: String,
    texts: BTreeMap<String, String>,
}

/// The cookie that remembers a language of the interface.
const COOKIE: &str = "korpu-language";

/// A year, in seconds.
const REMEMBERED: u32 = 31_536_000;

impl Words {
    /// Of every language that has words for the interface. Fails where a file of words is none, or where nobody has any.
    pub fn all(languages: &Languages) -> Result<Vec<Words>> {
        let mut all = Vec::new();
        for language in languages.iter().filter(|language| !language.interface.is_empty()) {
            let place = format!("languages/{}/interface.toml", language.tag);
            let texts = toml::from_str(&language.interface).map_err(|e| Error::input(place, e.to_string()))?;
            all.push(Words { tag: language.tag.clone(), native: language.native.clone(), texts });
        }
        if all.is_empty() {
            return Err(Error::input("languages", "none has an interface.toml"));
        }
        Ok(all)
    }

    /// The text of a name; the name itself where a language of the user has none.
    pub fn t<'a>(&'a self, name: &'a str) -> &'a str {
        self.texts.get(name).map_or(name, String::as_str)
    }

    /// The text of a name with its `{}` filled in.
    pub fn with(&self, name: &str, value: impl std::fmt::Display) -> String {
        self.t(name).replace("{}", &value.to_string())
    }

    /// Which of these languages: the one that a cookie remembers, else the first that the browser prefers, else the widest known,
    /// which says so of itself in its words.
    pub fn choice(all: &[Words], cookies: &str, preferred: &str) -> usize {
        let named =
            |tag: &str| all.iter().position(|w| tag.split('-').next().is_some_and(|t| t.eq_ignore_ascii_case(&w.tag)));
        let remembered = cookies.split(';').filter_map(|c| c.trim().split_once('=')).find(|(name, _)| *name == COOKIE);
        if let Some(found) = remembered.and_then(|(_, tag)| named(tag)) {
            return found;
        }
        let mut offered: Vec<(f32, &str)> = preferred
            .split(',')
            .map(|part| {
                let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
                let weight = rest.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0);
                (weight, tag.trim())
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        offered.sort_by(|a, b| b.0.total_cmp(&a.0));
        let usual = || all.iter().position(|words| words.texts.contains_key("fallback")).unwrap_or(0);
        offered.into_iter().find_map(|(_, tag)| named(tag)).unwrap_or_else(usual)
    }

    /// The cookie that remembers a language.
    pub fn cookie(tag: &str) -> String {
        format!("{COOKIE}={tag}; Path=/; Max-Age={REMEMBERED}; SameSite=Strict")
    }
}

/// Remembers a language and goes back.
pub(super) fn choose(visit: &Visit, _: &Store) -> Result<Answer> {
    let language = visit.app.words.iter().find(|words| Some(words.tag.as_str()) == visit.asked("to"));
    // Only to a path of this server: `//host` and `/\host` are others.
    let back = visit.asked("back").unwrap_or("/").trim_start_matches(['/', '\\']);
    Ok(Answer::Elsewhere { location: format!("/{back}"), language: language.map(|words| words.tag.clone()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reviewer_chooses_the_language_then_the_browser() {
        let all = Words::all(Languages::bundled()).unwrap();
        let check = |cookies: &str, preferred: &str, expected: &str| {
            assert_eq!(all[Words::choice(&all, cookies, preferred)].tag, expected, "{cookies} {preferred}");
        };
        check("", "", "en");
        check("", "de-DE, tr-TR;q=0.4, ru;q=0.9", "ru");
        check("", "az-Cyrl-AZ", "az");
        check("", "fr, *;q=0.1", "en");
        check("", "tr;q=0", "en");
        check("a=b; korpu-language=tr", "ru", "tr");
        check("korpu-language=xx", "ru", "ru");
    }

    #[test]
    fn every_language_has_every_word_with_its_place_and_the_templates_use_them_all() {
        let all = Words::all(Languages::bundled()).unwrap();
        assert_eq!(all.len(), Languages::bundled().iter().count());
        let names = |words: &Words| words.texts.keys().filter(|k| *k != "fallback").cloned().collect::<Vec<_>>();
        for words in &all {
            assert_eq!(names(words), names(&all[0]), "{}", words.tag);
            for (name, text) in &words.texts {
                assert_eq!(text.contains("{}"), all[0].t(name).contains("{}"), "{}: {name}", words.tag);
                assert!(!text.trim().is_empty(), "{}: {name}", words.tag);
            }
        }
        // Every name that a template, a page or the script uses is there, and every name is used.
        let mut sources = String::new();
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/review")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    sources.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let used = regex::Regex::new(r#"\.(?:t|with)\("([a-z_]+)"|name: "([a-z_]+)""#).unwrap();
        for found in used.captures_iter(&sources) {
            let name = found.get(1).or(found.get(2)).unwrap().as_str();
            assert!(all[0].texts.contains_key(name), "no word {name:?}");
        }
        for name in names(&all[0]) {
            assert!(sources.contains(&format!("\"{name}\"")), "nobody says {name:?}");
        }
    }
}
