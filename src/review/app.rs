use super::Config;
use super::words::Words;
use crate::error::{Error, Result};
use crate::model::Moment;
use crate::pipeline::{self, Learned, Options};
use crate::store::{Counts, Forms, Overview, Step, Store};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;

/// What all answers share: the store, who reviews, and the languages of the interface.
#[derive(Debug)]
pub(super) struct App {
    path: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// What a browser must know to be answered.
    pub token: String,
    pub reviewer: String,
    pub read_only: bool,
    pub options: Options,
    /// What the store teaches of words, where it was asked to.
    pub learned: Learned,
    pub words: Vec<Words>,
    /// Connections for reading that nobody uses now.
    idle: Mutex<Vec<Store>>,
    /// The one connection for writing: decisions are made one after the other.
    writer: Mutex<Store>,
    counting: Mutex<Counting>,
    /// Told when a count is done.
    done: Condvar,
    /// As many pages are made at once as there are cores; the others wait their turn, and a decision never waits for them.
    pub turns: Semaphore,
}

/// What was counted, and the connection that tells whether it still holds.
#[derive(Debug)]
struct Counting {
    /// Away while somebody counts.
    store: Option<Store>,
    stamp: i64,
    counted: Arc<Counted>,
    /// When the last count ended, and how long it took.
    ended: SystemTime,
    took: Duration,
}

/// A page waits no longer for figures: in a large store they may be those of a moment ago.
const PATIENCE: Duration = Duration::from_millis(20);

/// After a count that nobody would have waited for, the store is let alone for so many times as long: while somebody corrects, there is
/// always something to count.
const REST: u32 = 9;

/// What takes a look at the whole store to know.
#[derive(Debug)]
pub(super) struct Counted {
    pub counts: Counts,
    pub overview: Overview,
    pub certainty: Vec<Step>,
    /// Who is quoted most and how, and which outlets quote.
    pub forms: [Vec<Forms>; 2],
}

/// So many speakers and outlets are shown.
const FREQUENT: usize = 12;

impl App {
    pub fn new(config: Config, writer: Store, address: SocketAddr) -> Result<App> {
        let store = Store::reader(&config.store)?;
        let (stamp, start) = (store.stamp()?, SystemTime::now());
        let counted = Arc::new(count(&store)?);
        let counting = Counting { store: Some(store), stamp, counted, ended: SystemTime::now(), took: since(start) };
        Ok(App {
            address,
            token: token()?,
            reviewer: config.reviewer,
            read_only: config.read_only,
            learned: pipeline::learned(&writer, &config.options)?,
            words: Words::all(config.options.knowledge.languages)?,
            options: config.options,
            idle: Mutex::default(),
            writer: Mutex::new(writer),
            counting: Mutex::new(counting),
            done: Condvar::new(),
            turns: Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)),
            path: config.store,
        })
    }

    pub fn store_path(&self) -> &Path {
        &self.path
    }

    /// Calls `look` with a connection of its own to the store as it is at one moment.
    pub fn read<T>(&self, look: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        let store = match lock(&self.idle).pop() {
            Some(store) => store,
            None => Store::reader(&self.path)?,
        };
        let found = store.snapshot(look);
        lock(&self.idle).push(store);
        found
    }

    /// The store for writing; whoever else wants to write waits.
    pub fn writer(&self) -> MutexGuard<'_, Store> {
        lock(&self.writer)
    }

    /// What is known of the whole store. When somebody has written to it, it is counted anew beside, and waited for only so long.
    pub fn counted(self: &Arc<App>) -> Result<Arc<Counted>> {
        let mut counting = lock(&self.counting);
        let is_slow = counting.took > PATIENCE;
        if is_slow && since(counting.ended) < counting.took * REST {
            return Ok(counting.counted.clone());
        }
        let stamp = counting.store.as_ref().map(Store::stamp).transpose()?.unwrap_or(counting.stamp);
        if stamp == counting.stamp && counting.store.is_some() {
            return Ok(counting.counted.clone());
        }
        if let Some(store) = counting.store.take() {
            let app = self.clone();
            std::thread::spawn(move || {
                let start = SystemTime::now();
                let fresh = count(&store);
                let mut counting = lock(&app.counting);
                (counting.ended, counting.took) = (SystemTime::now(), since(start));
                if let Ok(fresh) = fresh {
                    (counting.stamp, counting.counted) = (stamp, Arc::new(fresh));
                }
                counting.store = Some(store);
                app.done.notify_all();
            });
        }
        if is_slow {
            return Ok(counting.counted.clone());
        }
        let until = |counting: &mut Counting| counting.store.is_none();
        let (counting, _) =
            self.done.wait_timeout_while(counting, PATIENCE, until).unwrap_or_else(PoisonError::into_inner);
        Ok(counting.counted.clone())
    }

    /// The time of the clock, in UTC.
    pub fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // No clock of this millennium is beyond the year 9999.
        Moment::from_unix(since.as_secs() as i64).unwrap_or(Moment {
            year: 9999,
            month: 12,
            day: 31,
            time: None,
            offset: None,
        })
    }
}

/// How long ago something was; very long where the clock was set back since.
fn since(moment: SystemTime) -> Duration {
    moment.elapsed().unwrap_or(Duration::from_secs(3600))
}

fn count(store: &Store) -> Result<Counted> {
    store.snapshot(|store| {
        Ok(Counted {
            counts: store.counts()?,
            overview: store.overview()?,
            certainty: store.certainty()?,
            forms: store.quoted_forms(FREQUENT)?,
        })
    })
}

/// What a panic left locked still guards whole values: a store, a list of stores.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 128 bits that nobody can guess, as 32 hexadecimal digits.
fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::input("the system's random numbers", e.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
