import { expect, test } from 'vitest'
import { formatOptions } from '../../lib/cli/arguments.ts'
import { named, parse, refusal } from './parsed-options.ts'

test('patterns of a variable stand one a line before those of the flag, without comments', () => {
  const env = { MIRROR_EXCLUDE: '# litter\n*.log\r\n\n*.tmp\n', MIRROR_INCLUDE: 'data' }
  expect(parse(['--exclude', '!keep.log'], env).filters).toMatchObject({
    include: ['data'],
    exclude: ['*.log', '*.tmp', '!keep.log'],
  })
})

test('arguments of a run of the same kind have them all', () => {
  const argv = ['--include=data', '--exclude=-x', '--exclude=a b']
  expect(formatOptions(parse(argv))).toEqual(expect.arrayContaining(argv))
  expect(parse(formatOptions(parse(argv))).filters).toEqual(parse(argv).filters)
})

test.each([
  ['--exclude', '# a comment'],
  ['--exclude', ''],
  ['--include', '['],
  ['--include', '/'],
])('%s %j is refused, since it fits nothing', (flag, text) => {
  expect(refusal([flag, text])).toBe(
    `Cannot use ${flag} ${JSON.stringify(text)}: it is no pattern as .gitignore has them, or one that fits nothing`,
  )
})

test('a line of several patterns, or one in quotation marks, is refused, since it would leave nothing out', () => {
  for (const text of ['*.log *.tmp', '*.log, *.tmp', '*.log,*.tmp', 'data/ tmp/', 'data/, tmp', `'*.log'`, '"a b"'])
    for (const read of [() => refusal(['--exclude', text]), () => refusal([], { ...named, MIRROR_EXCLUDE: text })])
      expect(read()).toContain('it would be one pattern, marks and blanks included. Give each one alone')
  for (const text of [
    'my notes/',
    '**/my data/*.csv',
    'draft *.md',
    'Smith, John*',
    '*.log\\ *.tmp',
    '*.log[,]*',
    `it's`,
  ])
    expect(parse(['--exclude', text]).filters.exclude).toEqual([text])
})

test('what would let nothing in, and two patterns in one, are refused', () => {
  expect(refusal(['--include', '!a'])).toContain('only negative patterns let nothing in')
  expect(refusal(['--exclude', 'a\nb'])).toContain('give each pattern a flag of its own')
})

test('where front matter stands is said by the option, or by its variable', () => {
  const keeps = (argv: readonly string[], variables = {}) => parse(argv, variables).filters.frontMatter
  expect(keeps([])).toBe(false)
  expect(keeps(['--front-matter', 'huggingface'])).toBe(true)
  expect(keeps([], { MIRROR_FRONT_MATTER: 'huggingface' })).toBe(true)
  expect(keeps(['--front-matter', 'both'], { MIRROR_FRONT_MATTER: 'huggingface' })).toBe(false)
  expect(() => keeps(['--front-matter', 'hub'])).toThrow(
    'Cannot use --front-matter "hub": it is both or huggingface; did you mean huggingface?',
  )
  expect(keeps(formatOptions(parse(['--front-matter', 'huggingface'])))).toBe(true)
})
