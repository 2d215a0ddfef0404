/** Folders in which locks and notices between machines can't be relied on. Best effort: a warning, never a refusal. */
import fs from "node:fs";
import path from "node:path";

const networkTypes =
  /^(?:nfs\d?|cifs|smb3?|smbfs|fuse\.sshfs|afs|9p|fuse\.rclone|fuse\.s3fs|ceph|glusterfs)$/;
const synced: readonly (readonly [RegExp, string])[] = [
  [/^OneDrive\b/i, "OneDrive"],
  [/^Dropbox\b/i, "Dropbox"],
  [/^(?:Google ?Drive|My Drive)$/i, "Google Drive"],
  [/^(?:iCloud ?Drive|com~apple~CloudDocs|Mobile Documents)$/i, "iCloud Drive"],
  [/^(?:Nextcloud|ownCloud|Syncthing|pCloud ?Drive|Box Sync)$/i, "a synchronised folder"],
];

/** What a user should know about a store in this folder; null when nothing is unusual. */
export function placeWarning(folder: string): string | null {
  const service = path
    .resolve(folder)
    .split(/[\\/]/)
    .map((part) => synced.find(([pattern]) => pattern.test(part))?.[1])
    .find((name) => name !== undefined);
  if (service !== undefined) {
    return `The store is inside ${service}: another machine's copy may overwrite it. Keep it out of synchronisation, or set another place for it.`;
  }
  const type = fileSystemOf(folder);
  if (type === null || !networkTypes.test(type)) return null;
  return `The store is on a network file system (${type}), where locks between machines are not reliable: use it from one machine at a time, or set another place for it.`;
}

/** The type of the file system that a folder is on, where Linux says so. */
export function fileSystemOf(folder: string, mounts: string | null = readMounts()): string | null {
  const target = `${path.resolve(folder)}/`;
  let best = { point: "", type: null as string | null };
  for (const line of (mounts ?? "").split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const point = left.split(" ")[4]?.replace(/\\040/g, " ");
    const type = right.split(" ")[0];
    if (point === undefined || type === undefined || point.length < best.point.length) continue;
    if (target.startsWith(point.endsWith("/") ? point : `${point}/`)) best = { point, type };
  }
  return best.type;
}

function readMounts(): string | null {
  try {
    return fs.readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return null;
  }
}
