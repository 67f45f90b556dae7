/** Two mirrored repositories, people who edit files, and runs with whatever mapping of paths, each judged. */
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { PathMapping, type Paths } from '../../lib/view/paths.ts'
import { createView } from '../../lib/view/view.ts'
import { startPair, type Pair, type Ran } from '../hubs/pair.ts'
import { callUntil } from './filtered-world.ts'
import { act } from './mirror-setup.ts'

/** Paths that people touch: each is a file of its own somewhere, and some are in one another's way when they are mapped. */
export const touched: Sides<readonly string[]> = {
  github: ['README.md', 'a', 'docs/HF.md', 'docs/x', 'data/README.md', 'data/a', 'data/b', 'other/a', 'other/c'],
  huggingface: ['README.md', 'a', 'b', 'hub/x', 'docs/x', 'data/a', 'docs/HF.md'],
}
const place = (inner: string, shown: string) => ({ inner, shown })
const mapped = (root: string, ...moved: Paths['moved']): Paths => ({ side: 'github', root, moved })
export const mappings: readonly (Paths | null)[] = [
  null,
  mapped('data'),
  mapped('other'),
  mapped('data', place('docs/HF.md', 'README.md')),
  mapped('', place('docs/HF.md', 'README.md'), place('docs', 'hub')),
  mapped('data', place('other', 'hub'), place('docs', 'docs')),
]

export interface Edit {
  readonly kind: 'write' | 'delete'
  readonly side: Side
  readonly at: number
}
/** `kill`: the process ends after so many commits that a branch shows; 0: it does not. */
export interface Run {
  readonly kind: 'run'
  readonly paths: Paths | null
  readonly take: Side | null
  readonly kill: number
}

type Held = ReadonlyMap<string, string>

const argumentsOf = (paths: Paths | null) => [
  ...(paths && paths.root !== '' ? [`--subdirectory=${paths.root}`] : []),
  ...(paths?.moved ?? []).map(({ inner, shown }) => `--map=${inner}=${shown}`),
  '--allow-delete',
]

export class MappedWorld {
  readonly told: string[] = []
  readonly #pair: Pair = startPair()
  /** Texts that both sides held at one time; no two that people write are equal. */
  readonly #shared = new Set<string>()
  readonly #written: Sides<Set<string>> = mapSides(() => new Set())
  /** Paths that somebody deleted on a side since both held what was there. */
  readonly #deleted: Sides<Set<string>> = mapSides(() => new Set())
  /** Whose versions a run took that was killed: the next one goes on from there. */
  readonly #taken = new Set<Side>()

  #hold(side: Side): Held {
    const files = [...this.#pair[side].files('main')].filter(([path]) => !path.endsWith('.gitattributes'))
    return new Map(files.map(([path, { content }]) => [path, content.toString()]))
  }

  #fail(what: string, ran: Ran): never {
    throw new Error(`${what}: exit ${ran.exitCode}\n${ran.out}${ran.err}\n${this.told.join('\n')}`)
  }

  /** Files on GitHub, mirrored once. */
  async begin(paths: Paths | null): Promise<void> {
    act(this.#pair, 'github', Object.fromEntries(touched.github.map((path) => [path, `${path} 0\n`])), 'Begin')
    await this.run({ kind: 'run', paths, take: null, kill: 0 })
  }

  edit({ kind, side, at }: Edit): void {
    const path = touched[side][at % touched[side].length]!
    const held = this.#hold(side)
    const text = kind === 'write' ? `${path} ${this.told.length}\n` : null
    if ((text === null && !held.has(path)) || held.size < 3) return
    // A file may stand where the path has a folder by now.
    const isBlocked = [...held.keys()].some((one) => one.startsWith(`${path}/`) || path.startsWith(`${one}/`))
    if (isBlocked) return
    this.told.push(`${side} ${path} = ${JSON.stringify(text)}`)
    act(this.#pair, side, { [path]: text })
    if (text === null) this.#deleted[side].add(path)
    else this.#written[side].add(text)
  }

  async run({ paths, take, kill }: Run): Promise<number> {
    const argv = argumentsOf(paths)
    const before = mapSides((side) => this.#hold(side))
    const { ran, isDead } = await callUntil(this.#pair, [...argv, ...(take ? [`--take=*=${take}`] : [])], kill)
    this.told.push(`run ${argv.join(' ')} ${take ?? ''} ${isDead ? 'killed' : ran.exitCode}`)
    const isOther = ran.exitCode === 3 && /has no folder|have no file in common/.test(ran.out)
    if (!isDead && ![0, 2].includes(ran.exitCode) && !isOther) this.#fail('a run failed', ran)
    const seen = createSeen(paths)
    const after = mapSides((side) => this.#hold(side))
    for (const side of sides) this.#judge(side, before[side], after[side], { take, seen, ran })
    for (const text of after.github.values()) if ([...after.huggingface.values()].includes(text)) this.#shared.add(text)
    if (isDead && take) this.#taken.add(take)
    if (isDead) return 1
    if (ran.exitCode === 0) await this.#finish(argv, seen, ran)
    return ran.exitCode
  }

  /** What is not shown is as it was; nothing is gone that nobody deleted, or replaced that somebody has edited. */
  #judge(
    side: Side,
    before: Held,
    after: Held,
    { take, seen, ran }: Pick<Run, 'take'> & { seen: Seen; ran: Ran },
  ): void {
    const other = otherSide[side]
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(path), after.get(path)]
      if (was === is) continue
      const there = seen.other(side, path)
      if (there === null) this.#fail(`${path} of ${side} is not shown and changed`, ran)
      if (was === undefined || take === other || this.#taken.has(other)) continue
      if (is === undefined && !this.#deleted[other].has(there)) this.#fail(`${path} of ${side} is gone`, ran)
      if (this.#written[side].has(was) && !this.#shared.has(was)) this.#fail(`${path} of ${side} lost its edit`, ran)
    }
  }

  /** Both show the same, and another run finds nothing to do. */
  async #finish(argv: readonly string[], seen: Seen, ran: Ran): Promise<void> {
    const held = mapSides((side) => this.#hold(side))
    const again = await this.#pair.run(...argv)
    const isQuiet = again.out.includes('In sync') && (ran.out.includes('In sync') || again.requests === 2)
    if (again.exitCode !== 0 || !isQuiet) this.#fail('a second run was not quiet', again)
    for (const side of sides)
      for (const [path, text] of held[side]) {
        const there = seen.other(side, path)
        if (there === null) continue
        if (held[otherSide[side]].get(there) !== text) this.#fail(`${path} of ${side} differs after a clean run`, ran)
      }
    for (const side of sides)
      for (const path of this.#deleted[side]) if (seen.other(side, path) !== null) this.#deleted[side].delete(path)
    this.#taken.clear()
  }
}

/** The path of a file on the other side; null where it is not shown. */
interface Seen {
  readonly other: (side: Side, path: string) => string | null
}

function createSeen(paths: Paths | null): Seen {
  const mapping = paths && new PathMapping(paths)
  const { includes } = createView({ ...noFilters, paths })
  return {
    other: (side, path) => {
      const shown = mapping && side === 'github' ? mapping.toShown(path) : path
      if (shown === null || !includes(shown)) return null
      return mapping && side === 'huggingface' ? mapping.toInner(shown) : shown
    },
  }
}
