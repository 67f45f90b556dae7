/** What is said of pull requests: to those who review them, and to those who read what a run came to. Pure. */
import { stopClosing } from '../history/closing-words.ts'
import type { Proposal, ProposalWords } from '../model/proposal.ts'
import { quote, quoteMarkdown } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { otherSide, type Side, type Sides } from '../model/sides.ts'
import { actionOf } from './edits.ts'
import type { Plan, Waiting } from './plan.ts'

/** Of more files and commits a description tells the number. */
const listedMax = 50

const name = ({ name: own, url }: Proposal) => `${quote(own)} (${quote(url)})`

/** Why a run does nothing, and what people can do. */
export function noteWaiting({ side, proposal, why }: Waiting, services: Sides<string>): string {
  const other = services[otherSide[side]]
  if (why === 'elsewhere')
    return `Waiting for ${name(proposal)}, which goes to branch ${quote(proposal.into!)} now. Merge or close it, or send it back`
  if (why === 'open') return `Waiting for ${name(proposal)}, which brings what ${other} has. Merge it, or close it`
  return why === 'closed'
    ? `Nothing is proposed: ${name(proposal)} was closed, and ${other} has not changed since. Reopen it, or change ${other}`
    : `Waiting for ${name(proposal)}: people have added commits to it, so that nothing newer is put there. Merge it, or close it`
}

/** What is not written because the other side gets a pull request first. */
export function noteHeld(side: Side, services: Sides<string>): string {
  const other = services[otherSide[side]]
  return `What ${other} changed goes to ${services[side]} when the pull request on ${other} is merged`
}

/** A pull request that has nothing to bring any more. */
export function noteIdle(proposal: Proposal): string {
  return `${name(proposal)} is open, and has nothing to bring any more: close it`
}

/** At most `listedMax` lines, and how many others there are. */
function limit(lines: readonly string[]): string[] {
  const more = lines.length - listedMax
  return more > 0 ? [...lines.slice(0, listedMax), `- and ${more} more`] : [...lines]
}

/**
 * Title and description. Whoever merges by squashing may make a commit message of them: no word closes an issue there, and names
 * that come from elsewhere stand in code spans, where they are text to GitHub and Hugging Face alike.
 */
export function describeProposal(plan: Plan, side: Side): ProposalWords {
  const { repositories, services, edits, originals } = plan
  const from = otherSide[side]
  const copied = originals[from].map(({ message }) => `- ${quoteMarkdown(message.split('\n', 1)[0]!)}`)
  const files = edits[side].map((edit) => `- ${actionOf(edit)} ${quoteMarkdown(edit.path)}`)
  const body = [
    `What ${quoteMarkdown(formatRepository(repositories[from]))} on ${services[from]} has and this branch has not.`,
    ...(copied.length === 0 ? [] : ['**Commits**', limit(copied).join('\n')]),
    ...(files.length === 0
      ? ['It changes no file: both hold the same, and its commit records that.']
      : ['**Files**', limit(files).join('\n')]),
    `Merge it in whatever way. Commits that you add, and what you change while you merge, go to ${services[from]} next. ` +
      `Until it is merged it follows both sides; if it is closed, the next one comes when ${services[from]} changes.`,
    '<!-- hubmirror -->',
  ].join('\n\n')
  return { title: `Mirror ${formatRepository(repositories[from])}`, body: stopClosing(body) }
}
