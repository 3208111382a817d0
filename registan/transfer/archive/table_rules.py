"""What becomes of every table in an archive, decided once for each: in the public part, only in a private one, in none.

A test fails when a model has no rule. `public` finds the rows that every reader can see anyway: by the same querysets
as the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from blog.models import (
    Author,
    Conversation,
    Correction,
    MenuLink,
    OldAddress,
    Page,
    Post,
    Quotation,
    Redirect,
    RelatedPost,
    Series,
    Source,
    SourceKey,
    Tag,
)
from comments.models import Comment, Mention
from comments.models import Quotation as CommentQuotation

type Rows = QuerySet[Any, Any]


class TableRule(NamedTuple):
    """`is_kept`: in a private archive. `hidden`: columns that the public part leaves out."""

    reason: str
    is_kept: bool = True
    public: Callable[[], Rows] | None = None
    hidden: frozenset[str] = frozenset()


def private(reason: str) -> TableRule:
    return TableRule(reason)


def never(reason: str) -> TableRule:
    return TableRule(reason, is_kept=False)


def public(rows: Callable[[], Rows], reason: str, hidden: str = "") -> TableRule:
    return TableRule(reason, public=rows, hidden=frozenset(hidden.split()))


def posts() -> Rows:
    """Published and listed: neither those for whoever has the link, nor those with a password."""
    return Post.objects.published()


def subjects() -> Q:
    """Of a row with a conversation: is it that of a public post or page?"""
    rows = (posts(), Page.objects.with_conversation())
    on_post, on_page = (Exists(subject.filter(thread=OuterRef("conversation")).order_by()) for subject in rows)
    return Q(on_post) | Q(on_page)


def comments() -> Rows:
    """What a thread shows: published comments, and those of which a tombstone is left (see `EMPTIED`)."""
    return Comment.objects.filter(subjects(), shown=True)


def conversations() -> Rows:
    return Conversation.objects.filter(
        Q(pk__in=posts().values("thread")) | Q(pk__in=Page.objects.with_conversation().values("thread"))
    )


def targets() -> Q:
    """Of a row with one of these relations: does it lead to something public?"""
    return (
        Q(post__in=posts().values("pk"))
        | Q(page__in=Page.objects.values("pk"))
        | Q(tag__in=Tag.objects.public().values("pk"))
        | Q(author__in=Author.objects.values("pk"))
    )


def quotations_of_comments() -> Rows:
    shown = Comment.objects.public().values("pk")
    return CommentQuotation.objects.filter(comment__in=shown).filter(Q(source=None) | Q(source__in=shown))


def of_posts(model: Any, **conditions: Any) -> Callable[[], Rows]:
    """The rows of a table that belong to public posts."""
    return lambda: model._base_manager.filter(post__in=posts().values("pk"), **conditions)


WORDS_OF_COMMENT = ("name", "name_key", "website", "body", "html", "words_key")
# Of a public row whose comment is not published, these columns are "": the page shows a tombstone.
EMPTIED: dict[str, Callable[[dict[str, Any]], tuple[str, ...]]] = {
    "comments.Comment": lambda row: () if row["status"] == Comment.Status.APPROVED else WORDS_OF_COMMENT
}

RULES: dict[str, TableRule] = {
    # What authors write
    "blog.Post": public(
        posts, "What readers read; drafts and posts for few only in private.", "password_hash preview_token"
    ),
    "blog.Page": public(Page.objects.all, "Standing pages outside the trash."),
    "blog.Author": public(Author.objects.all, "Profiles, which all have a page.", "user_id"),
    "blog.Tag": public(lambda: Tag.objects.public(), "Tags that have a page."),
    "blog.Series": public(lambda: Series.objects.public(), "Series that have a page."),
    "blog.Source": public(lambda: Source.objects.public(), "Sources that have a page."),
    "blog.SourceKey": public(
        lambda: SourceKey.objects.filter(source__in=Source.objects.public().values("pk")), "How these are spelled."
    ),
    "blog.Quotation": public(of_posts(Quotation), "What public posts quote."),
    "blog.Post_authors": public(of_posts(Post.authors.through), "Who wrote public posts."),
    "blog.Post_tags": public(
        lambda: of_posts(Post.tags.through)().filter(tag__in=Tag.objects.public().values("pk")), "Their tags."
    ),
    "blog.Correction": public(of_posts(Correction), "Notes that stand under public posts.", "by_id"),
    "blog.RelatedPost": public(
        lambda: of_posts(RelatedPost)().filter(related__in=posts().values("pk")), "What public posts lead to."
    ),
    "blog.Redirect": public(lambda: Redirect.objects.filter(targets()), "Earlier addresses, which answer anybody."),
    "blog.OldAddress": public(
        lambda: OldAddress.objects.filter(targets()), "Addresses on an old blog that lead to public rows."
    ),
    "blog.MenuLink": public(MenuLink.objects.all, "The menu."),
    "blog.Conversation": public(conversations, "The numbers under public posts and pages."),
    "blog.Image": private("The library, also of drafts; the files that public pages show are in the public part."),
    "blog.Rendition": private("Of the library."),
    "blog.ImageUse": private("Of the library."),
    "blog.MediaFile": private("Of the library."),
    "blog.LinkCard": private("What cards are made of; the HTML of public posts has them already."),
    "blog.Post_link_cards": private("Of the cards."),
    "blog.Page_link_cards": private("Of the cards."),
    "blog.Site": private("The owner's settings, with the sender of email."),
    "blog.Version": private("Drafts and earlier texts."),
    "blog.WorkingCopy": private("Unsaved texts."),
    "blog.ReviewNote": private("Notes of colleagues."),
    "blog.ReviewStep": private("Who handed in and sent back what."),
    "blog.TrashEntry": private("What was deleted and can be restored."),
    "blog.RelatedChoice": private("Work that waits for the worker."),
    "blog.Clock": private("The content clock, so that a restored site names its pages as before."),
    "blog.SearchMiss": private("Searches that returned nothing."),
    "blog.AddressMiss": private("Addresses that visitors did not find."),
    "blog.WorkerBeat": never("When the worker of this machine last ran."),
    "blog.Alarm": never("What is wrong with this machine."),
    "blog.HeldDeletion": never("What waits for a person on this machine."),
    "blog.SearchEntry": never("The search index, which a restore builds again."),
    "blog.SearchWord": never("The search index, which a restore builds again."),
    # What readers answer
    "comments.Comment": public(
        comments,
        "Published comments, and tombstones without their words.",
        "email address network fingerprint user_id reader_id claimed_at wants_outcome_email wants_reply_emails "
        "open_report_count score scored_at score_reasons trained_as words_key",
    ),
    "comments.Quotation": public(quotations_of_comments, "Which published comments quote which.", "settled_at"),
    "comments.Mention": public(
        lambda: Mention.objects.shown().filter(subjects()), "Pages elsewhere, as shown under public posts."
    ),
    "comments.Revision": private("Earlier texts of comments."),
    "comments.Decision": private("The record."),
    "comments.Act": private("The record."),
    "comments.Statement": private("Statements of reasons."),
    "comments.Objection": private("Objections of readers."),
    "comments.Report": private("Reports by readers."),
    "comments.ReportContact": private("Who reported."),
    "comments.Reader": private("Addresses of readers."),
    "comments.ReaderNote": private("What moderators noted of readers."),
    "comments.ReaderSession": never("Keys by which browsers are known: readers sign in again by a link."),
    "comments.Erasure": private("Erasures under way: they go on."),
    "comments.ErasedAddress": private("Whom a restore must not bring back, as hashes."),
    "comments.ErasedComment": private("Their comments, by number."),
    "comments.RetentionNight": private("What was shortened each night, in numbers."),
    "comments.SubscriptionWish": private("Who followed an old site, and whether they were asked: once."),
    "comments.Asking": private("Whether the owner lets them be asked."),
    "comments.Mailbox": private("Addresses of readers."),
    "comments.Subscription": private("Who follows what."),
    "comments.DigestItem": private("What waits for a digest."),
    "comments.Fanout": private("Who has been notified of a comment or post."),
    "comments.PostScan": private("Until when new posts have been announced."),
    "comments.PendingNotification": private("Decisions that notify people later."),
    "comments.PendingTraining": private("Decisions the filter has not learned yet."),
    "comments.Message": private("The outbox, so that nothing is sent twice."),
    "comments.DeliveryAttempt": private("The log of email."),
    "comments.NotificationPreference": private("How staff are notified."),
    "comments.ReadMarker": private("Until where staff have read."),
    "comments.Assignment": private("Who decides on what."),
    "comments.CommentNote": private("Comments as notes of colleagues."),
    "comments.CommentSign": private("Signs of families, of held comments too."),
    "comments.PartedComment": private("Comments taken out of families."),
    "comments.Finding": private("What screening found."),
    "comments.Rule": private("What is held and refused."),
    "comments.Policy": private("The moderators' numbers."),
    "comments.Reason": private("Reasons to choose from."),
    "comments.SavedReply": private("Texts of moderators."),
    "comments.SpamToken": private("What the filter has learned."),
    "comments.Webhook": private("Receivers, with their secrets."),
    "comments.WebhookNotice": private("Notices, so that none is sent twice."),
    # Moving in and out
    "transfer.Source": private("Blogs that moved in."),
    "transfer.Run": private("Imports."),
    "transfer.Element": private("The ledger of imports."),
    "transfer.Export": never("Exports of this machine, with their files, which can be written again."),
    "transfer.UploadPart": never("Uploads under way, which can be sent again."),
    "transfer.ArchivePlan": private("The schedule of archives."),
    "transfer.ArchiveRun": never("What this machine has archived, and where."),
    "transfer.Restoration": never("Says of this database that it was restored."),
    # People
    "auth.User": private("Accounts, with hashes of passwords."),
    "auth.Group": private("Roles."),
    "auth.Permission": private("Rights, by the numbers that roles and accounts name."),
    "auth.Group_permissions": private("Rights of roles."),
    "auth.User_groups": private("Roles of accounts."),
    "auth.User_user_permissions": private("Rights of accounts."),
    "account.EmailAddress": private("Addresses of accounts."),
    "account.EmailConfirmation": never("Keys, good for days."),
    "mfa.Authenticator": never("Keys of passkeys and authenticator apps: people add them again."),
    "sessions.Session": never("Who is signed in: people sign in again."),
    "usersessions.UserSession": never("Who is signed in: people sign in again."),
    "admin.LogEntry": private("Who changed what in the admin."),
    "contenttypes.ContentType": private("Kinds of rows, by the numbers that rights and the log name."),
}
