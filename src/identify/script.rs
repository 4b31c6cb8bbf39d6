/// A writing system, as far as languages are told apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Greek,
    Hebrew,
    Armenian,
    Georgian,
    Other,
}

impl Script {
    /// Its name in ISO 15924.
    pub fn name(self) -> &'static str {
        match self {
            Script::Latin => "Latn",
            Script::Cyrillic => "Cyrl",
            Script::Arabic => "Arab",
            Script::Greek => "Grek",
            Script::Hebrew => "Hebr",
            Script::Armenian => "Armn",
            Script::Georgian => "Geor",
            Script::Other => "Zyyy",
        }
    }

    /// The script of a letter.
    pub fn of(c: char) -> Option<Script> {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => {
                Some(Script::Latin)
            }
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' => Some(Script::Cyrillic),
            '\u{600}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => Some(Script::Arabic),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
            '\u{590}'..='\u{5ff}' => Some(Script::Hebrew),
            '\u{530}'..='\u{58f}' => Some(Script::Armenian),
            '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' | '\u{2d00}'..='\u{2d2f}' => Some(Script::Georgian),
            _ => c.is_alphabetic().then_some(Script::Other),
        }
    }
}

/// A text with less than this share of letters in another script is in Latin script: Latin names stand in texts of all.
const OTHER: usize = 4;

/// The script of a text, and how many letters there are in all; `None` without letters.
pub(super) fn dominant(text: &str) -> Option<(Script, usize)> {
    let all = [
        Script::Latin,
        Script::Cyrillic,
        Script::Arabic,
        Script::Greek,
        Script::Hebrew,
        Script::Armenian,
        Script::Georgian,
        Script::Other,
    ];
    let mut counts = [0usize; 8];
    for script in text.chars().filter_map(Script::of) {
        counts[script as usize] += 1;
    }
    let letters: usize = counts.iter().sum();
    let other = all[1..].iter().copied().rev().max_by_key(|s| counts[*s as usize])?;
    let script = if counts[other as usize] * OTHER >= letters { other } else { Script::Latin };
    (letters > 0).then_some((script, letters))
}
