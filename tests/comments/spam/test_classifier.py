"""The spam classifier, without a database: what it sees, how it judges, and how careful it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.spam.classifier import (
    HOLD_THRESHOLD,
    MIN_LESSONS,
    SPAM_THRESHOLD,
    Classification,
    TokenCounts,
    advise,
    classify,
)
from comments.spam.features import describe_feature, extract_features

GOOD = "The tiles of the western portal were restored by hand, with a glaze of the same copper and tin."
BAD = "Casino bonus! Cheap pills, best price, order now at https://casino.example.org/win"


def lessons(*, good: list[str], spam: list[str]) -> TokenCounts:
    """What was learned from these texts."""
    words: dict[str, tuple[int, int]] = {}
    for kind, texts in enumerate((good, spam)):
        for text in texts:
            for feature in extract_features(body=text):
                seen = list(words.get(feature, (0, 0)))
                seen[kind] += 1
                words[feature] = (seen[0], seen[1])
    return TokenCounts(good=len(good), spam=len(spam), words=words)


def varied(text: str, times: int) -> list[str]:
    return [f"{text} Number{number} of many." for number in range(times)]


def taught(times: int) -> TokenCounts:
    return lessons(good=varied(GOOD, times), spam=varied(BAD, times))


def test_it_separates_spam_from_readers_comments():
    counts = taught(50)
    assert (
        classify(extract_features(body="Casino bonus! Cheap pills, order now at casino.example.org"), counts).score
        > HOLD_THRESHOLD
    )
    assert classify(extract_features(body="Was the glaze of the portal made of copper and tin?"), counts).score < 0.1


def test_it_advises_to_mark_spam_to_hold_and_nothing():
    counts = taught(50)
    advised = [
        advise(Classification(score=score, score_reasons=[]), counts)
        for score in (1.0, SPAM_THRESHOLD, HOLD_THRESHOLD, HOLD_THRESHOLD - 0.01, 0.0)
    ]
    assert advised == ["spam", "spam", "hold", "", ""]


@pytest.mark.parametrize(("good", "spam"), [(MIN_LESSONS - 1, 1_000), (1_000, MIN_LESSONS - 1), (0, 0)])
def test_it_advises_nothing_before_it_has_learned_enough_of_both(good, spam):
    assert advise(Classification(score=1.0, score_reasons=[]), TokenCounts(good=good, spam=spam, words={})) == ""


def test_a_filter_trained_on_little_but_spam_marks_nothing_and_still_holds():
    certain = Classification(score=1.0, score_reasons=[])
    assert advise(certain, TokenCounts(good=100, spam=500, words={})) == "spam"
    assert advise(certain, TokenCounts(good=100, spam=501, words={})) == "hold"


def test_it_is_less_certain_when_young():
    words = ("casino", "bonus", "pills", "cheap")
    learned = [
        TokenCounts(good=times, spam=times, words=dict.fromkeys(words, (0, times))) for times in (10, 20, 50, 200)
    ]
    scores = [classify(frozenset(words), counts).score for counts in learned]
    assert scores == sorted(scores)
    assert 0.5 < scores[0] < SPAM_THRESHOLD < scores[-1]


@pytest.mark.parametrize(
    "counts", [TokenCounts(0, 0, {}), TokenCounts(0, 50, {"pills": (0, 50)}), TokenCounts(50, 0, {"pills": (50, 0)})]
)
def test_it_is_neutral_before_both_kinds_were_learned(counts):
    assert classify(extract_features(body="pills"), counts) == Classification(score=0.5, score_reasons=[])


def test_a_text_of_new_words_is_unknown():
    assert classify(frozenset({"never", "seen"}), taught(50)) == Classification(score=0.5, score_reasons=[])


def test_a_text_that_contradicts_itself_is_not_certain():
    mixed = classify(extract_features(body=f"{GOOD} {BAD}"), taught(50))
    assert advise(mixed, taught(50)) != "spam"


def test_a_flood_of_spam_does_not_make_its_every_word_a_sign():
    flooded = TokenCounts(good=30, spam=1_000, words={"seldom": (0, 10)})
    even = TokenCounts(good=1_000, spam=1_000, words={"seldom": (0, 10)})
    said, known = (classify(frozenset({"seldom"}), counts).score for counts in (flooded, even))
    assert said < 0.7 < known


def test_it_says_what_moved_it_strongest_first():
    verdict = classify(extract_features(body=BAD), taught(50))
    weights = [weight for _, weight in verdict.score_reasons]
    assert 0 < len(weights) <= 8
    assert weights == sorted(weights, key=abs, reverse=True)
    assert all(weight > 0 for weight in weights)


def test_reasons_against_spam_are_negative():
    assert all(weight < 0 for _, weight in classify(extract_features(body=GOOD), taught(50)).score_reasons)


def test_reasons_stand_in_the_same_order_each_time():
    names = [f"word{number}" for number in range(40)]
    counts = TokenCounts(good=50, spam=50, words=dict.fromkeys(names, (0, 5)))
    verdicts = [classify(frozenset(order), counts) for order in (names, names[::-1])]
    assert verdicts[0] == verdicts[1]
    assert [name for name, _ in verdicts[0].score_reasons] == sorted(names)[:8]


def test_a_pair_and_its_words_are_one_reason():
    counts = TokenCounts(good=50, spam=50, words={"cheap pills": (0, 40), "cheap": (2, 40), "pills": (3, 40)})
    told = classify(frozenset(counts.words), counts).score_reasons
    assert [feature for feature, _ in told] == ["cheap pills"]


def test_unlearning_is_never_having_learned():
    before = lessons(good=varied(GOOD, 20), spam=varied(BAD, 20))
    after = lessons(good=varied(GOOD, 20), spam=[*varied(BAD, 20), "Unique melons of Bukhara"])
    words = dict(after.words)
    for feature in extract_features(body="Unique melons of Bukhara"):
        good, spam = words[feature]
        words[feature] = (good, spam - 1)
    unlearned = TokenCounts(good=after.good, spam=after.spam - 1, words=words)
    for text in (GOOD, BAD, "Unique melons of Bukhara, cheap"):
        assert classify(extract_features(body=text), unlearned) == classify(extract_features(body=text), before)


@pytest.mark.parametrize(
    "body",
    [
        "a" * 10_000,
        "🔥" * 10_000,
        "ﷺ" * 10_000,
        "Қалайсыз, бу жуда яхши мақола! " * 300,
        "مرحبا بالعالم، هذا تعليق " * 300,
        "最新在线赌场优惠" * 1_000,
        "https://" * 1_200,
        "https:" * 1_600,
        "http:" + "a" * 10_000,
        "//" * 5_000,
        " //a@" * 2_000,
        " //" + "-" * 10_000,
        " ".join(f"https://{number}.example.org/{number}" for number in range(1_000)),
        " ".join(f"word{number}" for number in range(3_000)),
        "<a " * 3_000,
        "1 2-" * 2_500,
        "\0\ud800\udfff",
        "",
    ],
)
def test_features_of_hostile_texts_are_bounded_and_can_be_stored(body):
    assert_storable(extract_features(body=body, name=body[:80], email=body[:200], website=body[:200]))


@given(st.text(alphabet=st.characters(), max_size=300), st.text(max_size=80), st.text(max_size=80))
def test_features_of_any_text_are_bounded_and_can_be_stored(body, name, address):
    assert_storable(extract_features(body=body, name=name, email=address, website=address))


def assert_storable(found: frozenset[str]) -> None:
    assert 0 < len(found) <= 400
    assert all(0 < len(feature) <= 64 and "\0" not in feature for feature in found)
    assert "".join(found).encode()


@given(st.text(max_size=200))
def test_a_score_is_between_0_and_1_after_any_training(body):
    found = extract_features(body=body)
    counts = TokenCounts(good=3, spam=200_000, words=dict.fromkeys(found, (3, 200_000)))
    assert 0 <= classify(found, counts).score <= 1


@pytest.mark.parametrize(
    "body", ["shape:links-6 link:casino.example name:seo mail:example.org in-link:win", "shape：html"]
)
def test_no_typed_word_is_taken_for_anything_else(body):
    kinds = {feature for feature in extract_features(body=body) if ":" in feature}
    assert {feature.partition(":")[0] for feature in kinds} == {"shape"}
    assert "shape:links-0" in kinds
    assert "shape:html" not in kinds


def test_a_link_is_known_by_its_host_and_its_domain_wherever_it_stands():
    domains = {"link:casino.example.org", "link:example.org"}
    assert domains <= extract_features(body="See https://me@www.Casino.example.org:80/win?now.")
    assert domains <= extract_features(body="Nice post", website="https://casino.example.org")


@pytest.mark.parametrize(
    "address",
    ["//casino.example.org", "http:casino.example.org/a", "HTTP:/casino.example.org", "https:///casino.example.org",
     "/\\/casino.example.org", "https:\\/\\/casino.example.org", "//a@casino.example.org"],
)  # fmt: skip
@pytest.mark.parametrize(
    "body", ["[so]({})", "[so](<{}>)", "<a href={}>so</a>", '<a href="{}">', "[url={}]so[/url]", "{}"]
)
def test_a_link_written_as_only_browsers_read_it_is_a_link(address, body):
    assert {"link:casino.example.org", "shape:links-1"} <= extract_features(body=body.format(address))


@pytest.mark.parametrize("body", ["and//or.so", "http: a.b", "// a.b", "a/b.c", "https:", "//"])
def test_strokes_alone_make_no_link(body):
    assert "shape:links-0" in extract_features(body=body)


def test_the_writers_details_are_features_too():
    found = extract_features(body="Nice post", name="Best SEO Agency London", email="info2468@shop.example", website="")
    assert {"name:seo", "shape:name-long", "mail:shop.example", "shape:mail-digits"} <= found


@pytest.mark.parametrize("typed", ["CASINO", "ca\u200bsino", "ｃａｓｉｎｏ", "𝓬𝓪𝓼𝓲𝓷𝓸", "ca\u00adsino"])
def test_a_word_in_disguise_is_the_same_word(typed):
    assert "casino" in extract_features(body=typed)


def test_words_of_mixed_scripts_are_marked():
    assert "shape:mixed" in extract_features(body="Visit our cаsino")  # the first a is Cyrillic
    assert "shape:mixed" not in extract_features(body="Visit our казино")


def test_languages_without_spaces_are_seen_in_pairs_of_letters():
    assert {"赌场", "场优"} <= extract_features(body="赌场优惠")


def test_spam_behind_harmless_words_is_seen():
    harmless = " ".join(f"harmless{number}" for number in range(380))
    assert extract_features(body=f"{harmless} https://casino.example.org") & {"link:casino.example.org"}


@pytest.mark.parametrize(
    ("feature", "phrase"),
    [
        ("casino", "the word “casino”"),
        ("cheap pills", "the words “cheap pills”"),
        ("link:example.org", "a link to example.org"),
        ("in-link:win", "“win” in a link"),
        ("name:seo", "“seo” in the name"),
        ("mail:example.org", "an email address at example.org"),
        ("shape:links-3", "three to five links"),
        ("shape:of-a-version-to-come", "of-a-version-to-come"),
    ],
)
def test_every_feature_can_be_said_in_words(feature, phrase):
    assert describe_feature(feature) == phrase


def test_every_shape_is_described():
    loud = "!!! WIN $5 100% NOW " * 300 + "a@b.example 123 456 7890 <a href=x> [url=x] cаsino 🔥\n> so"
    texts = [loud, "1 2 3", "no", GOOD, BAD, *("https://a.example " * count + "Is it? !" * count for count in range(9))]
    texts += ["Word " * times for times in (30, 80, 200, 600)] + ["aBcd " * 9, "aaaaaaaaaaB" * 9, f"{'a' * 60}B 1"]
    found = {
        feature
        for text in texts
        for feature in extract_features(body=text, name="a.example", website="x", email="a123@b.example")
    }
    shapes = {feature for feature in found if feature.startswith("shape:")}
    assert len(shapes) > 25
    assert not [feature for feature in shapes if describe_feature(feature) == feature.removeprefix("shape:")]
