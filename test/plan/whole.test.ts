/** The check of a plan's own commits, before anything is written. */
import { describe, expect, test } from 'vitest'
import { otherSide, sides } from '../../lib/model/sides.ts'
import { requireWhole } from '../../lib/plan/commits.ts'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { roles } from '../history/histories.ts'
import { planned } from './drawing.ts'

describe('a mistake in what was put together is found before anything is written', () => {
  const oid = (digit: string) => digit.repeat(40)
  const heads2 = { github: oid('a'), huggingface: oid('b') }
  const edit = (path: string, content: string | null) => planned('github', path, content)
  const commit = (
    copyOf: PlannedCommit['copyOf'],
    edits: PlannedCommit['edits'],
    parents: PlannedCommit['parents'] = [{ oid: oid('0') }],
  ): PlannedCommit => ({ parents, title: 'Copy', body: '', author: null, date: '2026-11-01T00:00:00Z', copyOf, edits })

  test.each(sides)('an edit that no commit on %s makes, or that it makes otherwise', (side) => {
    const original = { oid: heads2[otherSide[side]] }
    const require = (edits: PlannedCommit['edits']) => () =>
      requireWhole(
        { [side]: [commit(original, edits)], [otherSide[side]]: [] } as never,
        { [side]: [planned(side, 'a', 'a\n'), planned(side, 'b', null)], [otherSide[side]]: [] } as never,
        heads2,
        roles,
      )
    expect(require([edit('a', 'a\n'), edit('b', null)])).not.toThrow()
    expect(require([edit('a', 'a\n')])).toThrow(`no commit for ${side} makes the edit of "b"`)
    expect(require([edit('a', 'other\n'), edit('b', null)])).toThrow(`no commit for ${side} makes the edit of "a"`)
    expect(require([])).toThrow('no commit')
  })

  test('an edit of a side line that its merge does not have', () => {
    const merge = commit({ oid: heads2.huggingface }, [], [{ oid: oid('0') }, { index: 0 }])
    expect(() =>
      requireWhole(
        { github: [commit({ oid: heads2.huggingface }, [edit('a', 'a\n')]), merge], huggingface: [] },
        { github: [planned('github', 'a', 'a\n')], huggingface: [] },
        heads2,
        roles,
      ),
    ).toThrow('makes the edit of "a"')
  })

  test('a commit that names a head which the other side leaves behind', () => {
    const toHub = { github: [], huggingface: [planned('huggingface', 'a', 'a\n')] }
    const check = (github: PlannedCommit['copyOf'][], huggingface: PlannedCommit['copyOf']) => () =>
      requireWhole(
        { github: github.map((one) => commit(one, [])), huggingface: [commit(huggingface, [edit('a', 'a\n')])] },
        toHub,
        heads2,
        roles,
      )
    expect(check([], { oid: heads2.github })).not.toThrow()
    expect(check([null], 'new head')).not.toThrow()
    expect(check([{ oid: heads2.huggingface }], 'new head')).toThrow('whose files it does not hold')
    expect(check([null], { oid: heads2.github })).toThrow('whose files it does not hold')
  })
})
