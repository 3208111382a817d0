"""The conversation's addresses."""

from django.urls import path, re_path

from blog.urls import KIND, POST
from comments import feeds
from comments.views import account, mail_decision, proof, receipt, report, submit, subscribe, subscriptions, threads

app_name = "comments"

urlpatterns = [
    re_path(rf"^{POST}/comments/$", submit.submit, name="submit"),
    re_path(rf"^{POST}/comment-page-(?P<number>[1-9][0-9]{{0,6}})/$", threads.further, name="page"),
    re_path(rf"^{POST}/feed/{KIND}$", feeds.post, name="post-feed"),
    re_path(rf"^comments/feed/{KIND}$", feeds.site, name="feed"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/$", threads.permalink, name="comment"),
    path("moderation/", account.account, name="account"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/report/$", report.report, name="report"),
    path("comments/reported/", report.reported, name="reported"),
    path("comments/receipt/<token>/", receipt.receipt, name="receipt"),
    path("moderate/<token>/", mail_decision.decide, name="decide"),
    path("subscribe/mail/", subscribe.ask, name="subscribe"),
    path("subscribe/confirm/<token>/", subscribe.confirm, name="confirm"),
    path("subscribe/mine/", subscriptions.mine, name="subscriptions"),
    path("subscribe/off/<token>/", subscriptions.off, name="off"),
    path("you/prove/<token>/", proof.prove, name="prove"),
]
