/**
 * A run in which the form of the card changes, or both sides edit it, is cut at each write. The next runs finish it,
 * with the same cards as a run that nothing cuts. `npm test` cuts before one write and after the next one, `npm run
 * test:random` on both sides of each.
 */
import { expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import type { Fault } from '../hubs/hub.ts'
import { copyPair, startPair, type Pair } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act } from '../run/mirror-setup.ts'
import { block, cards, mode } from './card-setup.ts'

const other = '---\nlicense: gpl\n---\n'
const body = '# Corpus\n\na\n\nb\n\nc\n'

/** Mirrored with these options, and then edited on both sides. */
async function begin(argv: readonly string[], edits: boolean): Promise<Pair> {
  const pair = startPair()
  act(pair, 'huggingface', { 'README.md': block + body, 'a.txt': 'a\n' }, 'Begin')
  expect((await pair.run(...argv)).exitCode).toBe(0)
  if (edits) {
    const above = argv.length === 0 ? block : ''
    act(pair, 'github', { 'README.md': above + body.replace('a', 'A'), 'g.txt': 'g\n' })
    act(pair, 'huggingface', { 'README.md': other + body.replace('c', 'C'), 'h.txt': 'h\n' })
  }
  return pair
}

/** The run gets no further: from here on everything is refused, before the request has its effect, or after it. */
function cut(pair: Pair, side: Side, number: number, when: Fault['when']): void {
  let isCut = false
  const begins = (one: Side, now: number) => one === side && now === number && (isCut = true)
  for (const one of sides)
    pair[one].faults.push(
      {
        on: (_, now) => isCut || (when === 'before' && begins(one, now)),
        when: 'before',
        act: { status: 401 },
        times: 99,
      },
      { on: (_, now) => when === 'after' && begins(one, now), when: 'after', act: { status: 401 } },
    )
}

const worlds: readonly [string, readonly string[], readonly string[], boolean][] = [
  ['the mode is on, and both sides edited', mode, mode, true],
  ['the mode is turned on', [], mode, false],
  ['the mode is turned on, and both sides edited', [], mode, true],
  ['the mode is turned off', mode, [], false],
  ['the mode is turned off, and both sides edited', mode, [], true],
]

test.each(worlds)('%s', async (_, before, now, edits) => {
  const world = await begin(before, edits)
  const whole = copyPair(world)
  expect((await whole.run(...now)).exitCode).toBe(0)
  const expected = cards(whole)
  for (const side of sides)
    for (const { number, method, url } of whole[side].requests) {
      // A run that is cut at a read has only not come to the next write yet.
      if (method === 'GET' || url.includes('/paths-info/')) continue
      for (const when of ['before', 'after'] as const) {
        if (!isLong && (number % 2 === 0) !== (when === 'after')) continue
        const pair = copyPair(world)
        cut(pair, side, number, when)
        const where = `${when} ${method} ${url}`
        expect((await pair.run(...now)).exitCode, where).not.toBe(0)
        for (const one of sides) pair[one].faults.length = 0
        const again = await pair.run(...now)
        expect([again.exitCode, ...cards(pair)], where + again.out + again.err).toEqual([0, ...expected])
        const last = await pair.run(...now)
        expect([last.exitCode, last.requests], where + last.out + last.err).toEqual([0, 2])
      }
    }
})
