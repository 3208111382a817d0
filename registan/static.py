"""How static files are kept: compressed, and under names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Rewrites what a script imports, too; Django leaves that out unless it is told."""

    support_js_module_import_aggregation = True
