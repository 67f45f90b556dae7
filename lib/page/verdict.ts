/** What a run came to at a glance: one line, and one card for each side. */
import { quote } from '../model/quote.ts'
import { otherSide, sides, type Side } from '../model/sides.ts'
import { count, formatBytes, formatNumber } from '../report/numbers.ts'
import { describeMapping } from '../report/places.ts'
import { tellPeople, titleOf } from '../report/story.ts'
import type { Group } from './groups.ts'
import { html, link, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { section } from './section.ts'

export type Tone = 'good' | 'waiting' | 'bad'

interface Verdict {
  readonly tone: Tone
  readonly words: string
}

const verdicts: Readonly<Record<string, Verdict>> = {
  'in-sync': { tone: 'good', words: 'In sync: nothing had to change' },
  'planned': { tone: 'waiting', words: 'Changes are waiting' },
  'mirrored': { tone: 'good', words: 'Mirrored' },
  'proposed': { tone: 'waiting', words: 'Proposed by a pull request' },
  'waiting': { tone: 'waiting', words: 'Waiting for a pull request' },
  'streamed': { tone: 'waiting', words: 'Objects are sent, and no commit is made' },
  'undone': { tone: 'good', words: 'The last mirror is undone' },
  'equal': { tone: 'good', words: 'Both sides hold the same files' },
  'different': { tone: 'bad', words: 'The sides are not equal' },
  'conflict': { tone: 'bad', words: 'Stopped: both sides changed the same' },
  'refused': { tone: 'bad', words: 'Refused by a brake' },
  'denied': { tone: 'bad', words: 'A token is missing or may not do this' },
  'stopped': { tone: 'bad', words: 'Stopped by hand' },
  'usage': { tone: 'bad', words: 'The command cannot be carried out as it was given' },
}

/** A sign for each tone, so that no colour has to tell. */
const marks: Readonly<Record<Tone, string>> = { good: '✓', waiting: '●', bad: '✕' }

/** How the run ended, in words and by a tone. */
export function judge({ status }: PageInput): Verdict {
  return verdicts[status] ?? { tone: 'bad', words: 'Failed' }
}

const modes: Readonly<Record<PageInput['mode'], string>> = {
  'run': 'Run',
  'dry run': 'Dry run',
  'verify': 'Comparison',
}

function whatIsThere({ mode, run, links, places }: PageInput): Markup {
  const heads = sides.flatMap((side) => {
    const oid = run?.written.commits[side]
    if (!oid) return []
    const id = html`<code>${oid.slice(0, 7)}</code>`
    return [html`${places[side].service} is at ${link(links?.[side].commitUrl(oid) ?? null, id)}`]
  })
  if (heads.length > 0) return html`${heads.map((head, index) => html`${index > 0 && ', '}${head}`)}.`
  return run?.wrote || mode === 'verify' ? html`` : html`Nothing was written.`
}

const formatTime = (ms: number) => {
  const [date, time] = new Date(ms).toISOString().split('T')
  return html`<time datetime="${new Date(ms).toISOString()}">${date!} ${time!.slice(0, 5)} UTC</time>`
}

/** The head of the page: what was run, between which repositories, and how it ended. */
export function formatHeader(input: PageInput): Markup {
  const { tone, words } = judge(input)
  const { places, mode, run, nowMs } = input
  const [one, other] = sides.map((side) => places[side])
  const digest = run?.plan.digest.slice(0, 12)
  return html`<header>
<p class="soft">${modes[mode]} of hubmirror, ${formatTime(nowMs)}${digest !== undefined && html`, plan <code>${digest}</code>`}</p>
<h1>${quote(one!.repository)} <span aria-hidden="true">⇄</span><span class="unseen">and</span> ${quote(other!.repository)}</h1>
${run !== undefined && describeMapping(run.plan).map((line) => html`<p class="soft">${line}</p>`)}
<p class="verdict ${tone}"><span class="mark" aria-hidden="true">${marks[tone]}</span><span><strong>${words}.</strong> ${whatIsThere(input)}</span></p>
</header>`
}

/** From whom a side gets its changes, and when. */
function formatOrigin({ run, places, nowMs, links }: PageInput, to: Side): Markup | false {
  const from = otherSide[to]
  const originals = run?.plan.originals[from] ?? []
  const [newest] = originals
  if (!newest) return false
  const what =
    originals.length > 1
      ? count(originals.length, 'commit')
      : html`“${link(links?.[from].commitUrl(newest.oid) ?? null, titleOf(newest.message))}”`
  return html`<p class="soft">From ${what} on ${places[from].service} by ${tellPeople(originals, nowMs)}.</p>`
}

/** What stands for each kind of change, in whatever colour. */
export const signs = { deleted: '−', renamed: '→', merged: '⇆', changed: '~', new: '+' } as const

/** Whether what each side gets is not known yet. */
const isOpen = ({ run }: PageInput) => run !== undefined && run.plan.conflicts.length + run.plan.refusals.length > 0

/** Kinds and their numbers, each a link to its files. */
function formatCounts(side: Side, groups: readonly Group[]): Markup {
  const one = ({ kind, rows }: Group) =>
    html`<li class="${kind}"><a href="#${side}-${kind}"><span class="number"><span aria-hidden="true">${signs[kind]}</span>${formatNumber(rows.length)}</span> ${kind}</a>`
  const isSafe = groups.every(({ kind }) => kind !== 'deleted')
  return html`<ul class="counts">${groups.map(one)}</ul>${isSafe && html`<p class="soft">Nothing is deleted.</p>`}`
}

function formatCard(input: PageInput, side: Side, groups: readonly Group[]): Markup {
  const { places, run } = input
  const { service, repository, branch } = places[side]
  const commits = run?.plan.commitCounts[side] ?? 0
  const byteLength = groups.reduce((sum, one) => sum + (one.kind === 'deleted' ? 0 : one.byteLength), 0)
  const nothing = html`<p>${isOpen(input) ? 'Nothing until this is settled.' : 'Nothing: it has all of it.'}</p>`
  return html`<section class="card" aria-labelledby="to-${side}"><h3 id="to-${side}">${service} gets</h3>
<p class="soft">${quote(repository)}@${quote(branch)}${commits > 0 && `, in ${count(commits, 'commit')}`}${byteLength > 0 && `, ${formatBytes(byteLength)}`}</p>
${groups.length === 0 ? nothing : formatCounts(side, groups)}${(groups.length > 0 || isOpen(input)) && formatOrigin(input, side)}</section>
`
}

/** Who gets how much of what. */
export function formatGlance(input: PageInput, groups: readonly Group[]): Markup | null {
  if (!input.run) return null
  const cards = sides.map((side) => {
    const own = groups.filter((group) => group.side === side)
    return formatCard(input, side, own)
  })
  return section('glance', 'At a glance', html`<div class="pair">${cards}</div>`)
}
