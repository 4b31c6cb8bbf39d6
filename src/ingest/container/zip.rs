//! A ZIP archive holds pages as members: files in a folder, packed. A WACZ (Web Archive Collection Zipped 1.1, what
//! ArchiveWeb.page and Browsertrix give out) is a ZIP whose pages lie in the WARCs of its `archive/` folder.
//!
//! Members are read like files of a folder, with limits against archives made to fill memory or disk.

use super::{Emit, is_asset, plain, refusal};
use crate::model::{Moment, Provenance};
use ::zip::{DateTime, ZipArchive, read::ZipFile, result::ZipError};
use std::io::{self, Read, Seek};
use std::ops::ControlFlow;

/// What an archive may unpack to.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The most bytes of all members together. (One page has at most `PAGE_LIMIT`; a WARC is a stream of pages.)
    total: u64,
    /// How many times its packed size a member may have: HTML packs 5 to 20 times, a bomb 1,000 times.
    ratio: u64,
    /// Up to here the ratio does not count: a short file of blanks is no bomb.
    ratio_from: u64,
}

const LIMITS: Limits = Limits { total: 4 << 30, ratio: 200, ratio_from: 1 << 20 };

/// Gives out the pages of a ZIP archive in the order of its directory.
///
/// A page's provenance is that of `origin`, with the member's name as the archive writes it and the member's time.
/// Encrypted members, archives inside the archive and what goes over the limits are refusals that name the member.
pub fn pages(reader: impl Read + Seek, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    within(LIMITS, reader, origin, emit)
}

fn within(limits: Limits, reader: impl Read + Seek, origin: &Provenance, emit: &mut Emit) -> ControlFlow<()> {
    let mut archive = match ZipArchive::new(reader) {
        Ok(archive) => archive,
        Err(error) => {
            let reason = format!("not a whole ZIP archive ({}). Fetch or pack it again", words(&error));
            return emit(Err(refusal(origin, reason)));
        }
    };
    if let Some((_, what)) = DOCUMENTS.iter().find(|(member, _)| archive.index_for_name(member).is_some()) {
        return emit(Err(refusal(origin, format!("not a page: {what}. Save it as HTML or plain text"))));
    }
    let is_wacz = archive.index_for_name("datapackage.json").is_some();
    let mut total = 0;
    for index in 0..archive.len() {
        let Some(name) = archive.name_for_index(index) else { continue };
        if name.ends_with(['/', '\\']) || is_asset(name) || (is_wacz && !is_warc_of_wacz(name)) {
            continue;
        }
        let member = Provenance { member: Some(plain(name)), ..origin.clone() };
        match archive.by_index(index) {
            Ok(file) => read(file, member, limits, &mut total, emit)?,
            Err(error) => emit(Err(refusal(&member, words(&error))))?,
        }
        if total > limits.total {
            let left = archive.len() - index - 1;
            let reason = format!("{left} members after the limit of {} GB were not read", limits.total >> 30);
            return emit(Err(refusal(origin, reason)));
        }
    }
    ControlFlow::Continue(())
}

/// Reads one member, counting it in `total`.
fn read<R: Read>(
    file: ZipFile<'_, R>,
    mut origin: Provenance,
    limits: Limits,
    total: &mut u64,
    emit: &mut Emit,
) -> ControlFlow<()> {
    origin.fetched = file.last_modified().and_then(moment).or(origin.fetched);
    let packed = file.compressed_size();
    super::pages(Metered { member: file, packed, read: 0, total, limits }, &origin, emit)
}

/// A member that stops with an error when it unpacks to more than the limits allow.
struct Metered<'a, R> {
    member: R,
    packed: u64,
    read: u64,
    total: &'a mut u64,
    limits: Limits,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Limits { total, ratio, ratio_from } = self.limits;
        if self.read > ratio_from && self.read > self.packed.saturating_mul(ratio) {
            return Err(io::Error::other(format!("unpacks to over {ratio} times its packed size, as ZIP bombs do")));
        }
        if *self.total > total {
            let reason = format!(
                "over {} GB with the members before it, the most an archive may have. Unpack it and give its folder",
                total >> 30
            );
            return Err(io::Error::other(reason));
        }
        let read = self.member.read(buffer)?;
        self.read += read as u64;
        *self.total += read as u64;
        Ok(read)
    }
}

/// The members of a WACZ that hold its pages; the rest are indexes, logs and lists (WACZ 1.1, section 5).
fn is_warc_of_wacz(name: &str) -> bool {
    name.starts_with("archive/") && (name.ends_with(".warc") || name.ends_with(".warc.gz"))
}

/// The time of a member as its packer's clock showed it, without a zone: ZIP has none.
fn moment(time: DateTime) -> Option<Moment> {
    // 1980-01-01 00:00 is what packers write that know no time.
    if time == DateTime::default() {
        return None;
    }
    Moment::date(i16::try_from(time.year()).ok()?, time.month(), time.day())?.at(
        time.hour(),
        time.minute(),
        time.second(),
    )
}

fn words(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "encrypted: not read. Unpack it with its password and give the folder".to_owned()
        }
        ZipError::CompressionMethodNotSupported(method) => {
            format!("packed with method {method}, which is not read (deflate and none are). Pack it again with deflate")
        }
        ZipError::InvalidArchive(reason) => format!("damaged: {reason}"),
        other => other.to_string(),
    }
}

/// Documents that are ZIP archives, by a member that only they have.
const DOCUMENTS: &[(&str, &str)] = &[
    ("[Content_Types].xml", "an Office document (docx, xlsx, pptx)"),
    ("META-INF/container.xml", "an EPUB book"),
    ("mimetype", "an OpenDocument file or an EPUB book"),
];
