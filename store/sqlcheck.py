"""What a stranger's query may say: a whole list of what is allowed, and a refusal by name of all else.

It judges the tree that DuckDB itself parsed, so that no trick of writing hides a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from orewire.model.errors import UsageError

Node = dict[str, Any]

_NODES: Final = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLES: Final = frozenset(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "SHOW_REF"}
)
_PARTS: Final = frozenset(
    {"ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "ASCENDING",
     "DESCENDING"}
)  # fmt: skip
_EXPRESSIONS: Final = frozenset(
    {"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
     "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW"}
)  # fmt: skip
_TABLE_FUNCTIONS: Final = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
_SHOWN: Final = frozenset({"DESCRIBE", "SUMMARY"})
_SIMPLE_NAME: Final = re.compile(r"\w+")

READABLE: Final = """
    SELECT lower(name) FROM (
        SELECT table_name AS name, comment, internal FROM duckdb_tables() WHERE schema_name = 'main'
        UNION ALL SELECT view_name, comment, internal FROM duckdb_views() WHERE schema_name = 'main'
    ) WHERE NOT internal AND comment IS NOT NULL
"""
"""Tables and views that can be read: those that a comment of the schema explains."""
TAKEN: Final = "SELECT lower(view_name) FROM duckdb_views() WHERE internal AND schema_name IN ('main', 'pg_catalog')"
FUNCTIONS: Final = r"""
    SELECT lower(function_name) FROM duckdb_functions()
    WHERE database_name = 'system' AND function_type IN ('scalar', 'aggregate', 'macro')
        AND NOT regexp_matches(lower(function_name), $refused)
    GROUP BY ALL
    HAVING bool_and(NOT coalesce(has_side_effects, FALSE) AND stability IS DISTINCT FROM 'VOLATILE')
"""
REFUSED_FUNCTIONS: Final = (
    "^(pg_.*|has_.*|inet_.*|__internal.*|.*_description|format_type|format_pg_type|map_to_pg_oid|get_block_size"
    "|current_(setting|database|catalog|schema|schemas|user|role|query|query_id|connection_id|transaction_id)"
    "|(session_)?user|version|getvariable|getenv|in_search_path|txid_current|write_log|parse_duckdb_log_message"
    "|json_(de)?serialize_.*|json_execute_.*|vector_type|stats|create_sort_key|finalize|combine|make_type"
    "|cast_to_type|replace_type|remap_struct|variant_(bytes|normalize|to).*|icu_(collate|sort).*|sleep.*)$"
)
"""What has no side effects and is still not for everybody: it tells of the machine, or is DuckDB's own."""
ALSO_ALLOWED: Final = frozenset({"random", "uuid", "gen_random_uuid", "unnest", "->", "->>"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may be named: tables and functions of the store, in lower case; `taken` are names of DuckDB's own views."""

    tables: frozenset[str]
    functions: frozenset[str]
    taken: frozenset[str] = frozenset()


def check_query(tree: Node, allowed: Allowed) -> None:
    """UsageError for anything in a parsed SELECT that is not allowed."""
    nodes = list(_walk(tree))
    own = frozenset(name.lower() for node in nodes for name in _own_tables(node))
    for name in sorted(own):
        if name in allowed.taken or not _SIMPLE_NAME.fullmatch(name):
            raise UsageError(f"sql: found the name {name!r} for a part of the query, expected a simple name of its own")
    known = Allowed(tables=allowed.tables | own, functions=allowed.functions)
    calls = {id(node.get("function")) for node in nodes if node.get("type") == "TABLE_FUNCTION"}
    for node in nodes:
        if id(node) not in calls:  # the call that makes a table is judged with its table
            _check_node(node, known)


def _walk(tree: Node) -> Iterator[Node]:
    """All nodes, without recursion: a query may be nested as deep as it likes. Constants hold no nodes."""
    waiting: list[Any] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            yield one
            if one.get("class") != "CONSTANT":
                waiting.extend(one.values())


def _own_tables(node: Node) -> Iterator[str]:
    """Names that a query gives to parts of itself."""
    if isinstance(found := node.get("map"), list):
        yield from (entry["key"] for entry in found)
    if "cte_name" in node:
        yield node["cte_name"]


def _check_node(node: Node, allowed: Allowed) -> None:
    kind = node.get("type")
    if "class" in node:
        _check_expression(node, allowed)
    elif isinstance(kind, str) and kind not in _NODES | _TABLES | _PARTS and not kind.endswith("_TYPE_INFO"):
        raise _refused("construct", kind.lower().replace("_", " "))
    elif kind == "BASE_TABLE":
        _check_table(node, allowed)
    elif kind == "TABLE_FUNCTION":
        _check_table_function(node)
    elif kind == "SHOW_REF" and (node.get("show_type") not in _SHOWN or "query" not in node):
        raise _refused("construct", "show")


def _check_table(node: Node, allowed: Allowed) -> None:
    name = node.get("table_name", "")
    place = [node[key] for key in ("catalog_name", "schema_name") if node.get(key)]
    if place not in ([], ["main"]) or "at_clause" in node or name.lower() not in allowed.tables:
        full = ".".join([*place, name])
        raise UsageError(f"sql: found table {full!r}, expected one of {', '.join(sorted(allowed.tables))}")


def _check_table_function(node: Node) -> None:
    function = node.get("function", {})
    name = str(function.get("function_name", "")).lower()
    if name not in _TABLE_FUNCTIONS or not _is_builtin(function):
        raise _refused("table function", name)


def _check_expression(node: Node, allowed: Allowed) -> None:
    kind = node["class"]
    if kind not in _EXPRESSIONS:
        raise _refused("expression", kind.lower())
    if kind in ("FUNCTION", "WINDOW"):
        name = str(node.get("function_name", ""))
        if name.lower() not in allowed.functions or not _is_builtin(node):
            raise _refused("function", name)


def _is_builtin(function: Node) -> bool:
    return function.get("catalog", "") in ("", "system") and function.get("schema", "") in ("", "main")


def _refused(what: str, name: str) -> UsageError:
    return UsageError(
        f"sql: found {what} {name!r}, which is not allowed here; expected one SELECT over the tables of docs/sql.md"
    )
