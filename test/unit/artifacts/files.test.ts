import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { readManifest, readPreview } from "../../../src/artifacts/manifest";
import { bytesOf } from "../../../src/artifacts/readers/file";
import { readImage } from "../../../src/artifacts/readers/image";
import { openJson, treeOf } from "../../../src/artifacts/readers/jsonTree";
import { openTable } from "../../../src/artifacts/readers/open";
import { looksBinary, readText } from "../../../src/artifacts/readers/text";
import { checkContent, checkListing } from "../../../src/artifacts/verification";
import { broken } from "./fuzz";
import { type Folder, hasPython, written } from "./python";

const isInvalid = (error: unknown): boolean => HeadraceError.is(error, "invalid");

suite("JSON as a tree", () => {
  test("unfolds a branch at a time", () => {
    const tree = treeOf({ a: [1, { b: null }], c: "x" });
    assert.deepEqual(tree.root, { key: null, kind: "object", text: null, children: 2 });
    assert.deepEqual(tree.children([], 0, 10), [
      { key: "a", kind: "array", text: null, children: 2 },
      { key: "c", kind: "text", text: "x", children: 0 },
    ]);
    assert.deepEqual(tree.children([0, 1], 0, 10), [{ key: "b", kind: "null", text: "null", children: 0 }]);
    assert.deepEqual(
      tree.children([0], 1, 1).map((node) => node.key),
      ["1"],
    );
    assert.throws(() => tree.children([5], 0, 1), isInvalid);
  });

  test("a very deep file", async () => {
    const depth = 50_000;
    const file = bytesOf(Buffer.from("[".repeat(depth) + "]".repeat(depth)));
    await openJson(file).catch((error: unknown) => assert.ok(isInvalid(error)));
  });

  test("what is no JSON", async () => {
    await assert.rejects(openJson(bytesOf(Buffer.from("{"))), isInvalid);
  });

  test("a file too large for a tree says what to do", async () => {
    const huge = { ...bytesOf(new Uint8Array()), size: 10 ** 12 };
    await assert.rejects(openJson(huge), (error: unknown) => HeadraceError.is(error, "unsupported"));
  });
});

suite("pictures", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000280000001e08020000000000", "hex");
  const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000ffc0001108001e002803012200", "hex");
  const gif = Buffer.from("47494638396128001e00", "hex");
  const svg = Buffer.from(
    '<?xml version="1.0"?><svg xmlns="x" viewBox="0 0 40 30"><script>alert(1)</script></svg>',
  );
  const cases = { png, jpeg, gif, svg };
  for (const [name, bytes] of Object.entries(cases)) {
    test(name, async () => {
      const { mime, width, height } = await readImage(bytesOf(bytes));
      assert.deepEqual([width, height], [40, 30]);
      assert.ok(mime.startsWith(`image/${name}`));
    });
  }

  test("any damage is a size or an error", async () => {
    for (const whole of Object.values(cases)) {
      for (const bytes of broken(whole, 300)) {
        await readImage(bytesOf(bytes)).catch((error: unknown) => assert.ok(isInvalid(error), String(error)));
      }
    }
  });
});

suite("text", () => {
  test("is cut between characters", async () => {
    const file = bytesOf(Buffer.from("aé😀b"));
    let offset: number | null = 0;
    let text = "";
    while (offset !== null) {
      const page = await readText(file, offset, 4);
      assert.ok(!page.text.includes("\ufffd"));
      text += page.text;
      offset = page.next;
    }
    assert.equal(text, "aé😀b");
  });

  test("that is no UTF-8 is shown as far as it goes", async () => {
    const file = bytesOf(Buffer.alloc(100, 0x80));
    const page = await readText(file, 0, 10);
    assert.ok(page.next !== null && page.next > 0);
    assert.equal(await looksBinary(file), false);
    assert.equal(await looksBinary(bytesOf(Buffer.from([1, 0]))), true);
  });
});

