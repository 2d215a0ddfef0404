import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { bytesOf, openFile } from "../../../src/artifacts/readers/file";
import { openTable } from "../../../src/artifacts/readers/open";
import { diffRows } from "../../../src/artifacts/readers/rowDiff";
import { openParquet } from "../../../src/artifacts/readers/parquet";
import { broken } from "./fuzz";
import { type Folder, hasPython, written } from "./python";

suite("parquet that pandas and pyarrow wrote", { skip: !hasPython }, () => {
  let folder: Folder;
  before(async () => {
    folder = await written(`
import pyarrow as pa, pyarrow.parquet as pq, datetime, decimal
save(pd.DataFrame({
    "i": [1, 2, 2**62], "f": [0.5, np.nan, np.inf], "t": ["x", None, "é"], "b": [True, False, True],
    "d": pd.to_datetime(["2024-02-29T12:30:01.000000005", None, "1969-12-31T00:00:00.000000000"]).astype("datetime64[ns]"),
    "c": pd.Categorical(["u", "v", "u"]), "n": pd.array([1, None, 3], dtype="Int64"),
}, index=pd.Index(["p", "q", "r"], name="key")), "frame")
save(pd.Series([1.5, 2.5], name="price"), "series")
save(pd.DataFrame({f"c{n}": np.arange(3000) * n for n in range(500)}), "wide")
n = 200_000
save(pd.DataFrame({"id": np.arange(n), "v": (np.arange(n) * 37) % 1000}), "long")
m = 1_050_000
save(pd.DataFrame({"id": np.arange(m), "v": (np.arange(m) * 611_953) % m, **{f"c{k}": np.zeros(m, dtype="int8") for k in range(6)}}), "huge")
hours = pd.date_range("2024-03-31", periods=4, freq="h", tz="UTC")
berlin = hours.tz_convert("Europe/Berlin")
save(pd.DataFrame({"berlin": berlin, "utc": hours, "clock": berlin.tz_localize(None)}), "zoned")
keys = [f"k{n}" for n in range(70_000)]
one = pd.DataFrame({"v": np.arange(70_000)}, index=pd.Index(keys, name="key"))
other = one.iloc[::-1].copy()
other.loc["k3", "v"] = -1
save(one, "keyed")
save(pd.concat([other.drop("k5"), pd.DataFrame({"v": [0]}, index=pd.Index(["new"], name="key"))]), "shuffled")
table = pa.table({"a": list(range(1000)), "s": ["text"] * 1000})
for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
    pq.write_table(table, codec + ".parquet", compression=codec, row_group_size=300)
nested = pa.table({"l": [[1, 2], None, []], "s": [{"x": 1, "y": "z"}, None, {"x": 2, "y": None}],
  "date": [datetime.date(2024, 1, 1), None, None], "dec": [decimal.Decimal("1.10"), None, None], "raw": [b"\\x00\\xff", None, b""]})
pq.write_table(nested, "nested.parquet")
`);
  });
  after(() => folder.remove());

  test("a frame with its index, types and missing values", async () => {
    const source = await openTable(folder.file("frame", "df.parquet"));
    assert.deepEqual(
      source.columns.map(({ name, kind, index }) => `${name}: ${kind}${index ? " (index)" : ""}`),
      [
        "i: number",
        "f: number",
        "t: text",
        "b: boolean",
        "d: time",
        "c: text",
        "n: number",
        "key: text (index)",
      ],
    );
    assert.equal(source.columns[0]?.type, "int64");
    assert.deepEqual((await source.page(0, 10)).rows, [
      [1, 0.5, "x", true, "2024-02-29T12:30:01.000000005", "u", 1, "p"],
      [2, null, null, false, null, "v", null, "q"],
      ["4611686018427387904", "Infinity", "é", true, "1969-12-31T00:00:00", "u", 3, "r"],
    ]);
    await source.close();
  });

  test("a series is a table of one column", async () => {
    const source = await openTable(folder.file("series", "df.parquet"));
    assert.deepEqual((await source.page(0, 10)).rows, [[1.5], [2.5]]);
    await source.close();
  });

  for (const codec of ["none", "snappy", "gzip", "brotli"]) {
    test(`compressed with ${codec}, across row groups`, async () => {
      const source = await openTable(folder.file(`${codec}.parquet`));
      assert.deepEqual(source.rows, { count: 1000, exact: true });
      const { rows } = await source.page(298, 5);
      assert.deepEqual(
        rows,
        [298, 299, 300, 301, 302].map((n) => [n, "text"]),
      );
      assert.equal((await source.page(999, 5)).rows.length, 1);
      await source.close();
    });
  }

  test("what can't be unpacked says so and what to do", async () => {
    await assert.rejects(openTable(folder.file("lz4.parquet")), (error: unknown) => {
      assert.ok(HeadraceError.is(error, "unsupported"));
      assert.match(error.message, /LZ4/);
      assert.match(error.advice ?? "", /snappy/);
      return true;
    });
  });

  test("nested values, dates, decimals and bytes", async () => {
    const source = await openTable(folder.file("nested.parquet"));
    assert.deepEqual((await source.page(0, 3)).rows, [
      [[1, 2], { x: 1, y: "z" }, "2024-01-01", 1.1, "00ff"],
      [null, null, null, null, null],
      [[], { x: 2, y: null }, null, null, ""],
    ]);
    await source.close();
  });

  test("points in time stand as the clocks of their zone showed them, as in the preview", async () => {
    const source = await openTable(folder.file("zoned", "df.parquet"));
    const { preview } = JSON.parse(readFileSync(folder.file("zoned", "manifest.json"), "utf8")) as {
      preview: { head: readonly unknown[]; columns: readonly { type: string }[] };
    };
    const { rows } = await source.page(0, 10);
    assert.deepEqual(rows, preview.head);
    assert.deepEqual(rows[1], [
      "2024-03-31T03:00:00+02:00",
      "2024-03-31T01:00:00+00:00",
      "2024-03-31T03:00:00",
    ]);
    assert.deepEqual(
      source.columns.map(({ type }) => type),
      preview.columns.map(({ type }) => type),
    );
    await source.close();
  });

  test("rows of the same label meet wherever they stand, across row groups", async () => {
    const [one, other] = [
      await openTable(folder.file("keyed", "df.parquet")),
      await openTable(folder.file("shuffled", "df.parquet")),
    ];
    const told: number[] = [];
    const { signal } = new AbortController();
    const found = await diffRows(one, other, 10, { signal, progress: (fraction) => told.push(fraction) });
    assert.deepEqual(found, {
      ...{ changed: 1, added: 1, removed: 1, limitedTo: null, cellCount: 1 },
      cells: [{ row: "k3", column: "v", left: 3, right: -1 }],
    });
    assert.ok(told.length > 1 && told.at(-1) === 1, String(told));
    await Promise.all([one.close(), other.close()]);
  });

  test("wide tables", async () => {
    const source = await openTable(folder.file("wide", "df.parquet"));
    assert.equal(source.columns.length, 500);
    assert.equal((await source.page(2999, 1)).rows[0]?.[499], 2999 * 499);
    await source.close();
  });

  test("sorts, filters and summarizes", async () => {
    const source = await openTable(folder.file("long", "df.parquet"));
    const page = await source.page(0, 2, { column: 1, descending: true }, [
      { column: 0, operator: "greater", value: 150_000 },
    ]);
    assert.deepEqual(
      page.rows.map((row) => row[1]),
      [999, 999],
    );
    assert.ok(page.positions.every((at) => at > 150_000));
    const summary = await source.summary(1);
    assert.deepEqual([summary.count, summary.number?.max, summary.distinct], [200_000, 999, 1000]);
    await source.close();
  });

  test("pages through a sorted frame that is too large to be kept without reading it for each page", async () => {
    const file = await openFile(folder.file("huge", "df.parquet"));
    let reads = 0;
    const source = await openParquet({
      ...file,
      read: (offset, length) => {
        reads++;
        return file.read(offset, length);
      },
    });
    const sort = { column: 1, descending: false };
    const first = await source.page(0, 100, sort);
    assert.deepEqual(
      first.rows.map((row) => row[1]),
      Array.from({ length: 100 }, (_, i) => i),
    );
    const before = reads;
    const pages = [await source.page(100, 100, sort), await source.page(1_000, 100, sort)];
    assert.equal(reads, before, "what lies around the first page was read with it");
    assert.deepEqual(
      pages.map(({ rows, positions }) => rows.map((row, i) => row[0] === positions[i]).includes(false)),
      [false, false],
    );
    await source.close();
  });

  test("any damage is rows or an error, never a crash", async () => {
    for (const name of ["snappy", "gzip"]) {
      const whole = readFileSync(folder.file(`${name}.parquet`));
      for (const bytes of broken(whole, 300)) {
        try {
          await (await openParquet(bytesOf(bytes))).page(0, 50);
        } catch (error) {
          assert.ok(error instanceof HeadraceError, String(error));
        }
      }
    }
  });
});

suite("hostile parquet", () => {
  const cases = {
    nothing: Buffer.alloc(0),
    "another file": Buffer.from("not parquet at all"),
    "a description longer than the file": Buffer.concat([
      Buffer.from("PAR1"),
      Buffer.from([0xff, 0xff, 0xff, 0x7f]),
      Buffer.from("PAR1"),
    ]),
    "an empty description": Buffer.concat([
      Buffer.from("PAR1"),
      Buffer.from([0, 0, 0, 0]),
      Buffer.from("PAR1"),
    ]),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(openParquet(bytesOf(bytes)), (error: unknown) =>
        HeadraceError.is(error, "invalid"),
      );
    });
  }
});
