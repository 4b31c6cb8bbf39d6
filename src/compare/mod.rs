//! A comparison of renderings: what one leaves out, adds, shades or sharpens, named.
//!
//! [`Told`] has the words of a rendering without what an editor put in; [`Reader`] finds the small words and endings that shade them,
//! by the language's `shades.toml`; a [`Side`] is a rendering with all that is known of it. [`compare`] matches the words of two sides
//! and names the differences: passages and numbers by what the words say, shades by their senses, form and speaker by the quote.
//! [`pairs`] says which renderings of a group are compared, [`handling`] what each document makes of what others quote.
//!
//! ```
//! use korpu::compare::{Reader, Side, Told, compare};
//! use korpu::language::Languages;
//! use korpu::model::{Form, Quote, Span};
//! use korpu::represent::{Lexicon, represent};
//!
//! let english = Languages::bundled().get("en");
//! let reader = Reader::new(english);
//! let side = |text: &str| {
//!     let spans = vec![Span::new(0, text.len())];
//!     let quote = Quote {
//!         spans: spans.clone(), clause: None, form: Form::Direct, cue: None, mention: None, speaker: None, alternatives: vec![],
//!         confidence: 1.0, earlier: false, insertions: vec![], recovered: None,
//!     };
//!     let told = Told::new(text, &quote, &spans);
//!     let terms = represent(&[told.words(), ""], "en", Languages::bundled(), Lexicon::bundled());
//!     Side::new(told, (&quote, text), terms, &reader, ("en", None))
//! };
//! let contrast = compare(&side("We are very satisfied with almost all results."), &side("We are satisfied with all results."));
//! let names: Vec<String> = contrast.differences.iter().map(|d| d.name()).collect();
//! assert_eq!(names, ["hedge-dropped", "intensifier-dropped"]);
//! ```

mod figure;
mod group;
mod mark;
mod matching;
mod passage;
#[cfg(test)]
mod samples;
mod shade;
mod side;
mod source;

pub use group::{Compared, handling, pairs};
pub use mark::Reader;
pub use side::{Side, Told};

use crate::model::{Contrast, Difference, Edit, Span, Trait};
use matching::Matching;
use side::TELLING;

/// What differs between two renderings, seen from the first.
pub fn compare(source: &Side, target: &Side) -> Contrast {
    let matching = Matching::new(source, target);
    let back = matching.reversed();
    let sides = Sides { source, target, matching: &matching, left_out: Vec::new() };
    let (mut differences, left_out) = passage::differences(&sides);
    let sides = Sides { left_out, ..sides };
    differences.extend(source::differences(source, target));
    differences.extend(figure::differences(&sides));
    differences.extend(shade::differences(&sides));
    differences.sort_by(|a, b| (a.of, &a.source, &a.target).cmp(&(b.of, &b.source, &b.target)));
    Contrast {
        source: 0,
        target: 1,
        kept: matching.kept(source),
        covered: back.kept(target),
        phrases: matching.phrases(source, target),
        wording: (source.lang == target.lang).then(|| matching.wording(source, target)),
        differences,
    }
}

/// Two sides with what is known of them together.
struct Sides<'a> {
    source: &'a Side,
    target: &'a Side,
    matching: &'a Matching,
    /// What is told of as left out or added already, of the source's words and of the target's.
    left_out: Vec<(End, Span)>,
}

/// One of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Source,
    Target,
}

/// Units so near to a place speak for it.
const NEAR: usize = 3;

/// A unit is there on the other side from this on.
const THERE: f32 = 0.4;

