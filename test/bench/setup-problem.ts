/** The benchmark cannot run here, and the message says what to do about it. */
export class SetupProblem extends Error {}
