"""Vyper artifacts, cached on disk by content.

The key of an artifact is a hash over the compiler's version, the settings and every source that
the contract can reach by its imports. A hit reads a few small files and doesn't import Vyper.
"""

from __future__ import annotations

import hashlib
import json
import re
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

import yaml

from cos.chain.abi import Abi
from cos.errors import CosError
from cos.paths import BUILD_FOLDER, PROJECT_ROOT

RUNTIME_SIZE_LIMIT = 24_576  # bytes, EIP-170
SOURCE_FOLDERS = ("contracts", "tests/contracts")
FORMAT = 1  # of the cached files

_IMPORT = re.compile(r"^(?:from[ \t]+(\.*)([\w.]*)[ \t]+)?import[ \t]+([\w.]+)", re.MULTILINE)
_SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


class CompileError(CosError):
    """A contract can't be found or compiled, or its artifact can't be trusted."""


@dataclass(frozen=True)
class Artifact:
    """What the compiler made of one contract. `runtime_size` is in bytes."""

    name: str
    abi: list[dict]
    bytecode: bytes
    runtime_size: int
    storage_layout: dict

    @property
    def is_deployable(self) -> bool:
        """Whether the code fits the limit of EIP-170."""
        return self.runtime_size <= RUNTIME_SIZE_LIMIT

    def is_code_of(self, code: bytes) -> bool:
        """Whether this is the code of a deployed contract: what the compiler made, and after it
        the immutables, whatever they are."""
        return len(code) >= self.runtime_size > 0 and code[: self.runtime_size] in self.bytecode

    @cached_property
    def codec(self) -> Abi:
        return Abi(self.abi)


@cache
def compile_contract(name: str) -> Artifact:
    """The artifact of `<name>.vy` under contracts/ or tests/contracts/, once per process.

    Raises CompileError if there is no such file or more than one, or if it doesn't compile.
    """
    found = [p for folder in SOURCE_FOLDERS for p in (PROJECT_ROOT / folder).rglob(f"{name}.vy")]
    if len(found) != 1:
        places = ", ".join(SOURCE_FOLDERS)
        raise CompileError(f"{name}.vy: {len(found)} files of this name under {places}, not one")
    return compile_file(found[0])


@cache
def evm_version(root: Path = PROJECT_ROOT) -> str:
    """The EVM version of the project, as `ape-config.yaml` states it."""
    return yaml.safe_load((root / "ape-config.yaml").read_text())["vyper"]["evm_version"]


def compile_file(
    path: Path, root: Path = PROJECT_ROOT, cache_folder: Path = BUILD_FOLDER
) -> Artifact:
    """Compile one source file, or take its artifact from the cache. Safe among processes."""
    sources = _closure(path, root)
    key = _key(sources, root)
    cached = cache_folder / f"{path.stem}-{key[:32]}.json"
    with suppress(FileNotFoundError):
        return _load(cached.read_text())
    artifact = _compile(path, root, sources)
    _store(cached, artifact)
    return artifact


def _closure(path: Path, root: Path) -> dict[Path, bytes]:
    """The file and everything that it could import, with contents.

    Where a name could mean several files (beside the importing one, in the project, in
    site-packages; source or interface), all of them count: a superset is always right.
    """
    sources: dict[Path, bytes] = {}
    waiting = [path.resolve()]
    while waiting:
        current = waiting.pop()
        if current not in sources:
            sources[current] = current.read_bytes()
            if current.suffix != ".json":
                waiting += _imports(current, sources[current].decode(), root)
    return sources


def _imports(path: Path, text: str, root: Path) -> Iterator[Path]:
    for dots, package, name in _IMPORT.findall(text):
        relative = Path(*package.split("."), *name.split("."))
        folders = [path.parent, root, _SITE_PACKAGES]
        if dots:
            folders = [path.parents[len(dots) - 1]]
        for folder in folders:
            for suffix in (".vy", ".vyi", ".json"):
                candidate = folder / relative.with_suffix(suffix)
                if candidate.is_file():
                    yield candidate.resolve()


def _key(sources: dict[Path, bytes], root: Path) -> str:
    digest = hashlib.sha256(f"{FORMAT} {version('vyper')} {evm_version(root)}".encode())
    for path in sorted(sources):
        base = root if path.is_relative_to(root) else _SITE_PACKAGES
        label = path.relative_to(base) if path.is_relative_to(base) else path
        digest.update(f"\n{label} {hashlib.sha256(sources[path]).hexdigest()}".encode())
    return digest.hexdigest()


def _compile(path: Path, root: Path, sources: dict[Path, bytes]) -> Artifact:
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.output import build_abi_output, build_layout_output
    from vyper.compiler.phases import CompilerData
    from vyper.compiler.settings import Settings, anchor_settings
    from vyper.exceptions import VyperException

    bundle = FilesystemInputBundle([_SITE_PACKAGES, root])
    settings = Settings(evm_version=evm_version(root))
    source = bundle.load_file(path.resolve())
    data = CompilerData(source, bundle, settings=settings)
    try:
        with anchor_settings(data.settings):
            artifact = Artifact(
                name=path.stem,
                abi=build_abi_output(data),
                bytecode=data.bytecode,
                runtime_size=len(data.bytecode_runtime),
                storage_layout=json.loads(json.dumps(build_layout_output(data))),
            )
    except VyperException as error:
        raise CompileError(f"{path.name}: {error}") from None
    _check_closure(data, sources)
    return artifact


def _check_closure(data: object, sources: dict[Path, bytes]) -> None:
    """The compiler must not have read a file that the cache key doesn't cover."""
    for used in data.resolved_imports.compiler_inputs:
        if not used.from_builtin and Path(used.resolved_path) not in sources:
            raise CompileError(f"{used.resolved_path} was imported but is not in the cache key")


def _store(path: Path, artifact: Artifact) -> None:
    """Write atomically; artifacts of the contract's older versions go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({**asdict(artifact), "bytecode": artifact.bytecode.hex()})
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
    for old in path.parent.glob(f"{artifact.name}-*.json"):
        if old != path:
            old.unlink(missing_ok=True)


def _load(text: str) -> Artifact:
    fields = json.loads(text)
    return Artifact(**{**fields, "bytecode": bytes.fromhex(fields["bytecode"])})
