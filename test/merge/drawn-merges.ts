/** Merges drawn at random: worlds that two sides changed, likely to meet. */
import { mapSides } from '../../lib/model/sides.ts'
import fc from '../random.ts'
import { binary, lfs, numbers, plain, symlink, type Case, type Node, type World } from './worlds.ts'

export const paths = ['a', 'b', 'c', 'd', 'd/a', 'd/e/b', 'f/a', '.gitattributes'] as const

const rules = ['*.a one', '*.b two', '*.b three', '*.c four']

/** Contents that are likely to meet: text with lines of its own, equal and empty files, bytes. */
const content: fc.Arbitrary<string | Buffer> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 5, 9), fc.constantFrom('x', 'y'))
      .map(([line, text]) => numbers({ [line]: text })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 5), fc.constantFrom('x', 'y'))
      .map(([line, text]) => numbers({ [line]: text, 9: 'z' })),
  },
  fc.constantFrom('', numbers(), 'same\n'),
  fc.constantFrom('v0', 'v1', 'v22').map(binary),
)

const attributes = fc.subarray(rules).map((chosen) => chosen.map((line) => `${line}\n`).join(''))

interface Edit {
  readonly act: 'put' | 'delete' | 'rename' | 'restore' | 'link'
  readonly at: number
  readonly to: number
  readonly content: string | Buffer
  readonly attributes: string
  readonly lfs: boolean
}

const edit: fc.Arbitrary<Edit> = fc.record({
  act: fc.constantFrom('put', 'put', 'delete', 'rename', 'restore', 'link'),
  at: fc.nat(),
  to: fc.nat(),
  content,
  attributes,
  lfs: fc.boolean(),
})

/** A file put into a world as git would: whatever stands above or below makes way. */
function put(world: World, path: string, node: Node): World {
  const kept = Object.entries(world).filter(
    ([other]) => other !== path && !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`),
  )
  return Object.fromEntries([...kept, [path, node]])
}

function perturb(
  world: World,
  { act, at, to, content: bytes, attributes: text, lfs: isObject }: Edit,
  links: boolean,
): World {
  const path =
    act === 'put' ? paths[at % paths.length]! : Object.keys(world)[at % Math.max(1, Object.keys(world).length)]
  if (path === undefined) return world
  const isRules = path === '.gitattributes'
  if (act === 'put')
    return isRules
      ? put(world, path, plain(text))
      : put(world, path, isObject && bytes.length > 0 ? lfs(bytes) : plain(bytes))
  const { [path]: node, ...rest } = world as Record<string, Node>
  if (act === 'delete') return rest
  if (act === 'link') return links && !isRules ? put(world, path, symlink('elsewhere')) : world
  if (act === 'restore')
    return isRules || node!.mode === '120000' || node!.bytes.length === 0
      ? world
      : { ...world, [path]: { ...node!, lfs: !node!.lfs } }
  const target = paths[to % paths.length]!
  return isRules || target === '.gitattributes' ? world : put(rest, target, node!)
}

const edits = (most: number) => fc.array(edit, { maxLength: most })

export const withoutLinks = (world: World): World =>
  Object.fromEntries(Object.entries(world).filter(([, node]) => (node as Node).mode !== '120000'))

/** One tree, stored in two ways, changed twice. */
export const world: fc.Arbitrary<Case> = fc
  .record({
    first: edits(8),
    stored: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    links: fc.record({ github: edits(2), huggingface: edits(2) }),
    github: edits(4),
    huggingface: edits(4),
    treeProven: fc.boolean(),
  })
  .map(({ first, stored, links, github, huggingface, treeProven }) => {
    const shared = withoutLinks(first.reduce<World>((state, one) => perturb(state, one, false), {}))
    const base = Object.fromEntries(
      Object.entries(shared).map(([path, node], index) => {
        const { bytes } = node as Node
        return [
          path,
          path !== '.gitattributes' && bytes.length > 0 && stored[index]
            ? { ...(node as Node), lfs: !(node as Node).lfs }
            : node,
        ]
      }),
    )
    // Either side may have symlinks of its own, where nobody has a file.
    const linked = mapSides((side) => {
      const state: Record<string, Node | string> = { ...(side === 'github' ? base : shared) }
      for (const { at } of links[side]) {
        const path = paths[at % paths.length]!
        const isFree = Object.keys(state).every(
          (other) => other !== path && !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`),
        )
        if (isFree && path !== '.gitattributes') state[path] = symlink('elsewhere')
      }
      return state
    })
    return {
      base: linked,
      treeProven,
      github: github.reduce<World>((state, one) => perturb(state, one, true), linked.github),
      huggingface: huggingface.reduce<World>((state, one) => perturb(state, one, true), linked.huggingface),
    }
  })
