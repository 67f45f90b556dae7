/** What was undone, and what the last run has written, in histories that are drawn in a line. */
import { describe, expect, test } from 'vitest'
import { findBase, type BaseSearch } from '../../lib/history/base.ts'
import type { Listing } from '../../lib/history/topology.ts'
import { listUndone } from '../../lib/history/undone.ts'
import { mirrorIdentity } from '../../lib/model/mirror-identity.ts'
import { formatOnto } from '../../lib/model/onto.ts'
import type { Commit } from '../../lib/model/remote.ts'
import { mapSides, type Side, type Sides } from '../../lib/model/sides.ts'
import { formatMessage } from '../../lib/model/trailers.ts'
import { formatRange } from '../../lib/model/undo-range.ts'
import { baseOf, formatSearch, history, idOf, linkTo, nameOf, noDescents, repositories, roles } from './histories.ts'

/** A history, in which `says` gives trailers to some commits, and `own` are the mirror's. */
function told(
  side: Side,
  text: string,
  {
    says = {},
    own = [],
    read = Infinity,
  }: { says?: Record<string, readonly (readonly [string, string])[]>; own?: readonly string[]; read?: number } = {},
): Listing {
  const { commits, complete } = history(side, text, read)
  const tell = (commit: Commit): Commit => {
    const name = nameOf(commit.oid)
    const message = says[name] ? formatMessage(name, '', says[name]) : commit.message
    return { ...commit, message, author: own.includes(name) ? { ...commit.author, ...mirrorIdentity } : commit.author }
  }
  return { complete, commits: commits.map(tell) }
}

const undoes = (before: string, after: string, isWhole = true) =>
  ['Mirrored-Undo', formatRange({ before: idOf(before), after: idOf(after) }, isWhole)] as const
const tree = (name: string) => ['Mirrored-Tree', idOf(`tree of ${name}`)] as const
const onto = (parent: string) => ['Mirrored-Onto', formatOnto({ parent: idOf(parent), edits: '0'.repeat(16) })] as const
const until = (side: Side, name: string) => ['Mirrored-Until', linkTo(side, name)] as const

const search = (listings: Sides<Listing>, seesUndone = false): BaseSearch =>
  findBase(listings, repositories, {
    branches: mapSides(() => 'main'),
    roles,
    sharesPaths: true,
    proofs: new Map(),
    descents: noDescents,
    seesUndone,
  })
const tell = (found: BaseSearch) =>
  `${formatSearch(found)}${found.state === 'found' && found.undone.undos.length > 0 ? `, undone by ${found.undone.undos.map(({ commit }) => nameOf(commit)).join(' ')}` : ''}`

describe('the base after an undo', () => {
  const huggingface = history('huggingface', 'H0 H1 H2')
  const mirrored = 'G0~H0 G1~H1 G2~H2'

  test('is the one before, and goes on only from a copy after it', () => {
    const says = { U: [undoes('G0', 'G2'), tree('U')] }
    expect(baseOf(mirrored, 'H0 H1 H2')).toBe('G2 H2 by trailer')
    expect(tell(search({ github: told('github', `${mirrored} U`, { says }), huggingface }))).toBe(
      'G0 H0 by trailer, undone by U',
    )
    expect(tell(search({ github: told('github', `${mirrored} U G3`, { says }), huggingface }))).toBe(
      'G0 H0 by trailer, undone by U',
    )
    expect(tell(search({ github: told('github', `${mirrored} U G3~H2`, { says }), huggingface }))).toBe(
      'G3 H2 by trailer',
    )
  })

  test('is what it was where only the message of an undo was copied', () => {
    const says = { U: [undoes('G0', 'G2'), tree('something else')] }
    expect(tell(search({ github: told('github', `${mirrored} U`, { says }), huggingface }))).toBe('G2 H2 by trailer')
  })

  test('and on Hugging Face an undo counts where it stands on its parent', () => {
    const github = history('github', 'G0 G1')
    const undone = (parent: string) =>
      tell(
        search({
          github,
          huggingface: told('huggingface', 'H0~G0 H1~G1 U', { says: { U: [undoes('H0', 'H1'), onto(parent)] } }),
        }),
      )
    expect(undone('H1')).toBe('G0 H0 by trailer, undone by U')
    expect(undone('H0')).toBe('G1 H1 by trailer')
  })

  test('of a merge has neither its side line nor its copy', () => {
    const github = told('github', 'G0~H0 G1 S1<G0~H1 M<G1,S1 U', {
      own: ['M'],
      says: { U: [undoes('G1', 'M'), tree('U')] },
    })
    const copied = told('huggingface', 'H0 H1 H2~M^ U2', { says: { U2: [undoes('H1', 'H2'), onto('H2')] } })
    expect(tell(search({ github, huggingface: copied }))).toBe('G0 H0 by trailer, undone by U U2')
    // Half of the undo is enough.
    expect(tell(search({ github, huggingface: history('huggingface', 'H0 H1 H2~M^') }))).toBe(
      'G0 H0 by trailer, undone by U',
    )
  })

  test('is asked for in older commits while it is not known what an undo takes back', () => {
    const github = (read: number) =>
      told('github', 'G0~H0 G1 S1<G0~H1 M<G1,S1 U', { own: ['M'], says: { U: [undoes('G1', 'M'), tree('U')] }, read })
    expect(tell(search({ github: github(4), huggingface: history('huggingface', 'H0 H1') }))).toBe('more of github')
    expect(listUndone({ github: github(5), huggingface: history('huggingface', 'H0') }).undos[0]!.isOpen).toBe(false)
  })
})

