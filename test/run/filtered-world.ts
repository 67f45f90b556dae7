/** Two mirrored repositories, people who edit files and `.mirrorignore`, and runs with whatever filters, each judged. */
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { createView, ignorePath } from '../../lib/view/view.ts'
import { startPair, type Pair, type Ran } from '../hubs/pair.ts'
import { storeOf } from './git-users.ts'
import { act } from './mirror-setup.ts'

export const paths = ['a.txt', 'b.txt', 'c.log', 'd/e.txt', 'd/f.log'] as const
export const lists = [null, '*.log\n', 'd/\n', '*.log\n!c.log\n', '# nothing\n', 'b*\nd/\n'] as const
export const patterns = [
  { include: [], exclude: [] },
  { include: [], exclude: ['*.log'] },
  { include: [], exclude: ['d/', 'b.txt'] },
  { include: ['a.txt', 'd'], exclude: [] },
  { include: ['*.log', '*.txt'], exclude: ['d/*', '!d/e.txt'] },
] as const

export interface Edit {
  readonly kind: 'write' | 'delete'
  readonly side: Side
  readonly path: (typeof paths)[number]
}
export interface List {
  readonly kind: 'list'
  readonly side: Side
  readonly text: (typeof lists)[number]
}
/** `kill`: the process ends after so many commits that a branch shows; 0: it does not. */
export interface Run {
  readonly kind: 'run'
  readonly given: (typeof patterns)[number]
  readonly take: Side | null
  readonly kill: number
}
export type Step = Edit | List | Run

type Held = ReadonlyMap<string, string>

/** A run whose process ends after so many commits that a branch shows; 0: it does not. */
export async function callUntil(
  pair: Pair,
  argv: readonly string[],
  kill: number,
): Promise<{ readonly ran: Ran; readonly isDead: boolean }> {
  let [writes, isDead] = [0, false]
  for (const side of sides) {
    let before = pair[side].head('main')
    const die = () => {
      throw new Error('killed')
    }
    pair[side].faults.push({ on: () => isDead, when: 'before', times: Infinity, act: die })
    pair[side].faults.push({
      on: () => pair[side].head('main') !== before,
      when: 'after',
      times: Infinity,
      act: () => {
        before = pair[side].head('main')
        writes += 1
        if (writes !== kill) return
        isDead = true
        die()
      },
    })
  }
  const ran = await pair.run(...argv)
  for (const side of sides) pair[side].faults.length = 0
  return { ran, isDead }
}

export class FilteredWorld {
  readonly told: string[] = []
  readonly #pair: Pair = startPair()
  /** What both sides held alike after a run. */
  readonly #shared = new Set<string>()
  /** What people wrote on each side; no two texts are equal. */
  readonly #written: Sides<Set<string>> = { github: new Set(), huggingface: new Set() }
  /** Whose versions a run took that was killed: the next one goes on from there. */
  readonly #taken = new Set<Side>()
  /** Paths that somebody deleted on a side since both held them. */
  readonly #deleted: Sides<Set<string>> = { github: new Set(), huggingface: new Set() }

