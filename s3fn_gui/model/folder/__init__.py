"""The same with other cubes: a folder is mapped as the cube in the window was."""
