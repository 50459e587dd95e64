"""The parts of the description panel: editor, history, marks."""
