/** Builds `policy`. */
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import { MessageBuilder } from "./message-builder.ts";
import { choiceOf } from "./part-builder.ts";

const modes = { Enforce: "enforce", Shadow: "shadow", Draft: "draft" } as const;
const severities = { Low: "low", Medium: "medium", High: "high" } as const;
const limitSigns = ["Below", "AtMost", "Above", "AtLeast"] as const;

/** Builds policies from their concrete nodes. */
export class PolicyBuilder extends MessageBuilder {
  policy(node: Cst, base: ast.DeclarationBase): ast.PolicyNode {
    return {
      kind: "policy",
      ...base,
      targets: this.each(node.nodes("target"), (part) => this.target(part)),
      clauses: this.each(node.nodes("policyClause"), (part) => this.policyClause(part)),
    };
  }

  private policyClause(node: Cst): ast.PolicyClauseNode | undefined {
    const span = node.span;
    const mode = choiceOf(modes, node.first("modeName"));
    if (mode) return { kind: "mode", mode, span };
    const priority = this.number(node);
    if (priority) return { kind: "priority", value: priority.value, span };
    const text = this.text(node);
    if (text) return { kind: node.token("Owner") ? "owner" : "reason", text: text.text, span };
    const date = node.name("DateTime");
    if (date) return { kind: "expires", date, span };
    if (node.token("Adapt")) return { kind: "adapt", isAuto: node.token("Auto") !== undefined, span };
    const block = node.first("block");
    if (block) {
      return { kind: node.token("When") ? "when" : "unless", conditions: this.conditions(block), span };
    }
    return this.nestedClause(node, span);
  }

  private nestedClause(node: Cst, span: ast.PolicyClauseNode["span"]): ast.PolicyClauseNode | undefined {
    const rollout = node.first("rollout");
    const percent = rollout && this.percent(rollout);
    if (rollout && percent) return { kind: "rollout", percent, by: this.key(rollout.first("key")), span };
    const then = node.first("effects");
    if (then) {
      return { kind: "then", effects: this.each(then.nodes("effect"), (part) => this.effect(part)), span };
    }
    const cap = node.first("cap");
    if (cap) return { kind: "cap", clauses: this.safeguards(cap.nodes("capClause")), span };
    const guard = node.first("guard");
    return guard && { kind: "guard", clauses: this.safeguards(guard.nodes("guardClause")), span };
  }

  private safeguards(nodes: readonly Cst[]): ast.SafeguardClauseNode[] {
    return this.each(nodes, (node): ast.SafeguardClauseNode | undefined => {
      const span = node.span;
      const window = node.name("Duration");
      if (window) return { kind: "over", window, span };
      if (node.token("Else")) return { kind: "else", action: "mark", span };
      const least = this.support(node);
      if (least) return { kind: "support", least, span };
      const subject = node.name("Name");
      const percent = this.percent(node);
      const sign = limitSigns.map((type) => node.token(type)?.image).find((image) => image !== undefined);
      if (!subject || !percent || sign === undefined) return undefined;
      return { kind: node.token("Holdout") ? "holdout" : "share", subject, sign, percent, span };
    });
  }

  private effect(node: Cst): ast.EffectNode | undefined {
    const span = node.span;
    const exempted = node.first("exempted");
    if (exempted) return { kind: "allow", from: exempted.token("All") ? "all" : this.names(exempted), span };
    if (node.token("Block")) return { kind: "block", status: this.number(node)?.value, span };
    const text = this.text(node);
    if (text) return { kind: "mark", text: text.text, span };
    const duration = node.name("Duration");
    if (duration) return { kind: "tarpit", duration, span };
    const name = node.name("Name");
    if (!name) return this.nestedEffect(node, span);
    if (node.token("Deceive")) return { kind: "deceive", response: name, span };
    if (node.token("Label")) return { kind: "label", label: name, span };
    const payload = node.first("jsonObject");
    return {
      kind: "webhook",
      webhook: name,
      payload: payload && this.jsonObject(payload),
      ...this.once(node.first("once")),
      span,
    };
  }

  private once(node: Cst | undefined): Pick<Extract<ast.EffectNode, { kind: "alert" }>, "oncePer" | "every"> {
    return { oncePer: this.key(node?.first("key")), every: node?.name("Duration") };
  }

  private nestedEffect(node: Cst, span: ast.EffectNode["span"]): ast.EffectNode | undefined {
    const limit = node.first("rateLimit");
    const most = limit && this.number(limit);
    const per = limit?.name("Duration");
    if (limit && most && per) return { kind: "ratelimit", most, per, by: this.key(limit.first("key")), span };
    const hold = node.first("hold");
    const duration = hold?.name("Duration");
    if (hold && duration) return { kind: "hold", key: this.key(hold.first("key")), duration, span };
    const alert = node.first("alert");
    const channel = alert?.name("Name");
    if (!alert || !channel) return undefined;
    return {
      kind: "alert",
      channel,
      severity: choiceOf(severities, alert),
      ...this.once(alert.first("once")),
      span,
    };
  }
}
