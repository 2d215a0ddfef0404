/** Bundles all benches into one file, which is what is run. */
import path from "node:path";
import { bundle } from "./bundle";

bundle(path.join(__dirname, "main.ts"), process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
