/** Two repositories in which both sides have changed, runs with whatever options, and the laws that each run keeps. */
import { expect } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { initFlags } from '../../lib/cli/flags.ts'
import type { Options } from '../../lib/cli/options.ts'
import { splitCard } from '../../lib/model/card-lens.ts'
import { mapSides, sides, type Side } from '../../lib/model/sides.ts'
import { PathMapping } from '../../lib/view/paths.ts'
import { createView } from '../../lib/view/view.ts'
import { mergePull, readPulls } from '../hubs/github-pulls.ts'
import { copyPair, startPair, type Pair } from '../hubs/pair.ts'
import { act, heads, type Files } from '../run/mirror-setup.ts'
import { parse } from './parsed-options.ts'

const lines = (edits: Record<number, string> = {}) =>
  Array.from({ length: 20 }, (_, index) => `${edits[index] ?? `line ${index}`}\n`).join('')
const card = (text: string) => `---\nlicense: mit\n---\n${text}`
const plain = ['a.txt', 'b.txt', 'clash.txt', 'data/x.txt']
/** What the Hub begins with; GitHub has files of its own that a view may leave out. */
const begun: Files = {
  ...Object.fromEntries(plain.map((path) => [path, `${path}\n`])),
  'both.txt': lines(),
  'README.md': card('# Corpus\n'),
  'skip.log': 'of the Hub\n',
}
const own: Files = {
  'README.md': '# Code\n',
  'skip.log': 'of GitHub\n',
  'docs/HF.md': '# Corpus\n',
  'data/a.txt': 'a\n',
  '.github/dependabot.yml': 'version: 2\n',
}

/** Whose changes there are, and whether both have changed one line. */
export interface World {
  readonly moved: readonly Side[]
  readonly isDisputed: boolean
}

/** A path as a side has it; null where the view has no such path there. */
function placeOf({ filters }: Options, side: Side, path: string): string | null {
  if (!createView(filters).includes(path)) return null
  return filters.paths?.side === side ? new PathMapping(filters.paths).toInner(path) : path
}

function edit(pair: Pair, side: Side, options: Options, files: Files): void {
  const placed = Object.entries(files).flatMap(([path, content]) => {
    const place = placeOf(options, side, path)
    return place === null ? [] : [[place, content] as const]
  })
  if (placed.length > 0) act(pair, side, Object.fromEntries(placed), `Edit on ${side}`)
}

/** Mirrored once with the options that say what is mirrored, by these. */
const mirrored = new Map<string, Promise<Pair>>()

async function begin(view: readonly string[]): Promise<Pair> {
  const pair = startPair()
  act(pair, 'huggingface', begun, 'Begin')
  act(pair, 'github', own, 'Begin')
  const ran = await pair.run('--init', 'huggingface', '--allow-delete', ...view)
  expect(ran.exitCode, `${view.join(' ')}\n${ran.out}${ran.err}`).toBe(0)
  return pair
}

/** `view`: the arguments that say what is mirrored. The Hub's changes are younger than GitHub's. */
export async function startWorld({ moved, isDisputed }: World, view: readonly string[]): Promise<Pair> {
  const key = view.join('\n')
  const made = mirrored.get(key) ?? begin(view)
  mirrored.set(key, made)
  const pair = copyPair(await made)
  const options = parse(view)
  const text = (side: Side, line: number): Files =>
    isDisputed
      ? { 'clash.txt': `of ${side}\n` }
      : moved.includes(side)
        ? { 'both.txt': lines({ [line]: 'edited' }) }
        : {}
  const change = (side: Side, files: Files) => (moved.includes(side) ? files : {})
  edit(pair, 'github', options, {
    ...change('github', { 'a.txt': 'a of GitHub\n', 'g.txt': 'g\n' }),
    ...text('github', 3),
  })
  await pair.clock.sleep(86_400_000)
  edit(pair, 'huggingface', options, {
    ...change('huggingface', { 'b.txt': null, 'h.txt': 'h\n' }),
    ...text('huggingface', 15),
  })
  return pair
}

