"""What moves in and out: the ledger of imports, with their runs, exports, and the schedule and log of archives."""

from registan.transfer.models.archive_plan import ArchivePlan, ArchiveRun, Every, Restoration
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.export import Export, ExportStopped
from registan.transfer.models.import_run import Run
from registan.transfer.models.import_source import Source
from registan.transfer.models.upload_part import UploadPart

__all__ = [
    "ArchivePlan",
    "ArchiveRun",
    "Element",
    "Every",
    "Export",
    "ExportStopped",
    "Outcome",
    "Restoration",
    "Run",
    "Source",
    "UploadPart",
]
