"""The ledger of imports: old blogs, the runs that read them, what became of every element; and exports."""

from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.export import Export, ExportStopped
from registan.transfer.models.import_run import Run
from registan.transfer.models.import_source import Source
from registan.transfer.models.upload_part import UploadPart

__all__ = ["Element", "Export", "ExportStopped", "Outcome", "Run", "Source", "UploadPart"]
