"""The conversation's addresses."""

from django.contrib import admin
from django.urls import URLPattern, path, re_path

from blog.urls import FEED_FORMAT, PAGE, POST
from comments.views import (
    comment_count,
    comment_feeds,
    confirm_erasure,
    conversation_state,
    download,
    edit,
    full_thread,
    latest_comments,
    mail_decision,
    moderate_comment,
    my_comments,
    my_subscriptions,
    objection,
    ordered_thread,
    public_page,
    reader_record,
    receipt,
    remember_read,
    report,
    submit_comment,
    subscribe,
    thread_pages,
    transparency,
    verify,
    yearly_report,
    your_report,
)

app_name = "comments"

# What a post and a page have below their address.
NUMBER = r"comment-page-(?P<number>[1-9][0-9]{0,6})/"
ORDER = r"(?P<order>newest|most-replied)/"
# All but the one address of the site that looks like one of these, /search/feed/.
STANDING_PAGE = r"(?P<page>(?!search/)[-\w]+)"


def conversation_urls(subject: str) -> list[URLPattern]:
    """The addresses of a conversation below that of its subject, a regular expression."""
    change = admin.site.admin_view(conversation_state.change_conversation)
    return [
        re_path(rf"^{subject}/{tail}$", view, name=name)
        for tail, view, name in (
            ("comments/", submit_comment.submit_comment, "submit"),
            ("comments/stamp/", submit_comment.issue_form_time, "form-time"),
            ("comments/opened/", submit_comment.form_time_pixel, "form-time-pixel"),
            (NUMBER, thread_pages.thread_page, "page"),
            (f"{ORDER}(?:{NUMBER})?", ordered_thread.ordered_thread, "ordered-thread"),
            ("conversation/", change, "conversation"),
            ("comments/count/", comment_count.comment_count, "count"),
            ("reading/", remember_read.remember_read, "remember-read"),
            (r"discussion/(?:page/(?P<number>[1-9][0-9]{0,5})/)?", full_thread.full_thread, "full-thread"),
            (rf"feed/{FEED_FORMAT}", comment_feeds.subject_comment_feed, "post-feed"),
        )
    ]


urlpatterns = [
    *conversation_urls(POST),
    re_path(rf"^comments/{PAGE}$", latest_comments.latest_comments, name="latest"),
    re_path(rf"^comments/feed/{FEED_FORMAT}$", comment_feeds.site_comment_feed, name="feed"),
    re_path(r"^comments/(?P<pk>[0-9a-f][0-9a-f-]{0,39})/$", thread_pages.comment_permalink, name="comment"),
    path("moderation/", transparency.transparency, name="transparency"),
    re_path(r"^moderation/(?P<year>[12][0-9]{3})/$", yearly_report.yearly_report, name="yearly-report"),
    re_path(
        r"^moderation/(?P<year>[12][0-9]{3})\.(?P<format>csv)$", yearly_report.yearly_report, name="yearly-report-file"
    ),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/report/$", report.report_comment, name="report"),
    re_path(
        r"^comments/(?P<pk>[1-9][0-9]{0,17})/moderate/$",
        admin.site.admin_view(moderate_comment.moderate_comment),
        name="moderate",
    ),
    re_path(
        r"^comments/(?P<pk>[1-9][0-9]{0,17})/reader/$",
        admin.site.admin_view(reader_record.reader_record),
        name="reader",
    ),
    path("comments/reported/", report.report_received, name="report-received"),
    path("comments/reported/<token>/", your_report.your_report, name="your-report"),
    path("comments/receipt/<token>/", receipt.receipt, name="receipt"),
    path("comments/objection/<token>/", objection.objection, name="objection"),
    path("moderate/<token>/", mail_decision.decide_by_mail, name="mail-decision"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/edit/$", edit.edit_comment, name="edit"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/withdraw/$", edit.withdraw_comment, name="withdraw"),
    re_path(
        r"^commenter/(?P<public_id>[\w-]{8,22})/(?:page/(?P<number>[1-9][0-9]{0,5})/)?$",
        public_page.public_page,
        name="public-page",
    ),
    path("you/", my_comments.my_comments, name="my-comments"),
    path("subscribe/mail/", subscribe.request_subscription, name="subscribe"),
    path("subscribe/confirm/<token>/", subscribe.confirm_subscription, name="subscription-confirm"),
    path("subscribe/again/<token>/", subscribe.confirm_wishes, name="wish-confirm"),
    path("subscribe/mine/", my_subscriptions.my_subscriptions, name="my-subscriptions"),
    path("subscribe/off/<token>/", my_subscriptions.unsubscribe_by_link, name="unsubscribe"),
    path("you/prove/<token>/", verify.verify_email, name="verify-email"),
    path("you/confirm/<token>/", confirm_erasure.confirm_erasure, name="erasure-confirm"),
    path("you/data.<kind>", download.download_data, name="data-download"),
    *conversation_urls(STANDING_PAGE),
]
