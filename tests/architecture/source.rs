//! A source is the text of one Rust file, read no further than house rules need: its tokens without comments and without
//! what is only for tests, and the paths it names.
//!
//! A parser of all of Rust would be a dependency for the sake of this test. Tokens are enough, since paths are written
//! out: what a file knows, it names in a `use` or where it calls it.

use std::collections::HashMap;

/// A token, as far as a rule can tell one from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Word(String),
    /// What stands between the quotation marks of a string, escapes as written.
    Text(String),
    /// `//!`
    InnerDoc,
    /// `///`
    OuterDoc,
    Sign(char),
    /// `::`
    Path,
}

/// A token and its line, counted from 1.
type Placed = (Token, usize);

/// A path in full, and the line that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub path: String,
    pub line: usize,
}

/// One file, without what is only for tests.
pub struct Source {
    pub tokens: Vec<Placed>,
    /// The modules that the file declares for tests only, each in a file of its own.
    pub test_modules: Vec<String>,
}

impl Source {
    pub fn new(text: &str) -> Self {
        let mut source = Source { tokens: Vec::new(), test_modules: Vec::new() };
        let all = tokens(text);
        let mut at = 0;
        while at < all.len() {
            match for_tests(&all[at..]) {
                Some(item) => {
                    source.test_modules.extend(declared_module(&all[at..at + item]));
                    at += item;
                }
                None => {
                    source.tokens.push(all[at].clone());
                    at += 1;
                }
            }
        }
        source
    }

    /// The string literals, with their lines.
    pub fn literals(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tokens.iter().filter_map(|(token, line)| match token {
            Token::Text(text) => Some((text.as_str(), *line)),
            _ => None,
        })
    }

    /// The macros called by a bare name, with their lines.
    pub fn macros(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tokens.windows(2).filter_map(|pair| match pair {
            [(Token::Word(name), line), (Token::Sign('!'), _)] => Some((name.as_str(), *line)),
            _ => None,
        })
    }

    /// The modules declared or written out here, with their lines.
    pub fn modules(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tokens.windows(2).filter_map(|pair| match pair {
            [(Token::Word(keyword), _), (Token::Word(name), line)] if keyword == "mod" => Some((name.as_str(), *line)),
            _ => None,
        })
    }

    /// Whether the file says what it is about before it does anything: `//!` at its head, or `///` on its first item
    /// after imports and declarations of modules.
    pub fn opens_with_its_noun(&self, inner_only: bool) -> bool {
        let mut tokens = self.tokens.iter().map(|(token, _)| token).peekable();
        if tokens.peek() == Some(&&Token::InnerDoc) {
            return true;
        }
        let imports = |token: &&Token| matches!(token, Token::Word(word) if word == "use" || word == "mod");
        while tokens.peek().is_some_and(imports) {
            tokens.by_ref().find(|token| **token == Token::Sign(';'));
        }
        !inner_only && tokens.peek() == Some(&&Token::OuterDoc)
    }

    /// Every path that leaves its module, in full: `super::`, `self::`, imported names and the name of the crate are
    /// replaced by what they stand for. `module` is the place of this file in the crate.
    pub fn paths(&self, module: &[&str]) -> Vec<Known> {
        let mut found = Vec::new();
        let mut names = HashMap::new();
        for imports in [true, false] {
            let mut module: Vec<String> = module.iter().map(|part| (*part).to_owned()).collect();
            let (mut depth, mut inner) = (0, Vec::new());
            let mut at = 0;
            while at < self.tokens.len() {
                let rest = &self.tokens[at..];
                let import = is_word(rest, "use");
                match rest {
                    [(Token::Word(word), _), (Token::Word(name), _), (Token::Sign('{'), _), ..] if word == "mod" => {
                        inner.push(depth);
                        module.push(name.clone());
                        at += 2;
                        continue;
                    }
                    [(Token::Sign('{'), _), ..] => depth += 1,
                    [(Token::Sign('}'), _), ..] => {
                        depth -= 1;
                        if inner.last() == Some(&depth) {
                            inner.pop();
                            module.pop();
                        }
                    }
                    _ => {}
                }
                let visibility = visibility(rest);
                if visibility > 0 {
                    at += visibility;
                } else if import {
                    let length = rest.iter().position(|(token, _)| *token == Token::Sign(';')).unwrap_or(rest.len());
                    if imports {
                        let mut tree = Tree { tokens: &rest[1..length], names: &mut names, found: &mut found };
                        tree.read(&mut 0, &[], &module);
                    }
                    at += length;
                } else {
                    let (path, length) = path(rest);
                    let starts = at == 0 || !matches!(self.tokens[at - 1].0, Token::Path | Token::Sign('.'));
                    if !imports && starts && path.len() > 1 {
                        found.push(Known { path: full(&path, &names, &module), line: rest[0].1 });
                    }
                    at += length.max(1);
                }
            }
        }
        found
    }
}

