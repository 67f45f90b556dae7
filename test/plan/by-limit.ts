import { expect } from 'vitest'
import { countedAgain, type Limits, type Requests } from '../../lib/model/guesses.ts'
import { sides, type Sides } from '../../lib/model/sides.ts'
import type { Ran } from '../hubs/pair.ts'

/**
 * Holds what the plan of a run with `--json` and `--log=json` tells of each limit against what was asked after it; what was read to look into files is not read again.
 */
export function expectByLimit({ out, err }: Ran): void {
  const { forecast, limits, data } = JSON.parse(out) as {
    forecast: { requests: Sides<Requests> }
    limits: Sides<Limits>
    data: { spared: number } | null
  }
  const plan = err.split('\n').find((line) => line.includes('"event":"plan"'))
  const before = (JSON.parse(plan!) as { limits: Sides<Limits> }).limits
  for (const side of sides)
    for (const name of new Set([...Object.keys(forecast.requests[side]), ...Object.keys(limits[side])])) {
      if (name === 'other' || countedAgain.has(name)) continue
      const made = (limits[side][name]?.asked ?? 0) - (before[side][name]?.asked ?? 0)
      const told = forecast.requests[side][name] ?? 0
      const room = Math.max(3, made * 0.2)
      const what = `${side} ${name}: ${told} told, ${made} made`
      expect(told, what).toBeLessThanOrEqual(made + room + (data?.spared ?? 0))
      expect(told, what).toBeGreaterThanOrEqual(made - room)
    }
}
