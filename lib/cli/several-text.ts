/** The report over several runs: a line for each, as text, as Markdown and as data. */
import { quote, quoteMarkdown, quoteSentence } from '../model/quote.ts'
import type { Repository } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, sides, type Sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { count } from '../report/numbers.ts'
import type { Look } from '../report/places.ts'
import { listOldNames } from '../report/rows.ts'
import { padEnd, padStart, shortenAll, shortenEnd, widthOf } from '../report/width.ts'
import type { Found } from './outputs.ts'
import { formatDocument, tellSpent } from './report-json.ts'
import { formatCost } from './report.ts'
import type { Ended } from './session.ts'
import type { Cost, Status } from './status.ts'

/**
 * One run. Status, code and cost are null where it was not tried. `said`: its report, as data where that is asked for.
 * `found` and `document`: for the outputs. `summary`: its job summary. `detail`: what it came to, in a few words.
 */
export interface Result {
  readonly name: string
  readonly repositories: Sides<Repository>
  readonly branches: Sides<string>
  readonly status: Status | null
  readonly code: number | null
  readonly cost: Cost | null
  readonly said: string | null
  readonly found: Found | null
  readonly document: string | null
  readonly summary: string | null
  readonly detail: string
  /** One of the repositories is still to be made. */
  readonly isMissing: boolean
}

/** What all runs came to: status and code of the worst, and what they cost together. */
export interface All {
  readonly results: readonly Result[]
  readonly status: Status
  readonly code: number
  readonly cost: Cost
}

/** GitHub drops a job summary of more than 1 MiB as a whole. */
const summaryBytesMax = 1_000_000

/** What a plan does to both sides: `3 changes to GitHub, 1 change to Hugging Face`. */
export function describeChanges({ edits, services }: Plan): string {
  const told = sides.flatMap((side) => {
    const number = edits[side].length - listOldNames(edits[side]).size
    return number > 0 ? [`${count(number, 'change')} to ${services[side]}`] : []
  })
  return told.join(', ') || 'no file has to change'
}

/** What a run came to, in a few words: the status says the rest. */
export function describeEnd({ status, about: { run, proof, error }, detail }: Ended): string {
  if (error !== undefined) return error.split('\n')[0]!
  if (detail !== undefined) return detail
  if (status === 'different' && proof) return count(proof.differences.length, 'difference')
  if (!run || status === 'in-sync') return ''
  const { conflicts, refusals } = run.plan
  if (refusals.length > 0) return refusals[0]!.message
  return conflicts.length > 0 ? count(conflicts.length, 'conflict') : describeChanges(run.plan)
}

const services: Sides<string> = { github: 'GitHub', huggingface: 'Hugging Face' }

const countRequests = ({ cost }: Result) =>
  cost === null ? '' : count(cost.requests.github + cost.requests.huggingface, 'request')

/** The table below the reports. */
export function formatAll({ results, cost }: All, { width, sentenceWidth, paint }: Look): string {
  const names = shortenAll(
    results.map(({ name }) => quote(name)),
    Math.floor(width / 3),
  )
  const columns = [names, results.map(({ status }) => status ?? '-'), results.map(countRequests)]
  const widths = columns.map((texts) => Math.max(...texts.map(widthOf)))
  const lines = results.map(({ code, detail }, index) => {
    const [name, status, requests] = columns.map((texts) => texts[index]!)
    const isWrong = code === null || (code !== 0 && code !== 10)
    const label = padEnd(status!, widths[1]!)
    const start = `  ${padEnd(name!, widths[0]!)}  `
    const middle = `  ${padStart(requests!, widths[2]!)}`
    const left = sentenceWidth - widthOf(start) - widths[1]! - widthOf(middle) - 2
    return `${start}${isWrong ? paint('wrong', label) : label}${middle}  ${shortenEnd(quoteSentence(detail), left)}`.trimEnd()
  })
  return ['', paint('heading', `${count(results.length, 'run')}:`), ...lines, formatCost(cost, services)].join('\n')
}

/** One document: the report of each run as it is alone, and what all came to. `version` is that of these fields. */
export function formatAllJson({ results, status, code, cost }: All): string {
  return formatDocument({
    version: 1,
    status,
    exitCode: code,
    runs: results.map((one) => ({
      name: one.name,
      repositories: mapSides((side) => formatRepository(one.repositories[side])),
      branch: one.branches,
      status: one.status,
      exitCode: one.code,
      detail: one.detail,
      report: one.said === null ? null : JSON.parse(one.said),
    })),
    ...tellSpent(cost),
  })
}

/** The job summary: the table first, then that of each run as far as all of them fit. */
export function summarizeAll({ results, cost }: All): string {
  const rows = results.map((one) => {
    const cells = [quoteMarkdown(one.name), one.status ?? '-', countRequests(one)]
    return `| ${cells.join(' | ')} | ${one.detail === '' ? '' : quoteMarkdown(one.detail, quoteSentence)} |`
  })
  const head = ['| run | status | cost | |', '| --- | --- | ---: | --- |', ...rows, '', formatCost(cost, services), '']
  let bytes = Buffer.byteLength(head.join('\n'))
  const rest = results.flatMap(({ name, summary }) => {
    if (summary === null) return []
    const part = `## ${quoteMarkdown(name)}\n\n${summary}`
    if (bytes + Buffer.byteLength(part) > summaryBytesMax)
      return [`## ${quoteMarkdown(name)}\n\nIts summary is too large to be shown beside the others; the log has all.`]
    bytes += Buffer.byteLength(part)
    return [part]
  })
  return [...head, ...rest].join('\n')
}
