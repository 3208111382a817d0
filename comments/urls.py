"""The conversation's addresses."""

from django.urls import path, re_path

from blog.urls import KIND, POST
from comments import feeds
from comments.views import (
    account,
    amend,
    download,
    erase,
    mail_decision,
    proof,
    reading,
    receipt,
    report,
    submit,
    subscribe,
    subscriptions,
    threads,
    whole,
    you,
)

app_name = "comments"

urlpatterns = [
    re_path(rf"^{POST}/comments/$", submit.submit, name="submit"),
    re_path(rf"^{POST}/comments/stamp/$", submit.stamp, name="stamp"),
    re_path(rf"^{POST}/comments/opened/$", submit.opened, name="opened"),
    re_path(rf"^{POST}/comment-page-(?P<number>[1-9][0-9]{{0,6}})/$", threads.further, name="page"),
    re_path(rf"^{POST}/reading/$", reading.remember, name="remember"),
    re_path(rf"^{POST}/discussion/(?:page/(?P<number>[1-9][0-9]{{0,5}})/)?$", whole.whole, name="whole"),
    re_path(rf"^{POST}/feed/{KIND}$", feeds.post, name="post-feed"),
    re_path(rf"^comments/feed/{KIND}$", feeds.site, name="feed"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/$", threads.permalink, name="comment"),
    path("moderation/", account.account, name="account"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/report/$", report.report, name="report"),
    path("comments/reported/", report.reported, name="reported"),
    path("comments/receipt/<token>/", receipt.receipt, name="receipt"),
    path("moderate/<token>/", mail_decision.decide, name="decide"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/edit/$", amend.edit, name="edit"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/withdraw/$", amend.withdraw, name="withdraw"),
    path("you/", you.you, name="you"),
    path("subscribe/mail/", subscribe.ask, name="subscribe"),
    path("subscribe/confirm/<token>/", subscribe.confirm, name="confirm"),
    path("subscribe/mine/", subscriptions.mine, name="subscriptions"),
    path("subscribe/off/<token>/", subscriptions.off, name="off"),
    path("you/prove/<token>/", proof.prove, name="prove"),
    path("you/confirm/<token>/", erase.erase, name="erase"),
    path("you/data.<kind>", download.download, name="download"),
]
