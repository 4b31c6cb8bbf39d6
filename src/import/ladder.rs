//! Ladders: which lines of one text stand for which of another, by their numbers from 0.
//!
//! * vecalign, bertalign and `korpu align --format beads`: `[0]:[0, 1]:0.12` a bead.
//! * hunalign: `0<tab>0<tab>0.5` a rung, where a bead ends and the next begins.
//!
//! The last number is kept as the score of a bead: a cost for vecalign, a quality for hunalign.

use super::segment;
use super::whole::{self, Text};
use super::xml::is_forbidden;
use crate::language::Lang;
use crate::model::{Bead, Part};

/// A text of one segment a line as it lies in its file.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    /// The file, as the user named it.
    pub path: &'a str,
    /// Its language.
    pub lang: Lang,
    /// Its text, in UTF-8.
    pub text: &'a str,
}

/// Two texts and the beads between them. Empty lines part paragraphs.
///
/// Some aligners count empty lines and some do not: the ladder tells by its last number. Fails with a reason where it fits
/// neither.
///
/// ```
/// use korpu::import::ladder::{Lines, read};
/// use korpu::language::Lang;
/// let lines = |path, tag, text| Lines { path, lang: Lang::parse(tag).unwrap(), text };
/// let (source, target) = (lines("a.az", "az", "Bir.\nİki.\n"), lines("a.ru", "ru", "Раз. Два.\n"));
/// let part = read("[0, 1]:[0]:0.25\n", &source, &target).unwrap();
/// assert_eq!(part.bitexts[0].beads[0].shape(), "2-1");
/// assert_eq!(part.documents[0].text, "Bir. İki.");
/// ```
pub fn read(ladder: &str, source: &Lines, target: &Lines) -> Result<Part, String> {
    let counts = [source, target].map(|lines| lines.text.lines().count());
    let mut beads = beads(ladder, counts)?;
    let ends = beads.iter().fold((0, 0), |(s, t), bead| {
        let end = |side: &[u32], end: u32| side.iter().map(|n| n.saturating_add(1)).fold(end, u32::max);
        (end(&bead.source, s), end(&bead.target, t))
    });
    let (source, sources) = text(source, ends.0)?;
    let (target, targets) = text(target, ends.1)?;
    for bead in &mut beads {
        for (side, places) in [(&mut bead.source, &sources), (&mut bead.target, &targets)] {
            *side = side.iter().filter_map(|n| *places.get(*n as usize)?).collect();
        }
    }
    match whole::part(&source, &target, beads) {
        (part, 0) => Ok(part),
        (_, twice) => Err(format!("{twice} beads of the ladder name a line that another bead has")),
    }
}

/// The text of lines, and for each line that the ladder counts the number of its sentence; an empty one has none.
fn text(lines: &Lines, end: u32) -> Result<(Text, Vec<Option<u32>>), String> {
    let mut text = Text {
        path: lines.path.to_owned(),
        lang: lines.lang.clone(),
        encoding: "UTF-8".to_owned(),
        paragraphs: vec![vec![]],
    };
    let (mut places, mut count) = (Vec::new(), 0u32);
    for line in lines.text.trim_start_matches('\u{FEFF}').lines() {
        let line = segment::line(&line.replace(is_forbidden, ""));
        places.push((!line.is_empty()).then_some(count));
        if line.is_empty() {
            text.paragraphs.push(vec![]);
        } else {
            count = count.saturating_add(1);
            text.paragraphs.last_mut().into_iter().for_each(|paragraph| paragraph.push(line.clone()));
        }
    }
    let (all, end) = (places.len(), end as usize);
    if end <= count as usize && end != all {
        places.retain(Option::is_some);
    } else if end > all {
        return Err(format!("the ladder counts {end} lines of {}, which has {all}", lines.path));
    }
    Ok((text, places))
}

