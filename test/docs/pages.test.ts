/** Every command that a page shows is run, every output is what it prints, every YAML is read by whoever reads it. */
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { inputNames } from '../../lib/cli/action-inputs.ts'
import type { Environment } from '../../lib/cli/options.ts'
import { parsePairFile } from '../../lib/cli/pair-file.ts'
import { named } from '../cli/parsed-options.ts'
import { readAnchors, readBlocks, readSpans } from './markdown.ts'
import { parseArguments, readGiven, readOwn, writePage } from './page.ts'
import { listPages, readPage, readScripts } from './pages.ts'
import { readCommands } from './shell.ts'
import { checkInputs, checkWorkflow } from './workflow.ts'

const scripts = readScripts()

/** Others speak of options of other programs, and of those that were not made. */
const isForUsers = (path: string) => /^(?:README|\.github\/(?:messages|CONTRIBUTING|docs\/.*))\.md$/.test(path)

describe.each(listPages())('%s', (path) => {
  const page = readPage(path)
  const spans = isForUsers(path) ? readSpans(page).flatMap(({ marks, text }) => (marks === 1 ? [text] : [])) : []
  const exports = readBlocks(page).flatMap(({ language, text }) =>
    language === 'sh' ? readCommands(text).filter(({ words }) => words[0] === 'export') : [],
  )
  const env = Object.assign({}, named, ...exports.map(readGiven)) as Environment

  const files = new Map(
    readBlocks(page).flatMap(({ note, text }) =>
      note.startsWith('file ') ? [[note.slice('file '.length), text]] : [],
    ),
  )

  test('its commands do what it says: `npm run docs` writes their outputs again', async () => {
    const { page: written, problems } = await writePage(page, scripts)
    expect(problems).toEqual([])
    expect(written).toBe(page)
  })

  test('its YAML is read by whoever reads it', async () => {
    for (const { language, text, line } of readBlocks(page))
      if (/^ya?ml$/.test(language)) {
        if (/^pairs:$/m.test(text)) parsePairFile(`${path}:${line}`, text)
        else if (/^(?:on|permissions|jobs):/m.test(text))
          expect(await checkWorkflow(load(text)), `line ${line}`).toEqual([])
        else expect(load(text), `line ${line}`).toBeTypeOf('object')
      }
  })

  // What has a `<` or a `…` in it says what to write there.
  test.each(spans.filter((span) => /^(?:--[a-z-]+[ =]|npx |node |hubmirror |npm |init --)[^<…|]*$/.test(span)))(
    'what it tells people to type is taken: %s',
    async (span) => {
      for (const { words } of readCommands(span)) {
        const argv = /^(?:-|init$)/.test(words[0]!) ? words : readOwn(words)
        if (argv !== null) await parseArguments(argv, env, (file) => files.get(file) ?? null)
        if (words[0] === 'npm' && words[1] === 'run') expect(scripts).toContain(words[2])
      }
    },
  )
})

/** Keys and values of a step, as running text has them; those of one line belong together. */
const givesInput = new RegExp(`^(?:${inputNames.join('|')}): [^<…]+$`)
const steps = listPages()
  .filter(isForUsers)
  .flatMap((path) =>
    readPage(path)
      .split('\n')
      .map((line) => readSpans(line).flatMap(({ text }) => (givesInput.test(text) ? [text] : [])))
      .filter((inputs) => inputs.length > 0)
      .map((inputs) => [path, inputs.join('\n')] as const),
  )

test.each(steps)('what %s has a step give the action is taken: %s', async (_, inputs) => {
  const given = { huggingface_repo_id: 'datasets/acme/corpus', ...(load(inputs) as object) }
  expect(await checkInputs(given)).toEqual([])
})

