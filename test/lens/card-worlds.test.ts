/**
 * People edit the text of a card and its front matter on either side, and the mode is turned on and off. Whatever
 * happens, no edit is lost, and the sides are as the mode of the run says.
 */
import { expect, test } from 'vitest'
import { splitCard } from '../../lib/model/card-lens.ts'
import { parseSet } from '../../lib/model/mirrored-set.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { createRandom, runs, seed } from '../random.ts'
import { act, text } from '../run/mirror-setup.ts'
import { mode } from './card-setup.ts'

const modes = { apart: mode, both: [] } as const
const roundsMax = 6
const lines = Array.from({ length: 12 }, (_, index) => `line ${index}\n`)
const readme = (pair: Pair, side: Side) => splitCard(text(pair, side, 'README.md')!)

/** Adds a line to the text, somewhere, or a key to the block where there is one. */
function edit(pair: Pair, side: Side, number: number, random: (below: number) => number): void {
  const { block, body } = readme(pair, side)
  if (block === '' || random(2) === 0) {
    const at = `line ${random(12)}\n`
    act(pair, side, { 'README.md': block + body!.replace(at, `${at}edit ${number};\n`) })
  } else act(pair, side, { 'README.md': `${block.replace(/---\n$/, `edit${number}: x;\n---\n`)}${body}` })
}

/** A run; where GitHub has front matter of its own, one that brings it to the Hub goes before it. */
async function mirror(pair: Pair, argv: readonly string[]): Promise<boolean> {
  const ran = await pair.run(...argv)
  if (ran.exitCode === 3 && ran.out.includes('would have front matter'))
    return (await mirror(pair, modes.both)) && mirror(pair, argv)
  expect([0, 2], ran.out + ran.err).toContain(ran.exitCode)
  return ran.exitCode === 0
}

/** What a commit holds, by path; the Hub's card without its block where a copy says that it is kept apart. */
function contentsOf(pair: Pair, side: Side, oid: string, isApart: boolean): Record<string, string> {
  const git = side === 'github' ? pair.github.store : pair.huggingface.git
  const files = [...git.readFiles(git.readCommit(oid).tree)].flatMap(([path, { oid: blob }]) => {
    const content = git.read(blob, 'blob').toString('utf8')
    const shown = isApart && side === 'huggingface' && path === 'README.md' ? splitCard(content).body : content
    return path === '.gitattributes' || shown === null ? [] : [[path, shown] as const]
  })
  return Object.fromEntries(files.toSorted())
}

/** Every copy shows what its original shows, in the form that it names. */
function expectEqualCopies(pair: Pair): void {
  for (const side of sides) {
    const git = side === 'github' ? pair.github.store : pair.huggingface.git
    for (const oid of git.readLog(pair[side].head('main')!)) {
      const { message } = git.readCommit(oid)
      const { mirroredFrom, mirroredSet } = parseTrailers(message)
      if (mirroredFrom === null) continue
      const isApart = parseSet(mirroredSet)!.frontMatter
      const [copy, original] = [
        contentsOf(pair, side, oid, isApart),
        contentsOf(pair, otherSide[side], mirroredFrom.oid, isApart),
      ]
      expect(copy, message).toEqual(original)
    }
  }
}

async function live(seedOfOwn: number): Promise<void> {
  const random = createRandom(seedOfOwn)
  const pair = startPair()
  let now: keyof typeof modes = random(2) === 0 ? 'apart' : 'both'
  act(pair, 'huggingface', { 'README.md': `---\nlicense: mit\n---\n${lines.join('')}`, 'a.txt': 'a\n' }, 'Begin')
  await mirror(pair, modes[now])
  let edits = 0
  for (let round = 0; round < roundsMax; round += 1) {
    for (let count = random(4); count > 0; count -= 1) edit(pair, sides[random(2)]!, (edits += 1), random)
    if (random(3) === 0) now = now === 'both' ? 'apart' : 'both'
    // A conflict is for people.
    if (!(await mirror(pair, modes[now]))) return
    const [github, hub] = [readme(pair, 'github'), readme(pair, 'huggingface')]
    expect(github, `seed ${seedOfOwn}, round ${round}`).toEqual(now === 'both' ? hub : { block: '', body: hub.body })
    for (let number = 1; number <= edits; number += 1)
      expect(hub.block + hub.body, `seed ${seedOfOwn}, round ${round}`).toMatch(new RegExp(`edit ?${number}[:;]`))
    expect(hub.block).toContain('license: mit\n')
    expect((await pair.run('--verify', ...modes[now])).exitCode).toBe(0)
  }
  expectEqualCopies(pair)
}

test.each(Array.from({ length: runs(5) }, (_, index) => 1_000 * seed + index))(
  'no edit is lost, whatever the mode was when it was made (seed %i)',
  live,
)
