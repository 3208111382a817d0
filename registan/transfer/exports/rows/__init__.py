"""Which rows leave, which files belong to them, and how an export is written: what its forms share."""
