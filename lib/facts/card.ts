/**
 * A card's front matter, key by key: what changed in it, and what is wrong with it. Values are told as they are written;
 * what PyYAML, with which the Hub's library reads them, takes for something else than that is said. Pure. Source:
 * yaml.org/type for YAML 1.1.
 */
import { matterLengthMax, splitFrontMatter } from '../model/front-matter.ts'
import { groupDigits } from '../model/group-digits.ts'
import { parseYaml, type YamlNode } from '../model/yaml.ts'
import { formatList, formatName } from './facts.ts'

const leavesMax = 5_000
const linesShownMax = 12
/** Keys by which people tell the items of a list apart: configurations, splits, tasks. */
const naming = ['config_name', 'split', 'name', 'type']

/** What a card says at a place: a text, or the texts of a list in their order. */
type Leaf = string | readonly string[]

interface Matter {
  /** Null where the block is no mapping, or has an error. */
  readonly keys: ReadonlyMap<string, ReadonlyMap<string, Leaf>> | null
  readonly fault: string | null
}

function parse(text: string): Matter | null {
  const { matter } = splitFrontMatter(text)
  if (matter === null || matter.length > matterLengthMax) return null
  const parsed = parseYaml(matter)
  if ('what' in parsed)
    return { keys: null, fault: `line ${parsed.line} of its front matter is no YAML: ${parsed.what}` }
  return { keys: listKeys(parsed[0]), fault: null }
}

function listKeys(root: YamlNode | undefined): Matter['keys'] {
  if (root?.kind !== 'mapping') return null
  const keys = new Map<string, Map<string, Leaf>>()
  const left = { leaves: leavesMax }
  for (const [key, value] of root.items) {
    const leaves = new Map<string, Leaf>()
    const name = formatKey(key)
    addLeaves(value, name, leaves, left)
    keys.set(name, leaves)
  }
  return keys
}

function formatKey(key: YamlNode): string {
  return key.kind === 'scalar' ? key.text : '?'
}

/** Aliases are told by their names: followed, a few lines could make millions. */
function addLeaves(node: YamlNode, path: string, leaves: Map<string, Leaf>, left: { leaves: number }): void {
  if ((left.leaves -= 1) < 0) return
  if (node.kind === 'mapping') {
    for (const [key, value] of node.items) addLeaves(value, `${path}.${formatKey(key)}`, leaves, left)
  } else if (node.kind === 'sequence') {
    if (node.items.every(({ kind }) => kind === 'scalar' || kind === 'alias'))
      leaves.set(path, node.items.map(formatScalar))
    else {
      const names = nameItems(node.items)
      node.items.forEach((item, index) => addLeaves(item, `${path}[${names[index]}]`, leaves, left))
    }
  } else leaves.set(path, formatScalar(node))
}

function nameItems(items: readonly YamlNode[]): readonly string[] {
  for (const key of naming) {
    const names = items.flatMap((item) =>
      item.kind === 'mapping'
        ? item.items.flatMap(([name, value]) => (formatKey(name) === key && value.kind === 'scalar' ? value.text : []))
        : [],
    )
    if (names.length === items.length && new Set(names).size === items.length) return names
  }
  return items.map((_, index) => String(index + 1))
}

const yes = /^(?:yes|on)$/i
const no = /^(?:no|off)$/i

function formatScalar(node: YamlNode): string {
  if (node.kind === 'alias') return `*${node.name}`
  if (node.kind !== 'scalar') return ''
  const { text, isPlain } = node
  return isPlain && yes.test(text)
    ? `${text} (read as true)`
    : isPlain && no.test(text)
      ? `${text} (read as false)`
      : text
}

/** What is wrong with the block that a text begins with, or seems to; null where nothing is. */
export function findCardFault(text: string): string | null {
  const matter = parse(text)
  if (matter) return matter.fault
  // Dashes alone are a line in a text; with a key below them, or dashes again, they are meant for front matter.
  if (!/^\ufeff?\s*---[ \t]*\r?\n(?:[^]*?\n\s*---|[\w-]+:(?:\s|$))/.test(text)) return null
  const why = text.startsWith('\ufeff')
    ? 'it begins with a byte order mark'
    : /^\s*---[ \t]+\r?\n/.test(text)
      ? 'blanks follow the dashes of its first line'
      : 'no line after it is three dashes and nothing else'
  return `it seems to begin with front matter, and will have none: ${why}`
}

/** Null: there is no card. `[]` where front matter is as before, or is not understood. */
export function compareCards(before: string | null, after: string | null): readonly string[] {
  const [old, now] = [parse(before ?? ''), parse(after ?? '')]
  if (old?.fault || now?.fault) return []
  if (!old?.keys || !now?.keys) {
    const [what, keys] = old?.keys ? ['removed', old.keys] : ['added', now?.keys]
    return keys && keys.size > 0 ? [`front matter ${what}: ${formatList([...keys.keys()].map(formatName))}`] : []
  }
  const [had, has] = [old.keys, now.keys]
  const lines = [
    ...[...had].filter(([key]) => !has.has(key)).map(([key, leaves]) => `removed ${formatEntry(key, leaves)}`),
    ...[...has].filter(([key]) => !had.has(key)).map(([key, leaves]) => `added ${formatEntry(key, leaves)}`),
    ...[...has].flatMap(([key, leaves]) => compareLeaves(had.get(key) ?? leaves, leaves)),
  ]
  const more = lines.length - linesShownMax
  return more > 0 ? [...lines.slice(0, linesShownMax), `and ${groupDigits(more)} more in its front matter`] : lines
}

const formatLeaf = (leaf: Leaf) => (typeof leaf === 'string' ? formatName(leaf) : formatList(leaf.map(formatName)))

/** A whole key; what is nested under it is not told. */
function formatEntry(key: string, leaves: ReadonlyMap<string, Leaf>): string {
  const own = leaves.get(key)
  return own === undefined || own.length === 0 ? formatName(key) : `${formatName(key)}: ${formatLeaf(own)}`
}

function compareLeaves(before: ReadonlyMap<string, Leaf>, after: ReadonlyMap<string, Leaf>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)]
    const name = formatName(path)
    if (old === undefined) return [`added ${name}: ${formatLeaf(now!)}`]
    if (now === undefined) return [`removed ${name}: ${formatLeaf(old)}`]
    if (JSON.stringify(old) === JSON.stringify(now)) return []
    if (typeof old === 'string' || typeof now === 'string') return [`${name}: ${formatLeaf(old)} -> ${formatLeaf(now)}`]
    const parts = [
      ...now.filter((item) => !old.includes(item)).map((item) => `+ ${formatName(item)}`),
      ...old.filter((item) => !now.includes(item)).map((item) => `- ${formatName(item)}`),
    ]
    return [`${name}: ${parts.length > 0 ? formatList(parts) : 'in another order'}`]
  })
}
