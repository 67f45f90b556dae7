import { transform } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { apply, listSites, weave } from './generate.ts'
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

describe('small mistakes', () => {
  const code = [
    'export const of = (a: number, all: readonly number[]): string => {',
    '  let text = ""',
    '  for (const one of all) if (one === 9) return "nine"',
    "  if (a === 1 || !all.some((one) => one > 2)) text = `${a}, ${all.filter((one) => one > 1).join(', ')}`",
    '  return text',
    '}',
  ].join('\n')
  const sites = listSites(code)

  test('are made by rule, and never of types, names and imports', () => {
    expect(sites.map(({ start, end, instead }) => `${code.slice(start, end)} => ${instead}`)).toEqual([
      'one === 9 => true',
      'one === 9 => false',
      'one === 9 => (one) !== (9)',
      '"nine" => \'\'',
      'a === 1 || !all.some((one) => one > 2) => true',
      'a === 1 || !all.some((one) => one > 2) => false',
      'a === 1 || !all.some((one) => one > 2) => (a === 1) && (!all.some((one) => one > 2))',
      'a === 1 => (a) !== (1)',
      '!all.some((one) => one > 2) => all.some((one) => one > 2)',
      'all.some((one) => one > 2) => all.every((one) => one > 2)',
      'one > 2 => (one) >= (2)',
      "text = `${a}, ${all.filter((one) => one > 1).join(', ')}` => ;",
      "`${a}, ${all.filter((one) => one > 1).join(', ')}` => ''",
      'all.filter((one) => one > 1) => all',
      'one > 1 => (one) >= (1)',
      "', ' => ''",
    ])
    expect(listSites("import type { A } from './a.ts'\nexport type B = A | 'b'\n")).toEqual([])
  })

  test('stand side by side in one text, of which each counts alone, or none', async () => {
    const text = weave(code, [...sites.entries()], 'globalThis.isHere')
    const load = async (source: string) => {
      const { code: js } = await transform(source, { loader: 'ts', format: 'esm' })
      return (await import(`data:text/javascript,${encodeURIComponent(js)}`)) as {
        of: (a: number, b: number[]) => string
      }
    }
    const woven = await load(text)
    let active = -2
    Object.assign(globalThis, { isHere: (number: number) => number === active })
    const cases: [number, number[]][] = [
      [1, [3]],
      [2, [1, 2]],
      [2, [2, 3]],
      [1, [1, 3, 4]],
    ]
    const run = ({ of }: typeof woven) => cases.map(([a, all]) => of(a, all))
    expect(run(woven)).toEqual(run(await load(code)))
    for (const [number, site] of sites.entries()) {
      active = number
      expect(run(woven), site.instead).toEqual(run(await load(apply(code, site))))
    }
  })
})
