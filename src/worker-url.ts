/**
 * Where the code of each Worker lies. This module stands at the root of src/ because the build keeps
 * the Workers' paths below that root inside the executable, where all of main is one file at the root:
 * resolved from here, one relative path is right in both.
 */

/** Every Worker, by its path below src/; the build makes an entry point of each. */
export const workerNames = [
  "store/writer",
  "store/reader",
  "judge/compile",
  "record/learn",
  "tell/courier",
] as const;

/** The URL to start a Worker from, from source and in the executable. */
export function workerUrl(name: (typeof workerNames)[number]): URL {
  return new URL(`./${name}.worker.ts`, import.meta.url);
}
