//! Links between the segments of documents, by their names; they may stand before the documents.
//!
//! The links of our own files count their beads and say whose texts they join, so that a bitext comes back as it was: its direction,
//! its order, and what stands in it alone. Those of others make one as [`whole`] makes it.

use super::super::whole;
use super::document::{Lost, Read};
use super::speech;
use crate::language::Lang;
use crate::model::{Bead, Bitext, Document, Group, Level, Moment, Pair, Part, Rendering, Review};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// The links of a corpus, and where what they may name stands.
#[derive(Default)]
pub(super) struct Links {
    groups: Vec<Linked>,
    /// The links that stand in no group.
    loose: Vec<Link>,
    /// The documents: their languages and ids, how many blocks they have and how many sentences.
    documents: Vec<(Lang, String, [usize; 2])>,
    by_id: FxHashMap<String, usize>,
    places: FxHashMap<String, Place>,
    /// The parts of quotes: the number of their document, and what they are.
    parts: FxHashMap<String, (usize, speech::Part)>,
    /// The groups of renderings, each with the names of its parts.
    renderings: Vec<(String, Option<f32>, Vec<String>)>,
    /// The reviewers by the names of their elements: who, and when last.
    reviewers: FxHashMap<String, (String, Option<Moment>)>,
    /// Whether the group that is open joins renderings and no texts.
    is_of_quotes: bool,
}

/// The links of a `<linkGrp>`, or those that stand in none.
#[derive(Default)]
struct Linked {
    /// The names of the two texts.
    domains: Option<[String; 2]>,
    links: Vec<Link>,
    /// Whether they stand in none: they may then join anything, and what they join within a language are no translations.
    is_loose: bool,
}

/// A link, or a segment without a counterpart: a link of one name.
struct Link {
    names: Vec<String>,
    certainty: Option<f32>,
    /// Its own name.
    name: Option<String>,
    /// Who reviewed it.
    by: Option<String>,
    line: u64,
}

/// Where a segment stands.
#[derive(Clone, Copy)]
struct Place {
    document: usize,
    level: Level,
    number: u32,
}

/// A bead with its number, where it has one.
struct Counted {
    group: usize,
    number: Option<usize>,
    bead: Bead,
    /// Who reviewed it.
    by: Option<String>,
}

/// The beads of two documents, with the line of the first of each level.
type Levels = BTreeMap<Level, (u64, Vec<Counted>)>;

/// What the links say at the end.
#[derive(Default)]
pub(super) struct Told {
    /// A part for every two documents, without the documents themselves, and one of the groups of renderings.
    pub(super) parts: Vec<Part>,
    /// What was lost: the line of the first, and how often.
    pub(super) lost: Lost,
}

impl Told {
    fn lose(&mut self, what: &'static str, line: u64, count: usize) {
        if count > 0 {
            let (_, lost) = self.lost.entry(what).or_insert((line, 0));
            *lost = lost.saturating_add(count as u64);
        }
    }
}

/// The names that some pointers point to; `None` where one is no pointer to a name.
fn names(pointers: &str) -> Option<Vec<String>> {
    pointers.split_whitespace().map(|pointer| Some(pointer.rsplit_once('#')?.1.to_owned())).collect()
}

