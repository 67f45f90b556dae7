/**
 * Every option beside every other one, over a small world in which both sides have changed, against the laws of each run.
 * `npm test` runs rows of many options, in which each pair stands somewhere; `npm run test:random` runs each pair by itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exclusions, needs, type Name } from '../../lib/cli/exclusions.ts'
import { flags } from '../../lib/cli/flags.ts'
import { UsageError } from '../../lib/model/errors.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { isLong } from '../random.ts'
import { expectLawful, startWorld, type World } from './option-world.ts'
import { parseAll } from './parsed-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'options-'))
const file = join(folder, 'pairs.yml')
beforeAll(() => writeFileSync(file, 'pairs:\n  corpus:\n    github: acme/corpus\n    hf: datasets/acme/corpus\n'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is given of each option: values that people use. A new option needs its row here. */
const typical: Readonly<Record<Name, readonly string[]>> = {
  'github': ['acme/corpus'],
  'hf': ['datasets/acme/corpus'],
  'repo-type': ['dataset'],
  'branch': ['main'],
  'hf-branch': ['main'],
  'tags': [''],
  'config': [file],
  'pair': ['corpus'],
  'dry-run': [''],
  'check': [''],
  'verify': [''],
  'shards': ['8'],
  'shard': ['1/2'],
  'json': [''],
  'html': [join(folder, 'page.html')],
  'badge': [join(folder, 'badge.svg')],
  'badge-branch': ['badges'],
  'init': ['github', 'huggingface', 'union'],
  'take': ['clash.txt=github', 'clash.txt=both'],
  'prefer': ['huggingface', 'newer'],
  'keep-both': [''],
  'to': [...sides],
  'pull-request': ['github'],
  'allow-overwrite': [''],
  'create': [''],
  'public': [''],
  'sdk': ['static'],
  'ask': [''],
  'undo': [''],
  'redo': [''],
  'lfs': ['huggingface'],
  'store': ['hub'],
  'squash': [''],
  'history-max': ['100'],
  'max-wait': ['15m'],
  'allow-delete': [''],
  'max-delete': ['50%'],
  'allow-public': [''],
  'dot-github': [''],
  'subdirectory': ['data'],
  'map': ['docs/HF.md=README.md'],
  'include': ['*.txt'],
  'exclude': ['*.log'],
  'front-matter': ['huggingface'],
  'no-inspect': [''],
  'conflict-issue': [''],
  'detailed-exitcode': [''],
  'diff': [''],
  'color': ['always'],
  'quiet': [''],
  'log': ['json'],
  'verbose': [''],
  'help': [''],
  'version': [''],
}

/** One option with one of its values. */
interface Given {
  readonly name: Name
  readonly value: string
}

const settings = Object.entries(typical).flatMap(([name, values]) =>
  values.map((value): Given => ({ name: name as Name, value })),
)
const write = ({ name, value }: Given) => (value === '' ? [`--${name}`] : [`--${name}`, value])
/** What an option means nothing without; this file gives `--pair` its file as well. */
const companions: readonly { readonly option: Name; readonly of: readonly Name[] }[] = [
  ...needs,
  { option: 'pair', of: ['config'] },
]

/** The arguments for these options, and for what they need. */
function argumentsOf(given: readonly Given[]): string[] {
  const names = new Set(given.map(({ name }) => name))
  const added = companions.flatMap(({ option, of }) => {
    if (!names.has(option) || of.some((name) => names.has(name))) return []
    names.add(of[0]!)
    return [{ name: of[0]!, value: typical[of[0]!][0]! }]
  })
  return [...given, ...added].flatMap(write)
}

const asked: ReadonlySet<Name> = new Set(['help', 'version'])
const idle: ReadonlySet<Name> = new Set([...asked, 'dry-run', 'check', 'verify', 'shards', 'shard'])
const views: ReadonlySet<Name> = new Set(['subdirectory', 'map', 'include', 'exclude', 'front-matter', 'dot-github'])
const answers: ReadonlySet<Name> = new Set(['take', 'prefer', 'keep-both', 'ask'])
/** A run that undoes makes no two sides equal; here it meets what GitHub has changed since. */
const isUndo = (given: readonly Given[]) => find(given, 'undo') !== undefined
const has = (given: readonly Given[], names: ReadonlySet<Name>) => given.some(({ name }) => names.has(name))
const find = (given: readonly Given[], wanted: Name) => given.find(({ name }) => name === wanted)?.value

