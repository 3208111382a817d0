"""The tables of the conversation, and what one row can do. Imports blog and the packages without models."""

from comments.models.act import Act
from comments.models.assignment import Assignment
from comments.models.comment import Comment
from comments.models.comment_note import CommentNote
from comments.models.comment_sign import CommentSign, PartedComment
from comments.models.decision import Decision, PendingNotification, PendingTraining
from comments.models.erased import ErasedAddress, ErasedComment
from comments.models.fanout_cursor import Fanout, PostScan
from comments.models.finding import Finding
from comments.models.mailbox import Mailbox
from comments.models.mention import Mention
from comments.models.message import DeliveryAttempt, Message
from comments.models.notification_preference import NotificationPreference
from comments.models.objection import Objection
from comments.models.policy import Policy, Reason
from comments.models.quotation import Quotation
from comments.models.read_marker import ReadMarker
from comments.models.reader import Erasure, Reader
from comments.models.reader_note import ReaderNote
from comments.models.reader_session import ReaderSession
from comments.models.report import Report, ReportContact
from comments.models.retention_night import RetentionNight
from comments.models.revision import Revision
from comments.models.rule import Rule
from comments.models.saved_reply import SavedReply
from comments.models.spam_token import SpamToken
from comments.models.statement import Statement
from comments.models.subscription import DigestItem, Subscription
from comments.models.subscription_wish import Asking, SubscriptionWish
from comments.models.webhook import Webhook, WebhookNotice

__all__ = [
    "Act",
    "Asking",
    "Assignment",
    "Comment",
    "CommentNote",
    "CommentSign",
    "Decision",
    "DeliveryAttempt",
    "DigestItem",
    "ErasedAddress",
    "ErasedComment",
    "Erasure",
    "Fanout",
    "Finding",
    "Mailbox",
    "Mention",
    "Message",
    "NotificationPreference",
    "Objection",
    "PartedComment",
    "PendingNotification",
    "PendingTraining",
    "Policy",
    "PostScan",
    "Quotation",
    "ReadMarker",
    "Reader",
    "ReaderNote",
    "ReaderSession",
    "Reason",
    "Report",
    "ReportContact",
    "RetentionNight",
    "Revision",
    "Rule",
    "SavedReply",
    "SpamToken",
    "Statement",
    "Subscription",
    "SubscriptionWish",
    "Webhook",
    "WebhookNotice",
]