describe('a page is carried out', () => {
  const run = (...lines: string[]) => writePage(`${lines.join('\n')}\n`, scripts)
  const names = 'export GITHUB_REPOSITORY=acme/corpus HF_REPO=datasets/acme/corpus'
  const verify = ['<!-- in mirrored -->', '```sh', names, 'npx tsx sync.ts --verify', '```', '```text']

  test('in its world, and what was printed is written below the command', async () => {
    const { page, problems } = await run(...verify, 'equal: 5 files', '```', 'More.')
    expect(problems).toEqual([])
    expect(page).toBe([...verify, 'equal: 3 files, 0 objects on both sides', '```', 'More.', ''].join('\n'))
  })

  test('and what was left out of an output stays out while the rest is so', async () => {
    const shown = ['<!-- in mirrored -->', '```sh', names, 'node sync.ts', '```', '```text', '…']
    for (const [line, isSo] of [
      ['In sync. 9 requests (5 GitHub, 4 Hugging Face), 1 MB down, 5 B up, 9 s', true],
      ['In sync', false],
    ] as const) {
      const page = [...shown, line, '```', ''].join('\n')
      expect((await run(page)).page === `${page}\n`, line).toBe(isSo)
    }
  })

  test.each<[what: string, lines: string[], says: string]>([
    ['in a world that is there', ['<!-- in chaos -->', '```sh', names, '```'], 'there is no world "chaos"'],
    ['after what has happened', ['<!-- then chaos -->', '```sh', names, '```'], 'there is no event "chaos"'],
    ['as a comment says that is known', ['<!-- exits 3 -->', '```sh', names, '```'], 'comment "exits 3" is not known'],
    ['with the exit code that it says', ['```sh', names, 'npx tsx sync.ts --verify', '```'], 'ends with 5, not 0'],
    ['with options that there are', ['```sh', 'npx hubmirror --hlep', '```'], 'ends with 64, not 0'],
    ['with scripts that there are', ['```sh', 'npm run demonstration', '```'], 'no script "demonstration"'],
    ['by programs that people have', ['```sh', 'sudo rm', '```'], '"sudo" is no program that pages use'],
    ['in a shell that it knows', ['```sh', 'npx hubmirror $(id)', '```'], 'The shell of pages has no "$(id)"'],
    ['with a block of shell for each output', ['```text', 'In sync.', '```'], 'and there is none'],
    ['as the command line is read', ['<!-- parsed -->', '```sh', 'npx hubmirror --hlep', '```'], 'Did you mean --help'],
  ])('%s', async (_, lines, says) => {
    const { problems } = await run(...lines)
    expect(problems).toEqual([expect.stringContaining(says)])
  })

  test('and shows a file of this repository as it is', async () => {
    const { page } = await run(
      '<!-- same as .github/workflows/hubmirror.yml -->',
      '```yaml',
      'name: old',
      '```',
      'More.',
    )
    expect(page).toMatch(/^<!--.*-->\n```yaml\nname: hubmirror\non:\n[^]*\n```\nMore\.\n$/)
  })

  test('with its own files', async () => {
    const pairs = ['pairs:', '  corpus:', '    github: acme/corpus', '    hf: datasets/acme/corpus']
    const { problems } = await run(
      '<!-- file a/b.yml -->',
      '```yaml',
      ...pairs,
      '```',
      '',
      '<!-- in mirrored -->',
      '```sh',
      'npx hubmirror --config a/b.yml',
      '```',
    )
    expect(problems).toEqual([])
  })
})

test.each<[script: string, words: string[][]]>([
  [`npx hubmirror --take 'a b=github' "it's" a\\ b # c`, [['npx', 'hubmirror', '--take', 'a b=github', "it's", 'a b']]],
  ['a \\\n  b && c; d#e', [['a', 'b'], ['c'], ['d#e']]],
  ['# nothing\n\n', []],
])('%j is read as a shell reads it', (script, words) => {
  expect(readCommands(script).map((command) => command.words)).toEqual(words)
})

test('variables are set for a command, or for all that follow, and streams lead to files', () => {
  expect(readCommands("export A=1 B='2 3'\nC= d e 2> f > g")).toEqual([
    { env: { A: '1', B: '2 3' }, words: ['export'], files: {} },
    { env: { C: '' }, words: ['d', 'e'], files: { 1: 'g', 2: 'f' } },
  ])
})

test('headings are anchors as GitHub makes them', () => {
  expect([...readAnchors('# A *b*\n```sh\n# no\n```\n## 1. `--to`, [one](b.md) way\n## A b\n')]).toEqual([
    'a-b',
    '1---to-one-way',
    'a-b-1',
  ])
})
