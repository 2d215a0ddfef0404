import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { suite, test } from "node:test";
import { type PayloadContent, payloadDigest } from "../../../src/artifacts/digest";

interface Vector {
  readonly name: string;
  readonly content: PayloadContent;
  readonly digest: string;
}

const file = path.join(import.meta.dirname, "../../fixtures/payload-digests.json");
const vectors = JSON.parse(readFileSync(file, "utf8")) as readonly Vector[];

suite("the digest of a payload, as Python computes it", () => {
  for (const { name, content, digest } of vectors) {
    test(name, () => assert.equal(payloadDigest(content), digest));
  }
});