impl Sides<'_> {
    fn side(&self, end: End) -> &Side {
        match end {
            End::Source => self.source,
            End::Target => self.target,
        }
    }

    /// Whether what stands around a place is told on the other side, so that the place could be, too.
    fn is_kept(&self, end: End, span: Span) -> bool {
        if self.left_out.iter().any(|(of, passage)| *of == end && passage.contains(span)) {
            return false;
        }
        let side = self.side(end);
        let found = &self.matching.found[end as usize];
        let units = side.units_in(span);
        let tells = |n: &usize| side.units[*n].weight >= TELLING && !side.units[*n].marked;
        let before = (0..units.start).rev().filter(tells).take(2);
        let after = (units.end..side.units.len()).filter(tells).take(2);
        let sentence = |n: &usize| side.units.get(units.start).is_none_or(|u| u.sentence == side.units[*n].sentence);
        before.chain(after).filter(sentence).any(|n| found[n] >= THERE)
    }

    /// Whether a place of the source and one of the target stand beside words that say the same.
    fn is_beside(&self, source: Span, target: Span) -> bool {
        let around = |side: &Side, span: Span| {
            let units = side.units_in(span);
            units.start.saturating_sub(NEAR)..(units.end + NEAR).min(side.units.len())
        };
        let (from, to) = (around(self.source, source), around(self.target, target));
        self.matching.links.iter().any(|(i, j, _)| from.contains(i) && to.contains(j))
    }

    /// A difference by spans of the words of either side.
    fn difference(&self, of: Trait, change: Edit, source: &[Span], target: &[Span]) -> Difference {
        let places = |side: &Side, spans: &[Span]| spans.iter().flat_map(|s| side.told.place(*s)).collect();
        let (source, target) = (places(self.source, source), places(self.target, target));
        Difference { of, change, from: None, to: None, source, target }
    }

    /// What one side has and the other has not.
    fn alone(&self, of: Trait, end: End, span: Span) -> Difference {
        match end {
            End::Source => self.difference(of, Edit::Dropped, &[span], &[]),
            End::Target => self.difference(of, Edit::Added, &[], &[span]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{of_quote, quote, side};
    use super::*;
    use crate::model::{Form, Quote};
    use proptest::prelude::*;

    /// What is found, and that the same is found from the other side.
    #[track_caller]
    fn check((lang, source): (&str, &str), (other, target): (&str, &str), expected: &[&str]) {
        let (a, b) = (side(lang, Form::Direct, source), side(other, Form::Direct, target));
        let told = |contrast: &Contrast| -> Vec<String> {
            let words = |text: &str, spans: &[Span]| spans.iter().map(|s| s.of(text)).collect::<Vec<_>>().join(" … ");
            let one = |d: &Difference| {
                let parts = [d.name(), words(source, &d.source), words(target, &d.target)];
                parts.iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(": ")
            };
            contrast.differences.iter().map(one).collect()
        };
        assert_eq!(told(&compare(&a, &b)), expected, "{source} / {target}");
        let mirrored = |d: &Difference| (d.of, d.change.reversed(), d.target.clone(), d.source.clone());
        let straight = |d: &Difference| (d.of, d.change, d.source.clone(), d.target.clone());
        let mut back: Vec<_> = compare(&b, &a).differences.iter().map(mirrored).collect();
        let mut there: Vec<_> = compare(&a, &b).differences.iter().map(straight).collect();
        back.sort();
        there.sort();
        assert_eq!(back, there, "{source} / {target}");
    }

    #[test]
    fn the_same_in_other_words_differs_in_nothing() {
        check(("en", "Trade grew by 60% in nine months."), ("en", "In 9 months trade grew by 60 percent."), &[]);
        check(("en", "Trade grew by 60% in 2017."), ("en", "Trade grew by 60% this year."), &[]);
        check(("en", "Trade grew by 60% in 2017."), ("tr", "Ticaret bu yıl yüzde 60 büyüdü."), &[]);
        check(
            ("az", "Ticarət dövriyyəsi 9 ayda 60 faiz artıb."),
            ("ru", "За девять месяцев товарооборот вырос на 60%."),
            &[],
        );
    }

    #[test]
    fn numbers_are_changed_rounded_or_dropped() {
        check(
            ("en", "They bought 600 tonnes of wheat."),
            ("en", "They bought 700 tonnes of wheat."),
            &["number-changed: 600: 700"],
        );
        check(
            ("en", "They bought 1,980 tonnes of wheat."),
            ("ru", "Они купили 2000 тонн пшеницы."),
            &["number-rounded: 1,980: 2000"],
        );
        check(("en", "They bought 600 tonnes of wheat."), ("en", "They bought wheat."), &["number-dropped: 600"]);
        check(("en", "Trade grew by 60% in 2016."), ("en", "Trade grew by 60% this year."), &["number-dropped: 2016"]);
    }

    #[test]
    fn hedges_are_dropped_added_or_changed() {
        check(
            ("en", "Trade grew by at least 60%."),
            ("en", "Trade grew by 60%."),
            &["hedge-dropped: at least 60%: 60%"],
        );
        check(
            ("en", "Trade, according to our statistics, grew by 60%."),
            ("tr", "Ticaret yüzde 60 büyüdü."),
            &["hedge-dropped: according to our statistics"],
        );
        check(("ru", "Почти все районы готовы."), ("ru", "Все районы готовы."), &["hedge-dropped: Почти"]);
        check(
            ("en", "About 60 people came."),
            ("en", "More than 60 people came."),
            &["hedge-changed: About: More than"],
        );
        check(("en", "We talked about trade."), ("en", "We talked trade."), &[]);
    }

    #[test]
    fn intensifiers_have_strength() {
        check(
            ("en", "Baku is very interested."),
            ("en", "Baku is extremely interested."),
            &["intensifier-stronger: very: extremely"],
        );
        check(
            ("en", "We are very satisfied."),
            ("en", "We are satisfied."),
            &["intensifier-dropped: very satisfied: satisfied"],
        );
        check(
            ("ru", "Мы очень довольны результатами."),
            ("en", "We are extremely pleased with the results."),
            &["intensifier-stronger: очень: extremely"],
        );
        check(
            ("tr", "Çok memnunuz, en çok kazanan biz olduk."),
            ("tr", "Memnunuz, en çok kazanan biz olduk."),
            &["intensifier-dropped: Çok memnunuz: Memnunuz"],
        );
    }

    #[test]
    fn what_will_be_may_be_or_must_be_is_told_apart() {
        check(("en", "The port will close."), ("en", "The port could close."), &["modality-changed: will: could"]);
        check(("tr", "Liman kapanacak."), ("tr", "Liman kapanabilir."), &["modality-changed: kapanacak: kapanabilir"]);
        check(("az", "Liman bağlanmalıdır."), ("en", "The port must be closed."), &[]);
        check(("en", "The port must be closed."), ("en", "The port is closed."), &["modality-dropped: must"]);
        check(("en", "The port would close on May 3."), ("ru", "Порт закроется 3 мая."), &[]);
    }

    #[test]
    fn negation_counts_by_whether_and_not_by_how_often() {
        check(("en", "The price will not change."), ("en", "The price will change."), &["negation-dropped: not"]);
        check(("en", "No ferry will help us."), ("ru", "Никакие паромы нам не помогут."), &[]);
        check(("az", "Qiymət dəyişməyəcək."), ("tr", "Fiyat değişecek."), &["negation-dropped: dəyişməyəcək"]);
    }

    #[test]
    fn passages_are_left_out_or_put_in() {
        check(
            ("en", "We want peace, in every possible way and without any foreign mediation whatsoever."),
            ("en", "We want peace."),
            &["passage-dropped: in every possible way and without any foreign mediation whatsoever"],
        );
    }

    #[test]
    fn who_speaks_and_how_is_compared() {
        let text = "Minister Orxan Quliyev said we agree. His office claimed that the country agrees.";
        let spot = |part: &str| {
            let start = text.find(part).unwrap();
            Span::new(start, start + part.len())
        };
        let one = Quote {
            spans: vec![spot("we agree")],
            speaker: Some("Orxan Quliyev".into()),
            mention: Some(spot("Minister Orxan Quliyev")),
            cue: Some(spot("said")),
            ..quote()
        };
        let other = Quote {
            spans: vec![spot("the country agrees")],
            form: Form::Indirect,
            mention: Some(spot("His office")),
            cue: Some(spot("claimed")),
            ..one.clone()
        };
        let contrast = compare(&of_quote("en", text, &one), &of_quote("en", text, &other));
        let told = |d: &Difference| {
            let name = |n: &Option<String>| n.clone().unwrap_or_default();
            format!("{} {} {}", d.name(), name(&d.from), name(&d.to))
        };
        let found: Vec<String> = contrast.differences.iter().map(told).collect();
        let expected = [
            "form-changed direct indirect",
            "speaker-changed name body",
            "attribution-changed said claim",
            "person-changed we ",
        ];
        assert_eq!(found, expected);
        let nobody = Quote { speaker: None, mention: None, ..one.clone() };
        let contrast = compare(&of_quote("en", text, &one), &of_quote("en", text, &nobody));
        assert_eq!(contrast.differences.iter().map(Difference::name).collect::<Vec<_>>(), ["speaker-dropped"]);
    }

    #[test]
    fn words_of_one_language_are_held_against_each_other() {
        let (source, target) = ("We have long described relations.", "We have long characterized these relations.");
        let contrast = compare(&side("en", Form::Direct, source), &side("en", Form::Direct, target));
        let wording = contrast.wording.unwrap();
        let of = |text: &str, spans: &[Span]| spans.iter().map(|s| s.of(text).to_owned()).collect::<Vec<_>>();
        let mine = [of(source, &wording.lost), of(source, &wording.replaced)].concat();
        let theirs = [of(target, &wording.new), of(target, &wording.replacing)].concat();
        assert!(mine.iter().any(|w| w.contains("described")), "{mine:?}");
        assert!(theirs.join(" ").contains("characterized") && theirs.join(" ").contains("these"), "{theirs:?}");
        assert!(compare(&side("en", Form::Direct, source), &side("ru", Form::Direct, "Да.")).wording.is_none());
    }

    proptest! {
        #[test]
        fn any_two_texts_can_be_compared(
            a in "(\\PC{0,12}|[ ,.]|not|at least 60%|çox|почти всех|bilərik|2017){0,12}",
            b in "(\\PC{0,12}|[ ,.]|very|not|60 faiz|değil|в этом году|we){0,12}",
            langs in (0usize..5, 0usize..5),
        ) {
            const LANGS: [&str; 5] = ["az", "en", "ru", "tr", "xx"];
            let (x, y) = (side(LANGS[langs.0], Form::Direct, &a), side(LANGS[langs.1], Form::Indirect, &b));
            let contrast = compare(&x, &y);
            prop_assert!((0.0..=1.0).contains(&contrast.kept) && (0.0..=1.0).contains(&contrast.covered));
            let sound = |text: &str, spans: &[Span]| spans.iter().all(|s| !s.of(text).is_empty());
            for d in &contrast.differences {
                prop_assert!(sound(&a, &d.source) && sound(&b, &d.target), "{:?}", d);
            }
            for p in &contrast.phrases {
                prop_assert!(sound(&a, &p.source) && sound(&b, &p.target) && p.similarity <= 1.0, "{:?}", p);
            }
            if let Some(w) = &contrast.wording {
                prop_assert!(sound(&a, &w.lost) && sound(&a, &w.replaced) && sound(&b, &w.new) && sound(&b, &w.replacing));
            }
        }
    }
}
