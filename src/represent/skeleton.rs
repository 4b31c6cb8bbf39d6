use crate::language::Language;

/// A coarse Latin spelling of a lower-cased word, so that one name looks alike however it was written: letters are
/// romanised by the language's own table, then spellings of one sound fall together and doubled letters become one.
///
/// ```
/// use korpu::{language::Languages, represent::skeleton};
/// let languages = Languages::bundled();
/// let key = |lang, word| skeleton(word, languages.get(lang));
/// assert_eq!(key("ru", "путин"), key("en", "putin"));
/// assert_eq!(key("az", "rəhimova"), key("tr", "rahimova"));
/// ```
pub fn skeleton(word: &str, language: Option<&Language>) -> String {
    let (mut latin, mut out) = (String::with_capacity(word.len()), String::new());
    skeleton_into(word, language, &mut latin, &mut out);
    out
}

/// The same into `out`; `latin` is room that is used again.
pub(super) fn skeleton_into(word: &str, language: Option<&Language>, latin: &mut String, out: &mut String) {
    latin.clear();
    for c in word.chars() {
        match language.and_then(|l| l.romanised(c)) {
            Some(spelling) => latin.push_str(spelling),
            None if c.is_ascii_alphabetic() => latin.push(c),
            None => latin.push_str(fold(c)),
        }
    }
    fall_together(latin, out);
}

/// Letters of other Latin and Cyrillic alphabets, where the language has no rule of its own.
fn fold(c: char) -> &'static str {
    match c {
        'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'ə' | 'æ' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' | 'є' | 'е' | 'э' | 'ё' => "e",
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' | 'і' | 'и' | 'ы' | 'ї' | 'ý' | 'й' => "i",
        'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'ō' | 'о' | 'œ' => "o",
        'ü' | 'ú' | 'ù' | 'û' | 'ū' | 'ů' | 'у' => "u",
        'ç' | 'č' | 'ć' | 'ч' => "ch",
        'ş' | 'š' | 'ś' | 'ш' | 'щ' => "sh",
        'ž' | 'ż' | 'ź' | 'ж' => "zh",
        'ğ' | 'г' | 'ґ' => "g",
        'ñ' | 'ń' | 'н' => "n",
        'ß' => "s",
        'ł' | 'л' => "l",
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'д' => "d",
        'з' => "z",
        'к' => "k",
        'м' => "m",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ф' => "f",
        'х' => "h",
        'ц' => "s",
        'ю' => "u",
        'я' => "a",
        _ => "",
    }
}

/// Spellings of one sound in the transliterations of news: Hajiyev, Hacıyev, Хаджиев.
fn fall_together(latin: &str, out: &mut String) {
    let bytes = latin.as_bytes();
    out.clear();
    out.reserve(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let next = bytes.get(i + 1).copied().unwrap_or_default();
        let (sound, used) = match (bytes[i], next) {
            (b'p', b'h') => (b'f', 2),
            (b's' | b'c', b'h') | (b't', b's' | b'z') => (b's', 2),
            (b'z', b'h') | (b'd', b'j' | b'z') => (b'g', 2),
            (b'k', b'h') => (b'h', 2),
            (b't', b'h') => (b't', 2),
            (b'g', b'h') => (b'g', 2),
            (b'c', b'k') => (b'k', 2),
            (one, _) => match one {
                b'c' | b'q' => (b'k', 1),
                b'z' => (b's', 1),
                b'j' => (b'g', 1),
                b'w' => (b'v', 1),
                b'y' => (b'i', 1),
                b'x' => (b'h', 1),
                b'e' => (b'a', 1),
                other => (other, 1),
            },
        };
        i += used;
        if out.as_bytes().last() != Some(&sound) {
            out.push(char::from(sound));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Languages, lower};

    /// One name as four languages spell it.
    fn check(az: &str, en: &str, ru: &str, tr: &str) {
        let key = |lang, name: &str| {
            let language = Languages::bundled().get(lang);
            skeleton(&lower(name, language.map(|l| l.casing).unwrap_or_default()), language)
        };
        let keys = [key("az", az), key("en", en), key("ru", ru), key("tr", tr)];
        let grams = |key: &str| -> Vec<String> {
            let key: Vec<char> = format!("^{key}").chars().collect();
            key.windows(3).take(7).map(|w| w.iter().collect()).collect()
        };
        for a in &keys {
            for b in &keys {
                let (x, y) = (grams(a), grams(b));
                let shared = x.iter().filter(|g| y.contains(g)).count();
                let dice = 2.0 * shared as f32 / (x.len() + y.len()) as f32;
                assert!(dice >= 0.5, "{keys:?}: {a} and {b} {dice:.2}");
            }
        }
    }

    #[test]
    fn names_are_cognates_in_all_scripts() {
        check("Məmmədyarov", "Mammadyarov", "Мамедъяров", "Memmedyarov");
        check("Hacıyev", "Hajiyev", "Хаджиев", "Hacıyev");
        check("Əliyev", "Aliyev", "Алиев", "Aliyev");
        check("Ərdoğan", "Erdogan", "Эрдоган", "Erdoğan");
        check("Çavuşoğlu", "Cavusoglu", "Чавушоглу", "Çavuşoğlu");
        check("Qasımov", "Gasimov", "Гасымов", "Kasımov");
        check("Mixail", "Mikhail", "Михаил", "Mihail");
        check("Xankəndi", "Khankendi", "Ханкенди", "Hankendi");
        check("Cəfərov", "Jafarov", "Джафаров", "Caferov");
        check("Şuşa", "Shusha", "Шуша", "Şuşa");
    }
}
