/** Runs `init` in a folder of its own, and reads what it writes. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, expect } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { tokens, type Pair } from '../hubs/pair.ts'
import { heads } from '../run/mirror-setup.ts'

export const workflow = '.github/workflows/hubmirror.yml'
export const config = '.github/hubmirror.yml'
const root = mkdtempSync(join(tmpdir(), 'init-'))
afterAll(() => rmSync(root, { recursive: true }))
let count = 0

export interface Told {
  readonly said?: readonly string[]
  readonly pair: Pair
  /** Files that are there before. */
  readonly there?: Readonly<Record<string, string>>
  /** The folder below in which it is called. */
  readonly below?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Runs `init` in a folder of its own. `said`: what somebody types, who then closes the terminal; nobody sits there without it. */
export async function runInit(argv: readonly string[], { said, pair, there = {}, below = '', env }: Told) {
  const folder = join(root, String(++count))
  for (const [path, text] of Object.entries(there)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const [questions, left] = [[] as string[], [...(said ?? [])]]
  let [out, err] = ['', '']
  const { GITHUB_REPOSITORY: _, HF_REPO: _hub, ...rest } = pair.env
  const before = heads(pair)
  const exitCode = await sync(['init', ...argv], {
    env: { ...rest, ...env },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    folder: join(folder, below),
    ...(said && {
      ask: (question: string) => {
        questions.push(question)
        return Promise.resolve(left.shift() ?? null)
      },
    }),
    ...pair.network,
  })
  const files = (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [])
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted()
  const read = (path: string) => (files.includes(path) ? readFileSync(join(folder, path), 'utf8') : null)
  expect(heads(pair)).toEqual(before)
  expect(files.map((path) => read(path)).join('') + out + err).not.toMatch(new RegExp(Object.values(tokens).join('|')))
  return { exitCode, out, err, questions, left, read, files }
}

interface Workflow {
  readonly on: object
  readonly jobs: { readonly mirror: { readonly steps: readonly { readonly with: Record<string, string> }[] } }
}
export const parseWorkflow = (text: string | null) => load(text!) as Workflow
