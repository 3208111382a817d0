"""What an export of WordPress holds, as types: no file is read here."""
