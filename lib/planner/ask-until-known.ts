/** Asks the core until it knows enough. */
import type { Facts } from '../merge/questions.ts'
import type { Contents } from './contents.ts'

/**
 * Calls `ask` until it notes no question in `facts`, and returns its last answer. The questions of a call are all answered
 * before the next one. An answer that `isEnough` is returned although questions are left.
 */
export async function askUntilKnown<T>(
  facts: Facts,
  contents: Contents,
  ask: () => T,
  isEnough: (answer: T) => boolean = () => false,
): Promise<T> {
  for (;;) {
    const answer = ask()
    const questions = facts.takeQuestions()
    if (questions.length === 0 || isEnough(answer)) return answer
    await contents.answer(questions, facts)
  }
}