/// A use tree: `a::{b, c::{self, d as e}, f::*}`.
struct Tree<'a> {
    tokens: &'a [Placed],
    names: &'a mut HashMap<String, Vec<String>>,
    found: &'a mut Vec<Known>,
}

impl Tree<'_> {
    fn read(&mut self, at: &mut usize, before: &[String], module: &[String]) {
        let mut path = before.to_vec();
        let mut line = 0;
        while let Some((token, here)) = self.tokens.get(*at) {
            if line == 0 {
                line = *here;
            }
            *at += 1;
            match token {
                Token::Word(word) if word == "as" => {
                    if let Some((Token::Word(name), _)) = self.tokens.get(*at) {
                        *at += 1;
                        return self.import(&path, Some(name.clone()), line, module);
                    }
                }
                Token::Word(word) => path.push(word.clone()),
                Token::Sign('*') => path.push("*".to_owned()),
                Token::Sign('{') => {
                    while self.tokens.get(*at).is_some_and(|(token, _)| *token != Token::Sign('}')) {
                        self.read(at, &path, module);
                        if self.tokens.get(*at).is_some_and(|(token, _)| *token == Token::Sign(',')) {
                            *at += 1;
                        }
                    }
                    *at += 1;
                    return;
                }
                Token::Sign(',' | '}') => {
                    *at -= 1;
                    break;
                }
                _ => {}
            }
        }
        self.import(&path, None, line, module);
    }

    fn import(&mut self, path: &[String], name: Option<String>, line: usize, module: &[String]) {
        // `a::{self}` imports `a`; a `self` at the head is the module itself.
        let path = match path {
            [head @ .., last] if !head.is_empty() && last == "self" => head,
            _ => path,
        };
        let Some(last) = path.last() else { return };
        let full = full(path, self.names, module);
        self.names.insert(name.unwrap_or_else(|| last.clone()), full.split("::").map(str::to_owned).collect());
        self.found.push(Known { path: full, line });
    }
}

/// A path from the root of its crate.
fn full(path: &[String], names: &HashMap<String, Vec<String>>, module: &[String]) -> String {
    let Some((first, mut rest)) = path.split_first() else { return String::new() };
    let mut full: Vec<String> = match first.as_str() {
        "crate" | "korpu" => vec!["crate".to_owned()],
        "self" | "super" => {
            let above = usize::from(first == "super") + rest.iter().take_while(|part| *part == "super").count();
            rest = &rest[above - usize::from(first == "super")..];
            let kept = module.len().saturating_sub(above);
            std::iter::once("crate".to_owned()).chain(module[..kept].iter().cloned()).collect()
        }
        name => names.get(name).cloned().unwrap_or_else(|| vec![first.clone()]),
    };
    full.extend(rest.iter().cloned());
    full.join("::")
}

/// The path at the head of the tokens, and how many of them it takes.
fn path(tokens: &[Placed]) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    let mut at = usize::from(matches!(tokens, [(Token::Path, _), (Token::Word(_), _), ..]));
    while let Some((Token::Word(word), _)) = tokens.get(at) {
        path.push(word.clone());
        at += 1;
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some((Token::Path, _)), Some((Token::Word(_), _))) => at += 1,
            _ => break,
        }
    }
    (path, at)
}

/// The length of a restricted visibility at the head of the tokens: `pub(in crate::store)` names a room and knows nothing.
fn visibility(tokens: &[Placed]) -> usize {
    match tokens {
        [(Token::Word(word), _), (Token::Sign('('), _), (Token::Word(to), _), ..]
            if word == "pub" && ["crate", "super", "self", "in"].contains(&to.as_str()) =>
        {
            tokens.iter().position(|(token, _)| *token == Token::Sign(')')).map_or(0, |end| end + 1)
        }
        _ => 0,
    }
}

