"""The network and what it runs on; knows neither cubes nor words."""
