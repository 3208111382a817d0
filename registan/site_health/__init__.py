"""The site's health for administrators: one function for each line of the page, listed in `report.py`."""
