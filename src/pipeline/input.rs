//! An input is what the user names: a file, a folder, or `-` for standard input. This module finds the files behind the
//! inputs, in an order that never depends on the file system, and gives out the pages in them one at a time.
//!
//! Only a name that leads nowhere is an error, and that before any work. Whatever cannot be read later is a [`Refusal`]
//! with its reason, and the rest is read.

use crate::ingest::container::{self, Emit, Form};
use crate::model::{Moment, Page, Provenance, Refusal};
use crate::{Error, Result};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::ops::ControlFlow::{self, Break, Continue};
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The most bytes of a ZIP on standard input, which is put in a temporary file first: its directory stands at its end.
const SPOOL_LIMIT: u64 = 4 << 30;

/// The name of standard input.
const STDIN: &str = "-";

/// How inputs are read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The encoding of all pages, whatever their transport says (`--encoding`).
    pub encoding: Option<String>,
    /// Folders that are not read where they lie inside an input: the output of the run, above all.
    pub skip: Vec<PathBuf>,
}

/// The inputs of a run.
///
/// ```
/// use korpu::pipeline::input::{Inputs, Options};
/// let folder = tempfile::tempdir().unwrap();
/// std::fs::write(folder.path().join("xeber.html"), "<p>Şəkidə festival başlayıb.</p>").unwrap();
/// let inputs = Inputs::new(&[folder.path().to_owned()], Options::default()).unwrap();
/// assert_eq!(inputs.expected(), Some(1));
/// inputs.for_each(&mut |page| Ok(assert_eq!(page.unwrap().provenance.bytes, 37))).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Inputs {
    roots: Vec<PathBuf>,
    options: Options,
}

/// What a walk over the inputs comes by.
enum Found {
    Stdin,
    File(PathBuf),
    Unreadable(Refusal),
}

impl Inputs {
    /// Takes the inputs in the order they are named.
    ///
    /// # Errors
    /// [`Error::Input`] for the first that does not exist.
    pub fn new(paths: &[PathBuf], options: Options) -> Result<Self> {
        for path in paths.iter().filter(|path| path.as_os_str() != STDIN) {
            // What exists but may not be looked at is refused when its turn comes.
            if let Ok(false) = path.try_exists() {
                let reason = "no such file or folder. Check the spelling and the folder you are in";
                return Err(Error::input(path.to_string_lossy(), reason));
            }
        }
        Ok(Inputs { roots: paths.to_owned(), options })
    }

    /// How many pages and refusals to expect, for a progress bar: a file each. `None` where that cannot be told without
    /// reading: standard input, and containers by their names.
    pub fn expected(&self) -> Option<u64> {
        let mut count = 0;
        let told = self.walk(&mut |found| match found {
            Found::Stdin => Break(()),
            Found::File(path) if is_container(&path) => Break(()),
            Found::File(_) | Found::Unreadable(_) => {
                count += 1;
                Continue(())
            }
        });
        told.is_continue().then_some(count)
    }

    /// Gives every page and every refusal to `visit`, in order; one page is in memory at a time.
    ///
    /// Folders are read recursively, sorted by the bytes of the names. [`container::is_asset`] says what is passed over;
    /// a folder reached twice (by a symbolic link, or named twice) is read once. Files are told by their content.
    ///
    /// # Errors
    /// The first error of `visit`, which ends the reading.
    pub fn for_each(&self, visit: &mut dyn FnMut(std::result::Result<Page, Refusal>) -> Result<()>) -> Result<()> {
        self.read(&mut io::stdin(), visit)
    }

    fn read(
        &self,
        stdin: &mut dyn Read,
        visit: &mut dyn FnMut(std::result::Result<Page, Refusal>) -> Result<()>,
    ) -> Result<()> {
        let mut failure = None;
        let mut emit = |mut one: std::result::Result<Page, Refusal>| {
            if let (Ok(page), Some(encoding)) = (&mut one, &self.options.encoding) {
                page.charset = Some(encoding.clone());
            }
            match visit(one) {
                Ok(()) => Continue(()),
                Err(error) => {
                    failure = Some(error);
                    Break(())
                }
            }
        };
        let _ = self.walk(&mut |found| match found {
            Found::Unreadable(refusal) => emit(Err(refusal)),
            Found::Stdin => {
                let origin = Provenance { path: STDIN.to_owned(), ..Provenance::default() };
                not_nothing(&origin.path, &mut emit, |emit| stream(&mut *stdin, &origin, emit))
            }
            Found::File(path) => not_nothing(&shown(&path), &mut emit, |emit| file(&path, emit)),
        });
        failure.map_or(Ok(()), Err)
    }

    /// Visits the files behind the inputs.
    fn walk(&self, visit: &mut dyn FnMut(Found) -> ControlFlow<()>) -> ControlFlow<()> {
        // Folders to skip count as read already. One that does not exist yet cannot be come by.
        let mut seen: HashSet<PathBuf> = self.options.skip.iter().flat_map(fs::canonicalize).collect();
        for root in &self.roots {
            if root.as_os_str() == STDIN {
                visit(Found::Stdin)?;
            } else if root.is_dir() {
                folder(root, &mut seen, visit)?;
            } else {
                visit(Found::File(root.clone()))?;
            }
        }
        Continue(())
    }
}

