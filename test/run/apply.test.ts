/** What a run does between its requests, on remotes that take whatever they are sent. */
import { expect, test } from 'vitest'
import { capabilities } from '../../lib/huggingface/capabilities.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { mapSides, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import type { PlannedEdit } from '../../lib/plan/edits.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { Contents } from '../../lib/planner/contents.ts'
import { applyPlan } from '../../lib/run/apply.ts'
import { FreshHeads } from '../../lib/run/fresh-heads.ts'
import { startWritten } from '../../lib/run/written.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { repositories } from '../history/histories.ts'
import { assemble, planned, remotesOf, toGithub, toHub } from '../plan/drawing.ts'

/** Carries out a plan with these commits; `log` says in which order the remotes were asked what. */
async function apply(commits: Plan['commits'], answers: Partial<Remote> = {}) {
  const log: string[] = []
  const heads: Record<Side, string> = { github: 'old head', huggingface: 'old head' }
  const remotes = mapSides((side) => {
    const drawn: Partial<Remote> = {
      side,
      ...remotesOf('main')[side],
      service: side,
      commitUrl: (oid) => `https://example.org/${oid}`,
      findContent: () => null,
      readHead: async () => {
        log.push(`read ${side}`)
        return heads[side]
      },
      prepare: async () => ({
        head: null,
        publish: async () => {
          log.push(`write ${side}`)
          return (heads[side] = 'new head')
        },
      }),
      uploadObjects: async (uploads) => {
        const objects = uploads.map(({ object }) => object)
        log.push(`send ${side} ${objects.map(({ path }) => path).join(' ')}`)
        return objects
      },
    }
    return { ...drawn, ...answers } as Remote
  })
  const none: Sides<never[]> = { github: [], huggingface: [] }
  const plan = {
    commits,
    heads: { ...heads },
    repositories,
    objects: none,
    edits: none,
    makeBranch: null,
    lfsUrl: null,
  }
  const whole = { ...plan, branches: mapSides(() => 'main'), filters: noFilters, commitCounts: mapSides(() => 1) }
  const written = startWritten()
  const failure = await applyPlan({
    plan: { ...whole, present: mapSides(() => new Set()) } as unknown as Plan,
    remotes,
    contents: new Contents(remotes),
    written,
    watch: {},
    heads: new FreshHeads(remotes, () => 0),
  }).catch((error: unknown) => error)
  return { log, failure, states: sides.map((side) => written.states[side]) }
}

const histories = { github: 'G0 G1', huggingface: 'H0 H1', base: ['G0', 'H0'] } as const

test('the head that this run has just written is not asked for again, the other one is before each write', async () => {
  const edits = { github: toGithub, huggingface: toHub }
  const both = assemble({ ...histories, moved: ['github', 'huggingface'], edits, lineEdits: toGithub })
  expect(await apply(both)).toEqual({
    log: ['read huggingface', 'write github', 'write huggingface'],
    failure: undefined,
    states: ['written', 'written'],
  })
})

test('a head that nothing is written to is read before the other one is', async () => {
  const hub = assemble({ ...histories, moved: ['github'], edits: { huggingface: toHub } })
  expect((await apply(hub)).log).toEqual(['read github', 'write huggingface'])
})

test('what is ready when a file cannot be read is sent all the same, and the failure tells why', async () => {
  const made: PlannedEdit = { ...planned('huggingface', 'made.bin', 'made'), store: 'lfs' }
  const entry = { mode: '100644', oid: 'gone', byteLength: 9, lfs: null } as const
  const unread: PlannedEdit = {
    ...planned('huggingface', 'unread.bin', 'x'),
    store: 'lfs',
    content: { side: 'github', commit: 'head', path: 'unread.bin', entry },
  }
  const hub = assemble({ ...histories, moved: ['github'], edits: { huggingface: [made, unread] } })
  const failure = new Error('the disk of the service is full')
  const readContent = () => Promise.reject(failure)
  expect(await apply(hub, { readContent })).toEqual({
    log: ['send huggingface made.bin'],
    failure,
    states: ['nothing to write', 'not written'],
  })
})

test('files that become objects are sent in batches as large as the service takes, so that a run that ends has sent what it has read', async () => {
  const { objectsMax } = capabilities
  const made = Array.from({ length: objectsMax + 1 }, (_, index): PlannedEdit => ({
    ...planned('huggingface', `${index}.bin`, `${index}`),
    store: 'lfs',
  }))
  const { log } = await apply(assemble({ ...histories, moved: ['github'], edits: { huggingface: made } }))
  const sent = log.filter((line) => line.startsWith('send')).map((line) => line.split(' ').length - 2)
  expect([sent, log.slice(-2)]).toEqual([
    [objectsMax, 1],
    ['read github', 'write huggingface'],
  ])
})
