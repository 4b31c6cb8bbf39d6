use crate::model::Moment;

/// The elements of TMX 1.1 to 1.4b, and what the DTD lets them have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Tmx,
    Header,
    Body,
    Tu,
    Tuv,
    Seg,
    Prop,
    Note,
    Ude,
    Map,
    /// Markup whose content is text of the segment.
    Hi,
    /// Markup whose content is none.
    Code(Code),
    /// None of TMX.
    Other,
}

/// Markup of the document that was translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Bpt,
    Ept,
    It,
    Ph,
    Ut,
    Sub,
}

impl Element {
    pub(super) fn named(name: &str) -> Element {
        match name {
            "tmx" => Element::Tmx,
            "header" => Element::Header,
            "body" => Element::Body,
            "tu" => Element::Tu,
            "tuv" => Element::Tuv,
            "seg" => Element::Seg,
            "prop" => Element::Prop,
            "note" => Element::Note,
            "ude" => Element::Ude,
            "map" => Element::Map,
            "hi" => Element::Hi,
            "bpt" => Element::Code(Code::Bpt),
            "ept" => Element::Code(Code::Ept),
            "it" => Element::Code(Code::It),
            "ph" => Element::Code(Code::Ph),
            "ut" => Element::Code(Code::Ut),
            "sub" => Element::Code(Code::Sub),
            _ => Element::Other,
        }
    }

    /// Whether it may stand in another; `None` where there is none around it.
    pub(super) fn is_allowed_in(self, parent: Option<Element>) -> bool {
        match (self, parent) {
            (Element::Tmx, None) => true,
            (Element::Header | Element::Body, Some(Element::Tmx))
            | (Element::Tu, Some(Element::Body))
            | (Element::Tuv, Some(Element::Tu))
            | (Element::Seg, Some(Element::Tuv))
            | (Element::Prop | Element::Note, Some(Element::Header | Element::Tu | Element::Tuv))
            | (Element::Ude, Some(Element::Header))
            | (Element::Map, Some(Element::Ude)) => true,
            (Element::Code(Code::Sub), Some(Element::Code(around))) => around != Code::Sub,
            (Element::Code(Code::Sub), _) => false,
            (Element::Code(_) | Element::Hi, Some(Element::Seg | Element::Hi | Element::Code(Code::Sub))) => true,
            _ => false,
        }
    }

    /// Whether it may have an attribute. `lang` is of TMX 1.1 to 1.3.
    pub(super) fn may_have(self, attribute: &str) -> bool {
        match self {
            Element::Tmx => matches!(attribute, "version"),
            Element::Header => matches!(
                attribute,
                "creationtool"
                    | "creationtoolversion"
                    | "segtype"
                    | "o-tmf"
                    | "adminlang"
                    | "srclang"
                    | "datatype"
                    | "o-encoding"
                    | "creationdate"
                    | "creationid"
                    | "changedate"
                    | "changeid"
            ),
            Element::Tu => matches!(
                attribute,
                "tuid"
                    | "o-encoding"
                    | "datatype"
                    | "usagecount"
                    | "lastusagedate"
                    | "creationtool"
                    | "creationtoolversion"
                    | "creationdate"
                    | "creationid"
                    | "changedate"
                    | "segtype"
                    | "changeid"
                    | "o-tmf"
                    | "srclang"
            ),
            Element::Tuv => matches!(
                attribute,
                "xml:lang"
                    | "lang"
                    | "o-encoding"
                    | "datatype"
                    | "usagecount"
                    | "lastusagedate"
                    | "creationtool"
                    | "creationtoolversion"
                    | "creationdate"
                    | "creationid"
                    | "changedate"
                    | "o-tmf"
                    | "changeid"
            ),
            Element::Prop => matches!(attribute, "type" | "xml:lang" | "lang" | "o-encoding"),
            Element::Note => matches!(attribute, "xml:lang" | "lang" | "o-encoding"),
            Element::Hi => matches!(attribute, "x" | "type"),
            Element::Code(Code::Bpt) => matches!(attribute, "i" | "x" | "type"),
            Element::Code(Code::Ept) => matches!(attribute, "i"),
            Element::Code(Code::It) => matches!(attribute, "pos" | "x" | "type"),
            Element::Code(Code::Ph) => matches!(attribute, "x" | "assoc" | "type"),
            Element::Code(Code::Ut) => matches!(attribute, "x"),
            Element::Code(Code::Sub) => matches!(attribute, "datatype" | "type"),
            Element::Ude => matches!(attribute, "name" | "base"),
            Element::Map => matches!(attribute, "unicode" | "code" | "ent" | "subst"),
            Element::Body | Element::Seg | Element::Other => false,
        }
    }

    /// The attributes that it must have.
    pub(super) fn required(self) -> &'static [&'static str] {
        match self {
            Element::Header => {
                &["creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"]
            }
            Element::Code(Code::Bpt | Code::Ept) => &["i"],
            Element::Code(Code::It) => &["pos"],
            _ => &[],
        }
    }
}

/// Whether an attribute holds a date.
pub(super) fn is_date(attribute: &str) -> bool {
    matches!(attribute, "creationdate" | "changedate" | "lastusagedate")
}

/// A moment as TMX writes it: `YYYYMMDDThhmmssZ`, in UTC.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
    let is_digit = |(n, b): (usize, &u8)| b.is_ascii_digit() || matches!((n, b), (8, b'T') | (15, b'Z'));
    if !bytes.iter().enumerate().all(is_digit) {
        return None;
    }
    let [c, d, y, z, m, n, e, f, b'T', h, i, j, k, s, t, b'Z'] =
        bytes.map(|b| if b.is_ascii_digit() { b - b'0' } else { b })
    else {
        return None;
    };
    let year = i16::from(c) * 1000 + i16::from(d) * 100 + i16::from(y) * 10 + i16::from(z);
    Moment::date(year, m * 10 + n, e * 10 + f)?.at(h * 10 + i, j * 10 + k, s * 10 + t)?.zone(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_no_separators_and_is_real() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(moment(text).map(|m| m.to_string()).as_deref(), expected, "{text}");
        };
        check("20171120T191805Z", Some("2017-11-20T19:18:05Z"));
        check("2017-11-20T19:18:05Z", None);
        check("20171120T191805", None);
        check("20171320T191805Z", None);
        check("20171120T251805Z", None);
        check("2017112əT19180Z", None);
        check("", None);
    }
}
