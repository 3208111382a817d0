"""Checks every role at every staff URL against a table of permissions."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from blog.models import AddressMiss, OldAddress, Post, Series, Site
from comments.models import Comment, Decision, Message, Objection, Policy, Reader, Reason, Rule, SavedReply
from registan.roles import ROLES
from registan.transfer.models import ArchivePlan, ArchiveRun, Element, Export, Run, Source
from tests import factories
from tests.blog.images.uploads import uploaded
from tests.blog.media.uploads import mp3, stored_file

# One line an address, one column a role: what GET answers / what POST answers. The post and the profile asked for
# are Alice's; Bob is an author too. 302 is the way to the sign-in for a guest, and for others back from a deed done.
TABLE = """
                                     guest    contributor  alice    bob      editor   moderator  administrator
index                                302/302  200/200      200/200  200/200  200/200  200/200    200/200
login                                302/302  302/302      302/302  302/302  302/302  302/302    302/302
logout                               302/302  405/200      405/200  405/200  405/200  405/200    405/200
password_change                      302/302  200/200      200/200  200/200  200/200  200/200    200/200
password_change_done                 302/302  200/405      200/405  200/405  200/405  200/405    200/405
autocomplete                         302/302  403/405      403/405  403/405  403/405  403/405    403/405
jsi18n                               302/302  200/405      200/405  200/405  200/405  200/405    200/405
site_health                          302/302  403/405      403/405  403/405  403/405  403/405    200/405
ask_subscribers                      302/302  403/403      403/403  403/403  403/403  403/403    200/200
personal_data                        302/302  403/403      403/403  403/403  403/403  403/403    200/400
privacy_page                         302/302  403/403      403/403  403/403  403/403  403/403    200/302
read_only                            302/302  403/403      403/403  403/403  403/403  403/403    200/303
hide-next-steps                      302/302  405/403      405/403  405/403  405/403  405/403    405/403
blog_page_write_preview              302/302  405/403      405/403  405/403  405/200  405/403    405/200
blog_page_convert                    302/302  405/403      405/403  405/403  405/400  405/403    405/400
blog_page_changelist                 302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_page_add                        302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_page_history                    302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_page_delete                     302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_page_change                     302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog/page/<path:object_id>/          302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_site_changelist                 302/302  403/403      403/403  403/403  403/403  403/403    302/302
blog_site_add                        302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_site_history                    302/302  403/403      403/403  403/403  403/403  403/403    200/200
blog_site_delete                     302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_site_change                     302/302  403/403      403/403  403/403  403/403  403/403    200/200
blog/site/<path:object_id>/          302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_author_write_preview            302/302  405/403      405/200  405/200  405/200  405/403    405/200
blog_author_convert                  302/302  405/403      405/400  405/400  405/400  405/403    405/400
blog_author_changelist               302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_author_add                      302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_author_history                  302/302  404/404      200/200  404/404  200/200  404/404    200/200
blog_author_delete                   302/302  404/404      403/403  404/404  200/302  404/404    200/302
blog_author_change                   302/302  404/404      200/200  404/404  200/200  404/404    200/200
blog/author/<path:object_id>/        302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_post_write_preview              302/302  405/200      405/200  405/200  405/200  405/403    405/200
blog_post_convert                    302/302  405/400      405/400  405/400  405/400  405/403    405/400
blog_post_autosave                   302/302  405/400      405/400  405/400  405/400  405/403    405/400
blog_post_discard                    302/302  405/302      405/302  405/302  405/302  405/403    405/302
blog_post_working_copy                       302/302  404/404      404/404  404/404  404/404  403/403    404/404
blog_post_calendar                   302/302  200/405      200/405  200/405  200/405  403/405    200/405
blog_post_changelist                 302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_post_add                        302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_post_history                    302/302  404/404      200/200  404/404  200/200  404/404    200/200
blog_post_compare                    302/302  404/405      200/405  404/405  200/405  404/405    200/405
blog_post_version                    302/302  404/405      200/405  404/405  200/405  404/405    200/405
blog_post_version_preview            302/302  404/405      200/405  404/405  200/405  404/405    200/405
blog_post_restore                    302/302  404/404      200/400  404/404  200/400  404/404    200/400
blog_post_notes                      302/302  404/404      200/400  404/404  200/400  404/404    200/400
blog_post_note_reply                 302/302  405/404      405/400  405/404  405/400  405/404    405/400
blog_post_note_resolve               302/302  405/404      405/302  405/404  405/302  405/404    405/302
blog_post_note_reopen                302/302  405/404      405/302  405/404  405/302  405/404    405/302
blog_post_replace                    302/302  403/403      403/403  403/403  200/400  403/403    200/400
blog_post_replaced                   302/302  403/403      403/403  403/403  404/404  403/403    404/404
blog_post_delete                     302/302  404/404      200/302  404/404  200/302  404/404    200/302
blog_post_change                     302/302  404/404      200/200  404/404  200/200  404/404    200/200
blog/post/<path:object_id>/          302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_source_changelist               302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_source_add                      302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_source_history                  302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_source_delete                   302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_source_change                   302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog/source/<path:object_id>/        302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_linkcard_changelist             302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_linkcard_add                    302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_linkcard_history                302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_linkcard_delete                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_linkcard_change                 302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog/linkcard/<path:object_id>/      302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_oldaddress_import               302/302  403/403      403/403  403/403  200/400  403/403    200/400
blog_oldaddress_export               302/302  403/405      403/405  403/405  200/405  403/405    200/405
blog_oldaddress_changelist           302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_oldaddress_add                  302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_oldaddress_history              302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_oldaddress_delete               302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_oldaddress_change               302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog/oldaddress/<path:object_id>/    302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_addressmiss_lead                302/302  405/403      405/403  405/403  405/302  405/403    405/302
blog_addressmiss_changelist          302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_addressmiss_add                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_addressmiss_history             302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_addressmiss_delete              302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_addressmiss_change              302/302  403/403      403/403  403/403  200/403  403/403    200/403
blog/addressmiss/<path:object_id>/   302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_tag_quick_add                         302/302  405/403      405/400  405/400  405/400  405/403    405/400
blog_trashentry_changelist           302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_trashentry_restore              302/302  200/302      200/302  200/302  200/302  403/403    200/302
blog_trashentry_delete               302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_correction_changelist           302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_correction_add                  302/302  403/403      403/403  403/403  403/403  403/403    403/403
blog_correction_history              302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog_correction_delete               302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_correction_change               302/302  403/403      403/403  403/403  200/200  403/403    200/200
blog/correction/<path:object_id>/    302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_image_dialog                    302/302  200/405      200/405  200/405  200/405  403/405    200/405
blog_image_upload                    302/302  405/400      405/400  405/400  405/400  405/403    405/400
blog_image_changelist                302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_image_add                       302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_image_history                   302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_image_delete                    302/302  403/403      200/302  403/403  200/302  403/403    200/302
blog_image_change                    302/302  200/403      200/200  200/403  200/200  403/403    200/200
blog/image/<path:object_id>/         302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_mediafile_changelist            302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_mediafile_add                   302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_mediafile_history               302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_mediafile_delete                302/302  403/403      200/302  403/403  200/302  403/403    200/302
blog_mediafile_change                302/302  200/403      200/200  200/403  200/200  403/403    200/200
blog/mediafile/<path:object_id>/     302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_tag_changelist                  302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_tag_add                         302/302  403/403      200/200  200/200  200/200  403/403    200/200
blog_tag_history                     302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_tag_delete                      302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_tag_change                      302/302  200/403      200/403  200/403  200/200  403/403    200/200
blog/tag/<path:object_id>/           302/302  302/302      302/302  302/302  302/302  302/302    302/302
blog_series_changelist               302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_series_add                      302/302  403/403      200/200  200/200  200/200  403/403    200/200
blog_series_history                  302/302  200/200      200/200  200/200  200/200  403/403    200/200
blog_series_delete                   302/302  403/403      403/403  403/403  200/302  403/403    200/302
blog_series_change                   302/302  200/403      200/403  200/403  200/200  403/403    200/200
blog/series/<path:object_id>/        302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_comment_queue               302/302  403/403      403/403  403/403  200/400  200/400    200/400
comments_comment_claim               302/302  405/403      405/403  405/403  405/400  405/400    405/400
comments_comment_seen                302/302  405/302      405/302  405/302  405/302  405/302    405/302
comments_comment_note                302/302  405/404      405/404  405/404  405/302  405/302    405/302
comments_comment_answer              302/302  404/404      404/404  404/404  200/400  200/400    200/400
comments_comment_changelist          302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_comment_add                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_comment_history             302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_comment_delete              302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_comment_change              302/302  403/403      403/403  403/403  200/403  200/403    200/403
comments/comment/<path:object_id>/   302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_decision_undo               302/302  405/403      405/403  405/403  405/400  405/400    405/400
comments_decision_objection          302/302  403/403      403/403  403/403  200/400  200/400    200/400
comments_decision_acts               302/302  403/403      403/403  403/403  200/400  200/400    200/400
comments_decision_changelist         302/302  403/405      403/405  403/405  200/405  200/405    200/405
comments_decision_add                302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_decision_history            302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_decision_delete             302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_decision_change             302/302  403/403      403/403  403/403  200/403  200/403    200/403
comments/decision/<path:object_id>/  302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_notice_mine                 302/302  403/403      403/403  403/403  200/400  200/400    200/400
comments_mention_changelist          302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_mention_add                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_mention_history             302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_mention_delete              302/302  403/403      403/403  403/403  200/302  200/302    200/302
comments_mention_change              302/302  403/403      403/403  403/403  200/302  200/302    200/302
comments/mention/<path:object_id>/   302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_rule_changelist             302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_rule_add                    302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_rule_history                302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_rule_delete                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_rule_change                 302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments/rule/<path:object_id>/      302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_reason_changelist           302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_reason_add                  302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_reason_history              302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_reason_delete               302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_reason_change               302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments/reason/<path:object_id>/    302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_savedreply_changelist       302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_savedreply_add              302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_savedreply_history          302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_savedreply_delete           302/302  403/403      403/403  403/403  200/302  200/302    200/302
comments_savedreply_change           302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments/savedreply/<path:object_id>/ 302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_policy_changelist           302/302  403/403      403/403  403/403  302/302  302/302    302/302
comments_policy_add                  302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_policy_history              302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_policy_delete               302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_policy_change               302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments/policy/<path:object_id>/    302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_reader_export               302/302  403/403      403/403  403/403  200/403  200/403    200/403
comments_reader_changelist           302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_reader_add                  302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_reader_history              302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments_reader_delete               302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_reader_change               302/302  403/403      403/403  403/403  200/200  200/200    200/200
comments/reader/<path:object_id>/    302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_message_test                302/302  403/403      403/403  403/403  200/303  200/303    200/303
comments_message_changelist          302/302  403/403      403/403  403/403  403/403  403/403    200/200
comments_message_add                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_message_history             302/302  403/403      403/403  403/403  403/403  403/403    200/200
comments_message_delete              302/302  403/403      403/403  403/403  403/403  403/403    403/403
comments_message_change              302/302  403/403      403/403  403/403  403/403  403/403    200/403
comments/message/<path:object_id>/   302/302  302/302      302/302  302/302  302/302  302/302    302/302
comments_webhook_changelist          302/302  403/403      403/403  403/403  403/403  403/403    200/200
comments_webhook_add                 302/302  403/403      403/403  403/403  403/403  403/403    200/200
comments_webhook_history             302/302  403/403      403/403  403/403  403/403  403/403    200/200
comments_webhook_delete              302/302  403/403      403/403  403/403  403/403  403/403    200/302
comments_webhook_change              302/302  403/403      403/403  403/403  403/403  403/403    200/200
comments/webhook/<path:object_id>/   302/302  302/302      302/302  302/302  302/302  302/302    302/302
transfer_archiveplan_changelist      302/302  403/403      403/403  403/403  403/403  403/403    302/302
transfer_archiveplan_add             302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_archiveplan_history         302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_archiveplan_delete          302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_archiveplan_change          302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer/archiveplan/<path:object_id>/ 302/302  302/302      302/302  302/302  302/302  302/302    302/302
transfer_archiverun_changelist       302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_archiverun_add              302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_archiverun_history          302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_archiverun_delete           302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_archiverun_change           302/302  403/403      403/403  403/403  403/403  403/403    200/403
transfer/archiverun/<path:object_id>/ 302/302  302/302      302/302  302/302  302/302  302/302    302/302
transfer_export_changelist           302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_export_download             302/302  403/403      403/403  403/403  403/403  403/403    404/404
transfer_export_offer                302/302  403/403      403/403  403/403  403/403  403/403    405/302
transfer_export_add                  302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_export_history              302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_export_delete               302/302  403/403      403/403  403/403  403/403  403/403    200/302
transfer_export_change               302/302  403/403      403/403  403/403  403/403  403/403    200/403
transfer/export/<path:object_id>/    302/302  302/302      302/302  302/302  302/302  302/302    302/302
transfer_run_changelist              302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_run_stop                    302/302  403/403      403/403  403/403  403/403  403/403    405/302
transfer_run_resume                  302/302  403/403      403/403  403/403  403/403  403/403    405/302
transfer_run_add                     302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_run_history                 302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_run_delete                  302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_run_change                  302/302  403/403      403/403  403/403  403/403  403/403    200/403
transfer/run/<path:object_id>/       302/302  302/302      302/302  302/302  302/302  302/302    302/302
transfer_element_changelist          302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_element_add                 302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_element_history             302/302  403/403      403/403  403/403  403/403  403/403    200/200
transfer_element_delete              302/302  403/403      403/403  403/403  403/403  403/403    403/403
transfer_element_change              302/302  403/403      403/403  403/403  403/403  403/403    200/403
transfer/element/<path:object_id>/   302/302  302/302      302/302  302/302  302/302  302/302    302/302
auth_group_changelist                302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth_group_add                       302/302  403/403      403/403  403/403  403/403  403/403    403/403
auth_group_history                   302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth_group_delete                    302/302  403/403      403/403  403/403  403/403  403/403    403/403
auth_group_change                    302/302  403/403      403/403  403/403  403/403  403/403    200/403
auth/group/<path:object_id>/         302/302  302/302      302/302  302/302  302/302  302/302    302/302
auth_user_password_change            302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth_user_invitation                 302/302  403/403      403/403  403/403  403/403  403/403    404/404
auth_user_close                      302/302  403/403      403/403  403/403  403/403  403/403    200/303
auth_user_changelist                 302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth_user_add                        302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth_user_history                    302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth_user_delete                     302/302  403/403      403/403  403/403  403/403  403/403    403/403
auth_user_change                     302/302  403/403      403/403  403/403  403/403  403/403    200/200
auth/user/<path:object_id>/          302/302  302/302      302/302  302/302  302/302  302/302    302/302
app_list                             302/302  200/200      200/200  200/200  200/200  404/404    200/200
(?P<url>.*)$                         302/302  404/404      404/404  404/404  404/404  404/404    404/404
"""


def table() -> dict[str, dict[str, tuple[int, int]]]:
    """The table by URL name and role: the statuses of GET and POST."""
    heading, *lines = TABLE.strip().splitlines()
    roles = heading.split()
    rows = {}
    for line in lines:
        address, *cells = line.split()
        assert len(cells) == len(roles), f"a cell is missing: {line}"
        rows[address] = {role: tuple(map(int, cell.split("/"))) for role, cell in zip(roles, cells, strict=True)}
    return rows


RULES = table()
PEOPLE = ["guest", "contributor", "alice", "bob", "editor", "moderator", "administrator"]


def staff_addresses() -> Iterator[tuple[str, str]]:
    """Yield each URL under /admin/: its name, or else its route, and the route."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, str]]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            else:
                yield entry.name or route.removeprefix("admin/"), route

    return ((name, route) for name, route in walk(get_resolver(), "") if route.startswith("admin/"))


