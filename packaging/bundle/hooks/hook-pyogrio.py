"""pyogrio imports parts of itself from compiled code, and reads the data of GDAL and PROJ."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("pyogrio", filter=lambda name: ".tests" not in name)
datas = collect_data_files("pyogrio", excludes=["**/tests/**"])
