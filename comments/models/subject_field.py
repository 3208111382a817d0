"""The relation of a comment to the post or page that it is on, through the conversation: no column, no index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

if TYPE_CHECKING:
    Relation = models.ForeignObject[Any, Any]
    Descriptor = ForwardManyToOneDescriptor[Any]
else:
    Relation, Descriptor = models.ForeignObject, ForwardManyToOneDescriptor


class SubjectDescriptor(Descriptor):
    def get_object(self, instance: models.Model) -> Any:
        """The subject; None when the conversation is about something of another kind."""
        try:
            return super().get_object(instance)
        except self.field.related_model.DoesNotExist:
            return None


class SubjectField(Relation):
    """The row of one kind with the same conversation; a comment is on one row of one of the kinds."""

    forward_related_accessor_class = SubjectDescriptor
