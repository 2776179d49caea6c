"""What every stage runs on: supervised workers, atomic files, the lock, and the store that a run resumes from."""
