/** Tags in drawn worlds: people commit, tag, move and delete on both sides, and runs go between. */
import { expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import type { TagMove } from '../../lib/plan/tags.ts'
import type { Pair } from '../hubs/pair.ts'
import { createRandom, runs, seed } from '../random.ts'
import { act, startMirrored } from './mirror-setup.ts'
import { log, tagsOf } from './tags-setup.ts'

const names = ['v1', 'v2', 'data/v3', 'nightly']

/** What a commit holds, but for the rules, of which each side has its own, and for what is not mirrored. */
function contentsAt(pair: Pair, side: Side, commit: string): Record<string, string> {
  const git = side === 'github' ? pair.github.store : pair.huggingface.git
  const files = [...git.readFiles(git.readCommit(commit).tree)]
  return Object.fromEntries(
    files.flatMap(([path, { oid }]) => (/^\.git(?:attributes|hub\/)/.test(path) ? [] : [[path, oid]])),
  )
}

/** Somebody does something. Returns the name of a tag that is gone by it. */
function step(pair: Pair, below: (end: number) => number, at: number): string | null {
  const side = sides[below(2)]!
  const name = names[below(names.length)]!
  const draw = below(10)
  if (draw < 3) act(pair, side, { [`${side}-${below(3)}.txt`]: `${at}\n` }, `Step ${at}`)
  else if (draw < 4) act(pair, 'github', { '.github/note.md': `${at}\n` }, `Aside ${at}`)
  else if (draw < 5) pair.github.commit('dev', { files: { 'd.txt': `${at}\n` }, message: `Elsewhere ${at}` })
  else if (draw < 9) {
    const commits =
      below(8) === 0 && side === 'github' && pair.github.head('dev') ? [pair.github.head('dev')!] : log(pair, side)
    const commit = commits[below(Math.min(4, commits.length))]!
    // A tag that is moved is another one from here on.
    if (below(4) > 0 && name in pair[side].tags) return null
    pair[side].tag(name, commit, side === 'github' && below(2) === 0 ? `Message ${at}\n` : undefined)
  } else {
    pair[side].tag(name, null)
    return name
  }
  return null
}

async function play(pair: Pair, below: (end: number) => number): Promise<number> {
  let made = 0
  const gone = new Set<string>()
  for (let at = 0; at < 16; at++) {
    const name = step(pair, below, at)
    if (name !== null) gone.add(name)
    if (below(3) > 0 && at < 15) continue
    const before = tagsOf(pair)
    const squash = below(3) === 0 ? ['--squash'] : []
    const { out, exitCode } = await pair.run('--tags', '--json', '--allow-delete', ...squash)
    expect([0, 2], out).toContain(exitCode)
    const { tags } = JSON.parse(out).runs.at(-1).report as { tags: { moves: TagMove[]; conflicts: unknown[] } }
    const after = tagsOf(pair)
    for (const side of sides)
      for (const [tag, commit] of Object.entries(before[side]))
        if (tag in after[side]) expect(after[side][tag], out).toBe(commit)
        else expect([gone.has(tag), tag in before[otherSide[side]]], out).toEqual([true, false])
    for (const move of tags.moves)
      if (move.commit !== null) {
        made++
        expect(after[move.to][move.name], out).toBe(move.commit)
        expect(contentsAt(pair, move.to, move.commit), out).toEqual(
          contentsAt(pair, otherSide[move.to], move.from.commit),
        )
      }
    const again = await pair.run('--tags', '--json')
    const told = JSON.parse(again.out).runs.at(-1).report
    expect([told.tags.moves, told.tags.conflicts.length], again.out).toEqual([[], tags.conflicts.length])
    if (exitCode === 0) expect(again.exitCode, again.out).toBe(0)
  }
  return made
}

test('a tag that a run makes names the same files, none moves, and one is gone only where somebody deleted it', async () => {
  const below = createRandom(seed + 13)
  let made = 0
  for (let world = 0; world < runs(5); world++) {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    made += await play(pair, below)
  }
  expect(made).toBeGreaterThan(runs(5))
})
