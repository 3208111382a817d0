"""Where lost addresses lead: asked only after nothing else was found, and by editors who say so."""
