/** Whichever two services are mirrored, messages call each by its own name. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatJson } from '../../lib/cli/report-json.ts'
import { formatRun } from '../../lib/cli/report-run.ts'
import { formatWritten } from '../../lib/cli/report.ts'
import { formatSummary } from '../../lib/cli/summary.ts'
import { servicesOf } from '../../lib/model/capabilities.ts'
import { RemoteError } from '../../lib/model/errors.ts'
import { otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { formatVerification } from '../../lib/report/verification-text.ts'
import type { RunOptions } from '../../lib/run/mirror.ts'
import { verifySides } from '../../lib/run/verify.ts'
import { InterruptedError } from '../../lib/run/written.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { unlimited } from '../cli/plans.ts'
import { look } from '../cli/printed.ts'
import { pairings, run, type Edits, type Players } from './line-pairs.ts'

const cost = {
  requests: { github: 1, huggingface: 2 },
  bytes: { downloaded: 3, uploaded: 4 },
  elapsedMs: 5,
  ...unlimited,
}
const many: Edits = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`d/${index}.txt`, `${index}\n`]))
const gone: Edits = Object.fromEntries(Object.keys(many).map((path) => [path, null]))

/** All that a run says: for the terminal, as data, for the workflow's page, and what it warns of on its way. */
async function tell(players: Players, options: Partial<RunOptions> = {}): Promise<string> {
  const said: string[] = []
  const hear = (message: string) => void said.push(message)
  try {
    const ran = await run(players, { audience: { warn: hear, note: hear }, ...options })
    said.push(
      formatRun(ran, cost, look, { argv: [], diff: false }),
      formatJson(ran, cost),
      formatSummary(ran, cost, { argv: [], nowMs: 0, workflowUrl: null }),
    )
  } catch (error) {
    said.push((error as Error).message)
    if (error instanceof InterruptedError) said.push(formatWritten(error.written, error.services))
  }
  return said.join('\n')
}

async function verify({ connect }: Players): Promise<string> {
  const remotes = connect()
  const found = await verifySides(remotes, { filters: noFilters, lfsHome: { store: null, remembers: null } }, () =>
    Promise.resolve(),
  )
  return formatVerification(found, servicesOf(remotes))
}

/** A mirrored pair; `line` is the side of the line in memory that can be told to fail. */
interface World {
  readonly players: Players
  readonly line: Side
}

/** What is said, and a sentence of it with both names put in: `{line}` and `{other}`. */
const situations: Readonly<Record<string, { readonly says: string; readonly act: (world: World) => Promise<string> }>> =
  {
    'a plan': {
      says: 'To {other} in 1 commit: 1 new',
      act: ({ players, line }) => {
        players.sides[line].commit({ 'new.txt': 'n\n' })
        return tell(players, { dryRun: true })
      },
    },
    'a run': {
      says: '{other} is at ',
      act: ({ players, line }) => {
        players.sides[line].commit({ 'new.txt': 'n\n' })
        return tell(players)
      },
    },
    'a run that fails after the first side was written': {
      says: 'the service is away',
      act: ({ players }) => {
        for (const side of sides) players.sides[side].commit({ [`${side}.txt`]: 'n\n' })
        players.line.failure = new RemoteError('the service is away')
        return tell(players)
      },
    },
    'a conflict': {
      says: '[{line}](<',
      act: ({ players }) => {
        for (const side of sides) players.sides[side].commit({ 'a.txt': `${side}\n` })
        return tell(players)
      },
    },
    'many deletions': {
      says: '{line} deleted 24 of 25 mirrored files',
      act: ({ players, line }) => {
        players.sides[line].commit(gone)
        return tell(players)
      },
    },
    'a side without any file': {
      says: 'that would empty {other}',
      act: ({ players, line }) => {
        players.sides[line].commit({ ...gone, 'a.txt': null })
        return tell(players)
      },
    },
    'a side that is made equal to the other': {
      says: 'Making {line} equal to {other} would delete 54 of ',
      act: ({ players, line }) => {
        const more = Array.from({ length: 30 }, (_, index) => [`${index}.txt`, 'n\n'] as const)
        players.sides[line].commit(Object.fromEntries(more))
        players.sides[otherSide[line]].commit(gone)
        return tell(players, { init: otherSide[line] })
      },
    },
    'a history that was taken back': {
      says: '{other} commit ',
      act: async ({ players, line }) => {
        const before = players.sides[line].head()!
        players.sides[line].commit({ 'new.txt': 'n\n' })
        await tell(players)
        players.line.branches.set('main', before)
        players.sides[line].commit({ 'another.txt': 'n\n' })
        return tell(players)
      },
    },
    'a history that is too long': {
      says: 'commits of {line}, and older ones are not searched',
      act: ({ players, line }) => {
        for (let count = 0; count < 12; count += 1) players.sides[line].commit({ 'a.txt': `${count}\n` })
        return tell(players, { historyMax: 1 })
      },
    },
    'a branch that is missing': {
      says: '{line} has no branch of that name',
      act: async ({ players }) => {
        players.line.branches.delete('main')
        players.line.branches.set('unrelated', players.line.commit({ 'another.txt': 'n\n' }))
        players.line.branches.delete('main')
        return tell(players)
      },
    },
    'a comparison of both': {
      says: 'its LFS object is missing on {line}',
      act: async ({ players, line }) => {
        players.sides[otherSide[line]].commit({ 'large.csv': 'a long line of text\n'.repeat(60_000) })
        await tell(players)
        players.line.objects.clear()
        return verify(players)
      },
    },
  }

describe.each(pairings)('$name', ({ open }) => {
  let world: World
  let services: Sides<string>
  beforeEach(async () => {
    const players = await open()
    players.sides.github.commit({ ...many, 'a.txt': 'one\n' }, 'Begin')
    expect((await run(players)).status).toBe('mirrored')
    services = servicesOf(players.connect())
    world = { players, line: sides.find((side) => services[side] === `Line ${players.line.name}`)! }
  })
  afterEach(() => world.players.close())

  test.each(Object.entries(situations))('%s names both sides rightly', async (_, { says, act }) => {
    const said = await act(world)
    const [line, other] = [services[world.line], services[otherSide[world.line]]]
    expect(said).toContain(says.replace('{line}', line).replace('{other}', other))
    const named = new Set(said.match(/\b(?:GitHub|Hugging Face|(?:the )?Hub)\b/g))
    expect([...named].filter((name) => name !== other)).toEqual([])
  })
})
