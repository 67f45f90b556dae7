/**
 * People, runs, undos and redos drawn at random, against a model of a few lines: files that are one value each, and three
 * ways from the base that each run has.
 */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { mapSides, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import fc, { isLong, runs } from '../random.ts'
import { act, contents, startMirrored } from './mirror-setup.ts'

type State = Readonly<Record<string, string>>
interface Step {
  readonly kind: 'write' | 'delete' | 'run' | 'undo' | 'redo'
  readonly side: Side
  readonly path: string
  readonly take: Side | null
}

const paths = ['a', 'b', 'c', 'd/e'] as const
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('write', 'write', 'write', 'delete', 'run', 'run', 'undo', 'redo'),
  side: fc.constantFrom(...sides),
  path: fc.constantFrom(...paths),
  take: fc.constantFrom(null, null, ...sides),
})

/** Texts of which none is like another, so that nothing looks renamed. */
const valueOf = (number: number) =>
  Array.from({ length: 4 }, (_, line) => `${createHash('sha256').update(`${number} ${line}`).digest('hex')}\n`).join('')

/** What becomes of both versions; null for a conflict. `taken`: whose version is taken where there would be one. */
function merge(base: State, one: State, other: State, taken: State | null): State | null {
  const merged: Record<string, string> = {}
  for (const path of new Set([...Object.keys(base), ...Object.keys(one), ...Object.keys(other)])) {
    const [was, mine, theirs] = [base[path], one[path], other[path]]
    const isClear = mine === theirs || was === mine || was === theirs
    if (!isClear && taken === null) return null
    const value = isClear ? (was === mine ? theirs : mine) : taken![path]
    if (value !== undefined) merged[path] = value
  }
  return merged
}

const sorted = (state: State) => Object.entries(state).toSorted()
const isSame = (one: State, other: State) => isDeepStrictEqual(sorted(one), sorted(other))

/** A run that wrote: what its base was, both sides before it, and what it left on both. */
interface Mirror {
  readonly base: State
  readonly before: Sides<State>
  readonly after: State
}

class Model {
  now: Sides<State>
  #base: State
  #last: Mirror | null = null
  #isUndone = false

  constructor(begun: State) {
    this.now = mapSides(() => begun)
    this.#base = begun
  }

  change(side: Side, path: string, value: string | null): void {
    const { [path]: _, ...rest } = this.now[side]
    this.now = { ...this.now, [side]: value === null ? rest : { ...rest, [path]: value } }
  }

  /** The exit code. */
  run(take: Side | null, isRedo: boolean): number {
    if (this.#isUndone && !isRedo) return 3
    const { github, huggingface } = this.now
    const after = merge(this.#base, github, huggingface, take && this.now[take])
    if (after === null) return 2
    const hasMoved = sides.some((side) => !isSame(this.now[side], this.#base))
    if (hasMoved || this.#isUndone) this.#last = { base: this.#base, before: this.now, after }
    this.#base = after
    this.#isUndone = false
    this.now = mapSides(() => after)
    return 0
  }

  undo(take: Side | null): number {
    const last = this.#last
    if (last === null) return 3
    if (this.#isUndone) return 0
    const { before, after } = last
    const undone = mapSides((side) =>
      merge(
        after,
        this.now[side],
        before[side],
        take === null ? null : take === sides[0] ? this.now[side] : before[side],
      ),
    )
    if (sides.some((side) => undone[side] === null)) return 2
    const [one, other] = sides
    const isWritten = mapSides((side) => !isSame(undone[side]!, this.now[side]))
    if (!isWritten[one] && !isWritten[other]) return 0
    const isMerge = sides.every((side) => !isSame(before[side], last.base))
    // Where only the second side of a merge has something to undo, the copies on the first one are what both had.
    this.#base = isWritten[one] || !isMerge ? last.base : before[other]
    this.#isUndone = true
    this.now = mapSides((side) => undone[side]!)
    return 0
  }
}

async function play(steps: readonly Step[]): Promise<readonly string[]> {
  const begun: State = {
    keep: 'keep\n',
    ...Object.fromEntries(paths.slice(0, 2).map((path, index) => [path, valueOf(-1 - index)])),
  }
  const pair: Pair = await startMirrored(begun)
  act(pair, 'github', { keep: 'kept\n' })
  const model = new Model({ ...begun, keep: 'kept\n' })
  expect((await pair.run()).exitCode).toBe(0)
  const told: string[] = []
  for (const [index, { kind, side, path, take }] of steps.entries()) {
    if (kind === 'write' || kind === 'delete') {
      const value = kind === 'write' ? valueOf(index) : null
      if (value === null && !(path in model.now[side])) continue
      act(pair, side, { [path]: value })
      model.change(side, path, value)
      told.push(`${kind} ${path} on ${side}`)
      continue
    }
    const word =
      kind === 'undo' ? { github: 'now', huggingface: 'before' } : { github: 'github', huggingface: 'huggingface' }
    const argv = [
      ...(kind === 'run' ? [] : [`--${kind}`]),
      '--allow-delete',
      ...(take === null ? [] : [`--take=*=${word[take]}`]),
    ]
    const expected = kind === 'undo' ? model.undo(take) : model.run(take, kind === 'redo')
    const ran = await pair.run(...argv)
    told.push(`${ran.exitCode} ${argv.join(' ')}`)
    const about = `${told.join('\n')}\n${ran.out}${ran.err}`
    // The first mirror of all is not the model's.
    if (kind === 'undo' && expected === 3) return told
    expect(ran.exitCode, about).toBe(expected)
    for (const one of sides) expect(contents(pair, one), `${one}: ${about}`).toEqual(model.now[one])
  }
  return told
}

test(
  'whatever is undone and done again, both sides hold what the model says, and no run goes on by itself',
  async () => {
    const told: string[] = []
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24, size: 'max' }), async (steps) => {
        told.push(...(await play(steps)))
      }),
      { numRuns: runs(9) },
    )
    const has = (beginning: string) => told.some((line) => line.startsWith(beginning))
    expect(['0 --undo', '2 --undo', '0 --redo', '3 --allow'].map(has)).toEqual([true, true, true, true])
  },
  isLong ? undefined : 120_000,
)
