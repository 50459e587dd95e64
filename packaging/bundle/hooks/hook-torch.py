"""torch without its tests, headers and compilers' files."""

from pathlib import Path

from PyInstaller.utils.hooks import (
    PY_DYLIB_PATTERNS,
    collect_dynamic_libs,
    collect_submodules,
    get_package_paths,
)

NEEDLESS = ("torch.testing", "torch.utils.tensorboard", "torch.utils.benchmark")

hiddenimports = collect_submodules("torch", filter=lambda name: not name.startswith(NEEDLESS))
binaries = [
    (source, folder)
    for source, folder in collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
    if Path(folder) == Path("torch/lib")
]
MANAGER = Path(get_package_paths("torch")[1]) / "bin" / "torch_shm_manager"
if MANAGER.exists():  # torch does not start without it
    binaries.append((str(MANAGER), "torch/bin"))
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
module_collection_mode = "pyz+py"  # it reads the source of its settings
