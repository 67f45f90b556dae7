/** What was found out before a first run, for people: a line each, and below it what to do and where to click. */
import { quoteSentence } from '../model/quote.ts'
import { sides, type Sides } from '../model/sides.ts'
import type { Placed } from './diagnosis.ts'
import { count } from './numbers.ts'
import type { Meaning } from './paint.ts'
import type { Look } from './places.ts'
import { padEnd, wrap } from './width.ts'

const meanings: Readonly<Record<Placed['state'], Meaning>> = {
  ok: 'new',
  warning: 'changed',
  fault: 'wrong',
  unknown: 'renamed',
}

const stateWidth = Math.max(...Object.keys(meanings).map(({ length }) => length))
const topicWidth = 'visibility'.length
const margin = ' '.repeat(2 + stateWidth + 2 + topicWidth + 2)

/** Findings that are unknown for one reason become one. */
function group(findings: readonly Placed[]): (Placed & { readonly topics: string[] })[] {
  const groups: (Placed & { readonly topics: string[] })[] = []
  for (const finding of findings) {
    const last = groups.at(-1)
    if (last && finding.because !== null && last.say === finding.say) last.topics.push(finding.what)
    else groups.push({ ...finding, topics: [finding.what] })
  }
  return groups
}

function formatFinding(
  { state, say, fix, link, topics }: ReturnType<typeof group>[number],
  { width, paint }: Look,
): string[] {
  const [first] = topics as [string]
  const isOne = topics.length === 1
  const text = quoteSentence(isOne ? say : `${topics.join(', ')}: ${say}`)
  const start = `  ${' '.repeat(stateWidth)}  ${padEnd(isOne ? first : '', topicWidth)}  `
  const [line, ...more] = wrap(`${start}${text}`, width, margin).split('\n')
  return [
    `  ${paint(meanings[state], state)}${line!.slice(2 + state.length)}`,
    ...more,
    ...(fix === null ? [] : wrap(`${margin}-> ${quoteSentence(fix)}`, width, `${margin}   `).split('\n')),
    ...(link === null ? [] : [`${margin}   ${quoteSentence(link)}`]),
  ]
}

/** `2 faults, 1 warning, 3 unknown`; empty where all is well. */
export function countFindings(findings: readonly Placed[]): string {
  const of = (state: Placed['state']) => findings.filter((finding) => finding.state === state).length
  const [faults, warnings, unknowns] = [of('fault'), of('warning'), of('unknown')]
  return [
    ...(faults > 0 ? [count(faults, 'fault')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(unknowns > 0 ? [`${unknowns} unknown`] : []),
  ].join(', ')
}

/** The whole report. `places`: what each side is called with its repository and branch. */
export function formatDiagnosis(findings: readonly Placed[], places: Sides<string>, cost: string, look: Look): string {
  const rows = group(findings)
  const lines: string[] = []
  for (const side of [...sides, null]) {
    const own = rows.filter((row) => row.side === side)
    if (own.length === 0) continue
    lines.push(look.paint('heading', side === null ? 'Both sides' : places[side]))
    for (const row of own) lines.push(...formatFinding(row, look))
    lines.push('')
  }
  const counted = countFindings(findings)
  const verdict = findings.some(({ ends }) => ends !== null) ? 'Not yet' : 'Ready'
  const total = `${verdict}${counted === '' ? '' : `: ${counted}`}. ${cost}. Nothing was written.`
  return [...lines, wrap(total, look.width, '  ')].join('\n')
}
