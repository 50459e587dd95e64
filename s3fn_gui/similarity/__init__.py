"""The parts of the similarity panel: what it knows, its picture."""
