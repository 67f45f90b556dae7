/** What stopped a run, and the commands that lead on from there. */
import { quote, quoteArgument, quoteSentence } from '../model/quote.ts'
import { otherSide } from '../model/sides.ts'
import type { Loss, Refusal } from '../plan/plan.ts'
import { count, formatBytes } from '../report/numbers.ts'
import { shortenEnd } from '../report/width.ts'
import type { Allowance } from './allowance.ts'
import { html, type Markup } from './html.ts'
import type { PageInput } from './input.ts'
import { formatCut, section } from './section.ts'

/** No sentence of a service is longer. */
const sentenceMax = 4_000
const namesMax = 200
const bytesMax = 400_000

const titles: Readonly<Record<Refusal['kind'], string>> = {
  'emptied': 'One side would be emptied',
  'deletions': 'Many files are deleted',
  'unrelated': 'Nothing in common yet',
  'rewritten': 'A history was rewritten',
  'diverged': 'What both had in common is in doubt',
  'object missing': 'An LFS object is missing',
  'host': 'A service would refuse it',
  'no branch': 'A branch is missing',
  'history too long': 'The last common commit was not found',
  'public': 'Something private would become public',
  'token': 'A token may not do this',
  'crossed': 'There is more than one last common commit',
  'one way': 'The side that is written has changes of its own',
  'undone': 'The last mirror was undone, or is to be',
  'front matter': 'Front matter stands on the side that is to hold none',
}

/** A command to copy: a click selects all of it, and a line ends between two arguments. */
export function command(argv: readonly string[], more: readonly string[]): Markup {
  const words = [...argv, ...more].map((argument) => html` <span>${quoteArgument(argument)}</span>`)
  return html`<pre class="command" tabindex="0">npx tsx sync.ts${words}</pre>`
}

/** Flags that a refusal's sentence names. */
function listWays(message: string): string[] {
  return [...new Set([...message.matchAll(/--(?:init [a-z]+|allow-[a-z]+|redo)/g)].map(([flag]) => flag))]
}

const article = (title: string, sentences: readonly string[], rest: Markup | false) =>
  html`<article class="card stop"><h3>${title}</h3>${sentences.map((sentence) => html`<p>${shortenEnd(quoteSentence(sentence), sentenceMax)}</p>`)}${rest}</article>
`

/** Which files are gone, and the ways from there: that back comes first. */
function formatLoss({ side, back, byteLength, count: all, paths }: Loss, argv: readonly string[]): Markup {
  const names = paths.slice(0, namesMax).map((path) => html`<li>${quote(path)}`)
  const more = all - names.length
  return html`<ul class="dense">${names}</ul>${more > 0 && html`<p class="cut">and ${count(more, 'more file')}</p>`}
<p class="way">To bring them back (${quoteSentence(back)}; about ${formatBytes(byteLength)} to move):</p>${command(argv, ['--init', otherSide[side]])}
<p class="way">If it is meant:</p>${command(argv, ['--allow-delete'])}`
}

/** Why the run was refused or failed; null where neither is so. */
export function formatStops({ run, error, argv }: PageInput, allowance: Allowance): Markup | null {
  const refusals = run?.plan.refusals ?? []
  if (refusals.length === 0 && error === undefined) return null
  const formatRefusal = ({ kind, message, loss }: Refusal) => {
    const ways = listWays(message)
    const more = loss
      ? formatLoss(loss, argv)
      : ways.length > 0 &&
        html`<p class="soft">The ways on from here:</p>${ways.map((way) => command(argv, way.split(' ')))}`
    return article(titles[kind], [loss?.fact ?? message], more)
  }
  const { made, rest } = allowance.fit(refusals, formatRefusal, bytesMax)
  const failed = error !== undefined && article('Error', error.split('\n'), false)
  return section('stopped', 'Why it stopped', [failed, made, formatCut(rest, 'more refusal')])
}
