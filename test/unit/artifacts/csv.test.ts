import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { bytesOf, type FileBytes } from "../../../src/artifacts/readers/file";
import { openCsv } from "../../../src/artifacts/readers/csv";
import type { TableSource } from "../../../src/artifacts/readers/source";
import { broken } from "./fuzz";

function csv(text: string): Promise<TableSource> {
  return openCsv(bytesOf(Buffer.from(text)));
}

async function all(text: string): Promise<unknown> {
  const source = await csv(text);
  return (await source.page(0, 1000)).rows;
}

suite("reading CSV", () => {
  const cases: Readonly<Record<string, readonly [text: string, rows: unknown]>> = {
    "plain rows": [
      "a,b\n1,x\n2,y\n",
      [
        [1, "x"],
        [2, "y"],
      ],
    ],
    "no line end at the end": ["a,b\n1,x", [[1, "x"]]],
    "Windows line ends": [
      "a,b\r\n1,x\r\n2,y\r\n",
      [
        [1, "x"],
        [2, "y"],
      ],
    ],
    "old line ends": [
      "a,b\r1,x\r2,y",
      [
        [1, "x"],
        [2, "y"],
      ],
    ],
    "quoted delimiters, quotes and line ends": ['a,b\n"x,""1""\n2",3\n', [['x,"1"\n2', 3]]],
    "quotes inside plain fields": [
      'a,b\n5" pipe,x\ny"",z\n',
      [
        ['5" pipe', "x"],
        ['y""', "z"],
      ],
    ],
    "text after a closing quote": ['a\n"x"y\n', [["xy"]]],
    "missing fields at the end": [
      "a,b,c\n1,2\n3,4,5\n",
      [
        [1, 2, null],
        [3, 4, 5],
      ],
    ],
    "nothing is missing, empty text is not": [
      'a,b\n,""\nx,y\n',
      [
        [null, ""],
        ["x", "y"],
      ],
    ],
    "Headrace's own mark for missing": [
      "a,b\n\\N,x\n1,\\N\n",
      [
        [null, "x"],
        [1, null],
      ],
    ],
    "trailing delimiter": ["a,b\n1,\n", [[1, null]]],
    "a mark in front": ["\ufeffa,b\n1,x\n", [[1, "x"]]],
    semicolons: [
      "a;b\n1,5;x\n2,5;y\n",
      [
        ["1,5", "x"],
        ["2,5", "y"],
      ],
    ],
    tabs: ["a\tb\n1\tx, y\n", [[1, "x, y"]]],
    "numbers of all kinds": [
      "n\n1\n-2.5e3\n.5\ninf\n-inf\nnan\n",
      [[1], [-2500], [0.5], ["Infinity"], ["-Infinity"], [null]],
    ],
    "digits beyond numbers": ["n\n12345678901234567890\n", [["12345678901234567890"]]],
    booleans: ["b\nTrue\nfalse\n", [[true], [false]]],
    "other letters": ["grüße,😀\nä,ö\n", [["ä", "ö"]]],
    "no header": [
      "1,2\n3,4\n",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    "only a header": ["a,b\n", []],
    nothing: ["", []],
  };
  for (const [name, [text, rows]] of Object.entries(cases)) {
    test(name, async () => assert.deepEqual(await all(text), rows));
  }

  test("columns have names and kinds", async () => {
    const source = await csv("n,t,d,b,\n1,x,2024-01-01,true,\n2,,2024-01-02T10:00:00Z,false,\n");
    assert.deepEqual(
      source.columns.map(({ name, kind }) => `${name}: ${kind}`),
      ["n: number", "t: text", "d: time", "b: boolean", "column 5: text"],
    );
  });

  test("a mark in front is no part of the first name", async () => {
    assert.equal((await csv("\ufeffa,b\n1,2\n")).columns[0]?.name, "a");
  });

  test("UTF-16 says what to do", async () => {
    await assert.rejects(openCsv(bytesOf(Buffer.from("\ufeffa,b", "utf16le"))), (error: unknown) =>
      HeadraceError.is(error, "unsupported"),
    );
  });
});

suite("large CSV files", () => {
  const count = 100_000;
  const text = `id,name,score\n${Array.from({ length: count }, (_, at) => `${at},"name, ${at % 7}",${(at * 37) % 1000}`).join("\n")}\n`;
  const data = Buffer.from(text);

  function counted(): { file: FileBytes; read: () => number } {
    let read = 0;
    const inner = bytesOf(data);
    return {
      file: {
        ...inner,
        read: (offset, length) => (
          (read += Math.min(length, data.length - offset)),
          inner.read(offset, length)
        ),
      },
      read: () => read,
    };
  }

  test("the first page reads only the beginning, and the number of rows is an estimate until the end", async () => {
    const { file, read } = counted();
    const source = await openCsv({ ...file, size: data.length });
    const page = await source.page(0, 100);
    assert.equal(page.rows.length, 100);
    assert.ok(read() < 1_500_000, `${read()} bytes were read of ${data.length}`);
    assert.equal(page.total.exact, false);
    assert.ok(Math.abs(page.total.count - count) < count * 0.2);
  });

  test("pages anywhere are right, in any order", async () => {
    const source = await openCsv(bytesOf(data));
    for (const at of [count - 3, 0, 63, 64, 65, 50_000, 127]) {
      const { rows, positions } = await source.page(at, 3);
      assert.deepEqual(rows[0], [at, `name, ${at % 7}`, (at * 37) % 1000]);
      assert.equal(positions[0], at);
    }
    const end = await source.page(count - 1, 10);
    assert.equal(end.rows.length, 1);
    assert.deepEqual(end.total, { count, exact: true });
    assert.deepEqual((await source.page(count + 5, 10)).rows, []);
  });

  test("sorts and filters, and remembers the answer for the next page", async () => {
    const { file, read } = counted();
    const source = await openCsv({ ...file, size: data.length });
    const sort = { column: 2, descending: true };
    const filters = [
      { column: 1, operator: "contains", value: "NAME, 3" },
      { column: 0, operator: "greater-or-equal", value: 1000 },
    ] as const;
    const page = await source.page(0, 5, sort, filters);
    const expected = Array.from({ length: count }, (_, at) => at)
      .filter((at) => at % 7 === 3 && at >= 1000)
      .sort((a, b) => ((b * 37) % 1000) - ((a * 37) % 1000) || a - b);
    assert.deepEqual(page.positions, expected.slice(0, 5));
    assert.deepEqual(page.total, { count: expected.length, exact: true });
    assert.equal(page.limitedTo, null);
    const before = read();
    assert.deepEqual((await source.page(100, 5, sort, filters)).positions, expected.slice(100, 105));
    assert.ok(read() - before < 500_000);
  });

  test("summaries", async () => {
    const source = await openCsv(bytesOf(data));
    const score = await source.summary(2);
    assert.deepEqual(
      [score.count, score.missing, score.distinct, score.number?.min, score.number?.max],
      [count, 0, 1000, 0, 999],
    );
    const name = await source.summary(1);
    assert.deepEqual([name.distinct, name.top[0]], [7, { value: "name, 0", count: 14286 }]);
    await assert.rejects(source.summary(3), /no column 3/);
  });
});

suite("filters and order", () => {
  const text = "n,t\n3,b\n,a\n1,\n2,c\n10,B\n";
  const cases = [
    [{ column: 0, operator: "less", value: "3" }, [2, 3]],
    [{ column: 0, operator: "less-or-equal", value: 3 }, [0, 2, 3]],
    [{ column: 0, operator: "greater", value: 2 }, [0, 4]],
    [{ column: 0, operator: "equals", value: "10" }, [4]],
    [{ column: 0, operator: "not-equals", value: 3 }, [1, 2, 3, 4]],
    [{ column: 0, operator: "missing" }, [1]],
    [{ column: 1, operator: "present" }, [0, 1, 3, 4]],
    [{ column: 1, operator: "contains", value: "b" }, [0, 4]],
    [{ column: 0, operator: "less", value: "" }, []],
  ] as const;
  for (const [filter, positions] of cases) {
    test(`${filter.operator} ${"value" in filter ? filter.value : ""}`, async () => {
      const page = await (await csv(text)).page(0, 10, null, [filter]);
      assert.deepEqual(page.positions, positions);
    });
  }

  test("what is missing comes last in both directions", async () => {
    const source = await csv(text);
    assert.deepEqual((await source.page(0, 10, { column: 0, descending: false })).positions, [2, 3, 0, 4, 1]);
    assert.deepEqual((await source.page(0, 10, { column: 0, descending: true })).positions, [4, 0, 3, 2, 1]);
  });
});

suite("hostile CSV", () => {
  test("a quotation mark that nobody closes", async () => {
    const source = await csv(`a,b\n${"1,2\n".repeat(300)}"${"x".repeat(20 * 1024 * 1024)}`);
    await assert.rejects(source.page(299, 10), /quotation mark may not be closed/);
    assert.equal((await source.page(0, 10)).rows.length, 10);
  });

  test("a row of a million columns", async () => {
    await assert.rejects(csv(`${"a,".repeat(1_000_000)}\n`), (error: unknown) =>
      HeadraceError.is(error, "invalid"),
    );
  });

  test("any damage is rows or an error", async () => {
    const whole = Buffer.from(`\ufeffa;b,c\t"d"\r\n"x\r\ny",2;"""",\n${'1,"2"\n'.repeat(100)}`);
    for (const bytes of broken(whole, 1000)) {
      try {
        await (await openCsv(bytesOf(bytes))).page(0, 50, { column: 0, descending: true });
      } catch (error) {
        assert.ok(error instanceof HeadraceError, String(error));
      }
    }
  });
});
