from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cos.chain import Chain
from cos.chain import compile as compiler
from cos.chain.compile import CompileError, compile_contract, compile_file, evm_version

LIBRARY = "# pragma version 0.4.3\n@internal\ndef _number() -> uint256:\n    return {number}\n"
CONTRACT = """# pragma version 0.4.3
from contracts.lib import numbers

number: public(uint256)

@deploy
def __init__():
    self.number = numbers._number()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one contract and one module."""
    (tmp_path / "contracts" / "lib").mkdir(parents=True)
    (tmp_path / "ape-config.yaml").write_text("vyper:\n  evm_version: prague\n")
    (tmp_path / "contracts" / "lib" / "numbers.vy").write_text(LIBRARY.format(number=1))
    (tmp_path / "contracts" / "Numbers.vy").write_text(CONTRACT)
    return tmp_path


def build(project: Path) -> compiler.Artifact:
    return compile_file(project / "contracts" / "Numbers.vy", project, project / "cache")


def cached(project: Path) -> list[Path]:
    return sorted((project / "cache").iterdir())


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("compiled although the artifact is in the cache")

    monkeypatch.setattr(compiler, "_compile", refuse)


def test_the_second_time_comes_from_the_cache(
    project: Path, request: pytest.FixtureRequest
) -> None:
    first = build(project)
    request.getfixturevalue("no_compiler")
    assert build(project) == first
    assert len(cached(project)) == 1


def test_a_changed_module_changes_the_artifact(project: Path) -> None:
    first = build(project)
    (project / "contracts" / "lib" / "numbers.vy").write_text(LIBRARY.format(number=2))
    second = build(project)
    assert second.bytecode != first.bytecode
    assert len(cached(project)) == 1, "the older artifact goes"


def test_a_changed_evm_version_changes_the_key(project: Path) -> None:
    build(project)
    (before,) = cached(project)
    (project / "ape-config.yaml").write_text("vyper:\n  evm_version: paris\n")
    evm_version.cache_clear()
    build(project)
    assert cached(project) != [before]


def test_a_file_that_could_shadow_an_import_changes_the_key(project: Path) -> None:
    build(project)
    (before,) = cached(project)
    shadow = project / "contracts" / "contracts" / "lib"
    shadow.mkdir(parents=True)
    (shadow / "numbers.vy").write_text(LIBRARY.format(number=3))
    build(project)
    assert cached(project) != [before]


def test_an_import_that_the_key_does_not_cover_is_noticed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "_imports", lambda *_: iter(()))
    with pytest.raises(CompileError, match="numbers.vy was imported but is not in the cache key"):
        build(project)


def test_broken_sources_are_one_error_with_file_and_place(project: Path) -> None:
    (project / "contracts" / "Numbers.vy").write_text("# pragma version 0.4.3\nx: uint257\n")
    with pytest.raises(CompileError, match="^Numbers.vy: [^^]*uint257"):
        build(project)
    assert not (project / "cache").exists()


def test_writers_and_readers_at_the_same_time_see_whole_artifacts(project: Path) -> None:
    artifact = build(project)
    (path,) = cached(project)
    seen: list[compiler.Artifact] = []

    def read() -> None:
        seen.extend(compiler._load(path.read_text()) for _ in range(50))

    def write() -> None:
        for _ in range(50):
            compiler._store(path, artifact)

    threads = [threading.Thread(target=job) for job in (read, write, write, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 100
    assert all(found == artifact for found in seen)
    assert cached(project) == [path], "no temporary files stay"


def test_names_must_be_found_once() -> None:
    with pytest.raises(CompileError, match="Nothing.vy: 0 files of this name"):
        compile_contract("Nothing")


def test_artifacts_report_abi_layout_and_size() -> None:
    artifact = compile_contract("ChainProbe")
    assert artifact.is_deployable
    assert 500 < artifact.runtime_size < 5_000
    assert artifact.storage_layout["storage_layout"]["stored"]["slot"] == 0
    assert {entry["name"] for entry in artifact.abi if entry["type"] == "event"} == {"Stored"}


def test_oversized_code_is_reported_and_refused_by_the_chain(project: Path) -> None:
    from cos.chain import Chain, Revert

    path = project / "contracts" / "Large.vy"
    path.write_text(
        "# pragma version 0.4.3\n@external\n@pure\ndef large() -> Bytes[25000]:\n"
        f'    return x"{"cd" * 25_000}"\n'
    )
    artifact = compile_file(path, project, project / "cache")
    assert artifact.runtime_size > compiler.RUNTIME_SIZE_LIMIT
    assert not artifact.is_deployable
    chain = Chain()
    with pytest.raises(Revert, match="create contract size limit"):
        chain.deploy(artifact, sender=chain.account("alice"))


def test_a_hit_does_not_import_the_compiler() -> None:
    compile_contract("ChainProbe")
    code = (
        "import sys; from cos.chain import Chain; chain = Chain();"
        "chain.deploy('ChainProbe', 1, sender=chain.account('a'));"
        "print({'vyper', 'eth_abi', 'eth_account', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_code_is_recognised_whatever_its_immutables_are(chain: Chain) -> None:
    alice = chain.account("alice")
    artifact = compile_contract("RuleBook")
    code = [
        chain.backend.code(chain.deploy("RuleBook", who, who, 3_600 * k, sender=alice).address)
        for k, who in enumerate((alice, chain.account("bob")))
    ]
    assert code[0] != code[1]
    assert all(map(artifact.is_code_of, code))
    assert not compile_contract("Treasury").is_code_of(code[0])
    changed = bytearray(code[0])
    changed[100] ^= 1
    for other in (b"", code[0][:-200], bytes(changed), b"\0" + code[0]):
        assert not artifact.is_code_of(other)
