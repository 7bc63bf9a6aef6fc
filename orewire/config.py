"""config.yaml, the one file a user edits: read, validated, and every mistake told with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import ValidationError

from orewire.model.errors import ConfigError, ConfigProblem, UsageError
from orewire.sections import Config, Section, WatchConfig

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["DEFAULT_PATH", "Config", "append_feeds", "load_config", "read_watch", "refuse_configured"]

DEFAULT_PATH = Path("config.yaml")
_SHOWN = 60
_LONGEST_NAME = 200
Placed = TypeVar("Placed", bound=Section)


def load_config(
    path: Path, *, kinds: Sequence[str] | None = None, check_text: Callable[[str], object] | None = None
) -> Config:
    """Read and validate a file; ConfigError names file, line, key, what was found and what was expected.

    `kinds` are the kinds of sources that can be read, `check_text` raises UsageError for words that cannot be asked
    for; None: they are not checked.
    """
    node, data = _read(path)
    try:
        config = Config.model_validate(data, context={"kinds": kinds, "check_text": check_text})
    except ValidationError as error:
        raise ConfigError(path, [_problem(details, node) for details in error.errors()]) from error
    _refuse_contradictions(path, config, node)
    folder = path.resolve().parent
    return config.model_copy(
        update={
            "store": folder / config.store,
            "archive": folder / config.archive,
            "folders": [folder / one.expanduser() for one in config.folders],
            "mail": config.mail and _placed(config.mail, folder),
            "channels": [_placed(channel, folder) for channel in config.channels],
        }
    )


def _placed(section: Placed, folder: Path) -> Placed:
    """The same, its files taken from the folder of the configuration."""
    files = {name: getattr(section, name, None) for name in ("path", "ca_file")}
    return section.model_copy(update={name: folder / file.expanduser() for name, file in files.items() if file})


def read_watch(
    name: str, settings: Mapping[str, Any], config: Config, *, check_text: Callable[[str], object]
) -> WatchConfig:
    """A watch that does not stand in the file; UsageError says which setting means nothing, and what is expected.

    `check_text` is as in `load_config`.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError(f"name: found {name[:_SHOWN]!r}, expected 1 to {_LONGEST_NAME} characters on one line")
    try:
        watch = WatchConfig.model_validate({**settings, "name": name}, context={"check_text": check_text})
    except ValidationError as error:
        details = error.errors()[0]
        place = ".".join(map(str, details["loc"]))
        raise UsageError(f"{place}: found {repr(details['input'])[:_SHOWN]}, expected {_expected(details)}") from error
    refuse_configured(name, config)
    known = [channel.name for channel in config.channels]
    if strays := [channel for channel in watch.channels if channel not in known]:
        expected = f"one of {', '.join(known)}" if known else "a channel of config.yaml, which has none"
        raise UsageError(f"channel: found {strays[0]!r}, expected {expected}")
    return watch


def refuse_configured(name: str, config: Config) -> None:
    """UsageError for the name of a watch that stands in the file."""
    if name in {watch.name for watch in config.watches}:
        raise UsageError(f"watch: {name!r} stands in config.yaml; change it there, or take another name")


