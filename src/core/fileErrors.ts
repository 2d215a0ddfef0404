/** What an operating system's refusal means to a user. Pure: it looks at the error's code and nothing else. */
import { HeadraceError, messageOf } from "./errors";

/** The system's code of an error (`ENOENT`, `ENOSPC` …); empty when it has none. */
export function systemCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** `doing` completes the sentence "Headrace could not …". A `HeadraceError` passes through unchanged. */
export function fileError(error: unknown, doing: string): HeadraceError {
  if (error instanceof HeadraceError) return error;
  const what = `Headrace could not ${doing}`;
  switch (systemCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new HeadraceError("disk-full", `${what}: the disk is full.`, {
        advice: "Free some space and try again. Nothing that was reported done is lost.",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new HeadraceError("no-permission", `${what}: permission denied.`, {
        advice:
          "Check who owns the folder and whether it may be written, or choose another place for the store.",
        cause: error,
      });
    case "EROFS":
      return new HeadraceError("no-permission", `${what}: the file system is read-only.`, {
        advice: "Choose another place for the store.",
        cause: error,
      });
    default:
      return new HeadraceError("internal", `${what}: ${messageOf(error)}`, { cause: error });
  }
}
