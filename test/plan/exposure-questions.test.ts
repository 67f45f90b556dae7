/** Whom a run asks who can see a repository, and what counts as an answer. */
import { expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import type { Visibility } from '../../lib/model/visibility.ts'
import { isPublishing, wereMirrored } from '../../lib/plan/exposure.ts'
import { repositories } from '../history/histories.ts'
import { act, pushToBoth } from '../run/mirror-setup.ts'
import { about, start } from './exposure-setup.ts'

test('of two public repositories one question is asked over a common commit, and two on a first run', async () => {
  const first = start({})
  act(first, 'github', { 'a.txt': 'a\n' })
  const ran = await first.run()
  expect([ran.exitCode, ran.log.filter(about).length, ran.out.includes('note:')]).toEqual([0, 2, false])
  const shared = start({})
  pushToBoth(shared, { 'a.txt': 'a\n' })
  act(shared, 'github', { 'b.txt': 'b\n' })
  expect((await shared.run()).log.filter(about)).toHaveLength(1)
})

test('equal files are joined without a question of flags, whoever can see them', async () => {
  const pair = start({ github: true })
  for (const side of sides) act(pair, side, { 'a.txt': 'a\n' })
  expect(await pair.run()).toMatchObject({ exitCode: 0, out: expect.stringContaining('note: ') })
})

test.each(['models/acme/corpus', 'spaces/acme/corpus'])('a private %s is one too', async (id) => {
  const pair = start({ huggingface: true }, { huggingface: { id }, env: { HF_REPO: id } })
  act(pair, 'huggingface', { 'secret.csv': 'a\n' })
  expect(await pair.run()).toMatchObject({ exitCode: 3, out: expect.stringContaining(`${id} is private`) })
})

test.each(['auto', 'manual'] as const)(
  'a dataset that is gated (%s) is not public, and takes what is private with a word on what shows',
  async (gated) => {
    const pair = start({}, { huggingface: { switches: { gated } } })
    act(pair, 'huggingface', { 'a.csv': 'a\n' })
    expect(await pair.run()).toMatchObject({
      exitCode: 3,
      out: expect.stringMatching(/datasets\/acme\/corpus is gated.*acme\/corpus is public/),
    })
    const other = start({ github: true }, { huggingface: { switches: { gated } } })
    act(other, 'github', { 'a.csv': 'a\n' })
    expect(await other.run()).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('note: Hugging Face datasets/acme/corpus is gated'),
    })
  },
)

test('an internal repository is not public, and takes what is private', async () => {
  const internal = { github: { switches: { internal: true } } }
  const out = start({ github: true }, internal)
  act(out, 'github', { 'a.csv': 'a\n' })
  expect(await out.run()).toMatchObject({ exitCode: 3, out: expect.stringContaining('acme/corpus is internal') })
  const back = start({ github: true, huggingface: true }, internal)
  act(back, 'huggingface', { 'a.csv': 'a\n' })
  expect((await back.run()).exitCode).toBe(0)
})

test('a service that fails is a failure, and no answer', async () => {
  const pair = start({ github: true })
  act(pair, 'github', { 'a.csv': 'a\n' })
  pair.huggingface.faults.push({
    on: ({ url }) => url.includes('expand'),
    when: 'before',
    act: { status: 503 },
    times: 99,
  })
  expect((await pair.run()).exitCode).toBe(1)
})

test('--verify asks nobody', async () => {
  const pair = start({ github: true })
  act(pair, 'github', { 'a.csv': 'a\n' })
  const ran = await pair.run('--verify')
  expect([ran.exitCode, ran.log.filter(about)]).toEqual([5, []])
})

test('only what everybody can read, or may be able to, is a place to publish at', () => {
  const all: Visibility[] = ['public', 'internal', 'gated', 'private', 'unknown']
  const publishing = all.flatMap((from) =>
    all.flatMap((to) =>
      isPublishing({ from: 'github', to: 'huggingface', files: 1 }, { github: from, huggingface: to })
        ? [`${from} > ${to}`]
        : [],
    ),
  )
  expect(publishing).toEqual([
    'internal > public',
    'internal > unknown',
    'gated > public',
    'gated > unknown',
    'private > public',
    'private > unknown',
    'unknown > public',
    'unknown > unknown',
  ])
})

test('a copy is evidence only as it was written', () => {
  const link = `https://huggingface.co/datasets/acme/corpus/commit/${'b'.repeat(40)}`
  const commit = (tree: string, message: string) => ({
    oid: 'a'.repeat(40),
    tree,
    parents: [],
    message,
    author: { name: '', email: '', date: '' },
    committerDate: '',
  })
  const listing = (...commits: ReturnType<typeof commit>[]) => ({
    github: { commits, complete: true },
    huggingface: { commits: [], complete: true },
  })
  const copy = (tree: string, from = link) =>
    commit(tree, `Copy\n\nMirrored-From: ${from}\nMirrored-Tree: ${'c'.repeat(40)}\n`)
  expect(wereMirrored(listing(copy('c'.repeat(40))), repositories)).toBe(true)
  expect(wereMirrored(listing(copy('d'.repeat(40))), repositories)).toBe(false)
  expect(wereMirrored(listing(copy('c'.repeat(40), link.replace('corpus', 'other'))), repositories)).toBe(false)
  expect(wereMirrored(listing(), repositories)).toBe(false)
})
