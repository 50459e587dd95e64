"""The objects of all open cubes: listed, filtered, labelled, judged, written to files."""
