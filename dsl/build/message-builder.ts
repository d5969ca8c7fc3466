/** Builds JSON, made-up responses, webhooks and channels. */
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import { PartBuilder } from "./part-builder.ts";

/** Builds what is sent from its concrete nodes. */
export class MessageBuilder extends PartBuilder {
  response(node: Cst, base: ast.DeclarationBase): ast.ResponseNode {
    const like = node.first("like");
    const body = node.first("responseBody");
    return {
      kind: "response",
      ...base,
      like: like && this.like(like),
      clauses: body ? this.responseClauses(body) : [],
    };
  }

  private like(node: Cst): ast.LikeNode | undefined {
    const target = this.target(node.first("target"));
    const outcome = node.first("outcomeKind");
    return target && { target, outcome: outcome && this.textOrImage(outcome), span: node.span };
  }

  protected responseClauses(body: Cst): ast.ResponseClauseNode[] {
    return this.each(body.nodes("responseClause"), (part) => this.responseClause(part));
  }

  private responseClause(node: Cst): ast.ResponseClauseNode | undefined {
    const span = node.span;
    const status = this.number(node);
    if (status) return { kind: "status", value: status.value, span };
    const texts = node.tokens("Text").map((token) => this.textOf(node, token));
    if (node.token("Header")) {
      const [name, value] = [node.name("AnyWord"), ...texts].filter((part) => part !== undefined);
      return name && value && { kind: "header", name, value, span };
    }
    const json = node.first("jsonValue");
    if (json) {
      const value = this.json(json);
      return value && { kind: "json", value, span };
    }
    const latency = node.first("latency");
    if (latency) return this.latency(latency);
    const [text] = texts;
    return text && { kind: node.token("Html") ? "html" : "body", text: text.text, span };
  }

  private latency(node: Cst): ast.ResponseClauseNode | undefined {
    const span = node.span;
    const target = this.target(node.first("target"));
    if (target) return { kind: "latency", latency: { kind: "like", target }, span };
    const [low, high] = node.names("Duration");
    return low && { kind: "latency", latency: { kind: "range", low, high }, span };
  }

  protected json(node: Cst): ast.JsonNode | undefined {
    const span = node.span;
    const object = node.first("jsonObject");
    if (object) return this.jsonObject(object);
    const array = node.first("jsonArray");
    if (array) {
      return { kind: "array", items: this.each(array.nodes("jsonValue"), (part) => this.json(part)), span };
    }
    const fake = node.first("fake");
    if (fake) return this.fake(fake);
    const subject = this.subject(node.first("subject"));
    if (subject) return { kind: "field", subject, span };
    const found = node.anyToken();
    if (!found) return undefined;
    const { type, token } = found;
    if (type === "Text") return { kind: "scalar", value: this.textOf(node, token).text, span };
    if (type === "Int" || type === "Decimal") return { kind: "scalar", value: Number(token.image), span };
    return { kind: "scalar", value: type === "Null" ? null : type === "True", span };
  }

  protected jsonObject(node: Cst): ast.JsonNode {
    const pairs = this.each(node.nodes("jsonPair"), (part) => this.jsonPair(part));
    return { kind: "object", pairs, span: node.span };
  }

  private jsonPair(node: Cst): { key: ast.NameNode; value: ast.JsonNode } | undefined {
    const valueNode = node.first("jsonValue");
    const value = valueNode && this.json(valueNode);
    const key = node.name("AnyWord") ?? this.text(node);
    return key && value && { key, value };
  }

  private fake(node: Cst): ast.FakeNode | undefined {
    const what = node.name("Name");
    const [low, high] = node.nodes("fakeNumber").map((part) => Number(part.anyToken()?.token.image));
    return (
      what && { kind: "fake", what, low, high, seed: this.subject(node.first("subject")), span: node.span }
    );
  }

  webhook(node: Cst, base: ast.DeclarationBase): ast.WebhookNode | undefined {
    const method = node.names("Name")[1];
    const secrets = node.nodes("secret");
    const address = this.text(node) ?? node.name("Url");
    // Without an address of its own the first source is the address, a second one the secret.
    const url = address ?? this.secret(secrets.shift());
    if (!method || !url) return undefined;
    const payload = node.first("jsonObject");
    return {
      kind: "webhook",
      ...base,
      method,
      url,
      secret: this.secret(secrets[0]),
      payload: payload && this.jsonObject(payload),
    };
  }

  channel(node: Cst, base: ast.DeclarationBase): ast.ChannelNode | undefined {
    const type = node.names("Name")[1];
    const addresses = this.each(node.nodes("address"), (part) => this.textOrImage(part));
    const to = this.secret(node.first("secret")) ?? addresses;
    return type && { kind: "channel", ...base, type, to };
  }

  smtp(node: Cst, base: ast.DeclarationBase): ast.SmtpNode | undefined {
    const url = this.text(node);
    if (!url) return undefined;
    const options = node.nodes("smtpOption");
    const having = (token: string) => options.find((option) => option.token(token));
    const sender = having("Sender");
    const user = having("User");
    return {
      kind: "smtp",
      ...base,
      url,
      sender: sender && this.text(sender),
      user: user && this.text(user),
      secret: this.secret(having("Secret")?.first("secret")),
    };
  }
}
