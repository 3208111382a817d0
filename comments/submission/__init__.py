"""From a form to a verdict; imports lifecycle, readers and below."""