/// The beads of a ladder between texts of so many lines.
fn beads(ladder: &str, counts: [usize; 2]) -> Result<Vec<Bead>, String> {
    let lines = || ladder.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let wrong = |n: usize, line: &str| {
        format!("line {n} of the ladder is neither [0,1]:[2] nor a rung of hunalign: {:?}", super::xml::short(line))
    };
    if lines().next().is_some_and(|(line, _)| line.trim_start().starts_with('[')) {
        return lines().map(|(line, n)| bead(line.trim()).ok_or_else(|| wrong(n, line))).collect();
    }
    let rungs: Result<Vec<_>, String> = lines().map(|(line, n)| rung(line).ok_or_else(|| wrong(n, line))).collect();
    let rungs = rungs?;
    let between = |pair: &[(u32, u32, f32)]| match pair {
        // Without the counts a few lines could name any number of others.
        [(s, t, score), (s2, t2, _)]
            if s <= s2 && t <= t2 && *s2 as usize <= counts[0] && *t2 as usize <= counts[1] =>
        {
            Ok(Bead { source: (*s..*s2).collect(), target: (*t..*t2).collect(), score: *score, confidence: 1.0 })
        }
        _ => Err("the rungs of the ladder do not rise, or lead beyond the texts".to_owned()),
    };
    rungs.windows(2).map(between).collect()
}

fn bead(line: &str) -> Option<Bead> {
    let (source, rest) = line.strip_prefix('[')?.split_once(']')?;
    let (target, rest) = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?.split_once(']')?;
    let numbers = |list: &str| -> Option<Vec<u32>> {
        list.split(',').map(str::trim).filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect()
    };
    let score = match rest.trim_start().strip_prefix(':') {
        Some(score) => score.trim().parse().ok()?,
        None => 0.0,
    };
    Some(Bead { source: numbers(source)?, target: numbers(target)?, score, confidence: 1.0 })
}

fn rung(line: &str) -> Option<(u32, u32, f32)> {
    let mut fields = line.split_whitespace();
    let rung = (
        fields.next()?.parse().ok()?,
        fields.next()?.parse().ok()?,
        fields.next().map_or(Some(0.0), |q| q.parse().ok())?,
    );
    fields.next().is_none().then_some(rung)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ladder: &str, source: &str, target: &str, expected: Result<&str, &str>) {
        let lines = |path, tag, text| Lines { path, lang: Lang::parse(tag).unwrap(), text };
        let found = read(ladder, &lines("a", "az", source), &lines("b", "ru", target)).map(|part| {
            let of = |n: usize, side: &[u32]| {
                let document = &part.documents[n];
                let sentences: Vec<_> = document.sentences().map(|(_, span)| span.of(&document.text)).collect();
                side.iter().map(|n| sentences[*n as usize]).collect::<Vec<_>>().join("+")
            };
            let bead = |bead: &Bead| format!("{}={} {}", of(0, &bead.source), of(1, &bead.target), bead.score);
            part.bitexts[0].beads.iter().map(bead).collect::<Vec<_>>().join("; ")
        });
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{ladder:?}");
    }

    #[test]
    fn beads_of_every_aligner_are_read() {
        let (az, ru) = ("Bir.\nİki.\n\nÜç.\n", "Раз.\nДва.\n\nТри.\n");
        check("[0]:[0]:0.5\n[1, 2]:[1]:-1\n[]:[2]\n", az, ru, Ok("Bir.=Раз. 0.5; İki.+Üç.=Два. -1; =Три. 0"));
        // vecalign counts empty lines.
        check("[0,1]:[0]\n[2]:[2]\n[3]:[1, 3]\n", az, ru, Ok("Bir.+İki.=Раз. 0; Üç.=Два.+Три. 0"));
        // hunalign: rungs.
        check("0\t0\t0.3\n1\t2\t1.5\n3\t3\t0\n", az, ru, Ok("Bir.=Раз.+Два. 0.3; İki.+Üç.=Три. 1.5"));
        check("", "Bir.", "", Ok("Bir.= 0"));
    }

    #[test]
    fn a_ladder_of_other_texts_is_refused() {
        check("[0]:[7]\n", "Bir.", "Раз.", Err("the ladder counts 8 lines of b, which has 1"));
        check("[0]:[0]\n[0]:[]\n", "Bir.", "Раз.", Err("1 beads of the ladder name a line that another bead has"));
        check(
            "[0]:[0\n",
            "Bir.",
            "Раз.",
            Err("line 1 of the ladder is neither [0,1]:[2] nor a rung of hunalign: \"[0]:[0\""),
        );
        check(
            "0 0\n4294967295 0\n",
            "Bir.",
            "Раз.",
            Err("the rungs of the ladder do not rise, or lead beyond the texts"),
        );
        check("1 1\n0 2\n", "Bir.", "Раз.", Err("the rungs of the ladder do not rise, or lead beyond the texts"));
        check(
            "0 0\nBir\n",
            "Bir.",
            "Раз.",
            Err("line 2 of the ladder is neither [0,1]:[2] nor a rung of hunalign: \"Bir\""),
        );
    }
}
