/** N062, S060, S061, S063, S064: where calls, alerts and mail go can be reached, safely, and secrets stand outside of policies. */
import type { ChannelNode, NameNode, SecretNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import { channelTypes } from "../tell-ir.ts";
import type { Rule } from "./rule.ts";

const mostAddresses = 50;
const methods = ["POST", "PUT"];

/** Reports addresses that nobody should call, methods that change nothing, and channels by mail without a mail server. */
export const messageTargets: Rule = (program, report) => {
  for (const { method, url, secret } of program.of("webhook")) {
    if (!methods.includes(method.text)) {
      const help = () => didYouMean(method.text, methods) ?? "write `POST` or `PUT`";
      report.add("S061", method.span, `a webhook cannot ${quoted(method.text)}`, { help });
    }
    checkAddress(url, report);
    if (secret) checkSecret(secret, report);
  }
  for (const channel of program.of("channel")) checkChannel(channel, program, report);
  for (const { name, url, sender, user, secret } of program.of("smtp")) {
    const problem = mailServerProblem(url.text);
    if (problem !== undefined) report.add("S060", url.span, `${quoted(url.text)} ${problem}`);
    if (!sender) {
      const help = 'add `sender "sallyport@shop.example"`';
      report.add("S064", name.span, `the mail server ${quoted(name.text)} has no \`sender\``, { help });
    } else checkMailbox(sender, report);
    if (user && !secret) {
      const help = 'add `secret from env NAME` or `secret from file "PATH"`';
      report.add("S064", user.span, "a `user` without a `secret` cannot sign in", { help });
    }
    if (secret) checkSecret(secret, report);
  }
};

function checkChannel({ name, type, to }: ChannelNode, program: Program, report: Report): void {
  const known = channelTypes.find((one) => one === type.text);
  if (!known) {
    const help = () =>
      didYouMean(type.text, channelTypes) ?? `there are ${channelTypes.map(quoted).join(", ")}`;
    report.add("N062", type.span, `unknown kind of channel ${quoted(type.text)}`, { help });
    return;
  }
  if (known === "email" && program.of("smtp").length === 0 && !program.isPartial) {
    const help = 'declare `smtp relay "smtps://mail.shop.example:465" sender "sallyport@shop.example"`';
    report.add("S064", name.span, `channel ${quoted(name.text)} needs a mail server`, { help });
  }
  if ("from" in to) return checkSecret(to, report);
  const extra = to[mostAddresses];
  if (extra) report.add("S005", extra.span, `a channel has at most ${mostAddresses} addresses`);
  for (const address of to) {
    if (known === "email") checkMailbox(address, report);
    else checkAddress(address, report);
  }
}

function checkAddress(url: NameNode | SecretNode, report: Report): void {
  if ("from" in url) return checkSecret(url, report);
  const problem = urlProblem(url.text);
  if (problem !== undefined) report.add("S060", url.span, `${quoted(url.text)} ${problem}`);
}

function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "is no URL";
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") {
    return "holds credentials, which do not belong into a policy: write the address as `from env NAME` or `from file`";
  }
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) return undefined;
  return protocol === "http:" ? "is not encrypted: only loopback may be called by http" : "is no https URL";
}

function mailServerProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "is no URL: write `smtps://HOST:465`, or `smtp://HOST:587` for STARTTLS";
  const { protocol, hostname, username, password, pathname } = new URL(text);
  if (username !== "" || password !== "") return "holds credentials, which do not belong into a policy";
  if (protocol !== "smtp:" && protocol !== "smtps:") return "is neither smtp nor smtps";
  return hostname === "" || (pathname !== "" && pathname !== "/") ? "is no host and port" : undefined;
}

/** Names and addresses of this machine itself. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function checkMailbox({ text, span }: NameNode, report: Report): void {
  // No line may be smuggled into a mail's head; what else a mailbox may be is the mail server's business.
  if (/^[^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9.-]{1,190}$/.test(text)) return;
  report.add("S060", span, `${quoted(text)} is no mail address`);
}

function checkSecret({ from, name }: SecretNode, report: Report): void {
  if (from === "env") {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.text)) return;
    report.add("S063", name.span, `${quoted(name.text)} is no name of the environment`);
    return;
  }
  const isMounted = name.text.startsWith("/run/secrets/");
  const parts = name.text.split("/");
  const isOutside = name.text.startsWith("/") && !isMounted;
  if (name.text !== "" && !isOutside && !parts.includes("..") && !name.text.includes("\0")) return;
  const help = 'write a path below the policies folder, or below "/run/secrets"';
  report.add("S063", name.span, `the secret ${quoted(name.text)} lies outside of where secrets are`, {
    help,
  });
}