/** What a side shows of itself, and what it has beside that. */
function look(pair: Pair, side: Side, { filters }: Options) {
  const { includes } = createView(filters)
  const mapping = filters.paths?.side === side ? new PathMapping(filters.paths) : null
  const shown: Record<string, string> = {}
  const outside: Record<string, string> = {}
  for (const [inner, { content }] of pair[side].files('main')) {
    const path = mapping ? mapping.toShown(inner) : inner
    const text = content.toString('latin1')
    // Rules for storing are each side's own, and this file is the mirror's.
    if (inner.endsWith('.gitattributes') || inner === '.lfsconfig') continue
    else if (path === null || !includes(path)) outside[inner] = text
    else if (path !== 'README.md' || !filters.frontMatter || side === 'github') shown[path] = text
    else {
      const { block, body } = splitCard(text)
      outside[`front matter of ${inner}`] = block
      if (body !== null) shown[path] = body
    }
  }
  return { shown, outside }
}

interface Told {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  readonly requests: number
}

/** Runs the command; whoever is asked takes a version that may be taken. */
async function call(pair: Pair, argv: readonly string[]): Promise<Told> {
  const before = pair.github.requests.length + pair.huggingface.requests.length
  let [out, err] = ['', '']
  const exitCode = await sync(argv, {
    env: pair.env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    ask: () => Promise.resolve(argv.join(' ').includes('--to github') ? 'h' : 'g'),
    ...pair.network,
  })
  return { exitCode, out, err, requests: pair.github.requests.length + pair.huggingface.requests.length - before }
}

/** But for the branch of badges, which tell of every run. */
const refsOf = ({ github, huggingface }: Pair) => [
  [...github.refs].filter(([name]) => name !== 'refs/heads/badges'),
  [...huggingface.repository.branches],
]

/** What is proposed is merged until nothing is left; no run after the first one makes a new base. */
async function mergeProposed(pair: Pair, argv: readonly string[]): Promise<void> {
  const { repository } = pair.github
  const again = argv.filter((word, at) => word !== '--init' && argv[at - 1] !== '--init')
  for (let round = 0; round < 3; round++) {
    const open = readPulls(repository).find(({ state }) => state === 'open')
    if (open) mergePull(repository, open.number, 'merge')
    const next = await call(pair, again)
    expect(next.exitCode, next.out + next.err).toBe(0)
  }
}

/** What a run may not do, whatever it came to; `idle`: it is to write nothing. */
export async function expectLawful(pair: Pair, argv: readonly string[], view: readonly string[], idle: boolean) {
  const options = parse(view)
  const before = mapSides((side) => look(pair, side, options))
  const [was, refs] = [heads(pair), refsOf(pair)]
  const ran = await call(pair, argv)
  if (ran.exitCode === 0 && !idle && argv.includes('--pull-request')) await mergeProposed(pair, argv)
  const about = `${argv.join(' ')}\nexit ${ran.exitCode}\n${ran.out}${ran.err}`
  for (const [flag] of (ran.out + ran.err).matchAll(/(?<![\w-])--[a-z][a-z-]*/g))
    expect(Object.keys(initFlags), about).toContain(flag.slice(2))
  if (argv.join(' ').includes('--log json'))
    for (const line of ran.err.match(/.+/g) ?? []) expect(() => JSON.parse(line), `${line}: ${about}`).not.toThrow()
  if (idle || ran.exitCode !== 0) expect([heads(pair), refsOf(pair)], about).toEqual([was, refs])
  else {
    const after = mapSides((side) => look(pair, side, options))
    for (const side of sides) expect(after[side].outside, `${side}: ${about}`).toEqual(before[side].outside)
    expect(after.github.shown, about).toEqual(after.huggingface.shown)
  }
  return { ...ran, about, wrote: JSON.stringify(heads(pair)) !== JSON.stringify(was) }
}
