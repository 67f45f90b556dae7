/** Two runs at once. */
import { describe } from 'vitest'
import { describeInterleavings } from './describe-interleavings.ts'
import { alike, unlike } from './runs.ts'
import { exploreSwitches } from './schedules.ts'

describe('the same run twice', () => {
  const explore = () => exploreSwitches([0])
  describeInterleavings('the same run twice', alike, { explore, randomMax: 100, every: 15 })
})

describe('two runs of different kinds', () => {
  const explore = () => exploreSwitches([0, 1])
  describeInterleavings('two runs of different kinds', unlike, { explore, randomMax: 100, every: 11 })
})
