"""The parts of the set-up: one concern per file, standard library only."""
