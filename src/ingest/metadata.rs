//! The metadata of a page is what the page says of itself. Pages say it many times over and not always the same; this
//! module asks the sources in a fixed order (JSON-LD, OpenGraph, other meta elements, microdata, what is shown) and
//! takes the first answer that can be true.

use super::claims::{Claims, Line};
use super::headline::{self, Known};
use super::jsonld::{self, Article};
use super::{clean, date, labels, versions};
use crate::language::Languages;
use crate::model::{Metadata, Moment, Republication};
use scraper::Html;
use url::Url;

/// No page of the web was published before.
const FIRST_YEAR: i16 = 1990;

/// Lines looked at before and after the headline for a date that is shown.
const BEFORE_HEADLINE: usize = 4;
const AFTER_HEADLINE: usize = 12;

const TITLES: &[&str] = &["og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "parsely-title"];
const OUTLETS: &[&str] =
    &["og:site_name", "application-name", "citation_publisher", "dc.publisher", "dcterms.publisher", "publisher"];
const AUTHORS: &[&str] = &[
    "author",
    "article:author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
];
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "datepublished",
    "parsely-pub-date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "citation_publication_date",
    "citation_date",
    "sailthru.date",
    "mediator_published_time",
];
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:modified_time",
    "og:updated_time",
    "dcterms.modified",
    "dc.date.modified",
    "datemodified",
    "last-modified",
    "lastmod",
];
const SECTIONS: &[&str] = &["article:section", "og:section", "parsely-section", "section"];
const LICENCES: &[&str] =
    &["dcterms.license", "dc.rights", "dcterms.rights", "license", "licence", "rights", "copyright"];
const DESCRIPTIONS: &[&str] = &["og:description", "description", "dc.description", "twitter:description"];
const LANGUAGES: &[&str] = &["content-language", "language", "dc.language", "dcterms.language", "og:locale"];

/// Reads the metadata of a page; `address` is where the page was fetched from, if that is known.
pub(super) fn read(tree: &Html, address: Option<&Url>, languages: &Languages) -> Metadata {
    let claims = Claims::of(tree);
    let article = jsonld::read(claims.scripts.iter().map(String::as_str));
    let page = Sources { claims, article, address, languages };
    let base = page.base();
    let canonical = page.canonical(base.as_ref());
    let outlet = page.outlet();
    let (title, named) = page.title(outlet.as_deref());
    let host = || address.or(canonical.as_ref()).and_then(headline::host);
    let outlet = outlet.or(named).or_else(host);
    let (published, modified) = page.dates();
    let declared_language = page.declared_language();
    let republished = page.republished(canonical.as_ref(), outlet.as_deref(), base.as_ref());
    Metadata {
        bylines: page.bylines(outlet.as_deref()),
        published,
        modified,
        url: page.own_address(canonical.as_ref(), base.as_ref()),
        section: page.first(&[page.article.section.as_deref()], SECTIONS, &["articleSection"], clean::TITLE),
        licence: page.licence(base.as_ref()),
        description: page.first(
            &[page.article.description.as_deref()],
            DESCRIPTIONS,
            &["description"],
            clean::DESCRIPTION,
        ),
        versions: versions::offered(
            tree,
            base.as_ref(),
            declared_language.as_deref(),
            &page.article.versions,
            languages,
        ),
        title,
        outlet,
        declared_language,
        republished,
    }
}

struct Sources<'a> {
    claims: Claims<'a>,
    article: Article,
    address: Option<&'a Url>,
    languages: &'a Languages,
}

