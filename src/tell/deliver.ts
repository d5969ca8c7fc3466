/** One try to deliver: finds the target as the live policies declare it, reads its secrets, and tells it. Never throws. */
import type { Messaging, SecretIr } from "../../dsl/index.ts";
import type { ClaimedDelivery, DigestState } from "../store/outbox-rows.ts";
import { alertText, channelBody, slackBody } from "./alert-text.ts";
import { type AllowedTarget, findDestination, type LookUp } from "./safe-address.ts";
import { readSecret } from "./secret-source.ts";
import { portOf, sendCall } from "./send-call.ts";
import { mailPort, sendMail } from "./send-mail.ts";
import { signedHeaders, signingKeys } from "./sign-call.ts";
import type { TellSeal } from "./tell-seal.ts";

/** What a try needs. */
export interface DeliveryPorts {
  messaging(): Messaging;
  /** Where relative secret files are. */
  readonly folder: string;
  readonly seal: TellSeal;
  readonly allowed: readonly AllowedTarget[];
  readonly timeoutMs: number;
  readonly lookUp?: LookUp;
}

/** How a try ended. */
export interface DeliveryEnd {
  readonly state: "delivered" | "retry" | "dead";
  readonly status?: number | undefined;
  readonly problem?: string;
  readonly retryAfterMs?: number | undefined;
  /** True when it would have gone no better for another message. */
  readonly isTargetsFault: boolean;
}

/** RFC 9110 §15.5: what is refused for itself stays refused however often it is sent. */
const refusedForGood: ReadonlySet<number> = new Set([400, 404, 405, 410, 413, 414, 415, 422]);

/** Tries once. */
export async function deliver(delivery: ClaimedDelivery, ports: DeliveryPorts): Promise<DeliveryEnd> {
  try {
    return delivery.kind === "alert"
      ? await tellChannel(delivery, ports)
      : await callWebhook(delivery, ports);
  } catch (error) {
    if (error instanceof Undeliverable)
      return { state: "retry", problem: error.message, isTargetsFault: true };
    const problem = error instanceof Error ? error.message : String(error);
    return { state: "retry", problem: problem.slice(0, 300), isTargetsFault: true };
  }
}

/** Something that a person must mend, and then it goes on. */
class Undeliverable extends Error {}

async function callWebhook(delivery: ClaimedDelivery, ports: DeliveryPorts): Promise<DeliveryEnd> {
  const { id, target, body } = delivery;
  const webhook = ports.messaging().webhooks.find((one) => `webhook ${one.name}` === target);
  if (!webhook) throw new Undeliverable(`the policies declare no ${target}`);
  const text = body && ports.seal.open(id, body);
  if (text === undefined) {
    return { state: "dead", problem: "its body cannot be read any more", isTargetsFault: false };
  }
  const url = typeof webhook.url === "string" ? webhook.url : secret(webhook.url, ports);
  const keys = webhook.secret ? signingKeys(secret(webhook.secret, ports)) : [];
  // A secret of comments alone, or a damaged one, must not make a signed call an unsigned one.
  if (webhook.secret && keys.length === 0) throw new Undeliverable("its secret holds no key to sign with");
  return call(webhook.method, url, id, text, keys, ports);
}

async function tellChannel(delivery: ClaimedDelivery, ports: DeliveryPorts): Promise<DeliveryEnd> {
  const { id, target, digest } = delivery;
  const channel = ports.messaging().channels.find((one) => `channel ${one.name}` === target);
  if (!channel) throw new Undeliverable(`the policies declare no ${target}`);
  if (!digest) return { state: "dead", problem: "what it was about is long over", isTargetsFault: false };
  const to = "from" in channel.to ? secret(channel.to, ports).split(/[\s,]+/) : channel.to;
  if (channel.type === "email") return mail(delivery, digest, to, ports);
  const body = channel.type === "slack" ? slackBody(digest) : channelBody(delivery, digest);
  for (const url of to) {
    const end = await call("POST", url, id, body, [], ports);
    if (end.state !== "delivered") return end;
  }
  return { state: "delivered", isTargetsFault: false };
}