suite("manifest and preview are believed only when they are what they should be", () => {
  let folder: string;
  const manifest = {
    format: 1,
    type: "DataArtifact",
    dataType: "builtins.int",
    materializer: "m.M",
    language: "python",
    languageVersion: "3.11.7",
    digest: "sha256:00",
    files: [{ path: "a/data.json", bytes: 1, sha256: "0".repeat(64) }],
    summary: "1",
    metadata: {},
    visualizations: [],
  };
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headrace-manifest-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function withFile(name: string, content: string): Promise<string> {
    const place = path.join(folder, String(Math.random()).slice(2));
    await mkdir(place);
    await writeFile(path.join(place, name), content);
    return place;
  }

  test("a good one", async () => {
    const place = await withFile("manifest.json", JSON.stringify(manifest));
    assert.deepEqual(await readManifest(place), manifest);
    assert.equal(await readPreview(place), null);
  });

  const bad = {
    "no JSON": "{",
    "another format": JSON.stringify({ ...manifest, format: 2 }),
    "a path that leaves the folder": JSON.stringify({
      ...manifest,
      files: [{ ...manifest.files[0], path: "../x" }],
    }),
    "an absolute path": JSON.stringify({
      ...manifest,
      files: [{ ...manifest.files[0], path: "/etc/passwd" }],
    }),
    "a visualization elsewhere": JSON.stringify({
      ...manifest,
      visualizations: [{ path: "C:\\x", kind: "html" }],
    }),
    "a list": "[]",
  };
  for (const [name, content] of Object.entries(bad)) {
    test(name, async () => assert.rejects(readManifest(await withFile("manifest.json", content)), isInvalid));
  }

  const badPreviews = {
    "an unknown kind": { kind: "script", text: "x" },
    "a file elsewhere": { kind: "image", file: "../../secret.png", width: 1, height: 1, mime: "image/png" },
    "a type that is no picture": { kind: "image", file: "x.png", width: 1, height: 1, mime: "text/html" },
    "a histogram with too few edges": {
      kind: "array",
      shape: [1],
      dtype: "f8",
      statistics: {
        count: 1,
        missing: 0,
        min: 0,
        max: 0,
        mean: 0,
        std: 0,
        histogram: { edges: [0], counts: [1] },
      },
      head: [],
      file: null,
      truncated: false,
    },
    "too deep a tree": {
      kind: "estimator",
      className: "A",
      module: "m",
      parameters: {},
      fitted: [],
      text: "",
      steps: deep(50),
    },
  };
  for (const [name, content] of Object.entries(badPreviews)) {
    test(name, async () => {
      await assert.rejects(readPreview(await withFile("preview.json", JSON.stringify(content))), isInvalid);
    });
  }

  test("a preview larger than any", async () => {
    const text = JSON.stringify({ kind: "value", type: "str", text: "x".repeat(1024 * 1024) });
    await assert.rejects(readPreview(await withFile("preview.json", text)), isInvalid);
  });
});

function deep(levels: number): unknown[] {
  return levels === 0 ? [] : [{ name: "n", className: "C", parameters: {}, children: deep(levels - 1) }];
}

suite("what the Python SDK writes", { skip: !hasPython }, () => {
  let folder: Folder;
  const names = [
    "int",
    "nan",
    "text",
    "bytes",
    "tree",
    "items",
    "array",
    "empty",
    "frame",
    "estimator",
    "image",
    "figure",
  ].concat(["html", "opaque", "sparse", "model", "bools"]);
  before(async () => {
    folder = await written(`
from headrace.types import HTMLString
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
from PIL import Image
from matplotlib.figure import Figure
from scipy import sparse
from pydantic import BaseModel
class Config(BaseModel):
    rate: float = 0.5
class Opaque: pass
save(7, "int"); save(float("nan"), "nan"); save("two\\nlines \\u202e", "text"); save(b"\\x00\\x01", "bytes")
save({1: (2, {3}), "a": [float("inf"), np.float64(0.5)], (1, "x"): None}, "tree"); save([np.arange(3), Opaque()], "items")
save(np.array([1.0, np.nan, np.inf]), "array"); save(np.empty((0, 2)), "empty"); save(np.array([True, False]), "bools")
save(pd.DataFrame({"a": [1.0, None], "b": ["x", None]}, index=["i", "j"]), "frame")
save(make_pipeline(StandardScaler(), LogisticRegression()).fit([[0], [1]], [0, 1]), "estimator")
save(Image.new("RGB", (4, 3)), "image"); save(Figure(), "figure"); save(HTMLString("<b>x</b>"), "html")
save(Opaque(), "opaque"); save(sparse.eye_array(3), "sparse"); save(Config(), "model")
`);
  });
  after(() => folder.remove());

  for (const name of names) {
    test(`${name}: manifest and preview pass the checks`, async () => {
      const manifest = await readManifest(folder.file(name));
      assert.ok(manifest !== null && manifest.files.length > 0);
      checkListing(folder.file(name), manifest.digest);
      assert.deepEqual(await checkContent(folder.file(name), manifest), []);
      assert.ok((await readPreview(folder.file(name))) !== null);
    });
  }

  test("values that JSON has no word for are shown as what they are", async () => {
    const { openFile } = await import("../../../src/artifacts/readers/file");
    const tree = await openJson(await openFile(folder.file("tree", "data.json")));
    assert.deepEqual(
      tree.children([], 0, 10).map(({ key, kind, children }) => `${key ?? ""} ${kind} ${children}`),
      ["1 tuple 2", '"a" array 2', '(1, "x") null 0'],
    );
    assert.deepEqual(
      tree.children([1], 0, 10).map((node) => node.text),
      ["inf", "0.5"],
    );
  });

  test("other files say that they can't be paged", async () => {
    await assert.rejects(openTable(folder.file("int", "data.json")), (error: unknown) =>
      HeadraceError.is(error, "unsupported"),
    );
  });
});
