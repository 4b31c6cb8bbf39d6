//! JSON-LD is what a page says of its article for search engines: objects of schema.org in `<script>` elements.
//! This module reads them as pages write them, broken ones included, and keeps what korpu asks of an article.

use serde_json::{Map, Value};

/// What the JSON-LD of a page says of its article, as written.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Article {
    pub headline: Option<String>,
    pub published: Vec<String>,
    pub modified: Vec<String>,
    pub authors: Vec<String>,
    /// Name of the publisher, else of the web site.
    pub outlet: Option<String>,
    pub section: Option<String>,
    pub licence: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    /// Name and address of what the article is based on, or of the organisation it comes from.
    pub origin: Option<(Option<String>, Option<String>)>,
    /// Language and address of its translations and of what it translates.
    pub versions: Vec<(String, Option<String>)>,
}

/// Most objects read of one page: enough for every graph seen, few enough for a hostile one.
const MOST_OBJECTS: usize = 2000;

/// Most authors read of one article.
const MOST_NAMES: usize = 50;

/// Reads the `<script type="application/ld+json">` elements of a page. The first article counts; objects about the
/// page itself fill what it leaves out.
pub(super) fn read<'s>(scripts: impl IntoIterator<Item = &'s str>) -> Article {
    let values: Vec<Value> = scripts.into_iter().flat_map(values).collect();
    let graph = Graph { objects: objects(&values) };
    let of = |kind: fn(&str) -> bool| graph.objects.iter().copied().find(move |o| types(o).any(kind));
    let mut article = Article::default();
    for object in [of(is_article), of(is_page)].into_iter().flatten() {
        graph.fill(&mut article, object);
    }
    if article.outlet.is_none() {
        article.outlet = of(|kind| kind == "WebSite").and_then(|site| graph.name(site.get("name")?));
    }
    article
}

/// NewsArticle, ReportageNewsArticle, Article, BlogPosting, Report ...
fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report"
}

fn is_page(kind: &str) -> bool {
    matches!(kind, "WebPage" | "ItemPage" | "AboutPage")
}

fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let kinds = match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.as_slice(),
        Some(kind) => std::slice::from_ref(kind),
        None => &[],
    };
    kinds.iter().filter_map(Value::as_str).map(|kind| kind.rsplit(['/', '#', ':']).next().unwrap_or(kind))
}

/// The objects that speak for the page: those at the top, in a graph, or the main entity of another. Related articles
/// in lists are not among them.
fn objects(values: &[Value]) -> Vec<&Map<String, Value>> {
    let mut found = Vec::new();
    let mut queue: std::collections::VecDeque<&Value> = values.iter().collect();
    while let Some(value) = queue.pop_front() {
        if found.len() >= MOST_OBJECTS {
            break;
        }
        match value {
            Value::Array(inner) => queue.extend(inner),
            Value::Object(object) => {
                found.push(object);
                queue.extend(["@graph", "mainEntity", "mainEntityOfPage"].iter().filter_map(|key| object.get(*key)));
            }
            _ => {}
        }
    }
    found
}

struct Graph<'v> {
    objects: Vec<&'v Map<String, Value>>,
}

