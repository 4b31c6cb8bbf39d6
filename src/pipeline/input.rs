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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn written(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    /// Places of pages, and places of refusals with their reasons, relative to the folder.
    fn found(folder: &Path, inputs: &Inputs, stdin: &[u8]) -> Vec<String> {
        let mut out = Vec::new();
        let visit = &mut |one: std::result::Result<Page, Refusal>| {
            let text = match one {
                Ok(page) => page.provenance.place(),
                Err(refusal) => format!("{}: {}", refusal.place, refusal.reason),
            };
            out.push(text.replace(&format!("{}/", shown(folder)), ""));
            Ok(())
        };
        inputs.read(&mut Cursor::new(stdin), visit).unwrap();
        out
    }

    fn inputs(paths: &[&Path]) -> Inputs {
        Inputs::new(&paths.iter().map(|path| path.to_path_buf()).collect::<Vec<_>>(), Options::default()).unwrap()
    }

    fn check(files: &[(&str, &[u8])], expected: &[&str]) {
        let folder = written(files);
        let inputs = inputs(&[folder.path()]);
        assert_eq!(found(folder.path(), &inputs, b""), expected);
    }

    const WARC: &[u8] =
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:a>\r\nContent-Type: text/html\r\n\
        Content-Length: 4\r\n\r\n<p>x\r\n\r\n";

    fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, ::zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn folders_are_read_in_the_order_of_bytes() {
        check(
            &[
                ("ə.html", b"<p>x"),
                ("b.html", b"<p>x"),
                ("B.html", b"<p>x"),
                ("a/2.txt", b"x"),
                ("a/10.txt", b"x"),
                ("a.html", b"<p>x"),
                ("z/y/x/w.md", b"x"),
            ],
            &["B.html", "a/10.txt", "a/2.txt", "a.html", "b.html", "z/y/x/w.md", "ə.html"],
        );
    }

    #[test]
    fn what_dresses_pages_is_passed_over_and_what_is_none_is_refused() {
        check(
            &[
                (".hidden.html", b"<p>x"),
                ("corpus.korpu", b"SQLite format 3\0"),
                ("x_files/y.html", b"<p>x"),
                ("x.css", b"p {}"),
                ("cinema.mov/x.html", b"<p>x"),
                ("empty.html", b""),
                ("x.pdf", b"%PDF-1.7"),
            ],
            &[
                "cinema.mov/x.html",
                "empty.html: empty file",
                "x.pdf: not a page: a PDF file. Pages are HTML, plain text and Markdown, alone or in WARC, ZIP and gzip",
            ],
        );
    }

    #[test]
    fn containers_are_told_by_their_content() {
        check(
            &[
                ("a", WARC),
                ("b.html", &zip("member.txt", b"x")),
                ("c.zip", &zip("x.png", b"\x89PNG")),
                ("d.warc", &WARC[..60]),
            ],
            &[
                "a: urn:uuid:a",
                "b.html: member.txt",
                "c.zip: no page in it: nothing in this container is HTML, plain text or Markdown fetched with success",
                "d.warc: truncated at byte 60: the last record is cut off; the pages before it were read",
            ],
        );
    }

    #[test]
    fn standard_input_is_told_by_its_content() {
        let inputs = inputs(&[Path::new("-")]);
        let check = |stdin: &[u8], expected: &str| assert_eq!(found(Path::new("/"), &inputs, stdin), [expected]);
        check(b"<p>x", "-");
        check(WARC, "-: urn:uuid:a");
        check(&zip("member.txt", b"x"), "-: member.txt");
        check(b"", "-: empty file");
        assert_eq!(inputs.expected(), None);
    }

    #[test]
    fn a_page_carries_its_path_the_time_of_its_file_and_the_encoding_asked_for() {
        let folder = written(&[("x.html", b"<p>x")]);
        let path = folder.path().join("x.html");
        let options = Options { encoding: Some("koi8-r".to_owned()), ..Options::default() };
        let time = UNIX_EPOCH + std::time::Duration::from_secs(1_500_000_000);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        let visit = &mut |one: std::result::Result<Page, Refusal>| {
            let page = one.unwrap();
            assert_eq!(page.provenance.path, shown(&path));
            assert_eq!(page.provenance.fetched.unwrap().to_string(), "2017-07-14T02:40:00Z");
            assert_eq!(page.charset.as_deref(), Some("koi8-r"));
            Ok(())
        };
        Inputs::new(std::slice::from_ref(&path), options).unwrap().for_each(visit).unwrap();
    }

    #[test]
    fn a_name_that_leads_nowhere_is_an_error_before_any_work() {
        let folder = written(&[("x.html", b"<p>x")]);
        let paths = [folder.path().to_owned(), folder.path().join("y.html")];
        let error = Inputs::new(&paths, Options::default()).unwrap_err().to_string();
        assert!(error.contains("y.html: no such file or folder"), "{error}");
    }

    #[test]
    fn the_output_of_a_run_is_not_its_input() {
        let folder = written(&[("x.html", b"<p>x"), ("out/report.html", b"<p>x")]);
        let options = Options { skip: vec![folder.path().join("out"), "does/not/exist".into()], ..Options::default() };
        let inputs = Inputs::new(&[folder.path().to_owned()], options).unwrap();
        assert_eq!(found(folder.path(), &inputs, b""), ["x.html"]);
        assert_eq!(inputs.expected(), Some(1));
    }

    #[test]
    fn a_page_over_the_limit_is_refused_unread() {
        let folder = written(&[("a.txt", b"a"), ("x.zip", b"PK")]);
        // A hole in the file: it takes no room on disk.
        File::options().write(true).open(folder.path().join("a.txt")).unwrap().set_len(200 << 30).unwrap();
        let refusals = found(folder.path(), &inputs(&[&folder.path().join("a.txt")]), b"");
        assert_eq!(refusals, [format!("a.txt: {}", container::too_large())]);
        assert_eq!(inputs(&[folder.path()]).expected(), None);
    }

    #[test]
    fn the_first_error_of_the_visitor_ends_the_reading() {
        let folder = written(&[("a.txt", b"a"), ("b.txt", b"b")]);
        let mut count = 0;
        let result = inputs(&[folder.path()]).for_each(&mut |_| {
            count += 1;
            Err(Error::input("x", "the disk is full"))
        });
        assert_eq!((count, result.unwrap_err().to_string().as_str()), (1, "x: the disk is full"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        use std::os::unix::fs::symlink;
        let folder = written(&[("a/x.html", b"<p>x"), ("outside/y.html", b"<p>y")]);
        symlink("..", folder.path().join("a/up")).unwrap();
        symlink("../outside", folder.path().join("a/out")).unwrap();
        symlink("nowhere", folder.path().join("a/broken.html")).unwrap();
        symlink("x.html", folder.path().join("a/z.html")).unwrap();
        let found = found(folder.path(), &inputs(&[&folder.path().join("a")]), b"");
        // `up` leads to the folder above, whose folders have both been read by then.
        assert!(found[0].starts_with("a/broken.html: the file cannot be read: No such file"), "{}", found[0]);
        assert_eq!(found[1..], ["a/out/y.html", "a/x.html", "a/z.html"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_without_permission_is_refused_with_the_reason() {
        use std::os::unix::fs::PermissionsExt;
        let folder = written(&[("closed/x.html", b"<p>x"), ("open/y.html", b"<p>y")]);
        let closed = folder.path().join("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        // Root may read everything: then there is nothing to refuse.
        if fs::read_dir(&closed).is_err() {
            let expected =
                "closed: the folder cannot be read: Permission denied (os error 13). Allow yourself to read it";
            assert_eq!(found(folder.path(), &inputs(&[folder.path()]), b""), [expected, "open/y.html"]);
        }
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn pipes_in_a_folder_are_not_waited_for() {
        let folder = written(&[("x.html", b"<p>x")]);
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        let found = found(folder.path(), &inputs(&[folder.path()]), b"");
        assert_eq!(found, ["socket: neither a file nor a folder: not read", "x.html"]);
    }
}