@pytest.fixture
def rows(db) -> dict[str, object]:
    """A row behind every URL, and an account for every role."""
    alice = factories.user("alice", group="Author")
    for name, group in [("bob", "Author"), ("contributor", "Contributor"), ("editor", "Editor"),
                        ("moderator", "Moderator"), ("administrator", "Administrator")]:  # fmt: skip
        factories.user(name, group=group)
    profile = factories.author("Alice", user=alice)
    comment = factories.comment(factories.post(authors=[]))
    post = factories.post(authors=[profile])
    note = post.corrections.create(text="In June.", corrected_at=factories.NOON, edition=1)
    message = Message.objects.create(key="1", to="ann@example.org", subject="Hello", text="Read this.")
    review_note = post.review_notes.create(text="Shorten it.", written_by=alice)
    blog = Source.objects.get_or_create_for("wordpress", "https://old.example")
    run = Run.objects.create(source=blog)
    element = Element.objects.create(source=blog, run=run, kind="post", key="1", outcome="created")
    return {
        "transfer/run": run, "transfer/element": element,
        "transfer/archiveplan": ArchivePlan.objects.create(pk=1),
        "transfer/archiverun": ArchiveRun.objects.create(kind="archive", result="good"),
        "transfer/export": Export.objects.create(kind="wordpress"),
        "review_note": review_note,
        "objection": Objection.objects.create(comment=comment, words="You are wrong."),
        "blog/post": post, "blog/correction": note, "blog/author": profile, "blog/tag": factories.tag(),
        "blog/series": Series.objects.create(name="Series", slug="series"), "blog/image": uploaded(by=alice),
        "blog/mediafile": stored_file(mp3(), by=alice),
        "blog/page": factories.page(), "blog/site": Site(pk=1), "blog/source": factories.source(),
        "blog/linkcard": factories.link_card(),
        "blog/oldaddress": OldAddress.objects.create(path="/old", address="/archive/"),
        "blog/addressmiss": AddressMiss.objects.create(path="/lost", first_at=factories.NOON, last_at=factories.NOON),
        "comments/comment": comment, "comments/decision": Decision.objects.get(),
        "comments/rule": Rule.objects.create(kind="words", pattern="watches"), "comments/policy": Policy.current(),
        "comments/mention": factories.mention(post),
        "comments/savedreply": SavedReply.objects.create(name="Thanks", text="Thank you."),
        "comments/reason": Reason.objects.first(), "comments/reader": Reader.of("ann@example.net"),
        "comments/message": message, "comments/webhook": factories.webhook(),
        "auth/group": Group.objects.get(name="Editor"), "auth/user": factories.user("eve"),
    }  # fmt: skip


