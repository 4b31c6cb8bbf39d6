"""A small logic-less template: enough of Mustache (mustache.github.io/mustache.5.html) for the site designs.

`{{name}}` escaped, `{{{name}}}` as it is, `{{#name}}..{{/name}}` for each item or if true, `{{^name}}..{{/name}}` if
empty, `{{.}}` the item itself, `{{a.b}}` a part of a. A name that nothing defines is an error, not an empty string.
"""

import html
import re

TAG = re.compile(r"\{\{(?P<raw>\{)?(?P<sign>[#^/]?)(?P<name>[\w.-]+)\}?\}\}")
# A tag alone on its line takes the line with it.
SECTION_LINE = re.compile(r"^[ \t]*(\{\{[#^/][\w.-]+\}\})[ \t]*\n", re.MULTILINE)


def render(source, context):
    source = SECTION_LINE.sub(r"\1", source)
    out, end = _render(source, 0, [context], None, True)
    if end != len(source):
        raise ValueError(f"section closed that was not open near: {source[end - 40 : end]}")
    return out


def _render(source, at, stack, closing, visible):
    """Renders up to the tag that closes the section; returns the text and where it ends."""
    out = []
    while tag := TAG.search(source, at):
        out.append(source[at : tag.start()])
        name, at = tag["name"], tag.end()
        if tag["sign"] == "/":
            if name != closing:
                raise ValueError(f"{{{{/{name}}}}} closes {closing}")
            return "".join(out), at
        if not tag["sign"]:
            value = str(_lookup(stack, name)) if visible else ""
            out.append(value if tag["raw"] else html.escape(value, quote=True).replace("&#x27;", "'"))
            continue
        value = _lookup(stack, name) if visible else None
        if tag["sign"] == "^":
            items = [] if value else [stack[-1]]
        else:
            items = value if isinstance(value, list) else [value] if value else []
        for item in items if visible else []:
            text, end = _render(source, at, [*stack, item], name, True)
            out.append(text)
        if not items or not visible:
            _, end = _render(source, at, stack, name, False)
        at = end
    if closing:
        raise ValueError(f"section {closing} is not closed")
    return "".join([*out, source[at:]]), len(source)


def _lookup(stack, name):
    if name == ".":
        return stack[-1]
    first, *rest = name.split(".")
    for scope in reversed(stack):
        if isinstance(scope, dict) and first in scope:
            value = scope[first]
            for part in rest:
                value = value[part]
            return value
    raise KeyError(name)