impl Sources<'_> {
    /// The contents of the meta elements of these names, in the order of the names.
    fn metas<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = &'s str> {
        let of = |name: &'s str| self.claims.metas.iter().filter(move |(key, _)| key == name).map(|(_, value)| *value);
        names.iter().flat_map(move |name| of(name))
    }

    fn items<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = &'s str> {
        self.claims.items.iter().filter(|(name, _)| names.contains(name)).map(|(_, value)| value.as_str())
    }

    /// The first words among JSON-LD, meta elements and microdata.
    fn first(&self, stated: &[Option<&str>], metas: &[&str], items: &[&str], limit: usize) -> Option<String> {
        let stated = stated.iter().flatten().copied();
        stated.chain(self.metas(metas)).chain(self.items(items)).find_map(|value| clean::words(value, limit))
    }

    /// What links are relative to: `<base>`, the address, else an address the page gives itself.
    fn base(&self) -> Option<Url> {
        let url = |address: &str, base| versions::absolute(address, base).and_then(|url| Url::parse(&url).ok());
        let declared = self.claims.base.and_then(|base| url(base, self.address));
        let own = || self.claims.canonical.into_iter().chain(self.metas(&["og:url"])).find_map(|a| url(a, None));
        declared.or_else(|| self.address.cloned()).or_else(own)
    }

    /// The canonical address. The root of a site stands there by mistake, unless the page is nothing else.
    fn canonical(&self, base: Option<&Url>) -> Option<Url> {
        let items = || self.items(&["url", "mainEntityOfPage"]);
        let stated =
            self.claims.canonical.into_iter().chain(self.metas(&["og:url"])).chain(self.article.url.as_deref());
        let urls: Vec<Url> =
            stated.chain(items()).filter_map(|address| Url::parse(&versions::absolute(address, base)?).ok()).collect();
        urls.iter().find(|url| url.path() != "/" || url.query().is_some()).or(urls.first()).cloned()
    }

    /// The page's own canonical address. One on another's site is the address of what it republishes: then its own is
    /// the first it gives on its own site, else where it was fetched.
    fn own_address(&self, canonical: Option<&Url>, base: Option<&Url>) -> Option<String> {
        let canonical = canonical?;
        let Some(address) = self.address.filter(|address| is_elsewhere(canonical, address)) else {
            return Some(canonical.to_string());
        };
        let given = self.metas(&["og:url"]).chain(self.article.url.as_deref());
        let own = given
            .filter_map(|value| Url::parse(&versions::absolute(value, base)?).ok())
            .find(|url| !is_elsewhere(url, address));
        Some(own.unwrap_or_else(|| address.clone()).to_string())
    }

    fn outlet(&self) -> Option<String> {
        let stated = self.article.outlet.as_deref().into_iter();
        let all = stated.chain(self.metas(OUTLETS)).chain(self.items(&["publisher"]));
        all.filter_map(|name| clean::words(name, clean::TITLE)).find(|name| !name.contains("://"))
    }

    /// The headline, and the outlet where it stands in the title of the page.
    fn title(&self, outlet: Option<&str>) -> (Option<String>, Option<String>) {
        let cleaned = |value: &str| clean::words(value, clean::TITLE);
        let page_title = self.claims.title.as_deref().and_then(cleaned);
        let plain = Known { outlet, address: self.address, headlines: &[] };
        let headings: Vec<String> =
            self.claims.headings.iter().filter_map(|(text, _)| cleaned(text)).filter(|h| !plain.is_outlet(h)).collect();
        let stated: Vec<String> = self
            .article
            .headline
            .as_deref()
            .into_iter()
            .chain(self.metas(TITLES))
            .chain(self.items(&["headline"]))
            .filter_map(cleaned)
            .filter(|title| !plain.is_outlet(title))
            .collect();
        let headlines: Vec<&str> = headings.iter().chain(&stated).map(String::as_str).collect();
        let known = Known { outlet, address: self.address, headlines: &headlines };
        let (from_title, named) = match page_title {
            Some(title) => {
                let (headline, outlet) = headline::parted(&title, &known);
                (Some(headline), outlet)
            }
            None => (None, None),
        };
        let suffixed = Known { outlet: outlet.or(named.as_deref()), ..plain };
        let in_title = |heading: &&String| from_title.as_ref().is_some_and(|title| title == *heading);
        let heading = headings.iter().find(in_title).or(headings.first());
        let title = match stated.first() {
            // Cut for search engines: the heading has the whole.
            Some(stated) => match (stated.strip_suffix('…').or(stated.strip_suffix("...")), heading) {
                (Some(stem), Some(heading)) if heading.starts_with(stem.trim_end()) => Some(heading.clone()),
                _ => Some(headline::without_outlet(stated, &suffixed, false).0),
            },
            None => heading.cloned().or(from_title),
        };
        (title, named)
    }

    fn bylines(&self, outlet: Option<&str>) -> Vec<String> {
        let known = Known { outlet, address: self.address, headlines: &[] };
        let names = |values: Vec<&str>| {
            let mut names: Vec<String> = Vec::new();
            for name in values.into_iter().flat_map(|value| clean::names(value, self.languages)) {
                if !known.is_outlet(&name) && !names.contains(&name) {
                    names.push(name);
                }
            }
            (!names.is_empty()).then_some(names)
        };
        let lines = self.claims.lines.iter().filter(|line| !line.long && !line.beside);
        // "Written by" and a name, the pair that some sites give to Twitter.
        let is_author = |label: &str| labels::byline(&format!("{label}: -"), self.languages).is_some();
        let paired = self.metas(&["twitter:label1"]).any(is_author).then_some(["twitter:data1"]);
        names(self.article.authors.iter().map(String::as_str).collect())
            .or_else(|| AUTHORS.iter().find_map(|name| names(self.metas(&[name]).collect())))
            .or_else(|| names(self.metas(paired.as_ref().map_or(&[], |names| names)).collect()))
            .or_else(|| names(self.items(&["author"]).collect()))
            .or_else(|| names(self.claims.authors.iter().map(String::as_str).take(1).collect()))
            .or_else(|| names(lines.filter_map(|line| labels::byline(&line.text, self.languages)).take(1).collect()))
            .unwrap_or_default()
    }

    /// When the page was published and last changed.
    fn dates(&self) -> (Option<Moment>, Option<Moment>) {
        let read = |value: &str| date::read(value, self.languages);
        let shown = self.shown_dates();
        let headline = self.headline_line();
        let times = |update: bool| {
            let (before, after): (Vec<_>, Vec<_>) =
                self.claims.times.iter().filter(|time| time.update == update).partition(|time| time.line < headline);
            after.into_iter().chain(before.into_iter().rev()).filter_map(|time| read(&time.value)).collect::<Vec<_>>()
        };
        let of = |stated: &[String], metas, items, update: bool| {
            let stated = stated.iter().map(String::as_str).chain(self.metas(metas)).chain(self.items(items));
            let shown = shown.iter().filter(|(_, is_update)| *is_update == update).map(|(moment, _)| *moment);
            let all = stated.filter_map(read).chain(times(update)).chain(shown);
            all.filter(|moment| moment.year >= FIRST_YEAR).collect::<Vec<Moment>>()
        };
        let modified = of(&self.article.modified, MODIFIED, &["dateModified"], true).first().copied();
        let published = of(&self.article.published, PUBLISHED, &["datePublished", "dateCreated"], false);
        let fits = |moment: &&Moment| modified.is_none_or(|modified| !is_after(**moment, modified));
        match published.iter().find(fits) {
            Some(first) => {
                // A source that gives the time of the same day says more.
                let same_day = |moment: &&Moment| moment.day_number() == first.day_number() && moment.time.is_some();
                let fuller = published.iter().filter(fits).find(same_day).filter(|_| first.time.is_none());
                (fuller.or(Some(first)).copied(), modified)
            }
            // All that is known comes after the change, so that the change is what is wrong.
            None if !published.is_empty() => (published.first().copied(), None),
            None => (None, modified),
        }
    }

    /// The line where the headline stands; 0 where there is none.
    fn headline_line(&self) -> usize {
        self.claims.headings.first().map_or(0, |(_, line)| *line)
    }

    /// The dates that the page shows, the likeliest first, and whether each is that of a change: those between the
    /// headline and the running text, just before the headline, in elements made for dates, and lines that are dates.
    fn shown_dates(&self) -> Vec<(Moment, bool)> {
        let headline = self.headline_line();
        let lines = &self.claims.lines;
        let (before, after) = lines.split_at(headline.min(lines.len()));
        let is_short = |line: &&Line| !line.long && !line.beside;
        let head = after.iter().take_while(|line| !line.long).take(AFTER_HEADLINE).filter(is_short);
        let above = before.iter().rev().take(BEFORE_HEADLINE).filter(is_short);
        let dated = after.iter().filter(|line| line.dated).filter(is_short);
        let near = head.chain(above).chain(dated).flat_map(|line| self.dates_of(&line.text));
        let alone = after.iter().filter(is_short).filter_map(|line| date::alone(&line.text, self.languages));
        near.chain(alone).collect()
    }

    /// The dates in a line, each with whether the words before it speak of a change.
    fn dates_of(&self, text: &str) -> Vec<(Moment, bool)> {
        let mut from = 0;
        date::find(text, self.languages)
            .into_iter()
            .map(|(range, moment)| {
                let words = text.get(from..range.start).unwrap_or_default();
                from = range.end;
                (moment, date::tells_update(words, self.languages))
            })
            .collect()
    }

    fn declared_language(&self) -> Option<String> {
        let stated = self.article.language.as_deref();
        let all = self.claims.language.into_iter().chain(self.metas(LANGUAGES)).chain(stated);
        all.chain(self.items(&["inLanguage"])).find_map(|value| clean::words(value, 40))
    }

    fn licence(&self, base: Option<&Url>) -> Option<String> {
        let linked = self.claims.licences.iter().find_map(|address| versions::absolute(address, base));
        linked.or_else(|| self.first(&[self.article.licence.as_deref()], LICENCES, &["license"], clean::DESCRIPTION))
    }

    /// Whose text this is, if not the outlet's own: by a source label, by JSON-LD, by a canonical address elsewhere.
    fn republished(&self, canonical: Option<&Url>, outlet: Option<&str>, base: Option<&Url>) -> Option<Republication> {
        let known = Known { outlet, address: self.address, headlines: &[] };
        let here = self.address.or(base);
        let elsewhere = |address: &str| {
            let url = Url::parse(&versions::absolute(address, base)?).ok()?;
            here.is_none_or(|here| is_elsewhere(&url, here)).then(|| url.to_string())
        };
        let lines = self.claims.lines.iter().skip(self.headline_line()).filter(|line| !line.long && !line.beside);
        let labelled = lines
            .filter_map(|line| {
                let mut found = labels::source(&line.text, self.languages)?;
                found.url = found.url.or_else(|| elsewhere(line.link?));
                found.source = found.source.and_then(|name| clean::words(&name, clean::TITLE));
                Some(found)
            })
            .find(|found| found.source.as_deref().is_none_or(|name| !known.is_outlet(name)));
        let stated = self.article.origin.as_ref().and_then(|(name, address)| {
            let source = name.as_deref().and_then(|name| clean::words(name, clean::TITLE));
            let source = source.filter(|name| !known.is_outlet(name));
            let url = address.as_deref().and_then(elsewhere);
            (source.is_some() || url.is_some()).then_some(Republication { source, url, published: None })
        });
        let foreign = canonical.filter(|url| self.address.is_some_and(|address| is_elsewhere(url, address)));
        let linked = foreign.map(|url| Republication { url: Some(url.to_string()), ..Republication::default() });
        [labelled, stated, linked].into_iter().flatten().reduce(|known, more| Republication {
            source: known.source.or(more.source),
            url: known.url.or(more.url),
            published: known.published.or(more.published),
        })
    }
}

