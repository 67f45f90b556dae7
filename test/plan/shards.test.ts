/** How the objects of a plan are shared out: laws over drawn plans, and the shares that people may type. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseShare } from '../../lib/cli/limits.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { cutShares, formatShare, isInShare, partsMax, type Share } from '../../lib/plan/shards.ts'
import fc, { runs } from '../random.ts'
import { formatTable } from './terabyte.ts'

const oidOf = (number: number) => createHash('sha256').update(String(number)).digest('hex')
const objectsOf = (lengths: readonly number[], first = 0) =>
  lengths.map((byteLength, index) => ({ oid: oidOf(first + index), byteLength }))
const planOf = (github: readonly number[], huggingface: readonly number[] = []): Pick<Plan, 'objects' | 'commits'> => ({
  objects: { github: objectsOf(github), huggingface: objectsOf(huggingface, github.length) },
  commits: { github: [], huggingface: [] },
})
const listAll = ({ objects }: Pick<Plan, 'objects'>) => [...objects.github, ...objects.huggingface]
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const inside = (plan: Pick<Plan, 'objects'>, share: Share) => listAll(plan).filter(({ oid }) => isInShare(oid, share))

const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 40_000_000_000 })), {
  maxLength: 120,
})
const later = Array.from({ length: 20 }, (_, index) => oidOf(-index - 1))
const machines = fc.integer({ min: 1, max: 256 })
const check = (law: (plan: Pick<Plan, 'objects' | 'commits'>, most: number) => void) =>
  fc.assert(
    fc.property(lengths, lengths, machines, (some, others, most) => law(planOf(some, others), most)),
    { numRuns: runs(60) },
  )

describe('whatever is sent', () => {
  test('each object is in one share, and so is whatever comes later', () => {
    check((plan, most) => {
      const shares = cutShares(plan, most)
      const names = [...listAll(plan).map(({ oid }) => oid), ...(shares.length > 0 ? later : [])]
      expect(names.filter((name) => shares.filter((share) => isInShare(name, share)).length !== 1)).toEqual([])
    })
  })

  test('there are no more shares than machines, and none has nothing to do', () => {
    check((plan, most) => {
      const shares = cutShares(plan, most)
      expect(shares.length).toBeLessThanOrEqual(most)
      expect(shares.length > 0).toBe(listAll(plan).length > 0)
      expect(shares.filter((share) => inside(plan, share).length === 0)).toEqual([])
    })
  })

  test('no share has much more than twice its part of the bytes or of the objects, one object aside', () => {
    check((plan, most) => {
      const all = listAll(plan)
      const [bytes, count] = [sum(all.map(({ byteLength }) => byteLength)), all.length]
      // Fewer machines than there are have to do where that is enough.
      const used = Math.min(most, Math.ceil(bytes / 1e9 + count / 100))
      for (const share of cutShares(plan, most)) {
        const own = inside(plan, share)
        const part = sum(own.map(({ byteLength }) => byteLength)) / bytes + own.length / count
        const largest = Math.max(...all.map(({ byteLength }) => byteLength)) / bytes + 1 / count
        expect(part).toBeLessThanOrEqual(2 / used + largest + 1e-6)
      }
    })
  })

  test('the order in which objects are listed means nothing', () => {
    check(({ objects, commits }, most) => {
      const turned = { github: objects.huggingface.toReversed(), huggingface: objects.github.toReversed() }
      expect(cutShares({ objects: turned, commits }, most)).toEqual(cutShares({ objects, commits }, most))
    })
  })
})

describe('so many shares', () => {
  test.each<[what: string, lengths: number[], most: number, shares: number]>([
    ['none for nothing', [], 8, 0],
    ['one for a few small objects', Array<number>(50).fill(1_000), 8, 1],
    ['as many as there are hundreds of small ones', Array<number>(250).fill(1_000), 8, 3],
    ['one for each large object', Array<number>(5).fill(5e9), 8, 5],
    ['one for all', Array<number>(5).fill(5e9), 1, 1],
  ])('%s', (_, given, most, shares) => {
    expect(cutShares(planOf(given), most)).toHaveLength(shares)
  })

  test('a huge object has a share for itself, and the others are shared out evenly', () => {
    const plan = planOf([500e9, ...Array<number>(99).fill(2e9)])
    const bytes = cutShares(plan, 8).map((share) => sum(inside(plan, share).map(({ byteLength }) => byteLength)))
    expect([Math.max(...bytes), bytes.filter((one) => one > 60e9).length]).toEqual([500e9, 1])
  })

  test('a thousand objects on 16 machines are nearly even, in bytes and in number', () => {
    const plan = planOf(Array.from({ length: 1_000 }, (_, index) => 5e8 + (index % 7) * 1e8))
    const own = cutShares(plan, 16).map((share) => inside(plan, share))
    const bytes = own.map((objects) => sum(objects.map(({ byteLength }) => byteLength)))
    expect(own).toHaveLength(16)
    expect(Math.max(...bytes) / (sum(bytes) / 16)).toBeLessThan(1.05)
    expect(Math.max(...own.map(({ length }) => length)) / (1_000 / 16)).toBeLessThan(1.1)
  })
})

test('the table of the docs is what the model comes to', () => {
  const page = readFileSync(new URL('../../.github/docs/large-data.md', import.meta.url), 'utf8')
  const [, table] = /^\| files \| machines .*\n\| ---.*\n((?:\|.*\n)+)/m.exec(page) ?? []
  expect(table?.trim().split('\n')).toEqual(formatTable())
})

test('a share is typed as it is printed, and equal parts need no plan', () => {
  const shares = cutShares(planOf(Array<number>(40).fill(5e9)), 8)
  expect([shares.length, shares.map((share) => parseShare(formatShare(share)))]).toEqual([8, shares])
  expect([shares[0]!.from, shares.at(-1)!.to]).toEqual([1, partsMax])
  const eighths = Array.from({ length: 8 }, (_, index) => parseShare(`${index + 1}/8`)!)
  const counts = eighths.map((share) => inside(planOf(Array<number>(800).fill(1)), share).length)
  expect([sum(counts), counts.every((one) => one > 60 && one < 140)]).toEqual([800, true])
  expect(isInShare('ffffffff', { from: partsMax, to: partsMax, of: partsMax })).toBe(true)
})
