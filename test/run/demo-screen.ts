/** What the demo shows of each step: lines of the command's own output, as they are, so that all of it is one screen. */
import type { Ran } from '../hubs/pair.ts'
import { steps, type Step } from './story.ts'

/** Which lines of a step's output are shown; the others say the same of other files, or where both sides stood. */
const shown: Readonly<Record<string, RegExp>> = {
  first: /^Mirrored|^\d+ requests/,
  parquet: /flights-|rows|^\d+ requests/,
  dry: /^ {2}merged|^Plan/,
  merge: /^Plan|^Mirrored|^\d+ requests/,
  sync: /^In sync/,
  conflict: /conflict\.|^ {2}README|\| #/,
  take: /^Mirrored|^\d+ requests/,
}

/** The variables of the demo's own hubs aside, what one would type. */
export const setup = 'export GITHUB_REPOSITORY=acme/corpus HF_REPO=datasets/acme/corpus'

/** The lines of a step: its title, its command, and what that printed. `hasFailed`: all of it, errors as well. */
export function formatStep(step: Step, { out, err }: Pick<Ran, 'out' | 'err'>, hasFailed: boolean): string[] {
  const lines = `${out}${hasFailed ? err : ''}`.trimEnd().split('\n')
  return [
    `${steps.indexOf(step) + 1}. ${step.title}: ${step.done}`,
    `   $ ${['npx tsx sync.ts', ...step.argv].join(' ')}`,
  ].concat(lines.filter((line) => hasFailed || shown[step.name]!.test(line)).map((line) => `   ${line}`))
}