impl Links {
    /// A group of links begins.
    pub(super) fn group<'v>(&mut self, value: &dyn Fn(&str) -> Option<&'v str>) {
        self.is_of_quotes = value("type") == Some("quoteGroup");
        let domains = value("domains").and_then(names).and_then(|names| names.try_into().ok());
        self.groups.push(Linked { domains, ..Linked::default() });
    }

    /// Adds a link of the group that is open, or one that stands in none; or says what is wrong with it.
    pub(super) fn add<'v>(
        &mut self,
        target: &str,
        in_group: bool,
        line: u64,
        value: &dyn Fn(&str) -> Option<&'v str>,
    ) -> Result<(), &'static str> {
        let names = names(target).ok_or("a link to what is no name")?;
        if names.len() < 2 {
            return Err("a link to fewer than two segments");
        }
        let own = |name: &str| value(name).map(str::to_owned);
        let certainty = value("cert").and_then(|c| c.parse().ok()).filter(|c| (0.0..=1.0).contains(c));
        if in_group && self.is_of_quotes {
            let id = own("xml:id").unwrap_or_else(|| format!("g{}", self.renderings.len().saturating_add(1)));
            self.renderings.push((id, certainty, names));
            return Ok(());
        }
        let by = value("resp").and_then(|resp| Some(resp.rsplit_once('#')?.1.to_owned()));
        let link = Link { names, certainty, name: own("xml:id"), by, line };
        match self.groups.last_mut().filter(|_| in_group) {
            Some(group) => group.links.push(link),
            None => self.loose.push(link),
        }
        Ok(())
    }

    /// Adds a segment that has no counterpart to the group that is open.
    pub(super) fn alone(&mut self, target: &str, line: u64) {
        let names = names(target).filter(|names| names.len() == 1);
        if let (Some(group), Some(names)) = (self.groups.last_mut(), names) {
            group.links.push(Link { names, certainty: None, name: None, by: None, line });
        }
    }

    /// Somebody is named who has reviewed links.
    pub(super) fn reviewer(&mut self, id: &str, name: &str) {
        self.reviewers.entry(id.to_owned()).or_default().0 = name.to_owned();
    }

    /// When a reviewer did so last.
    pub(super) fn reviewed(&mut self, id: &str, when: Option<Moment>) {
        self.reviewers.entry(id.to_owned()).or_default().1 = when;
    }

    /// Takes what is read of a document: the names of its segments and of its quotes. Gives a name that another has.
    pub(super) fn document(&mut self, read: &mut Read) -> Result<(), String> {
        let Document { language, id, .. } = &read.document;
        let names = std::mem::take(&mut read.names);
        let index = self.documents.len();
        self.documents.push((language.lang.clone(), id.clone(), [names.blocks.len(), names.sentences.len()]));
        self.by_id.insert(id.clone(), index);
        let mut twice = None;
        for (level, names) in [(Level::Paragraph, names.blocks), (Level::Sentence, names.sentences)] {
            for (number, name) in (0u32..).zip(names) {
                let Some(name) = name else { continue };
                match self.places.entry(name) {
                    Entry::Vacant(entry) => drop(entry.insert(Place { document: index, level, number })),
                    Entry::Occupied(entry) => twice = Some(entry.key().clone()),
                }
            }
        }
        for part in std::mem::take(&mut read.parts) {
            if let Some((_, before)) = self.parts.insert(part.name.clone(), (index, part)) {
                twice = Some(before.name);
            }
        }
        twice.map_or(Ok(()), Err)
    }

    /// What the links say.
    pub(super) fn finish(mut self) -> Told {
        let mut told = Told::default();
        let mut joined: BTreeMap<(usize, usize), Levels> = BTreeMap::new();
        let loose = Linked { links: std::mem::take(&mut self.loose), is_loose: true, ..Linked::default() };
        for (n, group) in std::mem::take(&mut self.groups).into_iter().chain([loose]).enumerate() {
            let named = |name: &String| self.by_id.get(name).copied();
            let domains = group.domains.as_ref().and_then(|[a, b]| Some([named(a)?, named(b)?]));
            for link in group.links {
                // Whose counterpart is missing nobody says: the text has it all the same.
                if link.names.len() < 2 && domains.is_none() {
                    continue;
                }
                let bead = self.bead(&link, domains).filter(|(pair, ..)| !group.is_loose || self.is_translation(*pair));
                let Some((pair, level, bead)) = bead else {
                    told.lose("links that do not join sentences, or paragraphs, of two documents", link.line, 1);
                    continue;
                };
                let number = link.name.as_deref().and_then(|name| self.number(name, pair, level));
                let counted = Counted { group: n, number, bead, by: link.by };
                let (_, beads) = joined.entry(pair).or_default().entry(level).or_insert((link.line, Vec::new()));
                beads.push(counted);
            }
        }
        for ((source, target), levels) in joined {
            let (Some((_, source, counts)), Some((_, target, others))) =
                (self.documents.get(source), self.documents.get(target))
            else {
                continue;
            };
            let mut part = Part { pairs: vec![Pair::imported(source, target)], ..Part::default() };
            for (level, (line, beads)) in levels {
                let count = |counts: &[usize; 2]| match level {
                    Level::Paragraph => counts[0],
                    Level::Sentence => counts[1],
                };
                let (beads, by) = match numbered(beads) {
                    Ok(beads) => beads.into_iter().unzip(),
                    Err(beads) => {
                        let (beads, twice) = whole::complete([count(counts), count(others)], beads);
                        told.lose("links to segments that another link has", line, twice);
                        (beads, Vec::new())
                    }
                };
                part.reviews.extend(self.reviews(part.bitexts.len(), by));
                part.bitexts.push(Bitext { source: source.clone(), target: target.clone(), level, beads });
            }
            told.parts.push(part);
        }
        let kept: FxHashSet<&str> =
            told.parts.iter().flat_map(|part| &part.reviews).map(|review| review.reviewer.as_str()).collect();
        let has_reviewed = self.reviewers.values().filter(|(_, when)| when.is_some());
        let idle = has_reviewed.filter(|(name, _)| !kept.contains(name.as_str())).count();
        told.lose("reviewers of no link that is there", 1, idle);
        let groups: Vec<Group> = self.renderings.iter().filter_map(|group| self.rendered(group)).collect();
        told.lose("groups of renderings of which fewer than two are there", 1, self.renderings.len() - groups.len());
        if !groups.is_empty() {
            told.parts.push(Part { groups, ..Part::default() });
        }
        told
    }

    /// Whether two documents are in different languages.
    fn is_translation(&self, (source, target): (usize, usize)) -> bool {
        let lang = |document: usize| self.documents.get(document).map(|(lang, ..)| lang);
        lang(source) != lang(target)
    }

    /// The number of a bead of ours, from 0: `d1-d2.s3` is the third.
    fn number(&self, name: &str, (source, target): (usize, usize), level: Level) -> Option<usize> {
        let letter = match level {
            Level::Paragraph => 'p',
            Level::Sentence => 's',
        };
        let [(_, source, _), (_, target, _)] = [self.documents.get(source)?, self.documents.get(target)?];
        let rest = name.strip_prefix(source.as_str())?.strip_prefix('-')?.strip_prefix(target.as_str())?;
        rest.strip_prefix('.')?.strip_prefix(letter)?.parse::<usize>().ok()?.checked_sub(1)
    }

    /// The bead of a link with its documents, source and target: in the order of the group, where it has one.
    fn bead(&self, link: &Link, domains: Option<[usize; 2]>) -> Option<((usize, usize), Level, Bead)> {
        let places: Option<Vec<Place>> = link.names.iter().map(|name| self.places.get(name).copied()).collect();
        let places = places?;
        let first = places.first()?;
        let documents = match domains {
            Some(documents) => documents,
            None => {
                let other = places.iter().find(|place| place.document != first.document)?;
                [first.document, other.document]
            }
        };
        if places.iter().any(|place| place.level != first.level || !documents.contains(&place.document)) {
            return None;
        }
        // A link may name either first: of two documents that with the smaller tag is the source, then that with the smaller id.
        let order = |document: usize| self.documents.get(document).map(|(lang, id, _)| (lang, id));
        let [one, other] = documents;
        let is_in_order = domains.is_some() || order(one) <= order(other);
        let (source, target) = if is_in_order { (one, other) } else { (other, one) };
        let side = |document| places.iter().filter(|p| p.document == document).map(|p| p.number).collect();
        let confidence = link.certainty.unwrap_or(1.0);
        let bead = Bead { source: side(source), target: side(target), score: 0.0, confidence };
        Some(((source, target), first.level, bead))
    }

    /// Which beads of a bitext somebody has reviewed.
    fn reviews(&self, bitext: usize, by: Vec<Option<String>>) -> Vec<Review> {
        let mut beads: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, by) in by.into_iter().enumerate() {
            by.into_iter().for_each(|by| beads.entry(by).or_default().push(n));
        }
        let review = |(by, beads): (String, Vec<usize>)| {
            let (reviewer, made) = self.reviewers.get(&by)?.clone();
            Some(Review { bitext, beads, reviewer, made: made? })
        };
        beads.into_iter().filter_map(review).collect()
    }

    /// A group of renderings, where two of them are there.
    fn rendered(&self, (id, certainty, names): &(String, Option<f32>, Vec<String>)) -> Option<Group> {
        let confidence = certainty.unwrap_or(1.0);
        let mut renderings: Vec<Rendering> = Vec::new();
        let mut last = None;
        for (document, part) in names.iter().filter_map(|name| self.parts.get(name)) {
            let (_, id, _) = self.documents.get(*document)?;
            // The parts of one quote follow each other.
            let goes_on =
                last.is_some_and(|(own, quote, place)| (own, quote) == (*document, part.quote) && place < part.place);
            match renderings.last_mut().filter(|_| goes_on) {
                Some(rendering) => rendering.spans.push(part.span),
                None => renderings.push(Rendering {
                    document: id.clone(),
                    quote: part.quote,
                    spans: vec![part.span],
                    confidence,
                }),
            }
            last = Some((*document, part.quote, part.place));
        }
        (renderings.len() > 1).then(|| Group { id: id.clone(), renderings, confidence })
    }
}

