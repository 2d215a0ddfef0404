import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, it } from "node:test";
import { openTable } from "../../../src/artifacts/readers/open";
import { diffRows, type RowDifferences } from "../../../src/artifacts/readers/rowDiff";

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "headrace-rows-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function compared(left: string, right: string, wanted = 10): Promise<RowDifferences> {
  const files = [path.join(folder, "left.csv"), path.join(folder, "right.csv")] as const;
  await Promise.all([writeFile(files[0], left), writeFile(files[1], right)]);
  const [a, b] = [await openTable(files[0]), await openTable(files[1])];
  try {
    return await diffRows(a, b, wanted);
  } finally {
    await a.close();
    await b.close();
  }
}

function csv(rows: number, value: (row: number) => string = String): string {
  return `id,value\n${Array.from({ length: rows }, (_, i) => `${i},${value(i)}\n`).join("")}`;
}

it("finds a cell far behind what the previews hold", async () => {
  const found = await compared(
    csv(5_000),
    csv(5_000, (i) => (i === 4_321 ? "other" : String(i))),
  );
  assert.deepEqual(found, {
    ...{ changed: 1, added: 0, removed: 0, limitedTo: null, cellCount: 1 },
    cells: [{ row: "4321", column: "value", left: 4321, right: "other" }],
  });
});

it("counts rows that came and went", async () => {
  const longer = await compared(csv(1_000), csv(1_250));
  assert.deepEqual([longer.changed, longer.added, longer.removed], [0, 250, 0]);
  const shorter = await compared(csv(1_250), csv(1_000));
  assert.deepEqual([shorter.changed, shorter.added, shorter.removed], [0, 0, 250]);
});

it("names only as many cells as are wanted, and counts all", async () => {
  const found = await compared(
    csv(300),
    csv(300, (i) => `changed ${i}`),
    7,
  );
  assert.equal(found.cells.length, 7);
  assert.deepEqual([found.cellCount, found.changed], [300, 300]);
});

it("compares only columns that both have", async () => {
  const found = await compared("a,b\n1,2\n", "a,c\n1,3\n");
  assert.deepEqual([found.changed, found.cellCount], [0, 0]);
});
