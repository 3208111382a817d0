"""Chooses the posts that are related to one: by shared tags, sources and rare words of the search index.

The worker does it after a post was saved (decision 0052); pages read what it has stored, and ask nothing of the index.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from blog.fulltext import terms
from blog.models import Clock, Post, RelatedChoice, RelatedPost, SearchEntry, Source, Tag
from blog.models.fields import column_of
from blog.models.further_reading import MAX_RELATED_SHOWN
from blog.search.engine import newest_ids
from blog.text.site_values import site

# Related posts of a post: two more than are shown, since they may be named as the previous and the next post.
MAX_RELATED = MAX_RELATED_SHOWN + 2
# Posts chosen for in one round of the worker, so that emails wait for less than a second.
BATCH_SIZE = 20
# Words of a post that are looked up, each at the cost of one small search.
MAX_WORDS = 24
# A word, tag or source in more posts than this finds none: it says too little of each.
MAX_MATCHES = 60
# The latest posts, by which it is known which words are rare, and the share of them from which a word is common.
SAMPLE_SIZE, COMMON_SHARE = 200, 0.2
MIN_WORD_LENGTH = 3
# A word of the title says as much as three of the text; a tag or source was chosen, and a word only occurs.
TITLE_WEIGHT, LINK_WEIGHT = 3, 3.0
# A tag that most posts have says nothing.
MIN_LINK_WEIGHT = math.log(2)
# Without a tag or source in common, posts are related by this many words.
MIN_SHARED_WORDS = 3
# Candidates of which it is asked whether readers find them.
MAX_COMPARED = 100
# Keys that are no words of the text.
MARKS = (terms.NAME_MARK, terms.AUTHOR_MARK, terms.TAG_MARK, terms.YEAR_MARK, terms.KIND_MARK)


def choose_due_related() -> int:
    """Choose the related posts of some posts that wait for it; how many. A job of the worker."""
    if not (due := RelatedChoice.objects.next_due(BATCH_SIZE)):
        return 0
    common = CommonWords.read()
    return sum(store_choice(choice, choose_related(choice.post_id, common)) for choice in due)


@dataclass
class CommonWords:
    """In how many of some posts each word occurs, and how many posts there are in all."""

    counts: Counter[str] = field(default_factory=Counter)
    sample_size: int = 0
    total: int = 0

    @classmethod
    def read(cls) -> CommonWords:
        entries = SearchEntry.objects.filter(kind=Post.SEARCH_KIND)
        latest = list(entries.order_by("-object_id").values_list("keys", flat=True)[:SAMPLE_SIZE])
        counts = Counter(word for keys in latest for word in set(keys.split()))
        return cls(counts, len(latest), entries.count())

    def rarity(self, word: str) -> float:
        """0 for a common word; more for a rarer one."""
        count = self.counts[word]
        if count > max(2, COMMON_SHARE * self.sample_size):
            return 0.0
        return math.log((1 + self.sample_size) / (1 + count))


@dataclass
class Candidate:
    """What a post has in common with another."""

    score: float = 0.0
    words: int = 0
    has_link: bool = False

    @property
    def is_related(self) -> bool:
        return self.has_link or self.words >= MIN_SHARED_WORDS


type Candidates = defaultdict[int, Candidate]


def choose_related(pk: int, common: CommonWords) -> list[int]:
    """The ids of the posts that are related to this one, the nearest first; none for one that readers do not find."""
    post = Post.objects.published().filter(pk=pk).for_title_list("language", "translation_of", "series").first()
    if post is None:
        return []
    candidates: Candidates = defaultdict(Candidate)
    add_words(candidates, post, common)
    add_links(candidates, post, Tag, common.total)
    add_links(candidates, post, Source, common.total)
    scores = {pk: other.score for pk, other in candidates.items() if other.is_related}
    return nearest_public(post, scores)


def add_words(candidates: Candidates, post: Post, common: CommonWords) -> None:
    """Count the rare words of `post` that others have, too."""
    entries: dict[str, list[int]] = {}
    for word in find_telling_words(post, common):
        ids, _is_partial = newest_ids(query_posts(word), MAX_MATCHES + 1)
        if len(ids) <= MAX_MATCHES:
            entries[word] = ids
    found = {pk for ids in entries.values() for pk in ids}
    posts = dict(SearchEntry.objects.filter(pk__in=found).values_list("pk", "object_id"))
    for ids in entries.values():
        weight = weigh(len(ids), common.total)
        for pk in ids:
            candidate = candidates[posts[pk]]
            candidate.score += weight
            candidate.words += weight > 0


def find_telling_words(post: Post, common: CommonWords) -> list[str]:
    """The stems of `post` that are frequent in it and rare elsewhere."""
    entry = SearchEntry.objects.filter(kind=Post.SEARCH_KIND, object_id=post.pk).values_list("keys", flat=True).first()
    counts: Counter[str] = Counter()
    for key in (entry or "").split():
        is_title = key.startswith(terms.TITLE_MARK)
        word = key.removeprefix(terms.TITLE_MARK)
        if not key.startswith(MARKS) and len(word) >= MIN_WORD_LENGTH and not word.isdecimal():
            counts[word] += TITLE_WEIGHT if is_title else 1
    values = {word: count * common.rarity(word) for word, count in counts.items()}
    telling = sorted((word for word, value in values.items() if value), key=lambda word: (-values[word], word))
    return telling[:MAX_WORDS]


def query_posts(word: str) -> terms.IndexQuery:
    return terms.IndexQuery((((word,),), ((terms.KIND_MARK + Post.SEARCH_KIND,),)))


def weigh(matches: int, total: int) -> float:
    """What it says of two of `total` posts that both are among `matches`; 0 where all are."""
    return max(0.0, math.log(max(total, 1) / max(matches, 1)))


def add_links(candidates: Candidates, post: Post, model: type[Tag] | type[Source], total: int) -> None:
    """Count the tags or sources that `post` shares: a frequent one only with candidates that are known by others."""
    name, links = column_of(model), model.post_links()._default_manager
    own = {row.pk: row.post_count for row in model.objects.filter(pk__in=links.filter(post=post).values(name))}
    rare = [pk for pk, count in own.items() if count <= MAX_MATCHES]
    shared = links.filter(Q(**{f"{name}__in": rare}) | Q(post__in=[*candidates], **{f"{name}__in": [*own]}))
    for other, pk in set(shared.values_list("post", name)):
        candidate, weight = candidates[other], weigh(own[pk], total)
        candidate.score += LINK_WEIGHT * weight
        candidate.has_link |= weight >= MIN_LINK_WEIGHT


def nearest_public(post: Post, scores: dict[int, float]) -> list[int]:
    """Those that readers find, in the language of `post`; not the parts of its series, nor translations."""
    languages = {"", site().language} if post.text_language == site().language else {post.language}
    ids = sorted(scores, key=lambda pk: (-scores[pk], -pk))[:MAX_COMPARED]
    others = Post.objects.published().filter(pk__in=ids, language__in=languages).exclude(pk=post.pk)
    if post.series_id:
        others = others.exclude(series=post.series_id)
    if post.translation_of_id:
        others = others.exclude(translation_of=post.translation_of_id)
    public = set(others.values_list("pk", flat=True))
    return [pk for pk in ids if pk in public][:MAX_RELATED]


def store_choice(choice: RelatedChoice, related: list[int]) -> int:
    """Store what was chosen, and ask for new choices for others if the post was saved; 1 if it is stored.

    Asking comes first and by itself: within the transaction two workers could wait for one another.
    """
    before = list(RelatedPost.objects.filter(post=choice.pk).values_list("related", flat=True))
    if choice.was_saved:
        leading_here = RelatedPost.objects.filter(related=choice.pk).values_list("post", flat=True)
        RelatedChoice.objects.ask_for({*related, *before, *leading_here})
    return replace_related(choice, before, related)


@transaction.atomic
def replace_related(choice: RelatedChoice, before: list[int], related: list[int]) -> int:
    """Store what was chosen, unless the post was saved meanwhile or another worker was first; 1 if it is stored.

    The clock moves for a post that was saved, since its author looks whether it leads anywhere. A choice that is made
    again because of others shows with the next change of the site: no page is wrong meanwhile.
    """
    if not RelatedChoice.objects.filter(pk=choice.pk, due_at=choice.due_at).delete()[0]:
        return 0
    if related != before:
        RelatedPost.objects.filter(post=choice.pk).delete()
        rows = (RelatedPost(post_id=choice.pk, related_id=pk, position=place) for place, pk in enumerate(related))
        RelatedPost.objects.bulk_create(rows)
        if choice.was_saved:
            Clock.move_site()
    return 1