/** The message of the refusal that the command line ends in, else what it comes to. */
function read(argv: readonly string[]): unknown {
  try {
    return parseAll(argv)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
}
const isRefused = (given: readonly Given[]) => !has(given, asked) && typeof read(argumentsOf(given)) === 'string'

/**
 * What goes together, though not in this world: GitHub has no `.lfsconfig`, and the younger side of a conflict is the Hub.
 */
const stopped: readonly (readonly [Name, string, Name, string])[] = [
  ['lfs', 'huggingface', 'subdirectory', 'data'],
  ['lfs', 'huggingface', 'to', 'huggingface'],
  ['prefer', 'newer', 'to', 'huggingface'],
]
const isStopped = (given: readonly Given[]) =>
  stopped.some(([one, value, other, otherValue]) => find(given, one) === value && find(given, other) === otherValue)

const isTogether = (given: readonly Given[]) => !isRefused(given) && !isStopped(given)
const pairs = settings.flatMap((one, index) => settings.slice(index + 1).map((other) => [one, other] as const))
const named = pairs.filter(([one, other]) => one.name !== other.name)

function worldOf(given: readonly Given[]): World {
  const argv = argumentsOf(given)
  const to = argv[argv.indexOf('--to') + 1] as Side
  const isOneWay = argv.includes('--to') && find(given, 'allow-overwrite') === undefined && !isUndo(given)
  return { moved: isOneWay ? [otherSide[to]] : sides, isDisputed: has(given, answers) }
}

function exitCodeOf(given: readonly Given[]): number {
  if (has(given, asked)) return 0
  if (isRefused(given)) return 64
  if (find(given, 'verify') !== undefined) return 5
  if (isUndo(given)) return find(given, 'to') === 'huggingface' ? 3 : 2
  if (isStopped(given)) return 3
  const isDry = find(given, 'dry-run') === '' || find(given, 'shards') !== undefined
  return isDry && find(given, 'detailed-exitcode') === '' ? 10 : 0
}

/** Runs once, and once more where something was written. */
async function expectLaws(given: readonly Given[]): Promise<void> {
  const argv = argumentsOf(given)
  const view = given.filter(({ name }) => views.has(name)).flatMap(write)
  const pair = await startWorld(worldOf(given), view)
  const isIdle = has(given, idle) || isUndo(given)
  const { exitCode, wrote, about } = await expectLawful(pair, argv, view, isIdle)
  expect([exitCode, wrote], about).toEqual([exitCodeOf(given), !isIdle && exitCodeOf(given) === 0])
  if (isIdle || exitCode !== 0) return
  const again = argumentsOf(given.filter(({ name }) => name !== 'init'))
  const next = await expectLawful(pair, again, view, true)
  expect(next.exitCode, next.about).toBe(0)
  expect(next.requests, next.about).toBeLessThanOrEqual(find(given, 'tags') === undefined ? 2 : 4)
}

/** Rows of options that go together, until each of `wanted` stands in one. */
function coverPairs(wanted: readonly (readonly [Given, Given])[], choice: readonly Given[]): Given[][] {
  const keyOf = (one: Given, other: Given) =>
    [one, other]
      .map(({ name, value }) => `${name} ${value}`)
      .toSorted()
      .join('\n')
  const open = new Map(wanted.map((pair) => [keyOf(...pair), pair]))
  const rows: Given[][] = []
  for (let [next] = open.values(); next !== undefined; [next] = open.values()) {
    const row: Given[] = [...next]
    for (const one of choice) {
      const isNew = row.every(({ name }) => name !== one.name) && row.some((other) => open.has(keyOf(one, other)))
      if (isNew && isTogether([...row, one])) row.push(one)
    }
    for (const one of row) for (const other of row) open.delete(keyOf(one, other))
    rows.push(row)
  }
  return rows
}

test('each option has its values here', () => {
  expect(Object.keys(typical).toSorted()).toEqual(Object.keys(flags).toSorted())
})

test('of two options that do not go together the table has a row, and their order means nothing', () => {
  const isListed = ([one, other]: readonly [Given, Given]) =>
    exclusions.some(
      ({ option, from, when = () => true }) =>
        (option === one.name && from.includes(other.name) && when(one.value, other.value)) ||
        (option === other.name && from.includes(one.name) && when(other.value, one.value)),
    )
  for (const [one, other] of named) {
    if (has([one, other], asked)) continue
    const what = [one, other].flatMap(write).join(' ')
    expect(read([...write(other), ...write(one)]), what).toEqual(read([...write(one), ...write(other)]))
    const isAlone = has([one, other], new Set(companions.map(({ option }) => option)))
    if (!isAlone) expect(isRefused([one, other]), what).toBe(isListed([one, other]))
  }
})

/** Options that leave others little to do: rows have one of them at most. */
const apart: ReadonlySet<Name> = new Set([...idle, 'undo', 'json', 'quiet', 'init', 'to'])
const together = named.filter(isTogether)
const coverWith = (name: Name | null) => {
  const choice = settings.filter((one) => one.name === name || !apart.has(one.name))
  const isWanted = (pair: readonly Given[]) =>
    pair.every((one) => choice.includes(one)) && (name === null || find(pair, name) !== undefined)
  return coverPairs(together.filter(isWanted), choice)
}
const isLone = (pair: readonly Given[]) => !isTogether(pair) || pair.every(({ name }) => apart.has(name))
const rows: readonly (readonly Given[])[] = isLong
  ? [...settings.map((one) => [one]), ...named]
  : [null, ...apart].flatMap<readonly Given[]>(coverWith).concat(named.filter(isLone))

test(
  'every option goes with every other one, and the run keeps its laws',
  async () => {
    for (const given of rows) await expectLaws(given)
  },
  isLong ? undefined : 120_000,
)
