/** Random changes on both sides, round after round: nothing is lost, whatever happens. */
import { expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import fc, { isLong, runs } from '../random.ts'
import { act, beginMirror, contents, expectSyncPoints, heads, type Files } from './mirror-setup.ts'

type State = Record<string, string>
type Act = {
  readonly kind: 'write' | 'delete' | 'rename'
  readonly path: string
  readonly to: string
  readonly line: number
  readonly text: string
}

const paths = ['README.md', 'a.txt', 'b.txt', 'd/a.txt', 'd/b.txt', 'e/f/g.txt', 'd', 'a.txt/x']
const lines = Array.from({ length: 9 }, (_, index) => `line ${index}\n`)
const anAct: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('write', 'write', 'delete', 'rename'),
  path: fc.constantFrom(...paths),
  to: fc.constantFrom(...paths),
  line: fc.nat(8),
  text: fc.constantFrom('x', 'y', 'z'),
})
const aRound = fc.record({
  github: fc.array(anAct, { maxLength: 3 }),
  huggingface: fc.array(anAct, { maxLength: 3 }),
  taken: fc.constantFrom<Side>('github', 'huggingface'),
})

/** Whether a path can stand beside the others: no file is a folder too. */
function fits(state: State, path: string): boolean {
  return Object.keys(state).every((other) => !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`))
}

/** What a person would have after it; an act that makes no sense is none. */
function apply(state: State, { kind, path, to, line, text }: Act): State {
  const { [path]: content, ...rest } = state
  if (kind === 'write') {
    const all = (content ?? `${path}\n${lines.join('')}`).split('\n')
    all[line] = `${text} ${line}`
    return fits(rest, path) ? { ...state, [path]: all.join('\n') } : state
  }
  if (content === undefined) return state
  if (kind === 'delete') return Object.keys(rest).length > 0 ? rest : state
  return rest[to] === undefined && fits(rest, to) ? { ...rest, [to]: content } : state
}

function difference(before: State, after: State): Files {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (path) => before[path] !== after[path],
  )
  return Object.fromEntries(changed.map((path) => [path, after[path] ?? null]))
}

function change(pair: Pair, side: Side, acts: readonly Act[], state: State): State {
  let now = state
  for (const one of acts) {
    const next = apply(now, one)
    const files = difference(now, next)
    if (Object.keys(files).length > 0) act(pair, side, files, `${one.kind} ${one.path}`)
    now = next
  }
  return now
}

/** What somebody wrote into a file that begins like all others. */
const marks = (content: string) => content.split('\n').filter((line) => !lines.includes(`${line}\n`))

/**
 * A path that one side alone changed holds what that side made of it. Where that side renamed a file, edited on the way
 * or not, the other's edit may have followed it there: then both are in it.
 */
function expectKept(base: State, made: Record<Side, State>, now: State): void {
  for (const path of new Set([base, made.github, made.huggingface, now].flatMap((state) => Object.keys(state)))) {
    for (const side of sides) {
      const other = made[otherSide[side]]
      const [own, edited] = [made[side][path], other[path] !== base[path] ? other[path] : undefined]
      const isNew = own !== undefined && base[path] === undefined
      // Deleted here and changed there is a conflict, unless it lives on under the name that this side gave it.
      const written =
        edited !== undefined && base[path] !== undefined && own === undefined
          ? marks(edited).filter((line) => !marks(base[path]!).includes(line))
          : []
      if (written.length > 0)
        expect(
          Object.values(now).some((content) => written.every((line) => content.split('\n').includes(line))),
          `${path} of ${otherSide[side]}`,
        ).toBe(true)
      if (other[path] !== base[path]) continue
      const followed = isNew
        ? Object.keys(base).filter(
            (from) => made[side][from] === undefined && other[from] !== undefined && other[from] !== base[from],
          )
        : []
      if (followed.length === 0) expect(now[path], `${path} of ${side}`).toBe(own)
      else
        expect(
          [own, ...followed.map((from) => other[from])].includes(now[path]) ||
            marks(own!).every((line) => marks(now[path] ?? '').includes(line)),
          `${path} of ${side}`,
        ).toBe(true)
    }
  }
}

async function runRound(pair: Pair, base: State, made: Record<Side, State>, taken: Side): Promise<void> {
  const before = heads(pair)
  const ran = await pair.run('--allow-delete', '--json')
  if (ran.exitCode === 0) return expectKept(base, made, contents(pair, 'github'))
  expect([ran.exitCode, heads(pair)], ran.out + ran.err).toEqual([2, before])
  const { conflicts } = JSON.parse(ran.out) as { conflicts: { path: string; settleable: boolean }[] }
  expect(conflicts.length).toBeGreaterThan(0)
  if (conflicts.every(({ settleable }) => settleable)) {
    const settled = await pair.run('--allow-delete', ...conflicts.flatMap(({ path }) => ['--take', `${path}=${taken}`]))
    if (settled.exitCode === 0) return
    expect([settled.exitCode, heads(pair)], settled.out + settled.err).toEqual([2, before])
  }
  // As people do where nothing else helps: one side is made like the other by hand.
  act(pair, otherSide[taken], difference(made[otherSide[taken]], made[taken]), 'Settle by hand')
  const settled = await pair.run('--allow-delete')
  expect([settled.exitCode, contents(pair, 'github')], settled.out + settled.err).toEqual([0, made[taken]])
}

test(
  'whatever people do on both sides, each change arrives or is a conflict that writes nothing, and each copy is its original',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRound, { minLength: 1, maxLength: 5 }), async (rounds) => {
        const pair = await beginMirror(startPair(), {
          'README.md': lines.join(''),
          'a.txt': `a\n${lines.join('')}`,
          'd/a.txt': 'd\n',
        })
        for (const { github, huggingface, taken } of rounds) {
          const base = contents(pair, 'github')
          await runRound(
            pair,
            base,
            {
              github: change(pair, 'github', github, base),
              huggingface: change(pair, 'huggingface', huggingface, base),
            },
            taken,
          )
          expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
          const before = heads(pair)
          const again = await pair.run()
          // More than two where GitHub's last commits undo one another.
          expect([again.exitCode, heads(pair), again.requests <= 6], again.out + again.err).toEqual([0, before, true])
        }
        expect(expectSyncPoints(pair)).toBeGreaterThan(0)
      }),
      { numRuns: runs(20) },
    )
  },
  isLong ? undefined : 120_000,
)