/// Whether an address is on a site of another owner.
fn is_elsewhere(url: &Url, here: &Url) -> bool {
    headline::site(url) != headline::site(here)
}

/// Whether one moment is later than another by what is known of both: by the day where one has no time, and with a
/// day's grace where one has no zone.
fn is_after(one: Moment, other: Moment) -> bool {
    match (one.time.zip(other.time), one.offset.is_some() == other.offset.is_some()) {
        (None, _) => one.day_number() > other.day_number(),
        (Some(_), true) => one.unix() > other.unix(),
        (Some(_), false) => one.unix() > other.unix() + 86_400,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(html: &str, address: Option<&str>) -> Metadata {
        let address = address.map(|address| Url::parse(address).unwrap());
        read(&Html::parse_document(html), address.as_ref(), Languages::bundled())
    }

    /// What was read, one field a line, so that a failure shows all of it.
    fn shown(m: &Metadata) -> String {
        let mut lines = Vec::new();
        let mut line = |name: &str, value: Option<String>| lines.extend(value.map(|value| format!("{name}: {value}")));
        line("title", m.title.clone());
        line("outlet", m.outlet.clone());
        line("by", (!m.bylines.is_empty()).then(|| m.bylines.join("; ")));
        line("published", m.published.map(|p| p.to_string()));
        line("modified", m.modified.map(|p| p.to_string()));
        line("url", m.url.clone());
        line("section", m.section.clone());
        line("licence", m.licence.clone());
        line("description", m.description.clone());
        line("language", m.declared_language.clone());
        line(
            "versions",
            (!m.versions.is_empty()).then(|| m.versions.iter().map(|v| v.lang.as_str()).collect::<Vec<_>>().join(" ")),
        );
        line(
            "from",
            m.republished.clone().map(|r| {
                let published = r.published.map(|p| p.to_string());
                [r.source, r.url, published].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }),
        );
        lines.join("\n")
    }

    fn check(html: &str, expected: &str) {
        let expected = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        assert_eq!(shown(&metadata(html, Some("https://www.sahil.example/az/1"))), expected, "{html}");
    }

    #[test]
    fn json_ld_is_asked_first() {
        check(
            r#"<html lang="az-AZ"><title>Körpü açıldı | Sahil</title><meta property="og:title" content="Başqa">
            <script type="application/ld+json">{"@type":"NewsArticle","headline":"Körpü açıldı","datePublished":
            "2017-11-20T19:18:00+04:00","dateModified":"2017-11-21","author":{"name":"Aytən Quluzadə"},"publisher":
            {"name":"Sahil Xəbər"},"articleSection":["Siyasət"],"license":"https://creativecommons.org/licenses/by/4.0/",
            "description":"Qısa &amp; aydın","url":"https://sahil.example/az/1"}</script>"#,
            "title: Körpü açıldı
             outlet: Sahil Xəbər
             by: Aytən Quluzadə
             published: 2017-11-20T19:18:00+04:00
             modified: 2017-11-21
             url: https://sahil.example/az/1
             section: Siyasət
             licence: https://creativecommons.org/licenses/by/4.0/
             description: Qısa & aydın
             language: az-AZ",
        );
    }

    #[test]
    fn meta_elements_are_asked_next() {
        check(
            r#"<title>x</title><link rel=canonical href=/az/bir><meta property="og:title" content="Мост открыт - Берег">
            <meta property="og:site_name" content="Берег"><meta name="author" content="Мария Светлова и Пётр Река">
            <meta property="article:published_time" content="2017-11-20T19:18"><meta property="article:section" content="Мир">
            <meta http-equiv="Content-Language" content="ru"><link rel=license href=/terms>
            <meta name="description" content="Коротко">"#,
            "title: Мост открыт
             outlet: Берег
             by: Мария Светлова; Пётр Река
             published: 2017-11-20T19:18:00
             url: https://www.sahil.example/az/bir
             section: Мир
             licence: https://www.sahil.example/terms
             description: Коротко
             language: ru",
        );
    }

    #[test]
    fn microdata_is_asked_before_what_is_shown() {
        check(
            r#"<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Köprü açıldı</h1>
            <span itemprop="author" itemscope><b itemprop="name">Deniz Ay</b></span>
            <time itemprop="datePublished" datetime="2017-11-20">dün</time>
            <div itemprop="publisher" itemscope><meta itemprop="name" content="Kıyı"></div></div>"#,
            "title: Köprü açıldı
             outlet: Kıyı
             by: Deniz Ay
             published: 2017-11-20",
        );
    }

    #[test]
    fn what_is_shown_is_asked_last() {
        check(
            r#"<html lang=az><title>Körpü açıldı - Sahil</title><header>Bu gün: 23 noyabr 2026</header>
            <nav><a href=/az>Az</a><a href=/ru>Ru</a></nav><h1>Körpü açıldı</h1>
            <div class=meta><span class=date>20 noyabr 2017, 19:18</span><span>345</span> Yenilənib: 21.11.2017</div>
            <p>Müəllif: Aytən Quluzadə</p><p>Bakıda 1 yanvar 2016 tarixində başlanan tikinti başa çatdı.</p>
            <p>Mənbə: <a href="https://dalga.example/7">Dalğa</a></p>
            <div class="related-news"><span class=date>1 may 2020</span></div>"#,
            "title: Körpü açıldı
             outlet: Sahil
             by: Aytən Quluzadə
             published: 2017-11-20T19:18:00
             modified: 2017-11-21
             language: az
             versions: az ru
             from: Dalğa https://dalga.example/7",
        );
    }

    #[test]
    fn the_host_is_the_outlet_where_nothing_names_it() {
        check("<h1>Bridge opens</h1>", "title: Bridge opens\noutlet: sahil.example");
    }

    #[test]
    fn a_date_that_cannot_be_true_gives_way_to_the_next() {
        let check = |head: &str, published: &str| {
            let found = metadata(head, None);
            assert_eq!(found.published.map(|p| p.to_string()).unwrap_or_default(), published, "{head}");
        };
        let date = |content: &str| format!("<meta name=pubdate content='{content}'>");
        let article = |content: &str| format!("<meta property='article:published_time' content='{content}'>");
        let modified = "<meta property='article:modified_time' content='2017-11-21T10:00:00Z'>";
        check(&(article("1970-01-01") + &date("2017-11-20")), "2017-11-20");
        check(&(article("2019-11-20") + &date("2017-11-20") + modified), "2017-11-20");
        check(&(article("2017-11-20") + &date("2017-11-20T19:18:00")), "2017-11-20T19:18:00");
        check(&(article("2019-11-20") + modified), "2019-11-20");
        check(&article("not a date"), "");
    }

    #[test]
    fn a_canonical_address_elsewhere_is_that_of_the_original() {
        check(
            "<link rel=canonical href=https://dalga.example/7><meta property=og:url content=https://sahil.example/az/1>",
            "outlet: sahil.example
             url: https://sahil.example/az/1
             from: https://dalga.example/7",
        );
    }

    #[test]
    fn a_source_label_with_nothing_after_it_is_a_claim() {
        let found = metadata("<h1>Köprü</h1><p>Kaynak/Source:</p>", None);
        assert_eq!(found.republished, Some(Republication::default()));
    }

    #[test]
    fn the_outlet_itself_is_no_source_and_no_author() {
        check(
            "<meta property=og:site_name content=Sahil><meta name=author content=Sahil><p>Mənbə: Sahil</p>",
            "outlet: Sahil",
        );
    }

    #[test]
    fn a_credit_under_a_picture_is_no_source() {
        check(
            "<h1>Körpü</h1><figure><figcaption>Mənbə: Dalğa</figcaption></figure>",
            "title: Körpü\noutlet: sahil.example",
        );
    }

    #[test]
    fn long_values_are_cut() {
        let found = metadata(&format!("<h1>{}</h1>", "söz ".repeat(250_000)), None);
        assert!(found.title.is_some_and(|title| title.chars().count() <= 500));
    }

    #[test]
    fn hostile_pages_are_read_to_the_end() {
        for piece in
            ["<div class=author>", "<a hreflang=az>Az", "<h1>", "<li>az<li>en", "<time datetime=1>", "\u{1}&amp;<p>20 "]
        {
            metadata(&piece.repeat(2000), None);
        }
        assert_eq!(metadata("", None), Metadata::default());
    }
}
