"""The nouns of a conversation, a file each."""

from comments.models.comment import Comment
from comments.models.decision import Decision, Untold
from comments.models.message import Message

__all__ = ["Comment", "Decision", "Message", "Untold"]
