"""From files and containers to decoded pages, their blocks and what they say about themselves."""
