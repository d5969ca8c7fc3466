/** Apps to IR: what stands behind Sallyport and how its requests and answers are read. */
import type * as ast from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { type ConditionLowering, invariant } from "./lower-condition.ts";
import { lowerOutcome, responseSubject } from "./lower-outcome.ts";
import { lowerRiskCall } from "./lower-tells.ts";
import { lowerUpstream } from "./lower-upstream.ts";
import type * as ir from "./policy-ir.ts";
import type { Program } from "./program.ts";

/** Lowers one app. */
export function lowerApp(node: ast.AppNode, conditions: ConditionLowering, program: Program): ir.AppIr {
  const { fail, pathCase, ambiguous, deviceCookie, atRisk } = settingsOf(node);
  return {
    name: node.name.text,
    hosts: node.hosts.length === 0 ? ["*"] : node.hosts.map((host) => host.text.toLowerCase()),
    tags: textsOf(node.tags),
    upstream: lowerUpstream(node),
    fail: fail?.mode ?? "open",
    isCaseSensitive: pathCase?.isSensitive ?? false,
    ambiguous: ambiguous?.action ?? "mark",
    deviceCookie: deviceCookie && {
      name: deviceCookie.name.text,
      forMs: parseDuration(deviceCookie.duration.text) ?? 0,
    },
    ...(atRisk && { atRisk: lowerAtRisk(atRisk, conditions, program) }),
    fronts: node.fronts.map((front) => lowerFront(front, conditions)),
    routes: node.routes.map((route) => lowerRoute(route, node, conditions)),
    identify: node.identify.map((identify) => ({
      what: identify.what,
      sources: identify.sources.map((source) => lowerSource(source, conditions)),
      normalise: identify.normalise.length === 0 ? undefined : identify.normalise.map(normalisation),
    })),
    outcomes: node.outcomes.map(lowerOutcome),
  };
}

/** What an app says once; of a repeated setting, which a rule reports, the first. */
function settingsOf(node: ast.AppNode) {
  return {
    fail: node.settings.find((setting) => setting.kind === "fail"),
    pathCase: node.settings.find((setting) => setting.kind === "pathCase"),
    ambiguous: node.settings.find((setting) => setting.kind === "ambiguous"),
    deviceCookie: node.settings.find((setting) => setting.kind === "deviceCookie"),
    atRisk: node.settings.find((setting) => setting.kind === "atRisk"),
  };
}

function lowerAtRisk(node: ast.AtRiskNode, conditions: ConditionLowering, program: Program): ir.AtRiskIr {
  const [call] = node.calls;
  return {
    labels: node.labels.length === 0 ? undefined : textsOf(node.labels),
    call: call && lowerRiskCall(call, program, conditions),
    channel: node.channels[0]?.text,
    amounts: node.amounts.map(({ subject, routes }) => ({
      field: conditions.field(subject.text),
      routes: routes.length === 0 ? undefined : textsOf(routes),
    })),
  };
}

function lowerRoute(node: ast.RouteNode, app: ast.AppNode, conditions: ConditionLowering): ir.RouteIr {
  const isAny = node.junctions[0]?.text === "or";
  return {
    name: node.name.text,
    method: node.method.text.toUpperCase(),
    path: node.path.text,
    tags: textsOf(node.tags),
    when:
      node.when.length === 0
        ? undefined
        : { kind: isAny ? "any" : "all", of: conditions.all(node.when), text: node.name.text },
    unidentified: app.unidentified.find(({ routes }) => routes.some((route) => route.text === node.name.text))
      ?.action,
  };
}

function lowerSource(node: ast.IdentitySourceNode, conditions: ConditionLowering): ir.IdentitySourceIr {
  if (node.from === "response") {
    return { from: "response", subject: invariant(responseSubject(node.subject.text), node.subject.text) };
  }
  return { from: "request", field: conditions.field(node.subject.text), isEach: node.isEach };
}

function lowerFront(node: ast.FrontNode, conditions: ConditionLowering): ir.FrontIr {
  const headers: Partial<Record<ir.FrontFact, string>> = {};
  for (const { fact, header } of node.facts) {
    const what = frontFacts.find((name) => name === fact.text);
    headers[invariant(what, fact.text)] = header.text.toLowerCase();
  }
  const from =
    "kind" in node.from
      ? { list: conditions.list(node.from.text) }
      : { cidrs: node.from.map((value) => value.text) };
  return { name: node.name.text, from, headers };
}

/** What a front may vouch for. */
export const frontFacts: readonly ir.FrontFact[] = ["client", "ja4", "bot", "asn", "country", "tls"];

/** The words after `normalise`. */
export const normalisations: readonly ir.Normalisation[] = ["case", "spaces", "alias", "dots"];

function normalisation(node: ast.NameNode): ir.Normalisation {
  return invariant(
    normalisations.find((word) => word === node.text),
    node.text,
  );
}

function textsOf(nodes: readonly { text: string }[]): string[] {
  return nodes.map((node) => node.text);
}
