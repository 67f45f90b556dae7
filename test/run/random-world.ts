/**
 * Two mirrored repositories with the branches main and dev, people who work on them, and runs of the mirror, each of
 * them judged.
 */
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import type { VirtualClock } from '../hubs/hub.ts'
import { startPair, type Pair, type Ran } from '../hubs/pair.ts'
import { CommonHistory } from './common-history.ts'
import { commitTo, pushTo } from './git-users.ts'
import { judgeRun, type Judged } from './judge-run.ts'
import { branches, Ledger, paths, type Branch } from './ledger.ts'
import { act, type Act } from './people.ts'

/**
 * `kill`: the process ends after so many commits that a branch shows; `rescue`: what is given to `--init` where a run
 * is refused.
 */
export interface Run {
  readonly kind: 'run'
  readonly branch: Branch
  readonly take: Side | null
  readonly dry: boolean
  readonly squash: boolean
  readonly kill: number
  readonly rescue: Side | 'union' | null
  /** The only side that is written; null: both are. */
  readonly to: Side | null
}
export type Step = Act | Run

export class RandomWorld {
  /** What happened, one line each, the heads after it. */
  readonly told: string[] = []
  readonly #pair: Pair = startPair()
  readonly #ledger: Ledger
  readonly #history: CommonHistory
  /** What every run is given. */
  readonly #view: readonly string[]

  /** `outside`: a folder that is not mirrored, with its slash; null where all is. */
  constructor(outside: string | null = null) {
    this.#view = outside === null ? [] : [`--exclude=${outside}`]
    this.#ledger = new Ledger(this.#pair, (path) => outside === null || !path.startsWith(outside))
    this.#history = new CommonHistory(this.#ledger)
  }

  #passMinute(): void {
    ;(this.#pair.clock as VirtualClock).pass(60_000)
  }

