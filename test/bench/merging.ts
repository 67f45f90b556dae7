/** CPU of merging, by size: lines of a text, paths of two sides, and rules of a `.gitattributes`. */
import { formatLfsRule, isLfsPath } from '../../lib/gitattributes/rules.ts'
import { mergeChanges } from '../../lib/merge/merge.ts'
import { Facts } from '../../lib/merge/questions.ts'
import type { Change } from '../../lib/model/entry.ts'
import { mapSides, sides, type Side } from '../../lib/model/sides.ts'
import { mergeText } from '../../lib/text/merge-text.ts'
import { entryOf } from '../merge/worlds.ts'
import type { Checked } from './bounds.ts'
import { median } from './sample.ts'
import { measureWork } from './started.ts'
import type { Figure, Row, Section } from './table.ts'

const ms = (value: number): Figure => ({ value, unit: 'ms' })

function measureCpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Every `step`th line is another, from `first` on. */
function textOf(count: number, edit: { first: number; step: number } | null = null): string {
  const isEdited = (line: number) => edit !== null && line % edit.step === edit.first
  return Array.from({ length: count }, (_, line) =>
    isEdited(line) ? `edited ${line}, ${edit!.first}\n` : `line ${line} of a text that is about as long as one\n`,
  ).join('')
}

/** Ten places a side, far from one another. */
function measureSmallEdits(count: number): number {
  const step = Math.floor(count / 10)
  const [base, github, huggingface] = [
    textOf(count),
    textOf(count, { first: 10, step }),
    textOf(count, { first: Math.floor(step / 2), step }),
  ]
  return measureCpu(() => {
    if (!mergeText(base, { github, huggingface }).clean) throw new Error(`${count} lines with small edits do not merge`)
  })
}

/**
 * One side has no line of the base left, the other has changed one: the worst there is. It has to be a conflict;
 * `verdict` gets why.
 */
function measureRewrite(count: number, verdict: (reason: string) => void): number {
  const [base, github, huggingface] = [
    textOf(count),
    textOf(count, { first: 0, step: 1 }),
    textOf(count, { first: 10, step: count }),
  ]
  return measureCpu(() => {
    const merged = mergeText(base, { github, huggingface })
    if (merged.clean) throw new Error(`A rewrite of ${count} lines merges with an edit in it`)
    verdict(`conflict: ${merged.reason}`)
  })
}

/** Half of the paths changed on one side, half on the other. Answering the questions is not counted, asking them is. */
function measureChanges(count: number): number {
  const path = (index: number) => `data/${index % 400}/${index}.csv`
  const base = Array.from({ length: count }, (_, index) => entryOf(`${index}\n`))
  const changed = base.map((_, index) => entryOf(`${index} again\n`))
  const changes = mapSides(
    (side) =>
      new Map(
        base.flatMap((before, index): [string, Change][] =>
          index % 2 === sides.indexOf(side)
            ? [[path(index), { path: path(index), before, after: changed[index]! }]]
            : [],
        ),
      ),
  )
  const entryAt = (side: Side, commit: string, at: string) => {
    const index = Number(/(\d+)\.csv$/.exec(at)?.[1] ?? NaN)
    if (Number.isNaN(index)) return { mode: '040000' as const, oid: '0'.repeat(40), byteLength: 0, lfs: null }
    return commit.endsWith('head') && index % 2 === sides.indexOf(side) ? changed[index]! : base[index]!
  }
  const facts = new Facts()
  const input = {
    heads: mapSides((side) => `${side} head`),
    baseOf: () => mapSides((side) => `${side} base`),
    changes,
    chmods: mapSides(() => new Set<string>()),
    treeProven: true,
    take: () => null,
  }
  let cpuMs = 0
  for (;;) {
    let result: ReturnType<typeof mergeChanges> | null = null
    cpuMs += measureCpu(() => {
      result = mergeChanges(input, facts)
    })
    const questions = facts.takeQuestions()
    for (const { about, side, commit, path: asked } of questions) {
      if (about !== 'entry') throw new Error(`An unexpected question about ${about}`)
      facts.learnEntries(side, commit, new Map([[asked, entryAt(side, commit, asked)]]))
    }
    if (questions.length > 0) continue
    const { outcomes, conflicts } = result! as ReturnType<typeof mergeChanges>
    if (outcomes.length !== count || conflicts.length > 0) throw new Error(`${count} changed paths do not merge`)
    return cpuMs
  }
}

/**
 * A rule for each of many files, as the Hub writes them, with blanks and brackets in half of the names; some of the
 * files are asked about.
 */
function measureRules(count: number, asked: number): number {
  const path = (index: number) => `data/${index % 40}/${index % 2 ? 'part' : 'part [of] '}${index}.bin`
  const rules = new Map([['', Array.from({ length: count }, (_, index) => formatLfsRule(path(index))).join('\n')]])
  return measureCpu(() => {
    const tracked = Array.from({ length: asked }, (_, index) =>
      isLfsPath(rules, path(index * 2 * Math.floor(count / asked) + index)),
    ).filter(Boolean).length
    if (tracked < asked / 3) throw new Error(`Only ${tracked} of ${asked} paths are found in their rules`)
  })
}

/** Limits are against the CPU of `measureWork`. */
export async function measureMerging(short: boolean): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  const workMs = await measureWork()
  const measure = (name: string, run: (note: (text: string) => void) => number, limit: number | null) => {
    let note: string | null = null
    const figure = ms(
      median(
        Array.from({ length: short ? 1 : 3 }, () =>
          run((text) => {
            note = text
          }),
        ),
      ),
    )
    const ratio: Figure = { value: figure.value / workMs, unit: 'ratio' }
    rows.push({ name, cells: { 'cpu': figure, 'of work': ratio }, ...(note !== null && { note }) })
    if (limit !== null) checked.push({ name: `${name}: CPU against fixed work`, sense: 'most', limit, figure: ratio })
  }
  const inWords = (count: number) => count.toLocaleString('en-GB')
  for (const count of [1_000, 10_000, 100_000])
    measure(
      `text of ${inWords(count)} lines, small edits`,
      () => measureSmallEdits(count),
      count === 100_000 ? 3.7 : null,
    )
  for (const count of [1_000, 3_000, 10_000, 100_000])
    measure(`text of ${inWords(count)} lines, all rewritten`, (note) => measureRewrite(count, note), 7.4)
  for (const count of [10_000, 100_000]) measure(`${inWords(count)} changed paths`, () => measureChanges(count), null)
  measure('60,000 rules, 2,000 files asked about', () => measureRules(60_000, 2_000), 7.4)
  return { section: { title: 'CPU of merging', columns: ['cpu', 'of work'], rows }, checked }
}
