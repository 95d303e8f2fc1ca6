"""Which columns a table of one kind of record has, and where their cells go in the record."""

import re
from typing import Final, NamedTuple

import msgspec

OFFICE: Final = "ipOfficeCode"
"""The column that names the office of filing; no field of the record."""

_NUMBERED_COLUMN: Final = re.compile(r"([a-z]+)([1-9][0-9]{0,2})([a-z]+)")


class Group(NamedTuple):
    """Columns that make a record within the record."""

    prefix: str
    """What the names of its columns begin with; empty: they stand like those of the record itself."""
    holder: str
    """The JSON name of the field that holds it."""
    record: type[msgspec.Struct]
    is_bag: bool = False
    """Whether the field holds many, and the columns are numbered."""


class Column(NamedTuple):
    """Where the cells of one column go."""

    name: str
    field: str
    holder: str = ""
    """The field that holds the record which has the field; empty: the record itself."""
    number: int = 0
    """Of a bag, from 1."""


class Layout:
    """Which columns a table of one kind of record may have."""

    def __init__(
        self,
        record: type[msgspec.Struct],
        *groups: Group,
        carried: tuple[str, ...] = (),
        keeps_cells: bool = False,
    ) -> None:
        self.record = record
        self.carried = {name.lower(): name for name in carried}
        """Columns that are no fields of the record, by their names in lower case: they say nothing to it."""
        self.keeps_cells = keeps_cells
        self.groups = groups
        self._prefixes = {group.holder: group.prefix for group in groups}
        self._records = {group.holder: group.record for group in groups}
        single = [Group("", "", record), *(group for group in groups if not group.is_bag)]
        self._columns = {OFFICE.lower(): Column(OFFICE, OFFICE)}
        required: list[Column] = []
        for group in single:
            for field in msgspec.structs.fields(group.record):
                name = field.encode_name
                if name in self._prefixes or name.endswith("Bag"):
                    continue
                column = Column(_join(group.prefix, 0, name), name, group.holder)
                self._columns[column.name.lower()] = column
                if field.required:
                    required.append(column)
        self.fields = frozenset(field_names(record))
        self.required = tuple(required)
        """Without which no row can be read."""
        self._bags = {
            group.prefix: (group.holder, {name.lower(): name for name in field_names(group.record)})
            for group in groups
            if group.is_bag
        }
        self.names = tuple(column.name for column in self._columns.values()) + tuple(
            f"{prefix}N{name[0].upper()}{name[1:]}"
            for prefix, (_, names) in self._bags.items()
            for name in names.values()
        )
        """The columns that a table may have; N stands for 1, 2, 3 ..."""

    def find(self, name: str) -> Column | None:
        """The column of this name, which is in lower case and without separators; None: there is none."""
        if name in self._columns:
            return self._columns[name]
        if name in self.carried:
            return Column(self.carried[name], "")
        numbered = _NUMBERED_COLUMN.fullmatch(name)
        if numbered is None or numbered[1] not in self._bags:
            return None
        holder, names = self._bags[numbered[1]]
        field = names.get(numbered[3])
        return None if field is None else self.column(holder, int(numbered[2]), field)

    def place(self, column: Column) -> tuple[int, int, int]:
        """Where a column stands in a table that is written: groups in their order, then numbers, then fields."""
        holders = ("", *self._prefixes)
        single = self._columns.get(column.name.lower())
        if single is not None and not column.number:
            return (0, 0, list(self._columns.values()).index(single))
        record = self._records[column.holder]
        return (
            holders.index(column.holder),
            column.number,
            field_names(record).index(column.field),
        )

    def column(self, holder: str, number: int, field: str) -> Column:
        """The column of a field."""
        name = _join(self._prefixes.get(holder, ""), number, field)
        return Column(name, field, holder, number)


def field_names(record: type[msgspec.Struct]) -> tuple[str, ...]:
    """The JSON names of the fields of a record."""
    return tuple(field.encode_name for field in msgspec.structs.fields(record))


def _join(prefix: str, number: int, field: str) -> str:
    return f"{prefix}{number or ''}{field[0].upper()}{field[1:]}" if prefix else field
