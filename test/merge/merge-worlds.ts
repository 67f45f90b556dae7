/** Random small trees and what two people make of them: edits, additions, deletions, renames of files and folders. */
import fc from '../random.ts'
import type { Trio } from './judge.ts'

type Tree = Record<string, string>
interface Act {
  readonly kind: 'edit' | 'add' | 'delete' | 'copy' | 'rename' | 'move folder'
  readonly at: number
  readonly to: number
  readonly line: number
  readonly mark: string
}

const lineCount = 12
const names = ['a', 'b', 'c', 'd/a', 'd/b', 'd/e/a', 'f/a', 'f/c']
const folders = ['d', 'f', 'd/e', 'g', 'h/i']

/** No line stands in two texts, nor twice in one. */
const text = (name: string) => Array.from({ length: lineCount }, (_, index) => `${name} line ${index}\n`).join('')

const anAct: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('edit', 'edit', 'add', 'delete', 'copy', 'rename', 'rename', 'move folder'),
  at: fc.nat(20),
  to: fc.nat(20),
  line: fc.nat(lineCount - 1),
  mark: fc.constantFrom('x', 'y', 'z'),
})

function fits(tree: Tree, path: string): boolean {
  return Object.keys(tree).every(
    (other) => other !== path && !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`),
  )
}

function move(tree: Tree, from: string, to: string): Tree {
  const { [from]: content, ...rest } = tree
  return content !== undefined && fits(rest, to) ? { ...rest, [to]: content } : tree
}

function act(tree: Tree, { kind, at, to, line, mark }: Act, who: string): Tree {
  const paths = Object.keys(tree)
  const path = paths[at % paths.length]
  const name = names[to % names.length]!
  if (kind === 'add') return fits(tree, name) ? { ...tree, [name]: text(`${who} ${name} ${mark}`) } : tree
  if (path === undefined) return tree
  if (kind === 'copy') return fits(tree, name) ? { ...tree, [name]: tree[path]! } : tree
  if (kind === 'edit')
    return { ...tree, [path]: tree[path]!.split('\n').with(line, `${who} ${mark} ${line}`).join('\n') }
  if (kind === 'delete') return Object.fromEntries(Object.entries(tree).filter(([other]) => other !== path))
  if (kind === 'rename') return move(tree, path, name)
  const [from, target] = [folders[at % folders.length]!, folders[to % folders.length]!]
  return Object.keys(tree)
    .filter((one) => one.startsWith(`${from}/`))
    .reduce((moved, one) => move(moved, one, `${target}${one.slice(from.length)}`), tree)
}

const acts = fc.array(anAct, { maxLength: 4 })

export const trio: fc.Arbitrary<Trio> = fc
  .tuple(fc.subarray(names, { minLength: 1 }), acts, acts)
  .map(([paths, github, huggingface]) => {
    // Some files are equal from the beginning.
    const base: Tree = Object.fromEntries(paths.map((path, index) => [path, text(index % 4 === 3 ? paths[0]! : path)]))
    const play = (all: readonly Act[], who: string) => all.reduce((tree, one) => act(tree, one, who), base)
    return { base, github: play(github, 'github'), huggingface: play(huggingface, 'hub') }
  })
