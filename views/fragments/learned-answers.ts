/** What the made-up answers of a policy have learned from genuine ones, values masked. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** What is known of the answers of one route and outcome. */
export interface LearnedModel {
  /** As policies write it: `bank.login failure`. */
  readonly name: string;
  readonly answers: number;
  readonly accounts: number;
  /** Why it is not given yet; undefined when it is. */
  readonly problem: string | undefined;
  /** The median time to the first byte, ms; undefined while unknown. */
  readonly medianMs: number | undefined;
  readonly preview: string | undefined;
}

/** A panel for each; nothing where a policy learns nothing. */
export function learnedAnswers(models: readonly LearnedModel[]): SafeHtml[] {
  return models.map(
    ({ name, answers, accounts, problem, medianMs, preview }) =>
      html`<section class="panel"><header><h2>Learned from <code>${name}</code></h2><p>${
        preview === undefined
          ? `not learned yet: ${problem ?? "no genuine answer has been seen"}`
          : `${answers} answers of ${accounts} accounts`
      }${medianMs === undefined ? "" : `; half of them came within ${medianMs.toFixed(medianMs < 10 ? 1 : 0)} ms`}</p></header>${
        preview === undefined
          ? html`<p class="none">Until it is learned, what the response itself declares is given, or a block.</p>`
          : html`<pre class="diagnostic" tabindex="0">${preview}</pre>`
      }</section>`,
  );
}
