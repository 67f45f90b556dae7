/** Pull requests: what a remote proposes for its branch instead of writing it. */

/**
 * A pull request of the mirror's. `name`: as people say it, such as `#12`. `head`: its last commit. `merged`: the commit of
 * the mirrored branch by which it was merged; null where it was not. `isDraft`: nobody can merge it yet. `into`: the branch that it
 * goes to, where people have made it another one than the mirrored branch.
 */
export interface Proposal {
  readonly name: string
  readonly url: string
  readonly state: 'open' | 'closed' | 'merged'
  readonly head: string
  readonly merged: string | null
  readonly isDraft?: boolean
  readonly into?: string
}

/** Title and description of a pull request, in Markdown. */
export interface ProposalWords {
  readonly title: string
  readonly body: string
}

/** What is proposed: `open` is changed, or where that is null a new pull request is opened. */
export interface ProposalDraft {
  readonly words: ProposalWords
  readonly open: Proposal | null
}
