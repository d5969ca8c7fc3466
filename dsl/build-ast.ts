/** From the concrete tree to the abstract one; parts that recovery left incomplete are dropped, they are reported already. */
import type { CstNode } from "chevrotain";
import type * as ast from "./ast.ts";
import { AppBuilder } from "./build/app-builder.ts";
import { EvidenceBuilder } from "./build/evidence-builder.ts";
import { MessageBuilder } from "./build/message-builder.ts";
import { PolicyBuilder } from "./build/policy-builder.ts";
import { TestBuilder } from "./build/test-builder.ts";
import { Cst } from "./cst.ts";
import type { Report } from "./report.ts";

type Build = (node: Cst, base: ast.DeclarationBase) => ast.Declaration | undefined;

/** The declarations of one file. */
export function buildAst(tree: CstNode, file: string, report: Report): ast.Declaration[] {
  const builders = buildersOf(report);
  const built: ast.Declaration[] = [];
  for (const node of new Cst(tree, file).nodes("declaration")) {
    for (const kind in builders) {
      const part = node.first(kind);
      // The declaration's own name comes first: a list's type is a second name.
      const name = part?.name("Name");
      const declaration =
        part && name && builders[kind as ast.Declaration["kind"]](part, { name, span: part.span });
      if (declaration) built.push(declaration);
    }
  }
  return built;
}

function buildersOf(report: Report): Readonly<Record<ast.Declaration["kind"], Build>> {
  const app = new AppBuilder(report);
  const evidence = new EvidenceBuilder(report);
  const message = new MessageBuilder(report);
  const policy = new PolicyBuilder(report);
  const test = new TestBuilder(report);
  return {
    app: (node, base) => app.app(node, base),
    list: (node, base) => evidence.list(node, base),
    fingerprint: (node, base) => evidence.fingerprint(node, base),
    measure: (node, base) => evidence.measure(node, base),
    remember: (node, base) => evidence.remember(node, base),
    sequence: (node, base) => evidence.sequence(node, base),
    cohort: (node, base) => evidence.cohort(node, base),
    response: (node, base) => message.response(node, base),
    webhook: (node, base) => message.webhook(node, base),
    channel: (node, base) => message.channel(node, base),
    smtp: (node, base) => message.smtp(node, base),
    policy: (node, base) => policy.policy(node, base),
    test: (node, base) => test.test(node, base),
  };
}
