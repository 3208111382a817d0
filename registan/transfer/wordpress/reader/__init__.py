"""From files to records: unpack, decode, repair, parse, decode each field; all of it a piece at a time."""
