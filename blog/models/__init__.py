"""The blog's nouns, a file each."""

from blog.fulltext.tables import SearchEntry, SearchWord
from blog.models.address_miss import AddressMiss
from blog.models.alarm import Alarm, AlarmState
from blog.models.author import Author
from blog.models.clock import Clock, Conversation
from blog.models.commentable import Commentable
from blog.models.correction import Correction
from blog.models.held_deletion import HeldDeletion
from blog.models.image import Image
from blog.models.image_use import ImageUse
from blog.models.link_card import LinkCard
from blog.models.media_file import MediaFile
from blog.models.menu import MenuLink
from blog.models.old_address import OldAddress
from blog.models.page import Page
from blog.models.post import Post
from blog.models.quotation import Quotation
from blog.models.redirect import Redirect
from blog.models.related import RelatedChoice, RelatedPost
from blog.models.rendition import Rendition
from blog.models.review import ReviewNote
from blog.models.review_step import ReviewStep
from blog.models.search_miss import SearchMiss
from blog.models.series import Series
from blog.models.site import Site
from blog.models.source import Source, SourceKey
from blog.models.tag import Tag
from blog.models.trash import TrashEntry
from blog.models.version import Version
from blog.models.worker_beat import WorkerBeat
from blog.models.working_copy import WorkingCopy

__all__ = [
    "AddressMiss",
    "Alarm",
    "AlarmState",
    "Author",
    "Clock",
    "Commentable",
    "Conversation",
    "Correction",
    "HeldDeletion",
    "Image",
    "ImageUse",
    "LinkCard",
    "MediaFile",
    "MenuLink",
    "OldAddress",
    "Page",
    "Post",
    "Quotation",
    "Redirect",
    "RelatedChoice",
    "RelatedPost",
    "Rendition",
    "ReviewNote",
    "ReviewStep",
    "SearchEntry",
    "SearchMiss",
    "SearchWord",
    "Series",
    "Site",
    "Source",
    "SourceKey",
    "Tag",
    "TrashEntry",
    "Version",
    "WorkerBeat",
    "WorkingCopy",
]