async function call(
  method: "POST" | "PUT",
  address: string,
  id: string,
  body: string,
  keys: readonly Uint8Array[],
  ports: DeliveryPorts,
): Promise<DeliveryEnd> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // Nothing of an address that stands in a secret is shown.
  if (!url || !/^https?:$/.test(url.protocol)) throw new Undeliverable("its address is no http or https URL");
  const destination = await findDestination(url.hostname, portOf(url), ports.allowed, ports.lookUp);
  if ("problem" in destination) throw new Undeliverable(destination.problem);
  const isOwn = destination.address === "::1" || destination.address.startsWith("127.");
  if (url.protocol === "http:" && !isOwn)
    throw new Undeliverable("only this machine itself is called by http");
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ...signIn(url),
    ...signedHeaders(keys, id, body, Date.now()),
  ];
  const { status, retryAfterMs } = await sendCall({
    method,
    url,
    headers,
    body,
    address: destination.address,
    timeoutMs: ports.timeoutMs,
  });
  return endOf(status, retryAfterMs);
}

/** RFC 7617: a name and password that stand in a secret address; policies must not hold them. */
function signIn({ username, password }: URL): [string, string][] {
  if (username === "" && password === "") return [];
  let pair: string;
  try {
    pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw new Undeliverable("its address holds a name or password that is not percent-encoded");
  }
  return [["authorization", `Basic ${Buffer.from(pair).toString("base64")}`]];
}

function endOf(status: number, retryAfterMs: number | undefined): DeliveryEnd {
  if (status >= 200 && status < 300) return { state: "delivered", status, isTargetsFault: false };
  const problem = `it answered ${status}`;
  if (status >= 300 && status < 400) {
    return {
      state: "dead",
      status,
      problem: `${problem}; redirects are not followed`,
      isTargetsFault: false,
    };
  }
  if (refusedForGood.has(status)) return { state: "dead", status, problem, isTargetsFault: false };
  return { state: "retry", status, problem, retryAfterMs, isTargetsFault: true };
}

async function mail(
  { id }: ClaimedDelivery,
  digest: DigestState,
  to: readonly string[],
  ports: DeliveryPorts,
): Promise<DeliveryEnd> {
  const { smtp } = ports.messaging();
  if (!smtp) throw new Undeliverable("the policies declare no mail server");
  const url = new URL(smtp.url);
  const destination = await findDestination(url.hostname, mailPort(url), ports.allowed, ports.lookUp);
  if ("problem" in destination) throw new Undeliverable(destination.problem);
  const { subject, lines } = alertText(digest);
  try {
    await sendMail({
      url,
      id,
      subject,
      to,
      address: destination.address,
      sender: smtp.sender,
      user: smtp.user,
      password: smtp.secret && secret(smtp.secret, ports),
      text: `${lines.join("\n")}\n`,
      timeoutMs: ports.timeoutMs,
    });
    return { state: "delivered", isTargetsFault: false };
  } catch (error) {
    return mailEnd(error);
  }
}

/** RFC 5321 §4.2.1: 5yz is refused for good; what the server says of users and passwords is not repeated. */
function mailEnd(error: unknown): DeliveryEnd {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const status = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : undefined;
  const problem = `the mail server failed (${code}${status === undefined ? "" : `, ${status}`})`;
  const isForGood = status !== undefined && status >= 550 && status < 560 && code !== "EAUTH";
  return { state: isForGood ? "dead" : "retry", status, problem, isTargetsFault: !isForGood };
}

function secret(source: SecretIr, { folder }: DeliveryPorts): string {
  const read = readSecret(source, folder);
  if ("problem" in read) throw new Undeliverable(read.problem);
  return read.text;
}
