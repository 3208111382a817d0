"""What the admin does beyond a form, a file each."""
