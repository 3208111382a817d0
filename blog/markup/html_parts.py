"""Patterns and sets for reading HTML that the renderer has made: every element closed, every attribute quoted."""

import re


def tag_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Elements without an end tag.
VOID_TAGS = tag_set("area base br col embed hr img input link meta param source track wbr")
# The attributes of a tag. Possessive, like the pattern below: it takes what it can and never gives back, so that the
# time is linear.
ATTRIBUTES = r'(?:[^<>"]++|"[^"]*+")*+'
# Text, a tag (its slash, name and attributes), or a stray sign.
PART = re.compile(rf"[^<]++|<(/?)([a-zA-Z][a-zA-Z0-9]*)({ATTRIBUTES})>|<")
