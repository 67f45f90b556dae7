/** Two pairs of repositories in one command: one that fails leaves the other alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { StoppedError } from '../../lib/model/errors.ts'
import { Request } from '../hubs/message.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { act } from '../run/mirror-setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'pairs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const config = join(folder, 'hubmirror.yml')
writeFileSync(
  config,
  `pairs:
  one:
    github: acme/corpus
    hf: datasets/acme/corpus
  two:
    github: acme/second
    hf: datasets/acme/second
`,
)

/** Two pairs that answer at the services' own addresses, each for its repositories; both lack a file on one side. */
function startTwo() {
  const one = startPair()
  const two = startPair({ github: { name: 'acme/second' }, huggingface: { id: 'datasets/acme/second' } })
  for (const pair of [one, two]) {
    act(pair, 'github', { 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'h.txt': 'h\n' })
  }
  return { one, two }
}

async function run(
  { one, two }: { readonly one: Pair; readonly two: Pair },
  {
    argv = [],
    stop,
    seen = () => {},
    isMono = false,
  }: { argv?: string[]; stop?: AbortController; seen?: (about: string) => void; isMono?: boolean } = {},
) {
  let [out, err] = ['', '']
  // GraphQL's mutations name a repository by its id alone, which is the same in both fakes.
  let asked = one
  const exitCode = await sync(['--config', config, '--init', 'union', ...argv], {
    env: { GITHUB_TOKEN: tokens.github, HF_TOKEN: tokens.huggingface },
    ...one.network,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const body = request.url.endsWith('/graphql') ? await request.clone().text() : ''
      const about = `${new URL(request.url).pathname} ${body}`
      seen(about)
      if (/second/.test(about)) asked = two
      else if (/\/corpus|"corpus"/.test(about)) asked = one
      // There the second pair has a repository on the Hub alone.
      return (isMono && new URL(request.url).hostname.endsWith('github.com') ? one : asked).network.fetch!(request)
    },
    out: (text) => (out += text),
    err: (text) => (err += text),
    ...(stop && { signal: stop.signal }),
  })
  return { exitCode, out, err }
}

const texts = (pair: Pair) =>
  ['github', 'huggingface'].map((side) => [...pair[side as 'github'].files('main').keys()].toSorted().join(' '))

test('both are mirrored, a line for each, and the file is named', async () => {
  const world = startTwo()
  const { exitCode, out, err } = await run(world)
  expect(exitCode, out + err).toBe(0)
  expect(err).toContain(`What is mirrored is read from "${config}"`)
  expect(out).toMatch(
    /\n2 runs:\n {2}one {2}mirrored +\d+ requests {2}1 change to GitHub, 1 change to Hugging Face\n {2}two {2}mirrored /,
  )
  const again = await run(world, { argv: ['--json', '--pair', 'one', '--pair=two'] })
  const { runs, status, requests } = JSON.parse(again.out)
  expect([status, requests]).toEqual(['in-sync', { github: 2, huggingface: 2 }])
  expect(runs.map(({ name, repositories }: any) => [name, repositories.github])).toEqual([
    ['one', 'acme/corpus'],
    ['two', 'acme/second'],
  ])
  // One pair alone is a run as ever.
  expect(JSON.parse((await run(world, { argv: ['--json', '--pair=two'] })).out)).toMatchObject({
    status: 'in-sync',
    digest: expect.any(String),
  })
})

test('one that fails half-way does not keep the other from being mirrored, and goes on the next time', async () => {
  const world = startTwo()
  world.one.huggingface.faults.push({
    on: ({ url }) => /\/commit\/main/.test(url),
    times: 20,
    when: 'before',
    act: { status: 500 },
  })
  const { exitCode, out } = await run(world)
  expect(exitCode, out).toBe(1)
  expect(out).toMatch(/ {2}one {2}failed [^]* {2}two {2}mirrored/)
  world.one.huggingface.faults.length = 0
  expect((await run(world)).exitCode).toBe(0)
  expect([world.one, world.two].map((pair) => texts(pair)[0])).toEqual(['a.txt h.txt', 'a.txt h.txt'])
})

test('a token that may write one of the two: that one is mirrored, and the other one is denied by name', async () => {
  const world = startTwo()
  world.two = startPair({
    github: { name: 'acme/second' },
    huggingface: { id: 'datasets/acme/second', tokens: new Map([[tokens.huggingface, 'read']]) },
  })
  act(world.two, 'github', { 'a.txt': 'a\n' })
  const { exitCode, out } = await run(world)
  expect(exitCode, out).toBe(4)
  expect(out).toMatch(/ {2}one {2}mirrored [^]* {2}two {2}denied /)
  expect(texts(world.two)).toEqual(['a.txt', '.gitattributes'])
})

test('stopped in the second, the first one is whole, and the third is not tried', async () => {
  const world = startTwo()
  const stop = new AbortController()
  const seen = (about: string) => {
    if (about.includes('second')) stop.abort(new StoppedError('Stopped by SIGINT'))
  }
  const { exitCode, out, err } = await run(world, { stop, seen })
  expect([exitCode, err]).toEqual([130, expect.stringContaining('error: two: Stopped by SIGINT')])
  expect(out).toMatch(/ {2}one {2}mirrored [^]* {2}two {2}stopped/)
  expect(texts(world.two)).toEqual(['a.txt', '.gitattributes h.txt'])
})

test('folders of one GitHub repository are two repositories on the Hub', async () => {
  const [one, two] = [startPair(), startPair({ huggingface: { id: 'datasets/acme/second' } })]
  const mono = join(folder, 'mono.yml')
  writeFileSync(
    mono,
    `defaults: { github: acme/corpus }
pairs:
  one: { hf: datasets/acme/corpus, subdirectory: data/one }
  two: { hf: datasets/acme/second, subdirectory: data/two }
`,
  )
  act(one, 'github', { 'data/one/a.txt': 'a\n', 'data/two/b.txt': 'b\n', 'code.py': 'code\n' })
  const both = (argv: string[] = []) => run({ one, two }, { argv: ['--config', mono, ...argv], isMono: true })
  const first = await both()
  expect(first.exitCode, first.out + first.err).toBe(0)
  expect([one, two].map((pair) => texts(pair)[1])).toEqual(['.gitattributes a.txt', '.gitattributes b.txt'])
  act(two, 'huggingface', { 'c.txt': 'c\n' })
  act(one, 'huggingface', { 'd.txt': 'd\n' })
  const second = await both()
  expect(second.exitCode, second.out + second.err).toBe(0)
  expect(texts(one)[0]).toBe('code.py data/one/a.txt data/one/d.txt data/two/b.txt data/two/c.txt')
  expect([one, two].map((pair) => texts(pair)[1])).toEqual(['.gitattributes a.txt d.txt', '.gitattributes b.txt c.txt'])
  const third = await both(['--json'])
  expect(JSON.parse(third.out)).toMatchObject({ status: 'in-sync', exitCode: 0 })
})

test('what is wrong with the second is told before the first begins', async () => {
  const world = startTwo()
  const other = join(folder, 'other.yml')
  writeFileSync(
    other,
    'pairs:\n  one:\n    github: acme/corpus\n    hf: datasets/acme/corpus\n  two:\n    github: acme/second\n    hf: datasets/acme/second\n    max-delete: many\n',
  )
  const { exitCode, err } = await run(world, { argv: ['--config', other] })
  expect([exitCode, err]).toEqual([
    64,
    expect.stringContaining(`Cannot mirror the pair two of ${other}. Cannot use --max-delete "many"`),
  ])
  expect(world.one.github.requests).toEqual([])
})
