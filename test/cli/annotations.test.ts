/** What of a run's notes becomes a warning on the page of a workflow's run. */
import { expect, test } from 'vitest'
import { listAnnotations } from '../../lib/cli/annotations.ts'
import { noteDeadRules } from '../../lib/gitattributes/dead-rules.ts'
import { noteLookalikes } from '../../lib/merge/lookalikes.ts'
import type { Change } from '../../lib/model/entry.ts'
import { noteUnrecorded } from '../../lib/plan/one-way.ts'
import { noteUnintended } from '../../lib/plan/unintended.ts'
import { services } from '../plan/brakes-setup.ts'
import { bySide, edit, makePlan, makeRun } from './plans.ts'

const added = (path: string, oid = 'a'.repeat(40)): [string, Change] => [
  path,
  { path, before: null, after: { mode: '100644', oid, byteLength: 9, lfs: null } },
]
const changes = {
  github: new Map([added('A.md'), added('.gitattributes', 'b'.repeat(40))]),
  huggingface: new Map([added('a.md')]),
}

test('notes that ask for something are warnings, and those that tell what is so are none', () => {
  const asking = [
    ...noteUnintended(bySide([edit('.env')]), services, () => null),
    ...noteLookalikes(changes),
    ...noteDeadRules(changes, (oid) => (oid.startsWith('b') ? '!*.bin filter=lfs\n' : ''), services),
    '--prefer newer settles nothing at "a.csv": both sides changed it in the same second',
  ]
  const telling = [
    noteUnrecorded('github', services),
    '1 other changed file waits until the conflicts are settled: "b.csv"',
    '.lfsconfig on GitHub leads to the LFS objects of Hugging Face, as an earlier run wrote it: this one goes on with --lfs huggingface',
  ]
  expect(asking).toHaveLength(4)
  const told = listAnnotations(makeRun(makePlan({ notes: [...telling, ...asking] }), { status: 'in-sync' }), {}, null)
  expect(told.map(({ level, message }) => [level, message])).toEqual(asking.map((note) => ['warning', note]))
})
