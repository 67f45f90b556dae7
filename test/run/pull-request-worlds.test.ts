/**
 * Random stories of pull requests. Each path is written by people of one side alone, who go back to older contents, too: so the
 * mirror may never change it there, whatever is merged, squashed, rebased, closed, reviewed or cut short meanwhile; and in the end
 * both sides hold what its people wrote last.
 */
import { expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import { mergePull, readPulls } from '../hubs/github-pulls.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { createRandom, isLong, runs, seed } from '../random.ts'
import { act, bob, startMirrored } from './mirror-setup.ts'
import { branch } from './proposing.ts'

const ways = ['merge', 'squash', 'rebase'] as const
const modes = ['github', 'huggingface', 'both'] as const
type Files = Record<string, string>

class Story {
  readonly told: string[] = []
  readonly #pair: Pair
  readonly #mode: (typeof modes)[number]
  readonly #pick: (below: number) => number
  /** What people of each side wrote last. */
  readonly #own: Record<Side, Files> = { github: {}, huggingface: {} }
  /** What a reviewer has added to the pull request of a side that is open. */
  readonly #review: Record<Side, Files> = { github: {}, huggingface: {} }
  #reviews = 0

  constructor(pair: Pair, mode: (typeof modes)[number], pick: (below: number) => number) {
    this.#pair = pair
    this.#mode = mode
    this.#pick = pick
    pair.huggingface.switches.squashLists = pick(4) > 0
  }

  edit(side: Side, path = `${side[0]}${this.#pick(3)}`, content = ['0\n', '1\n', null][this.#pick(3)]!): void {
    const now = this.#own[side][path] ?? null
    if (now === content) return
    act(this.#pair, side, { [path]: content }, `Edit ${path}`)
    if (content === null) delete this.#own[side][path]
    else this.#own[side][path] = content
  }

  async run(isCut = false): Promise<string> {
    const { github, huggingface } = this.#pair
    const hub = this.#pick(2) === 0 ? github : huggingface
    const at = hub.requests.length + this.#pick(20)
    if (isCut)
      hub.faults.push({
        on: (_, number) => number === at,
        when: this.#pick(2) ? 'after' : 'before',
        act: 'drop',
        times: 1,
      })
    const ran = await this.#pair.run('--json', '--pull-request', this.#mode)
    hub.faults.length = 0
    if (ran.err.includes("holds commits that are not the mirror's")) github.forcePush(branch, null)
    else if (!isCut) expect(ran.exitCode, `${ran.out}${ran.err}`).toBe(0)
    else expect([0, 1]).toContain(ran.exitCode)
    return ran.out === '' ? 'failed' : JSON.parse(ran.out).status
  }

  review(): void {
    const { github, huggingface } = this.#pair
    const number = this.#reviews++
    const [g, h] = [`gr${number}`, `hr${number}`]
    if (readPulls(github.repository).some(({ state }) => state === 'open')) {
      github.commit(branch, { files: { [g]: 'r\n' }, message: 'Review', author: bob })
      this.#review.github[g] = 'r\n'
    }
    const pull = huggingface.repository.pulls.find(({ status }) => status === 'open')
    if (!pull) return
    huggingface.commit(`refs/pr/${pull.num}`, { files: { [h]: 'r\n' }, message: 'Review', user: 'rita' })
    this.#review.huggingface[h] = 'r\n'
  }

  #settleReview(side: Side, isMerged: boolean): void {
    if (isMerged) Object.assign(this.#own[side], this.#review[side])
    this.#review[side] = {}
  }

  merge(): void {
    const { github, huggingface } = this.#pair
    const open = readPulls(github.repository).find(({ state }) => state === 'open')
    if (open) {
      const message = this.#pick(3) === 0 ? { message: 'Merged\n' } : {}
      const press = (how: (typeof ways)[number]) => mergePull(github.repository, open.number, how, message)
      try {
        press(ways[this.#pick(3)]!)
      } catch {
        // Commits of which an earlier squash has brought the outcome cannot be rebased.
        press('merge')
      }
      this.#settleReview('github', true)
    }
    const pull = huggingface.repository.pulls.find(({ status }) => status === 'open')
    if (!pull) return
    mergeHubPull(huggingface.repository, pull.num)
    this.#settleReview('huggingface', true)
  }

  close(): void {
    const { github, huggingface } = this.#pair
    const open = readPulls(github.repository).find(({ state }) => state === 'open')
    if (open) {
      open.state = 'closed'
      if (this.#pick(2)) github.forcePush(branch, null)
      this.#settleReview('github', false)
    }
    const pull = huggingface.repository.pulls.find(({ status }) => status === 'open')
    if (!pull) return
    pull.status = 'closed'
    this.#settleReview('huggingface', false)
  }

  look(side: Side): Files {
    const files = [...this.#pair[side].files('main')].filter(([path]) => !path.endsWith('.gitattributes'))
    return Object.fromEntries(files.map(([path, { content }]) => [path, content.toString()]))
  }

  /** Nobody but its people has changed a side's own paths. */
  check(): void {
    for (const side of sides) {
      const own = Object.fromEntries(Object.entries(this.look(side)).filter(([path]) => path.startsWith(side[0]!)))
      expect(own, side).toEqual(this.#own[side])
    }
  }

  async step(): Promise<void> {
    const kind = this.#pick(12)
    this.told.push(
      [
        'github',
        'github',
        'huggingface',
        'huggingface',
        'run',
        'run',
        'run',
        'cut',
        'merge',
        'merge',
        'close',
        'review',
      ][kind]!,
    )
    if (kind < 2) this.edit('github')
    else if (kind < 4) this.edit('huggingface')
    else if (kind < 7) this.told.push(await this.run())
    else if (kind === 7) this.told.push(await this.run(true))
    else if (kind < 10) this.merge()
    else if (kind === 10) this.close()
    else this.review()
    this.check()
  }

  async settle(): Promise<void> {
    for (const side of sides) this.edit(side, `${side[0]}9`, 'last\n')
    for (let round = 0; round < 12; round++) {
      const status = await this.run()
      this.told.push(`settle ${status}`)
      this.check()
      this.merge()
      this.check()
    }
    expect(await this.run()).toBe('in-sync')
    const all = { base: 'base\n', ...this.#own.github, ...this.#own.huggingface }
    for (const side of sides) expect(this.look(side), side).toEqual(all)
  }
}

test.each(modes)(
  'whatever becomes of pull requests on %s, no change is undone, doubled or lost',
  async (mode) => {
    const begun = await startMirrored({ base: 'base\n' })
    for (let index = 0; index < runs(4); index++) {
      const number = seed * 1_000 + index
      const story = new Story(copyPair(begun), mode, createRandom(number))
      try {
        for (let step = 0; step < 16; step++) await story.step()
        await story.settle()
      } catch (error) {
        throw new Error(`story ${number}: ${story.told.join(', ')}\n${(error as Error).message}`, { cause: error })
      }
    }
  },
  isLong ? 900_000 : 60_000,
)
