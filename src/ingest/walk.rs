//! A walk goes through the tree of a page in document order, without recursion, so that no nesting is too deep for it.

use scraper::{ElementRef, Html};

/// Elements whose content is not shown: a walk opens and closes them but does not go in.
const SILENT: &[&str] = &["script", "style", "template", "noscript", "svg", "iframe", "textarea", "object"];

/// Elements that do not end a line.
pub(super) const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "font", "i", "img", "label", "mark", "q", "s",
    "small", "span", "strong", "sub", "sup", "time", "u", "wbr", "noscript", "script", "style", "svg",
];

/// Most nodes looked at for the text of one element: names and titles are small.
const MOST_NODES: usize = 300;

/// What a walk meets.
pub(super) enum Step<'a> {
    /// The start of an element.
    Open(ElementRef<'a>),
    /// Shown text, and the element it stands in.
    Text(&'a str, ElementRef<'a>),
    /// The end of an element.
    Close(ElementRef<'a>),
}

/// Visits every element and every shown text.
pub(super) fn walk<'a>(tree: &'a Html, mut visit: impl FnMut(Step<'a>)) {
    let root = tree.root_element();
    let mut node = *root;
    loop {
        let element = ElementRef::wrap(node);
        match element {
            Some(element) => visit(Step::Open(element)),
            None => {
                if let (Some(text), Some(parent)) = (node.value().as_text(), node.parent().and_then(ElementRef::wrap)) {
                    visit(Step::Text(text, parent));
                }
            }
        }
        let is_shown = element.is_some_and(|element| !SILENT.contains(&element.value().name()));
        if let Some(child) = node.first_child().filter(|_| is_shown) {
            node = child;
            continue;
        }
        loop {
            if let Some(element) = ElementRef::wrap(node) {
                visit(Step::Close(element));
            }
            if node == *root {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
        }
    }
}

/// The shown text of a small element, at most about `limit` bytes of it; blocks inside it and `<br>` part
/// words.
pub(super) fn text(element: ElementRef<'_>, limit: usize) -> String {
    let mut out = String::new();
    for node in element.descendants().take(MOST_NODES) {
        if out.len() > limit {
            break;
        }
        match ElementRef::wrap(node) {
            Some(inner) if !INLINE.contains(&inner.value().name()) => out.push(' '),
            Some(_) => {}
            None => {
                let parent = node.parent().and_then(ElementRef::wrap);
                if parent.is_some_and(|parent| !SILENT.contains(&parent.value().name())) {
                    out.push_str(node.value().as_text().map_or("", |text| text));
                }
            }
        }
    }
    out
}
