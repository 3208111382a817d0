"""Words that say nothing of a text, in the languages of the site: they may move a score, but are no reason to show.

Articles, pronouns, prepositions, conjunctions and auxiliary verbs; no word that a spammer would sell. Compared without
apostrophes, which Uzbek is written with in many ways.
"""

from __future__ import annotations

import re

_APOSTROPHES = re.compile("['’‘ʻʼ`]")

_ENGLISH = """
a about after again all also am an and any are arent as at be because been before being but by can cant could did didnt
do does doesnt doing dont down each even few for from further get had has have having he her here hers him his how i id
if ill im in into is isnt it its itself ive just like me more most much my no nor not now of off on once one only or
other our ours out over own same she should so some such than that thats the their theirs them then there these they
theyre this those through to too under until up us very was wasnt we well were what when where which while who whom why
will with would you youd youll your youre yours youve
"""
_RUSSIAN = """
а без более бы был была были было быть в вам вас ваш весь во вот все всё всего всех вы где да даже для до его ее её
если есть еще ещё же за здесь и из или им их к как ко когда кто ли либо мне мой мы на над надо нам нас наш не него
нее неё ней нет ни них но ну о об он она они оно от очень по под при про с сам свой со так также такой там те тебя
тем то тогда того тоже той только том тот ту ты у уже хотя чего чей чем что чтобы эта эти это этого этой этом этот
эту я
"""
_UZBEK = """
agar ana aslida avval bari barcha bilan bir biz bizga bizning boladi bolgan bolib boldi bolsa boshqa bu buni
buning bunda chunki da dan deb degan dek edi ega ekan emas endi esa ga ham hamma har hech hozir ikki ila juda kabi
kerak keyin kim kop lekin ma mana men menga mening mi mumkin na nega ni nima nimaga ning oldin oz ozi qanday qaysi qilib
sen senga shu shuning shunday siz sizga sizning toki u uchun ular uning unga uni va yana yo yoki
yoq ва билан учун бу ҳам эди эмас лекин бир мен сен биз сиз улар шу деб ёки эса
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_RUSSIAN} {_UZBEK}".split())


def says_something(feature: str) -> bool:
    """Would a person learn something from this feature? Not from a pair or a word of nothing but stop words."""
    if ":" in feature:
        return True
    return not all(is_stop_word(word) for word in feature.split(" "))


def is_stop_word(word: str) -> bool:
    """Is it one of the list, or a single letter of an alphabet?"""
    return (len(word) == 1 and word < "\u0e00") or _APOSTROPHES.sub("", word) in STOP_WORDS