/// Visits the files of a folder and of the folders in it. A path has at most some thousand parts (`PATH_MAX`), which
/// bounds the recursion; each folder is visited once, which ends loops of symbolic links.
fn folder(
    path: &Path,
    seen: &mut HashSet<PathBuf>,
    visit: &mut dyn FnMut(Found) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let entries = fs::canonicalize(path).and_then(|real| {
        if !seen.insert(real) {
            return Ok(Vec::new());
        }
        fs::read_dir(path)?.map(|entry| entry.and_then(|e| Ok((e.file_name(), e.file_type()?)))).collect()
    });
    let mut entries: Vec<_> = match entries {
        Ok(entries) => entries,
        Err(error) => return visit(Found::Unreadable(unreadable(path, "folder", &error))),
    };
    entries.sort_by(|(a, _), (b, _)| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    for (name, kind) in entries {
        let child = path.join(&name);
        let kind = if kind.is_symlink() { fs::metadata(&child).map(|target| target.file_type()) } else { Ok(kind) };
        let name = name.to_string_lossy();
        match kind {
            Ok(kind) if kind.is_dir() && container::is_asset(&format!("{name}/")) => {}
            Ok(kind) if kind.is_dir() => folder(&child, seen, visit)?,
            _ if container::is_asset(&name) => {}
            Ok(kind) if kind.is_file() => visit(Found::File(child))?,
            // To open a pipe would wait for its writer for ever.
            Ok(_) => visit(Found::Unreadable(Refusal {
                place: shown(&child),
                reason: "neither a file nor a folder: not read".to_owned(),
            }))?,
            Err(error) => visit(Found::Unreadable(unreadable(&child, "file", &error)))?,
        }
    }
    Continue(())
}

/// Gives out the pages of a file. Pipes and devices that the user names are streams.
fn file(path: &Path, emit: &mut Emit) -> ControlFlow<()> {
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (metadata, mut file) = match opened {
        Ok(opened) => opened,
        Err(error) => return emit(Err(unreadable(path, "file", &error))),
    };
    let mut origin = Provenance { path: shown(path), ..Provenance::default() };
    if !metadata.is_file() {
        return stream(file, &origin, emit);
    }
    origin.fetched = metadata.modified().ok().and_then(|time| {
        let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
        Moment::from_unix(i64::try_from(seconds).ok()?)
    });
    let form = container::peek(&mut file, container::HEAD)
        .map(|(head, _)| container::form(&head))
        .and_then(|form| file.rewind().map(|()| form));
    match form {
        Err(error) => emit(Err(unreadable(path, "file", &error))),
        Ok(Form::Zip) => container::zip::pages(BufReader::new(file), &origin, emit),
        Ok(Form::Single) if metadata.len() > container::PAGE_LIMIT => {
            emit(Err(Refusal { place: origin.path, reason: container::too_large() }))
        }
        Ok(_) => container::pages(file, &origin, emit),
    }
}

/// Gives out the pages of a stream that cannot be rewound.
fn stream(reader: impl Read, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    let refused = |error: io::Error| Err(Refusal { place: origin.path.clone(), reason: error.to_string() });
    let (head, reader) = match container::peek(reader, container::HEAD) {
        Ok(peeked) => peeked,
        Err(error) => return emit(refused(error)),
    };
    if container::form(&head) != Form::Zip {
        return container::pages(reader, origin, emit);
    }
    match spool(reader) {
        Ok(file) => container::zip::pages(BufReader::new(file), origin, emit),
        Err(error) => emit(refused(error)),
    }
}

/// Puts a stream in a temporary file that vanishes with its handle.
fn spool(reader: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    if io::copy(&mut reader.take(SPOOL_LIMIT + 1), &mut file)? > SPOOL_LIMIT {
        let reason = format!("a ZIP over {} GB in a stream. Give it as a file", SPOOL_LIMIT >> 30);
        return Err(io::Error::other(reason));
    }
    file.rewind()?;
    Ok(file)
}

/// Reads a file, and refuses it where it gave neither a page nor a refusal: a file must not vanish without a word.
fn not_nothing(path: &str, emit: &mut Emit, read: impl FnOnce(&mut Emit) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut nothing = true;
    read(&mut |one| {
        nothing = false;
        emit(one)
    })?;
    if nothing {
        let reason = "no page in it: nothing in this container is HTML, plain text or Markdown fetched with success";
        return emit(Err(Refusal { place: path.to_owned(), reason: reason.to_owned() }));
    }
    Continue(())
}

fn unreadable(path: &Path, what: &str, error: &io::Error) -> Refusal {
    let next = match error.kind() {
        io::ErrorKind::PermissionDenied => ". Allow yourself to read it",
        _ => "",
    };
    Refusal { place: shown(path), reason: format!("the {what} cannot be read: {error}{next}") }
}

/// Whether a file is a container by its name.
fn is_container(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    [".warc", ".gz", ".zip", ".wacz"].iter().any(|ending| name.ends_with(ending))
}

/// A path as text, `/` between its parts on every system.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(MAIN_SEPARATOR_STR, "/")
}
