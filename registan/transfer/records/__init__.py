"""What an export holds, as types, whatever wrote it: no file is read here."""
