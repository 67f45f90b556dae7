import { describe, expect, test } from 'vitest'
import { capabilities as ofGithub } from '../../lib/github/capabilities.ts'
import { capabilities as ofHub } from '../../lib/huggingface/capabilities.ts'
import { rolesOf } from '../../lib/model/capabilities.ts'

const can = (merges: boolean, atomic: boolean) => ({ capabilities: { merges, atomic } })

describe('the side that is written first', () => {
  test.each([
    ['tells ancestry, whatever else the other one can do', can(true, false), can(false, true)],
    ['shows nothing before its branch moves, where neither tells ancestry', can(false, true), can(false, false)],
    ['shows nothing before its branch moves, where both tell ancestry', can(true, true), can(true, false)],
  ])('%s, in either place', (_, able, other) => {
    expect(rolesOf({ github: able, huggingface: other })).toEqual({ first: 'github', second: 'huggingface' })
    expect(rolesOf({ github: other, huggingface: able })).toEqual({ first: 'huggingface', second: 'github' })
  })

  test('is the one that is named first, where both can do the same', () => {
    for (const alike of [can(true, true), can(false, false)])
      expect(rolesOf({ github: alike, huggingface: alike }).first).toBe('github')
  })

  test('is GitHub, beside Hugging Face', () => {
    expect(rolesOf({ github: { capabilities: ofGithub }, huggingface: { capabilities: ofHub } }).first).toBe('github')
  })
})
