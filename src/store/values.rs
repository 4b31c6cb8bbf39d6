//! How our nouns are written in a column: languages as BCP 47, moments as ISO 8601, kinds and levels as words, lists as
//! JSON.

use crate::language::Lang;
use crate::model::{BlockKind, Form, Level, Moment, PairKind, Recovery};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, de::DeserializeOwned};

impl ToSql for Lang {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Lang {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|e: String| FromSqlError::Other(e.into()))
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|e: String| FromSqlError::Other(e.into()))
    }
}

impl ToSql for Level {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Level {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        named(value, &[Level::Paragraph, Level::Sentence], Level::name)
    }
}

impl ToSql for Form {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Form {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        named(value, &[Form::Direct, Form::Mixed, Form::Indirect, Form::Headline], Form::name)
    }
}

impl ToSql for Recovery {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Recovery {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        named(value, &[Recovery::Reopened, Recovery::Unclosed, Recovery::Misplaced], Recovery::name)
    }
}

impl ToSql for BlockKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for BlockKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        use BlockKind::*;
        named(value, &[Paragraph, Title, Heading, Item, Quote, Caption], BlockKind::name)
    }
}

impl ToSql for PairKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(pair_kind(*self).into())
    }
}

impl FromSql for PairKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        named(value, &[PairKind::Version, PairKind::Witness, PairKind::Event], pair_kind)
    }
}

fn pair_kind(kind: PairKind) -> &'static str {
    match kind {
        PairKind::Version => "version",
        PairKind::Witness => "witness",
        PairKind::Event => "event",
    }
}

/// The one of `all` that has the name in the column.
fn named<T: Copy>(value: ValueRef<'_>, all: &[T], name: fn(T) -> &'static str) -> FromSqlResult<T> {
    let word = value.as_str()?;
    all.iter().copied().find(|one| name(*one) == word).ok_or_else(|| FromSqlError::Other(format!("{word:?}").into()))
}

/// A list as a JSON array, which other tools take apart with SQLite's own `json_each`.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_string(&self.0).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
        Ok(json.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Json).map_err(|e| FromSqlError::Other(e.into()))
    }
}

/// A number of things. SQLite's integers are signed and so half as large.
pub(super) struct Size<T>(pub(super) T);

impl<T: Copy + TryInto<i64>> ToSql for Size<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let size = self.0.try_into().map_err(|_| rusqlite::Error::ToSqlConversionFailure("beyond 2^63".into()))?;
        Ok(size.into())
    }
}

impl<T: TryFrom<i64>> FromSql for Size<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let size = value.as_i64()?;
        T::try_from(size).map(Size).map_err(|_| FromSqlError::OutOfRange(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn check<T: ToSql + FromSql + PartialEq + std::fmt::Debug>(value: T, column: &str) {
        let db = Connection::open_in_memory().unwrap();
        let select = "SELECT ?1, ?1";
        let found: (T, String) = db.query_row(select, [&value], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(found, (value, column.to_owned()));
    }

    #[test]
    fn nouns_are_readable_words_and_come_back() {
        check(Lang::parse("az-Cyrl").unwrap(), "az-Cyrl");
        check(Lang::UNKNOWN, "und");
        check("2017-11-20T19:18:00+04:00".parse::<Moment>().unwrap(), "2017-11-20T19:18:00+04:00");
        check("0987-01-02".parse::<Moment>().unwrap(), "0987-01-02");
        check(Level::Sentence, "sentence");
        check(Level::Paragraph, "paragraph");
        check(PairKind::Version, "version");
        check(PairKind::Witness, "witness");
        check(PairKind::Event, "event");
    }

    #[test]
    fn the_names_of_kinds_are_those_of_json() {
        use BlockKind::*;
        for kind in [Title, Heading, Paragraph, Item, Quote, Caption] {
            check(kind, serde_json::to_value(kind).unwrap().as_str().unwrap());
        }
    }

    #[test]
    fn a_word_nobody_wrote_is_an_error() {
        let db = Connection::open_in_memory().unwrap();
        assert!(db.query_row("SELECT 'novel'", [], |row| row.get::<_, PairKind>(0)).is_err());
        assert!(db.query_row("SELECT 'not a tag'", [], |row| row.get::<_, Lang>(0)).is_err());
    }
}
