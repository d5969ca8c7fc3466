/** Brings up what learns from genuine answers and answers like them, with what was learned before a restart. */
import { LearnedBook } from "./perform/learned-book.ts";
import { LearnedResponder } from "./perform/learned-response.ts";
import { AnswerLearner } from "./record/answer-learner.ts";
import { learnedText, readLearned } from "./record/read-learned.ts";
import type { Store } from "./store/open-store.ts";

/** The learner and the responder over one book. */
export interface Learning {
  readonly book: LearnedBook;
  readonly learner: AnswerLearner;
  readonly responder: LearnedResponder;
}

/** Opens the book; a stored form that cannot be read is learned anew. */
export function openLearning(
  store: Pick<Store, "boot" | "commands">,
  salt: string,
  problem: (error: unknown) => void,
): Learning {
  const book = new LearnedBook();
  for (const { name, form } of store.boot.learnedForms()) {
    const learned = readLearned(form);
    if (learned) book.keep(name, learned);
  }
  const learner = new AnswerLearner(book, {
    save: (name, learned) => {
      store.commands.saveLearned({ name, form: learnedText(learned) }).catch(problem);
    },
    fault: problem,
  });
  return { book, learner, responder: new LearnedResponder(book, salt) };
}
