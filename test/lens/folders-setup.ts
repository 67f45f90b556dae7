/** A GitHub repository of which a folder, and a file from elsewhere, are a repository on the Hub. */
import { expect } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { startPair, type Pair, type Ran } from '../hubs/pair.ts'
import { act, type Files } from '../run/mirror-setup.ts'

/** What is outside of the folder, and has to stay as it is, byte for byte. */
export const outside: Files = {
  'README.md': '# Everything\n',
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'src/a.csv': 'of the program\n',
  '.github/workflows/ci.yml': 'on: push\n',
}

/** The same as texts. */
export const rest = Object.fromEntries(Object.entries(outside).map(([path, content]) => [path, String(content)]))

/** What the folder holds at first. */
export const files = { 'a.csv': 'a\n1\n', 'sub/b.csv': 'b\n1\n', 'README.md': '# Corpus\n' }

export const folder = ['--subdirectory', 'data/corpus'] as const

/** The files by their paths on GitHub. */
export const inFolder = (held: Files, root = 'data/corpus'): Files =>
  Object.fromEntries(Object.entries(held).map(([path, content]) => [`${root}/${path}`, content]))

/** Texts of GitHub's files, by path; those of the folder without it. */
export function split(pair: Pair, root = 'data/corpus') {
  const shown: Record<string, string> = {}
  const left: Record<string, string> = {}
  for (const [path, { content }] of pair.github.files('main'))
    if (path.startsWith(`${root}/`)) shown[path.slice(root.length + 1)] = content.toString()
    else left[path] = content.toString()
  return { shown, rest: left }
}

/** What the Hub holds, without the rules that it gives its repositories. */
export const onHub = (pair: Pair) =>
  Object.fromEntries(
    [...pair.huggingface.files('main')]
      .filter(([path]) => path !== '.gitattributes')
      .map(([path, { content }]) => [path, content.toString()]),
  )

/** Begun on GitHub and mirrored once. */
export async function begin(held: Files, ...argv: string[]): Promise<Pair> {
  const pair = startPair()
  act(pair, 'github', { ...outside, ...inFolder(held) }, 'Begin')
  await run(pair, ...argv)
  return pair
}

/** A run that ends well, after which both hold the same, and a next one has nothing to do. */
export async function run(pair: Pair, ...argv: string[]): Promise<Ran> {
  const args = argv.includes('--subdirectory') ? argv : [...folder, ...argv]
  const ran = await pair.run(...args)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  const again = await pair.run(...args)
  expect([again.exitCode, again.requests], again.out + again.err).toEqual([0, 2])
  return ran
}

/** Another repository on the Hub beside the same one on GitHub, at the same time. */
export function joinHub(pair: Pair, id: string): Pair {
  const other = startPair({ huggingface: { id } })
  const { clock } = pair
  const network: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    return (url.pathname.includes(`/${id.split('/').slice(-2).join('/')}`) ? other : pair).network.fetch!(input, init)
  }
  const runThere: Pair['run'] = async (...argv) => {
    let [out, err] = ['', '']
    const before = pair.github.requests.length + other.huggingface.requests.length
    const exitCode = await sync(argv, {
      env: { ...pair.env, HF_REPO: id },
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      fetch: network,
      sleep: (ms) => clock.sleep(ms),
      now: () => clock.now(),
    })
    const requests = pair.github.requests.length + other.huggingface.requests.length - before
    return { exitCode, out, err, requests, log: [] }
  }
  return { ...other, github: pair.github, run: runThere }
}