describe('the last run', () => {
  const last = (listings: Sides<Listing>) => {
    const found = search(listings, true)
    if (found.state !== 'found') return tell(found)
    const say = (side: Side) => {
      const range = found.last[side]
      return range ? `${range.before === null ? '' : nameOf(range.before)}..${nameOf(range.after)}` : '-'
    }
    return `${say('github')} ${say('huggingface')}`
  }
  const huggingface = history('huggingface', 'H0 H1 H2 H3')

  test.each([
    ['one copy', 'G0~H0 G1~H1', {}, 'G0..G1 -'],
    ['copies of two runs', 'G0~H0 G1~H1 G2~H2', {}, 'G1..G2 -'],
    ['copies of one run', 'G0~H0 G1~H1 G2~H2 G3~H3', { G1: 'H3', G2: 'H3' }, 'G0..G3 -'],
    ['copies of two runs of several', 'G0~H0 G1~H1 G2~H2 G3~H3', { G0: 'H1', G2: 'H3' }, 'G1..G3 -'],
    ['copies on which somebody has committed', 'G0~H0 G1~H1 A G2~H2 B', { G1: 'H2' }, 'A..G2 -'],
    ['a copy of which the first part stands below', 'G0~H0 P%H1 G1~H1', {}, 'G0..G1 -'],
  ] as const)('that made %s', (_, text, ends, expected) => {
    const copies: Record<string, readonly (readonly [string, string])[]> = Object.fromEntries(
      Object.entries(ends).map(([name, end]) => [
        name,
        [['Mirrored-From', linkTo('huggingface', `H${name.slice(1)}`)], tree(name), until('huggingface', end!)],
      ]),
    )
    expect(last({ github: told('github', text, { says: copies }), huggingface })).toBe(expected)
  })

  test('made a merge, and its copy on the other side or not any more', () => {
    const github = told('github', 'G0~H0 G1 S1<G0~H1 M<G1,S1 G2', { own: ['M'] })
    expect(last({ github, huggingface: history('huggingface', 'H0 H1 C~M K') })).toBe('G1..M H1..C')
    expect(last({ github, huggingface: history('huggingface', 'H0 H1 K') })).toBe('G1..M -')
  })

  test('is not looked for below what was read', () => {
    const copy = (name: string) =>
      [['Mirrored-From', linkTo('huggingface', `H${name.slice(1)}`)], tree(name), until('huggingface', 'H2')] as const
    const github = (read: number) => told('github', 'G0~H0 G1~H1 G2~H2', { says: { G1: copy('G1') }, read })
    expect(last({ github: github(1), huggingface })).toBe('more of github')
    expect(last({ github: github(2), huggingface })).toBe('more of github')
    expect(last({ github: github(3), huggingface })).toBe('G0..G2 -')
  })

  test('is the one that was undone, until another one has mirrored', () => {
    const says = { U: [undoes('G0', 'G1'), tree('U')] as const }
    expect(last({ github: told('github', 'G0~H0 G1~H1 U A', { says }), huggingface })).toBe('G0..G1 -')
    expect(last({ github: told('github', 'G0~H0 G1~H1 U G2~H2', { says }), huggingface })).toBe('U..G2 -')
  })

  test('is the one whose undo has a side to go, though another one has mirrored meanwhile', () => {
    const begun = formatRange({ before: idOf('G1'), after: idOf('M'), goesOn: true }, true)
    const github = told('github', 'G0~H0 G1 S1<G0~H1 M<G1,S1 G2 U', {
      own: ['M'],
      says: { U: [['Mirrored-Undo', begun], tree('U')] },
    })
    const both = (text: string) =>
      last({ github, huggingface: told('huggingface', text, { says: { V: [undoes('H1', 'C'), onto('D')] } }) })
    expect(both('H0 H1 C~M D~G2')).toBe('G1..M H1..C')
    expect(both('H0 H1 C~M D~G2 V')).toBe('- C..D')
  })
})

test('an undo of what is not there any more takes back nothing, and no older commit is read for it', () => {
  const github = told('github', 'G0 A U', { says: { U: [undoes('G0', 'X'), tree('U')] } })
  const { undos } = listUndone({ github, huggingface: history('huggingface', 'H0') })
  expect(undos.map(({ isOpen }) => isOpen)).toEqual([false])
})
