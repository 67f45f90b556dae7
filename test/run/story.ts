/** The main job on a real dataset, step by step. The demo shows it, a test asserts it. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pair, Ran } from '../hubs/pair.ts'

const folder = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..')
/** 13.5 MB, which the Hub only takes as LFS. */
export const parquet = 'data/flights-3m.parquet'

/**
 * The files of the npm package vega-datasets, by path: CSV, JSON, Arrow, PNG; the Parquet file comes later in the
 * story.
 */
export function readDataset(): Record<string, Buffer> {
  const data = readdirSync(join(folder, 'data')).map((name) => `data/${name}`)
  return Object.fromEntries(
    ['README.md', 'datapackage.json', ...data]
      .filter((path) => path !== parquet)
      .map((path) => [path, readFileSync(join(folder, path))]),
  )
}

export const readParquet = () => readFileSync(join(folder, parquet))

function edit(text: string, line: string, becomes: string): string {
  if (!text.includes(line)) throw new Error(`The dataset has changed: ${JSON.stringify(line)} is not in it`)
  return text.replace(line, becomes)
}

const title = '# Vega Datasets'
const licensing = '## Dataset Information'

export interface Step {
  readonly name: string
  readonly title: string
  readonly done: string
  readonly argv: readonly string[]
  readonly act: (pair: Pair) => void
}

const text = (pair: Pair, side: 'github' | 'huggingface', path: string) =>
  pair[side].files('main').get(path)!.content.toString('utf8')

/** Each step: what people did, and then the command. */
export const steps: readonly Step[] = [
  {
    name: 'first',
    title: 'First mirror',
    done: 'the dataset is on Hugging Face, GitHub is empty',
    argv: [],
    act: (pair) => {
      pair.huggingface.commit('main', { files: readDataset(), message: 'Add the datasets', user: 'alice' })
    },
  },
  {
    name: 'parquet',
    title: 'New Parquet file',
    done: 'alice uploads 13.5 MB to Hugging Face',
    argv: [],
    act: (pair) => {
      pair.huggingface.commit('main', {
        files: { [parquet]: readParquet() },
        message: 'Add three million flights',
        user: 'alice',
      })
    },
  },
  {
    name: 'dry',
    title: 'Dry run',
    done: 'bob has edited README.md on GitHub, alice on Hugging Face',
    argv: ['--dry-run'],
    act: (pair) => {
      pair.github.commit('main', {
        files: { 'README.md': edit(text(pair, 'github', 'README.md'), title, '# Vega Datasets, mirrored') },
        message: 'Say that this is a mirror',
        author: { name: 'Bob', email: 'bob@example.org' },
      })
      const readme = text(pair, 'huggingface', 'README.md')
      const section = /^## Usage$/m.exec(readme)?.[0] ?? licensing
      pair.huggingface.commit('main', {
        files: { 'README.md': edit(readme, section, `${section}\n\nThe files are also on GitHub.`) },
        message: 'Point to GitHub',
        user: 'alice',
      })
    },
  },
  { name: 'merge', title: 'The same, carried out', done: 'nobody did anything in between', argv: [], act: () => {} },
  { name: 'sync', title: 'Nothing to do', done: 'the next run, 30 minutes later', argv: [], act: () => {} },
  {
    name: 'conflict',
    title: 'A conflict',
    done: 'both change the same line',
    argv: [],
    act: (pair) => {
      const readme = text(pair, 'github', 'README.md')
      pair.github.commit('main', {
        files: { 'README.md': edit(readme, '# Vega Datasets, mirrored', '# Vega Datasets on GitHub') },
        message: 'Rename',
        author: { name: 'Bob', email: 'bob@example.org' },
      })
      pair.huggingface.commit('main', {
        files: { 'README.md': edit(readme, '# Vega Datasets, mirrored', '# Vega Datasets on the Hub') },
        message: 'Rename',
        user: 'alice',
      })
    },
  },
  { name: 'take', title: 'Settled', done: 'somebody decides', argv: ['--take', 'README.md=github'], act: () => {} },
]

/** `more`: arguments of a step beside its own. */
export async function tell(
  pair: Pair,
  listen: (step: Step, ran: Ran) => void | Promise<void>,
  more: (step: Step) => readonly string[] = () => [],
): Promise<void> {
  for (const step of steps) {
    step.act(pair)
    await listen(step, await pair.run(...step.argv, ...more(step)))
  }
}
