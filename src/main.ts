#!/usr/bin/env bun
/** The command line: parses it, wires the parts, and turns failures into one clear message and an exit code. */
import { Argument, Command, CommanderError, Option } from "commander";
import { ja4OfFile } from "./accept/tls/ja4-command.ts";
import {
  type AccountListOptions,
  eraseAccount,
  judgeAccount,
  listAccounts,
  release,
  showAccount,
} from "./account-commands.ts";
import { AppError } from "./app-error.ts";
import { checkPolicies } from "./check.ts";
import { parseConfig, type ServeFlags } from "./config.ts";
import { startShop } from "./demo/shop.ts";
import { diffSets } from "./diff.ts";
import { explain } from "./explain.ts";
import { formatPolicies } from "./format-policies.ts";
import { PoliciesInvalid } from "./judge/active-policies.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { dropOutbox, type ListOptions, listOutbox, resendOutbox } from "./outbox.ts";
import { type TestOptions, testPolicies } from "./policy-test.ts";
import { serve } from "./serve.ts";
import type { AccountState } from "./store/account-rows.ts";
import { switchEnforcement } from "./switch.ts";
import { resetPassword } from "./user.ts";
import { version } from "./version.ts";

/** The exit code for whatever the user can mend: a wrong flag, a taken port, a broken policy. */
const usageExit = 2;

function commandLine(): Command {
  const program = new Command("sallyport")
    .description("A reverse proxy that stops automated abuse.")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError();
  addServe(program);
  addPolicyCommands(program);
  addOutbox(program);
  addAccounts(program);
  addSwitches(program);
  program
    .command("ja4")
    .description("print the fingerprints of a ClientHello: raw TLS records, as captured")
    .argument("<file>", "the records, or - for standard input")
    .action(async (file: string) => {
      console.log(JSON.stringify(await ja4OfFile(file), null, 2));
    });
  program
    .command("user")
    .description("set a new generated password for a console user, creating the user if needed")
    .argument("<name>")
    .addOption(dataOption())
    .action(async (name: string, { data }: { data: string }) => {
      console.log(`${name}: ${await resetPassword(name, data)}`);
    });
  return program;
}

/** The commands that take policies out of force, and put them back, while the server runs. */
function addSwitches(program: Command): void {
  const state = new Argument("<state>", "on or off").choices(["on", "off"]);
  const reason = new Option("--reason <text>", "why; kept in the audit log");
  const time = new Option("--for <time>", "such as 30m, 2h or 1d; until switched back unless given");
  program
    .command("panic")
    .description("put everything in shadow at once (on), and back (off): all is recorded, nothing is stopped")
    .addArgument(state)
    .addOption(reason)
    .addOption(time)
    .addOption(dataOption())
    .action(async (to: string, options: SwitchFlags) => {
      const request = { name: "", isOff: to === "on", reason: options.reason, for: options.for };
      console.log(await switchEnforcement({ kind: "panic", ...request }, options.data));
    });
  program
    .command("switch")
    .description("put one policy or app in shadow (off), and back (on)")
    .addArgument(new Argument("<kind>", "policy or app").choices(["policy", "app"]))
    .argument("<name>")
    .addArgument(state)
    .addOption(reason)
    .addOption(time)
    .addOption(dataOption())
    .action(async (kind: "policy" | "app", name: string, to: string, options: SwitchFlags) => {
      const request = { kind, name, isOff: to === "off", reason: options.reason, for: options.for };
      console.log(await switchEnforcement(request, options.data));
    });
}

interface SwitchFlags {
  readonly data: string;
  readonly reason?: string;
  readonly for?: string;
}

/** What is told to others, by hand. */
function addOutbox(program: Command): void {
  const outbox = program.command("outbox").description("what policies tell others: calls, alerts, mail");
  outbox
    .command("list")
    .description("list deliveries, newest first")
    .addOption(dataOption())
    .option("--state <state>", "pending, delivered, dead or dropped")
    .option("--json", "print one JSON document")
    .action(async (options: ListOptions) => {
      console.log(await listOutbox(options));
    });
  outbox
    .command("resend")
    .description("send dead deliveries again")
    .argument("[ids...]", "deliveries, as listed")
    .addOption(dataOption())
    .option("--all-dead", "all that are dead")
    .action(async (ids: string[], { data, allDead }: { data: string; allDead?: boolean }) => {
      console.log(await resendOutbox(data, ids, allDead === true));
    });
  outbox
    .command("drop")
    .description("give deliveries up")
    .argument("[ids...]", "deliveries, as listed")
    .addOption(dataOption())
    .option("--all-dead", "all that are dead")
    .action(async (ids: string[], { data, allDead }: { data: string; allDead?: boolean }) => {
      console.log(await dropOutbox(data, ids, allDead === true));
    });
}