def path_of(route: str, rows: dict[str, object]) -> str:
    """A real path for a route."""
    path = re.sub(r"\^\(\?P<app_label>.*\)/\$", "blog/", route)
    path = path.replace("(?P<url>.*)$", "nothing/here/")
    path = path.replace("<int:number>", "1")  # the first version of a post
    path = path.replace("<int:note_id>", str(rows["review_note"].pk))
    path = path.replace("objection/<int:pk>", f"objection/{rows['objection'].pk}")
    model = "/".join(path.split("/")[1:3])
    return "/" + re.sub(r"<[^>]+>", lambda _: str(rows[model].pk), path)


def someone(role: str) -> Client:
    client = Client()
    if role != "guest":
        client.force_login(factories.User.objects.get(username=role))
    return client


# What a form sends: enough for a deletion to be meant, too little for anything else to be saved.
SENT = {"post": "yes"}


@pytest.mark.parametrize("role", PEOPLE)
def test_every_staff_address_answers_each_role_as_the_table_says(role, rows):
    client = someone(role)
    for name, route in staff_addresses():
        if name == "logout":
            continue  # has a test of its own: it ends the session
        path, expected = path_of(route, rows), RULES[name][role]
        assert (client.get(path).status_code, posted(client, path)) == expected, f"{role} at {path}"