/// The length of an item for tests only at the head of the tokens: `#[cfg(test)]` or `#[cfg(all(test, ...))]`, and what it
/// stands on.
fn for_tests(tokens: &[Placed]) -> Option<usize> {
    let attribute = |at: usize| match tokens.get(at..at + 2) {
        Some([(Token::Sign('#'), _), (Token::Sign('['), _)]) => closing(tokens, at + 1, ('[', ']')),
        _ => None,
    };
    let end = attribute(0)?;
    let words: Vec<&str> = tokens[..end]
        .iter()
        .filter_map(|(token, _)| if let Token::Word(word) = token { Some(word.as_str()) } else { None })
        .collect();
    if !matches!(words[..], ["cfg", "test", ..] | ["cfg", "all", "test", ..]) {
        return None;
    }
    let mut at = end;
    while let Some(next) = attribute(at) {
        at = next;
    }
    let mut nested = 0;
    for (index, (token, _)) in tokens.iter().enumerate().skip(at) {
        match token {
            Token::Sign('(' | '[') => nested += 1,
            Token::Sign(')' | ']') => nested -= 1,
            Token::Sign(';') if nested == 0 => return Some(index + 1),
            Token::Sign('{') if nested == 0 => return closing(tokens, index, ('{', '}')),
            _ => {}
        }
    }
    Some(tokens.len())
}

/// The index after the bracket that closes the one at `open`.
fn closing(tokens: &[Placed], open: usize, (left, right): (char, char)) -> Option<usize> {
    let mut depth = 0;
    for (index, (token, _)) in tokens.iter().enumerate().skip(open) {
        if *token == Token::Sign(left) {
            depth += 1;
        } else if *token == Token::Sign(right) {
            depth -= 1;
            if depth == 0 {
                return Some(index + 1);
            }
        }
    }
    None
}

/// The module of an item `mod name;`.
fn declared_module(item: &[Placed]) -> Option<String> {
    match item {
        [.., (Token::Word(keyword), _), (Token::Word(name), _), (Token::Sign(';'), _)] if keyword == "mod" => {
            Some(name.clone())
        }
        _ => None,
    }
}

fn is_word(tokens: &[Placed], expected: &str) -> bool {
    matches!(tokens.first(), Some((Token::Word(word), _)) if word == expected)
}

/// The tokens of a text, comments left out.
fn tokens(text: &str) -> Vec<Placed> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(rest, first);
        tokens.extend(token.map(|token| (token, line)));
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The token at the head of a text, nothing for white space and comments, and its length in bytes.
fn token(text: &str, first: char) -> (Option<Token>, usize) {
    let until = |end: &str| text.find(end).unwrap_or(text.len());
    if text.starts_with("//!") {
        (Some(Token::InnerDoc), until("\n"))
    } else if text.starts_with("///") {
        (Some(Token::OuterDoc), until("\n"))
    } else if text.starts_with("//") {
        (None, until("\n"))
    } else if text.starts_with("/*") {
        (None, block_comment(text))
    } else if let Some((content, length)) = string(text) {
        (Some(Token::Text(content)), length)
    } else if first == '\'' {
        (None, quoted_or_lifetime(text))
    } else if first.is_alphanumeric() || first == '_' {
        let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        (Some(Token::Word(text[..length].to_owned())), length)
    } else if text.starts_with("::") {
        (Some(Token::Path), 2)
    } else if first.is_whitespace() {
        (None, first.len_utf8())
    } else {
        (Some(Token::Sign(first)), first.len_utf8())
    }
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// A string of any kind at the head of a text: its content and its length with prefix and marks.
fn string(text: &str) -> Option<(String, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let rest = text.strip_prefix(prefix).unwrap_or(" ");
        let hashes = if prefix.ends_with('r') { "#" } else { "" };
        text.starts_with(prefix) && rest.trim_start_matches(|c| hashes.contains::<char>(c)).starts_with('"')
    })?;
    if prefix.ends_with('r') {
        let hashes = text[prefix.len()..].len() - text[prefix.len()..].trim_start_matches('#').len();
        let start = prefix.len() + hashes + 1;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = text[start..].find(&end).unwrap_or(text.len() - start);
        return Some((text[start..start + length].to_owned(), (start + length + end.len()).min(text.len())));
    }
    let start = prefix.len() + 1;
    let length = after_escapes(&text[start..], '"');
    Some((text[start..start + length].to_owned(), (start + length + 1).min(text.len())))
}

/// The length of a character, `b'x'` without its prefix included, or of the mark of a lifetime.
fn quoted_or_lifetime(text: &str) -> usize {
    let mut characters = text[1..].chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), _) => (after_escapes(&text[1..], '\'') + 2).min(text.len()),
        (Some(one), Some('\'')) => one.len_utf8() + 2,
        _ => 1,
    }
}

/// The length of a text before its first unescaped `end`.
fn after_escapes(text: &str, end: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == end => return at,
            _ => {}
        }
    }
    text.len()
}
