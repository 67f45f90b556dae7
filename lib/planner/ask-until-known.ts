/** Asks the core until it knows enough. */
import type { Facts } from '../merge/questions.ts'
import type { Contents } from './contents.ts'

/**
 * What `ask` answers when `facts` have no question left: all that it had to know is read at once, and it is asked again.
 * An answer that `isEnough` is taken although questions are left.
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