def _read(path: Path) -> tuple[yaml.Node | None, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(path, [_whole(str(found).lower(), "a readable UTF-8 file")]) from error
    try:
        node, data = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = str(getattr(error, "problem", None) or error)
        line = mark.line + 1 if mark else None
        raise ConfigError(path, [ConfigProblem(line=line, key="(file)", found=found, expected="YAML")]) from error
    if data is not None and not isinstance(data, dict):
        raise ConfigError(path, [_whole(type(data).__name__, "keys and values, as in the shipped config.yaml")])
    return node, data or {}


def _whole(found: str, expected: str) -> ConfigProblem:
    return ConfigProblem(line=None, key="(file)", found=found, expected=expected)


def _problem(details: ErrorDetails, root: yaml.Node | None) -> ConfigProblem:
    location = [part for part in details["loc"] if isinstance(part, int | str)]
    line, key = _locate(root, location)
    if details["type"] == "extra_forbidden":
        return ConfigProblem(line=line, key=key, found="an unknown key", expected="one of the documented keys")
    if details["type"] == "missing":
        return ConfigProblem(line=line, key=key, found="nothing", expected="a value")
    return ConfigProblem(line=line, key=key, found=repr(details["input"])[:_SHOWN], expected=_expected(details))


def _expected(details: ErrorDetails) -> str:
    message = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _locate(node: yaml.Node | None, location: list[int | str]) -> tuple[int | None, str]:
    """The line of the deepest part of `location` that stands in the file, and the key as a user would write it."""
    line, key = (node.start_mark.line + 1 if node else None), ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
        child = _child(node, part)
        if child is not None:
            node, line = child
    return line, key


def _child(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == part:
                return value, name.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def _refuse_contradictions(path: Path, config: Config, node: yaml.Node | None) -> None:
    """What each line says is right, and yet it cannot be: names twice, channels that are not there."""
    if problems := [*_doubles(config, node), *_strays(config, node)]:
        raise ConfigError(path, problems)


def _doubles(config: Config, node: yaml.Node | None) -> Iterator[ConfigProblem]:
    for section, attribute in _KEYS.items():
        seen: set[str] = set()
        for number, item in enumerate(getattr(config, section)):
            value = getattr(item, attribute)
            if value in seen:
                line, key = _locate(node, [section, number, attribute])
                yield ConfigProblem(line=line, key=key, found=f"{value!r} again", expected="each once")
            seen.add(value)


_KEYS = {"feeds": "url", "channels": "name", "watches": "name", "digests": "name"}


def _strays(config: Config, node: yaml.Node | None) -> Iterator[ConfigProblem]:
    known = [channel.name for channel in config.channels]
    for section in ("watches", "digests"):
        for number, item in enumerate(getattr(config, section)):
            for place, name in enumerate(item.channels):
                if name not in known:
                    line, key = _locate(node, [section, number, "channels", place])
                    expected = f"the name of one of the channels ({', '.join(known) or 'there are none'})"
                    yield ConfigProblem(line=line, key=key, found=repr(name), expected=expected)
    for number, channel in enumerate(config.channels):
        twin = next(
            (one for one in known[:number] if one != channel.name and _folded(one) == _folded(channel.name)), None
        )
        if twin:
            line, key = _locate(node, ["channels", number, "name"])
            expected = f"a name by which its secrets are not those of {twin!r}"
            yield ConfigProblem(line=line, key=key, found=repr(channel.name), expected=expected)
        if channel.kind == "mail" and config.mail is None:
            line, key = _locate(node, ["channels", number, "kind"])
            yield ConfigProblem(line=line, key=key, found="'mail'", expected="a section `mail` that names the server")


def _folded(name: str) -> str:
    """A channel's name as the variables of the environment have it."""
    return name.upper().replace("-", "_")


def append_feeds(path: Path, lines: Sequence[str], kinds: Sequence[str]) -> None:
    """Add feeds, each a line of YAML, behind those of the file; all else of it stays as it is, comments too.

    ConfigError or UsageError where that cannot be done: then nothing is written.
    """
    if not lines:
        return
    before = load_config(path, kinds=kinds)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(_with_feeds(path.read_bytes().decode("utf-8"), lines).encode())
    try:
        after = load_config(new, kinds=kinds)
        if after.model_copy(update={"feeds": after.feeds[: len(before.feeds)]}) != before:
            raise UsageError(f"{path}: cannot be changed without losing something; add the feeds by hand")
        new.chmod(path.stat().st_mode)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _with_feeds(text: str, lines: Sequence[str]) -> str:
    """The text with the feeds behind the last one; where the list is empty or missing, at the end."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    node, line = _child(root, "feeds") or (None, 0)
    rows, end = text.splitlines(keepends=True), "\r\n" if "\r\n" in text else "\n"
    if rows and not rows[-1].endswith("\n"):
        rows[-1] += end
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        place, indent = _last_line(node) + 1, " " * node.start_mark.column
        return "".join([*rows[:place], *(f"{indent}- {feed}{end}" for feed in lines), *rows[place:]])
    is_flow = isinstance(root, yaml.MappingNode) and root.flow_style
    if is_flow or (isinstance(node, yaml.CollectionNode) and node.value):
        raise UsageError("feeds: found a list on one line, expected one feed on each line")
    new = [f"  - {feed}{end}" for feed in lines]
    if node is None:
        return "".join([*rows, f"feeds:{end}", *new])
    if node.start_mark.line == line - 1:  # `[]`, or nothing
        row = rows[line - 1]
        rows[line - 1] = row[: node.start_mark.column] + row[node.end_mark.column :].lstrip(" ")
    return "".join([*rows[:line], *new, *rows[line:]])


def _last_line(node: yaml.Node) -> int:
    """The line, from 0, on which the last value within a node ends."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end = node.end_mark
    return int(end.line) - (end.column == 0 and end.line > node.start_mark.line)
