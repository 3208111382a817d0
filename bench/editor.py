"""What a key costs in the editor, in a text of 2,000 and of 20,000 words, and in a bare text area for comparison.

    python bench/editor.py [--keys 60]

Needs Debian's chromium. Makes its own site under var/bench at the first run, and keeps it. A key's cost is the CPU time
of the page's main thread, drawing included, which a job beside it does not spoil; the waiting is told beside it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.pages import Table, staff_cookie

SIZE = {"posts": 20, "comments": 20, "thread": 10, "chain": 2}
WORDS = (2_000, 20_000)
# What the design promises of each key: less than one frame.
MAX_KEY_MS = 16
PARAGRAPH = (
    "Some *words* of a paragraph that goes on for a while, with a [link](https://example.org) and a note.[^1] " * 5
)
SENTENCE = "and then they went on to speak of the harvest, "

# In so many turns with the bare text area; and for so many keys, one rest.
ROUNDS, RESTED = 3, 6

AFTER_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# The answer is read and drawn in idle time: after that, and after its frame.
IDLE = """() => new Promise((done) => setTimeout(() => requestIdleCallback(
  () => requestAnimationFrame(() => requestAnimationFrame(done))), 100))"""


def main() -> None:
    options = parse_arguments()
    site.use_site(database="sqlite", quick=True, purpose="editor")
    site.fill(SIZE)
    if not shutil.which("chromium"):
        sys.exit("Chromium is not installed: nothing was measured.")
    cookie = staff_cookie()
    head = (
        "text",
        "a key, ms",
        "95 of 100",
        "dearest",
        "in a bare text area",
        "95 of 100",
        "dearest",
        "counted and drawn at rest, ms",
        "dearest",
    )
    table = Table(f"What {options.keys} keys cost, and {options.keys // RESTED} rests after one", head)
    with site.gunicorn() as server:
        held = [measure(table, server.address, cookie, words, options.keys) for words in WORDS]
    said = "held    " if all(held) else "NOT HELD"
    print(f"\n{said}  95 of 100 keys under {MAX_KEY_MS} ms, or within what a bare text area takes")
    sys.exit(0 if all(held) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=60, help="typed in each way (default: 60)")
    return parser.parse_args()


def text_of(words: int) -> str:
    each = len(PARAGRAPH.split())
    paragraphs = [f"## Part {n}\n\n{PARAGRAPH}" if n % 9 == 0 else PARAGRAPH for n in range(words // each)]
    return "\n\n".join(paragraphs) + "\n\n[^1]: A note.\n"


def measure(table: Table, address: str, cookie: str, words: int, keys: int) -> bool:
    """One row; is the promise kept?"""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page, bare = (open_form(chromium, address, cookie, words, script=script) for script in (True, False))
        ours, theirs = [], []
        for _ in range(ROUNDS):  # in turns: the machine is not always as fast
            ours += measure_keys(page, keys // ROUNDS)
            theirs += measure_keys(bare, keys // ROUNDS)
        rests = measure_pauses(page, keys // RESTED)
        chromium.close()
    told = [told for costs in (ours, theirs) for told in (statistics.median(costs), percentile_95(costs), max(costs))]
    table.row(f"{words:,} words", *(f"{cell:.1f}" for cell in [*told, statistics.median(rests), max(rests)]))
    return percentile_95(ours) < max(MAX_KEY_MS, percentile_95(theirs))  # a slow browser is not ours to mend


def percentile_95(costs: list[float]) -> float:
    return statistics.quantiles(costs, n=20)[-1]


def open_form(chromium: Any, address: str, cookie: str, words: int, *, script: bool = True) -> Any:
    """The form of a new post with a text in it, the caret in its middle."""
    context = chromium.new_context(viewport={"width": 1600, "height": 900})
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    if not script:
        page.route("**/js/editor/*", lambda route: route.abort())
    page.goto(f"{address}/admin/blog/post/add/")
    field = page.locator("#id_body")
    field.fill(text_of(words))
    if script:
        page.locator("[data-drawn] .prose > *").last.wait_for()
    field.evaluate(
        "one => { const at = one.value.indexOf('goes', one.value.length / 2); one.setSelectionRange(at, at); }"
    )
    return page


def measure_keys(page: Any, keys: int) -> list[float]:
    """Milliseconds of CPU of the page, key by key, until the letter stands there."""
    session = start_profiling(page)
    costs = []
    for number in range(keys):
        before = task_ms(session)
        page.keyboard.press(SENTENCE[number % len(SENTENCE)])
        page.evaluate(AFTER_FRAME)
        costs.append(task_ms(session) - before)
    return costs


def measure_pauses(page: Any, rests: int) -> list[float]:
    """Milliseconds of CPU of the page in each rest after a key: words counted, the preview asked for and drawn."""
    session = start_profiling(page)
    costs = []
    for _ in range(rests):
        with page.expect_response("**/preview/"):
            page.keyboard.press("x")
            page.evaluate(AFTER_FRAME)
            before = task_ms(session)
        page.evaluate(IDLE)
        costs.append(task_ms(session) - before)
    return costs


def start_profiling(page: Any) -> Any:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.keyboard.type(SENTENCE)
    page.evaluate(AFTER_FRAME)
    return session


def task_ms(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


if __name__ == "__main__":
    main()
