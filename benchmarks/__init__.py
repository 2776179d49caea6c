"""Each benchmark is one command; see README.md in this folder."""
