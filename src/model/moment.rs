use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A date as precise as the page gave it: a day, a day and a time, a time with its zone.
///
/// It prints and parses as ISO 8601 (the W3C forms that TEI `@when` takes):
///
/// ```
/// use korpu::model::Moment;
/// let moment: Moment = "2017-11-19T19:32:00+04:00".parse().unwrap();
/// assert_eq!(moment.utc().to_string(), "2017-11-19T15:32:00Z");
/// assert_eq!("2017-11-20".parse::<Moment>().unwrap().to_string(), "2017-11-20");
/// assert!("2017-02-30".parse::<Moment>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    /// Year, 1 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, minute, second, where the page gives a time.
    pub time: Option<(u8, u8, u8)>,
    /// Minutes east of UTC, where the page gives a zone.
    pub offset: Option<i16>,
}

impl Moment {
    /// The day, without a time; `None` where there is no such day.
    pub fn date(year: i16, month: u8, day: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        real.then_some(Moment { year, month, day, time: None, offset: None })
    }

    /// The same day at a time; `None` where there is no such time.
    pub fn at(self, hour: u8, minute: u8, second: u8) -> Option<Self> {
        (hour < 24 && minute < 60 && second < 60).then_some(Moment { time: Some((hour, minute, second)), ..self })
    }

    /// The same moment with its zone, minutes east of UTC (at most 14 hours); `None` beyond.
    pub fn zone(self, minutes: i16) -> Option<Self> {
        (self.time.is_some() && minutes.abs() <= 14 * 60).then_some(Moment { offset: Some(minutes), ..self })
    }

    /// From seconds since 1970-01-01T00:00:00Z.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(i32::try_from(day).ok()?);
        let year = i16::try_from(year).ok()?;
        Moment::date(year, month, day)?
            .at((second / 3600) as u8, (second / 60 % 60) as u8, (second % 60) as u8)?
            .zone(0)
    }

    /// Days since 1970-01-01 of the date as printed, the zone aside.
    pub fn day_number(self) -> i32 {
        days(self.year.into(), self.month, self.day)
    }

    /// Seconds since 1970-01-01T00:00:00Z; a missing time is midnight, a missing zone UTC.
    pub fn unix(self) -> i64 {
        let (h, m, s) = self.time.unwrap_or_default();
        i64::from(self.day_number()) * 86_400 + i64::from(h) * 3600 + i64::from(m) * 60 + i64::from(s)
            - i64::from(self.offset.unwrap_or(0)) * 60
    }

    /// The same moment in UTC. Moments without a time stay days.
    pub fn utc(self) -> Self {
        match self.time {
            Some(_) => Moment::from_unix(self.unix()).unwrap_or(self),
            None => self,
        }
    }

    /// `YYYYMMDDThhmmssZ`, the form of TMX.
    pub fn tmx(self) -> String {
        let utc = self.utc();
        let (h, m, s) = utc.time.unwrap_or_default();
        format!("{:04}{:02}{:02}T{h:02}{m:02}{s:02}Z", utc.year, utc.month, utc.day)
    }
}

fn days_in(year: i16, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i32, month: u8, day: u8) -> i32 {
    let y = year - i32::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * ((i32::from(month) + 9) % 12) + 2) / 5 + i32::from(day) - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// The inverse of [`days`].
fn civil(day: i32) -> (i32, u8, u8) {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = ((mp + 2) % 12 + 1) as u8;
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year as i32, month, (doy - (153 * mp + 2) / 5 + 1) as u8)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?;
        if let Some((h, m, s)) = self.time {
            write!(f, "T{h:02}:{m:02}:{s:02}")?;
        }
        match self.offset {
            Some(0) => f.write_str("Z"),
            Some(o) => {
                let sign = if o < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", o.abs() / 60, o.abs() % 60)
            }
            None => Ok(()),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    /// Reads ISO 8601 as pages write it: `2017-11-20`, `2017-11-20T19:18`, `2017-11-20 19:18:05.120+0400`, `...Z`.
    fn from_str(s: &str) -> Result<Self, String> {
        parse(s.trim()).ok_or_else(|| format!("{s:?} is no date of ISO 8601"))
    }
}

fn parse(s: &str) -> Option<Moment> {
    let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse::<u16>().ok())?;
    let year = number(s.get(..4)?)? as i16;
    if s.get(4..5)? != "-" || s.get(7..8)? != "-" {
        return None;
    }
    let date = Moment::date(year, number(s.get(5..7)?)? as u8, number(s.get(8..10)?)? as u8)?;
    let rest = s.get(10..)?;
    if rest.is_empty() {
        return Some(date);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    let hour = number(rest.get(..2)?)? as u8;
    let minute = number(rest.get(3..5)?)? as u8;
    let mut rest = rest.get(5..)?;
    let mut second = 0;
    if let Some(tail) = rest.strip_prefix(':') {
        second = number(tail.get(..2)?)? as u8;
        rest = tail.get(2..)?.trim_start_matches(|c: char| c == '.' || c == ',' || c.is_ascii_digit());
    }
    let moment = date.at(hour, minute, second.min(59))?;
    match rest.trim() {
        "" => Some(moment),
        "Z" | "z" => moment.zone(0),
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let digits: String = zone.get(1..)?.chars().filter(|c| *c != ':').collect();
            let hours = number(digits.get(..2)?)? as i16;
            let minutes = digits.get(2..4).and_then(number).unwrap_or(0) as i16;
            zone.starts_with(['+', '-']).then(|| moment.zone(sign * (hours * 60 + minutes)))?
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> String {
        moment.to_string()
    }
}
