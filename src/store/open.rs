use super::{Store, explain};
use crate::error::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The format this release writes and reads. A change of `schema.sql` is a new version.
const VERSION: i64 = 3;

/// `korp` in ASCII: what says in the head of an SQLite file that it is a store of korpu.
const APPLICATION_ID: i64 = 0x6b6f_7270;

const SCHEMA: &str = include_str!("schema.sql");

/// What stands below a line of the schema that begins so is new in the version that it names.
const SINCE: &str = "-- Since version ";

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than the number of different statements in this module, so that each is prepared once.
const STATEMENTS: usize = 64;

/// * `synchronous = NORMAL`: in WAL mode a killed process loses nothing committed; a power cut may undo the last
///   transactions, and the next run does them again.
/// * `cache_size` in KiB when negative: memory does not grow with the store; nor do `mmap_size` and `temp_store` let it.
const SETTINGS: &str = "PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -16384;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = FILE;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;";

/// What is different for a connection that only reads a little.
const READER: &str = "PRAGMA cache_size = -4096; PRAGMA query_only = ON;";

impl Store {
    /// Opens the store of this path, or makes one where there is no file or an empty one.
    ///
    /// Fails where the file is no store of korpu ([`Error::Store`]) or one of a later format ([`Error::NewerStore`]); such
    /// a file is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        let mut store = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        let new = store.is_blank()?;
        let found = if new { VERSION } else { store.check_format()? };
        store.read(|db| db.execute_batch(SETTINGS))?;
        store.upgrade(found)?;
        if new {
            store.write(|db| {
                db.execute_batch(SCHEMA)?;
                db.pragma_update(None, "application_id", APPLICATION_ID)?;
                db.pragma_update(None, "user_version", VERSION)
            })?;
        }
        store.upgrade(found)?;
        Ok(store)
    }

    /// Opens a store that is there already; fails as [`Store::open`] does, and where there is none.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        if !path.exists() {
            let reason = "there is no such store. Make one with `korpu run INPUT... -o OUT`".into();
            return Err(Error::Store { path: path.to_owned(), reason });
        }
        let mut store = connect(path, OpenFlags::empty())?;
        let found = store.check_format()?;
        store.read(|db| db.execute_batch(SETTINGS))?;
        store.upgrade(found)?;
        Ok(store)
    }

    /// Another connection to the store of this path, for a thread that reads a little of it; fails as
    /// [`Store::open_existing`] does.
    ///
    /// There is one of these a thread, so that its cache is kept to a quarter of a writer's: on two threads pairing 10,000
    /// documents takes 41 MB with it.
    pub fn reader(path: impl AsRef<Path>) -> Result<Store> {
        let store = Store::open_existing(path)?;
        store.read(|db| db.execute_batch(READER))?;
        Ok(store)
    }

    /// Whether nobody has written anything to the file; so too after a run that was killed while it made the store.
    fn is_blank(&self) -> Result<bool> {
        self.read(|db| {
            let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            Ok(tables == 0 && number(db, "application_id")? == 0 && number(db, "user_version")? == 0)
        })
    }

    /// Gives a store of an earlier format the tables that it lacks. Nothing in it changes.
    fn upgrade(&mut self, found: i64) -> Result<()> {
        if found == VERSION {
            return Ok(());
        }
        self.write(|db| {
            // Another program may have been faster.
            if number(db, "user_version")? == found {
                db.execute_batch(later_than(found))?;
                db.pragma_update(None, "user_version", VERSION)?;
            }
            Ok(())
        })
    }

    /// The format version of the file, where this release reads it.
    fn check_format(&self) -> Result<i64> {
        let (id, found) = self.read(|db| Ok((number(db, "application_id")?, number(db, "user_version")?)))?;
        let path = self.path.clone();
        match found {
            _ if id != APPLICATION_ID => {
                let reason =
                    "this is an SQLite file, but no korpu store. Name another file, or move this one away".into();
                Err(Error::Store { path, reason })
            }
            1..=VERSION => Ok(found),
            _ if found > VERSION => Err(Error::NewerStore { path, found, known: VERSION }),
            _ => {
                let reason =
                    format!("the store has format version {found}, which never was. Build it anew with `korpu run`");
                Err(Error::Store { path, reason })
            }
        }
    }
}

/// What the schema has that a store of an earlier version has not.
fn later_than(version: i64) -> &'static str {
    let since = format!("{SINCE}{} ", version + 1);
    SCHEMA.split_once(since.as_str()).map_or("", |(_, later)| later.trim_start_matches('-'))
}

/// Opens the file without reading it. SQLite gives a meaning to some names, such as `:memory:`, `file:...` and the empty
/// one; an absolute path is always a file.
fn connect(path: &Path, flags: OpenFlags) -> Result<Store> {
    let file = std::path::absolute(path).map_err(|e| Error::io(path, e))?;
    let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags).map_err(|e| explain(path, e))?;
    db.busy_timeout(PATIENCE).map_err(|e| explain(path, e))?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without the "query planner stability guarantee" SQLite plans a query anew whenever its LIMIT is bound, which took
    // four fifths of the time of `postings` and `frequency`.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|e| explain(path, e))?;
    Ok(Store { db, path: path.to_owned() })
}

