"""From files to files: what `ape run simulate` does, as a function."""

from __future__ import annotations

from pathlib import Path

from cos.calendar import month_start
from cos.chain import Chain
from cos.economy.contributions import read_log
from cos.economy.engine import simulate
from cos.economy.gitlog import read_git
from cos.economy.logmap import load_git_map, load_map
from cos.economy.output import REPORT, check_target, output_folder
from cos.economy.replay import Log, replay
from cos.economy.run import Progress, Result
from cos.economy.scenario import DEFAULT_SCENARIO, Scenario, load_scenario
from cos.errors import InputError
from cos.paths import CONFIG_FOLDER
from cos.suite import deploy, load_config

DEFAULT_OUT = Path("out/simulation")
GIT_MAP = CONFIG_FOLDER / "maps" / "git.toml"


def run(
    *,
    scenario_file: Path | None = None,
    log_file: Path | None = None,
    git_repo: Path | None = None,
    map_file: Path | None = None,
    months: int | None = None,
    seed: int | None = None,
    out: Path = DEFAULT_OUT,
    progress: Progress = lambda *_: None,
) -> Result:
    """Simulate a scenario, or replay a contribution log with its map, into the folder `out`.

    A git repository's history is a log too, with a map of its own (by default `GIT_MAP`).

    `months` and `seed` stand in for the scenario's; of a log, only the first `months` calendar
    months are replayed. Raises InputError before anything runs if an input is wrong; the folder
    appears when everything in it is complete.
    """
    if git_repo is not None and log_file is not None:
        raise InputError("--git and --contributions are a log each; give one of them")
    if git_repo is None and (log_file is None) != (map_file is None):
        raise InputError("--contributions and --map belong together; give both or neither")
    check_target(out)
    config = load_config()
    rules, offset = config.rule_table.by_key, config.utc_offset_seconds
    scenario = _changed(load_scenario(scenario_file or DEFAULT_SCENARIO, rules), months, seed)
    log = None
    if git_repo is not None:
        gitmap = load_git_map(map_file or GIT_MAP, rules)
        log = Log(read_git(git_repo, gitmap), gitmap, rules, offset, months)
    elif log_file is not None and map_file is not None:
        logmap = load_map(map_file, rules)
        log = Log(read_log(log_file, logmap), logmap, rules, offset, months)

    first_month = scenario.first_month if log is None else log.months[0]
    chain = Chain(timestamp=month_start(first_month - 1, offset))
    with output_folder(out) as folder:
        suite = deploy(chain, config)
        if log is None:
            result = simulate(scenario, rules, folder, chain, suite, progress)
        else:
            result = replay(log, scenario, folder, chain, suite, progress)
        _write_report(result, folder / REPORT)
    return result


def _changed(scenario: Scenario, months: int | None, seed: int | None) -> Scenario:
    changes = {"months": months, "seed": seed}
    return scenario.model_copy(
        update={key: value for key, value in changes.items() if value is not None}
    )


def _write_report(result: Result, path: Path) -> None:
    from cos.report.page import render

    path.write_text(render(result), encoding="utf-8")
