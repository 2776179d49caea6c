"""Near-duplicates between passages and documents: candidates, exact verification, clusters, the copy that stays."""
