//! News made for tests: any number of short articles, each in Azerbaijani and in English, that link to each other.

/// The pages of so many stories, by name. The same number gives the same bytes.
pub fn pages(stories: std::ops::Range<usize>) -> Vec<(String, String)> {
    stories
        .flat_map(|n| [(format!("{n:03}.az.html"), azerbaijani(n)), (format!("{n:03}.en.html"), english(n))])
        .collect()
}

const PLACES: &[&str] =
    &["Quba", "Qax", "Oğuz", "Lerik", "Astara", "Zaqatala", "Balakən", "Gədəbəy", "Yardımlı", "Masallı"];
const NAMES: &[&str] = &[
    "Rüfət Əsgərzadə",
    "Sevinc Quliyeva",
    "Natiq Qurbanov",
    "Leyla Həsənli",
    "Tural Babayev",
    "Aysel Kərimova",
    "Orxan Vəliyev",
];

/// What story `n` is about: a place, a person, and two numbers.
fn about(n: usize) -> (&'static str, &'static str, usize, usize) {
    (PLACES[n % PLACES.len()], NAMES[n % NAMES.len()], 1_200 + 37 * n, 11 + 13 * n)
}

/// One article in Azerbaijani.
pub fn azerbaijani(n: usize) -> String {
    let (place, name, tonnes, workers) = about(n);
    page(
        "az",
        n,
        &format!("{place} rayonunda yeni zavod açıldı"),
        &[
            &format!("{place} rayonunda ildə {tonnes} ton meyvə emal edən yeni zavod istifadəyə verilib."),
            &format!(
                "Müəssisədə {workers} nəfər daimi işlə təmin olunub. Onların yarısı yaxın kəndlərin sakinləridir."
            ),
            &format!(
                "«Biz bu günü çox gözləmişik», – zavodun direktoru {name} deyib. O bildirib ki, avadanlıq İtaliyadan gətirilib."
            ),
            "Nazirlikdən verilən məlumata görə, məhsulun böyük hissəsi xarici bazarlara göndəriləcək.",
        ],
    )
}

/// The same in English.
fn english(n: usize) -> String {
    let (place, name, tonnes, workers) = about(n);
    page(
        "en",
        n,
        &format!("New factory opens in {place} district"),
        &[
            &format!(
                "A new factory that will process {tonnes} tonnes of fruit a year has been opened in the district of {place}."
            ),
            &format!("The company has given permanent work to {workers} people. Half of them live in nearby villages."),
            &format!(
                "\"We have waited a long time for this day,\" said {name}, the director. The equipment, he added, came from Italy."
            ),
            "According to the ministry, most of the products will be sent to foreign markets.",
        ],
    )
}

fn page(lang: &str, n: usize, title: &str, paragraphs: &[&str]) -> String {
    let address = |lang: &str| format!("https://xeber.example/{lang}/{n}");
    // A month apart, so that no two stories are taken for reports of one event.
    let (year, month) = (2000 + n / 12, 1 + n % 12);
    let paragraphs: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n\
         <link rel=\"alternate\" hreflang=\"az\" href=\"{}\"><link rel=\"alternate\" hreflang=\"en\" href=\"{}\">\n\
         <meta property=\"article:published_time\" content=\"{year}-{month:02}-09T10:00:00+04:00\"></head>\n\
         <body><article><h1>{title}</h1>\n{paragraphs}</article></body></html>\n",
        address(lang),
        address("az"),
        address("en"),
    )
}