impl Graph<'_> {
    fn fill(&self, article: &mut Article, object: &Map<String, Value>) {
        let name = |key: &str| object.get(key).and_then(|value| self.name(value));
        let or = |slot: &mut Option<String>, found: Option<String>| *slot = slot.take().or(found);
        or(&mut article.headline, name("headline").or_else(|| name("name")));
        article.published.extend(name("datePublished").or_else(|| name("dateCreated")));
        article.modified.extend(name("dateModified"));
        if article.authors.is_empty() {
            article.authors = ["author", "creator"]
                .iter()
                .filter_map(|key| object.get(*key))
                .fold(Vec::new(), |authors, value| if authors.is_empty() { self.names(value) } else { authors });
        }
        or(&mut article.outlet, name("publisher"));
        or(&mut article.section, name("articleSection"));
        or(&mut article.licence, object.get("license").and_then(|v| self.address(v).or_else(|| self.name(v))));
        or(&mut article.description, name("description"));
        or(&mut article.language, name("inLanguage"));
        or(&mut article.url, ["url", "mainEntityOfPage"].iter().find_map(|key| self.address(object.get(*key)?)));
        if article.origin.is_none() {
            let based_on = object.get("isBasedOn").or_else(|| object.get("isBasedOnUrl"));
            article.origin = based_on.or_else(|| object.get("sourceOrganization")).map(|value| {
                let is_address = |name: &String| name.contains("://");
                (self.name(value).filter(|name| !is_address(name)), self.address(value))
            });
        }
        for key in ["workTranslation", "translationOfWork"] {
            for version in object.get(key).into_iter().flat_map(list) {
                if let Some(language) = version.get("inLanguage").and_then(|value| self.name(value)) {
                    article.versions.push((language, self.address(version)));
                }
            }
        }
    }

    /// The object that a reference (`{"@id": ...}` alone) points to, else the object itself.
    fn resolved<'o>(&'o self, object: &'o Map<String, Value>) -> &'o Map<String, Value> {
        match object.get("@id") {
            Some(id) if object.len() == 1 => {
                self.objects.iter().find(|o| o.len() > 1 && o.get("@id") == Some(id)).copied().unwrap_or(object)
            }
            _ => object,
        }
    }

    /// The first name of a value: itself if it is words, else its `name`.
    fn name(&self, value: &Value) -> Option<String> {
        self.names(value).into_iter().next()
    }

    fn names(&self, value: &Value) -> Vec<String> {
        list(value)
            .take(MOST_NAMES)
            .filter_map(|value| match value {
                Value::String(words) => Some(words.as_str()),
                Value::Object(object) => {
                    let object = self.resolved(object);
                    ["name", "@value", "alternateName", "headline"]
                        .iter()
                        .find_map(|key| list(object.get(*key)?).find_map(Value::as_str))
                }
                _ => None,
            })
            .filter(|name| !name.trim().is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn address(&self, value: &Value) -> Option<String> {
        let address = list(value).find_map(|value| match value {
            Value::String(words) => Some(words.as_str()),
            Value::Object(object) => ["url", "@id"].iter().find_map(|key| object.get(*key)?.as_str()),
            _ => None,
        })?;
        address.contains('/').then(|| address.to_owned())
    }
}

/// The items of an array, or the value alone.
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    }
    .iter()
}

/// The values in one script element; none if it cannot be repaired.
fn values(script: &str) -> Vec<Value> {
    let script = bare(script);
    if script.is_empty() {
        return Vec::new();
    }
    if let Ok(value) = serde_json::from_str(script) {
        return vec![value];
    }
    let entities = script.contains("&quot;").then(|| script.replace("&quot;", "\""));
    let repaired = repaired(entities.as_deref().unwrap_or(script));
    // Some pages put several objects after each other; what is whole before the first fault still counts.
    serde_json::Deserializer::from_str(&repaired).into_iter::<Value>().map_while(Result::ok).collect()
}

/// The script without the comment or CDATA section that some pages wrap it in, and without a last `;`.
fn bare(script: &str) -> &str {
    let mut script = script.trim();
    loop {
        let before = script.len();
        for head in ["\u{feff}", "<!--", "//", "/*", "*/", "<![CDATA["] {
            script = script.strip_prefix(head).unwrap_or(script).trim_start();
        }
        for tail in ["-->", "]]>", "//", "/*", "*/", ";"] {
            script = script.strip_suffix(tail).unwrap_or(script).trim_end();
        }
        if script.len() == before {
            return script;
        }
    }
}

