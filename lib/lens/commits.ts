/** Commits that are changed on their way to the repository. */
import type { NewCommit, Remote } from '../model/remote.ts'

type Change = (commits: readonly NewCommit[]) => Promise<readonly NewCommit[]>

/** How a remote writes, or proposes, what `change` makes of the commits. */
export function changeCommits({ prepare, proposals }: Remote, change: Change): Pick<Remote, 'prepare' | 'proposals'> {
  return {
    prepare: async (commits, head, check) => prepare(await change(commits), head, check),
    ...(proposals && {
      proposals: {
        ...proposals,
        propose: async (commits, head, proposal) => proposals.propose(await change(commits), head, proposal),
      },
    }),
  }
}
