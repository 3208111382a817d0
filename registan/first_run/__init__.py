"""The first hour of a site: the link with which its owner begins, the form behind it, and what to do next."""
