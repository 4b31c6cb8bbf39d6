use super::Store;
use super::values::Size;
use crate::error::Result;

/// What a store holds, outlet by outlet and day by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// The outlets with their numbers of documents, the largest first.
    pub outlets: Vec<(String, usize)>,
    /// The days of publication, in days since 1970-01-01, with their numbers of documents; in order.
    pub days: Vec<(i32, usize)>,
    /// How many documents are in no pair.
    pub unpaired: usize,
}

impl Store {
    /// What the store holds, outlet by outlet and day by day.
    pub fn overview(&self) -> Result<Overview> {
        self.read(|db| {
            let outlets = db
                .prepare_cached(
                    "SELECT outlet, count(*) AS documents FROM document WHERE current AND outlet IS NOT NULL
                    GROUP BY outlet ORDER BY documents DESC, outlet",
                )?
                .query_map([], |row| row.get(1).and_then(|Size(n)| Ok((row.get(0)?, n))))?
                .collect::<rusqlite::Result<_>>()?;
            let days = db
                .prepare_cached(
                    "SELECT day, count(*) FROM document WHERE current AND day IS NOT NULL GROUP BY day ORDER BY day",
                )?
                .query_map([], |row| row.get(1).and_then(|Size(n)| Ok((row.get(0)?, n))))?
                .collect::<rusqlite::Result<_>>()?;
            let Size(unpaired) = db
                .prepare_cached(
                    "SELECT count(*) FROM document WHERE current AND NOT EXISTS (SELECT 1 FROM pair WHERE source = id)
                        AND NOT EXISTS (SELECT 1 FROM pair WHERE target = id)",
                )?
                .query_row([], |row| row.get(0))?;
            Ok(Overview { outlets, days, unpaired })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, full_document, new_store, signed};
    use super::*;

    #[test]
    fn outlets_days_and_what_is_alone_are_counted() {
        let (_folder, mut store) = new_store();
        let batch = vec![
            signed(full_document("d1"), Some(7), &[1]),
            signed(document("d2", "az", "Bir."), Some(7), &[2]),
            signed(document("d3", "az", "İki."), None, &[3]),
        ];
        store.add(batch).unwrap();
        let overview = Overview { outlets: vec![("Xəzər Xəbər".into(), 1)], days: vec![(7, 2)], unpaired: 3 };
        assert_eq!(store.overview().unwrap(), overview);
    }
}
