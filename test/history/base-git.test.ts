/**
 * The base of two histories, with git as the judge: joined by what copies say of themselves they are one graph, and git
 * tells its merge bases.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Commit } from '../../lib/model/remote.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'
import { history, nameOf, searchBase } from './histories.ts'
import { drawn, step, type Drawn } from './played.ts'

const worlds = runs(250)

/** Both histories as one graph, parents before children: a copy's original is one more parent of it. */
function joinHistories({ github, huggingface }: Drawn): Map<string, string[]> {
  const commits = [...history('github', github).commits, ...history('huggingface', huggingface).commits]
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  // A cherry-pick keeps the trailer and has another tree: it is no copy.
  const original = ({ message, tree }: Commit) => {
    const { mirroredFrom, mirroredTree } = parseTrailers(message)
    return tree === null || tree === mirroredTree ? mirroredFrom?.oid : undefined
  }
  const parentsOf = (commit: Commit) =>
    [...commit.parents, ...(byId.has(original(commit) ?? '') ? [original(commit)!] : [])].filter((oid) => byId.has(oid))
  const sorted = new Map<string, string[]>()
  const visit = (commit: Commit): void => {
    if (sorted.has(nameOf(commit.oid))) return
    for (const parent of parentsOf(commit)) visit(byId.get(parent)!)
    sorted.set(nameOf(commit.oid), parentsOf(commit).map(nameOf))
  }
  for (const commit of commits) visit(commit)
  return sorted
}

describe.skipIf(!hasGit)('git', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'base-'))
    execFileSync('git', ['init', '-q', '--bare', folder])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The names of the merge bases of both heads. */
  function readMergeBases(
    graphs: readonly {
      readonly graph: ReadonlyMap<string, readonly string[]>
      readonly heads: readonly [string, string]
    }[],
  ): string[][] {
    const lines: string[] = []
    /** The name of each mark; the first is nobody's. */
    const marked = ['']
    let mark = 0
    const tips = graphs.map(({ graph, heads }) => {
      const marks = new Map<string, number>()
      for (const [name, [first, ...more]] of graph) {
        marks.set(name, ++mark)
        marked.push(name)
        lines.push(
          `commit refs/heads/world`,
          `mark :${mark}`,
          `committer A <a@example.org> ${1_700_000_000 + mark} +0000`,
          `data ${name.length}`,
          name,
        )
        if (first !== undefined)
          lines.push(`from :${marks.get(first)}`, ...more.map((parent) => `merge :${marks.get(parent)}`))
        lines.push('')
        if (first === undefined) lines.splice(lines.length - 6, 0, 'reset refs/heads/world', '')
      }
      return heads.map((name) => marks.get(name)!)
    })
    lines.push('done', '')
    const exported = join(folder, 'marks')
    execFileSync('git', ['fast-import', '--quiet', '--force', '--done', `--export-marks=${exported}`], {
      cwd: folder,
      input: lines.join('\n'),
    })
    const ids = new Map(
      readFileSync(exported, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.slice(1).split(' ') as [string, string]),
    )
    const names = new Map([...ids].map(([one, oid]) => [oid, marked[Number(one)]!]))
    // A shell starts git far sooner than this process does.
    const asked = tips.map(
      (marks) => `git merge-base --all ${marks.map((one) => ids.get(String(one))!).join(' ')}; echo`,
    )
    const told = execFileSync('sh', { cwd: folder, input: asked.join('\n'), encoding: 'utf8' }).split('\n\n')
    return tips.map((_, index) =>
      told[index]!.split('\n')
        .filter(Boolean)
        .map((oid) => names.get(oid)!),
    )
  }

  test(`has one merge base in ${2 * worlds} worlds, and it is a commit of the same pair`, () => {
    const drawings = fc
      .sample(drawn(fc.oneof({ weight: 9, arbitrary: step }, { weight: 1, arbitrary: fc.constant<'c'>('c') })), {
        numRuns: worlds,
        seed: 11,
      })
      .concat(fc.sample(drawn(step), { numRuns: worlds }))
    const graphs = drawings.map((drawing) => {
      const head = (side: 'github' | 'huggingface') => nameOf(history(side, drawing[side]).commits[0]!.oid)
      return { graph: joinHistories(drawing), heads: [head('github'), head('huggingface')] as const }
    })
    readMergeBases(graphs).forEach((bases, index) => {
      const { github, huggingface } = drawings[index]!
      const search = searchBase({ github: history('github', github), huggingface: history('huggingface', huggingface) })
      const pair =
        search.state === 'found' ? [nameOf(search.base.commits.github), nameOf(search.base.commits.huggingface)] : []
      // One of a pair is a copy of the other: git names the original, or the copy where both heads contain that.
      expect([bases.length, pair], `${github} | ${huggingface}: ${pair.join(' ')}, git ${bases.join(' ')}`).toEqual([
        1,
        expect.arrayContaining(bases),
      ])
    })
  })
})
