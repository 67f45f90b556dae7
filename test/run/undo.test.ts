/** What `--undo` takes back, what it leaves, and what runs after it do: a trace for each. */
import { expect, test } from 'vitest'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import {
  act,
  contents,
  directions,
  expectInSync,
  expectStopped,
  heads,
  lastCommit,
  mirror,
  startMirrored,
  text,
  type Files,
} from './mirror-setup.ts'

const start: Files = {
  'README.md': '# Corpus\n\none\ntwo\nthree\nfour\nfive\nsix\n',
  'a.txt': 'a\n',
  'old.txt': 'old\n',
}
const both = (pair: Pair) => ({ github: contents(pair, 'github'), huggingface: contents(pair, 'huggingface') })

/** A dry run that writes nothing, and the run that does what it says. */
async function undo(pair: Pair, ...argv: string[]) {
  const before = heads(pair)
  const dry = await pair.run('--undo', '--dry-run', '--json', ...argv)
  expect([dry.exitCode, heads(pair)], dry.out + dry.err).toEqual([0, before])
  const ran = await pair.run('--undo', '--json', ...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  const [told, done] = [JSON.parse(dry.out), JSON.parse(ran.out)]
  expect([done.status, done.digest]).toEqual(['undone', told.digest])
  return { ran, done, told }
}

/** Runs that mirror nothing, in 2 requests where nobody has moved since. */
async function expectUndone(pair: Pair, requests?: number) {
  const before = heads(pair)
  const ran = await pair.run()
  expect([ran.exitCode, heads(pair)], ran.out + ran.err).toEqual([3, before])
  expect(ran.out).toMatch(/has undone the last mirror[^]*--redo/)
  if (requests !== undefined) expect(ran.requests, ran.out).toBe(requests)
}

for (const { from, to } of directions)
  test(`a copy from ${from} is taken back on ${to} alone, and nothing is repeated until --redo`, async () => {
    const pair = await startMirrored(start)
    act(pair, from, { 'a.txt': 'A\n', 'b.txt': 'new\n', 'old.txt': null })
    const before = both(pair)
    await mirror(pair)
    const head = heads(pair)[from]
    await undo(pair)
    expect(both(pair)).toEqual(before)
    expect(heads(pair)[from]).toBe(head)
    expect(lastCommit(pair, to).message).toMatch(
      /^Undo the last mirror from [^]*\nMirrored-Undo: [0-9a-f]{40}\.\.[0-9a-f]{40}\n/,
    )
    await expectUndone(pair, 2)
    await expectUndone(pair, 2)
    const again = await pair.run('--undo', '--json')
    expect([again.exitCode, JSON.parse(again.out).status, both(pair)]).toEqual([0, 'undone', before])
    await mirror(pair, '--redo')
    expect(contents(pair, to)).toEqual(before[from])
  })

for (const { from, to } of directions)
  test(`several commits from ${from} that one run copied one by one are one mirror, and an earlier run's stay`, async () => {
    const pair = await startMirrored(start)
    act(pair, from, { 'earlier.txt': 'earlier\n' })
    await mirror(pair)
    for (const name of ['b', 'c', 'd']) act(pair, from, { [`${name}.txt`]: `${name}\n` }, `Add ${name}`)
    const [before, head] = [both(pair), heads(pair)[to]]
    await mirror(pair)
    const after = heads(pair)[to]
    const { done } = await undo(pair)
    expect(done.undo).toEqual({ [from]: null, [to]: { before: head, after } })
    expect(both(pair)).toEqual(before)
    await mirror(pair, '--redo')
    expect(contents(pair, to)).toEqual(before[from])
  })

/** Both sides have changed other files, and other lines of one. */
async function startMerged(): Promise<{ pair: Pair; before: ReturnType<typeof both> }> {
  const pair = await startMirrored(start)
  act(pair, 'github', { 'README.md': String(start['README.md']).replace('one', 'ONE'), 'g.txt': 'g\n' })
  act(pair, 'huggingface', {
    'README.md': String(start['README.md']).replace('six', 'SIX'),
    'h.txt': 'h\n',
    'old.txt': null,
  })
  const before = both(pair)
  await mirror(pair)
  return { pair, before }
}

test('a merge is taken back on both sides, and merged again by --redo', async () => {
  const { pair, before } = await startMerged()
  const merged = both(pair)
  await undo(pair)
  expect(both(pair)).toEqual(before)
  await expectUndone(pair, 2)
  await mirror(pair, '--redo')
  expect(both(pair)).toEqual(merged)
})

test('what people have changed on either side since the mirror stays, and goes on with --redo', async () => {
  const { pair, before } = await startMerged()
  act(pair, 'github', {
    'since-g.txt': 'g\n',
    'README.md': text(pair, 'github', 'README.md')!.replace('three', 'THREE'),
  })
  act(pair, 'huggingface', { 'since-h.txt': 'h\n', 'a.txt': 'a of since\n' })
  await undo(pair)
  expect(contents(pair, 'github')).toEqual({
    ...before.github,
    'since-g.txt': 'g\n',
    'README.md': before.github['README.md']!.replace('three', 'THREE'),
  })
  expect(contents(pair, 'huggingface')).toEqual({
    ...before.huggingface,
    'since-h.txt': 'h\n',
    'a.txt': 'a of since\n',
  })
  await expectUndone(pair, 2)
  await mirror(pair, '--redo')
  expect(contents(pair, 'github')).toMatchObject({
    'since-g.txt': 'g\n',
    'since-h.txt': 'h\n',
    'a.txt': 'a of since\n',
  })
  const lines = ['ONE', 'THREE', 'SIX']
  expect(lines.filter((line) => text(pair, 'github', 'README.md')!.includes(line))).toEqual(lines)
})

for (const side of ['github', 'huggingface'] satisfies Side[])
  test(`an edit on ${side} after an undo is not mirrored before --redo, and what was undone is not deleted at its origin`, async () => {
    const { pair, before } = await startMerged()
    await undo(pair)
    act(pair, side, { 'later.txt': 'later\n' })
    await expectUndone(pair)
    expect(contents(pair, otherSide[side])).toEqual(before[otherSide[side]])
    await mirror(pair, '--redo')
    expect(contents(pair, 'github')).toMatchObject({ 'later.txt': 'later\n', 'g.txt': 'g\n', 'h.txt': 'h\n' })
    act(pair, side, { 'latest.txt': 'latest\n' })
    await mirror(pair)
  })

test('what somebody has changed in what the mirror brought is a conflict, and --take settles it either way', async () => {
  const pair = await startMirrored(start)
  act(pair, 'huggingface', { 'a.txt': 'of the Hub\n', 'new.txt': 'new\n' })
  await mirror(pair)
  act(pair, 'github', { 'a.txt': 'of Bob\n', 'new.txt': 'newer\n' })
  const out = await expectStopped(pair, 2, '--undo')
  expect(out).toContain(
    `conflict: "a.txt" on GitHub, content at line 1: people and the undo changed the same lines. ` +
      `--take='a.txt=now' leaves it, --take='a.txt=before' undoes it.`,
  )
  expect(out).toContain('"new.txt" on GitHub, modify/delete: people changed it, the undo deleted it.')
  await undo(pair, '--take', 'a.txt=now', '--take', 'new.txt=before')
  expect([text(pair, 'github', 'a.txt'), text(pair, 'github', 'new.txt')]).toEqual(['of Bob\n', undefined])
  expect([text(pair, 'huggingface', 'a.txt'), text(pair, 'huggingface', 'new.txt')]).toEqual(['of the Hub\n', 'new\n'])
})

test('an undo that is cut short between the two sides is finished by the next one, and loses nothing by a run', async () => {
  const { pair, before } = await startMerged()
  pair.huggingface.faults.push({ on: ({ url }) => url.includes('/commit/'), when: 'before', act: { status: 400 } })
  const cut = await pair.run('--undo')
  expect(cut.exitCode, cut.out + cut.err).not.toBe(0)
  expect(contents(pair, 'github')).toEqual(before.github)
  await expectUndone(pair, 2)
  await undo(pair)
  expect(both(pair)).toEqual(before)
})

test('renamed files go back to their old names with what people have changed in them since', async () => {
  const pair = await startMirrored(start)
  act(pair, 'github', { 'README.md': null, 'docs/README.md': start['README.md']! })
  await mirror(pair)
  act(pair, 'huggingface', { 'docs/README.md': String(start['README.md']).replace('six', 'SIX') })
  await undo(pair)
  expect(text(pair, 'huggingface', 'README.md')).toContain('SIX')
  expect(text(pair, 'huggingface', 'docs/README.md')).toBeUndefined()
  expect(text(pair, 'github', 'docs/README.md')).toBe(start['README.md'])
})

test('after an undo --init makes the other side equal to the one that is right', async () => {
  const { pair, before } = await startMerged()
  await undo(pair)
  await mirror(pair, '--init', 'github')
  expect(contents(pair, 'huggingface')).toEqual(before.github)
  await expectInSync(pair)
})

test('a first mirror into an empty repository is only undone with --allow-delete', async () => {
  const pair = await startMirrored(start)
  expect(await expectStopped(pair, 3, '--undo')).toMatch(/Hugging Face held no mirrored file before the last mirror/)
  await undo(pair, '--allow-delete')
  expect(contents(pair, 'huggingface')).toEqual({})
  expect(contents(pair, 'github')).toHaveProperty('a.txt')
})

test('an undo that left all as it is on one side is done there, too: a second one asks nothing again', async () => {
  const { pair, before } = await startMerged()
  act(pair, 'github', { 'h.txt': 'of Bob\n', 'README.md': 'of Bob\n', 'old.txt': 'of Bob\n' })
  const now = contents(pair, 'github')
  await undo(pair, '--take', '*=now')
  expect(both(pair)).toEqual({ github: now, huggingface: before.huggingface })
  const again = await pair.run('--undo')
  expect([again.exitCode, both(pair)], again.out).toEqual([0, { github: now, huggingface: before.huggingface }])
})
