/** Builds `app`. */
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import { OriginBuilder } from "./origin-builder.ts";
import { choiceOf } from "./part-builder.ts";

const identities = { Username: "username", Password: "password", Session: "session" } as const;
const unidentifiedActions = { Allow: "allow", Mark: "mark", Block: "block" } as const;
const ambiguousActions = { Mark: "mark", Block: "block" } as const;

const outcomeKinds = {
  Success: "success",
  Failure: "failure",
  UnknownUser: "unknown_user",
  Locked: "locked",
  Challenge: "challenge",
  Throttled: "throttled",
} as const;

/** Builds apps from their concrete nodes. */
export class AppBuilder extends OriginBuilder {
  app(node: Cst, base: ast.DeclarationBase): ast.AppNode {
    const clauses = node.nodes("appClause");
    const of = (rule: string) => clauses.flatMap((clause) => clause.nodes(rule));
    return {
      kind: "app",
      ...base,
      tags: of("tags").flatMap((clause) => this.names(clause)),
      hosts: of("hosts").flatMap((clause) =>
        this.each(clause.nodes("host"), (part) => this.textOrImage(part)),
      ),
      origins: of("origin").flatMap((clause) =>
        this.each(clause.nodes("originUrl"), (part) => this.origin(part)),
      ),
      routes: this.each(of("route"), (part) => this.route(part)),
      identify: this.each(of("identify"), (part) => this.identify(part)),
      outcomes: this.each(of("outcome"), (part) => this.outcome(part)),
      unidentified: this.each(of("unidentified"), (part) => this.unidentified(part)),
      fronts: this.each(of("front"), (part) => this.front(part)),
      settings: this.each(clauses, (part) => this.setting(part)),
    };
  }

  private route(node: Cst): ast.RouteNode | undefined {
    const name = node.name("Name");
    const method = node.first("method")?.anyToken()?.token;
    const path = node.name("Path");
    if (!name || !method || !path) return undefined;
    const conditions = node.first("routeConditions");
    return {
      name,
      method: node.nameOf(method),
      path,
      when: this.each(conditions?.nodes("comparison") ?? [], (part) => this.comparison(part)),
      junctions: conditions ? junctionsOf(conditions) : [],
      tags: this.names(node),
      span: node.span,
    };
  }

  private identify(node: Cst): ast.IdentifyNode | undefined {
    const what = choiceOf(identities, node.first("identity"));
    if (!what) return undefined;
    return {
      what,
      sources: this.each(node.nodes("source"), (part) => this.source(part)),
      normalise: this.names(node),
      span: node.span,
    };
  }

  private source(node: Cst): ast.IdentitySourceNode | undefined {
    const subject = this.subject(node.first("subject"));
    const from = node.token("Response") ? "response" : "request";
    return subject && { from, isEach: node.token("Each") !== undefined, subject, span: node.span };
  }

  private outcome(node: Cst): ast.OutcomeNode | undefined {
    const event = node.name("Name");
    if (!event) return undefined;
    return {
      event,
      routes: node.first("names")?.names("Name"),
      cases: this.each(node.nodes("outcomeCase"), (part) => this.outcomeCase(part)),
      span: node.span,
    };
  }

  private outcomeCase(node: Cst): ast.OutcomeCaseNode | undefined {
    const kind = choiceOf(outcomeKinds, node.first("outcomeKind"));
    if (!kind) return undefined;
    const tests = this.each(node.nodes("responseTest"), (part) => this.responseTest(part));
    return { kind, tests, junctions: junctionsOf(node), span: node.span };
  }

  private responseTest(node: Cst): ast.ResponseTestNode | undefined {
    if (node.token("Status")) {
      const statuses = this.each(node.nodes("statusRange"), (part) => this.statusRange(part));
      return { kind: "status", statuses, span: node.span };
    }
    const subject = this.subject(node.first("subject"));
    const operatorNode = node.first("operator");
    const operator = operatorNode && this.operator(operatorNode);
    return subject && operator && { kind: "field", subject, operator, span: node.span };
  }

  private statusRange(node: Cst): (ast.NumberNode & { last: number | undefined }) | undefined {
    const [first, last] = node.tokens("Int").map((token) => this.int(node, token));
    return first && { value: first.value, last: last?.value, span: node.span };
  }

  private unidentified(node: Cst): ast.UnidentifiedNode | undefined {
    const action = choiceOf(unidentifiedActions, node);
    return action && { routes: this.names(node), action, span: node.span };
  }

  private front(node: Cst): ast.FrontNode | undefined {
    const [name, list] = node.names("Name");
    const from = this.values(node) ?? (list && ({ kind: "word", ...list } as const));
    if (!name || !from) return undefined;
    const facts = this.each(node.nodes("frontFact"), (part) => {
      const fact = part.name("Name");
      const header = part.name("AnyWord");
      return fact && header && { fact, header, span: part.span };
    });
    return { name, from, facts, span: node.span };
  }

  private setting(clause: Cst): ast.AppSettingNode | undefined {
    const fail = clause.first("fail");
    if (fail) return { kind: "fail", mode: fail.token("Closed") ? "closed" : "open", span: fail.span };
    const pathCase = clause.first("pathCase");
    if (pathCase) {
      return {
        kind: "pathCase",
        isSensitive: pathCase.token("Sensitive") !== undefined,
        span: pathCase.span,
      };
    }
    const upstream = this.upstreamSetting(clause);
    if (upstream) return upstream;
    const deviceCookie = clause.first("deviceCookie");
    if (deviceCookie) return this.deviceCookie(deviceCookie);
    const atRisk = clause.first("atRisk");
    if (atRisk) return this.atRisk(atRisk);
    const ambiguous = clause.first("ambiguous");
    const action = choiceOf(ambiguousActions, ambiguous);
    return ambiguous && action && { kind: "ambiguous", action, span: ambiguous.span };
  }

  private atRisk(node: Cst): ast.AtRiskNode {
    const parts = node.nodes("atRiskPart");
    const having = (token: string) => parts.filter((part) => part.token(token));
    return {
      kind: "atRisk",
      labels: parts.flatMap((part) => part.nodes("riskLabels")).flatMap((part) => this.names(part)),
      calls: this.each(having("Webhook"), (part) => {
        const webhook = part.name("Name");
        const payload = part.first("jsonObject");
        return webhook && { webhook, payload: payload && this.jsonObject(payload), span: part.span };
      }),
      channels: this.each(having("Alert"), (part) => part.name("Name")),
      amounts: this.each(
        parts.flatMap((part) => part.nodes("riskAmount")),
        (part) => {
          const subject = this.subject(part.first("subject"));
          return subject && { subject, routes: this.names(part) };
        },
      ),
      span: node.span,
    };
  }

  private deviceCookie(node: Cst): ast.DeviceCookieNode | undefined {
    const name = this.text(node);
    const duration = node.name("Duration");
    return name && duration && { kind: "deviceCookie", name, duration, span: node.span };
  }
}

function junctionsOf(node: Cst): ast.JunctionNode[] {
  return node.nodes("junction").map((junction) => {
    return { text: junction.token("Or") ? "or" : "and", span: junction.span };
  });
}