/// The beads of a bitext of ours at the places that their numbers say, what stands alone between them; `Err` where links do not count.
///
/// A number that is missing is that of a bead of which XML keeps nothing.
fn numbered(beads: Vec<Counted>) -> Result<Vec<(Bead, Option<String>)>, Vec<Bead>> {
    let mut taken: Vec<usize> = beads.iter().filter_map(|counted| counted.number).collect();
    taken.sort_unstable();
    let is_counted = beads.iter().all(|counted| counted.number.is_some() == counted.bead.is_aligned())
        && taken.is_sorted_by(|a, b| a < b)
        && taken.last().is_none_or(|last| *last <= beads.len().saturating_add(MISSING));
    if !is_counted {
        return Err(beads.into_iter().map(|counted| counted.bead).filter(Bead::is_aligned).collect());
    }
    let mut placed: BTreeMap<usize, (Bead, Option<String>)> = BTreeMap::new();
    let (mut group, mut free, mut alone) = (0, 0, Vec::new());
    for counted in beads {
        if group != counted.group {
            settle(&mut placed, &taken, std::mem::take(&mut alone), free..usize::MAX);
            (group, free) = (counted.group, 0);
        }
        match counted.number {
            None => alone.push(counted.bead),
            Some(number) => {
                settle(&mut placed, &taken, std::mem::take(&mut alone), free..number);
                free = number.saturating_add(1);
                placed.insert(number, (counted.bead, counted.by));
            }
        }
    }
    settle(&mut placed, &taken, alone, free..usize::MAX);
    let nothing = || (Bead { source: vec![], target: vec![], score: 0.0, confidence: 1.0 }, None);
    let last = placed.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
    Ok((0..last).map(|place| placed.remove(&place).unwrap_or_else(nothing)).collect())
}

