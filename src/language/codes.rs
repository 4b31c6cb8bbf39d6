//! The codes of two letters that ISO has given to languages and regions.

use super::Lang;

/// ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en \
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl \
    km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os \
    pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty \
    ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// ISO 3166-1 alpha-2, and XK, which everybody uses for Kosovo.
const REGIONS: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC \
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI \
    GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB \
    LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ \
    OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD \
    TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// The part of a tag that is a code of two letters and was given to no language or no region: `jp`, which is a region, `UK`. Of codes
/// of three letters, scripts and variants nothing is said.
///
/// ```
/// use korpu::language::{Lang, codes::unregistered};
/// assert_eq!(unregistered(&Lang::parse("az-Latn-AZ").unwrap()), None);
/// assert_eq!(unregistered(&Lang::parse("jp").unwrap()), Some("jp"));
/// assert_eq!(unregistered(&Lang::parse("en-UK").unwrap()), Some("UK"));
/// ```
pub fn unregistered(lang: &Lang) -> Option<&str> {
    let is_given = |codes: &str, code: &str| codes.split(' ').any(|given| given == code);
    let mut parts = lang.as_str().split('-');
    let primary = parts.next().filter(|primary| primary.len() == 2 && !is_given(LANGUAGES, primary));
    // What follows a single letter is private, or an extension.
    let region = parts.take_while(|part| part.len() > 1).find(|part| part.len() == 2);
    primary.or(region.filter(|region| !is_given(REGIONS, region)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_codes_as_iso_has_given() {
        let check = |codes: &str, count: usize| {
            let all: Vec<&str> = codes.split(' ').collect();
            assert!(all.is_sorted() && all.iter().all(|code| code.len() == 2));
            assert_eq!(all.len(), count);
        };
        // With `sh`, which is deprecated, and XK.
        check(LANGUAGES, 183 + 1);
        check(REGIONS, 249 + 1);
    }
}
