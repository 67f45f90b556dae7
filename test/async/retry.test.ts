/** What looking again and trying again come to, and what they wait. */
import { describe, expect, test } from 'vitest'
import { lookUntil, retry } from '../../lib/async/retry.ts'

/** Gives or throws one after the other, and notes the waits between. */
function script<T>(...steps: (T | Error)[]) {
  const waits: number[] = []
  const sleep = async (ms: number) => void waits.push(ms)
  const work = async () => {
    const step = steps.shift()!
    if (step instanceof Error) throw step
    return step
  }
  return { waits, sleep, work, steps }
}

const passing = new Error('it may pass')
const mayPass = (error: Error) => error === passing
const look = ({ work, sleep }: ReturnType<typeof script<number>>, waitsMs = [10, 20]) =>
  lookUntil(work, (seen) => seen > 2, { waitsMs, sleep, mayPass })

describe('looking until it is settled', () => {
  test('ends with the first look that is, and waits before each other one', async () => {
    const scene = script(1, 2, 3, 4)
    expect(await look(scene)).toBe(3)
    expect(scene.waits).toEqual([10, 20])
    expect(scene.steps).toEqual([4])
  })

  test('gives what the last look saw where none is', async () => {
    const scene = script(0, 1, 2, 3)
    expect(await look(scene)).toBe(2)
    expect(scene.steps).toEqual([3])
  })

  test('looks once where there is nothing to wait', async () => {
    const scene = script(0, 1)
    expect(await look(scene, [])).toBe(0)
    expect(scene.waits).toEqual([])
  })

  test('looks again after an error that may pass, and throws that of the last look alone', async () => {
    expect(await look(script<number>(passing, 3))).toBe(3)
    expect(await look(script<number>(passing, passing, 1))).toBe(1)
    await expect(look(script<number>(1, 1, passing))).rejects.toBe(passing)
  })

  test('throws any other error at once', async () => {
    const scene = script<number>(new Error('no'), 3)
    await expect(look(scene)).rejects.toThrow('no')
    expect(scene.steps).toEqual([3])
  })
})

describe('trying again', () => {
  test('tells each attempt its number, and ends where there is no wait after a failure', async () => {
    const { sleep, waits } = script()
    const attempts: number[] = []
    const work = async (attempt: number) => {
      attempts.push(attempt)
      throw new Error(`failure ${attempt}`)
    }
    const waitAfter = (_: Error, attempt: number) => (attempt < 3 ? attempt * 100 : null)
    await expect(retry(work, { attemptsMax: 9, sleep, waitAfter })).rejects.toThrow('failure 3')
    expect([attempts, waits]).toEqual([
      [1, 2, 3],
      [100, 200],
    ])
  })
})
