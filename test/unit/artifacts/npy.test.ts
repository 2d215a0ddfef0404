import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import type { Json } from "../../../src/core/json";
import { bytesOf, type FileBytes } from "../../../src/artifacts/readers/file";
import { readPreview } from "../../../src/artifacts/manifest";
import { openNpy } from "../../../src/artifacts/readers/npy";
import { openArray } from "../../../src/artifacts/readers/open";
import type { ArraySource } from "../../../src/artifacts/readers/source";
import { type Folder, hasPython, written } from "./python";
import { broken } from "./fuzz";

/** An `.npy` file of the first version. */
function npy(descr: string, shape: string, data: Uint8Array, order = "False"): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + "\n";
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header, "latin1"), data]);
}

const everything = { at: [], row: 0, rows: 1000, column: 0, columns: 1000 };

async function rowsOf(
  source: ArraySource,
  at: readonly number[] = [],
): Promise<readonly (readonly Json[])[]> {
  return source.page({ ...everything, at });
}

suite("arrays that NumPy wrote", { skip: !hasPython }, () => {
  let folder: Folder;
  before(async () => {
    folder = await written(`
def npy(name, array): np.save(name, array)
npy("matrix", np.arange(12.0).reshape(3, 4))
npy("fortran", np.asfortranarray(np.arange(12).reshape(3, 4)))
npy("cube", np.arange(24).reshape(2, 3, 4))
npy("fortran_cube", np.asfortranarray(np.arange(24).reshape(2, 3, 4)))
npy("line", np.array([1, 2, 3], dtype="int8"))
npy("point", np.array(7, dtype="uint16"))
npy("empty", np.empty((0, 3)))
npy("bools", np.array([True, False]))
npy("half", np.array([1.5, -2, np.inf, np.nan, 6e-8, 65504], dtype="float16"))
npy("big", np.array([1, -2], dtype=">i4"))
npy("long", np.array([2**62, 5], dtype="int64"))
npy("complex", np.array([1 + 2j, 1 - 2j, complex(0, float("nan"))], dtype="complex64"))
npy("text", np.array(["a", "bcdé", "😀", ""]))
npy("bytes", np.array([b"ab", b"c"]))
npy("days", np.array(["2024-02-29", "NaT", "1900-01-01"], dtype="datetime64[D]"))
npy("nanoseconds", np.array(["2024-02-29T12:30:01.000000005", "1969-12-31T23:59:59.5"], dtype="datetime64[ns]"))
npy("months", np.array(["1969-12", "2024-02"], dtype="datetime64[M]"))
npy("spans", np.array([90, "NaT"], dtype="timedelta64[s]"))
npy("tall", np.arange(3_000_000, dtype="float64").reshape(-1, 2))
npy("wide_fortran", np.asfortranarray(np.arange(4_000_000, dtype="float64").reshape(2000, 2000)))
npy("records", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
npy("longdouble", np.array([1], dtype="longdouble"))
save(np.random.default_rng(0).normal(size=100_000), "payload")
`);
  });
  after(() => folder.remove());

  const expected: Readonly<Record<string, readonly (readonly Json[])[]>> = {
    matrix: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ],
    fortran: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ],
    line: [[1], [2], [3]],
    point: [[7]],
    empty: [],
    bools: [[true], [false]],
    half: [[1.5], [-2], ["Infinity"], ["NaN"], [2 ** -24], [65504]],
    big: [[1], [-2]],
    long: [["4611686018427387904"], [5]],
    complex: [["1+2j"], ["1-2j"], ["0+NaNj"]],
    text: [["a"], ["bcdé"], ["😀"], [""]],
    bytes: [["ab"], ["c"]],
    days: [["2024-02-29"], [null], ["1900-01-01"]],
    nanoseconds: [["2024-02-29T12:30:01.000000005"], ["1969-12-31T23:59:59.5"]],
    months: [["1969-12"], ["2024-02"]],
    spans: [["90 s"], [null]],
  };
  for (const [name, rows] of Object.entries(expected)) {
    test(name, async () => {
      const source = await openArray(folder.file(`${name}.npy`));
      assert.deepEqual(await rowsOf(source), rows);
      await source.close();
    });
  }

  for (const name of ["cube", "fortran_cube"]) {
    test(`slices of a ${name}`, async () => {
      const source = await openArray(folder.file(`${name}.npy`));
      assert.deepEqual(source.shape, [2, 3, 4]);
      assert.deepEqual(await source.page({ at: [1], row: 1, rows: 2, column: 2, columns: 9 }), [
        [18, 19],
        [22, 23],
      ]);
      await assert.rejects(source.page({ ...everything, at: [2] }), /outside dimension 0/);
      await assert.rejects(source.page(everything), /needs 1 positions/);
      await source.close();
    });
  }

  test("pages far inside", async () => {
    const tall = await openArray(folder.file("tall.npy"));
    assert.deepEqual(await tall.page({ at: [], row: 1_499_999, rows: 10, column: 0, columns: 2 }), [
      [2_999_998, 2_999_999],
    ]);
    await tall.close();
    const wide = await openArray(folder.file("wide_fortran.npy"));
    const page = await wide.page({ at: [], row: 5, rows: 2, column: 0, columns: 2000 });
    assert.equal(page[1]?.[1999], 6 * 2000 + 1999);
    await wide.close();
  });

  test("statistics grow until they are those of everything", async () => {
    const source = await openArray(folder.file("tall.npy"));
    const steps = [];
    for await (const step of source.statistics()) steps.push(step);
    const last = steps.at(-1);
    assert.ok(steps.length > 1 && last !== undefined);
    assert.equal(last.fraction, 1);
    const { count, min, max, mean, std, histogram } = last.summary;
    assert.deepEqual([count, min, max, mean], [3_000_000, 0, 2_999_999, 1_499_999.5]);
    assert.ok(Math.abs((std ?? 0) - 866_025.4) < 1);
    assert.ok(histogram?.counts.every((n) => Math.abs(n - 150_000) < 2000));
    await source.close();
  });

  test("statistics agree with those of the preview", async () => {
    const source = await openArray(folder.file("payload", "data.npy"));
    let summary;
    for await (const step of source.statistics()) summary = step.summary;
    const preview = await readPreview(folder.file("payload"));
    assert.ok(preview?.kind === "array" && preview.statistics !== null);
    assert.equal(summary?.min, preview.statistics.min);
    assert.ok(Math.abs((summary.std ?? 0) - (preview.statistics.std ?? NaN)) < 1e-9);
    await source.close();
  });

  for (const name of ["records", "longdouble"]) {
    test(`${name} say that they can't be paged`, async () => {
      await assert.rejects(openArray(folder.file(`${name}.npy`)), (error: unknown) =>
        HeadraceError.is(error, "unsupported"),
      );
    });
  }
});

