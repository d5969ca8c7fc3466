/** The shipped policies and their lists, inside the binary: a first start in an empty directory has them. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import giftCardsPolicy from "../../policies/gift-cards.policy" with { type: "text" };
import bulletproof from "../../policies/lists/bulletproof.txt" with { type: "text" };
import crawlers from "../../policies/lists/crawlers.txt" with { type: "text" };
import hosting from "../../policies/lists/hosting.txt" with { type: "text" };
import loginPolicy from "../../policies/login.policy" with { type: "text" };
import networksPolicy from "../../policies/networks.policy" with { type: "text" };
import registrationPolicy from "../../policies/registration.policy" with { type: "text" };
import scrapingPolicy from "../../policies/scraping.policy" with { type: "text" };
import shopPolicy from "../../policies/shop.policy" with { type: "text" };
import softwarePolicy from "../../policies/software.policy" with { type: "text" };
import giftCardsTests from "../../policies/tests/gift-cards.policy" with { type: "text" };
import loginTests from "../../policies/tests/login.policy" with { type: "text" };
import networksTests from "../../policies/tests/networks.policy" with { type: "text" };
import registrationTests from "../../policies/tests/registration.policy" with { type: "text" };
import scrapingTests from "../../policies/tests/scraping.policy" with { type: "text" };
import softwareTests from "../../policies/tests/software.policy" with { type: "text" };
import { AppError } from "../app-error.ts";

/** The lists of networks that ship. */
export const shippedLists = { hosting, bulletproof } as const;

/** Every shipped file by its name below the policies folder. */
export const shippedFiles: Readonly<Record<string, string>> = {
  "gift-cards.policy": giftCardsPolicy,
  "login.policy": loginPolicy,
  "networks.policy": networksPolicy,
  "registration.policy": registrationPolicy,
  "scraping.policy": scrapingPolicy,
  "shop.policy": shopPolicy,
  "software.policy": softwarePolicy,
  "tests/gift-cards.policy": giftCardsTests,
  "tests/login.policy": loginTests,
  "tests/networks.policy": networksTests,
  "tests/registration.policy": registrationTests,
  "tests/scraping.policy": scrapingTests,
  "tests/software.policy": softwareTests,
  "lists/bulletproof.txt": bulletproof,
  "lists/crawlers.txt": crawlers,
  "lists/hosting.txt": hosting,
};

/** Writes the shipped policies into a folder that does not exist yet; an existing one is the operator's and stays as it is. */
export function writeShippedPolicies(folder: string): void {
  if (existsSync(folder)) return;
  try {
    // Under another name first: a process killed halfway must not leave half of them behind.
    const unfinished = `${folder}.new`;
    for (const [name, text] of Object.entries(shippedFiles)) {
      mkdirSync(dirname(join(unfinished, name)), { recursive: true });
      writeFileSync(join(unfinished, name), text);
    }
    renameSync(unfinished, folder);
  } catch (cause) {
    throw new AppError("data_dir_unwritable", `cannot write the shipped policies to ${folder}`, cause);
  }
}
