//! Results go to standard output, or to a file that appears whole or not at all.

use anyhow::{Context, Result};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

/// What some editors put before a text in UTF-8.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Hands standard output, buffered, to `write`.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write(&mut out)?;
    out.flush()?;
    Ok(())
}

/// Prints what there is to say of an output: to standard error where the output itself goes to standard output.
pub(super) fn report(to_output: bool, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    if to_output { write(&mut io::stderr().lock()) } else { print(write) }
}

/// Writes a file under a temporary name and moves it in place when it is whole; `-` is standard output.
pub(super) fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    if path.as_os_str() == "-" {
        return print(write);
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = || path.display().to_string();
    let mut out = BufWriter::new(tempfile::NamedTempFile::new_in(folder).with_context(place)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(place)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).with_context(place)?;
    }
    file.persist(path).map_err(|e| e.error).with_context(place)?;
    Ok(())
}

/// The text of a file, or of standard input for `-`, without a byte order mark. Bad UTF-8 is an error that names the byte.
pub(super) fn read_text(path: &Path) -> Result<String> {
    let text = read_whole(path)?;
    Ok(text.strip_prefix(BYTE_ORDER_MARK).map(str::to_owned).unwrap_or(text))
}

/// The same as it lies in the file, so that offsets into it are those into the file.
pub(super) fn read_whole(path: &Path) -> Result<String> {
    let place = path.display();
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("{place}"))?;
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        anyhow::anyhow!("{place}: not UTF-8 at byte {at}. Convert it first, for example with iconv")
    })
}

/// Whether the error is that whoever read our output went away (`korpu ... | head`).
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}
