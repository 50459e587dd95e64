"""The claims of a description in the window: checked, listed, marked, drawn and dragged."""
