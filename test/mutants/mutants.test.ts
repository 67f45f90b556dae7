import { expect, test } from 'vitest'
import { explainStale, judgeMutants } from './judge.ts'
import { mutants } from './table.ts'

test('each mutant still has its place in the code, and the test that it names is there', () => {
  expect(mutants.flatMap((mutant) => explainStale(mutant) ?? [])).toEqual([])
  expect(new Set(mutants.map(({ file, text, instead }) => JSON.stringify([file, text, instead]))).size).toBe(
    mutants.length,
  )
})

test('a mutant whose place is gone, whose test is gone, or that changes nothing, is told', () => {
  const [mutant] = mutants
  expect(explainStale({ ...mutant!, text: 'nowhere' })).toContain('holds 0 times')
  expect(explainStale({ ...mutant!, instead: mutant!.text })).toBe('it changes nothing')
  expect(explainStale({ ...mutant!, killer: [mutant!.killer[0], 'no such test'] })).toContain('has no test')
})

test('a sample of `npm run test:mutants` is killed, and those that no test notices or whose test never ran are told', async () => {
  const sample = mutants.filter(({ killer }) => killer[0] === 'http/redirect').slice(0, 3)
  expect(sample).toHaveLength(3)
  const [one] = sample
  const harmless = { ...one!, instead: `${one!.text} // the same` }
  const unnamed = { ...one!, killer: [one!.killer[0], 'no such test'] as const }
  expect(await judgeMutants([...sample, harmless, unnamed])).toEqual([
    expect.stringMatching(/^no test of .* ran: no such test$/),
    expect.stringMatching(/^alive: /),
    expect.stringMatching(/^alive: /),
  ])
})