def posted(client: Client, path: str) -> int:
    """The status of a POST, whose effects are rolled back."""
    before = transaction.savepoint_create()
    try:
        return client.post(path, SENT).status_code
    finally:
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_url_without_its_slash_gives_away_nothing_more(role, rows):
    client = someone(role)
    for name, route in staff_addresses():
        path = path_of(route, rows)
        if name in {"index", "login", "logout"} or not path.endswith("/"):
            continue
        answer = client.get(path[:-1])
        if role == "guest":
            assert answer.url.startswith("/admin/login/"), path
        elif answer.status_code != 404:
            assert (answer.status_code, answer.url) == (301, path)
        assert client.post(path[:-1], SENT).status_code in {301, 302, 404}
    assert Post.objects.count() == 2


def test_every_staff_url_is_in_the_table():
    assert {name for name, _route in staff_addresses()} == set(RULES)


def test_signing_out_ends_the_session(rows):
    client = someone("editor")
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_view_on_site_does_not_reveal_urls(rows):
    assert someone("alice").get("/admin/r/1/1/").status_code == 404


# Autocomplete: what each role finds of another's, by the field that asks.
FOUND = {
    ("blog", "post", "authors"): {"contributor": 0, "alice": 1, "bob": 0, "editor": 1, "moderator": 403},
    ("blog", "post", "series"): {"contributor": 1, "alice": 1, "bob": 1, "editor": 1, "moderator": 403},
    ("blog", "post", "tags"): {"contributor": 1, "alice": 1, "bob": 1, "editor": 1, "moderator": 403},
    ("blog", "conversation", "post"): {"contributor": 403, "alice": 403, "bob": 403, "editor": 403, "moderator": 403},
    ("comments", "comment", "author"): {"contributor": 0, "alice": 1, "bob": 0, "editor": 1, "moderator": 403},
    ("comments", "comment", "post"): {"contributor": 403, "alice": 403, "bob": 403, "editor": 403, "moderator": 403},
    ("comments", "decision", "comment"): {"contributor": 403, "alice": 403, "editor": 1, "moderator": 1},
    ("blog", "author", "user"): {"alice": 403, "editor": 403, "moderator": 403, "administrator": 1},
}