fn number(db: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, pragma, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, new_store};
    use super::*;

    fn message(result: Result<Store>) -> String {
        result.unwrap_err().to_string()
    }

    /// The statements that made the store, those of the tables behind FTS5 aside: they belong to SQLite.
    fn schema(store: &Store) -> String {
        let sql = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema
            WHERE sql IS NOT NULL AND name NOT LIKE 'search\\_%' ESCAPE '\\' ORDER BY name)";
        store.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_store_of_an_earlier_version_gets_the_new_tables_and_keeps_what_it_holds() {
        check_upgrade(1, VERSION_1);
        check_upgrade(2, VERSION_2);
    }

    #[track_caller]
    fn check_upgrade(version: i64, fingerprint: &str) {
        let (_folder, mut store) = new_store();
        let (path, expected) = (store.path().to_owned(), schema(&store));
        store.add(vec![entry(document("d1", "az", "Bir cümlə."))]).unwrap();
        let since = later_than(version);
        let made = since.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next()).rev();
        let drop: String = made.map(|table| format!("DROP TABLE {table};")).collect();
        let indices = since.lines().filter_map(|line| line.strip_prefix("CREATE INDEX ")?.split(' ').next());
        let drop: String = indices.map(|index| format!("DROP INDEX {index};")).chain([drop]).collect();
        store.db.execute_batch(&drop).unwrap();
        store.db.pragma_update(None, "user_version", version).unwrap();
        assert_eq!(blake3::hash(schema(&store).as_bytes()).to_hex().as_str(), fingerprint);
        std::mem::drop(store);
        let store = Store::open_existing(&path).unwrap();
        assert_eq!(schema(&store), expected);
        assert_eq!(store.document_ids().unwrap(), ["d1"]);
        assert_eq!(number(&store.db, "user_version").unwrap(), VERSION);
    }

    /// The tables of the stores that release 0.1 wrote.
    const VERSION_1: &str = "d47b44c3ef194c710833349488cfd6302f838ed507c9375afc2e0f05ef63dc09";

    /// Those of the stores that were written before reviewers could cut sentences.
    const VERSION_2: &str = "6f7f6c256e081c479e284a062200275efa21e8fdb2c6a1f334f92f0a38e0898d";

    #[test]
    fn the_schema_of_version_3_is_what_it_was() {
        let (_folder, store) = new_store();
        let fingerprint = blake3::hash(schema(&store).as_bytes()).to_hex();
        assert_eq!(
            (VERSION, fingerprint.as_str()),
            (3, "2af475217159f6f944290d4bf595928bf6da0a48e7484b33e27157367666d301"),
            "stores with the old tables are out there: a change of schema.sql needs a new VERSION"
        );
    }

    #[test]
    fn the_documentation_names_every_table_and_column() {
        let (_folder, store) = new_store();
        let documentation = include_str!("../../schemas/store.md");
        let sql = "SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c
            WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'search\\_%' ESCAPE '\\'";
        let mut statement = store.db.prepare(sql).unwrap();
        let columns = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        for (table, column) in columns.unwrap().map(|c: rusqlite::Result<(String, String)>| c.unwrap()) {
            let section = documentation.split("\n### ").find(|s| s.starts_with(&format!("`{table}`")));
            let section = section.unwrap_or_else(|| panic!("no section `{table}` in schemas/store.md"));
            assert!(
                section.contains(&format!("`{column}`")),
                "no `{column}` in the section `{table}` of schemas/store.md"
            );
        }
    }

    #[test]
    fn what_was_written_is_there_when_opened_again() {
        let (_folder, mut store) = new_store();
        let path = store.path().to_owned();
        store.add(vec![entry(document("d1", "az", "Bir cümlə."))]).unwrap();
        drop(store);
        assert_eq!(Store::open(&path).unwrap().document_ids().unwrap(), ["d1"]);
        assert_eq!(Store::open_existing(&path).unwrap().document_ids().unwrap(), ["d1"]);
    }

    #[test]
    fn a_store_of_a_later_format_is_refused_with_both_versions() {
        let (_folder, store) = new_store();
        let path = store.path().to_owned();
        store.db.pragma_update(None, "user_version", 99).unwrap();
        drop(store);
        for result in [Store::open(&path), Store::open_existing(&path)] {
            assert!(matches!(result, Err(Error::NewerStore { found: 99, known: VERSION, .. })), "{result:?}");
        }
    }

    #[test]
    fn a_file_that_is_no_store_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        let text = "Bu, mətn faylıdır, baza deyil.\n".repeat(100);
        std::fs::write(&path, &text).unwrap();
        for result in [Store::open(&path), Store::open_existing(&path)] {
            let message = message(result);
            assert!(message.contains("notes.txt: this is no korpu store. Name another file"), "{message}");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn an_sqlite_file_of_another_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(message(Store::open(&path)).contains("but no korpu store"));
    }

    #[test]
    fn an_absent_store_a_folder_and_an_absent_folder_say_what_next() {
        let folder = tempfile::tempdir().unwrap();
        assert!(message(Store::open_existing(folder.path().join("no.korpu"))).contains("Make one with `korpu run"));
        assert!(message(Store::open(folder.path())).contains("is it a file"));
        assert!(message(Store::open(folder.path().join("no/no.korpu"))).contains("Is its folder there"));
        assert!(Store::open("").is_err());
    }
}
