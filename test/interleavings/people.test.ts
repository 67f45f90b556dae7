/** A run, or two, and a person. */
import { describe } from 'vitest'
import { describeInterleavings } from './describe-interleavings.ts'
import { crowds, once, twice } from './people.ts'
import { explorePlaces } from './schedules.ts'

describe('a person does one thing', () => {
  const explore = () => explorePlaces(1)
  describeInterleavings('a run and one thing', once, { explore, randomMax: 40, every: 26 })
})

describe('a person does two things', () => {
  const explore = () => explorePlaces(2)
  describeInterleavings('a run and two things', twice, { explore, randomMax: 100, every: 7 })
})

describe('two runs, and a person', () => {
  describeInterleavings('two runs and one thing', crowds, { explore: null, randomMax: 300, every: 15 })
})
