/** People who write, and owners who take commits back, at the worst moment: before any request of a run. */
import { describe, expect, test } from 'vitest'
import { otherSide, sides } from '../../lib/model/sides.ts'
import { isLong } from '../random.ts'
import { act, contents, heads, startMirrored } from './mirror-setup.ts'
import { expectFinished, lines, measure, merged, settings, startWorld } from './moved-world.ts'

describe.each(Object.entries(settings).slice(0, 2))('both services %s', (_, options) => {
  test.each(sides)('an owner takes a commit of GitHub back before any request to %s: it stays away', async (side) => {
    const { requests } = await measure(options)
    const undone: string[] = []
    for (let number = 1; number <= requests[side]; number++) {
      const { pair, base, edit, from } = await startWorld(options)
      pair[side].faults.push({
        on: from[side] + number,
        when: 'before',
        act: () => {
          pair.github.forcePush('main', base)
        },
      })
      const ran = await pair.run()
      expect([0, 1, 3], `${side} ${number}: ${ran.err}`).toContain(ran.exitCode)
      if (pair.github.store.readAncestors(pair.github.head('main')!).has(edit))
        undone.push(pair[side].requests[from[side] + number - 1]!.method)
      expect(contents(pair, 'huggingface')['README.md']).toContain('on the Hub')
    }
    // A fast-forward compares with nothing: between the last look and the move there is a gap, where updateRefs has
    // none.
    expect(undone).toEqual(options.github?.switches?.updateRefs === 'forbidden' && side === 'github' ? ['PATCH'] : [])
  })
})

test('an owner takes the only new commit back before any request to GitHub: it does not reach the Hub', async () => {
  const run = async (number: number | null) => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
    const base = pair.github.head('main')!
    act(pair, 'github', { 'secret.txt': 'secret\n', 'b.txt': null })
    const from = pair.github.requests.length
    if (number !== null)
      pair.github.faults.push({
        on: from + number,
        when: 'before',
        act: () => {
          pair.github.forcePush('main', base)
        },
      })
    expect((await pair.run()).exitCode, `${number}`).toBe(0)
    return { requests: pair.github.requests.length - from, files: contents(pair, 'huggingface') }
  }
  const { requests, files } = await run(null)
  expect([Object.keys(files), requests > 3]).toEqual([['a.txt', 'secret.txt'], true])
  for (let number = 1; number <= requests; number++)
    expect((await run(number)).files, `${number}`).toEqual({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
})

describe('somebody writes before any request', () => {
  const writers: Record<
    string,
    { files: Record<string, string>; expected: Record<string, string>; requestsMax: number }
  > = {
    'another file': { files: { 'w.txt': 'w\n' }, expected: { 'w.txt': 'w\n' }, requestsMax: 2 },
    'a file that both add': { files: { 'g.txt': 'g\n', 'h.txt': 'h\n' }, expected: {}, requestsMax: 6 },
  }
  describe.each(Object.entries(writers))('%s', (name, { files, expected, requestsMax }) => {
    const way = Object.keys(writers).indexOf(name)
    test.each(sides)('on the other side than %s, which is asked', async (asked) => {
      const written = otherSide[asked]
      const { requests } = await measure()
      for (let number = 1; number <= requests[asked]; number++) {
        // One of both writers before each request; `npm run test:random` has both.
        if (!isLong && (number + way) % 2 !== 0) continue
        const { pair, from } = await startWorld()
        pair[asked].faults.push({
          on: from[asked] + number,
          when: 'before',
          act: () => {
            act(pair, written, files, 'Write')
          },
        })
        const ran = await pair.run()
        expect(ran.exitCode, `${number}: ${ran.out}${ran.err}`).toBe(0)
        await expectFinished(pair, { ...merged, ...expected }, requestsMax)
      }
    })
  })

  test.each(sides)(
    'on the line that was changed on the other side, on %s: a conflict or an edit on top, and no text is lost',
    async (written) => {
      const { requests } = await measure()
      const other = otherSide[written]
      const line = written === 'github' ? 15 : 3
      const was = written === 'github' ? 'on the Hub' : 'on GitHub'
      for (let number = 1; number <= requests[written]; number++) {
        const { pair, from } = await startWorld()
        const write = () => {
          const now = pair[written].files('main').get('README.md')!.content.toString().split('\n')
          now[line] = 'by carol'
          act(pair, written, { 'README.md': now.join('\n') }, 'Write')
        }
        pair[written].faults.push({ on: from[written] + number, when: 'before', act: write })
        expect([0, 2]).toContain((await pair.run()).exitCode)
        const after = heads(pair)
        const again = await pair.run()
        expect([0, 2]).toContain(again.exitCode)
        expect(contents(pair, written)['README.md']).toContain('by carol')
        if (again.exitCode === 2) {
          expect([heads(pair), contents(pair, other)['README.md']]).toMatchObject([after, expect.stringContaining(was)])
          expect((await pair.run('--take', `README.md=${written}`)).exitCode).toBe(0)
        }
        await expectFinished(pair, {
          ...merged,
          'README.md': lines({ 3: 'on GitHub', 15: 'on the Hub', [line]: 'by carol' }),
        })
      }
    },
  )
})
