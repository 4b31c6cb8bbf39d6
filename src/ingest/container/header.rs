//! A header is the fields, `Name: value` a line, that stand before the body of a WARC record and of an HTTP message.
//! Both have the grammar of RFC 9112; what crawlers get wrong in it is forgiven.

use super::line;
use std::io::{self, BufRead};

/// The most bytes of one header that are kept: further fields are read past. No crawler writes as much.
const HEADER_LIMIT: usize = 1 << 20;

/// The fields of a header in order.
#[derive(Debug, Default)]
pub(super) struct Header(Vec<(String, String)>);

impl Header {
    /// Reads fields up to and with the empty line.
    ///
    /// CRLF or LF, any case, no space after the colon, folded lines: all are read. Lines without a colon are passed
    /// over. A stream that ends before the empty line is `UnexpectedEof`.
    pub(super) fn read<R: BufRead + ?Sized>(reader: &mut R) -> io::Result<Self> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut room = HEADER_LIMIT;
        loop {
            let line = line(reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line.is_empty() {
                return Ok(Header(fields));
            }
            room = room.saturating_sub(line.len());
            if room == 0 {
                continue;
            }
            let text = String::from_utf8_lossy(&line);
            if text.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(text.trim());
                }
            } else if let Some((name, value)) = text.split_once(':') {
                fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }

    /// The value of the first field of that name, in any case; `None` where it is missing or empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// The values of all fields of that name.
    pub(super) fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, v)| n.eq_ignore_ascii_case(name) && !v.is_empty()).map(|(_, v)| v.as_str())
    }
}

/// The `charset` parameter of a Content-Type.
pub(super) fn charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &str, name: &str, expected: Option<&str>) {
        assert_eq!(Header::read(&mut bytes.as_bytes()).unwrap().value(name), expected, "{bytes:?}");
    }

    #[test]
    fn fields_are_found_as_crawlers_write_them() {
        check("WARC-Type: response\r\n\r\n", "warc-type", Some("response"));
        check("warc-type:response\n\n", "WARC-Type", Some("response"));
        check("A: 1\r\nB: long\r\n\tvalue\r\n\r\n", "b", Some("long value"));
        check("no colon\r\nB : 2\r\n\r\n", "b", Some("2"));
        check("A:\r\n\r\n", "a", None);
        check(" folded first\r\nA: 1\r\n\r\n", "a", Some("1"));
    }

    #[test]
    fn a_header_without_end_is_cut_off_and_its_size_is_bounded() {
        assert_eq!(Header::read(&mut &b"A: 1\r\n"[..]).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let many = "A: 0123456789\r\n".repeat(200_000) + "\r\n";
        assert!(Header::read(&mut many.as_bytes()).unwrap().0.len() < 100_000);
    }

    #[test]
    fn the_charset_is_taken_out_of_a_content_type() {
        let check = |value: &str, expected: Option<&str>| assert_eq!(charset(value).as_deref(), expected, "{value}");
        check("text/html; charset=windows-1251", Some("windows-1251"));
        check("text/html;Charset=\"UTF-8\"; x=y", Some("UTF-8"));
        check("text/html; charset=", None);
        check("text/html", None);
    }
}
