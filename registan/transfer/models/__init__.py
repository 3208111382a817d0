"""The ledger of imports: which old blogs there are, the runs that read them, and what became of every element."""

from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.import_run import Run
from registan.transfer.models.import_source import Source
from registan.transfer.models.upload_part import UploadPart

__all__ = ["Element", "Outcome", "Run", "Source", "UploadPart"]
