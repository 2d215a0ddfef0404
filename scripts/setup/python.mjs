/** A virtual environment inside the checkout with what the examples and the tests of the Python side need. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const requirements = path.join(root, "test/python/requirements.txt");
const bin = process.platform === "win32" ? "Scripts" : "bin";
const exe = process.platform === "win32" ? ".exe" : "";

/** Oldest that the SDK supports. */
const MINIMUM = [3, 9];

/** Makes `.venv` if needed and answers its interpreter's path. */
export function installPython() {
  const folder = path.join(root, ".venv");
  const python = path.join(folder, bin, `python${exe}`);
  const stamp = path.join(folder, ".headrace-requirements");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  const base = findPython();
  console.log(`Making a Python environment in .venv with ${base} …`);
  makeEnvironment(base, folder);
  execFileSync(
    python,
    [
      "-m",
      "pip",
      "install",
      "-q",
      "--disable-pip-version-check",
      "--cache-dir",
      path.join(root, ".cache/pip"),
      "-r",
      requirements,
    ],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  writeFileSync(stamp, wanted);
  return python;
}

function makeEnvironment(base, folder) {
  try {
    execFileSync(base, ["-m", "venv", folder], { stdio: "pipe" });
  } catch (error) {
    // Debian ships venv apart from Python; everything else that fails is told as it is.
    if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get")) throw error;
    const sudo = process.getuid() === 0 ? [] : ["sudo"];
    const [program, ...args] = [...sudo, "apt-get", "install", "-y", "-qq", "python3-venv", "python3-pip"];
    execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
    execFileSync(base, ["-m", "venv", "--clear", folder], { stdio: ["ignore", "ignore", "inherit"] });
  }
}

function findPython() {
  const candidates = [process.env.HEADRACE_PYTHON, "python3", "python", "py"].filter(Boolean);
  for (const candidate of candidates) {
    try {
      const version = execFileSync(candidate, ["-c", "import sys; print(*sys.version_info[:2])"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [major, minor] = version.toString().trim().split(" ").map(Number);
      if (major === MINIMUM[0] && minor >= MINIMUM[1]) return candidate;
    } catch {
      // Not there, or not a Python that answers: try the next.
    }
  }
  throw new Error(
    `No Python ${MINIMUM.join(".")} or newer was found. Install one, or name it in HEADRACE_PYTHON.`,
  );
}