  async start(): Promise<this> {
    const oid = commitTo(
      this.#pair,
      'github',
      'main',
      Object.fromEntries(paths.slice(0, 4).map((path) => [path, `${path} 0\n`])),
      { message: 'Begin' },
    )
    this.#ledger.learn('github', oid)
    this.#ledger.learn('huggingface', this.#ledger.head('huggingface', 'main'))
    await this.run({
      kind: 'run',
      branch: 'main',
      take: null,
      dry: false,
      squash: false,
      kill: 0,
      rescue: null,
      to: null,
    })
    for (const side of sides) pushTo(this.#pair, side, 'dev', this.#ledger.head(side, 'main'))
    return this
  }

  act(one: Act): void {
    this.#passMinute()
    act(this.#pair, this.#ledger, this.told.length, one)
    this.#tell(
      `${one.side} ${one.branch}: ${one.kind} ${one.path} ${one.nth}${one.skew === 0 ? '' : ` ${one.skew} days`}`,
      '',
    )
  }

  #heads(): string {
    return sides.flatMap((side) => branches.map((branch) => this.#pair[side].head(branch))).join(' ')
  }

  #fail(what: string, ran: Ran): never {
    throw new Error(`${what}: exit ${ran.exitCode}\n${ran.out}${ran.err}\n${ran.log.join('\n')}`)
  }

  #judge(branch: Branch, ran: Ran, run: Omit<Judged, 'what' | 'now' | 'isDone'>): void {
    this.#ledger.learnWritten()
    const now = this.#ledger.heads(branch)
    // Another commit with the mirror's own message and parent may hold anything.
    const isUnseen = ran.out.includes('In sync') && this.#ledger.isUnseen(branch)
    const isDone = run.exitCode === 0 && !isUnseen
    judgeRun(this.#ledger, this.#history, { ...run, what: `step ${this.told.length}`, now, isDone })
  }

  /** Both heads hold the same, and another run finds nothing to do. */
  async #finish(branch: Branch, ran: Ran, way: readonly string[] = []): Promise<void> {
    const difference = this.#ledger.tellDifference(branch)
    if (difference !== null) {
      if (ran.out.includes('In sync') && this.#ledger.isUnseen(branch)) return
      this.#fail(`${branch} differs after a clean run (${difference})`, ran)
    }
    // After a run that wrote, both heads name one another: two requests. One that only looked may have to look again.
    const before = this.#heads()
    const again = await this.#pair.run('--branch', branch, ...this.#view, ...way)
    if (
      again.exitCode !== 0 ||
      this.#heads() !== before ||
      !again.out.includes('In sync') ||
      again.requests > (ran.out.includes('In sync') ? Infinity : 2)
    )
      this.#fail('a second run was not quiet', again)
  }

  async #call(
    branch: Branch,
    argv: readonly string[],
    kill: number,
  ): Promise<{ readonly ran: Ran; readonly killed: boolean }> {
    let writes = 0
    let dead = false
    for (const side of sides) {
      let before = this.#pair[side].head(branch)
      const die = () => {
        throw new Error('killed')
      }
      this.#pair[side].faults.push({ on: () => dead, when: 'before', times: Infinity, act: die })
      this.#pair[side].faults.push({
        on: () => this.#pair[side].head(branch) !== before,
        when: 'after',
        times: Infinity,
        act: () => {
          before = this.#pair[side].head(branch)
          writes += 1
          if (writes !== kill) return
          dead = true
          die()
        },
      })
    }
    const ran = await this.#pair.run('--branch', branch, '--allow-delete', ...this.#view, ...argv)
    for (const side of sides) this.#pair[side].faults.length = 0
    return { ran, killed: dead }
  }

  async run({ branch, take: wanted, dry, squash, kill, rescue, to }: Run): Promise<number> {
    this.#passMinute()
    const before = this.#heads()
    const stood = this.#ledger.heads(branch)
    // The version of the side that is written cannot be taken.
    const take = wanted === to ? null : wanted
    const way = to === null ? [] : ['--to', to]
    const argv = [
      ...way,
      ...(take ? [`--take=*=${take}`] : []),
      ...(dry ? ['--dry-run'] : []),
      ...(squash ? ['--squash'] : []),
    ]
    const { ran, killed } = await this.#call(branch, argv, kill)
    this.#tell(`run ${[branch, ...argv].join(' ')}`, killed ? 'killed' : String(ran.exitCode))
    const exitCode = killed ? null : dry ? 1 : ran.exitCode
    this.#judge(branch, ran, { stood, exitCode, take, began: null })
    if (killed) return 1
    if (![0, 2, 3].includes(ran.exitCode)) this.#fail('a run failed', ran)
    if ((dry || ran.exitCode !== 0) && this.#heads() !== before) this.#fail('a run wrote something', ran)
    if (to !== null && this.#ledger.head(otherSide[to], branch) !== stood[otherSide[to]])
      this.#fail('a run wrote the other side', ran)
    if (ran.exitCode === 0 && !dry) await this.#finish(branch, ran, way)
    if (to !== null) return ran.exitCode
    if (ran.exitCode !== 3 || rescue === null || dry) return ran.exitCode
    const { ran: begun } = await this.#call(
      branch,
      ['--init', rescue, ...(rescue === 'union' ? [`--take=*=${take ?? 'github'}`] : [])],
      0,
    )
    this.#tell(`run ${branch} --init ${rescue}`, String(begun.exitCode))
    const taken = rescue === 'union' ? (take ?? 'github') : null
    this.#judge(branch, begun, { stood, exitCode: begun.exitCode, take: taken, began: rescue })
    if (begun.exitCode === 0) await this.#finish(branch, begun)
    else if (![2, 3].includes(begun.exitCode)) this.#fail('a run failed', begun)
    return begun.exitCode
  }

  #tell(what: string, result: string): void {
    const now = branches.map(
      (branch) =>
        `${branch} ${sides
          .map((side) => {
            const head = this.#pair[side].head(branch)
            return head === null
              ? '-'
              : `${head.slice(0, 7)} ${[...this.#ledger.read(side, head).values()].map((text) => (text === null ? '-' : /\d+/.exec(text)![0])).join(' ')}`
          })
          .join(' | ')}`,
    )
    this.told.push(`${result.padEnd(7)} ${what.padEnd(44)} ${now.join(' || ')}`)
  }

  /** Each branch comes to an end, with a side's word where one is needed. */
  async end(side: Side): Promise<void> {
    for (const branch of branches) {
      const run: Run = { kind: 'run', branch, take: null, dry: false, squash: false, kill: 0, rescue: side, to: null }
      const exitCode = await this.run(run)
      if (exitCode === 2 && (await this.run({ ...run, take: side })) !== 0)
        throw new Error(`${branch} cannot be settled`)
    }
    this.#history.settle()
  }
}