function addAccounts(program: Command): void {
  const accounts = program
    .command("accounts")
    .description("the ledger of accounts that attacks tried and got");
  accounts
    .command("list")
    .description("accounts that were taken over, newest first")
    .addOption(dataOption())
    .option("--state <state>", "open, tried, at_risk, told, acknowledged, recovered or cleared")
    .option("--json", "print one JSON document")
    .action(async (options: AccountListOptions) => {
      console.log(await listAccounts(options));
    });
  accounts
    .command("show")
    .description("an account's whole story")
    .argument("<account>", "its name, or its keyed hash")
    .addOption(dataOption())
    .action(async (name: string, { data }: { data: string }) => {
      console.log(await showAccount(name, data));
    });
  accounts
    .command("clear")
    .description("say what is known of an account; kept and audited")
    .argument("<account>", "its name, or its keyed hash")
    .addOption(dataOption())
    .option("--as <state>", "cleared (it was its owner), recovered or acknowledged", "cleared")
    .option("--reason <text>", "why")
    .action(async (name: string, options: { data: string; as: AccountState; reason?: string }) => {
      console.log(await judgeAccount(name, { ...options, reason: options.reason }));
    });
  program
    .command("release")
    .description("let an account or an address through for a time")
    .argument("<who>", "an account's name, or an address or CIDR")
    .addOption(dataOption())
    .option("--for <time>", "such as 30m, 24h or 7d", "24h")
    .option("--reason <text>", "why")
    .action(async (who: string, options: { data: string; for: string; reason?: string }) => {
      console.log(await release(who, { ...options, reason: options.reason }));
    });
  program
    .command("erase")
    .description("remove a person from everything, and look whether anything is left")
    .argument("<account>", "the account's name, or its keyed hash")
    .addOption(dataOption())
    .action(async (name: string, { data }: { data: string }) => {
      console.log(await eraseAccount(name, data));
    });
}

/** The commands that read policies and serve nothing. */
function addPolicyCommands(program: Command): void {
  program
    .command("check")
    .description("compile policies and print every diagnostic; exit 1 on errors")
    .argument("<path>", "a folder or a .policy file")
    .option("--json", "print one JSON document")
    .action((path: string, options: { json?: boolean }) => {
      process.exitCode = checkPolicies(path, options);
    });
  program
    .command("test")
    .description(
      "run the tests in policies on a virtual clock; exit 1 when one fails, 2 when they do not compile",
    )
    .argument("<path>", "a folder or a .policy file")
    .option("--coverage", "show conditions that were never true or never false")
    .option("--json", "print one JSON document")
    .action((path: string, options: TestOptions) => {
      process.exitCode = testPolicies(path, options);
    });
  program
    .command("lsp")
    .description("serve an editor: the Language Server Protocol on standard input and output")
    .option("--data <dir>", "data directory of a Sallyport whose measured costs of policies are shown")
    .action(async ({ data }: { data?: string }) => {
      // Loaded when asked for: its protocol library would cost every other command its time.
      const { runLanguageServer } = await import("./lsp/language-server.ts");
      runLanguageServer(data);
    });
  program
    .command("explain")
    .description("explain the whole decision on a request that a JSON file describes, or a diagnostic code")
    .argument("<what>", "a JSON file, or a code such as N001")
    .addOption(setting("--policies <dir>", "the .policy files", "policies"))
    .action((what: string, { policies }: { policies: string }) => {
      process.exitCode = explain(what, policies);
    });
  program
    .command("fmt")
    .alias("format")
    .description("bring policies into their one form; with --check exit 1 when one is not")
    .argument("<path>", "a folder or a .policy file")
    .option("--check", "write nothing")
    .action((path: string, options: { check?: boolean }) => {
      process.exitCode = formatPolicies(path, options);
    });
  program
    .command("diff")
    .description(
      "say what a new set of policies means against an old one, and for whom; exit 1 on a difference",
    )
    .argument("<old>", "a folder or a .policy file")
    .argument("<new>", "a folder or a .policy file")
    .option("--json", "print one JSON document")
    .action((before: string, after: string, options: { json?: boolean }) => {
      process.exitCode = diffSets(before, after, options);
    });
}

