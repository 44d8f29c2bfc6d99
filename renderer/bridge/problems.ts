/**
 * Notes a problem nobody needs to be interrupted for, with its stack, in the window's console. Problems a person must know
 * of are shown; this is for those that were worked around and for bugs.
 */
export function noteProblem(thrown: unknown): void {
  console.error(thrown);
}