  #hold(side: Side): Held {
    const files = this.#pair[side].files('main')
    return new Map([...files].map(([path, { content }]) => [path, content.toString()]))
  }

  #fail(what: string, ran: Ran): never {
    throw new Error(
      `${what}: exit ${ran.exitCode}\n${ran.out}${ran.err}\n${ran.log.join('\n')}\n${this.told.join('\n')}`,
    )
  }

  /** Files on GitHub, mirrored once. */
  async begin(given: Run['given']): Promise<void> {
    act(this.#pair, 'github', Object.fromEntries(paths.map((path) => [path, `${path} 0\n`])), 'Begin')
    await this.run({ kind: 'run', given, take: null, kill: 0 })
  }

  edit(step: Edit | List): void {
    const path = step.kind === 'list' ? ignorePath : step.path
    const text = step.kind === 'list' ? step.text : step.kind === 'write' ? `${path} ${this.told.length}\n` : null
    const held = this.#hold(step.side)
    if (text === (held.get(path) ?? null) || (text === null && held.size < 3)) return
    this.told.push(`${step.side} ${path} = ${JSON.stringify(text)}`)
    act(this.#pair, step.side, { [path]: text })
    if (text === null) this.#deleted[step.side].add(path)
    else if (path !== ignorePath) this.#written[step.side].add(text)
  }

  async run({ given, take, kill }: Run): Promise<number> {
    const argv = [
      ...given.include.map((pattern) => `--include=${pattern}`),
      ...given.exclude.map((pattern) => `--exclude=${pattern}`),
      '--allow-delete',
    ]
    const before = { github: this.#hold('github'), huggingface: this.#hold('huggingface') }
    const { ran, isDead } = await callUntil(this.#pair, [...argv, ...(take ? [`--take=*=${take}`] : [])], kill)
    this.told.push(`run ${argv.join(' ')} ${take ?? ''} ${isDead ? 'killed' : ran.exitCode}`)
    if (!isDead && ran.exitCode !== 0 && ran.exitCode !== 2) this.#fail('a run failed', ran)
    const after = { github: this.#hold('github'), huggingface: this.#hold('huggingface') }
    for (const side of sides) this.#judge(side, before[side], after[side], { take, given, ran })
    for (const path of paths) {
      const one = after.github.get(path)
      if (one !== undefined && one === after.huggingface.get(path)) this.#shared.add(one)
    }
    if (isDead && take) this.#taken.add(take)
    if (isDead) return 1
    if (ran.exitCode === 0) await this.#finish(argv, given, ran)
    return ran.exitCode
  }

  /** Whether the last copy says that the rules were not settled. */
  #isOpen(): boolean {
    const heads = mapSides((side) => this.#pair[side].head('main')!)
    const messages = mapSides((side) => storeOf(this.#pair, side).readCommit(heads[side]).message)
    const last = messages.github.includes(heads.huggingface) ? messages.github : messages.huggingface
    return last.includes('mirrorignore:unsettled')
  }

  /** What the options leave out is as it was; nothing is gone that nobody deleted, or replaced that somebody has edited. */
  #judge(
    side: Side,
    before: Held,
    after: Held,
    { take, given, ran }: Pick<Run, 'take' | 'given'> & { ran: Ran },
  ): void {
    const flags = createView({ ...noFilters, ...given })
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(path), after.get(path)]
      if (was === is || path === '.gitattributes') continue
      if (!flags.includes(path)) this.#fail(`${path} of ${side} is outside and changed`, ran)
      if (was === undefined || take === otherSide[side] || this.#taken.has(otherSide[side])) continue
      if (is === undefined && !this.#deleted[otherSide[side]].has(path)) this.#fail(`${path} of ${side} is gone`, ran)
      if (this.#written[side].has(was) && !this.#shared.has(was)) this.#fail(`${path} of ${side} lost its edit`, ran)
    }
  }

  /** Both hold the same inside, and another run finds nothing to do. */
  async #finish(argv: readonly string[], given: Run['given'], ran: Ran): Promise<void> {
    const held = { github: this.#hold('github'), huggingface: this.#hold('huggingface') }
    const text = held.github.get(ignorePath)
    const { includes } = createView({ ...noFilters, ...given, ignore: text === undefined ? [] : [text] })
    // Rules that were in conflict are those of the next run.
    if (this.#isOpen()) {
      const next = await this.#pair.run(...argv, '--take=*=github')
      if (next.exitCode !== 0 || this.#isOpen()) this.#fail('rules were not settled by the next run', next)
      return this.#finish(argv, given, next)
    }
    const again = await this.#pair.run(...argv)
    const isQuiet = again.out.includes('In sync') && (ran.out.includes('In sync') || again.requests === 2)
    if (again.exitCode !== 0 || !isQuiet) this.#fail('a second run was not quiet', again)
    for (const path of [...paths, ignorePath].filter(includes)) {
      const [one, other] = [held.github.get(path), held.huggingface.get(path)]
      if (one !== other) this.#fail(`${path} differs after a clean run`, ran)
      for (const side of sides) this.#deleted[side].delete(path)
    }
    this.#taken.clear()
  }
}