@pytest.mark.parametrize("field", FOUND)
def test_autocomplete_finds_only_what_the_role_may_see(field, rows):
    post = Post.objects.get(pk=rows["blog/post"].pk)
    post.title = "Zarafshan"  # in no other post, neither in its title nor in its text
    post.save()
    asked = dict(zip(["app_label", "model_name", "field_name"], field, strict=True))
    term = {
        "authors": "alice",
        "author": "alice",
        "user": "eve",
        "post": "zarafshan",
        "comment": "Bob",
        "series": "ser",
    }.get(field[2], "tag")
    for role, expected in FOUND[field].items():
        answer = someone(role).get("/admin/autocomplete/", {**asked, "term": term})
        found = len(answer.json()["results"]) if answer.status_code == 200 else answer.status_code
        assert found == expected, f"{role} asking for {'.'.join(field)}"


@pytest.mark.django_db
def test_groups_hold_exactly_the_permissions_of_their_role():
    for name, wanted in ROLES.items():
        held = Permission.objects.filter(group__name=name).select_related("content_type")
        assert {f"{permission.content_type.app_label}.{permission.codename}" for permission in held} == set(wanted)


@pytest.mark.django_db
def test_nobody_may_delete_comments_or_change_decisions_even_a_superuser(rows):
    client = Client()
    client.force_login(factories.user("root", is_superuser=True, group="Administrator"))
    for model in ("comment", "decision", "message"):
        pk = rows[f"comments/{model}"].pk
        assert client.post(f"/admin/comments/{model}/{pk}/delete/", SENT).status_code == 403
        assert client.post(f"/admin/comments/{model}/{pk}/change/", {"status": "spam"}).status_code == 403
        assert client.get(f"/admin/comments/{model}/add/").status_code == 403
        client.post(f"/admin/comments/{model}/", {"action": "delete_selected", "_selected_action": [pk], **SENT})
    assert Comment.objects.exists()
    assert Decision.objects.exists()
    assert Message.objects.exists()