/// Mends what templates break most: raw line breaks in strings, quotation marks not escaped, escapes that JSON does
/// not have, commas before a closing bracket.
fn repaired(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut in_string = false;
    let mut chars = script.char_indices();
    let next_after = |at: usize| script.get(at..).unwrap_or_default().trim_start().chars().next();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if in_string => match chars.next() {
                Some((_, escaped @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u'))) => {
                    out.push('\\');
                    out.push(escaped);
                }
                Some((_, other)) => out.push(other),
                None => {}
            },
            '"' if in_string && !matches!(next_after(at + 1), Some(',' | ':' | '}' | ']') | None) => {
                out.push_str("\\\"")
            }
            '"' => {
                in_string = !in_string;
                out.push('"');
            }
            c if in_string && c.is_control() => out.push(' '),
            ',' if !in_string && matches!(next_after(at + 1), Some('}' | ']' | ',') | None) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, headline: &str, author: &str, outlet: &str) {
        let article = read([script]);
        assert_eq!(article.headline.unwrap_or_default(), headline, "{script}");
        assert_eq!(article.authors.join("; "), author, "{script}");
        assert_eq!(article.outlet.unwrap_or_default(), outlet, "{script}");
    }

    #[test]
    fn names_are_words_objects_or_lists() {
        check(
            r#"{"@type":"NewsArticle","headline":"Körpü açıldı","author":"Aytən Q.","publisher":"Sahil"}"#,
            "Körpü açıldı",
            "Aytən Q.",
            "Sahil",
        );
        check(
            r#"[{"@type":["Thing","ReportageNewsArticle"],"headline":"A","author":[{"name":"B"},"C"],
               "publisher":{"@type":"Organization","name":["D"]}}]"#,
            "A",
            "B; C",
            "D",
        );
    }

    #[test]
    fn a_graph_is_followed_by_its_ids() {
        check(
            r##"{"@graph":[{"@type":"WebPage","name":"Page"},{"@type":"Article","headline":"A","author":{"@id":"#p"},
               "publisher":{"@id":"#o"}},{"@id":"#p","@type":"Person","name":"P"},{"@id":"#o","name":"O"}]}"##,
            "A",
            "P",
            "O",
        );
    }

    #[test]
    fn a_related_article_in_a_list_does_not_speak_for_the_page() {
        check(
            r#"[{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Other"}]},
               {"@type":"NewsArticle","headline":"This"}]"#,
            "This",
            "",
            "",
        );
    }

    #[test]
    fn broken_json_is_mended() {
        let plain = r#"{"@type":"NewsArticle","headline":"A b","author":"C","publisher":"D"}"#;
        let broken = [
            plain.to_owned(),
            plain.replace("A b", "A\nb"),
            plain.replace('}', ",}"),
            format!("<!-- {plain} -->"),
            format!("//<![CDATA[\n{plain}\n//]]>"),
            format!("/*<![CDATA[*/{plain}/*]]>*/"),
            plain.replace('"', "&quot;"),
            plain.replace("A b", r"A\ b"),
            format!("{plain};"),
        ];
        for script in broken {
            check(&script, "A b", "C", "D");
        }
        check(r#"{"@type":"Article","headline":"He said "yes" twice"}"#, r#"He said "yes" twice"#, "", "");
    }

    #[test]
    fn what_cannot_be_mended_says_nothing() {
        for script in ["", "{", "[[[[", "nonsense", "{\"@type\":", "<!---->", "\u{0}", "null", "\"x\""] {
            assert_eq!(read([script]), Article::default(), "{script}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read([deep.as_str()]), Article::default());
    }

    #[test]
    fn translations_and_origins_are_kept() {
        let article = read([r#"{"@type":"NewsArticle","inLanguage":"az","isBasedOn":"https://example.org/1",
            "workTranslation":[{"@type":"NewsArticle","inLanguage":"ru","url":"/ru/1"}]}"#]);
        assert_eq!(article.language.as_deref(), Some("az"));
        assert_eq!(article.versions, [("ru".to_owned(), Some("/ru/1".to_owned()))]);
        assert_eq!(article.origin, Some((None, Some("https://example.org/1".to_owned()))));
    }
}
