/** Faults that are planted in all runs, by what they send and what they are told: the explorer has to find each of them. */
import { expect, test } from 'vitest'
import { Response } from '../hubs/message.ts'
import type { Actor, Spoil } from './gate.ts'
import { judgeOrder } from './judge.ts'
import { openMeeting, type Opened } from './meeting.ts'
import { another } from './people.ts'
import { moved } from './places.ts'
import { explorePlaces, exploreSwitches, followSegments, type Explored, type Segment } from './schedules.ts'

/** Changes the text of what a run sends. */
const rewriting =
  (change: (text: string) => string): Spoil =>
  (send) =>
  (input, init) => {
    const body = init?.body
    const text = typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : null
    return send(input, text === null ? init : { ...init, body: change(text) })
  }

/** The head that a history of GitHub's began with counts for the whole run. */
const trustListing: Spoil = (send) => {
  let head: string | null = null
  return async (input, init) => {
    const answer = await send(input, init)
    const url = String(input)
    const isListing = url.includes('/repos/acme/corpus/commits?')
    if (!isListing && !url.includes('/git/ref/heads')) return answer
    const value = JSON.parse(await answer.text())
    if (isListing) head ??= value[0].sha
    else value.object.sha = head ?? value.object.sha
    return new Response(JSON.stringify(value), answer)
  }
}

/** The first order that goes wrong; null where none does. */
async function findWrong(opened: Opened, orders: Explored): Promise<readonly Segment[] | null> {
  for (let next = orders.next(); !next.done;) {
    const { wrong, trace } = await judgeOrder(opened, followSegments(next.value), () => {})
    if (wrong !== null) return next.value
    next = orders.next(trace)
  }
  return null
}

const plain: Actor = { argv: [] }

test.each<[what: string, other: Actor, orders: Explored, spoil: Spoil]>([
  [
    "the Hub's compare-and-swap is dropped",
    { acts: [another('huggingface')] },
    explorePlaces(1, 20),
    rewriting((text) => text.replace(/,?"parentCommit":"[0-9a-f]{40}"/, '')),
  ],
  [
    "GitHub's is, and the branch is forced",
    { acts: [another('github')] },
    explorePlaces(1),
    rewriting((text) => text.replace(/"beforeOid":"[0-9a-f]{40}",/, '').replace('"force":false', '"force":true')),
  ],
  ['a head is not read again', plain, exploreSwitches([0]), trustListing],
])('%s: an order shows it, and goes well without the fault', async (_, other, orders, spoil) => {
  const meeting = { name: 'planted', scenario: moved, actors: [plain, other], clean: [] }
  const found = await findWrong(await openMeeting({ ...meeting, spoil }), orders)
  expect(found).not.toBeNull()
  const { wrong } = await judgeOrder(await openMeeting(meeting), followSegments(found!), () => {})
  expect(wrong).toBeNull()
})
