//! The tags of languages, as files and their names have them.

/// Every code of a language: the one that BCP 47 prefers first, then those of ISO 639-2 and 639-3, and deprecated ones.
/// The last are of languages that have no code of two letters and are met in FreeDict and Apertium.
const CODES: &str = "\
    aa aar, ab abk, ae ave, af afr, ak aka twi, am amh, an arg, ar ara arb, as asm, av ava, ay aym ayr, \
    az aze azj, ba bak, be bel, bg bul, bi bis, bm bam, bn ben, bo bod tib, br bre, bs bos, ca cat, ce che, \
    ch cha, co cos, cr cre, cs ces cze, cu chu, cv chv, cy cym wel, da dan, de deu ger, dv div, dz dzo, ee ewe, \
    el ell gre, en eng, eo epo, es spa, et est ekk, eu eus baq, fa fas per pes, ff ful, fi fin, fj fij, fo fao, \
    fr fra fre, fy fry, ga gle, gd gla, gl glg, gn grn, gu guj, gv glv, ha hau, he heb iw, hi hin, ho hmo, \
    hr hrv scr, ht hat, hu hun, hy hye arm, hz her, ia ina, id ind in, ie ile, ig ibo, ii iii, ik ipk, io ido, \
    is isl ice, it ita, iu iku, ja jpn, jv jav jw, ka kat geo, kg kon, ki kik, kj kua, kk kaz, kl kal, km khm, \
    kn kan, ko kor, kr kau, ks kas, ku kur, kv kom, kw cor, ky kir, la lat, lb ltz, lg lug, li lim, ln lin, \
    lo lao, lt lit, lu lub, lv lav lvs, mg mlg plt, mh mah, mi mri mao, mk mkd mac, ml mal, mn mon khk, mr mar, \
    ms msa may zsm, mt mlt, my mya bur, na nau, nb nob no nor, nd nde, ne nep npi, ng ndo, nl nld dut, nn nno, \
    nr nbl, nv nav, ny nya, oc oci, oj oji, om orm gaz, or ori ory, os oss, pa pan, pi pli, pl pol, ps pus pbt, \
    pt por, qu que, rm roh, rn run, ro ron rum mo mol, ru rus, rw kin, sa san, sc srd, sd snd, se sme, sg sag, \
    si sin, sk slk slo, sl slv, sm smo, sn sna, so som, sq sqi alb als, sr srp scc, sr-Latn sh hbs, ss ssw, \
    st sot, su sun, sv swe, sw swa swh, ta tam, te tel, tg tgk, th tha, ti tir, tk tuk, fil tl tgl, tn tsn, \
    to ton, tr tur, ts tso, tt tat, ty tah, ug uig, uk ukr, ur urd, uz uzb uzn, ve ven, vi vie, vo vol, wa wln, \
    wo wol, xh xho, yi yid ji ydd, yo yor, za zha, zh zho chi cmn, zu zul, ast, bcl, ceb, ckb, crh, csb, dsb, \
    fur, gag, gsw, haw, hsb, ilo, kaa, kab, kha, kmr, krc, kum, lad, mfe, mhr, nds, nog, pap, rom, sah, scn, sco, \
    sma, smn, szl, tyv, udm, war, zza";

/// The canonical code of a language by any of its codes; `None` where it is not known.
fn code(any: &str) -> Option<&'static str> {
    let mut languages = CODES.split(", ").map(|codes| codes.split(' '));
    languages.find_map(|mut codes| codes.clone().any(|c| c.eq_ignore_ascii_case(any)).then(|| codes.next())).flatten()
}

/// A language tag of BCP 47 as people write it, in canonical form; `None` if it is none.
pub(super) fn tag(text: &str) -> Option<String> {
    let mut parts = text.trim().split(['-', '_']);
    let first = parts.next()?;
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut tag = code(first).map_or_else(|| first.to_ascii_lowercase(), str::to_owned);
    for part in parts {
        if !(1..=8).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        tag.push('-');
        let lower = part.to_ascii_lowercase();
        match part.len() {
            2 => tag.push_str(&lower.to_ascii_uppercase()),
            4 if part.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                tag.extend(lower.chars().enumerate().map(|(n, c)| if n == 0 { c.to_ascii_uppercase() } else { c }));
            }
            _ => tag.push_str(&lower),
        }
    }
    Some(tag)
}

/// The same for languages in [`CODES`] alone: a word of two or three letters is seldom one of them.
pub(super) fn known_tag(text: &str) -> Option<String> {
    code(primary(text.trim())).and_then(|_| tag(text))
}

/// The language alone: `az` of `az-Cyrl`.
pub(super) fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// The two languages in a file name: two codes side by side, in the last of the parts between points that has some.
/// `None` where several pairs are possible.
pub(super) fn languages(name: &str) -> Option<(String, String)> {
    name.rsplit('.').find_map(pairs).and_then(|pairs| match pairs.as_slice() {
        [(source, target)] => Some(((*source).to_owned(), (*target).to_owned())),
        _ => None,
    })
}

/// The pairs of codes that stand side by side, if any.
fn pairs(part: &str) -> Option<Vec<(&'static str, &'static str)>> {
    let codes: Vec<_> = part.split(['-', '_', ' ']).map(code).collect();
    let both = codes.iter().zip(codes.iter().skip(1)).filter_map(|(a, b)| a.zip(*b));
    let pairs: Vec<_> = both.filter(|(a, b)| a != b).collect();
    (!pairs.is_empty()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_canonical() {
        let check = |text, expected: Option<&str>| assert_eq!(tag(text).as_deref(), expected, "{text}");
        check("AZ_latn_az", Some("az-Latn-AZ"));
        check("eng", Some("en"));
        check("iw", Some("he"));
        check("xal", Some("xal"));
        check("es-419", Some("es-419"));
        check("sh", Some("sr-Latn"));
        check("", None);
        check("word", None);
        check("en-", None);
        check("ən", None);
        assert_eq!(known_tag("yox"), None, "a word of three letters");
    }

    #[test]
    fn a_code_is_of_one_language() {
        let mut all: Vec<_> = CODES.split([',', ' ']).filter(|code| !code.is_empty()).collect();
        all.sort_unstable();
        let repeated: Vec<_> = all.windows(2).filter(|w| w[0] == w[1]).collect();
        assert!(repeated.is_empty(), "{repeated:?}");
    }

    #[test]
    fn a_file_name_says_two_languages() {
        let check = |name, expected: Option<(&str, &str)>| {
            let found = languages(name);
            assert_eq!(found.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), expected, "{name}");
        };
        check("en-ru.txt", Some(("en", "ru")));
        check("de-fr.0-5000.txt", Some(("de", "fr")));
        check("deu-fra.index", Some(("de", "fr")));
        check("freedict-deu-fra.dict.dz", Some(("de", "fr")));
        check("apertium-tur-aze.tur-aze.dix", Some(("tr", "az")));
        check("apertium-kaz-tat.tat-kaz.dix", Some(("tt", "kk")));
        check("Glossary_EN_AZ (2).tsv", Some(("en", "az")));
        check("freedict-kha-deu.index", Some(("kha", "de")));
        check("az-en-ru.tsv", None);
        check("en-en.tsv", None);
        check("glossary.tsv", None);
        check("my-list.tsv", None);
        check("", None);
    }
}
