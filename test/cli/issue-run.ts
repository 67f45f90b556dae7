/** What tests of the conflict issue have in common. */
import { expect } from 'vitest'
import type { Pair } from '../hubs/pair.ts'
import { act } from '../run/mirror-setup.ts'

export function dispute(pair: Pair, files: readonly string[], word = 'line'): void {
  act(pair, 'github', Object.fromEntries(files.map((path) => [path, `${word} of github\n`])))
  act(pair, 'huggingface', Object.fromEntries(files.map((path) => [path, `${word} of huggingface\n`])))
}

export const issuesOf = ({ github }: Pair) => github.repository.issues
export const look = (pair: Pair) =>
  issuesOf(pair).map(({ number, state, comments }) => [number, state, comments.length])
/** Requests for issues, without the repository's address. */
export const asked = (log: readonly string[]) =>
  log.filter((line) => line.includes('/issues')).map((line) => line.replace('/repos/acme/corpus/', ''))

export async function expectRun(pair: Pair, exitCode: number, ...argv: string[]) {
  const ran = await pair.run('--conflict-issue', ...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(exitCode)
  return ran
}
