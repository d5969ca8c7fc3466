/** Writes what is generated from the grammar: `bun dsl/docs/write-grammar.ts`. A test fails when it is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allTokens, reservedWords } from "../tokens.ts";
import { grammarRules, productionText, type Rule, tokenText } from "./production.ts";
import { railroad } from "./railroad.ts";

const folder = join(import.meta.dir, "..");

/** The generated files by their path: the EBNF, the diagrams, and the grammar with its productions as comments. */
export function grammarFiles(): ReadonlyMap<string, string> {
  const rules = grammarRules();
  const source = readFileSync(join(folder, "grammar.ts"), "utf8");
  return new Map([
    [join(folder, "GRAMMAR.md"), manual(rules)],
    [join(folder, "grammar.svg"), diagrams(rules)],
    [join(folder, "grammar.ts"), commented(source, rules)],
  ]);
}

function manual(rules: readonly Rule[]): string {
  const productions = rules.map((rule) => `${rule.name} : ${productionText(rule.production)}`);
  const literals = allTokens.flatMap((type) =>
    type.PATTERN instanceof RegExp && !hiddenTokens.has(type.name) ? [[type.name, type.PATTERN.source]] : [],
  );
  const lines = [...literals, ...slashTokens].map(
    ([name = "", pattern = ""]) => `${name.padEnd(12)} ${pattern}`,
  );
  return `# The grammar

Generated from \`grammar.ts\` and \`tokens.ts\` by \`bun dsl/docs/write-grammar.ts\`; what it means is in
[README.md](README.md), as diagrams it is in [grammar.svg](grammar.svg).

\`?\` optional, \`*\` any number, \`+\` one or more, \`|\` or. Where two alternatives begin alike, the first one is meant.

\`\`\`
${productions.join("\n")}
\`\`\`

A \`Name\` is a \`Word\` or any word of the language but the reserved ones; an \`AnyWord\` may be these too:
${reservedWords.map((type) => `\`${tokenText(type).replaceAll('"', "")}\``).join(", ")}.

The other tokens, as regular expressions:

\`\`\`
${lines.join("\n")}
\`\`\`
`;
}

const hiddenTokens = new Set(["Space", "OpenText", "Unknown", "Name", "AnyWord"]);

// What a slash opens depends on the word before it, so these have no expression of their own.
const slashTokens = [
  ["Pattern", "after `matches`: from a slash to the next one that is not escaped, then flags"],
  ["Path", "elsewhere: from a slash to the next space, `#`, brace or quote"],
];

const style = `svg{background:#fff}path{fill:none;stroke:#333;stroke-width:1.5}rect{stroke:#333;fill:#fff}
rect.word{fill:#e8f0d8}rect.token{fill:#f4ecd2}text{font:13px monospace;text-anchor:middle}
text.name{font-weight:bold;text-anchor:start}`;

function diagrams(rules: readonly Rule[]): string {
  let height = 10;
  let width = 0;
  const drawn = rules.map((rule) => {
    const diagram = railroad(rule.production);
    const title = `<text class="name" x="4" y="${height + 14}">${rule.name}</text>`;
    const body = `<g transform="translate(0 ${height + 22})">${diagram.svg}</g>`;
    height += diagram.height + 44;
    width = Math.max(width, diagram.width);
    return `${title}\n${body}`;
  });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n<style>${style}</style>\n${drawn.join("\n")}\n</svg>\n`;
}

function commented(source: string, rules: readonly Rule[]): string {
  const texts = new Map(rules.map((rule) => [rule.name.toLowerCase(), rule]));
  return source.replaceAll(
    / {2}\/\*\* [A-Z]\w* : .* \*\/\n( {2}(?:private )?readonly (\w+) = this\.RULE\()/g,
    (all, head: string, name: string) => {
      const rule = texts.get(name.toLowerCase());
      return rule ? `  /** ${rule.name} : ${productionText(rule.production)} */\n${head}` : all;
    },
  );
}

if (import.meta.main) for (const [path, text] of grammarFiles()) writeFileSync(path, text);