/// Puts segments that stand alone, in their order, where no link is: each a bead of its own as long as there is room, else with the
/// one before it, since those of one bead stand one after the other.
fn settle(
    placed: &mut BTreeMap<usize, (Bead, Option<String>)>,
    taken: &[usize],
    alone: Vec<Bead>,
    within: std::ops::Range<usize>,
) {
    let is_free = |place: &usize| taken.binary_search(place).is_err() && !placed.contains_key(place);
    let places: Vec<usize> = within.filter(is_free).take(alone.len()).collect();
    let on_one_side = |a: &Bead, b: &Bead| a.source.is_empty() == b.source.is_empty();
    let least = alone.chunk_by(on_one_side).count();
    let mut spare = places.len().saturating_sub(least);
    let (mut places, mut last): (_, Option<usize>) = (places.into_iter(), None);
    for bead in alone {
        let before = last.and_then(|place| placed.get_mut(&place)).filter(|(before, _)| on_one_side(before, &bead));
        let joins = before.is_some();
        if let Some((before, _)) = before.filter(|_| spare == 0) {
            before.source.extend(bead.source);
            before.target.extend(bead.target);
            continue;
        }
        spare = spare.saturating_sub(usize::from(joins));
        if let Some(place) = places.next() {
            placed.insert(place, (bead, None));
            last = Some(place);
        }
    }
}

/// So many beads of which XML keeps nothing may be missing among those that count.
const MISSING: usize = 4096;
