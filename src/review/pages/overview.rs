use super::super::answer::{Answer, Frame, figure};
use super::super::chart::{Bars, Columns};
use super::super::visit::{Visit, address};
use crate::error::Result;
use crate::model::Moment;
use crate::store::Store;
use askama::Template;

/// The overview: how much of everything there is, and where to look at it.
#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    frame: Frame<'a>,
    figures: Vec<Figure>,
    languages: Bars,
    outlets: Bars,
    times: Columns,
    confidences: Columns,
}

struct Figure {
    name: &'static str,
    number: String,
    address: &'static str,
}

/// The largest outlets are shown; the list of documents has all.
const OUTLETS: usize = 12;
/// The time line has no more columns.
const COLUMNS: usize = 60;
/// Beads of less confidence wait to be looked at: one in ten of them is wrong (as in the report).
pub(super) const SURE: u16 = 900;

pub(in super::super) fn page(visit: &Visit, _: &Store) -> Result<Answer> {
    let counted = visit.app.counted()?;
    let (w, counts) = (visit.words(), &counted.counts);
    let open: usize = counted.certainty.iter().filter(|s| s.thousandth < SURE).map(|s| s.open).sum();
    let reviewed: usize = counted.certainty.iter().map(|s| s.reviewed).sum();
    let figures = [
        Figure { name: "documents", number: figure(counts.documents), address: "/documents" },
        Figure { name: "works", number: figure(counts.works), address: "/works" },
        Figure { name: "quotes", number: figure(counts.quotes), address: "/quotes" },
        Figure { name: "unpaired", number: figure(counted.overview.unpaired), address: "/documents?unpaired=1" },
        Figure { name: "refused", number: figure(counts.refusals), address: "/refusals" },
        Figure { name: "waiting", number: figure(open), address: "/queue" },
        Figure { name: "reviewed", number: figure(reviewed), address: "/decisions" },
    ];
    let list = |name: &str, value: &str| address("/documents", [(name, value)]);
    let languages =
        counts.languages.iter().map(|(lang, n)| (lang.to_string(), *n, list("lang", lang.as_str()))).collect();
    let outlets =
        counted.overview.outlets.iter().take(OUTLETS).map(|(name, n)| (short(name), *n, list("outlet", name)));
    Answer::page(&Overview {
        figures: figures.into(),
        languages: Bars::new(w.t("languages"), languages),
        outlets: Bars::new(w.t("outlets"), outlets.collect()),
        times: times(w.t("time_line"), &counted.overview.days),
        confidences: confidences(visit, &counted.certainty),
        frame: visit.frame(w.t("overview"), "overview"),
    })
}

/// A name that fits beside its bar.
fn short(name: &str) -> String {
    const LETTERS: usize = 22;
    let name = super::clean(name);
    match name.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name,
    }
}

/// Documents by stretches of days, as few days long as there is room for.
fn times(title: &str, days: &[(i32, usize)]) -> Columns {
    let (Some((first, _)), Some((last, _))) = (days.first().copied(), days.last().copied()) else {
        return Columns::new(title, Vec::new(), [String::new(), String::new()]);
    };
    let date = |day: i32| {
        let moment = Moment::from_unix(i64::from(day) * 86_400);
        moment.map(|m| super::day(&m.to_string())).unwrap_or_default()
    };
    // Pages claim dates as they like: the distance of two may be as large as a number can be.
    let length = (i64::from(last) - i64::from(first)) / COLUMNS as i64 + 1;
    let place = |day: i32| ((i64::from(day) - i64::from(first)) / length) as usize;
    let mut numbers = vec![0; place(last) + 1];
    days.iter().for_each(|(day, n)| numbers[place(*day)] += n);
    let column = |(n, number): (usize, usize)| {
        let from = i64::from(first) + n as i64 * length;
        let (from, to) = (date(from as i32), date((from + length - 1).min(i64::from(last)) as i32));
        let address = address("/documents", [("from", from.as_str()), ("to", to.as_str())]);
        let span = if from == to { from } else { format!("{from} – {to}") };
        (format!("{span}: {}", figure(number)), [number, 0], address)
    };
    let columns = numbers.into_iter().enumerate().map(column).collect();
    Columns::new(title, columns, [date(first), date(last)])
}

/// Beads by tenths of confidence.
fn confidences(visit: &Visit, certainty: &[crate::store::Step]) -> Columns {
    let mut tenths = vec![[0; 2]; 10];
    for step in certainty {
        let [open, done] = &mut tenths[usize::from(step.thousandth / 100).min(9)];
        *open += step.open;
        *done += step.reviewed;
    }
    let w = visit.words();
    let column = |(n, [open, done]): (usize, [usize; 2])| {
        let (from, to) = (format!("0.{n}"), if n == 9 { "1.1".to_owned() } else { format!("0.{}", n + 1) });
        let address = address("/queue", [("from", from.as_str()), ("to", to.as_str())]);
        let (open_text, done_text) = (w.with("open_beads", figure(open)), w.with("reviewed_beads", figure(done)));
        (format!("{} – {} %: {open_text}, {done_text}", n * 10, n * 10 + 10), [open, done], address)
    };
    let columns = tenths.into_iter().enumerate().map(column).collect();
    Columns::new(w.t("confidence"), columns, ["0 %".into(), "100 %".into()])
}
