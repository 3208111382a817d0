"""Codes of what the ledger says of comments and mentions; their words are in models/reasons.py."""

from __future__ import annotations

from enum import StrEnum


class SkipReason(StrEnum):
    """Why a comment or mention is not here, or is not as the export has it by now."""

    NOTE = "internal-note"
    UNKNOWN_TYPE = "comment-type"
    REPEATED = "repeated"
    NO_WORDS = "no-words"
    MENTION_REJECTED = "mention-rejected"
    MENTION_WITHOUT_ADDRESS = "mention-without-address"
    CHANGED_HERE = "changed-here"
    PARTS_CHANGED = "parts-changed"
    PLACE_KEPT = "place-kept"


class ArrivalNote(StrEnum):
    """What is different about a comment that came in."""

    PARENT_MISSING = "parent-missing"
    PARENT_ELSEWHERE = "parent-elsewhere"
    PARENT_NOT_A_COMMENT = "parent-no-comment"
    CIRCLE = "circle-cut"
    SPLIT = "split"
    PART = "part-of-long"
    UNKNOWN_STATUS = "comment-status"
    NO_TIME = "no-time"
    NAME_SHORTENED = "shortened"
    EMAIL_LEFT_OUT = "email-left-out"
    WEBSITE_LEFT_OUT = "website-left-out"
    BELOW_PATHS = "very-deep"
