/** Every fixture: accepted files compile without a word, rejected ones say exactly what is in their `.expected`. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codes } from "./codes.ts";
import { compilePolicies } from "./compile-policies.ts";
import { formatDiagnostic } from "./format-diagnostic.ts";
import { linkPolicies } from "./link-policies.ts";
import { sampleLists, sampleScheme } from "./sample-scheme.ts";
import { sampleGauges } from "./sample-state.ts";
import type { SourceFile } from "./source-file.ts";

const folder = (name: string) => join(import.meta.dir, "fixtures", name);
const fixturesOf = (name: string) => readdirSync(folder(name)).filter((file) => file.endsWith(".policy"));

/** A fixture holds one file, or several that start with `### file NAME`. */
function filesOf(path: string, name: string): SourceFile[] {
  const text = readFileSync(path, "utf8");
  if (!text.startsWith("### file ")) return [{ name, text }];
  return text
    .split(/^### file /m)
    .slice(1)
    .map((part) => {
      const newline = part.indexOf("\n");
      return { name: part.slice(0, newline), text: part.slice(newline + 1) };
    });
}

function diagnosticsOf(files: readonly SourceFile[]): string {
  const { diagnostics } = compilePolicies(files, sampleScheme, sampleLists);
  // Fixtures have no tests, but for the one that stands for the code that wants them.
  const shown = diagnostics.filter(({ code }) => code !== "W020" || files[0]?.name.startsWith("W020"));
  const texts = shown.map((diagnostic) => formatDiagnostic(diagnostic, files, { color: false }));
  return texts.length === 0 ? "" : `${texts.join("\n\n")}\n`;
}

for (const name of fixturesOf("accepted")) {
  test(`accepts ${name}`, () => {
    const files = filesOf(join(folder("accepted"), name), name);
    expect(diagnosticsOf(files)).toBe("");
    const { ir } = compilePolicies(files, sampleScheme, sampleLists);
    const ports = { gauges: sampleGauges(), lists: sampleLists };
    expect(ir && linkPolicies(ir, sampleScheme, ports).hash).toBe(ir?.hash);
  });
}

for (const name of fixturesOf("rejected")) {
  test(`rejects ${name} in the expected words`, () => {
    const path = join(folder("rejected"), name);
    const found = diagnosticsOf(filesOf(path, name));
    expect(found).toBe(readFileSync(path.replace(/policy$/, "expected"), "utf8"));
    // A fixture is named for the code that it stands for.
    expect(found).toContain(`[${name.slice(0, 4)}]`);
  });
}

test("every code has a fixture, but for those of limits that no small file reaches", () => {
  const shown = new Set(
    readdirSync(folder("rejected"))
      .filter((file) => file.endsWith(".expected"))
      .flatMap((file) =>
        Array.from(
          readFileSync(join(folder("rejected"), file), "utf8").matchAll(/\[([A-Z]\d{3})\]/g),
          (m) => m[1],
        ),
      ),
  );
  const missing = Object.keys(codes).filter((code) => !shown.has(code));
  expect(missing).toEqual(["P010", "P012", "L005", "L007"]);
});
