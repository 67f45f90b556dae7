/** A pair one of whose repositories is missing, and runs that are to make it. */
import { expect } from 'vitest'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import { startPair, tokens, type Pair, type PairOptions, type Ran } from '../hubs/pair.ts'
import { act, type Files } from './mirror-setup.ts'

export const named = {
  github: 'repository acme/corpus on GitHub',
  huggingface: 'dataset acme/corpus on Hugging Face',
} as const
export const files: Files = { 'README.md': '# Corpus\n', 'data/a.bin': Buffer.from([0, 1, 2]), 'n/b.txt': 'b\n' }

/** The repository of a side is missing, and the other one holds files, for everybody to read unless it is private. */
export function startMissing(side: Side, options: PairOptions & { readonly private?: boolean } = {}): Pair {
  const isPrivate = options.private ?? false
  const pair = startPair({
    ...options,
    [side]: { ...options[side], missing: true },
    [otherSide[side]]: { ...options[otherSide[side]], private: isPrivate },
  })
  act(pair, otherSide[side], files)
  return pair
}

export const isMade = (pair: Pair, side: Side) =>
  side === 'github' ? !pair.github.repository.isMissing : pair.huggingface.server.repositories.size === 1

export const isPrivate = (pair: Pair, side: Side) => pair[side].repository.private

/** Tokens are in no output. */
function expectSecret({ out, err }: Ran): void {
  for (const token of Object.values(tokens)) expect(out + err).not.toContain(token)
}

export async function runIt(pair: Pair, exitCode: number, ...argv: string[]): Promise<Ran> {
  const ran = await pair.run(...argv)
  expectSecret(ran)
  expect(ran.exitCode, ran.out + ran.err).toBe(exitCode)
  return ran
}

export const isCreation = (request: Request) =>
  request.method === 'POST' && /\/repos(?:\/create)?$/.test(new URL(request.url).pathname)

/** Somebody else makes the repository. */
export function makeMeanwhile(pair: Pair, side: Side, { isPublic = false, content = {} as Files } = {}): void {
  pair[side].repository.private = !isPublic
  if (side === 'github') pair.github.repository.isMissing = false
  else {
    pair.huggingface.server.repositories.set('datasets/acme/corpus', pair.huggingface.repository)
    pair.huggingface.repository.writeInitialCommit('somebody')
  }
  if (Object.keys(content).length > 0) act(pair, side, content)
}
