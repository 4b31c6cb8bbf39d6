//! Makes the tables of forms that are built into the program: `languages/<tag>/forms.bin` from `lexicon.tsv` and the endings in
//! `language.toml`. To be run where one of them changes; a test tells when.
//!
//! cargo run --example make_forms

use korpu::language::Languages;
use korpu::represent::forms_of;
use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("languages");
    for language in Languages::bundled().iter() {
        let path = folder.join(&language.tag).join("forms.bin");
        let table = forms_of(language);
        fs::write(&path, &table)?;
        println!("{}: {} bytes", path.display(), table.len());
    }
    Ok(())
}
