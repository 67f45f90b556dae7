/** The issue of a mirror's conflicts: how it is known, and that it fits. */
import { describe, expect, test } from 'vitest'
import {
  digestConflicts,
  formatIssue,
  formatMark,
  readState,
  settled,
  writeState,
} from '../../lib/report/issue-text.ts'
import { asked, conflict, makePlan, nowMs } from '../cli/plans.ts'

const context = {
  argv: asked.argv,
  nowMs,
  workflowUrl: null,
  runUrl: 'https://github.com/o/r/actions/runs/1',
  findData: () => [],
}
const write = (plan = makePlan({ conflicts: [conflict('a.csv')] })) => formatIssue(plan, 'github', context).body

describe('the mark', () => {
  test('is one comment, and another one for each mirror, whatever its branches are called', () => {
    const names = ['main', 'a-->b', 'a--b', 'a%2D%2Db', 'a>b', '<!--', 'é', 'settled -->']
    const marks = names.flatMap((github) =>
      names.map((huggingface) => formatMark({ ...makePlan(), branches: { github, huggingface } }, 'github')),
    )
    expect(new Set(marks).size).toBe(marks.length)
    for (const mark of marks)
      expect(mark).toMatch(/^<!-- hubmirror conflict (?:(?!--)[^\s<>])+(?: (?:(?!--)[^\s<>])+){2} -->$/)
  })

  test('is the first line, and the state the second, also after somebody has edited the body in a browser', () => {
    const plan = makePlan({ conflicts: [conflict('a.csv')] })
    const [mark, body] = [formatMark(plan, 'github'), write(plan)]
    expect(readState(mark, body)).toBe(digestConflicts(plan))
    expect(readState(mark, body.replaceAll('\n', '\r\n') + '\r\nseen')).toBe(digestConflicts(plan))
    const after = writeState(mark, body.replaceAll('\n', '\r\n'), settled)
    expect([readState(mark, after), after.split('\n').slice(2)]).toEqual([settled, body.split('\n').slice(2)])
    expect([readState(mark, `\n${body}`), readState(mark, mark), readState('<!-- x -->', body)]).toEqual([
      null,
      '',
      null,
    ])
  })
})

test('the state is that of the versions, and not of what else the branches hold', () => {
  const one = conflict('a.csv')
  const of = (...conflicts: (typeof one)[]) => digestConflicts(makePlan({ conflicts }))
  expect(of({ ...one, links: { github: 'https://github.com/x', huggingface: null }, hunks: [] })).toBe(of(one))
  const others = [
    of(),
    of(one, one),
    of({ ...one, path: 'b.csv' }),
    of({ ...one, kind: 'type' }),
    of({ ...one, oids: { ...one.oids, huggingface: null } }),
  ]
  expect(new Set([...others, of(one)]).size).toBe(6)
})

test.each([
  ['many conflicts', Array.from({ length: 5_000 }, (_, index) => `${index % 40}/${index}.csv`)],
  ['long names', Array.from({ length: 20 }, (_, index) => `${index}/${'n'.repeat(4_000)}`)],
  ['names that a shell has to have quoted', Array.from({ length: 10 }, (_, index) => `${index}${"'".repeat(480)}`)],
  ['names that are escaped', Array.from({ length: 200 }, (_, index) => `${index}${'\u{10ffff}'.repeat(500)}`)],
])('it fits, and says that there is more: %s', (_, paths) => {
  const plan = makePlan({ conflicts: paths.map((path) => conflict(path)) })
  const body = write(plan)
  expect(body.length).toBeLessThan(65_536)
  expect(readState(formatMark(plan, 'github'), body)).toBe(digestConflicts(plan))
  expect(body).toMatch(/ conflicts?, and nothing is mirrored/)
  expect(body).toMatch(
    /\n(?:More is told|Told) by \[the run that found this\]\(<https:\/\/github\.com\/o\/r\/actions\/runs\/1>\)\.$/,
  )
})
