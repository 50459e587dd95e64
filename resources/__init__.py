"""Data that ships with the program: icons, class descriptions, prompt templates, style."""
