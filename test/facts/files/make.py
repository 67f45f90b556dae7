"""Made the files of this folder, by pyarrow 25.0.1 and DuckDB 1.5.6: python3 make.py"""
import datetime
import json

import duckdb
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

columns = {
    "id": pa.array([1, 2, 3], pa.int32()),
    "name": pa.array(["ann", "bob", None]),
    "label": pa.array([0, 1, 0], pa.int64()),
    "price": pa.array([1.5, None, 2.5], pa.float64()),
    "tags": pa.array([["a"], [], None], pa.list_(pa.string())),
    "at": pa.array([datetime.datetime(2026, 1, day) for day in (1, 2, 3)], pa.timestamp("us")),
    "box": pa.array([{"x": 1, "y": 2.0}] * 3, pa.struct({"x": pa.int16(), "y": pa.float32()})),
    "cost": pa.array([None, None, None], pa.decimal128(9, 2)),
}
data = pa.table(columns)
features = {"id": {"dtype": "int32", "_type": "Value"}, "label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}
kept = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
pq.write_table(data.replace_schema_metadata(kept), "pyarrow.parquet")
duckdb.sql("copy (select * from data) to 'duckdb.parquet' (format parquet)")

arrow = data.append_column("kind", pa.array(["x", "y", "x"]).dictionary_encode())
for name, open_writer in (("pyarrow.arrow", pa.ipc.new_file), ("stream.arrow", pa.ipc.new_stream)):
    with open_writer(name, arrow.schema) as writer:
        writer.write_table(arrow, max_chunksize=2)
