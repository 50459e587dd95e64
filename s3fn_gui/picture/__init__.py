"""How a picture looks: the state of it, and the parts of the panel that change it."""
