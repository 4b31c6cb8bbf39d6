//! Charts: plain SVG whose every figure is a link to the list behind it.

use super::answer::figure;
use askama::Template;

/// A chart of horizontal bars, each with a name.
#[derive(Template)]
#[template(path = "bars.html")]
pub(super) struct Bars {
    title: String,
    height: usize,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    figure: String,
    address: String,
    y: usize,
    width: usize,
}

/// A chart of columns along an axis; in each, what is done stands on what is open.
#[derive(Template)]
#[template(path = "columns.html")]
pub(super) struct Columns {
    title: String,
    columns: Vec<Column>,
    /// The names of the first and the last column.
    ends: [String; 2],
    width: usize,
}

struct Column {
    label: String,
    address: String,
    x: usize,
    width: usize,
    open: usize,
    top: usize,
    done: usize,
    done_top: usize,
}

/// The length of the longest bar.
const LENGTH: usize = 300;
/// From one bar to the next.
const LINE: usize = 26;
/// The height of the highest column.
const HEIGHT: usize = 120;
/// How wide a chart of columns is.
const WIDTH: usize = 600;

impl Bars {
    /// A bar for each name, number and address.
    pub fn new(title: &str, rows: Vec<(String, usize, String)>) -> Bars {
        let most = rows.iter().map(|(_, number, _)| *number).max().unwrap_or(0).max(1);
        let bar = |(n, (label, number, address)): (usize, (String, usize, String))| Bar {
            label,
            figure: figure(number),
            address,
            y: n * LINE,
            width: (number * LENGTH).div_ceil(most),
        };
        let bars: Vec<Bar> = rows.into_iter().enumerate().map(bar).collect();
        Bars { title: title.to_owned(), height: bars.len() * LINE, bars }
    }
}

impl Columns {
    /// A column for each label, number of open and of done things, and address. `ends` are written below the first and the last.
    pub fn new(title: &str, rows: Vec<(String, [usize; 2], String)>, ends: [String; 2]) -> Columns {
        let most = rows.iter().map(|(_, [open, done], _)| open + done).max().unwrap_or(0).max(1);
        let step = (WIDTH / rows.len().max(1)).max(1);
        let column = |(n, (label, [open, done], address)): (usize, (String, [usize; 2], String))| {
            let (open, done) = ((open * HEIGHT).div_ceil(most), (done * HEIGHT).div_ceil(most));
            let done_top = HEIGHT.saturating_sub(open + done);
            Column {
                label,
                address,
                x: n * step,
                width: step.saturating_sub(1).max(1),
                open,
                top: HEIGHT.saturating_sub(open),
                done,
                done_top,
            }
        };
        let width = WIDTH.max(rows.len() * step);
        let columns = rows.into_iter().enumerate().map(column).collect();
        Columns { title: title.to_owned(), columns, ends, width }
    }
}
