"""Alarms: the lines of the health page that the owner hears of by email and webhook, and whoever looks at them."""