suite("hostile arrays", () => {
  const data = Buffer.alloc(96);
  const hostile: Readonly<Record<string, Uint8Array>> = {
    nothing: new Uint8Array(),
    "another file": Buffer.from("PK\x03\x04 not an array at all"),
    "a header that ends early": npy("'<f8'", "(12,)", data).subarray(0, 40),
    "a header of four gigabytes": Buffer.concat([
      Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\xff", "latin1"),
      data,
    ]),
    "more values than bytes": npy("'<f8'", "(13,)", data),
    "a shape that overflows": npy("'<f8'", "(9007199254740991, 9007199254740991)", data),
    "a shape beyond numbers": npy("'<f8'", "(99999999999999999999999,)", data),
    "a negative shape": npy("'<f8'", "(-1,)", data),
    "texts of a gigabyte": npy("'<U268435456'", "(0,)", data),
    "code for a header": npy("__import__('os')", "(1,)", data),
    "too many dimensions": npy("'<f8'", `(${"1, ".repeat(65)})`, data),
  };
  for (const [name, bytes] of Object.entries(hostile)) {
    test(name, async () => {
      await assert.rejects(openNpy(bytesOf(bytes)), (error: unknown) => HeadraceError.is(error, "invalid"));
    });
  }

  test("a file that shrinks while it is read", async () => {
    const whole = npy("'<f8'", "(12,)", data);
    const shrinking: FileBytes = { ...bytesOf(whole.subarray(0, whole.length - 8)), size: whole.length };
    const source = await openNpy(shrinking);
    await assert.rejects(rowsOf(source), (error: unknown) => HeadraceError.is(error, "invalid"));
  });

  test("a page that is too large is refused before it is read", async () => {
    const source = await openNpy({
      ...bytesOf(npy("'<f8'", "(100000, 100000)", new Uint8Array())),
      size: 8e10 + 1000,
    });
    await assert.rejects(source.page({ at: [], row: 0, rows: 1000, column: 0, columns: 1000 }), /too large/);
  });

  test("numbers that are no characters", async () => {
    const source = await openNpy(bytesOf(npy("'<U1'", "(1,)", Buffer.from([0xff, 0xff, 0xff, 0xff]))));
    assert.deepEqual(await rowsOf(source), [["\ufffd"]]);
  });

  test("any damage is an error or a value, never a crash", async () => {
    for (const bytes of broken(npy("'<i8'", "(3, 4)", data), 1500)) {
      try {
        const source = await openNpy(bytesOf(bytes));
        await source.page({
          at: source.shape.slice(2).map(() => 0),
          row: 0,
          rows: 10,
          column: 0,
          columns: 10,
        });
      } catch (error) {
        assert.ok(error instanceof HeadraceError, String(error));
      }
    }
  });
});
