"""Scripts and style sheets are joined with what they import, and a script that breaks the rules for it is refused."""

from collections import Counter

import pytest
from django.conf import settings

from registan.bundles import BUNDLES, join_file

STATIC = settings.BASE_DIR / "static"


def join(name: str, **sources: str) -> str:
    """The file as it is served; `sources` are files of its folder by their names without the suffix."""
    folder, suffix = name.rsplit("/", 1)[0], name[name.rindex(".") :]
    texts = {f"{folder}/{stem.replace('_', '-')}{suffix}": text for stem, text in sources.items()}
    return join_file(name, texts.__getitem__)


def test_a_module_comes_once_and_before_those_that_import_it():
    script = join(
        "js/reader.js",
        reader='import { a } from "./one.js";\nimport { b } from "./two.js";\na(b);\n',
        one='import { b } from "./two.js";\nexport const a = () => b;\n',
        two="export const b = 1;\nconst hidden = 2;\n",
    )
    assert script.splitlines() == [
        "(() => {",
        '"use strict";',
        "const $0 = (() => {", "const b = 1;", "const hidden = 2;", "return { b };", "})();",
        "const $1 = (() => {", "const { b } = $0;", "const a = () => b;", "return { a };", "})();",
        "const { a } = $1;",
        "const { b } = $0;",
        "a(b);",
        "})();",
    ]  # fmt: skip


def test_a_script_that_exports_stays_a_module():
    script = join(
        "js/quote.js", quote='import { a } from "./one.js";\nexport const start = a;\n', one="export const a = 1;\n"
    )
    assert script.splitlines()[-2:] == ["const { a } = $0;", "export const start = a;"]


def test_any_other_script_loses_its_comments_and_nothing_else():
    source = (
        '// Says why.\nimport { a } from "./one.js";\n\nif (a) {\n  // here\n  a("// no comment"); // a comment\n}\n'
    )
    assert join("js/queue.js", queue=source).splitlines() == [
        'import { a } from "./one.js";', "if (a) {", 'a("// no comment"); // a comment', "}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        'import * as one from "./one.js";',
        'import one from "./one.js";',
        'import { a as b } from "./one.js";',
        'import { a } from "../one.js";',
        "import {",
        "export default 1;",
        "export let a = 1;",
        "export { a };",
        'export { a } from "./one.js";',
        "const text = `one",
    ],
)
def test_a_line_that_the_rules_do_not_allow_is_named(line):
    with pytest.raises(ValueError, match=r"reader\.js") as refusal:
        join("js/reader.js", reader=f"{line}\n", one="export const a = 1;\n")
    assert line in str(refusal.value) or "imports as" in str(refusal.value)


def test_a_name_that_is_not_exported_is_refused():
    with pytest.raises(ValueError, match=r"js/reader.js imports b, which is not exported"):
        join("js/reader.js", reader='import { a, b } from "./one.js";\n', one="export const a = 1;\n")


def test_a_circle_is_refused():
    one, two = 'import "./two.js";\n', 'import "./one.js";\n'
    with pytest.raises(ValueError, match=r"js/one.js > js/two.js > js/one.js"):
        join("js/reader.js", reader='import "./one.js";\n', one=one, two=two)


def test_a_sheet_has_its_parts_and_theirs_in_place_and_no_comments():
    sheet = join(
        "css/pages.css",
        pages='/* Of all pages. */\n@import "site.css";\n\na {\n  color: red; /* or\n  blue */\n}\n',
        site='@import "part.css";\nb { top: 0 }\n',
        part="i { top: 1px }\n",
    )
    assert sheet == "i{top:1px}b{top:0}a{color:red}\n"


def test_modules_that_two_bundles_contain_keep_no_state():
    read: list[str] = []
    for name in BUNDLES:
        join_file(name, lambda part: read.append(part) or (STATIC / part).read_text())
    # A page loads one bundle with the theme, the times and the offer of a language.
    shared = {"js/theme.js", "js/local-times.js", "js/language-offer.js", "js/try-storage.js"}
    assert {name for name, count in Counter(read).items() if count > 1} == shared
