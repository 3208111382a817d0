"""What the authors' forms do beyond a form."""
