#!/usr/bin/env bun
/** The command line: parses it, wires the parts, and turns failures into one clear message and an exit code. */
import { Command, CommanderError, Option } from "commander";
import { AppError } from "./app-error.ts";
import { checkPolicies } from "./check.ts";
import { parseConfig, type ServeFlags } from "./config.ts";
import { startShop } from "./demo/shop.ts";
import { PoliciesInvalid } from "./judge/active-policies.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { serve } from "./serve.ts";
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
  program
    .command("serve", { isDefault: true })
    .description("protect an origin (the bundled demo shop, unless told otherwise)")
    .addOption(
      env(new Option("--listen <host:port>", "where clients connect").default("127.0.0.1:8080"), "LISTEN"),
    )
    .addOption(env(new Option("--admin <host:port>", "the console").default("127.0.0.1:9090"), "ADMIN"))
    .addOption(
      env(new Option("--admin-url <url>", "how browsers reach the console behind a proxy"), "ADMIN_URL"),
    )
    .addOption(env(new Option("--data <dir>", "database and keys").default("./data"), "DATA"))
    .addOption(env(new Option("--policies <dir>", "the .policy files"), "POLICIES"))
    .addOption(env(new Option("--origin <url>", "the origin of apps that name none"), "ORIGIN"))
    .addOption(new Option("--demo", "run the bundled demo shop as origin"))
    .addOption(new Option("--no-demo", "do not"))
    .addOption(
      env(
        new Option("--trusted-proxies <cidrs>", "fronts whose X-Forwarded-For is believed"),
        "TRUSTED_PROXIES",
      ),
    )
    .addOption(env(new Option("--mmdb <file>", "your own address data"), "MMDB"))
    .addOption(
      env(new Option("--retention-days <days>", "how long events are kept").default("30"), "RETENTION_DAYS"),
    )
    .action(async (flags: ServeFlags) => {
      await serve(parseConfig(withDemoFromEnv(flags)), startShop);
    });
  program
    .command("check")
    .description("compile policies and print every diagnostic; exit 1 on errors")
    .argument("<path>", "a folder or a .policy file")
    .action((path: string) => {
      process.exitCode = checkPolicies(path);
    });
  program
    .command("user")
    .description("set a new generated password for a console user, creating the user if needed")
    .argument("<name>")
    .addOption(env(new Option("--data <dir>", "database and keys").default("./data"), "DATA"))
    .action(async (name: string, { data }: { data: string }) => {
      console.log(`${name}: ${await resetPassword(name, data)}`);
    });
  return program;
}

function env(option: Option, name: string): Option {
  return option.env(`SALLYPORT_${name}`);
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
