"""Writes a table for analysis as Apache Parquet: typed columns, compressed, one group of rows after the other.

Needs pyarrow, which the extra `bulk` brings.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from api.tables import Cell, Kind, Table

ROWS_OF_GROUP: Final = 50_000
"""Held in memory at a time."""

_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    "text": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}


def write_parquet(
    table: Table, rows: Iterable[tuple[Cell, ...]], file: BinaryIO, metadata: Mapping[str, str]
) -> None:
    """Write the table to a file; the metadata stand in its schema as they are."""
    schema = pa.schema(
        [pa.field(column.name, _TYPES[column.kind]) for column in table.columns], dict(metadata)
    )
    left = iter(rows)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(left, ROWS_OF_GROUP)):
            columns = zip(*group, strict=True)
            arrays = [
                pa.array(cells, field.type) for cells, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
