/** A pull request that the Hub has squashed is known by its title and the ids in its message. Decision 0049. */
import { describe, expect, test } from 'vitest'
import { nameOneAnother } from '../../lib/history/sync-points.ts'
import { digestSquash } from '../../lib/model/onto.ts'
import { noFilters, type Filters } from '../../lib/view/filters.ts'
import { describeSet } from '../../lib/view/view.ts'
import { history } from './histories.ts'

describe('a squash of what was proposed', () => {
  const listings = { github: history('github', 'G0 G1'), huggingface: history('huggingface', 'H0~G0 H1') }
  const [github] = listings.github.commits
  const [squash, parent] = listings.huggingface.commits
  const [own, theirs] = ['a'.repeat(40), 'b'.repeat(40)]
  const digest = digestSquash(github!.oid, null, parent!.oid, [own])
  const inSyncBy = (message: string, filters: Partial<Filters> = {}) => {
    const commits = [{ ...squash!, message }, parent!]
    const all = { ...listings, huggingface: { ...listings.huggingface, commits } }
    return nameOneAnother(all, describeSet({ ...noFilters, ...filters }))
  }
  const title = `Mirror acme/corpus (${digest}) (#3)`

  test.each([
    ['of nothing else counts', `${title}\n\n- Add rows (${own})\n\n\nCo-authored-by: A <a@example.org>`, true],
    ['of a commit more does not', `${title}\n\n- Add rows (${own})\n- Better (${theirs})\n`, false],
    ['of another commit does not', `${title}\n\n- Add rows (${theirs})\n`, false],
    ['that lists nothing does not', title, false],
    ['with another title does not', `Mirror acme/corpus (#3)\n\n- Add rows (${own})\n`, false],
    ['that somebody quotes does not', `Revert "${title}"\n\n- Add rows (${own})\n`, false],
    [
      'of a proposal of an older commit does not',
      `Mirror (${digestSquash(own, null, parent!.oid, [own])}) (#3)`,
      false,
    ],
  ])('%s', (_, message, expected) => {
    expect(inSyncBy(message)).toBe(expected)
  })

  test('counts on its parent, and for what was mirrored, alone', () => {
    const message = (set: string | null, on: string) =>
      `Mirror (${digestSquash(github!.oid, set, on, [own])}) (#3)\n\n- Add rows (${own})\n`
    expect(inSyncBy(message(null, theirs))).toBe(false)
    expect(inSyncBy(message(null, parent!.oid), { include: ['a'] })).toBe(false)
    expect(inSyncBy(message('dot-github', parent!.oid))).toBe(false)
    expect(inSyncBy(message('dot-github', parent!.oid), { dotGithub: true })).toBe(true)
    const several = { ignore: ['a\n', 'b\n'] }
    expect(inSyncBy(message('mirrorignore:unsettled', parent!.oid), several)).toBe(false)
  })
})
