/** Words of which an option takes one. */
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'

/** What the sides are called elsewhere. */
const otherNames = new Map([
  ['gh', 'github'],
  ['hf', 'huggingface'],
  ['hub', 'huggingface'],
])

/** The one of `choices` that somebody may have meant; null where none is near. */
export function findMeant(text: string, choices: readonly string[]): string | null {
  const other = otherNames.get(text.toLowerCase()) ?? ''
  return choices.includes(other) ? other : (listNear(text, choices)[0] ?? null)
}

/** `flag` names the option in the message. Throws a `UsageError` for any other word. */
export function parseChoice<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === text)
  if (found !== undefined) return found
  const meant = findMeant(text, choices)
  throw new UsageError(
    `Cannot use ${flag} ${JSON.stringify(text)}: it is ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}` +
      (meant === null ? '' : `; did you mean ${meant}?`),
  )
}