function addServe(program: Command): void {
  program
    .command("serve", { isDefault: true })
    .description("protect an origin (the bundled demo shop, unless told otherwise)")
    .addOption(setting("--listen <host:port>", "where clients connect", "127.0.0.1:8080"))
    .addOption(setting("--tls-listen <host:port>", "where clients connect by HTTPS"))
    .addOption(
      setting("--tls-cert <files>", "certificate chains, PEM: the first is the default, SNI chooses"),
    )
    .addOption(setting("--tls-key <files>", "their keys, in the same order"))
    .addOption(setting("--tls-client-ca <file>", "authorities that sign the certificates of clients"))
    .addOption(setting("--tls-client-auth <who>", "required (with --tls-client-ca) or optional"))
    .addOption(
      setting("--tls-way <way>", "same_socket, or splice should a Bun update break it", "same_socket"),
    )
    .addOption(setting("--admin <host:port>", "the console", "127.0.0.1:9090"))
    .addOption(setting("--admin-url <url>", "how browsers reach the console behind a proxy"))
    .addOption(dataOption())
    .addOption(setting("--policies <dir>", "the .policy files"))
    .addOption(setting("--origin <url>", "the origin of apps that name none"))
    .addOption(new Option("--demo", "run the bundled demo shop as origin"))
    .addOption(new Option("--no-demo", "do not"))
    .addOption(setting("--trusted-proxies <cidrs>", "fronts whose X-Forwarded-For or Forwarded is believed"))
    .addOption(setting("--proxy-protocol <cidrs>", "fronts that must send a PROXY header, version 1 or 2"))
    .addOption(
      setting("--max-connections-per-address <n>", "at once, of one IPv4 address or IPv6 /64", "2000"),
    )
    .addOption(setting("--reuse-port [yes]", "share the ports with a process that takes over"))
    .addOption(setting("--mmdb <file>", "your own address data"))
    .addOption(
      setting(
        "--allow-webhook-target <hosts>",
        "HOST[:PORT] that is told even where it is no public address",
      ),
    )
    .addOption(setting("--tell-timeout <seconds>", "what a call or a mail may take", "15"))
    .addOption(setting("--retention-days <days>", "how long events are kept", "30"))
    // As the command that is meant where none is named, it also gets every word that names none.
    .allowExcessArguments()
    .action(async (flags: ServeFlags, { args: [word] }: Command) => {
      if (word !== undefined) throw new AppError("bad_option", unknownCommand(word, program));
      await serve(parseConfig(withDemoFromEnv(flags)), startShop);
    });
}

function unknownCommand(word: string, program: Command): string {
  return `there is no command \`${word}\`: ${program.commands.map((command) => command.name()).join(", ")}`;
}

function dataOption(): Option {
  return setting("--data <dir>", "database and keys", "./data");
}

/** A flag that the environment can give too: `--tls-listen` is SALLYPORT_TLS_LISTEN. */
function setting(flag: string, description: string, initially?: string): Option {
  const option = new Option(flag, description);
  const name = option.name().toUpperCase().replaceAll("-", "_");
  return option.env(`SALLYPORT_${name}`).default(initially);
}

/** SALLYPORT_DEMO counts only where no flag was given; commander's own reading knows no "false". */
function withDemoFromEnv(flags: ServeFlags): ServeFlags {
  // --demo and --no-demo share a default of true in commander, so the arguments themselves are asked.
  const isGiven = process.argv.some((argument) => argument === "--demo" || argument === "--no-demo");
  const text = process.env["SALLYPORT_DEMO"];
  const { demo, ...rest } = flags;
  if (isGiven && demo !== undefined) return { ...rest, demo };
  if (text === undefined || text === "") return rest;
  if (/^(1|true|yes)$/i.test(text)) return { ...rest, demo: true };
  if (/^(0|false|no)$/i.test(text)) return { ...rest, demo: false };
  throw new AppError("bad_option", `SALLYPORT_DEMO wants true or false, not \`${text}\``);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
  if (error instanceof PoliciesInvalid) {
    console.error(diagnosticsText(error.diagnostics, error.files, process.stderr.isTTY));
  }
  if (error instanceof AppError) {
    console.error(`sallyport: ${error.publicMessage}`);
    return usageExit;
  }
  console.error("sallyport: unexpected failure", error);
  return 1;
}

try {
  await commandLine().parseAsync();
} catch (error) {
  process.exit(report(error));
}
