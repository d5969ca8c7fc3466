/**
 * nginx with ModSecurity and the OWASP Core Rule Set as Debian ships them, blocking, at paranoia level 1: what many
 * put in front of an application that is attacked.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupProblem } from "./setup-problem.ts";

/** Each file that is needed, and the Debian package that has it. */
const needed = {
  module: ["/usr/lib/nginx/modules/ngx_http_modsecurity_module.so", "libnginx-mod-http-modsecurity"],
  engine: ["/etc/nginx/modsecurity.conf", "libnginx-mod-http-modsecurity"],
  rules: ["/usr/share/modsecurity-crs/owasp-crs.load", "modsecurity-crs"],
} as const;

/** The lines that make an nginx a firewall: one for its main context, and those for `http`. */
export interface FirewallLines {
  readonly main: string;
  readonly http: string;
}

/** Writes the rules' file into `folder`; throws SetupProblem naming the packages that are missing. */
export function firewallLines(folder: string): FirewallLines {
  const missing = Object.values(needed).filter(([file]) => !existsSync(file));
  if (missing.length > 0) {
    const packages = new Set(missing.map(([, debianPackage]) => debianPackage));
    throw new SetupProblem(
      `nginx has no ModSecurity: apt-get install -y ${[...packages].join(" ")}, or leave it out with --only`,
    );
  }
  mkdirSync(folder, { recursive: true });
  // As shipped, but blocking; and its log is this run's, not the machine's.
  const engine = readFileSync(needed.engine[0], "utf8")
    .replace(/^SecRuleEngine .*$/m, "SecRuleEngine On")
    .replace(/^SecAuditLog .*$/m, `SecAuditLog ${join(folder, "audit.log")}`)
    .replace(/^SecUnicodeMapFile unicode.mapping/m, "SecUnicodeMapFile /etc/nginx/unicode.mapping");
  // The list is written for Apache's module; libmodsecurity3 knows no optional include.
  const rules = readFileSync(needed.rules[0], "utf8").replaceAll(
    /^IncludeOptional (.+)$/gm,
    (_line, optional: string) => (existsSync(optional) ? `Include ${optional}` : ""),
  );
  const file = join(folder, "modsecurity.conf");
  writeFileSync(file, `${engine}\n${rules}\n`);
  return {
    main: `load_module ${needed.module[0]};`,
    http: `modsecurity on;\n  modsecurity_rules_file ${file};`,
  };
}
