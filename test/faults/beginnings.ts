/** First runs, new bases, branches and repositories that are made. */
import { startMissing } from '../run/create-setup.ts'
import { act, startMirrored, type Files } from '../run/mirror-setup.ts'
import { begin } from '../run/moved-world.ts'
import { several } from './mirroring.ts'
import { commits, mirrored, ran, unmirrored, type Scenario } from './scenario.ts'

const differing = {
  github: { 'a.txt': 'a\n', 'both.txt': 'same\n', 'g.txt': 'g\n' },
  huggingface: { 'a.txt': 'A\n', 'both.txt': 'same\n', 'h.txt': 'h\n' },
} as const
const large: Files = Object.fromEntries(
  Array.from({ length: 1_050 }, (_, index) => [`d/${index % 10}/${index}.txt`, `${index}\n`]),
)
/** A Hub that gives no answer to a commit of that size, so that it is made in parts. */
const inParts = { huggingface: { switches: { commitOperationsMax: 1_000 } } }

/** Mirrored, and then somebody has rewritten GitHub's history: the base is gone. */
const rewritten = async () => {
  const pair = await startMirrored(begin)
  act(pair, 'github', { 'g.txt': 'g\n' })
  await ran(pair)
  const { store } = pair.github
  const head = store.readCommit(pair.github.head('main')!)
  pair.github.forcePush('main', store.writeCommit({ ...head, parents: [], message: 'Squashed' }))
  act(pair, 'github', { 'new.txt': 'new\n' })
  return pair
}

export const beginnings: readonly Scenario[] = [
  {
    name: 'an empty GitHub repository takes a file',
    begin: unmirrored({ huggingface: { 'README.md': '# Corpus\n' } }),
  },
  {
    name: 'an empty GitHub repository takes many files',
    begin: unmirrored({ huggingface: { ...begin, ...several(20) } }),
  },
  { name: 'a new dataset takes many files', begin: unmirrored({ github: { ...begin, ...several(20) } }) },
  {
    name: 'an empty GitHub repository takes two commits',
    begin: unmirrored({ huggingface: begin }),
    change: commits({ huggingface: [{ 'b.txt': 'B\n' }, { 'c.txt': 'c\n' }] }),
  },
  { name: 'a first run whose commit to the Hub has parts', begin: unmirrored({ github: large }, inParts) },
  { name: 'both hold the same files', begin: unmirrored({ github: begin, huggingface: begin }) },
  {
    name: 'both held the same files, and GitHub has moved since',
    begin: unmirrored({ github: begin, huggingface: begin }),
    change: commits({ github: [{ 'b.txt': 'B\n' }] }),
  },
  { name: '--init github', begin: unmirrored(differing), argv: ['--init', 'github'] },
  { name: '--init huggingface', begin: unmirrored(differing), argv: ['--init', 'huggingface'] },
  {
    name: '--init union, with a conflict that is settled',
    begin: unmirrored(differing),
    argv: ['--init', 'union', '--take', 'a.txt=github'],
  },
  { name: '--init huggingface after a history was rewritten', begin: rewritten, argv: ['--init', 'huggingface'] },
  { name: '--init github after a history was rewritten', begin: rewritten, argv: ['--init', 'github'] },
  {
    name: '--create makes a GitHub repository',
    begin: () => Promise.resolve(startMissing('github')),
    argv: ['--create'],
  },
  {
    name: '--create makes a dataset',
    begin: () => Promise.resolve(startMissing('huggingface', { private: true })),
    argv: ['--create'],
  },
  {
    name: "a branch of GitHub's is made on the Hub",
    begin: mirrored(begin),
    change: (pair) =>
      void pair.github.commit('dev', {
        files: { 'd.txt': 'd\n' },
        message: 'Dev',
        parents: [pair.github.head('main')!],
      }),
    argv: ['--branch', 'dev'],
  },
  {
    name: "a branch of the Hub's is made on GitHub",
    begin: mirrored(begin),
    change: (pair) => {
      pair.huggingface.repository.branches.set('dev', pair.huggingface.head('main')!)
      pair.huggingface.commit('dev', { files: { 'd.txt': 'd\n' }, message: 'Dev', user: 'alice' })
    },
    argv: ['--branch', 'dev'],
  },
]
