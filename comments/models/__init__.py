"""The nouns of a conversation, a file each."""

from comments.models.comment import Comment
from comments.models.decision import Decision, Unlearned, Untold
from comments.models.erasure import Erasure
from comments.models.look import Look
from comments.models.message import Attempt, Message
from comments.models.notice import Notice
from comments.models.passes import Pass
from comments.models.policy import Policy, Reason
from comments.models.quotation import Quotation
from comments.models.reader import Reader
from comments.models.report import Report
from comments.models.revision import Revision
from comments.models.round import Gathered, Looked, Round
from comments.models.rule import Finding, Rule
from comments.models.subscription import Mailbox, Subscription
from comments.models.words import Word

__all__ = [
    "Attempt",
    "Comment",
    "Decision",
    "Erasure",
    "Finding",
    "Gathered",
    "Look",
    "Looked",
    "Mailbox",
    "Message",
    "Notice",
    "Pass",
    "Policy",
    "Quotation",
    "Reader",
    "Reason",
    "Report",
    "Revision",
    "Round",
    "Rule",
    "Subscription",
    "Unlearned",
    "Untold",
    "Word",
]
